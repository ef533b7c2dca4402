"""Working time of a school as sums that are searched, never walked.

Pure Python without the ORM, so that the rules can be read, tested and measured on their
own. All instants are naive UTC datetimes, as Odoo stores them; inside they are whole
seconds since 1970. The zone of the school is applied once, when the days are built, so
daylight saving cannot make an hour longer or shorter.

How each unit of BASE-03 is counted
===================================

A school serves Monday to Friday, 08:30-17:30. Times below are local.

``service_minute``, ``service_hour``
    Only service time counts. Two service hours from Friday 16:30 end on Monday 09:30.

``clock_hour``
    The plain clock, nights and holidays included (incidents, 48-hour repairs).

``working_day_clock_hour``
    All 24 hours of working days, none of other days. 24 h from Friday 10:00 end on
    Monday 10:00 — never 24 service hours, which would be almost three days.

``working_day``
    The day of the request is not counted; the time ends **when service closes** on the
    n-th working day that follows. Three working days from Friday 16:00 end on Wednesday
    17:30.

``calendar_day``, ``month``
    The day of the request is not counted; the time ends when service closes on the last
    day, and where that is not a working day, when service closes on the next one. A
    month ends on the day of the same number, or on the last day of a shorter month.

Not counting the first day, the day of the same number, moving a last day that is free
and ending at the close of business are the rules for periods of the Civil Code of
China, articles 201 to 203.

A request outside service hours (BASE-02) is recorded at once and counts as made when
service next opens, for the units that know service hours (``service_*`` and
``working_day*``): three working days from Friday 18:00 count as asked on Monday 08:30
and end on Thursday 17:30; 24 h end on Tuesday 08:30. A break inside the day (lunch) is
not "outside" for ``working_day_clock_hour``. Plain clock hours, calendar days and
months start at once.

Ties go to the earlier instant going forward (the close of a day, not the opening of the
next) and to the later one going back, exactly as ``resource.calendar.plan_hours`` does.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from datetime import date, datetime, timedelta
from itertools import accumulate

import pytz

SERVICE_UNITS = ("service_minute", "service_hour")
HOUR_UNITS = (*SERVICE_UNITS, "clock_hour", "working_day_clock_hour")
DAY_UNITS = ("working_day", "calendar_day", "month")
UNITS = (*HOUR_UNITS, *DAY_UNITS)

_EPOCH = datetime(1970, 1, 1)
_SECOND = timedelta(seconds=1)
_SECONDS = {
    "service_minute": 60,
    "service_hour": 3600,
    "clock_hour": 3600,
    "working_day_clock_hour": 3600,
}


class WorkTimeError(ValueError):
    """Working time cannot answer; the message says why, ``code`` which kind it is."""

    def __init__(self, message, code="unit"):
        super().__init__(message)
        self.code = code


class HorizonError(WorkTimeError):
    """The question reaches beyond the days that have been built.

    ``day`` is the first local day that would be needed, so that a caller may build
    further and ask again.
    """

    def __init__(self, message, day):
        super().__init__(message, "horizon")
        self.day = day


def to_seconds(moment):
    """Seconds since 1970 of a naive UTC datetime."""
    return (moment - _EPOCH) // _SECOND


def to_datetime(seconds):
    """The naive UTC datetime of ``seconds`` since 1970."""
    return _EPOCH + timedelta(seconds=seconds)


def local_seconds(zone, day, minutes):
    """Seconds since 1970 of a wall time, told as minutes after midnight of ``day``.

    pytz decides about hours that daylight saving skips or repeats, because the working
    hours of Odoo use it: both must name the same instant.
    """
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    return to_seconds(zone.localize(wall).astimezone(pytz.utc).replace(tzinfo=None))


def hour_to_minutes(hour):
    """Minutes after midnight of a float hour, rounded like Odoo's ``float_to_time``."""
    return int(hour) * 60 + int((hour - int(hour)) * 60 + 0.5)


def merge(intervals):
    """Sorted, disjoint intervals that cover what ``intervals`` cover."""
    result = []
    for start, end in sorted(intervals):
        if start >= end:
            continue
        if result and start <= result[-1][1]:
            result[-1][1] = max(end, result[-1][1])
        else:
            result.append([start, end])
    return [(start, end) for start, end in result]


def subtract(intervals, holes):
    """What is left of the disjoint sorted ``intervals`` outside of ``holes``."""
    holes = merge(holes)
    result = []
    for start, end in intervals:
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            if hole_start > start:
                result.append((start, hole_start))
            start = hole_end
            if start >= end:
                break
        if start < end:
            result.append((start, end))
    return result


