from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_complaint_acknowledge_hours = fields.Float(
        related="company_id.school_complaint_acknowledge_hours", readonly=False
    )
    school_complaint_register_days = fields.Integer(
        related="company_id.school_complaint_register_days", readonly=False
    )
    school_complaint_assign_days = fields.Integer(
        related="company_id.school_complaint_assign_days", readonly=False
    )
    school_complaint_plan_days = fields.Integer(
        related="company_id.school_complaint_plan_days", readonly=False
    )
    school_complaint_final_days = fields.Integer(
        related="company_id.school_complaint_final_days", readonly=False
    )
    school_complaint_complex_days = fields.Integer(
        related="company_id.school_complaint_complex_days", readonly=False
    )
    school_complaint_keep_days = fields.Integer(
        related="company_id.school_complaint_keep_days", readonly=False
    )
    school_complaint_conflict_user_ids = fields.Many2many(
        related="company_id.school_complaint_conflict_user_ids",
        readonly=False,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    school_improvement_assess_days = fields.Integer(
        related="company_id.school_improvement_assess_days", readonly=False
    )
    school_safeguarding_words = fields.Text(
        related="company_id.school_safeguarding_words", readonly=False
    )
    school_safeguarding_user_ids = fields.Many2many(
        related="company_id.school_safeguarding_user_ids",
        readonly=False,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    school_safeguarding_take_hours = fields.Float(
        related="company_id.school_safeguarding_take_hours", readonly=False
    )
    school_safeguarding_list_hours = fields.Float(
        related="company_id.school_safeguarding_list_hours", readonly=False
    )
