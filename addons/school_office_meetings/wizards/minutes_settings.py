from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_meeting_minutes_hours = fields.Float(
        related="company_id.school_meeting_minutes_hours", readonly=False
    )
    school_meeting_follow_up_days = fields.Integer(
        related="company_id.school_meeting_follow_up_days", readonly=False
    )
    school_meeting_summary_weekday = fields.Selection(
        related="company_id.school_meeting_summary_weekday", readonly=False
    )
    school_meeting_summary_hour = fields.Float(
        related="company_id.school_meeting_summary_hour", readonly=False
    )
