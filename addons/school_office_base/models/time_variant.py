from odoo import api, fields, models

from .time_policy_version import UNIT_SELECTION


class SchoolTimeVariant(models.Model):
    """Another amount for some records: "urgent files: 1 service hour"."""

    _name = "school.time.variant"
    _description = "Exception to a Time Limit"
    _inherit = ["school.time.line.mixin"]

    res_model = fields.Selection(related="version_id.res_model")
    name = fields.Char("Variant", required=True, translate=True)
    domain = fields.Char("Condition", default="[]", required=True)
    amount = fields.Float(required=True, digits=(10, 2))
    unit = fields.Selection(UNIT_SELECTION, default="service_hour", required=True)

    _check_amount = models.Constraint(
        "CHECK(amount > 0)", "A time limit is more than nothing."
    )

    @api.constrains("domain", "amount", "unit")
    def _check_rule(self):
        for variant in self:
            variant.version_id._check_condition(variant.domain, variant.name)
            variant.version_id._check_amount_unit(variant.amount, variant.unit)
