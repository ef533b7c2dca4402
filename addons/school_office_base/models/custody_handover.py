from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL


class SchoolCustodyHandover(models.Model):
    """One change of hands: who gave it, who took it, when, and how it is proven.

    Rows are made and answered by methods; they are the history of the thing and are
    neither changed nor deleted. The receiver accepts or refuses with a reason; the
    giver may take an offer back. The office records what was signed on paper.
    """

    _name = "school.custody.handover"
    _description = "Handover"
    _inherit = ["school.record"]
    _order = "id desc"

    custody_id = fields.Many2one(
        "school.custody",
        "Thing",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        [
            ("custodian", "Change of Custodian"),
            ("loan", "Loan"),
            ("return", "Giving Back"),
            ("outing", "Outing with the Custodian"),
        ],
        required=True,
        readonly=True,
    )
    giver_id = fields.Many2one(
        "res.users", "Given by", required=True, readonly=True, check_company=True
    )
    offered_by_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        help="The giver himself, or the office that recorded a handover on paper.",
    )
    receiver_id = fields.Many2one(
        "res.users",
        "Taken by",
        required=True,
        readonly=True,
        check_company=True,
        index=True,
    )
    offered_at = fields.Datetime("Offered on", required=True, readonly=True)
    answered_at = fields.Datetime("Answered on", readonly=True)
    answered_by_id = fields.Many2one("res.users", "Answered by", readonly=True)
    due_at = fields.Datetime("Back by", readonly=True)
    reason = fields.Char("Purpose", readonly=True)
    outing = fields.Char("Out for", readonly=True)
    refusal = fields.Char("Reason of the Refusal", readonly=True)
    mode = fields.Selection(
        [("electronic", "Electronic"), ("paper", "Paper")],
        default="electronic",
        required=True,
        readonly=True,
    )
    condition = fields.Char(
        "Found in Condition",
        readonly=True,
        help="In what condition it was found: complete, damaged, pages …",
    )
    page_reference = fields.Char("Page in the Paper Book", readonly=True)
    scan = fields.Binary(
        "Scan of the Signatures", attachment=True, readonly=True, copy=False
    )
    scan_name = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("offered", "Offered"),
            ("accepted", "Accepted"),
            ("refused", "Not Accepted"),
            ("withdrawn", "Withdrawn"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="offered",
        index=True,
    )
    can_answer = fields.Boolean(compute="_compute_can_answer")

    _one_open_offer = models.UniqueIndex(
        "(custody_id) WHERE state = 'offered'", "This thing is already offered."
    )
    _receiver_open_idx = models.Index("(receiver_id) WHERE state = 'offered'")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False

    @api.depends("custody_id.title", "receiver_id")
    def _compute_display_name(self):
        for handover in self:
            handover.display_name = self.env._(
                "%(thing)s to %(person)s",
                thing=handover.custody_id.title or "",
                person=handover.receiver_id.name or "",
            )

    @api.depends_context("uid")
    @api.depends("receiver_id", "state")
    def _compute_can_answer(self):
        for handover in self:
            handover.can_answer = (
                handover.state == "offered" and handover.receiver_id == self.env.user
            )

    @api.constrains("answered_at", "offered_at")
    def _check_times(self):
        now = fields.Datetime.now()
        for handover in self:
            if handover.answered_at and handover.answered_at > now:
                raise ValidationError(self.env._("The time lies in the future."))

    def action_accept(self, condition=None):
        """Accept what is offered: from now on the caller holds it."""
        self._check_receiver()
        self._lock_offer()
        now = fields.Datetime.now()
        # sudo: nobody has write access; the receiver was checked above
        for handover in self.sudo():
            handover.write(
                {
                    "state": "accepted",
                    "answered_at": now,
                    "answered_by_id": self.env.uid,
                    "condition": condition or False,
                }
            )
            handover.custody_id._move(handover)
        self._tell_giver()
        return True

    def action_refuse(self):
        """Open the dialog that asks why it is refused."""
        self.ensure_one()
        self._check_receiver()
        return self._dialog(
            "school.custody.offer",
            self.env._("Refuse the Handover"),
            custody_id=self.custody_id.id,
            mode="refuse",
        )

    def _refuse(self, reason):
        """Refuse what is offered; the giver keeps it."""
        self._check_receiver()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why you refuse; the giver keeps it."))
        self._lock_offer()
        # sudo: nobody has write access; the receiver was checked above
        self.sudo().write(
            {
                "state": "refused",
                "refusal": reason.strip(),
                "answered_at": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
            }
        )
        self._end_offer()
        self._tell_giver()

    def action_withdraw(self):
        """Take an offer back before it is accepted."""
        self.check_access("read")
        if any(self.env.user not in (h.giver_id | h.offered_by_id) for h in self):
            raise AccessError(self.env._("Only the giver takes his offer back."))
        self._lock_offer()
        # sudo: nobody has write access; the giver was checked above
        self.sudo().write({"state": "withdrawn", "answered_at": fields.Datetime.now()})
        self._end_offer()
        return True

    def _end_offer(self):
        # sudo: nobody has write access; the callers check
        for custody in self.custody_id.sudo():
            custody.write(
                {
                    "pending_handover_id": False,
                    "state": "out" if custody.is_out else "kept",
                }
            )

    def _check_receiver(self):
        self.check_access("read")
        if not self:
            raise UserError(self.env._("Nothing is offered to you."))
        for handover in self:
            if handover.receiver_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "This is offered to %(person)s: nobody else accepts or refuses "
                        "it.",
                        person=handover.receiver_id.name,
                    )
                )

    def _lock_offer(self):
        """Wait for whoever answers the same offer, then refuse what is settled."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM school_custody_handover WHERE id IN %s "
                "ORDER BY id FOR UPDATE",
                tuple(self.ids) or (0,),
            )
        )
        self.invalidate_recordset(["state"])
        for handover in self:
            if handover.state != "offered":
                raise UserError(
                    self.env._(
                        "%(handover)s is settled already.",
                        handover=handover.display_name,
                    )
                )

    def _tell_receiver(self):
        self._tell(
            lambda handover: handover.receiver_id,
            lambda env, handover: env._(
                "%(person)s hands you %(thing)s: please confirm",
                person=handover.giver_id.name,
                thing=handover.custody_id.title,
            ),
        )

    def _tell_giver(self):
        self._tell(
            lambda handover: handover.giver_id,
            lambda env, handover: (
                env._(
                    "%(person)s has taken over %(thing)s",
                    person=handover.receiver_id.name,
                    thing=handover.custody_id.title,
                )
                if handover.state == "accepted"
                else env._(
                    "%(person)s does not accept %(thing)s: %(reason)s",
                    person=handover.receiver_id.name,
                    thing=handover.custody_id.title,
                    reason=handover.refusal,
                )
            ),
        )

    def _tell(self, who, subject):
        # sudo: names and titles are told to the two sides only
        rows = [
            {
                "users": who(handover) - self.env.user,
                "subject": lambda env, handover=handover: subject(env, handover),
                "body": handover.reason or "",
                "record": handover.custody_id,
                "kind": "custody",
            }
            for handover in self.sudo()
        ]
        self.env["school.notice"].sudo()._queue_rows(rows)
