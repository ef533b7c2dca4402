from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_venue_event_days = fields.Integer(
        related="company_id.school_venue_event_days", readonly=False
    )
    school_venue_room_days = fields.Integer(
        related="company_id.school_venue_room_days", readonly=False
    )
    school_venue_prepare_days = fields.Integer(
        related="company_id.school_venue_prepare_days", readonly=False
    )
    school_venue_no_show_minutes = fields.Integer(
        related="company_id.school_venue_no_show_minutes", readonly=False
    )
    school_venue_early_minutes = fields.Integer(
        related="company_id.school_venue_early_minutes", readonly=False
    )
    school_venue_feedback_days = fields.Integer(
        related="company_id.school_venue_feedback_days", readonly=False
    )
    school_venue_horizon_days = fields.Integer(
        related="company_id.school_venue_horizon_days", readonly=False
    )
    school_venue_open_from = fields.Float(
        related="company_id.school_venue_open_from", readonly=False
    )
    school_venue_open_to = fields.Float(
        related="company_id.school_venue_open_to", readonly=False
    )
    school_venue_open_weekends = fields.Boolean(
        related="company_id.school_venue_open_weekends", readonly=False
    )
