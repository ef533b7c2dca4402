from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_meeting_lead_ordinary = fields.Integer(
        related="company_id.school_meeting_lead_ordinary", readonly=False
    )
    school_meeting_lead_important = fields.Integer(
        related="company_id.school_meeting_lead_important", readonly=False
    )
    school_meeting_lead_cross = fields.Integer(
        related="company_id.school_meeting_lead_cross", readonly=False
    )
    school_meeting_receipt_days = fields.Integer(
        related="company_id.school_meeting_receipt_days", readonly=False
    )
    school_meeting_ahead_days = fields.Integer(
        related="company_id.school_meeting_ahead_days", readonly=False
    )
    school_meeting_alarm_ids = fields.Many2many(
        related="company_id.school_meeting_alarm_ids", readonly=False
    )
