from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from .venue_booking import COMING, LIVE, PURPOSE

OVER = ("finished", "rejected", "cancelled", "released", "displaced")


class SchoolVenueBooking(models.Model):
    """From the request to the confirmed booking, and the ways out of it."""

    _inherit = "school.venue.booking"

    # Asking

    def action_request(self):
        """Ask for the room; where nobody has to approve, it is booked at once."""
        self._check_may_act()
        if any(booking.state != "draft" for booking in self):
            raise UserError(self.env._("This was asked for already."))
        self._raise_faults()
        self._request()
        return True

    def action_contest(self):
        """Ask the office to give this room to what goes before what is in it."""
        self.ensure_one()
        self._check_may_act()
        if self.state != "draft":
            raise UserError(self.env._("This was asked for already."))
        self._raise_faults()
        losers = self._losers()
        if not losers:
            return self.action_request()
        self._check_goes_before(losers)
        sudo = self.sudo()
        sudo.write({"is_contested": True})
        sudo._request(contest=True)
        return True

    def _request(self, contest=False):
        """Requested, and confirmed where no approval is needed; checks were made."""
        bookings = self.sudo()
        if not contest:
            bookings._check_free()
        now = fields.Datetime.now()
        kinds = {}
        for booking in self:
            kind = booking._approval_needed()
            if contest and kind == "none":
                kind = "office"
            kinds[kind] = kinds.get(kind, self.browse()) | booking
        for kind, group in kinds.items():
            group.sudo().write(
                {"state": "requested", "requested_at": now, "approval_kind": kind}
            )
        bookings._assign_numbers()
        for kind, group in kinds.items():
            if kind == "none":
                group.sudo()._confirm()
            else:
                # sudo: the caller was checked; the office asks in the name of others
                group.sudo()._approval_submit(PURPOSE)

    def _approval_check_submit(self, purpose):  # pylint: disable=missing-return
        super()._approval_check_submit(purpose)
        if any(booking.state != "requested" for booking in self):
            raise UserError(self.env._("Ask for the room first."))

    def _approval_gated_by(self, vals):
        """The gate is for what somebody has to approve; a meeting was approved."""
        gated = super()._approval_gated_by(vals)
        kept = {
            purpose: bookings.filtered(lambda b: b.sudo()._gate_applies())
            for purpose, bookings in gated.items()
        }
        return {purpose: bookings for purpose, bookings in kept.items() if bookings}

    def _gate_applies(self):
        """Whether this booking itself needs an approved case.

        A date of a series is approved with the series, a booking that stands in for
        one that gave way with that one.
        """
        self.ensure_one()
        if self.approval_kind == "none":
            return False
        return not (self.series_id and self.series_id.approval_state == "approved")

    def _approval_gate_passed(self, purpose):
        return self._gate_applies() and super()._approval_gate_passed(purpose)

    def _approval_facts(self):
        self.ensure_one()
        facts = self._request_facts()
        facts.insert(
            1, (self.env._("When"), self._when(self.company_id, self.start, self.stop))
        )
        if self.is_contested:
            losers = self._losers()
            facts.append(
                (
                    self.env._("Takes the room from"),
                    "\n".join(loser._spoken() for loser in losers)
                    or self.env._("nobody any more"),
                )
            )
        return facts

    def _approval_granted_batch(self, cases):
        if any(booking.is_contested for booking in self):
            for booking in self.filtered("is_contested"):
                reason = self._opinion_of(cases[booking]) or booking.urgent_reason
                booking._displace_losers(
                    reason or self.env._("The office gave the room to others.")
                )
                booking._check_free()
        self._confirm()
        return None

    def _approval_refused(self, case):
        result = super()._approval_refused(case)
        self._end("rejected", self._opinion_of(case), tell=False)
        return result

    def _approval_returned(self, case, opinion):
        result = super()._approval_returned(case, opinion)
        self.sudo().write({"state": "draft", "is_contested": False})
        return result

    def _approval_withdrawn(self, case):
        result = super()._approval_withdrawn(case)
        self.sudo().filtered(lambda b: b.state in COMING).write(
            {"state": "draft", "is_contested": False}
        )
        return result

    def _approval_voided(self, case):
        result = super()._approval_voided(case)
        standing = self.sudo().filtered(lambda b: b.state in LIVE)
        standing._end("cancelled", self.env._("The approval no longer counts."))
        return result

    def _opinion_of(self, case):
        return case.sudo().opinion_ids.sorted("id")[-1:].text

    def _confirm(self):
        """The room is theirs; for whom the office booked is told."""
        bookings = self.sudo().filtered(lambda b: b.state == "requested")
        if not bookings:
            return
        bookings.write(
            {
                "state": "confirmed",
                "is_contested": False,
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by_id": self.env.uid,
            }
        )
        # Of what was approved the approval itself tells.
        bookings.filtered(lambda b: b.approval_kind == "none")._tell_applicants(
            lambda booking, env: env._(
                "Booked: %(booking)s", booking=booking.with_env(env)._spoken()
            ),
            kind="venue_confirmed",
        )

    # Out of it

    def action_ask_cancel(self):
        """Open the dialog that asks why it is cancelled."""
        self._check_may_act()
        return self._open_step("cancel", self.env._("Cancel the Booking"))

    def _cancel(self, reason):
        """Cancel by hand, with the reason; the room is free at once."""
        self._check_may_act()
        now = fields.Datetime.now()
        for booking in self:
            if booking.state not in ("draft", *LIVE):
                raise UserError(self.env._("This booking is over already."))
            if booking.is_from_meeting:
                raise UserError(
                    self.env._(
                        "This room is booked by a meeting: it is cancelled with the "
                        "meeting, or by choosing another room there."
                    )
                )
            if (
                booking.state != "draft"
                and booking.start <= now
                and not booking.venue_id._is_office()
            ):
                raise UserError(
                    self.env._(
                        "This booking has begun. Finish it, so that the room is free."
                    )
                )
        self._end("cancelled", self._check_reason(reason))

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))
        return reason.strip()[:500]

    def _end(self, state, reason, tell=True):
        """Let go of the room: ``rejected``, ``cancelled``, ``released`` …"""
        bookings = self.sudo()
        bookings.write(
            {"state": state, "ended_reason": reason or False, "is_contested": False}
        )
        bookings._end_cases(reason)
        if not tell:
            return
        subjects = {
            "cancelled": lambda booking, env: env._(
                "Cancelled: %(booking)s", booking=booking.with_env(env)._spoken()
            ),
            "released": lambda booking, env: env._(
                "Released, as nobody came: %(booking)s",
                booking=booking.with_env(env)._spoken(),
            ),
        }
        if state in subjects:
            bookings._tell_applicants(
                subjects[state],
                reason,
                kind=f"venue_{state}",
                urgent=state == "released",
            )

    def _end_cases(self, reason):
        """No decision goes on about what is over."""
        cases = self._approval_cases_under_way()
        if cases:
            cases._lock()
            cases._void(reason or self.env._("The booking is over."))

    def _release(self, reason):
        """Give the room back, for whatever made the booking (a meeting); no mail."""
        self.filtered(lambda b: b.state in ("draft", *LIVE))._end(
            "cancelled", reason, tell=False
        )

    def _tell_applicants(self, subject, body="", kind=None, urgent=False, others=None):
        """One message each, in his language, outside this request; one insert."""
        rows = []
        for booking in self.sudo():
            people = booking.user_id
            if booking.is_from_meeting:
                continue  # the meeting tells its own people
            if others:
                people |= others
            if kind == "venue_confirmed":
                people -= self.env.user
            if people:
                rows.append(
                    {
                        "users": people,
                        "subject": lambda env, b=booking: subject(b, env),
                        "body": body or "",
                        "record": booking,
                        "kind": kind,
                        "urgent": urgent,
                    }
                )
        self.env["school.notice"].sudo()._queue_rows(rows)

    def _notice_is_secret(self):
        return any(booking.is_restricted for booking in self.sudo())

    # Re-allocation (MTG-35)

    def _losers(self):
        """Who has the room that this booking wants."""
        self.ensure_one()
        if not (self.start and self.stop and self.venue_id):
            return self.browse().sudo()
        return self.venue_id._conflicts(self.start, self.stop, self)

    def _check_goes_before(self, losers):
        """Only a lower rank gives way."""
        rank = self.sudo().rank_id
        for loser in losers.sudo():
            if loser.state in ("checked_in", "finished") and rank.code != "emergency":
                raise UserError(
                    self.env._(
                        "%(taken)s It is in use now: only an emergency ends that.",
                        taken=loser._taken_sentence(),
                    )
                )
            if loser.rank_sequence <= rank.sequence:
                raise UserError(
                    self.env._(
                        "%(taken)s “%(own)s” does not go before “%(other)s”.",
                        taken=loser._taken_sentence(),
                        own=rank.name,
                        other=loser.rank_id.name,
                    )
                )

    def action_ask_displace(self):
        """Open the dialog that names who loses the room, and asks why."""
        self._check_displaces()
        losers = self._losers()
        self._check_goes_before(losers)
        return self._open_step("displace", self.env._("Take the Room"))

    def _check_displaces(self):
        """Say what is in the way before a reason is asked for."""
        self.ensure_one()
        self._check_office()
        if self.state not in ("draft", "requested"):
            raise UserError(self.env._("This booking has its room already."))
        self._raise_faults_of_office()
        if self.state == "requested":
            raise UserError(
                self.env._(
                    "This request is being decided: approve it, and it takes the room."
                )
            )
        if self._approval_needed() == "head_office":
            raise UserError(
                self.env._(
                    "“%(venue)s” needs the approval of the department head first: ask "
                    "for it, the room is re-allocated when it is approved.",
                    venue=self.venue_id.name,
                )
            )

    def _raise_faults_of_office(self):
        for booking in self.filtered(lambda b: b.state == "draft"):
            booking._raise_faults()

    def _displace(self, reason, moves=None):
        """The office gives the room to this booking, whoever had it.

        :param moves: ``{booking: room}`` where those who lose it go instead
        """
        self._check_displaces()
        reason = self._check_reason(reason)
        sudo = self.sudo()
        sudo._displace_losers(reason, moves)
        self._request()

    def _displace_losers(self, reason, moves=None):
        """Send away who has the room, log it and tell them what is free instead."""
        self.ensure_one()
        booking = self.sudo()
        losers = booking._losers()
        booking._check_goes_before(losers)
        if not losers:
            return
        Venue = self.env["school.venue"].sudo()
        log = []
        for loser in losers:
            free = Venue._free_between(
                loser.company_id,
                loser.start,
                loser.stop,
                loser.people_count or loser.venue_id.capacity // 2,
                loser.feature_ids,
            ).filtered(lambda venue, kind=loser.kind: venue.kind == kind)
            loser.write(
                {
                    "state": "displaced",
                    "displaced_by_id": booking.id,
                    "ended_reason": reason,
                    "is_contested": False,
                }
            )
            loser._end_cases(reason)
            target = (moves or {}).get(loser)
            log.append(
                {
                    "company_id": loser.company_id.id,
                    "loser_id": loser.id,
                    "winner_id": booking.id,
                    "venue_id": loser.venue_id.id,
                    "from_rank_id": loser.rank_id.id,
                    "to_rank_id": booking.rank_id.id,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "moment": fields.Datetime.now(),
                    "offered": ", ".join(free[:5].mapped("name")),
                }
            )
            moved = loser._stand_in(target) if target else loser.browse()
            loser._tell_displaced(reason, free[:5], moved)
        self.env["school.venue.displacement"].sudo().create(log)

    def _tell_displaced(self, reason, free, moved):
        """The one who had it is told why, and where he may go (MTG-35)."""
        self.ensure_one()
        meeting = self.meeting_ids
        if moved:
            for one in meeting:
                one.write({"booking_id": moved.id, "venue_id": moved.venue_id.id})
        if meeting:
            meeting._venue_lost(self, reason)
            return

        def body(env):
            lines = [env._("Reason: %(reason)s", reason=reason)]
            if moved:
                lines.append(
                    env._(
                        "You have this room instead: %(venue)s",
                        venue=moved.venue_id.name,
                    )
                )
            elif free:
                lines.append(
                    env._(
                        "Free at the same time: %(venues)s. Open the booking to take "
                        "one of them.",
                        venues=", ".join(free.mapped("name")),
                    )
                )
            else:
                lines.append(env._("Nothing else is free at that time."))
            return "\n".join(lines)

        self._tell_applicants(
            lambda booking, env: env._(
                "You lost the room: %(booking)s",
                booking=booking.with_env(env)._spoken(),
            ),
            body,
            kind="venue_displaced",
            urgent=True,
        )

    def _stand_in(self, venue):
        """Book ``venue`` in the place of this booking, which had to give way.

        It was approved for its purpose and time; the office chose the other room.
        """
        self.ensure_one()
        loser = self.sudo()
        vals = {
            "company_id": loser.company_id.id,
            "venue_id": venue.id,
            "start": loser.start,
            "stop": loser.stop,
            "all_day": loser.all_day,
            "purpose": loser.purpose,
            "people_count": loser.people_count,
            "feature_ids": [(6, 0, (loser.feature_ids & venue.feature_ids).ids)],
            "equipment_needed": loser.equipment_needed,
            "layout": loser.layout,
            "department_id": loser.department_id.id,
            "user_id": loser.user_id.id,
            "rank_id": loser.rank_id.id,
            "rules_accepted": True,
            "is_from_meeting": loser.is_from_meeting,
            "is_restricted": loser.is_restricted,
            "moved_from_id": loser.id,
        }
        booking = loser.create(vals)
        booking._check_free()
        booking.write({"state": "requested", "requested_at": fields.Datetime.now()})
        if not booking.is_from_meeting:
            booking._assign_numbers()
        booking._confirm()
        return booking

    def action_ask_alternative(self):
        """Open the dialog with the rooms that are free instead."""
        self.ensure_one()
        self._check_may_act()
        if self.state != "displaced":
            raise UserError(self.env._("This booking did not lose its room."))
        return self._open_step("alternative", self.env._("Take Another Room"))

    def _take_alternative(self, venue):
        """Whoever lost his room takes another one, without asking again."""
        self.ensure_one()
        self._check_may_act()
        if self.state != "displaced" or self.is_from_meeting:
            raise UserError(self.env._("This booking did not lose its room."))
        venue.check_access("read")
        if self.sudo().search_count([("moved_from_id", "=", self.id)], limit=1):
            raise UserError(self.env._("Another room was taken instead already."))
        if self.stop <= fields.Datetime.now():
            raise UserError(self.env._("This time has passed."))
        own = self.sudo().venue_id
        order = ("none", "office", "head_office")
        if venue.is_pool or venue not in venue._may_book():
            raise AccessError(
                self.env._("“%(venue)s” is not booked by everybody.", venue=venue.name)
            )
        if order.index(venue.approval) > order.index(own.approval):
            raise UserError(
                self.env._(
                    "“%(venue)s” needs an approval of its own: book it anew.",
                    venue=venue.name,
                )
            )
        booking = self._stand_in(venue)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": booking.id,
            "views": [(False, "form")],
        }

    def _open_step(self, step, name):
        return self._dialog("school.venue.step", name, step=step, booking_ids=self.ids)
