from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("waiting", "Waiting"),
    ("current", "Being Dealt With"),
    ("done", "Done"),
    ("deferred", "Put Off"),
    ("withdrawn", "Withdrawn"),
]
CONSENTS = [
    ("none", "Not Needed"),
    ("asked", "Asked For"),
    ("granted", "Given"),
    ("refused", "Refused"),
]
# What people were told stands in the notice; later items are extra.
TOLD_STATES = ("called", "in_session")
MAX_EXTRA_MINUTES = 120


class SchoolMeetingItem(models.Model):
    """The course of an item: its turn, its time, the chair's consent (MTG-14, MTG-16).

    ::

        waiting -> current -> done
                   current -> waiting (another item goes first)
        waiting | current -> deferred | withdrawn
    """

    _inherit = "school.meeting.item"
    _server_fields = frozenset(
        {
            "state",
            "started_at",
            "ended_at",
            "running_since",
            "seconds_used",
            "minutes_extra",
            "settled_reason",
            "is_extra",
            "proposer_id",
            "consent_state",
            "consent_by_id",
            "consent_at",
            "consent_reason",
        }
    )

    minutes_planned = fields.Integer(
        default=lambda self: self.env.company.school_meeting_speaking_minutes
    )
    state = fields.Selection(
        STATES,
        "Status",
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    started_at = fields.Datetime("Begun at", readonly=True, copy=False)
    ended_at = fields.Datetime("Finished at", readonly=True, copy=False)
    running_since = fields.Datetime(readonly=True, copy=False)
    seconds_used = fields.Integer(readonly=True, copy=False, aggregator="sum")
    minutes_used = fields.Float(compute="_compute_minutes_used", digits=(8, 1))
    minutes_extra = fields.Integer("Minutes Added", readonly=True, copy=False)
    settled_reason = fields.Char("Why It Was Not Dealt With", readonly=True, copy=False)
    is_extra = fields.Boolean(
        "Extra Item",
        readonly=True,
        copy=False,
        help="Not in the notice: dealt with only if the chair consents (MTG-14).",
    )
    proposer_id = fields.Many2one(
        "res.users",
        "Proposed by",
        check_company=True,
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    consent_state = fields.Selection(
        CONSENTS,
        "Consent of the Chair",
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )
    consent_by_id = fields.Many2one(
        "res.users", "Consent Decided by", readonly=True, copy=False
    )
    consent_at = fields.Datetime("Consent Decided at", readonly=True, copy=False)
    consent_reason = fields.Char("Reason of the Chair", readonly=True, copy=False)

    _current_uniq = models.UniqueIndex(
        "(meeting_id) WHERE state = 'current'",
        "Another item is being dealt with.",
    )
    _extra_check = models.Constraint(
        """CHECK (
            NOT is_extra
            OR consent_state = 'granted'
            OR started_at IS NULL AND state NOT IN ('current', 'done')
        )""",
        "An extra item is dealt with only if the chair consents.",
    )
    _consent_check = models.Constraint(
        """CHECK (
            (NOT is_extra OR consent_state <> 'none')
            AND (
                consent_state NOT IN ('granted', 'refused')
                OR consent_by_id IS NOT NULL AND consent_at IS NOT NULL
            )
        )""",
        "It is on record who consented to an extra item, and when.",
    )
    _running_check = models.Constraint(
        "CHECK ((state = 'current') = (running_since IS NOT NULL))",
        "Time runs for the item that is dealt with.",
    )

    @api.depends("seconds_used")
    def _compute_minutes_used(self):
        for item in self:
            item.minutes_used = round((item.seconds_used or 0) / 60, 1)

    @api.model_create_multi
    def create(self, vals_list):
        meetings = self.env["school.meeting"].sudo()
        for vals in vals_list:
            meeting = meetings.browse(vals.get("meeting_id") or ())
            if meeting.state in ("ended", "closed", "cancelled"):
                raise UserError(
                    self.env._("The meeting is over: it gets no more items.")
                )
            if meeting.state not in TOLD_STATES:
                if vals.get("is_extra"):
                    raise UserError(
                        self.env._("Until the notice goes out no item is extra.")
                    )
                continue
            if not self.env.su:
                raise UserError(
                    self.env._(
                        "The notice has gone out with its agenda: propose an extra "
                        "item, for the chair to consent to."
                    )
                )
            # In superuser mode too: nothing joins the agenda unseen by the chair.
            vals |= self._extra_vals(meeting)
        items = super().create(vals_list)
        items.filtered("is_extra")._tell_of_extra()
        return items

    def _extra_vals(self, meeting):
        consent = self.env.user in meeting._room_chairs()
        return {
            "is_extra": True,
            "proposer_id": self.env.uid,
            "consent_state": "granted" if consent else "asked",
            "consent_by_id": self.env.uid if consent else False,
            "consent_at": fields.Datetime.now() if consent else False,
        }

    # Extra items

    def action_consent(self):
        """The chair lets an extra item in, with one tap (MTG-14)."""
        self._check_consent_open()
        self._decide_consent("granted")
        return True

    def action_refuse_consent(self, reason=None):
        """The chair keeps an extra item out."""
        self._check_consent_open()
        reason = (reason or "").strip()
        self._decide_consent("refused", reason)
        self.sudo()._settle("withdrawn", reason or self.env._("The chair refused."))
        return True

    def _check_consent_open(self):
        self.sudo().meeting_id.with_env(self.env)._check_room_chair()
        self.sudo().meeting_id._check_room_stage(("called", "in_session"))
        if any(item.consent_state != "asked" for item in self.sudo()):
            raise UserError(self.env._("Nobody asks for consent to this item."))

    def _decide_consent(self, decision, reason=""):
        # sudo: server fields; only the chair gets here
        self.sudo().write(
            {
                "consent_state": decision,
                "consent_by_id": self.env.uid,
                "consent_at": fields.Datetime.now(),
                "consent_reason": reason or False,
            }
        )
        for item in self.sudo():
            text = (
                self.env._("The chair consented to “%(item)s”.", item=item.name)
                if decision == "granted"
                else self.env._("The chair refused “%(item)s”.", item=item.name)
            )
            item.meeting_id.with_env(self.env)._room_note("consent", text)
        self.sudo().meeting_id._room_changed()

    def _tell_of_extra(self):
        for item in self.sudo():
            meeting = item.meeting_id
            item.meeting_id.with_env(self.env)._room_note(
                "consent",
                self.env._("“%(item)s” was proposed as an extra item.", item=item.name),
            )
            if item.consent_state != "asked":
                continue
            self.env["school.notice"]._queue(
                meeting._room_chairs(),
                lambda env, item=item: env._(
                    "Extra item for “%(meeting)s”: %(item)s",
                    meeting=item.meeting_id.name,
                    item=item.name,
                ),
                lambda env: env._("It is dealt with only if you consent."),
                record=meeting,
                urgent=True,
                kind="meeting",
            )
        self.sudo().meeting_id._room_changed()

    # Turn and time

    def action_begin(self):
        """Deal with this item now; the one before it waits."""
        self.ensure_one()
        self._check_runs()
        item = self.sudo()
        if item.state == "current":
            raise UserError(self.env._("This item is being dealt with."))
        if item.state == "withdrawn":
            raise UserError(self.env._("A withdrawn item is not dealt with."))
        if item.is_extra and item.consent_state != "granted":
            raise UserError(
                self.env._(
                    "“%(item)s” is an extra item: the chair has to consent first.",
                    item=item.name,
                )
            )
        now = fields.Datetime.now()
        for other in item.meeting_id.item_ids.filtered(lambda i: i.state == "current"):
            other._check_no_open_vote()
            other._stop_clock(now, "waiting")
        # The unique index looks at what is in the table.
        self.env.flush_all()
        item.write(
            {
                "state": "current",
                "started_at": item.started_at or now,
                "running_since": now,
                "ended_at": False,
                "settled_reason": False,
            }
        )
        self._item_note(self.env._("Begun: %(item)s", item=item.name))
        return True

    def action_finish(self):
        """The item is done."""
        self._check_runs()
        if any(item.state != "current" for item in self.sudo()):
            raise UserError(self.env._("Only what is dealt with can be finished."))
        self.sudo()._finish(fields.Datetime.now())
        for item in self:
            item._item_note(self.env._("Done: %(item)s", item=item.sudo().name))
        return True

    def action_defer(self, reason):
        """Put the item off to the next meeting."""
        self._settle_by_hand("deferred", reason)
        return True

    def action_withdraw(self, reason):
        """Take the item off the agenda."""
        self._settle_by_hand("withdrawn", reason)
        return True

    def _settle_by_hand(self, state, reason):
        self._check_runs()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the item is not dealt with."))
        if any(item.state not in ("waiting", "current") for item in self.sudo()):
            raise UserError(self.env._("The item has been settled already."))
        self.sudo()._check_nothing_decided()
        self.sudo()._settle(state, reason)
        for item in self:
            name = item.sudo().name
            item._item_note(
                self.env._("Put off: %(item)s", item=name)
                if state == "deferred"
                else self.env._("Withdrawn: %(item)s", item=name)
            )

    def action_extend(self, minutes):
        """Give the item more time, out loud and on record."""
        self.ensure_one()
        self._check_runs()
        minutes = int(minutes)
        if self.sudo().state != "current":
            raise UserError(self.env._("Time runs for the current item only."))
        if not 1 <= minutes <= MAX_EXTRA_MINUTES:
            raise UserError(self.env._("Add between 1 and 120 minutes."))
        self.sudo().minutes_extra += minutes
        self.sudo().meeting_id._room_changed()
        return True

    def _finish(self, now):
        for item in self:
            item._check_no_open_vote()
            item._stop_clock(now, "done")
            item.ended_at = now

    def _settle(self, state, reason):
        """Put items off or take them off; in superuser mode."""
        now = fields.Datetime.now()
        for item in self:
            item._check_no_open_vote()
            item._stop_clock(now, state)
            item.write({"settled_reason": reason, "ended_at": now})

    def _stop_clock(self, now, state):
        self.ensure_one()
        ran = (now - self.running_since).total_seconds() if self.running_since else 0
        self.turn_ids.filtered(lambda turn: turn.state == "speaking")._stop(now)
        self.write(
            {
                "state": state,
                "running_since": False,
                "seconds_used": self.seconds_used + max(int(ran), 0),
            }
        )

    def _check_runs(self):
        """Chair or recorder of a meeting that is in session."""
        meetings = self.sudo().meeting_id
        meetings.with_env(self.env)._check_room_runs()
        meetings._check_room_stage(("in_session",))

    def _check_no_open_vote(self):
        if any(vote.state == "open" for vote in self.sudo().vote_ids):
            raise UserError(self.env._("A vote is open: close it first."))

    def _check_nothing_decided(self):
        for item in self:
            if any(vote.state == "closed" for vote in item.vote_ids) or item.decision:
                raise UserError(
                    self.env._(
                        "“%(item)s” has been decided: finish it instead.",
                        item=item.name,
                    )
                )

    def _item_note(self, text):
        meeting = self.sudo().meeting_id
        meeting.with_env(self.env)._room_note("item", text)
        meeting._room_changed()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dealt_with(self):
        if any(item.started_at or item.is_extra for item in self.sudo()):
            raise UserError(
                self.env._("An item that was dealt with or proposed stays on record.")
            )


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    def action_propose_item(self, name, minutes=None, description=None):
        """Propose an extra item (临时议题); it takes the chair's consent."""
        self.ensure_one()
        self._check_in_room()
        self._check_room_stage(TOLD_STATES)
        seats = self._my_seats()
        if not (seats or self._is_room_chair() or self._is_room_recorder()):
            raise AccessError(
                self.env._("Extra items are proposed by those who take part.")
            )
        name = (name or "").strip()
        if not name:
            raise UserError(self.env._("Say what the extra item is about."))
        meeting = self.sudo()
        if minutes is None:
            minutes = meeting.company_id.school_meeting_speaking_minutes
        own = seats.filtered(lambda seat: seat.user_id == self.env.user)
        # sudo: participants write no agenda; create() makes it an extra item
        item = (
            self.env["school.meeting.item"]
            .sudo()
            .create(
                {
                    "meeting_id": meeting.id,
                    "name": name[:200],
                    "description": (description or "").strip() or False,
                    "minutes_planned": min(max(int(minutes), 0), MAX_EXTRA_MINUTES),
                    "sequence": max(meeting.item_ids.mapped("sequence"), default=0)
                    + 10,
                    "speaker_id": own.user_id.id,
                    "department_id": seats.department_id[:1].id,
                }
            )
        )
        return item.id

    def _check_room_stage(self, states):
        for meeting in self:
            if meeting.state not in states:
                raise UserError(
                    self.env._("The meeting is not in session.")
                    if "called" not in states
                    else self.env._("The meeting is over, or has not been called.")
                )
