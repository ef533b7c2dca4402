from odoo import fields, models


class SchoolDocHandOut(models.TransientModel):
    """Hand numbered copies of a marked document to one of its readers."""

    _name = "school.doc.hand.out"
    _description = "Hand out a Copy"

    copy_ids = fields.Many2many("school.doc.copy", required=True)
    user_id = fields.Many2one("res.users", "Reader", required=True)
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")

    def _compute_candidate_ids(self):
        for wizard in self:
            wizard.candidate_ids = wizard.copy_ids.document_id.reader_ids

    def action_confirm(self):
        self.ensure_one()
        self.copy_ids._hand_out(self.user_id)
        return {"type": "ir.actions.act_window_close"}
