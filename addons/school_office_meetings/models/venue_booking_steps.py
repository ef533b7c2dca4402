from odoo import fields, models
from odoo.exceptions import UserError

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

    def _open_step(self, step, name):
        return self._dialog("school.venue.step", name, step=step, booking_ids=self.ids)
