from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_meeting_material_days = fields.Integer(
        related="company_id.school_meeting_material_days", readonly=False
    )
    school_meeting_set_up_days = fields.Integer(
        related="company_id.school_meeting_set_up_days", readonly=False
    )
    school_meeting_set_up_days_large = fields.Integer(
        related="company_id.school_meeting_set_up_days_large", readonly=False
    )
    school_meeting_tidy_hours = fields.Integer(
        related="company_id.school_meeting_tidy_hours", readonly=False
    )
    school_meeting_evaluation_days = fields.Integer(
        related="company_id.school_meeting_evaluation_days", readonly=False
    )
    school_meeting_evaluation_fewest = fields.Integer(
        related="company_id.school_meeting_evaluation_fewest", readonly=False
    )
    school_meeting_evaluation_low = fields.Float(
        related="company_id.school_meeting_evaluation_low", readonly=False
    )
