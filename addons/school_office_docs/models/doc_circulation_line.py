from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolDocCirculationLine(models.Model):
    """One reader of a circulation: when it reached him and when he passed it on."""

    _name = "school.doc.circulation.line"
    _description = "Reader of a Circulation"
    _inherit = ["school.record", "school.approval.line.mixin"]
    _order = "sequence, id"
    _server_fields = frozenset({"receipt_id"})
    _approval_parent_field = "circulation_id"

    circulation_id = fields.Many2one(
        "school.doc.circulation",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users",
        "Reader",
        required=True,
        check_company=True,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    receipt_id = fields.Many2one(
        "school.receipt", readonly=True, copy=False, check_company=True
    )
    receipt_state = fields.Selection(related="receipt_id.state", string="Status")
    passed_at = fields.Datetime(related="receipt_id.opened_at", string="Reached")
    read_at = fields.Datetime(related="receipt_id.read_at", string="Passed on")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            circulation = self.env["school.doc.circulation"].browse(
                vals.get("circulation_id")
            )
            vals["company_id"] = circulation.company_id.id
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        if {"user_id", "sequence", "circulation_id"} & vals.keys():
            self._check_draft()
        return super().write(vals)

    def _check_draft(self):
        if any(line.circulation_id.state != "draft" for line in self):
            raise UserError(
                self.env._(
                    "The circulation runs already. Stop it and start another one to "
                    "change its readers."
                )
            )

    def _is_deletable(self):
        return self.circulation_id.state == "draft"
