from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .venue_booking import PURPOSE


class SchoolVenueSeries(models.Model):
    """Booking the dates that are free, their approval, and the end of the rest."""

    _inherit = "school.venue.series"

    def action_book(self):
        """Book what is free; what was taken in the meantime is reported, not lost."""
        self.ensure_one()
        self._check_may_act()
        if self.state != "draft":
            raise UserError(self.env._("This was asked for already."))
        if not self.date_ids:
            self.action_check()
        self._refresh_taken()
        chosen = self.date_ids.filtered(lambda d: d.is_chosen and d.result == "free")
        if not chosen:
            raise UserError(
                self.env._("None of these dates is free. Choose another room or time.")
            )
        self._raise_faults()
        self._request(chosen)
        return True

    def _request(self, dates):
        kind = self._approval_needed()
        sudo = self.sudo()
        now = fields.Datetime.now()
        vals = self._booking_vals(kind)
        bookings = sudo.booking_ids.create(
            [
                {
                    **vals,
                    "venue_id": (date.venue_id or self.venue_id).id,
                    "start": date.start,
                    "stop": date.stop,
                }
                for date in dates
            ]
        )
        for date, booking in zip(dates.sudo(), bookings, strict=True):
            date.booking_id = booking
        bookings._note_change()
        bookings.write({"state": "requested", "requested_at": now})
        sudo.write({"state": "requested", "approval_kind": kind})
        sudo._assign_numbers()
        if kind == "none":
            sudo._confirm()
        else:
            # sudo: the caller was checked; the office asks in the name of others
            sudo._approval_submit(PURPOSE)

    def _booking_vals(self, kind):
        return {
            "company_id": self.company_id.id,
            "series_id": self.id,
            "purpose": self.purpose,
            "people_count": self.people_count,
            "feature_ids": [Command.set(self.feature_ids.ids)],
            "equipment_needed": self.equipment_needed,
            "layout": self.layout,
            "refreshments": self.refreshments,
            "department_id": self.department_id.id,
            "user_id": self.user_id.id,
            "rank_id": self.rank_id.id,
            "is_urgent": self.is_urgent,
            "urgent_reason": self.urgent_reason,
            "rules_accepted": self.rules_accepted,
            "approval_kind": kind,
        }

    def _confirm(self):
        """All its dates are booked; one message tells the applicant."""
        for series in self.sudo():
            series.state = "confirmed"
            series.booking_ids.filtered(lambda b: b.state == "requested").write(
                {
                    "state": "confirmed",
                    "confirmed_at": fields.Datetime.now(),
                    "confirmed_by_id": self.env.uid,
                }
            )
            self.env["school.notice"].sudo()._queue(
                series.user_id - self.env.user,
                lambda env, s=series: env._(
                    "Booked: %(series)s, %(count)s times",
                    series=s.with_env(env).display_name,
                    count=len(s.booking_ids),
                ),
                record=series,
                kind="venue_confirmed",
            )

    def _approval_facts(self):
        self.ensure_one()
        facts = self._request_facts()
        bookings = self.sudo().booking_ids.sorted("start")
        facts.insert(
            1,
            (
                self.env._("When"),
                "\n".join(self._when(b.company_id, b.start, b.stop) for b in bookings),
            ),
        )
        return facts

    def _approval_check_submit(self, purpose):  # pylint: disable=missing-return
        super()._approval_check_submit(purpose)
        if any(series.state != "requested" for series in self):
            raise UserError(self.env._("Book the dates first."))

    def _approval_granted(self, case):
        result = super()._approval_granted(case)
        self._confirm()
        return result

    def _approval_refused(self, case):
        result = super()._approval_refused(case)
        self._end("rejected", case.sudo().opinion_ids.sorted("id")[-1:].text)
        return result

    def _approval_returned(self, case, opinion):
        result = super()._approval_returned(case, opinion)
        self._back_to_draft()
        return result

    def _approval_withdrawn(self, case):
        result = super()._approval_withdrawn(case)
        self._back_to_draft()
        return result

    def _approval_voided(self, case):
        result = super()._approval_voided(case)
        self.sudo().filtered(lambda s: s.state in ("requested", "confirmed"))._end(
            "cancelled", self.env._("The approval no longer counts.")
        )
        return result

    def _back_to_draft(self):
        """The rooms are free again; the dates are tried anew when it is sent again."""
        for series in self.sudo():
            series.booking_ids._release(self.env._("The request came back."))
            series.date_ids.unlink()
            series.state = "draft"

    def _end(self, state, reason):
        for series in self.sudo():
            coming = series.booking_ids.filtered(
                lambda b: (
                    b.state in ("requested", "confirmed")
                    and b.start > fields.Datetime.now()
                )
            )
            coming._end("cancelled", reason, tell=False)
            series.write({"state": state, "ended_reason": reason})
            cases = series._approval_cases_under_way()
            if cases:
                cases._lock()
                cases._void(reason or "")
            dates = len(coming)
            self.env["school.notice"].sudo()._queue(
                series.user_id - self.env.user,
                lambda env, s=series, count=dates: env._(
                    "Cancelled: %(series)s, %(count)s dates",
                    series=s.with_env(env).display_name,
                    count=count,
                ),
                reason or "",
                record=series,
                kind="venue_cancelled",
            )

    def action_ask_cancel_rest(self):
        """Open the dialog that asks why the dates still to come are cancelled."""
        self.ensure_one()
        self._check_may_act()
        if self.state not in ("requested", "confirmed"):
            raise UserError(self.env._("Nothing of this is booked."))
        return self._dialog(
            "school.venue.step",
            self.env._("Cancel the Rest"),
            step="cancel_rest",
            series_id=self.id,
        )

    def _cancel_rest(self, reason):
        """Cancel the dates still to come; what was held stays."""
        self.ensure_one()
        self._check_may_act()
        if self.state not in ("requested", "confirmed"):
            raise UserError(self.env._("Nothing of this is booked."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))
        self._end("cancelled", reason.strip()[:500])
