from odoo import api, fields, models
from odoo.fields import Domain


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
            ("undo_damage", "Not Damaged"),
        ],
        required=True,
    )
    document_ids = fields.Many2many("school.doc.incoming", required=True)
    reason = fields.Text()
    result = fields.Text("What Was Done")
    reply = fields.Text("Reply to the Sender")
    handler_id = fields.Many2one("res.users")
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    workload = fields.Text(
        "Work at Present",
        compute="_compute_candidate_ids",
        help="Documents in hand of each colleague, and how many of them are late.",
    )

    @api.depends("step", "document_ids")
    def _compute_candidate_ids(self):
        for wizard in self:
            documents = wizard.document_ids
            if wizard.step != "assign":
                wizard.candidate_ids = wizard.workload = False
                continue
            documents.check_access("read")
            wizard.candidate_ids = people = documents._handler_candidates()
            wizard.workload = wizard._workload_text(people)

    def _workload_text(self, people):
        """Who has how much in hand: work goes to who has room for it (BASE-31)."""
        # sudo: only numbers are told, of documents the caller may not read himself
        Document = self.env["school.doc.incoming"].sudo()
        domain = Domain("handler_id", "in", people.ids) & Domain(
            "state", "=", "in_hand"
        )
        count = dict(Document._read_group(domain, ["handler_id"], ["__count"]))
        late = dict(
            Document._read_group(
                domain & Domain("deadline_at", "<", fields.Datetime.now()),
                ["handler_id"],
                ["__count"],
            )
        )
        return "\n".join(
            self.env._(
                "%(person)s: %(count)s in hand, %(late)s late",
                person=person.sudo().name,
                count=count.get(person.sudo(), 0),
                late=late.get(person.sudo(), 0),
            )
            for person in people.sorted(
                lambda person: (count.get(person.sudo(), 0), person.sudo().name)
            )
        )

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
                documents._assign(self.handler_id, self.reason)
            case "undo_damage":
                documents._undo_damage(self.reason)
        return {"type": "ir.actions.act_window_close"}
