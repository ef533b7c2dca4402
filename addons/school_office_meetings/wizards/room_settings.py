from odoo import fields, models


class SchoolSettings(models.TransientModel):
    """Times in the room, as the school sets them."""

    _inherit = "school.settings"

    school_meeting_speaking_minutes = fields.Integer(
        related="company_id.school_meeting_speaking_minutes", readonly=False
    )
    school_meeting_sign_in_minutes = fields.Integer(
        related="company_id.school_meeting_sign_in_minutes", readonly=False
    )
    school_meeting_late_minutes = fields.Integer(
        related="company_id.school_meeting_late_minutes", readonly=False
    )
    school_meeting_code_seconds = fields.Integer(
        related="company_id.school_meeting_code_seconds", readonly=False
    )
