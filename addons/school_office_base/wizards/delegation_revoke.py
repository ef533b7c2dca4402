from odoo import fields, models


class SchoolDelegationRevoke(models.TransientModel):
    _name = "school.delegation.revoke"
    _description = "Revoke a Delegation"

    delegation_ids = fields.Many2many("school.delegation", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_revoke(self):
        self.ensure_one()
        self.delegation_ids._revoke(self.reason)
        return {"type": "ir.actions.act_window_close"}
