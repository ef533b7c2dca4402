"""Times of a school as people say them. Pure functions; nothing here asks a query."""

from datetime import datetime, timedelta, timezone

from odoo.tools.misc import format_date


def hour_text(hour):
    """8.5 as 08:30."""
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def to_local(zone, moment):
    """A naive UTC moment as naive wall time."""
    return moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)


def local_days(company, start, stop):
    """Cut a span into local days: ``[(date, first hour, last hour), …]``.

    22:00 to 01:00 is ``[(day, 22.0, 24.0), (day + 1, 0.0, 1.0)]``.
    """
    zone = company._school_tz()
    begin, end = to_local(zone, start), to_local(zone, stop)
    days, day = [], begin.date()
    while day <= end.date():
        midnight = datetime(day.year, day.month, day.day)
        first = max(begin, midnight) - midnight
        last = min(end, midnight + timedelta(days=1)) - midnight
        if last > first or not days:
            days.append(
                (day, first.total_seconds() / 3600, last.total_seconds() / 3600)
            )
        day += timedelta(days=1)
    return days


def spoken_span(company, start, stop):
    """Return ``(from, until)`` in the school's zone; the day is said where it helps."""
    env, zone = company.env, company._school_tz()
    first, last = to_local(zone, start), to_local(zone, stop)
    begin = f"{format_date(env, first.date())} {first:%H:%M}"
    end = f"{last:%H:%M}"
    if last.date() != first.date():
        end = f"{format_date(env, last.date())} {end}"
    return begin, end
