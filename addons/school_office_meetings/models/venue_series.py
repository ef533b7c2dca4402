from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from odoo.addons.school_office_base.models.calendar_exception import WEEKDAYS

from .venue_booking import LIVE, PURPOSE
from .venue_times import hour_text, local_days

_lt = LazyTranslate(__name__)

# The longest series, in days: a school year
LONGEST = 370


class SchoolVenueSeries(models.Model):
    """The same room at the same time every week, or several pieces at one time.

    Every date is tried by itself, in one go: what is free, who has what is not, which
    dates fall on a holiday, and on which make-up workday (调休) the lesson is held
    instead, as the school calendar says. The applicant books what is free; the list
    stays as the report of what became of each date.
    """

    _name = "school.venue.series"
    _description = "Bookings on Many Days"
    _inherit = [
        "school.venue.request",
        "school.number.mixin",
        "school.approval.mixin",
        "mail.thread",
    ]
    _order = "id desc"
    _rec_names_search = ["number", "purpose"]
    _number_kind = "venue.booking"
    _approval_purposes = {PURPOSE: _lt("Bookings of a room on many days")}
    _approval_gates = {}
    _approval_protected_fields = frozenset(
        {
            "venue_id",
            "purpose",
            "people_count",
            "department_id",
            "date_from",
            "date_to",
            "weekday",
            "hour_from",
            "hour_to",
            "interval",
        }
    )
    _server_fields = frozenset({"state", "kind", "ended_reason"})

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("confirmed", "Confirmed"),
            ("rejected", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    kind = fields.Selection(
        [("weekly", "Every Week"), ("units", "Several Pieces")],
        default="weekly",
        required=True,
        readonly=True,
        copy=False,
    )
    term_id = fields.Many2one(
        "school.term",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Gives the first and the last day.",
    )
    date_from = fields.Date(
        "First Day",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        "Last Day",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    weekday = fields.Selection(WEEKDAYS, default="0")
    interval = fields.Integer("Every … Weeks", default=1, required=True)
    period_from_id = fields.Many2one(
        "school.venue.period",
        "From Period",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    period_to_id = fields.Many2one(
        "school.venue.period",
        "To Period",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    hour_from = fields.Float("From", default=8.0)
    hour_to = fields.Float("Until", default=9.0)
    date_ids = fields.One2many("school.venue.series.date", "series_id", "Dates")
    booking_ids = fields.One2many("school.venue.booking", "series_id", "Bookings")
    booked_count = fields.Integer("Booked", compute="_compute_counts")
    free_count = fields.Integer("Free", compute="_compute_counts")
    conflict_count = fields.Integer("Taken", compute="_compute_counts")
    skipped_count = fields.Integer("Not Held", compute="_compute_counts")
    ended_reason = fields.Char("Reason", readonly=True, copy=False)
    can_manage = fields.Boolean(compute="_compute_can_manage")

    _list_idx = models.Index("(company_id, id DESC)")
    _times_check = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "A booking ends after it begins.",
    )
    _dates_check = models.Constraint(
        "CHECK (date_from <= date_to)", "The last day lies before the first day."
    )
    _interval_check = models.Constraint(
        "CHECK (interval BETWEEN 1 AND 8)", "A series is held every 1 to 8 weeks."
    )

    @api.depends("term_id")
    def _compute_dates(self):
        for series in self:
            term = series.term_id
            today = (series.company_id or self.env.company)._school_date()
            if term:
                series.date_from = min(max(term.date_from, today), term.date_to)
                series.date_to = term.date_to
            else:
                series.date_from = series.date_from or today
                series.date_to = series.date_to or False

    @api.onchange("period_from_id", "period_to_id")
    def _onchange_periods(self):
        first = self.period_from_id or self.period_to_id
        last = self.period_to_id or self.period_from_id
        if first:
            self.hour_from = min(first.hour_from, last.hour_from)
            self.hour_to = max(first.hour_to, last.hour_to)

    @api.depends("venue_id", "purpose", "weekday", "hour_from", "kind")
    def _compute_display_name(self):
        names = dict(self._fields["weekday"]._description_selection(self.env))
        for series in self:
            parts = [series.venue_id.name, series.purpose]
            if series.kind == "weekly" and series.weekday:
                when = f"{names[series.weekday]} {hour_text(series.hour_from)}"
                parts.insert(1, when)
            series.display_name = " · ".join(part for part in parts if part)

    @api.depends("date_ids.result", "date_ids.booking_id.state")
    def _compute_counts(self):
        for series in self:
            dates = series.date_ids
            series.booked_count = len(
                dates.filtered(lambda d: d.booking_id.state in (*LIVE, "finished"))
            )
            series.free_count = len(
                dates.filtered(lambda d: d.result == "free" and not d.booking_id)
            )
            series.conflict_count = len(dates.filtered(lambda d: d.result == "taken"))
            series.skipped_count = len(
                dates.filtered(lambda d: d.result in ("holiday", "moved", "closed"))
            )

    @api.depends_context("uid")
    @api.depends("user_id", "venue_id")
    def _compute_can_manage(self):
        kept = self.venue_id._kept()
        for series in self:
            series.can_manage = (
                series.user_id == self.env.user or series.venue_id in kept
            )

    @api.constrains("date_from", "date_to", "kind")
    def _check_length(self):
        for series in self:
            if series.kind == "units":
                continue
            if not (series.date_from and series.date_to):
                raise ValidationError(
                    self.env._("Choose a term, or the first and the last day.")
                )
            if (series.date_to - series.date_from).days > LONGEST:
                raise ValidationError(
                    self.env._("A series lasts a school year at most.")
                )

    def write(self, vals):
        if not self.env.su and any(series.state != "draft" for series in self):
            if not all(
                name.startswith(("message_", "activity_")) or name in self._open_fields
                for name in vals
            ):
                raise UserError(
                    self.env._(
                        "What was requested stays. Cancel the rest and book anew."
                    )
                )
        return super().write(vals)

    def _is_deletable(self):
        return super()._is_deletable() and not self.sudo().booking_ids

    def _is_series(self):
        return True

    # The dates

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
            "feature_ids": [(6, 0, self.feature_ids.ids)],
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

    # Several pieces at one time

    @api.model
    def _book_units(self, pool, count, vals):
        """Book ``count`` pieces of ``pool`` for the user; returns the series.

        Who asks at the same moment queues for the pool, so that two never run for the
        same piece; pieces used least come first.

        :param vals: values of ``school.venue.request`` with ``start`` and ``stop``
        """
        pool.check_access("read")
        to_datetime = fields.Datetime.to_datetime
        start, stop = to_datetime(vals.pop("start")), to_datetime(vals.pop("stop"))
        units = pool.sudo().unit_ids.filtered("active").sorted("id")
        Booking = self.env["school.venue.booking"]
        if count < 1:
            raise UserError(self.env._("Say how many pieces are needed."))
        wanted = [(unit.id, unit.id, *unit._blocks(start, stop)) for unit in units]
        Booking.browse()._release_absent(units)
        self.env["school.serial"]._lock(f"venue:{pool.id}")
        taken = Booking._taken_rows(wanted)
        free = units.filtered(lambda unit: unit.id not in taken)
        if len(free) < count:
            raise UserError(
                self.env._(
                    "Of %(pool)s, %(free)s of %(all)s are free at that time: too few "
                    "for %(count)s.",
                    pool=pool.name,
                    free=len(free),
                    all=len(units),
                    count=count,
                )
            )
        used = dict(
            Booking.sudo()._read_group(
                [("venue_id", "in", free.ids), ("holds_slot", "=", True)],
                ["venue_id"],
                ["__count"],
            )
        )
        chosen = free.sorted(lambda unit: (used.get(unit, 0), unit.id))[:count]
        day = pool.company_id._school_date(start)
        series = self.create(
            {**vals, "venue_id": chosen[0].id, "date_from": day, "date_to": day}
        )
        series.sudo().kind = "units"
        dates = (
            self.env["school.venue.series.date"]
            .sudo()
            .create(
                [
                    {
                        "company_id": pool.company_id.id,
                        "series_id": series.id,
                        "venue_id": unit.id,
                        "day": day,
                        "start": start,
                        "stop": stop,
                        "result": "free",
                        "is_chosen": True,
                    }
                    for unit in chosen
                ]
            )
        )
        series.invalidate_recordset(["date_ids"])
        series._raise_faults()
        series._request(dates.sudo(self.env.su))
        return series
