from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_attachment_max_mb = fields.Integer(
        related="company_id.school_attachment_max_mb", readonly=False
    )