def build_days(zone_name, pattern, first, last, *, leaves=(), exceptions=()):
    """Return the days from ``first`` to ``last`` of one school, in order.

    What stands further down wins:

    1. ``pattern``: ``{(week parity, weekday): [(from minute, to minute), …]}``, the
       weekly pattern of the working hours (parity as in Odoo's two-week calendars);
    2. kind ``holiday``: a public holiday, no service;
    3. kind ``makeup``: 调休, the day follows the pattern of ``weekday``;
    4. ``leaves``: closures ``(start, end)`` in UTC seconds of the working hours;
    5. any other kind: what the school itself decided. ``hours`` tell its service as
       minutes; an empty list closes the school, None keeps the hours of the day.

    ``exceptions`` are dicts ``kind, date_from, date_to, weekday, hours, name``; of two
    rows of the same rank for one day the later in the list wins. Each day is returned
    as ``(day, kind, name, midnight, segments)`` with seconds since 1970.
    """
    zone = pytz.timezone(zone_name)
    rank = {"holiday": 0, "makeup": 1}
    special = {}
    for exception in exceptions:
        day = max(exception["date_from"], first)
        until = min(exception["date_to"], last)
        place = rank.get(exception["kind"], 2)
        while day <= until:
            if day not in special or place >= special[day][0]:
                special[day] = (place, exception)
            day += timedelta(days=1)
    leaves = merge(leaves)
    leave_starts = [start for start, _end in leaves]
    result = []
    day = first
    while day <= last:
        parity = (day.toordinal() - 1) // 7 % 2
        hours = pattern.get((parity, day.weekday()), ())
        kind, name, own = ("workday" if hours else "rest"), "", False
        if day in special:
            place, exception = special[day]
            kind, name = exception["kind"], exception.get("name") or ""
            if kind == "holiday":
                hours = ()
            elif kind == "makeup":
                hours = pattern.get((parity, exception["weekday"]), ())
            elif exception.get("hours") is not None:
                hours, own = exception["hours"], True
        midnight = local_seconds(zone, day, 0)
        segments = merge(
            (local_seconds(zone, day, start), local_seconds(zone, day, end))
            for start, end in hours
        )
        if segments and leaves and not own:
            low = bisect_right(leave_starts, segments[0][0])
            high = bisect_left(leave_starts, segments[-1][1])
            left = subtract(segments, leaves[max(low - 1, 0) : high])
            if not left:
                kind = "closed"
            segments = left
        result.append((day, kind, name, midnight, segments))
        day += timedelta(days=1)
    return result


