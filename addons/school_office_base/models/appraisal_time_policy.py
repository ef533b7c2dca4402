from odoo import api, fields, models


class SchoolTimePolicy(models.Model):
    """Whether missing a time limit is a breach for the appraisal ledger (BASE-27)."""

    _inherit = "school.time.policy"

    appraisal = fields.Boolean(
        "Counts in the Appraisal",
        compute="_compute_appraisal",
        store=True,
        readonly=False,
        precompute=True,
        help="A missed time limit is proposed for the appraisal ledger.",
    )

    @api.depends("res_model")
    def _compute_appraisal(self):
        # What leaders decide late is no breach of a service rule, unless a school says.
        for policy in self:
            policy.appraisal = policy.res_model != "school.approval.task"
