from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_sop_read_days = fields.Integer(
        related="company_id.school_sop_read_days", readonly=False
    )
    school_sop_yearly_test = fields.Boolean(
        related="company_id.school_sop_yearly_test", readonly=False
    )
    school_sop_new_staff_days = fields.Integer(
        related="company_id.school_sop_new_staff_days", readonly=False
    )
    school_sop_pass_mark = fields.Float(
        related="company_id.school_sop_pass_mark", readonly=False
    )
    school_retraining_days = fields.Integer(
        related="company_id.school_retraining_days", readonly=False
    )
    school_review_quarterly = fields.Boolean(
        related="company_id.school_review_quarterly", readonly=False
    )
    school_review_yearly = fields.Boolean(
        related="company_id.school_review_yearly", readonly=False
    )
    school_review_feedback_days = fields.Integer(
        related="company_id.school_review_feedback_days", readonly=False
    )
    school_review_close_days = fields.Integer(
        related="company_id.school_review_close_days", readonly=False
    )
    school_least_revisions = fields.Integer(
        related="company_id.school_least_revisions", readonly=False
    )
    school_appraisal_period = fields.Selection(
        related="company_id.school_appraisal_period", readonly=False
    )
    school_appraisal_propose = fields.Boolean(
        related="company_id.school_appraisal_propose", readonly=False
    )
    school_restore_warn_days = fields.Integer(
        related="company_id.school_restore_warn_days", readonly=False
    )
    school_restore_tester_id = fields.Many2one(
        related="company_id.school_restore_tester_id",
        readonly=False,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
