from odoo import fields, models


class SchoolDocStep(models.TransientModel):
    """Ask for the few words a step needs; the document's method checks the caller."""

    _name = "school.doc.step"
    _description = "Step of a Document"

    step = fields.Selection(
        [
            ("finish", "Finish"),
            ("reply", "Reply to the Sender"),
            ("reopen", "Send Back to the Department"),
            ("return", "Return to the Sender"),
            ("void", "Void"),
            ("assign", "Hand to a Colleague"),
        ],
        required=True,
    )
    document_ids = fields.Many2many("school.doc.incoming", required=True)
    reason = fields.Text()
    result = fields.Text("What Was Done")
    reply = fields.Text("Reply to the Sender")
    handler_id = fields.Many2one("res.users")
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")

    def _compute_candidate_ids(self):
        for wizard in self:
            wizard.candidate_ids = wizard.document_ids._handler_candidates()

    def action_confirm(self):
        self.ensure_one()
        # The list of documents came through the client: only what the user may see.
        documents = self.document_ids
        documents.check_access("read")
        match self.step:
            case "finish":
                documents._finish(self.result, self.reply)
            case "reply":
                documents._note_reply(self.reply)
            case "reopen":
                documents._reopen(self.reason)
            case "return":
                documents._return_to_sender(self.reason)
            case "void":
                documents._void(self.reason)
            case "assign":
                documents._assign(self.handler_id)
        return {"type": "ir.actions.act_window_close"}
