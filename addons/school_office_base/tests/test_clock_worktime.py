import random
from datetime import date, datetime, timedelta

import pytz

from odoo.tests import TransactionCase, tagged

from ..tools.worktime import (
    HorizonError,
    WorkTime,
    WorkTimeError,
    build_days,
    hour_to_minutes,
    to_seconds,
)

WEEK = {(parity, day): [(510, 1050)] for parity in (0, 1) for day in range(5)}
SHANGHAI = "Asia/Shanghai"


def worktime(pattern=None, zone=SHANGHAI, first=None, last=None, **options):
    return WorkTime(
        zone,
        build_days(
            zone,
            pattern or WEEK,
            first or date(2026, 1, 1),
            last or date(2027, 12, 31),
            **options,
        ),
        [2026],
    )


def utc(text, zone=SHANGHAI):
    wall = datetime.fromisoformat(text)
    return pytz.timezone(zone).localize(wall).astimezone(pytz.utc).replace(tzinfo=None)


@tagged("post_install", "-at_install")
class TestWorkTime(TransactionCase):
    """The rules of BASE-02 and BASE-03, each with the example of its docstring."""

    def _ends(self, work, start, amount, unit, expected, zone=SHANGHAI, **options):
        result = work.add(utc(start, zone), amount, unit, **options)
        self.assertEqual(work.local(result), datetime.fromisoformat(expected))

    def test_each_unit_ends_as_documented(self):
        work = worktime()
        for start, amount, unit, expected in (
            # 2026-11-20 is a Friday
            ("2026-11-20 16:30", 2, "service_hour", "2026-11-23 09:30"),
            ("2026-11-20 16:30", 30, "service_minute", "2026-11-20 17:00"),
            ("2026-11-20 15:30", 2, "service_hour", "2026-11-20 17:30"),
            ("2026-11-20 16:30", 48, "clock_hour", "2026-11-22 16:30"),
            ("2026-11-20 10:00", 24, "working_day_clock_hour", "2026-11-23 10:00"),
            ("2026-11-20 16:00", 3, "working_day", "2026-11-25 17:30"),
            ("2026-11-20 16:00", 0, "working_day", "2026-11-20 17:30"),
            ("2026-11-20 10:00", 7, "calendar_day", "2026-11-27 17:30"),
            ("2026-01-31 10:00", 1, "month", "2026-03-02 17:30"),
            ("2026-03-31 10:00", 1, "month", "2026-04-30 17:30"),
            ("2026-08-31 10:00", 6, "month", "2027-03-01 17:30"),
        ):
            with self.subTest(start=start, unit=unit):
                self._ends(work, start, amount, unit, expected)

    def test_a_request_outside_service_counts_from_the_next_opening(self):
        work = worktime()
        for start in ("2026-11-20 18:00", "2026-11-21 11:00", "2026-11-23 07:00"):
            with self.subTest(start=start):
                self._ends(work, start, 2, "service_hour", "2026-11-23 10:30")
                self._ends(work, start, 3, "working_day", "2026-11-26 17:30")
                self._ends(
                    work, start, 24, "working_day_clock_hour", "2026-11-24 08:30"
                )

    def test_a_last_day_that_is_free_moves_to_the_next_working_day(self):
        self._ends(
            worktime(), "2026-11-21 10:00", 8, "calendar_day", "2026-11-30 17:30"
        )

    def test_reminders_fall_on_the_opening_of_service(self):
        work = worktime()
        self._ends(
            work, "2026-11-25 17:30", -2, "working_day", "2026-11-23 08:30", edge="open"
        )
        self._ends(
            work, "2026-11-20 17:30", 1, "working_day", "2026-11-23 08:30", edge="open"
        )

    def test_a_break_is_no_service_but_not_outside_the_day(self):
        week = {key: [(510, 720), (810, 1050)] for key in WEEK}
        work = worktime(week)
        self._ends(work, "2026-11-20 11:30", 1, "service_hour", "2026-11-20 14:00")
        self._ends(work, "2026-11-20 12:30", 1, "service_hour", "2026-11-20 14:30")
        self._ends(
            work, "2026-11-20 12:30", 24, "working_day_clock_hour", "2026-11-23 12:30"
        )

    def test_what_the_school_decides_stands_above_what_the_state_decides(self):
        saturday = date(2026, 10, 10)
        week = {**WEEK, (0, 2): [(540, 660)], (1, 2): [(540, 660)]}
        rows = [
            {
                "kind": "holiday",
                "date_from": date(2026, 10, 1),
                "date_to": date(2026, 10, 8),
            },
            {
                "kind": "makeup",
                "date_from": saturday,
                "date_to": saturday,
                "weekday": 2,
            },
        ]
        # From the eve of the holiday: 9 October, then the make-up Saturday until 11:00.
        self._ends(
            worktime(week, exceptions=rows),
            "2026-09-30 10:00",
            2,
            "working_day",
            "2026-10-10 11:00",
        )
        rows.append({"kind": "closed", "date_from": saturday, "date_to": saturday})
        rows[-1]["hours"] = []
        self._ends(
            worktime(week, exceptions=rows),
            "2026-09-30 10:00",
            2,
            "working_day",
            "2026-10-12 17:30",
        )

    def test_half_days_and_exam_days_keep_their_own_hours(self):
        day = date(2026, 11, 20)
        rows = [
            {"kind": "hours", "date_from": day, "date_to": day, "hours": [(510, 720)]}
        ]
        self._ends(
            worktime(exceptions=rows),
            "2026-11-20 11:00",
            2,
            "service_hour",
            "2026-11-23 09:30",
        )
        rows[0].update(kind="exam", hours=None)
        self._ends(
            worktime(exceptions=rows),
            "2026-11-20 11:00",
            2,
            "service_hour",
            "2026-11-20 13:00",
        )

    def test_an_hour_stays_an_hour_when_the_clocks_change(self):
        zone = "Europe/Berlin"
        night = {(parity, day): [(0, 1440)] for parity in (0, 1) for day in range(7)}
        work = worktime(night, zone)
        # 2026-03-29 has 23 hours, 2026-10-25 has 25.
        self._ends(
            work, "2026-03-28 12:00", 24, "service_hour", "2026-03-29 13:00", zone
        )
        self._ends(
            work, "2026-10-24 12:00", 24, "service_hour", "2026-10-25 11:00", zone
        )
        self.assertEqual(
            work.between(
                utc("2026-03-29 00:00", zone),
                utc("2026-03-30 00:00", zone),
                "working_day_clock_hour",
            ),
            23,
        )

    def test_a_year_without_official_holidays_is_provisional(self):
        work = worktime()
        self.assertFalse(work.provisional(utc("2026-12-31 23:59")))
        self.assertTrue(work.provisional(utc("2027-01-01 00:00")))
        self.assertTrue(
            work.provisional(utc("2027-01-04 17:30"), utc("2026-12-30 09:00"))
        )

    def test_beyond_the_horizon_the_error_names_the_day(self):
        work = worktime()
        with self.assertRaises(HorizonError) as caught:
            work.add(utc("2027-12-30 10:00"), 5, "working_day")
        self.assertEqual(caught.exception.day, date(2028, 1, 1))
        with self.assertRaises(HorizonError):
            work.add(utc("2026-01-02 10:00"), -50, "service_hour")
        with self.assertRaises(HorizonError):
            work.between(
                utc("2025-01-02 10:00"), utc("2026-01-02 10:00"), "service_hour"
            )

    def test_a_school_without_hours_or_half_a_day_gets_a_sentence(self):
        empty = WorkTime(
            SHANGHAI, build_days(SHANGHAI, {}, date(2026, 1, 1), date(2026, 2, 1))
        )
        with self.assertRaisesRegex(WorkTimeError, "no service hours"):
            empty.add(utc("2026-01-05 10:00"), 1, "service_hour")
        with self.assertRaisesRegex(WorkTimeError, "whole"):
            worktime().add(utc("2026-01-05 10:00"), 1.5, "working_day")
        with self.assertRaisesRegex(WorkTimeError, "not a unit"):
            worktime().add(utc("2026-01-05 10:00"), 1, "fortnight")

    def test_adding_and_measuring_agree_over_random_calendars(self):
        rng = random.Random(20261121)
        for _round in range(40):
            work = worktime(**_random_calendar(rng)[0])
            for _question in range(40):
                start = datetime(2026, 2, 1) + timedelta(
                    seconds=rng.randrange(500 * 86400)
                )
                for unit, most in (
                    ("service_hour", 60),
                    ("service_minute", 600),
                    ("working_day_clock_hour", 100),
                    ("working_day", 15),
                ):
                    amount = rng.randrange(1, most)
                    end = work.add(start, amount, unit)
                    self.assertGreater(end, start)
                    self.assertAlmostEqual(work.between(start, end, unit), amount, 6)
                    budget = work.budget(start, amount, unit)
                    self.assertEqual(work.finish(start, budget, unit), end)
                    later = start + timedelta(seconds=rng.randrange(86400 * 3))
                    self.assertLessEqual(end, work.add(later, amount, unit))


