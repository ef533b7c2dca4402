from odoo import api, fields, models

from ..tools.pg_guard import guard_rows
from .time_policy_version import UNIT_SELECTION

PUBLISHED = """(
    TG_OP <> 'INSERT' AND EXISTS (
        SELECT FROM school_time_policy_version v
        WHERE v.id = OLD.version_id AND v.published_at IS NOT NULL)
) OR (
    TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM school_time_policy_version v
        WHERE v.id = NEW.version_id AND v.published_at IS NOT NULL)
)"""


class SchoolTimeVariant(models.Model):
    """Another amount for some records: "urgent files: 1 service hour"."""

    _name = "school.time.variant"
    _description = "Exception to a Time Limit"
    _inherit = ["school.record"]
    _order = "sequence, id"

    version_id = fields.Many2one(
        "school.time.policy.version",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    res_model = fields.Selection(related="version_id.res_model")
    sequence = fields.Integer(default=10)
    name = fields.Char("Variant", required=True, translate=True)
    domain = fields.Char("Condition", default="[]", required=True)
    amount = fields.Float(required=True, digits=(10, 2))
    unit = fields.Selection(UNIT_SELECTION, default="service_hour", required=True)

    _check_amount = models.Constraint(
        "CHECK(amount > 0)", "A time limit is more than nothing."
    )

    def init(self):
        guard_rows(
            self.env.cr,
            self._table,
            PUBLISHED,
            "A published time limit never changes.",
            insert=True,
        )

    @api.constrains("domain", "amount", "unit")
    def _check_rule(self):
        for variant in self:
            variant.version_id._check_condition(variant.domain, variant.name)
            variant.version_id._check_amount_unit(variant.amount, variant.unit)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("version_id"):
                version = self.env["school.time.policy.version"].browse(
                    vals["version_id"]
                )
                vals["company_id"] = version.sudo().company_id.id
        variants = super().create(vals_list)
        variants.version_id._check_draft()
        return variants

    def write(self, vals):
        self.check_access("write")
        self.version_id._check_draft()
        return super().write(vals)

    def _is_deletable(self):
        return not self.version_id.published_at
