from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SCOPE = "circulation_scope"


class SchoolDocCirculation(models.Model):
    """Circulation of a document among readers (传阅), in order or at once (DOC-12).

    The list of readers of a marked document is approved before it starts (DOC-13); what
    was approved is the list itself, so changing it asks again.
    """

    _name = "school.doc.circulation"
    _description = "Circulation of a Document"
    _inherit = [
        "school.record",
        "school.approval.mixin",
        "mail.thread",
    ]
    _order = "id desc"
    _rec_name = "document_id"
    _server_fields = frozenset({"state", "started_at", "started_by_id", "done_at"})
    _approval_purposes = {SCOPE: _lt("Readers of a marked document")}
    _approval_gates = {}
    _approval_protected_fields = frozenset(
        {"document_id", "line_ids.user_id", "line_ids.sequence"}
    )

    document_id = fields.Many2one(
        "school.doc.incoming",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
    )
    is_marked = fields.Boolean(related="document_id.is_marked", store=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("done", "Done"),
            ("stopped", "Stopped"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    mode = fields.Selection(
        [("order", "One after another"), ("once", "All at once")],
        "Order of Reading",
        default="order",
        required=True,
    )
    reason = fields.Char("Purpose", required=True, help="Why these people read it.")
    line_ids = fields.One2many(
        "school.doc.circulation.line", "circulation_id", "Readers", copy=True
    )
    started_at = fields.Datetime(readonly=True, copy=False)
    started_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    progress = fields.Char(compute="_compute_progress")

    @api.depends("line_ids.read_at")
    def _compute_progress(self):
        for circulation in self:
            lines = circulation.line_ids
            circulation.progress = f"{len(lines.filtered('read_at'))}/{len(lines)}"

    def _approval_check_submit(self, purpose):  # pylint: disable=missing-return
        super()._approval_check_submit(purpose)
        for circulation in self:
            circulation._check_ready()

    def action_submit(self):
        """Ask the supervisor to approve the readers of a marked document."""
        self._approval_submit(SCOPE)
        return True

    def action_start(self):
        """Send the document round: the first reader, or all of them at once."""
        self.check_access("write")
        for circulation in self:
            circulation._check_ready()
            if circulation.is_marked and not circulation._is_scope_approved():
                raise UserError(
                    self.env._(
                        "The readers of a marked document are approved by the "
                        "supervising leader before it circulates. Send the list for "
                        "approval first."
                    )
                )
        self.sudo().write(
            {
                "state": "running",
                "started_at": fields.Datetime.now(),
                "started_by_id": self.env.uid,
            }
        )
        for circulation in self:
            circulation._send_round()
        return True

    def action_stop(self):
        """Stop a circulation; who has read it stays on record."""
        self.check_access("write")
        running = self.filtered(lambda c: c.state == "running")
        for circulation in running:
            unread = circulation.line_ids.sudo().receipt_id.filtered(
                lambda receipt: receipt.state in ("waiting", "pending")
            )
            if unread:
                unread._recall(self.env._("The circulation was stopped."))
        running.sudo().write({"state": "stopped", "done_at": fields.Datetime.now()})
        return True

    def _check_ready(self):
        self.ensure_one()
        if self.state != "draft":
            raise UserError(self.env._("This circulation was started already."))
        if not self.line_ids:
            raise UserError(self.env._("Name the readers first."))
        document = self.document_id
        if document.state not in ("instructed", "distributed", "in_hand", "finished"):
            raise UserError(
                self.env._(
                    "“%(document)s” circulates after the leader's instruction.",
                    document=document.display_name,
                )
            )
        users = self.line_ids.user_id
        if len(users) != len(self.line_ids):
            raise UserError(self.env._("The same person is in the list twice."))

    def _is_scope_approved(self):
        """Whether this very list of readers has been approved."""
        self.ensure_one()
        return self.approval_state == "approved"

    def _reader_names(self):
        return "、".join(
            self.line_ids.sorted(lambda r: (r.sequence, r.id))
            .user_id.sudo()
            .mapped("name")
        )

    def _send_round(self):
        """Give the readers access and a receipt each, in order or all at once."""
        self.ensure_one()
        # The clerk may not write who reads what; sending it round is what he may do.
        document = self.document_id
        users = self.line_ids.sorted(lambda r: (r.sequence, r.id)).user_id
        vals = {"reader_user_ids": [Command.link(user.id) for user in users]}
        if document.is_marked:
            vals["reader_ids"] = [Command.link(user.id) for user in users]
        document.sudo().write(vals)
        document._receipt_send(
            list(users), "read", order=self.mode == "order", purpose=self.reason
        )
        by_user = {
            receipt.user_id: receipt
            for receipt in document.sudo().receipt_ids
            if receipt.kind == "read" and receipt.state != "recalled"
        }
        for line in self.line_ids.sudo():
            line.receipt_id = by_user[line.user_id]
        names = self._reader_names()
        document._append_register("circulated", readers=names)
        document._append_secret_log("circulated", readers=names)

    def _approval_department(self):
        return self.document_id._approval_department()

    def _approval_facts(self):
        self.ensure_one()
        document = self.document_id.sudo()
        return [
            (self.env._("Document"), document.display_name),
            (self.env._("Secrecy"), document.secrecy_level_id.display_name or ""),
            (self.env._("Readers"), self._reader_names()),
            (self.env._("Purpose"), self.reason or ""),
        ]

    def _note_read(self, receipts):
        """Enter each pass into the register; the last reader ends the circulation."""
        # Readers have no right to write a circulation.
        for circulation in self.sudo().filtered(lambda c: c.state == "running"):
            lines = circulation.line_ids
            for line in lines.filtered(lambda r: r.receipt_id in receipts):
                extra = {"reader": line.user_id.name}
                circulation.document_id._append_register("read", **extra)
                circulation.document_id._append_secret_log("read", **extra)
            if all(line.read_at for line in lines):
                circulation.write({"state": "done", "done_at": fields.Datetime.now()})
