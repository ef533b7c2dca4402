from odoo import fields, models


class SchoolTimePolicy(models.Model):
    """Whether missing a time limit is a breach for the appraisal ledger (BASE-27)."""

    _inherit = "school.time.policy"

    appraisal = fields.Boolean(
        "Counts in the Appraisal",
        default=True,
        help="A missed time limit is proposed for the appraisal ledger.",
    )
