from collections import defaultdict
from datetime import date, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..tools.worktime import (
    HorizonError,
    WorkTime,
    WorkTimeError,
    build_days,
    hour_to_minutes,
    local_seconds,
    to_datetime,
    to_seconds,
)

_lt = LazyTranslate(__name__)

_PENDING = "school.calendar.touched"
# How far the calendar may be built, in years from today.
_FURTHEST = 15


class TooFarAway(UserError, WorkTimeError):
    """A date beyond every calendar that may be built; a sentence for the user."""

    def __init__(self, message):
        super().__init__(message)
        self.code = "horizon"


class SchoolWorkTime:
    """The working time of a school, built further when a question reaches beyond it.

    It answers as :class:`~..tools.worktime.WorkTime` does, which does the work.
    """

    def __init__(self, company):
        self._company = company
        self.version = company._calendar_version()
        self._worktime = self.version._worktime()

    def __getattr__(self, name):
        attribute = getattr(self._worktime, name)
        if not callable(attribute):
            return attribute

        def ask(*args, **kwargs):
            for _try in range(3):
                try:
                    return getattr(self._worktime, name)(*args, **kwargs)
                except HorizonError as error:
                    self.version = self._company._calendar_extend(error.day)
                    self._worktime = self.version._worktime()
            return getattr(self._worktime, name)(*args, **kwargs)

        # Found without coming here the next time.
        setattr(self, name, ask)
        return ask


