from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.school_office_base.tools.worktime import WorkTimeError

from .venue_times import local_days


class SchoolVenue(models.Model):
    """When a room is free: its hours, what is booked, how early one may ask."""

    _inherit = "school.venue"

    def _blocks(self, start, stop):
        """The time a booking takes from the room: with setting up and cleaning."""
        self.ensure_one()
        return (
            start - timedelta(minutes=self.set_up_minutes),
            stop + timedelta(minutes=self.cleaning_minutes),
        )

    @api.model
    def _free_between(
        self,
        company,
        start,
        stop,
        capacity=0,
        features=None,
        *,
        kinds=None,
        exclude=None,
        any_hour=False,
    ):
        """Return the rooms that can be had then, the smallest sufficient one first.

        Three queries, however many rooms and bookings there are. Setting up and
        cleaning of the room itself are added to the time asked for; pieces of a pool
        are among the result, the pool itself is not.

        :param exclude: bookings that do not count, as they are to be moved
        :param any_hour: also outside of opening hours
        """
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("is_pool", "=", False)
            & Domain("active", "=", True)
        )
        if kinds:
            domain &= Domain("kind", "in", kinds)
        if capacity:
            domain &= Domain("capacity", ">=", capacity)
        for feature in features or ():
            domain &= Domain("feature_ids", "in", feature.ids)
        query = self.env["school.venue"]._search(domain)
        query.add_where(
            SQL(
                """NOT EXISTS (
                    SELECT 1 FROM school_venue_booking b
                     WHERE b.holds_slot IS TRUE AND b.id NOT IN %(exclude)s
                       AND int4range(b.venue_id, b.venue_id, '[]')
                           && int4range(%(venue)s, %(venue)s, '[]')
                       AND tsrange(b.block_start, b.block_stop, '[)') && tsrange(
                           %(start)s::timestamp
                               - make_interval(mins => %(before)s),
                           %(stop)s::timestamp
                               + make_interval(mins => %(after)s),
                           '[)'))""",
                exclude=tuple(exclude.ids) if exclude else (0,),
                venue=SQL.identifier(query.table, "id"),
                start=start,
                stop=stop,
                before=SQL.identifier(query.table, "set_up_minutes"),
                after=SQL.identifier(query.table, "cleaning_minutes"),
            )
        )
        self.env["school.venue.booking"].flush_model(
            ["venue_id", "holds_slot", "block_start", "block_stop"]
        )
        free = self.env["school.venue"].browse(query)
        if not any_hour:
            free = free._open_between(start, stop)
        return free.sorted(
            lambda venue: (venue.capacity or 10**6, venue.sequence, venue.id)
        )

    def _open_between(self, start, stop):
        """Return those that are open all the time from ``start`` to ``stop``."""
        open_venues = self.browse()
        for company, venues in self.grouped("company_id").items():
            days = local_days(company, start, stop)
            follows = company._school_venue_weekdays(days[0][0], days[-1][0])
            open_venues |= venues.filtered(
                lambda venue, days=days, follows=follows: (
                    not venue._closed_reason(days, follows)
                )
            )
        return open_venues & self

    def _closed_reason(self, days, follows):
        """Why the room is shut in one of ``days``, as :func:`local_days` tells them.

        :return: None, or ``(day, occasion)``
        """
        self.ensure_one()
        # sudo: pieces take their hours from the pool
        rows = (self.hours_ids or self.sudo().pool_id.hours_ids).sorted("hour_from")
        for day, first, last in days:
            weekday, occasion = str(day.weekday()), ""
            if self.keeps_holidays and day in follows:
                weekday, occasion = follows[day]
            if weekday is None:
                return day, occasion
            if not rows:
                continue
            reached = first
            for row in rows:
                if row.weekday != weekday or row.hour_from > reached + 1e-6:
                    continue
                reached = max(reached, row.hour_to)
            if reached < last - 1e-6:
                return day, ""
        return None

    def _day_span(self, day):
        """The first and last hour of a local day in which the room is open, in UTC."""
        self.ensure_one()
        company = self.company_id
        weekday = str(day.weekday())
        if self.keeps_holidays:
            follows = company._school_venue_weekdays(day, day)
            weekday = follows.get(day, (weekday, ""))[0]
        rows = (self.hours_ids or self.sudo().pool_id.hours_ids).filtered(
            lambda row: row.weekday == weekday
        )
        first = min(rows.mapped("hour_from"), default=0.0)
        last = max(rows.mapped("hour_to"), default=24.0)
        return company._school_moment(day, first), company._school_moment(day, last)

    def _conflicts(self, start, stop, exclude=None):
        """Return the bookings that keep this room then, in superuser mode for reading.

        Whoever shows them says no more than :meth:`SchoolVenueBooking._spoken` does.
        """
        self.ensure_one()
        block_start, block_stop = self._blocks(start, stop)
        return (
            self.env["school.venue.booking"]
            .sudo()
            .search(
                [
                    ("venue_id", "=", self.id),
                    ("holds_slot", "=", True),
                    ("block_start", "<", block_stop),
                    ("block_stop", ">", block_start),
                    ("id", "not in", exclude.ids if exclude else []),
                ],
                order="start",
            )
        )

    def _lead_days(self):
        self.ensure_one()
        company = self.company_id.sudo()
        return {
            "event": company.school_venue_event_days,
            "room": company.school_venue_room_days,
        }.get(self.lead_rule, 0)

    def _earliest(self):
        """The first local day that keeps the lead time, None without one (MTG-33)."""
        days = self._lead_days()
        if not days:
            return None
        try:
            opening = self.company_id._worktime().add(
                fields.Datetime.now(), days, "working_day", edge="open"
            )
        except WorkTimeError:
            return None
        return self.company_id._school_date(opening)