def _random_calendar(rng):
    """Options for :func:`worktime`, and the same calendar as Odoo's values."""
    zone = rng.choice(
        [
            SHANGHAI,
            "UTC",
            "Europe/Berlin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "America/Sao_Paulo",
        ]
    )
    two_weeks = rng.random() < 0.3
    pattern, lines = {}, []
    for parity in (0, 1) if two_weeks else (None,):
        for day in range(7):
            if rng.random() < 0.3:
                continue
            cuts = sorted(rng.sample(range(0, 97), rng.choice((2, 2, 4))))
            for start, end in zip(cuts[::2], cuts[1::2], strict=True):
                for week in (0, 1) if parity is None else (parity,):
                    pattern.setdefault((week, day), []).append((start * 15, end * 15))
                lines.append((parity, day, start / 4, end / 4))
    if not any(week == 0 for week, _day in pattern):
        return _random_calendar(rng)
    leaves = []
    for _leave in range(rng.randrange(12)):
        start = datetime(2026, 1, 10) + timedelta(minutes=rng.randrange(650 * 1440))
        leaves.append((start, start + timedelta(minutes=rng.randrange(30, 6000))))
    options = {
        "pattern": pattern,
        "zone": zone,
        "leaves": [(to_seconds(a), to_seconds(b)) for a, b in leaves],
    }
    return options, (zone, two_weeks, lines, leaves)


