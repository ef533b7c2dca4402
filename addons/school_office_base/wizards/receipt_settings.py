from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_urge_interval_hours = fields.Float(
        related="company_id.school_urge_interval_hours", readonly=False
    )
    school_quiet_hours = fields.Boolean(
        related="company_id.school_quiet_hours", readonly=False
    )
    school_urgent_by_email = fields.Boolean(
        related="company_id.school_urgent_by_email", readonly=False
    )