class ResCompany(models.Model):
    _inherit = "res.company"

    school_calendar_version_id = fields.Many2one(
        "school.calendar.version", "School Calendar", readonly=True, copy=False
    )

    # Working time

    @api.private
    def _worktime(self):
        """The working time of this school: ``add``, ``between``, ``provisional`` …

        No query once the process has used this version of the calendar before.
        """
        self.ensure_one()
        return SchoolWorkTime(self.sudo())

    def _calendar_version(self):
        """The calendar in force, built now if it is missing or has been touched."""
        self.ensure_one()
        company = self.sudo()
        pending = self.env.cr.precommit.data.get(_PENDING, set())
        if company.id in pending:
            pending.discard(company.id)
            company._calendar_rebuild(company.env._("Working hours changed"))
        elif not company.school_calendar_version_id:
            company._calendar_rebuild(company.env._("First build"))
        return company.school_calendar_version_id

    def _calendar_touch(self):
        """Working hours or closures changed: count anew, once per transaction."""
        schools = self.filtered(lambda c: c.is_school and c.school_calendar_version_id)
        if not schools:
            return
        pending = self.env.cr.precommit.data.setdefault(_PENDING, set())
        if not pending:
            env = self.sudo().env

            @self.env.cr.precommit.add
            def rebuild():
                for company_id in sorted(pending):
                    env["res.company"].browse(company_id)._calendar_version()

        pending.update(schools.ids)

    def _calendar_rebuild(self, reason):
        """Build the calendar from what is in force; returns the clocks that moved.

        Days that come out the same are left alone; if all do, no version is made.
        """
        self.ensure_one()
        company = self.sudo()
        before = company.school_calendar_version_id
        first, last = company._calendar_span()
        days = company._calendar_days(first, last)
        return company._calendar_store(before, days, reason)

    def _calendar_extend(self, day):
        """Build the calendar until ``day`` can be answered; returns the new version."""
        company = self.sudo()
        version = company._calendar_version()
        today = fields.Date.today()
        if abs(day.year - today.year) > _FURTHEST:
            raise TooFarAway(
                company.env._(
                    "The date %(day)s lies too far away: the school calendar can be "
                    "built from %(first)s to %(last)s.",
                    day=day,
                    first=today.year - _FURTHEST,
                    last=today.year + _FURTHEST,
                )
            )
        first = min(version.first_day, date(day.year, 1, 1))
        last = max(version.last_day, date(day.year, 12, 31))
        if (first, last) != (version.first_day, version.last_day):
            days = company._calendar_days(first, last)
            company._calendar_store(version, days, company.env._("Built further"))
        elif day > version.last_day or day < version.first_day:
            raise WorkTimeError(f"No service hours around {day}.", "no_hours")
        return company.school_calendar_version_id

    def _calendar_span(self):
        """First and last day to build: last year to two years ahead (at least)."""
        today = fields.Date.today()
        first, last = date(today.year - 1, 1, 1), date(today.year + 2, 12, 31)
        version = self.school_calendar_version_id
        if version:
            first, last = min(first, version.first_day), max(last, version.last_day)
        return first, last

    def _calendar_days(self, first, last, add=None, remove=None, hours=None):
        """Days from ``first`` to ``last``, as if ``add`` counted and ``remove`` not.

        :param hours: ``(zone, pattern)`` to use in place of the working hours
        """
        self.ensure_one()
        company = self.sudo()
        exceptions = company.env["school.calendar.exception"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "applied"),
                ("date_from", "<=", last),
                ("date_to", ">=", first),
            ],
            order="official desc, id",
        )
        if remove:
            exceptions -= remove.sudo()
        if add:
            exceptions |= add.sudo()
        zone, pattern = hours or (company._school_zone(), company._calendar_pattern())
        return build_days(
            zone,
            pattern,
            first,
            last,
            leaves=company._calendar_leaves(first, last),
            exceptions=exceptions._as_input(),
        )

    def _school_zone(self):
        """Name of the time zone in which this school lives."""
        self.ensure_one()
        return str(self._school_tz())

    def _calendar_pattern(self):
        """``{(week parity, weekday): [(from minute, to minute), …]}``."""
        calendar = self.resource_calendar_id.with_context(active_test=False)
        pattern = defaultdict(list)
        for line in calendar.attendance_ids:
            if not line._is_work_period():
                continue
            span = (hour_to_minutes(line.hour_from), hour_to_minutes(line.hour_to))
            parities = (int(line.week_type),) if calendar.two_weeks_calendar else (0, 1)
            for parity in parities:
                pattern[parity, int(line.dayofweek)].append(span)
        return dict(pattern)

    def _calendar_leaves(self, first, last):
        """Closures of the working hours of this school, never those of another."""
        leaves = self.env["resource.calendar.leaves"].search(
            [
                ("resource_id", "=", False),
                ("time_type", "=", "leave"),
                ("calendar_id", "in", [False, self.resource_calendar_id.id]),
                ("company_id", "=", self.id),
                ("date_from", "<=", last + timedelta(days=2)),
                ("date_to", ">=", first - timedelta(days=2)),
            ]
        )
        return [
            (to_seconds(leave.date_from), to_seconds(leave.date_to)) for leave in leaves
        ]

    def _calendar_official_years(self):
        years = self.env["school.calendar.year"].search(
            [("company_id", "=", self.id), ("official", "=", True)]
        )
        return sorted(years.mapped("year"))

    def _calendar_store(self, before, days, reason):
        """Make a version of ``days`` if it differs from the one ``before``."""
        years = ",".join(map(str, self._calendar_official_years()))
        zone = self._school_zone()
        known = {}
        if before:
            for row in self.env["school.workday"]._load(before):
                known[row[0]] = row
        changed = [day for day in days if known.get(day[0]) != day]
        if (
            before
            and not changed
            and (before.official_years, before.tz) == (years, zone)
        ):
            return self.env["school.time.clock"]
        number = (before.number or 0) + 1
        version = (
            self.env["school.calendar.version"]
            .sudo()
            .create(
                {
                    "company_id": self.id,
                    "number": number,
                    "first_day": days[0][0],
                    "last_day": days[-1][0],
                    "tz": zone,
                    "official_years": years,
                    "reason": reason,
                    "changed_days": len(changed),
                }
            )
        )
        self.env["school.workday"].sudo()._replace(self, number, changed)
        self.sudo().school_calendar_version_id = version
        if not before:
            return self.env["school.time.clock"]
        ranges = self._calendar_ranges([day for day in changed if day[0] in known])
        if (before.official_years or "") != years:
            ranges += self._calendar_year_ranges(
                before.official_years or "", years, zone
            )
        return self.env["school.time.clock"].sudo()._recalculate(self, ranges)

    @api.model
    def _calendar_ranges(self, days):
        """UTC ranges of consecutive changed days."""
        ranges = []
        for day, _kind, _name, midnight, segments in days:
            end = max([midnight + 86400, *(stop for _start, stop in segments)])
            if ranges and (day - ranges[-1][2]).days == 1:
                ranges[-1] = (ranges[-1][0], end, day)
            else:
                ranges.append((midnight, end, day))
        return [(to_datetime(start), to_datetime(end)) for start, end, _day in ranges]

    @api.model
    def _calendar_year_ranges(self, old, new, zone):
        """UTC ranges of the years that became official or ceased to be."""
        changed = set(old.split(",")) ^ set(new.split(","))
        tz = pytz.timezone(zone)
        return [
            (
                to_datetime(local_seconds(tz, date(int(year), 1, 1), 0)),
                to_datetime(local_seconds(tz, date(int(year) + 1, 1, 1), 0)),
            )
            for year in changed
            if year
        ]

    @api.model
    def _cron_calendar(self):
        """Keep two years ahead built, school by school."""
        self._in_each_school(type(self)._calendar_build_ahead)

    def _calendar_build_ahead(self):
        self.ensure_one()
        first, last = self._calendar_span()
        version = self.school_calendar_version_id
        if not version or version.last_day < last or version.first_day > first:
            self._calendar_rebuild(self.env._("Built ahead"))

    # Opening a school

    def _school_set_up(self):
        result = super()._school_set_up()
        for company in self.sudo():
            company._school_set_up_holidays()
            if not company.school_calendar_version_id:
                company._calendar_rebuild(company.env._("School opened"))
        return result

    def _school_set_up_holidays(self):
        """Import the public holidays that are announced, so that deadlines are firm."""
        years = self.env["school.calendar.year"]
        known = set(
            years.search(
                [("company_id", "=", self.id), ("official", "=", True)]
            ).mapped("year")
        )
        today = fields.Date.today()
        for year in (today.year - 1, today.year, today.year + 1):
            if year in known:
                continue
            try:
                rows = years._package_rows(year)
            except UserError:
                # Not announced yet: the deadlines of that year stay provisional.
                continue
            drafts, _obsolete = years._draft(self, year, rows, "chinesecalendar")
            drafts.write({"state": "applied"})
            years._confirm(self, year, "chinesecalendar")

    def write(self, vals):
        hours = "resource_calendar_id" in vals
        result = super().write(vals)
        if hours:
            self._calendar_touch()
        if vals.get("school_state") == "open":
            self._clocks_wake()
        return result

    def _clocks_wake(self):
        """Timers of a closed school are put to sleep; let the next run find them."""
        self.env["school.time.clock"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE school_time_clock SET next_timer_at = started_at
                WHERE company_id = ANY(%s) AND state = 'running'
                    AND next_timer_at IS NULL
                """,
                self.ids,
            )
        )
        self.env["school.time.clock"].invalidate_model(["next_timer_at"])

    # Chasing (BASE-28)

    def _chase_steps(self, unit):
        """The default reminders of this school for a time limit in ``unit``."""
        self.ensure_one()
        steps = []
        if unit in ("service_minute", "service_hour", "clock_hour"):
            steps.append(
                {
                    "name": _lt("Due soon"),
                    "moment": "before",
                    "amount": 30,
                    "unit": "service_minute",
                }
            )
        elif self.school_remind_before_days:
            steps.append(
                {
                    "name": _lt("Due soon"),
                    "moment": "before",
                    "amount": self.school_remind_before_days,
                    "unit": "working_day",
                }
            )
        if self.school_remind_on_due:
            steps.append({"name": _lt("Due now"), "moment": "due"})
        if self.school_remind_after_days:
            steps.append(
                {
                    "name": _lt("Late"),
                    "moment": "after",
                    "amount": self.school_remind_after_days,
                    "unit": "working_day",
                    "repeat": True,
                }
            )
        if self.school_escalate_after_days:
            steps.append(
                {
                    "name": _lt("Late: tell the head"),
                    "moment": "after",
                    "amount": self.school_escalate_after_days,
                    "unit": "working_day",
                    "who": "head",
                }
            )
        return steps

    def _calendar_hypothesis(
        self, add=None, remove=None, official_year=None, hours=None
    ):
        """The working time as it would be, and the UTC ranges in which it differs."""
        self.ensure_one()
        company = self.sudo()
        version = company._calendar_version()
        days = company._calendar_days(
            version.first_day, version.last_day, add, remove, hours
        )
        known = {row[0]: row for row in self.env["school.workday"]._load(version)}
        changed = [day for day in days if known.get(day[0]) != day]
        years = set(company._calendar_official_years())
        ranges = self._calendar_ranges(changed)
        if official_year and official_year not in years:
            years.add(official_year)
            ranges += self._calendar_year_ranges("", str(official_year), version.tz)
        zone = hours[0] if hours else version.tz
        return WorkTime(zone, days, years), ranges, changed