@tagged("post_install", "-at_install")
class TestAgainstPlanHours(TransactionCase):
    """Wherever Odoo's own working hours can answer, ours say the same."""

    def _odoo_calendar(self, zone, two_weeks, lines, leaves):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Random",
                "tz": zone,
                "two_weeks_calendar": two_weeks,
                "attendance_ids": [(5, 0, 0)]
                + [
                    (
                        0,
                        0,
                        {
                            "name": "Line",
                            "dayofweek": str(day),
                            "week_type": str(parity) if two_weeks else False,
                            "hour_from": start,
                            "hour_to": end,
                            "day_period": "full_day",
                        },
                    )
                    for parity, day, start, end in lines
                ],
            }
        )
        self.env["resource.calendar.leaves"].create(
            [
                {"calendar_id": calendar.id, "date_from": start, "date_to": end}
                for start, end in leaves
            ]
        )
        return calendar

    def test_random_calendars_zones_and_closures(self):
        rng = random.Random(19)
        compared = 0
        for _round in range(12):
            options, values = _random_calendar(rng)
            calendar = self._odoo_calendar(*values)
            work = worktime(**options)
            for _question in range(12):
                start = datetime(2026, 3, 1) + timedelta(
                    minutes=rng.randrange(400 * 1440)
                )
                hours = rng.randrange(1, 240) / 4
                expected = calendar.plan_hours(hours, start, compute_leaves=True)
                if expected and expected < datetime(2027, 12, 1):
                    self._same(
                        work.add(start, hours, "service_hour"), expected, options
                    )
                    compared += 1
                expected = calendar.plan_hours(-hours, start, compute_leaves=True)
                if expected and expected > datetime(2026, 2, 1):
                    self._same(
                        work.add(start, -hours, "service_hour"), expected, options
                    )
                    compared += 1
                end = start + timedelta(minutes=rng.randrange(40 * 1440))
                expected = calendar.get_work_hours_count(start, end)
                self.assertAlmostEqual(
                    work.between(start, end, "service_hour"), expected, 3
                )
        self.assertGreater(compared, 200)

    def _same(self, ours, theirs, options):
        # Odoo ends a day that lasts until 24:00 one microsecond early.
        difference = abs((ours - theirs).total_seconds())
        self.assertLess(difference, 1, (ours, theirs, options))

    def test_float_hours_are_rounded_like_odoo(self):
        from odoo.tools.date_utils import float_to_time  # noqa: PLC0415

        for quarter in range(24 * 60):
            hour = quarter / 60
            time = float_to_time(hour)
            self.assertEqual(hour_to_minutes(hour), time.hour * 60 + time.minute)
