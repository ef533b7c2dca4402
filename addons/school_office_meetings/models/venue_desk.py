from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from .venue_times import hour_text, local_days, to_local

DAYS = 14
# The longest that setting up or cleaning takes
MARGIN = timedelta(days=1)
KINDS_OFFERED = ("meeting_room", "event_venue", "classroom", "sports", "equipment")


class SchoolVenueDesk(models.AbstractModel):
    """The page on which a room is booked in four taps: day, time, room, done.

    Everything is asked with a constant number of queries, whatever rooms and bookings
    there are, and with the rights of whoever looks; booking goes through the same steps
    as the form.
    """

    _name = "school.venue.desk"
    _description = "Book a Room"

    @api.model
    @api.readonly
    def get_choices(self):
        """Return what the page offers: days, periods, kinds and what rooms have."""
        company = self._school()
        today = company._school_date()
        follows = company._school_venue_weekdays(today, today + timedelta(days=DAYS))
        own = Domain("company_id", "=", company.id)
        Venue = self.env["school.venue"]
        labels = dict(Venue._fields["kind"]._description_selection(self.env))
        kinds = {kind for [kind] in Venue._read_group(own, ["kind"])}
        weekdays = dict(
            self.env["school.venue.hours"]
            ._fields["weekday"]
            ._description_selection(self.env)
        )
        days = []
        for number in range(DAYS):
            day = today + timedelta(days=number)
            weekday, occasion = follows.get(day, (str(day.weekday()), ""))
            days.append(
                {
                    "date": fields.Date.to_string(day),
                    "day": day.day,
                    "month": day.month,
                    "weekday": weekdays[str(day.weekday())],
                    "is_today": not number,
                    "is_weekend": weekday is None
                    or (not occasion and day.weekday() > 4),
                    "occasion": occasion or "",
                }
            )
        return {
            "school": company.name,
            "days": days,
            "periods": [
                {
                    "id": period.id,
                    "name": period.name,
                    "from": period.hour_from,
                    "to": period.hour_to,
                    "text": f"{hour_text(period.hour_from)}–"
                    f"{hour_text(period.hour_to)}",
                }
                for period in self.env["school.venue.period"].search(own)
            ],
            "kinds": [
                {"key": kind, "name": labels[kind]}
                for kind in KINDS_OFFERED
                if kind in kinds
            ],
            "features": [
                {"id": feature.id, "name": feature.name}
                for feature in self.env["school.venue.feature"].search(own)
            ],
            "ranks": [
                {"id": rank.id, "name": rank.name}
                for rank in self.env["school.venue.rank"].search(
                    own & Domain("office_only", "=", False)
                )
            ],
            "default_rank": self.env["school.venue.rank"]._default_of(company).id,
            "now": self._hour_now(company),
        }

    @api.model
    @api.readonly
    def get_rooms(self, day, hour_from, hour_to, people=0, features=None, kind=None):
        """Return the rooms that are free then, and who has the others.

        :param day: local date as text
        :param hour_from, hour_to: hours of that day
        """
        company = self._school()
        start, stop = self._span(company, day, hour_from, hour_to)
        Venue = self.env["school.venue"]
        domain = Domain("company_id", "=", company.id) & Domain("is_pool", "=", False)
        if kind in KINDS_OFFERED:
            domain &= Domain("kind", "=", kind)
        else:
            domain &= Domain("kind", "!=", "equipment")
        people = self._whole(people)
        if people:
            domain &= Domain("capacity", ">=", people)
        for feature_id in features or ():
            domain &= Domain("feature_ids", "in", [self._whole(feature_id)])
        venues = Venue.search(domain)
        venues = venues._may_book()
        free = venues & Venue._free_between(company, start, stop)
        over = start <= fields.Datetime.now()
        if over:
            # Only who keeps a room enters what has been.
            free = free._kept()
        taken = self._taken(venues - free, start, stop)
        offered = [self._room(venue, start) for venue in free if not venue.pool_id]
        for pool in free.pool_id:
            units = free.filtered(lambda venue, p=pool: venue.pool_id == p)
            offered.append(
                {
                    **self._room(pool, start),
                    "free": len(units),
                    "of": pool.unit_count,
                }
            )
        days = local_days(company, start, stop)
        follows = company._school_venue_weekdays(days[0][0], days[-1][0])
        shut = []
        for venue in venues - free:
            if venue.pool_id:
                continue
            text = taken.get(venue.id)
            if not text and over:
                text = self.env._("This time has passed.")
            if not text:
                reason = venue._closed_reason(days, follows)
                text = (
                    reason[1]
                    if reason and reason[1]
                    else self.env._("Open: %(hours)s", hours=venue.hours_text)
                )
            shut.append({"id": venue.id, "name": venue.name, "text": text})
        offered.sort(key=lambda room: (room["capacity"] or 10**6, room["name"]))
        return {"free": offered, "taken": shut}

    @api.model
    @api.readonly
    def get_day(self, day, kind=None):
        """Return the rooms of a day with what is in them, for the table of hours."""
        company = self._school()
        date = self._date(day)
        start, stop = company._school_moment(date, 0), company._school_moment(date, 24)
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("is_pool", "=", False)
            & Domain("pool_id", "=", False)
        )
        if kind in KINDS_OFFERED:
            domain &= Domain("kind", "=", kind)
        venues = self.env["school.venue"].search(domain)
        bookings = self.env["school.venue.booking"].search(
            [
                ("venue_id", "in", venues.ids),
                ("holds_slot", "=", True),
                ("block_start", "<", stop),
                ("block_stop", ">", start),
            ],
            order="start",
        )
        zone = company._school_tz()

        def hour(moment):
            moment = min(max(moment, start), stop)
            if moment == stop:
                return 24.0
            local = to_local(zone, moment)
            return local.hour + local.minute / 60

        blocks = {}
        for booking in bookings:
            who = ""
            if not booking.is_restricted:
                who = booking.user_id.name or ""
            blocks.setdefault(booking.venue_id.id, []).append(
                {
                    "id": booking.id,
                    "from": hour(booking.start),
                    "to": hour(booking.stop),
                    "block_from": hour(booking.block_start),
                    "block_to": hour(booking.block_stop),
                    "title": booking.title,
                    "who": who,
                    "state": booking.state,
                    "mine": booking.is_mine,
                    "text": f"{hour_text(hour(booking.start))}–"
                    f"{hour_text(hour(booking.stop))}",
                }
            )
        follows = company._school_venue_weekdays(date, date)
        rooms = []
        for venue in venues:
            weekday = str(date.weekday())
            if venue.keeps_holidays:
                weekday = follows.get(date, (weekday, ""))[0]
            rows = venue.hours_ids.filtered(lambda row, w=weekday: row.weekday == w)
            spans = [[row.hour_from, row.hour_to] for row in rows]
            if not venue.hours_ids and weekday is not None:
                spans = [[0, 24]]
            rooms.append(
                {
                    "id": venue.id,
                    "name": venue.name,
                    "capacity": venue.capacity,
                    "open": spans,
                    "blocks": blocks.get(venue.id, []),
                }
            )
        first = min((span[0] for room in rooms for span in room["open"]), default=7)
        last = max((span[1] for room in rooms for span in room["open"]), default=21)
        first = min([first, *(b["from"] for r in rooms for b in r["blocks"])])
        last = max([last, *(b["to"] for r in rooms for b in r["blocks"])])
        today = company._school_date() == date
        return {
            "rooms": rooms,
            "from": int(first),
            "to": int(-(-last // 1)),
            "now": self._hour_now(company) if today else None,
        }

    @api.model
    def book(self, vals):
        """Book what was chosen; return what became of it, in a sentence.

        :param vals: ``venue_id, day, hour_from, hour_to, purpose, people, features,
            urgent_reason, count, rank_id`` as the page sends them
        """
        company = self._school()
        venue = self.env["school.venue"].browse(self._whole(vals.get("venue_id")))
        if not venue.exists() or venue.company_id != company:
            raise UserError(self.env._("Choose a room."))
        venue.check_access("read")
        start, stop = self._span(
            company, vals.get("day"), vals.get("hour_from"), vals.get("hour_to")
        )
        late = (vals.get("urgent_reason") or "").strip()
        wanted = {
            "company_id": company.id,
            "purpose": (vals.get("purpose") or "").strip()[:200],
            "people_count": self._whole(vals.get("people")),
            "rules_accepted": bool(vals.get("rules_accepted")),
            "is_urgent": bool(late),
            "urgent_reason": late[:200] or False,
        }
        features = [self._whole(feature) for feature in vals.get("features") or ()]
        if features:
            wanted["feature_ids"] = [Command.set(features)]
        if vals.get("rank_id"):
            wanted["rank_id"] = self._whole(vals["rank_id"])
        if venue.is_pool:
            series = self.env["school.venue.series"]._book_units(
                venue,
                self._whole(vals.get("count")) or 1,
                {**wanted, "start": start, "stop": stop},
            )
            return self._booked(series, series.state)
        booking = self.env["school.venue.booking"].create(
            {**wanted, "venue_id": venue.id, "start": start, "stop": stop}
        )
        booking.action_request()
        return self._booked(booking, booking.state)

    def _booked(self, record, state):
        if state == "confirmed":
            text = self.env._("It is yours.")
        else:
            # sudo: who asks may know who decides
            tasks = record.sudo().approval_case_id.task_ids
            deciders = tasks.filtered(lambda task: task.state == "open").user_id
            names = ", ".join(deciders.mapped("name"))
            text = (
                self.env._(
                    "Your request keeps the room. %(names)s decides.", names=names
                )
                if names
                else self.env._("Your request keeps the room until it is decided.")
            )
        return {
            "model": record._name,
            "id": record.id,
            "name": record.display_name,
            "state": state,
            "text": text,
        }

    # What it is made of

    def _school(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Rooms are booked by the staff."))
        company = self.env.company
        if not company.is_school:
            raise UserError(self.env._("Choose a school first, at the top right."))
        return company

    def _hour_now(self, company):
        local = to_local(company._school_tz(), fields.Datetime.now())
        return local.hour + local.minute / 60

    def _date(self, day):
        try:
            return fields.Date.to_date(day) or self._no_time()
        except (ValueError, TypeError):
            return self._no_time()

    def _no_time(self):
        raise UserError(self.env._("Say when it is used."))

    def _span(self, company, day, hour_from, hour_to):
        date = self._date(day)
        try:
            first, last = float(hour_from), float(hour_to)
        except (ValueError, TypeError):
            self._no_time()
        if not 0 <= first < last <= 48:
            raise UserError(self.env._("A booking ends after it begins."))
        return company._school_moment(date, first), company._school_moment(date, last)

    @api.model
    def _whole(self, value):
        try:
            return max(0, min(int(value or 0), 2**31 - 1))
        except (ValueError, TypeError):
            return 0

    def _taken(self, venues, start, stop):
        """``{room id: sentence}`` of who is in them; one query."""
        # sudo: the sentence says of restricted meetings that it is taken, no more
        bookings = (
            self.env["school.venue.booking"]
            .sudo()
            .search(
                [
                    ("venue_id", "in", venues.ids),
                    ("holds_slot", "=", True),
                    ("block_start", "<", stop + MARGIN),
                    ("block_stop", ">", start - MARGIN),
                ],
                order="start desc",
            )
        )
        sentences = {}
        for booking in bookings:
            first, last = booking.venue_id._blocks(start, stop)
            if booking.block_start < last and booking.block_stop > first:
                sentences[booking.venue_id.id] = booking._taken_sentence()
        return sentences

    def _room(self, venue, start):
        """A card of the page."""
        kinds = dict(venue._fields["kind"]._description_selection(self.env))
        approvals = {
            "none": self.env._("Booked at once"),
            "office": self.env._("The office decides"),
            "head_office": self.env._("Department head and office decide"),
        }
        earliest = venue._earliest()
        day = venue.company_id._school_date(start)
        return {
            "id": venue.id,
            "name": venue.name,
            "place": (venue.place_id.complete_name or "").replace(" / ", " › "),
            "kind": venue.kind,
            "kind_name": kinds[venue.kind],
            "capacity": venue.capacity,
            "features": venue.feature_ids.mapped("name"),
            "image": bool(venue.with_context(bin_size=True).image_small),
            "approval": approvals[venue.approval],
            "at_once": venue.approval == "none",
            "rules": venue.house_rules or "",
            "refreshments": venue.refreshments_allowed,
            "late": bool(earliest and day < earliest),
            "is_pool": venue.is_pool,
        }
