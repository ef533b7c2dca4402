from odoo import fields, models
from odoo.exceptions import UserError


class SchoolMeeting(models.Model):
    """Opening and ending a meeting, and the agenda between (MTG-13, MTG-14, MTG-16)."""

    _inherit = "school.meeting"
    _server_fields = frozenset(
        {"main_missing", "main_checked_by_id", "record_frozen_at"}
    )

    main_missing = fields.Char(
        "Main Participants Missing at the Start",
        readonly=True,
        copy=False,
        help="Whom the chair found missing when he opened the meeting (MTG-16).",
    )
    main_checked_by_id = fields.Many2one(
        "res.users", "Main Participants Checked by", readonly=True, copy=False
    )
    record_frozen_at = fields.Datetime("Record Final Since", readonly=True, copy=False)
    recusal_ids = fields.One2many("school.meeting.recusal", "meeting_id")
    vote_ids = fields.One2many("school.meeting.vote", "meeting_id", "Votes")
    statement_ids = fields.One2many("school.meeting.statement", "meeting_id")

    def _main_missing(self):
        """The main participants who are not there: key persons, voting members."""
        self.ensure_one()
        return self.sudo().participant_ids.filtered(
            lambda seat: (
                not seat.is_present
                and (
                    seat.is_key or (seat._is_voting_seat() and seat.meeting_id.body_id)
                )
            )
        )

    def action_start(self, confirmed=False):
        """Open the meeting.

        :param confirmed: open it although main participants are missing
        """
        self.ensure_one()
        self._check_room_runs()
        if self.state in ("ended", "closed"):
            raise UserError(
                self.env._(
                    "A meeting that has ended is not opened again. Call another one."
                )
            )
        if self.state == "in_session":
            raise UserError(self.env._("The meeting is in session already."))
        now = fields.Datetime.now()
        self._check_sign_in_open(now)
        missing = self._main_missing()
        if missing and not confirmed:
            raise UserError(
                self.env._(
                    "Not here yet: %(people)s. Confirm to open the meeting without "
                    "them.",
                    people=", ".join(missing.mapped("person_name")),
                )
            )
        names = ", ".join(missing.mapped("person_name"))
        # sudo: server fields; the caller has been checked
        self.sudo().write(
            {
                "state": "in_session",
                "started_at": now,
                "main_missing": names,
                "main_checked_by_id": self.env.uid,
            }
        )
        self._room_note(
            "started",
            self.env._("Opened without %(people)s.", people=names)
            if names
            else self.env._("Opened; the main participants are present."),
        )
        self.sudo()._meeting_started()
        self._room_changed()
        return True

    def action_next_item(self):
        """Finish the item that is dealt with and begin the next one in order."""
        self.ensure_one()
        self._check_room_runs()
        items = self.item_ids.sorted(lambda item: (item.sequence, item.id))
        current = items.filtered(lambda item: item.state == "current")
        if current:
            current.action_finish()
        waiting = items.filtered(
            lambda item: (
                item.state == "waiting"
                and (not item.is_extra or item.consent_state == "granted")
            )
        )
        if not waiting:
            raise UserError(self.env._("No item is waiting any more."))
        waiting[0].action_begin()
        return True

    def action_end(self, defer_rest=False):
        """End the meeting: every item is settled and everybody accounted for.

        :param defer_rest: put what has not been dealt with off to the next meeting
        """
        self.ensure_one()
        self._check_room_runs()
        if self.state != "in_session":
            raise UserError(self.env._("The meeting is not in session."))
        meeting = self.sudo()
        if meeting.vote_ids.filtered(lambda vote: vote.state == "open"):
            raise UserError(self.env._("A vote is open: close it first."))
        items = meeting.item_ids
        rest = items.filtered(lambda item: item.state == "waiting")
        if rest and not defer_rest:
            raise UserError(
                self.env._(
                    "Not settled yet: %(items)s. Deal with them, withdraw them, or put "
                    "them off to the next meeting.",
                    items=", ".join(rest.mapped("name")),
                )
            )
        now = fields.Datetime.now()
        items.filtered(lambda item: item.state == "current")._finish(now)
        if rest:
            rest._settle("deferred", self.env._("No time was left for it."))
        seats = meeting.participant_ids
        seats._close_presence(now)
        seats.filtered("is_present").write({"is_present": False})
        seats.filtered(lambda seat: seat.attendance == "none")._set_absent()
        meeting.write({"state": "ended", "ended_at": now})
        self._room_note("ended", self.env._("The meeting has ended."))
        self.sudo()._meeting_ended()
        self._ask_absent_reasons()
        self._room_changed()
        return True

    def _ask_absent_reasons(self):
        """Ask those who stayed away without a word why (MTG-13)."""
        for meeting in self.sudo():
            silent = meeting.participant_ids.filtered(
                lambda seat: seat.attendance == "absent" and not seat.absence_reason
            )
            users = silent.user_id.filtered(lambda user: user.active)
            if not users:
                continue
            self.env["school.notice"]._queue(
                users,
                lambda env, meeting=meeting: env._(
                    "Why could you not come to “%(meeting)s”?", meeting=meeting.name
                ),
                lambda env: env._(
                    "Enter the reason in My Office: it goes on the sheet."
                ),
                record=meeting,
                kind="meeting",
            )

    def _room_note(self, kind, text):
        """Write what happened into the history, which all who see the meeting read.

        So it says that something happened, and not who said or chose what.
        """
        self._note(kind, text)

    def _freeze_record(self):
        """Make final what happened in the room, with the minutes that tell of it."""
        meetings = self.sudo()
        if meetings.filtered(lambda meeting: meeting.state not in ("ended", "closed")):
            raise UserError(self.env._("The record is final after the meeting only."))
        meetings.item_ids._freeze()
        meetings.filtered(lambda m: not m.record_frozen_at).write(
            {"record_frozen_at": fields.Datetime.now()}
        )
        self.env.flush_all()
        return super()._freeze_record()


class SchoolMeetingParticipant(models.Model):
    _inherit = "school.meeting.participant"

    def _is_voting_seat(self):
        """Whether whoever sits here may vote at all: guests and observers never."""
        self.ensure_one()
        seat = self.sudo()
        return bool(
            seat.is_voting and seat.user_id and seat.role in ("chair", "member")
        )
