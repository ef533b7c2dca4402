from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class SchoolMeetingParticipant(models.Model):
    """Signing in, leaving, coming back, and why somebody did not come (MTG-13)."""

    _inherit = "school.meeting.participant"
    _server_fields = frozenset({"attended_by_id", "is_present"})

    attended_by_id = fields.Many2one(
        "res.users",
        "Attended by",
        check_company=True,
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="The person himself or his deputy.",
    )
    is_present = fields.Boolean(
        "In the Room", readonly=True, copy=False, help="Signed in and not gone again."
    )
    presence_ids = fields.One2many(
        "school.meeting.presence", "participant_id", "Times in the Room", readonly=True
    )

    _left_check = models.Constraint(
        "CHECK (NOT is_present OR attendance IN ('present', 'late'))",
        "Only who signed in is in the room.",
    )

    # Who was there for what

    def _present_for(self, item):
        """Those of these participants who are, or were, there for an item.

        Who recused himself from it is not. Once an item has ended, it is the moment of
        its end that counts.
        """
        recused = item.sudo().recusal_ids.filtered(
            lambda recusal: not recusal.withdrawn_at
        )
        return (self - recused.participant_id)._present_at(item)

    def _present_at(self, item):
        """Those in the room now, or, for what is over, at the end of the item."""
        item_sudo = item.sudo()
        moment = item_sudo.ended_at or item_sudo.meeting_id.ended_at
        if not moment:
            return self.filtered(lambda seat: seat.sudo().is_present)
        return self.filtered(
            lambda seat: any(
                row.since <= moment
                and (not row.until or row.until >= moment)
                and not row.void_at
                for row in seat.sudo().presence_ids
            )
        )

    # Coming

    def action_sign_in_for(self, method="clerk"):
        """The clerk signs people in, from the paper list or as he sees them."""
        self.sudo().meeting_id.with_env(self.env)._check_room_clerk()
        if method not in ("clerk", "list"):
            raise UserError(self.env._("Somebody signs in by the list or the clerk."))
        self._sign_in(method)
        return True

    def _sign_in(self, method, user=None):
        """Let these people be in the room from now on. The caller has been checked.

        :param user: who came, where it is not the person of the row himself
        """
        now = fields.Datetime.now()
        # sudo: server fields; the caller has been checked
        seats = self.sudo().filtered(lambda seat: not seat.is_present)
        for meeting in seats.meeting_id:
            meeting._check_sign_in_open(now)
        came = {}
        for seat in seats:
            deputy = seat.deputy_id if seat.answer == "deputy" else user
            came[seat] = user or deputy or seat.user_id
        # The unique index looks at what is in the table.
        self.env["school.meeting.presence"].flush_model()
        self.env["school.meeting.presence"].sudo().create(
            [
                {
                    "meeting_id": seat.meeting_id.id,
                    "participant_id": seat.id,
                    "attended_by_id": came[seat].id,
                    "since": now,
                    "method": method,
                    "by_id": self.env.uid,
                }
                for seat in seats
            ]
        )
        for seat in seats:
            first = not seat.signed_in_at
            late = seat.meeting_id._is_late(seat.signed_in_at or now)
            vals = {
                "attendance": "late" if late else "present",
                "is_present": True,
                "attended_by_id": came[seat].id,
                "left_at": False,
                "left_reason": False,
                "absence_reason": False,
            }
            if first:
                vals |= {
                    "signed_in_at": now,
                    "signed_in_by_id": self.env.uid,
                    "sign_in_method": method,
                }
            seat.write(vals)
        seats.meeting_id._room_changed()

    # Going

    def action_leave(self, reason=None):
        """Somebody has to go before the end."""
        self._check_self_or_clerk()
        seats = self.sudo()
        if any(meeting.state != "in_session" for meeting in seats.meeting_id):
            raise UserError(self.env._("The meeting is not in session."))
        if any(not seat.is_present for seat in seats):
            raise UserError(self.env._("Only who is in the room can leave it."))
        seats._check_not_on_open_roll()
        now = fields.Datetime.now()
        reason = (reason or "").strip() or False
        seats._close_presence(now, reason)
        seats.write(
            {
                "is_present": False,
                "attendance": "left",
                "left_at": now,
                "left_reason": reason,
            }
        )
        seats.meeting_id._room_changed()
        return True

    def action_undo_sign_in(self, reason):
        """The clerk strikes out a sign-in that was a mistake."""
        self.sudo().meeting_id.with_env(self.env)._check_room_clerk()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the sign-in is struck out."))
        seats = self.sudo().filtered("signed_in_at")
        if any(meeting.ended_at for meeting in seats.meeting_id):
            raise UserError(self.env._("The meeting has ended: its sheet is closed."))
        seats._check_not_on_open_roll()
        now = fields.Datetime.now()
        # What was decided in the meantime keeps the numbers it was judged with.
        seats.presence_ids.filtered(lambda row: not row.void_at).write(
            {"void_at": now, "void_by_id": self.env.uid, "void_reason": reason}
        )
        seats.write(
            {
                "is_present": False,
                "attendance": "none",
                "signed_in_at": False,
                "signed_in_by_id": False,
                "sign_in_method": False,
                "attended_by_id": False,
                "left_at": False,
                "left_reason": False,
            }
        )
        for seat in seats:
            seat.meeting_id._room_note(
                "signed_in",
                self.env._(
                    "The sign-in of %(person)s was struck out: %(reason)s",
                    person=seat.person_name,
                    reason=reason,
                ),
            )
        seats.meeting_id._room_changed()
        return True

    def action_mark_absent(self, reason=None):
        """The clerk enters that somebody does not come, and why."""
        self.sudo().meeting_id.with_env(self.env)._check_room_clerk()
        seats = self.sudo()
        for meeting in seats.meeting_id:
            meeting._check_sign_in_open(fields.Datetime.now())
        if any(seat.signed_in_at for seat in seats):
            raise UserError(self.env._("Who signed in is not absent: let him leave."))
        seats._set_absent((reason or "").strip() or False)
        seats.meeting_id._room_changed()
        return True

    def action_give_reason(self, reason):
        """Say why one was absent: the person himself, or the clerk for him."""
        self._check_self_or_clerk()
        reason = (reason or "").strip()
        seats = self.sudo()
        if not reason:
            raise UserError(self.env._("Say why you could not come."))
        if any(seat.attendance != "absent" for seat in seats):
            raise UserError(self.env._("A reason is given by those who were absent."))
        if any(seat.meeting_id.record_frozen_at for seat in seats):
            raise UserError(self.env._("The record of this meeting is final."))
        clerk = all(m.with_env(self.env)._is_room_clerk() for m in seats.meeting_id)
        if not clerk and any(seat.absence_reason for seat in seats):
            raise UserError(self.env._("Your reason has been entered already."))
        seats.write({"absence_reason": reason})
        seats.meeting_id._room_changed()
        return True

    def action_ask_reason(self):
        """Open the dialog in which somebody says why he was absent."""
        self.ensure_one()
        self._check_self_or_clerk()
        return self._dialog(
            "school.meeting.reason",
            self.env._("Why You Could Not Come"),
            participant_id=self.id,
            meeting_name=self.sudo().meeting_id.name,
        )

    def _set_absent(self, reason=False):
        """Enter people as absent, with the reason they gave when they answered."""
        for seat in self:
            given = seat.answer_reason if seat.answer != "accepted" else False
            seat.write(
                {
                    "attendance": "absent",
                    "absence_reason": reason or seat.absence_reason or given,
                }
            )

    def _close_presence(self, moment, reason=False):
        rows = self.env["school.meeting.presence"].sudo()
        rows = rows.search(
            Domain("participant_id", "in", self.ids)
            & Domain("until", "=", False)
            & Domain("void_at", "=", False)
        )
        for since, same in rows.grouped("since").items():
            same.write({"until": max(moment, since), "left_reason": reason})

    def _check_not_on_open_roll(self):
        """While a vote is open its roll stands: nobody goes in the middle of it."""
        voting = (
            self.env["school.meeting.turnout"]
            .sudo()
            .search(
                Domain("participant_id", "in", self.ids)
                & Domain("vote_id.state", "=", "open")
                & Domain("has_voted", "=", False),
                limit=1,
            )
        )
        if voting:
            raise UserError(
                self.env._(
                    "%(person)s is on the roll of a vote that is open: vote first, or "
                    "let the chair close it.",
                    person=voting.participant_id.person_name,
                )
            )

    def _check_self_or_clerk(self):
        meetings = self.sudo().meeting_id.with_env(self.env)
        meetings._check_in_room()
        clerk = {meeting.id for meeting in meetings if meeting._is_room_clerk()}
        user = self.env.user
        for seat in self.sudo():
            own = user in (seat.user_id, seat.attended_by_id) or (
                seat.answer == "deputy" and seat.deputy_id == user
            )
            if not own and seat.meeting_id.id not in clerk:
                raise AccessError(
                    self.env._("Everybody speaks for himself, or the clerk does.")
                )


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    is_room_open = fields.Boolean(
        compute="_compute_is_room_open",
        help="People sign in, or the meeting is on.",
    )

    def _sign_in_opens_at(self):
        self.ensure_one()
        minutes = self.sudo().company_id.school_meeting_sign_in_minutes
        return self.start and self.start - timedelta(minutes=minutes)

    @api.depends("state", "start")
    def _compute_is_room_open(self):
        now = fields.Datetime.now()
        for meeting in self:
            opens = meeting.state == "called" and meeting._sign_in_opens_at()
            meeting.is_room_open = meeting.state == "in_session" or bool(
                opens and opens <= now
            )

    def _check_sign_in_open(self, now):
        """Raise unless people can sign in at this moment."""
        for meeting in self:
            if meeting.state == "in_session":
                continue
            if meeting.state != "called":
                raise UserError(
                    self.env._(
                        "People sign in from shortly before a meeting until its end."
                    )
                )
            opens = meeting._sign_in_opens_at()
            if opens and now < opens:
                raise UserError(
                    self.env._(
                        "Sign-in opens at %(time)s.",
                        time=meeting._room_time(opens),
                    )
                )

    def _is_late(self, moment):
        self.ensure_one()
        minutes = self.sudo().company_id.school_meeting_late_minutes
        return bool(self.start) and moment > self.start + timedelta(minutes=minutes)

    def _room_time(self, moment):
        """A moment as people of the school say it."""
        zone = self.sudo().company_id._school_tz()
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=zone.zone), moment
        )
        same_day = local.date() == self.sudo().company_id._school_date()
        return local.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M")
