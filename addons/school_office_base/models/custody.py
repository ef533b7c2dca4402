from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

GROUP_CLERK = "school_office_base.group_office_clerk"


class SchoolCustody(models.Model):
    """Who holds one physical thing now: a seal, a certificate, a volume, a key.

    ``custodian_id`` answers for it by his post; ``holder_id`` has it in his hands. It
    moves by a handover in which both sides take part: one offers, the other accepts. A
    thing that must not be lent (``is_lendable`` off: seals) changes its custodian, or
    goes out with him after approval; nothing else (国发〔1999〕25号 and school rules).
    """

    _name = "school.custody"
    _description = "Custody"
    _inherit = ["school.clock.mixin", "school.pointer.mixin"]
    _order = "is_out desc, due_at, id"
    _rec_name = "title"

    res_model = fields.Char("Model of the Thing", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Card of the Thing", model_field="res_model", required=True, readonly=True
    )
    title = fields.Char("Thing", required=True, readonly=True)
    custodian_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        check_company=True,
        index=True,
        ondelete="restrict",
        help="Answers for it, also while somebody else has it.",
    )
    holder_id = fields.Many2one(
        "res.users",
        "Held by",
        required=True,
        readonly=True,
        check_company=True,
        index=True,
        ondelete="restrict",
    )
    held_since = fields.Datetime(required=True, readonly=True)
    place_id = fields.Many2one(
        "school.place", "Kept at", check_company=True, readonly=True
    )
    is_lendable = fields.Boolean("May Be Lent", default=True, readonly=True)
    is_out = fields.Boolean(
        "Out", readonly=True, help="Not with its custodian, or out of the house."
    )
    outing = fields.Char(
        "Out for", readonly=True, help="The approved outing with the custodian."
    )
    due_at = fields.Datetime("Back by", readonly=True)
    state = fields.Selection(
        [
            ("kept", "Kept"),
            ("offered", "Handover Offered"),
            ("out", "Out"),
            ("ended", "No Longer Kept"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="kept",
        index=True,
        group_expand=True,
    )
    end_reason = fields.Char("Reason", readonly=True)
    handover_ids = fields.One2many(
        "school.custody.handover", "custody_id", "Handovers", readonly=True
    )
    pending_handover_id = fields.Many2one(
        "school.custody.handover",
        "Waiting for",
        readonly=True,
        check_company=True,
        index="btree_not_null",
    )
    pending_receiver_id = fields.Many2one(
        related="pending_handover_id.receiver_id", string="Offered to"
    )
    urge_count = fields.Integer("Urged", readonly=True)
    urged_at = fields.Datetime("Urged on", readonly=True)
    is_mine = fields.Boolean("Is in My Hands", compute="_compute_is_mine")
    can_accept = fields.Boolean(compute="_compute_is_mine")

    _thing_uniq = models.UniqueIndex(
        "(res_model, res_id) WHERE state != 'ended'",
        "This thing is in custody already.",
    )
    _record_idx = models.Index("(res_model, res_id)")
    _out_idx = models.Index("(company_id, due_at) WHERE is_out IS TRUE")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False

    def _clock_responsible_users(self):
        return self.holder_id

    @api.depends_context("uid")
    @api.depends("holder_id", "pending_handover_id.receiver_id")
    def _compute_is_mine(self):
        for custody in self:
            custody.is_mine = custody.holder_id == self.env.user
            custody.can_accept = (
                custody.pending_handover_id.receiver_id == self.env.user
            )

    def _record(self):
        """Return the thing itself as superuser, or None if its addon is gone."""
        self.ensure_one()
        model = self.env.get(self.res_model)
        if model is None or not hasattr(model, "_custody_moved"):
            return None
        # sudo: a holder may not read the whole card of what he holds
        return model.sudo().browse(self.res_id).exists()

    # Handing over

    def _offer(self, receiver, kind, due=None, reason=None, outing=None):
        """Offer each thing to ``receiver``; he has it when he has accepted.

        :param kind: ``custodian`` for good, ``loan``, ``return`` or ``outing``
        """
        handovers = self.env["school.custody.handover"]
        # An answer given in this transaction frees the thing for the next offer.
        handovers.flush_model(["state"])
        for custody in self:
            custody._check_may_give()
            custody._check_offer(receiver, kind, due, outing)
            if kind == "custodian":
                custody._check_not_passed_on()
            # sudo: nobody has write access; giver and rules were checked above
            handover = handovers.sudo().create(
                {
                    "company_id": custody.company_id.id,
                    "custody_id": custody.id,
                    "kind": kind,
                    "giver_id": custody.holder_id.id,
                    "offered_by_id": self.env.uid,
                    "receiver_id": receiver.id,
                    "offered_at": fields.Datetime.now(),
                    "due_at": due,
                    "reason": reason,
                    "outing": outing,
                }
            )
            custody.sudo().write(
                {"state": "offered", "pending_handover_id": handover.id}
            )
            handovers |= handover.sudo(self.env.su)
        handovers._tell_receiver()
        # An outing goes with the custodian himself: there is no other side to accept.
        own = handovers.filtered(lambda h: h.receiver_id == self.env.user)
        if own:
            own.action_accept()
        return handovers

    def _check_may_give(self):
        self.check_access("read")
        self.ensure_one()
        if self.env.su or self.env.user == self.holder_id:
            return
        raise AccessError(
            self.env._(
                "%(thing)s is held by %(holder)s: only its holder can hand it over. "
                "A handover on paper is recorded by the office.",
                thing=self.title,
                holder=self.holder_id.name,
            )
        )

    def _check_not_passed_on(self):
        """What was borrowed goes back first; borrowers do not pass it on."""
        self.ensure_one()
        if self.holder_id != self.custodian_id:
            raise UserError(
                self.env._(
                    "%(holder)s borrowed %(thing)s: it goes back to %(custodian)s "
                    "first and is not passed on.",
                    holder=self.holder_id.name,
                    thing=self.title,
                    custodian=self.custodian_id.name,
                )
            )

    def _check_offer(self, receiver, kind, due=None, outing=None):
        """Refuse what the rules of custody forbid, with the reason."""
        self.ensure_one()
        if self.state == "ended":
            raise UserError(
                self.env._("%(thing)s is no longer kept.", thing=self.title)
            )
        if self.pending_handover_id:
            raise UserError(
                self.env._(
                    "%(thing)s is already offered to %(person)s.",
                    thing=self.title,
                    person=self.pending_handover_id.receiver_id.name,
                )
            )
        if kind == "loan" and not self.is_lendable:
            raise UserError(
                self.env._(
                    "%(thing)s is never lent. Change its custodian, or have an outing "
                    "with the custodian approved.",
                    thing=self.title,
                )
            )
        if kind in ("loan", "outing"):
            self._check_not_passed_on()
        if kind == "outing" and receiver != self.custodian_id:
            raise UserError(
                self.env._(
                    "On an outing %(thing)s goes with its custodian %(person)s.",
                    thing=self.title,
                    person=self.custodian_id.name,
                )
            )
        if kind == "return" and receiver != self.custodian_id:
            raise UserError(
                self.env._(
                    "%(thing)s goes back to its custodian %(person)s.",
                    thing=self.title,
                    person=self.custodian_id.name,
                )
            )
        if receiver == self.holder_id and (
            kind in ("loan", "custodian") or (kind == "return" and not self.is_out)
        ):
            raise UserError(
                self.env._(
                    "%(person)s has %(thing)s already.",
                    person=receiver.name,
                    thing=self.title,
                )
            )
        if kind == "loan" and not due:
            raise UserError(self.env._("Say by when it comes back."))
        if not receiver:
            raise UserError(self.env._("Say who takes it over."))
        if due and due <= fields.Datetime.now():
            raise UserError(self.env._("The time by which it comes back has passed."))
        if receiver.sudo().share or self.company_id not in receiver.sudo().company_ids:
            raise UserError(
                self.env._(
                    "%(person)s does not work in this school.", person=receiver.name
                )
            )
        record = self._record()
        if record:
            record._custody_check_handover(self, receiver, kind, outing)

    def action_offer(self):
        """Open the dialog that hands this over."""
        self._check_may_give()
        return self._handover_dialog("offer", self.env._("Hand Over"))

    def action_record_paper(self):
        """Open the dialog that records a handover signed on paper."""
        self._check_clerk()
        return self._handover_dialog("paper", self.env._("Record a Handover on Paper"))

    def action_return(self):
        """Offer it back to its custodian."""
        for custody in self:
            custody._offer(custody.custodian_id, "return")
        return True

    def action_accept(self):
        """Accept what is offered to the caller."""
        self.check_access("read")
        return self.pending_handover_id.action_accept()

    def action_refuse(self):
        """Open the dialog that asks why it is refused."""
        self.check_access("read")
        return self.pending_handover_id.action_refuse()

    def _handover_dialog(self, mode, title):
        return self._dialog(
            "school.custody.offer",
            title,
            custody_id=self.id,
            mode=mode,
            kind="return"
            if self.holder_id != self.custodian_id
            else "loan"
            if self.is_lendable
            else "custodian",
        )

    def _check_clerk(self):
        self.check_access("read")
        user = self.env.user
        if not (self.env.su or user.has_group(GROUP_CLERK)):
            raise AccessError(self.env._("The office records handovers on paper."))

    def _record_paper(
        self,
        receiver,
        kind,
        due=None,
        reason=None,
        outing=None,
        at=None,
        condition=None,
        page_reference=None,
        scan=None,
        scan_name=None,
    ):
        """Record a handover that both sides signed on paper (BASE-11, BASE-13)."""
        self.ensure_one()
        self._check_clerk()
        now = fields.Datetime.now()
        at = at or now
        if at > now:
            raise UserError(self.env._("The time lies in the future."))
        if at < self.held_since:
            raise UserError(
                self.env._(
                    "%(person)s has it only since %(time)s.",
                    person=self.holder_id.name,
                    time=self.company_id._worktime()
                    .local(self.held_since)
                    .strftime("%Y-%m-%d %H:%M"),
                )
            )
        if not page_reference and not scan:
            raise UserError(
                self.env._(
                    "Give the page of the paper book or attach a scan, so that the "
                    "signatures can be found again."
                )
            )
        self._check_offer(receiver, kind, due, outing)
        # sudo: nobody has write access; clerk and rules were checked above
        handover_sudo = (
            self.env["school.custody.handover"]
            .sudo()
            .create(
                {
                    "company_id": self.company_id.id,
                    "custody_id": self.id,
                    "kind": kind,
                    "giver_id": self.holder_id.id,
                    "offered_by_id": self.env.uid,
                    "receiver_id": receiver.id,
                    "offered_at": at,
                    "answered_at": at,
                    "answered_by_id": receiver.id,
                    "due_at": due,
                    "reason": reason,
                    "outing": outing,
                    "mode": "paper",
                    "condition": condition,
                    "page_reference": page_reference,
                    "scan": scan,
                    "scan_name": scan_name,
                    "state": "accepted",
                }
            )
        )
        self.sudo()._move(handover_sudo)
        handover_sudo._tell_giver()
        return handover_sudo.sudo(self.env.su)

    def action_urge(self):
        """Urge the holder to bring it back."""
        self.check_access("read")
        user = self.env.user
        for custody in self:
            if user != custody.custodian_id and not user.has_group(GROUP_CLERK):
                raise AccessError(
                    self.env._("Only its custodian and the office urge a return.")
                )
        out = self.filtered(lambda c: c.is_out and c.holder_id != user)
        if not out:
            raise UserError(self.env._("Nothing of this is out with somebody else."))
        # sudo: nobody has write access; the caller was checked above
        for custody in out.sudo():
            custody.write(
                {
                    "urge_count": custody.urge_count + 1,
                    "urged_at": fields.Datetime.now(),
                }
            )
        self.env["school.notice"].sudo()._queue_rows(
            [
                {
                    "users": custody.holder_id,
                    "subject": lambda env, title=custody.title: env._(
                        "Please bring back: %(thing)s", thing=title
                    ),
                    "body": lambda env: "",
                    "record": custody,
                    "kind": "custody",
                }
                for custody in out
            ]
        )
        return True

    def action_open_record(self):
        """Open the thing itself; who may not read its card opens the custody."""
        self.ensure_one()
        self.check_access("read")
        model = self.env.get(self.res_model)
        if model is None or not model.browse(self.res_id).exists().has_access("read"):
            return self.get_formview_action()
        return super().action_open_record()

    def _move(self, handover):
        """Put the thing into the hands of the receiver of an accepted handover."""
        self.ensure_one()
        vals = {
            "holder_id": handover.receiver_id.id,
            "held_since": handover.answered_at,
            "pending_handover_id": False,
            "due_at": handover.due_at if handover.kind in ("loan", "outing") else False,
            "outing": handover.outing if handover.kind == "outing" else False,
            "urge_count": 0,
            "urged_at": False,
        }
        if handover.kind == "custodian":
            vals["custodian_id"] = handover.receiver_id.id
        is_out = handover.kind == "outing" or (
            handover.kind == "loan" and handover.receiver_id != self.custodian_id
        )
        vals.update(is_out=is_out, state="out" if is_out else "kept")
        self.write(vals)
        record = self._record()
        if record:
            record._custody_moved(self, handover)