class _Timeline:
    """Disjoint intervals with running totals: both directions are one bisection."""

    __slots__ = ("ends", "starts", "totals")

    def __init__(self, intervals):
        self.starts = [start for start, _end in intervals]
        self.ends = [end for _start, end in intervals]
        self.totals = [
            0,
            *accumulate(end - start for start, end in intervals),
        ]

    def before(self, moment):
        """W(t): seconds of the intervals before ``moment``."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        return self.totals[index] + min(moment, self.ends[index]) - self.starts[index]

    def forward(self, moment, seconds):
        """The first instant at which ``seconds`` have passed since ``moment``.

        None if the intervals end before.
        """
        if seconds <= 0:
            index = bisect_right(self.ends, moment)
            if index == len(self.ends):
                return None
            return max(moment, self.starts[index])
        target = self.before(moment) + seconds
        index = bisect_left(self.totals, target) - 1
        if index >= len(self.starts):
            return None
        return self.starts[index] + target - self.totals[index]

    def backward(self, moment, seconds):
        """The last instant from which ``seconds`` pass until ``moment``, or None."""
        target = self.before(moment) - seconds
        if target < 0:
            return None
        index = bisect_right(self.totals, target) - 1
        if index >= len(self.starts):
            return self.ends[-1] if self.ends else None
        return self.starts[index] + target - self.totals[index]


class WorkTime:
    """Working time of one school between two days.

    Built once per calendar version from its days; every question after that is a
    bisection in lists of some thousand numbers and asks the database nothing.
    """

    def __init__(self, zone_name, days, official_years=()):
        """``days`` as from :func:`build_days`, without gaps, in order."""
        if not days:
            raise WorkTimeError("The school calendar has no days.", "no_hours")
        self.zone_name = zone_name
        self.zone = pytz.timezone(zone_name)
        self.first_day = days[0][0]
        self.last_day = days[-1][0]
        self.official_years = frozenset(official_years)
        self._midnights = [midnight for _d, _k, _n, midnight, _s in days]
        self._midnights.append(
            local_seconds(self.zone, self.last_day + timedelta(days=1), 0)
        )
        self._segments = [segments for _d, _k, _n, _m, segments in days]
        service = merge(segment for segments in self._segments for segment in segments)
        self._service = _Timeline(service)
        self._workdays = [
            index for index, segments in enumerate(self._segments) if segments
        ]
        self._opens = [self._segments[index][0][0] for index in self._workdays]
        self._closes = [self._segments[index][-1][1] for index in self._workdays]
        self._whole_days = _Timeline(
            merge(
                (self._midnights[index], self._midnights[index + 1])
                for index in self._workdays
            )
        )

    # What the parts of the suite ask

    def add(self, moment, amount, unit, edge="close"):
        """The instant ``amount`` of ``unit`` after ``moment`` (before it, if negative).

        Day units end when service closes; ``edge="open"`` names the opening instead,
        which is what reminders want. Whole numbers only for day units.
        """
        start = to_seconds(moment)
        if unit in DAY_UNITS:
            return to_datetime(self._add_days(start, self._whole(amount), unit, edge))
        seconds = self._unit_seconds(amount, unit)
        if unit == "clock_hour":
            return to_datetime(start + seconds)
        timeline = self._timeline(unit)
        if seconds < 0:
            result = timeline.backward(start, -seconds)
            if result is None or result < self._midnights[0]:
                raise self._horizon(self.first_day - timedelta(days=1))
            self._inside(start)
            return to_datetime(result)
        return to_datetime(
            self._forward(self.arrival_seconds(start, unit), seconds, unit)
        )

    def between(self, begin, end, unit):
        """How much of ``unit`` lies between two instants; negative if they are swapped.

        Hours are exact. Working days count the closings after the day of the request,
        so that ``between(t, add(t, n, "working_day"), "working_day") == n``; calendar
        days and months compare local dates.
        """
        if end < begin:
            return -self.between(end, begin, unit)
        if unit in HOUR_UNITS:
            return self.measure(begin, end, unit) / _SECONDS[unit]
        start, stop = to_seconds(begin), to_seconds(end)
        if unit == "working_day":
            return max(
                0, bisect_right(self._closes, stop) - self._request_day(start) - 1
            )
        if unit not in DAY_UNITS:
            raise WorkTimeError(f"{unit!r} is not a unit of time.")
        first, last = self._local_date(start), self._local_date(stop)
        if unit == "calendar_day":
            return (last - first).days
        months = (last.year - first.year) * 12 + last.month - first.month
        month_end = monthrange(last.year, last.month)[1]
        return months - (last.day < min(first.day, month_end))

    def provisional(self, moment, since=None):
        """Whether a year that counts here has no official holidays yet."""
        last = self._local_date(to_seconds(moment)).year
        first = self._local_date(to_seconds(since)).year if since else last
        return any(year not in self.official_years for year in range(first, last + 1))

    def is_open(self, moment):
        """Whether the school serves at ``moment``."""
        seconds = to_seconds(moment)
        index = bisect_right(self._service.starts, seconds) - 1
        return index >= 0 and seconds < self._service.ends[index]

    def next_open(self, moment):
        """``moment`` itself during service, else when service opens next."""
        return to_datetime(self._forward(to_seconds(moment), 0, "service_hour"))

    def open_until(self, moment):
        """When the service that runs at ``moment`` ends, None outside service."""
        seconds = to_seconds(moment)
        index = bisect_right(self._service.starts, seconds) - 1
        if index < 0 or seconds >= self._service.ends[index]:
            return None
        return to_datetime(self._service.ends[index])

    def close_of_day(self, day):
        """The end of service of a local day; of a free day, its last second.

        A date that somebody fixed stays that date, whatever the calendar says of it.
        """
        index = self._day_index(day)
        segments = self._segments[index]
        end = segments[-1][1] if segments else self._midnights[index + 1] - 1
        return to_datetime(end)

    def day_seconds(self):
        """The usual length of a working day, to say seconds of service as days."""
        lengths = [
            sum(end - start for start, end in self._segments[index])
            for index in self._workdays
        ]
        return sorted(lengths)[len(lengths) // 2] if lengths else 8 * 3600

    def local(self, moment):
        """The wall time of the school, naive."""
        return pytz.utc.localize(moment).astimezone(self.zone).replace(tzinfo=None)

    # What a clock that may pause asks

    def budget(self, start, amount, unit):
        """The seconds a clock may run from ``start``, on the timeline of the unit."""
        if unit in DAY_UNITS:
            return self.measure(start, self.add(start, amount, unit), unit)
        return self._unit_seconds(amount, unit)

    def measure(self, begin, end, unit):
        """Seconds between two instants on the timeline of ``unit``, never negative."""
        start, stop = to_seconds(begin), to_seconds(end)
        if stop <= start:
            return 0
        if unit in ("clock_hour", "calendar_day", "month", "date"):
            return stop - start
        self._inside(start)
        self._inside(stop)
        timeline = self._timeline(unit)
        start = self.arrival_seconds(start, unit)
        return max(0, timeline.before(stop) - timeline.before(start))

    def finish(self, moment, seconds, unit):
        """The deadline of a clock that goes on at ``moment`` with ``seconds`` left.

        Day units are rounded up to the close of service of the day they fall on: a
        pause never turns "by the end of the day" into the middle of one, and never
        shortens.
        """
        start = to_seconds(moment)
        if unit == "clock_hour":
            return to_datetime(start + seconds)
        if unit in ("calendar_day", "month"):
            return to_datetime(self._close_at_or_after(start + seconds))
        start = self.arrival_seconds(start, unit)
        end = self._forward(start, seconds, unit)
        if unit == "working_day":
            end = self._close_at_or_after(end)
        return to_datetime(end)

    def arrival_seconds(self, start, unit):
        """When a request made at ``start`` begins to count (BASE-02)."""
        if unit not in (*SERVICE_UNITS, "working_day", "working_day_clock_hour"):
            return start
        self._inside(start)
        index = bisect_right(self._closes, start)
        if index == len(self._closes):
            raise self._horizon(self.last_day + timedelta(days=1))
        return max(start, self._opens[index])

    # How it is found

    def _timeline(self, unit):
        return self._whole_days if unit == "working_day_clock_hour" else self._service

    def _forward(self, start, seconds, unit):
        self._inside(start)
        result = self._timeline(unit).forward(start, seconds)
        if result is None:
            raise self._horizon(self.last_day + timedelta(days=1))
        return result

    def _add_days(self, start, amount, unit, edge):
        if unit == "working_day":
            if amount >= 0:
                return self._edge(self._request_day(start) + amount, edge)
            # Back from outside service counts from the day that opened last.
            self._inside(start)
            return self._edge(bisect_right(self._opens, start) - 1 + amount, edge)
        day = self._local_date(start)
        if unit == "month":
            months = day.year * 12 + day.month - 1 + amount
            year, month = divmod(months, 12)
            day = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
        else:
            day += timedelta(days=amount)
        return self._edge(bisect_left(self._workdays, self._day_index(day)), edge)

    def _request_day(self, start):
        """The working day that counts as the day of a request made at ``start``."""
        index = bisect_right(self._closes, self.arrival_seconds(start, "working_day"))
        # At the very close of a day, that day is still the day of the request.
        if index and self._closes[index - 1] == start:
            index -= 1
        return index

    def _edge(self, index, edge):
        if index < 0:
            raise self._horizon(self.first_day - timedelta(days=1))
        if index >= len(self._workdays):
            raise self._horizon(self.last_day + timedelta(days=1))
        return self._opens[index] if edge == "open" else self._closes[index]

    def _close_at_or_after(self, seconds):
        self._inside(seconds)
        index = bisect_left(self._closes, seconds)
        if index == len(self._closes):
            raise self._horizon(self.last_day + timedelta(days=1))
        return self._closes[index]

    def _local_date(self, seconds):
        index = bisect_right(self._midnights, seconds) - 1
        if 0 <= index < len(self._segments):
            return self.first_day + timedelta(days=index)
        return self.local(to_datetime(seconds)).date()

    def _day_index(self, day):
        index = (day - self.first_day).days
        if not 0 <= index < len(self._segments):
            raise self._horizon(day)
        return index

    def _inside(self, seconds):
        if not self._midnights[0] <= seconds <= self._midnights[-1]:
            raise self._horizon(self.local(to_datetime(seconds)).date())

    def _horizon(self, day):
        if not self._workdays:
            return WorkTimeError(
                "The school calendar has no service hours, so nothing can be due.",
                "no_hours",
            )
        return HorizonError(
            f"The school calendar is built from {self.first_day} to {self.last_day}; "
            f"{day} lies outside of it.",
            day,
        )

    @staticmethod
    def _whole(amount):
        if amount != int(amount):
            raise WorkTimeError(
                f"A number of days or months is whole, not {amount}.", "whole"
            )
        return int(amount)

    @staticmethod
    def _unit_seconds(amount, unit):
        if unit not in _SECONDS:
            raise WorkTimeError(f"{unit!r} is not a unit of time.")
        return round(amount * _SECONDS[unit])
