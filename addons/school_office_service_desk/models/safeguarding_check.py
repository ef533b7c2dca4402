from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolSafeguardingCheck(models.Model):
    """A point of the list on one ticket: done, or why it does not apply."""

    _name = "school.safeguarding.check"
    _description = "Safeguarding Check"
    _inherit = ["school.ticket.line"]
    _order = "ticket_id, sequence, id"
    _rec_name = "item_id"

    item_id = fields.Many2one(
        "school.safeguarding.item",
        "What Must Be Done",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    hint = fields.Text(related="item_id.hint")
    sequence = fields.Integer(readonly=True)
    answer = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("not_needed", "Does Not Apply")],
        required=True,
        readonly=True,
        default="open",
    )
    note = fields.Char(help="Whom you spoke to, reference number; or why it does not.")
    at = fields.Datetime("When", readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True)

    _item_uniq = models.UniqueIndex("(ticket_id, item_id)")

    _server_fields = frozenset(
        {"ticket_id", "item_id", "sequence", "answer", "at", "user_id"}
    )

    def write(self, vals):
        if not self.env.su and "note" in vals:
            self._check_may_answer()
            if any(check.answer != "open" for check in self):
                raise UserError(self.env._("This point is answered and stays so."))
        return super().write(vals)

    def action_done(self):
        """This has been done, by me, now."""
        self._answer("done")
        return True

    def action_not_needed(self):
        """This does not apply here; the note says why."""
        for check in self:
            if not (check.note or "").strip():
                raise UserError(
                    self.env._(
                        "“%(point)s”: write in the note why it does not apply.",
                        point=check.item_id.name,
                    )
                )
        self._answer("not_needed")
        return True

    def _check_may_answer(self):
        self.check_access("read")
        for ticket in self.ticket_id:
            ticket._check_safeguarding_person()

    @api.private
    def _answer(self, answer):
        self._check_may_answer()
        if any(check.answer != "open" for check in self):
            raise UserError(self.env._("This point is answered and stays so."))
        self.sudo().write(
            {"answer": answer, "at": fields.Datetime.now(), "user_id": self.env.uid}
        )
        self.ticket_id.sudo()._safeguarding_answered()
