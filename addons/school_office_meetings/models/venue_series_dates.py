from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from .venue_times import local_days


class SchoolVenueSeries(models.Model):
    """Every date of a series, tried by itself: free, taken, holiday, moved, closed."""

    _inherit = "school.venue.series"

    def _wanted_dates(self):
        """Every date that the series would have, and what the calendar says of it.

        :return: ``[(date, result, note), …]``; ``free`` means nothing speaks against it
            so far. One query.
        """
        self.ensure_one()
        names = dict(self._fields["weekday"]._description_selection(self.env))
        follows = {}
        if self.venue_id.keeps_holidays:
            follows = self.company_id._school_venue_weekdays(
                self.date_from, self.date_to
            )
        monday = self.date_from - timedelta(days=self.date_from.weekday())
        wanted, day = [], self.date_from
        while day <= self.date_to:
            in_turn = (day - monday).days // 7 % self.interval == 0
            own = str(day.weekday()) == self.weekday
            weekday, occasion = follows.get(day, (str(day.weekday()), ""))
            if not in_turn:
                pass
            elif weekday == self.weekday:
                note = "" if own else occasion
                wanted.append((day, "free", note))
            elif own and weekday is None:
                wanted.append((day, "holiday", occasion))
            elif own:
                wanted.append(
                    (
                        day,
                        "moved",
                        self.env._(
                            "%(occasion)s: held as on %(weekday)s",
                            occasion=occasion,
                            weekday=names[weekday],
                        ),
                    )
                )
            day += timedelta(days=1)
        return wanted

    def _examine(self):
        """Return the vals of every date: free, taken by whom, holiday, moved, closed.

        A constant number of queries, whatever the length of the series.
        """
        self.ensure_one()
        company, venue = self.company_id, self.venue_id
        now = fields.Datetime.now()
        rows, wanted = [], []
        follows = company._school_venue_weekdays(self.date_from, self.date_to)
        for day, result, note in self._wanted_dates():
            start = company._school_moment(day, self.hour_from)
            stop = company._school_moment(day, self.hour_to)
            if result == "free" and start <= now:
                continue
            if result == "free" and venue._closed_reason(
                local_days(company, start, stop), follows
            ):
                result, note = "closed", note or venue.hours_text
            rows.append(
                {
                    "company_id": company.id,
                    "series_id": self.id,
                    "day": day,
                    "start": start,
                    "stop": stop,
                    "result": result,
                    "note": note,
                    "is_chosen": result == "free",
                }
            )
            if result == "free":
                wanted.append((len(rows) - 1, venue.id, *venue._blocks(start, stop)))
        Booking = self.env["school.venue.booking"]
        for number, taken in Booking._taken_rows(wanted, queue=False).items():
            first = min(taken, key=lambda row: row[2])
            rows[number].update(
                result="taken",
                note=Booking._row_sentence(Booking.new({"venue_id": venue}), first),
                is_chosen=False,
            )
        return rows

    def action_check(self):
        """Try every date, and show what became of each."""
        self.ensure_one()
        self._check_may_act()
        if self.state != "draft":
            raise UserError(self.env._("This was asked for already."))
        if not self.venue_id or not self.date_from or not self.date_to:
            raise UserError(self.env._("Choose a room, and a term or its days."))
        # sudo: the dates are found by the server, nobody enters them
        self.sudo().date_ids.unlink()
        dates = self.env["school.venue.series.date"].sudo().create(self._examine())
        if not dates:
            raise UserError(
                self.env._("No date of this series lies ahead. Check its days.")
            )
        return True

    def _spans(self):
        chosen = self.date_ids.filtered("is_chosen").sorted("start")
        return [(date.start, date.stop) for date in chosen]

    def _refresh_taken(self):
        """Once more before booking, this time in the queue for the room."""
        Booking = self.env["school.venue.booking"]
        dates = self.sudo().date_ids.filtered(lambda d: d.result in ("free", "taken"))
        by_id = {date.id: date for date in dates}
        venue = self.venue_id
        Booking.browse()._release_absent(venue)
        taken = Booking._taken_rows(
            [(d.id, venue.id, *venue._blocks(d.start, d.stop)) for d in dates]
        )
        for date_id, rows in taken.items():
            first = min(rows, key=lambda row: row[2])
            by_id[date_id].write(
                {
                    "result": "taken",
                    "is_chosen": False,
                    "note": Booking._row_sentence(
                        Booking.new({"venue_id": venue}), first
                    ),
                }
            )
