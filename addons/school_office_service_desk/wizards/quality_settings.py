from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_desk_on_time_target = fields.Float(
        related="company_id.school_desk_on_time_target", readonly=False
    )
    school_desk_on_time_alarm = fields.Float(
        related="company_id.school_desk_on_time_alarm", readonly=False
    )
    school_desk_error_max = fields.Float(
        related="company_id.school_desk_error_max", readonly=False
    )
    school_desk_satisfaction_target = fields.Float(
        related="company_id.school_desk_satisfaction_target", readonly=False
    )
    school_desk_analysis_days = fields.Integer(
        related="company_id.school_desk_analysis_days", readonly=False
    )
    school_desk_sample_share = fields.Float(
        related="company_id.school_desk_sample_share", readonly=False
    )
    school_desk_sample_gap = fields.Float(
        related="company_id.school_desk_sample_gap", readonly=False
    )
    school_desk_sample_pass = fields.Float(
        related="company_id.school_desk_sample_pass", readonly=False
    )
    school_desk_sample_days = fields.Integer(
        related="company_id.school_desk_sample_days", readonly=False
    )
    school_desk_scorer_ids = fields.Many2many(
        related="company_id.school_desk_scorer_ids",
        readonly=False,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    school_desk_recheck_days = fields.Integer(
        related="company_id.school_desk_recheck_days", readonly=False
    )
    school_desk_callback_share = fields.Float(
        related="company_id.school_desk_callback_share", readonly=False
    )
    school_desk_callback_days = fields.Integer(
        related="company_id.school_desk_callback_days", readonly=False
    )
    school_desk_survey_audience = fields.Selection(
        related="company_id.school_desk_survey_audience", readonly=False
    )
    school_desk_survey_days = fields.Integer(
        related="company_id.school_desk_survey_days", readonly=False
    )
    school_desk_survey_target = fields.Float(
        related="company_id.school_desk_survey_target", readonly=False
    )
    school_desk_survey_fewest = fields.Integer(
        related="company_id.school_desk_survey_fewest", readonly=False
    )
