from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolDocCopy(models.Model):
    """A numbered copy (份号) of a marked document: who holds it (DOC-40)."""

    _name = "school.doc.copy"
    _description = "Numbered Copy"
    _inherit = ["school.record"]
    _order = "document_id, copy_number, id"
    _rec_name = "copy_number"
    _server_fields = frozenset({"state", "copy_number", "holder_id", "moved_at"})

    document_id = fields.Many2one(
        "school.doc.incoming",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    copy_number = fields.Char(
        readonly=True, help="Six digits, as GB/T 9704-2012 §7.2.1 asks for."
    )
    source = fields.Selection(
        [("received", "Received"), ("made", "Copied here")],
        default="received",
        required=True,
    )
    holder_id = fields.Many2one("res.users", "Held by", readonly=True)
    place = fields.Char("Kept at")
    state = fields.Selection(
        [
            ("kept", "Kept"),
            ("out", "With a reader"),
            ("destroyed", "Destroyed"),
        ],
        default="kept",
        required=True,
        readonly=True,
        copy=False,
    )
    moved_at = fields.Datetime(readonly=True, copy=False)
    note = fields.Char("Remark")

    _number_uniq = models.UniqueIndex(
        "(document_id, copy_number)", "A copy of this document has that number."
    )

    @api.model_create_multi
    def create(self, vals_list):
        copies = super().create(vals_list)
        for document, added in copies.grouped("document_id").items():
            highest = max(
                (int(c.copy_number) for c in document.sudo().copy_ids if c.copy_number),
                default=0,
            )
            for number, copy in enumerate(added, highest + 1):
                copy.sudo().copy_number = f"{number:06d}"
            document._append_secret_log(
                "copied" if "made" in added.mapped("source") else "kept",
                numbers="、".join(added.mapped("copy_number")),
            )
        return copies

    def action_hand_out(self):
        self.check_access("write")
        return self._dialog(
            "school.doc.hand.out", self.env._("Hand out a Copy"), copy_ids=self.ids
        )

    def _hand_out(self, user):
        """Give copies to a reader of the document."""
        self.check_access("write")
        for copy in self:
            if copy.state != "kept":
                raise UserError(
                    self.env._("Copy %(number)s is not here.", number=copy.copy_number)
                )
            if user not in copy.document_id.reader_ids:
                raise UserError(
                    self.env._(
                        "%(person)s is not among the approved readers of this "
                        "document.",
                        person=user.sudo().name,
                    )
                )
        self._move("out", user)

    def action_take_back(self):
        self.check_access("write")
        if any(copy.state != "out" for copy in self):
            raise UserError(self.env._("Only a copy that is out can come back."))
        self._move("kept", self.env["res.users"])

    def _move(self, state, holder):
        self.sudo().write(
            {
                "state": state,
                "holder_id": holder.id,
                "moved_at": fields.Datetime.now(),
            }
        )
        for document, copies in self.grouped("document_id").items():
            document._append_secret_log(
                "passed_on" if state == "out" else "returned_copy",
                numbers="、".join(copies.mapped("copy_number")),
                holder=holder.sudo().name or "",
            )
