from odoo import api, fields, models

from .venue_booking import COMING


class SchoolVenueBooking(models.Model):
    """The times of a booking, and what speaks against them while one chooses."""

    _inherit = "school.venue.booking"

    @api.depends("start", "stop", "venue_id")
    def _compute_block(self):
        # Not on the minutes of the room: what was agreed stays when they change.
        for booking in self:
            if booking.start and booking.stop and booking.venue_id:
                booking.block_start, booking.block_stop = booking.venue_id._blocks(
                    booking.start, booking.stop
                )
            else:
                booking.block_start = booking.block_stop = False

    @api.depends("state", "is_contested")
    def _compute_holds_slot(self):
        for booking in self:
            booking.holds_slot = booking.state in (
                "confirmed",
                "checked_in",
                "finished",
            ) or (booking.state == "requested" and not booking.is_contested)

    @api.onchange("day", "period_from_id", "period_to_id", "all_day", "venue_id")
    def _onchange_times(self):
        times = self._times_of(
            self.venue_id,
            self.company_id or self.env.company,
            self.day or (self.start and self.company_id._school_date(self.start)),
            self.period_from_id,
            self.period_to_id,
            self.all_day,
            self.stop and self.company_id._school_date(self.stop),
        )
        if times:
            self.start, self.stop = times

    @api.model
    def _times_of(self, venue, company, day, first, last, all_day, until=None):
        """The moments that a day and its periods, or "all day", stand for; or None."""
        if not day:
            return None
        if all_day:
            until = max(until or day, day)
            if not venue:
                return company._school_moment(day, 0), company._school_moment(until, 24)
            return venue._day_span(day)[0], venue._day_span(until)[1]
        first, last = first or last, last or first
        if not first:
            return None
        if last.hour_to <= first.hour_from:
            first, last = last, first
        return (
            company._school_moment(day, first.hour_from),
            company._school_moment(day, last.hour_to),
        )

    def _spans(self):
        return [(self.start, self.stop)] if self.start and self.stop else []

    @api.depends(
        "venue_id",
        "start",
        "stop",
        "people_count",
        "purpose",
        "feature_ids",
        "rules_accepted",
        "is_urgent",
        "urgent_reason",
        "refreshments",
        "state",
    )
    def _compute_conflict_text(self):
        for booking in self:
            booking.conflict_text = booking.fault_text = False
            if (
                booking.state not in ("draft", *COMING)
                or not booking.venue_id
                or not booking.start
                or not booking.stop
                or booking.start >= booking.stop
            ):
                continue
            taken = booking.venue_id._conflicts(
                booking.start, booking.stop, booking._origin
            )
            if taken and not (booking.holds_slot and booking._origin):
                booking.conflict_text = "\n".join(
                    other._taken_sentence() for other in taken[:5]
                )
            if booking.state == "draft":
                booking.fault_text = "\n".join(booking._time_faults_shown()) or False

    def _time_faults_shown(self):
        """What is wrong with the time and the room; not what is still to be filled."""
        venue = self.venue_id
        faults = self._time_faults(venue._is_office())
        if venue.capacity and self.people_count > venue.capacity:
            faults.insert(
                0,
                self.env._(
                    "“%(venue)s” seats %(seats)s: too few for %(people)s people.",
                    venue=venue.name,
                    seats=venue.capacity,
                    people=self.people_count,
                ),
            )
        return faults

    @api.depends("start", "stop", "people_count", "feature_ids")
    def _compute_free_venue_ids(self):
        Venue = self.env["school.venue"]
        for booking in self:
            free = Venue
            if booking.start and booking.stop and booking.start < booking.stop:
                free = Venue._free_between(
                    booking.company_id or self.env.company,
                    booking.start,
                    booking.stop,
                    booking.people_count,
                    booking.feature_ids._origin,
                    exclude=booking._origin,
                )
            booking.free_venue_ids = free._may_book()

    def _spoken(self):
        """One line that says when it is and whose, as far as everybody may know."""
        self.ensure_one()
        booking = self.sudo()
        parts = [
            booking.venue_id.name,
            self._when(booking.company_id, booking.start, booking.stop),
        ]
        if not booking.is_restricted:
            parts += [
                booking.user_id.name,
                booking.department_id.name,
                booking.purpose if not booking.is_from_meeting else None,
            ]
        return " · ".join(part for part in parts if part)

    def _taken_sentence(self):
        """Who has the room, and until when; of a restricted meeting only that."""
        self.ensure_one()
        booking = self.sudo()
        return self._taken_by(
            booking.venue_id.name,
            booking.company_id,
            booking.start,
            booking.stop,
            booking.block_stop,
            None if booking.is_restricted else booking.user_id.name,
            None if booking.is_restricted else booking.department_id.name,
        )

    @api.model
    def _taken_by(self, venue, company, start, stop, free_from, person, department):
        first, last = self._when(company, start, stop).split(" – ")
        values = {"venue": venue, "start": first, "stop": last}
        if person:
            sentence = self.env._(
                "%(venue)s is taken from %(start)s to %(stop)s by %(who)s.",
                **values,
                who=f"{person} ({department})" if department else person,
            )
        else:
            sentence = self.env._(
                "%(venue)s is taken from %(start)s to %(stop)s.", **values
            )
        if free_from > stop:
            sentence += " " + self.env._(
                "It is free again at %(time)s, after cleaning.",
                time=self._when(company, start, free_from).split(" – ")[1],
            )
        return sentence

    @api.model
    def _complete_times(self, vals):
        """Times from a day and its periods, where nobody gave the times themselves."""
        if vals.get("start") and vals.get("stop"):
            return
        Period = self.env["school.venue.period"]
        venue = self.env["school.venue"].browse(vals.get("venue_id"))
        times = self._times_of(
            venue,
            venue.sudo().company_id or self.env.company,
            fields.Date.to_date(vals.get("day")),
            Period.browse(vals.get("period_from_id")),
            Period.browse(vals.get("period_to_id")),
            vals.get("all_day"),
        )
        if times:
            vals["start"], vals["stop"] = times
