from odoo import fields, models


class SchoolAppraisalDrop(models.TransientModel):
    """Ask why proposed entries of the appraisal ledger are dropped."""

    _name = "school.appraisal.drop"
    _description = "Drop Appraisal Entries"

    entry_ids = fields.Many2many(
        "school.appraisal.entry", string="Entries", required=True
    )
    reason = fields.Char(required=True)

    def action_drop(self):
        """Drop the entries; they check again who may."""
        self.ensure_one()
        self.entry_ids._drop(self.reason)
        return {"type": "ir.actions.act_window_close"}
