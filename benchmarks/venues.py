"""The month calendar of 50 rooms with 1 000 and with 10 000 bookings.

Run it with `./office run python benchmarks/venues.py` (`--quick` for a tenth of it).

Our addon gets a database of its own; everything happens in one transaction, which is
rolled back. Nothing is asserted; the table is the result: queries (which may not grow),
processor's time and wall time of what people do all day, as a teacher with his rights:

- the month in the calendar, with every field it shows;
- one room in the month, which the filter at the side asks for;
- which rooms are free on Wednesday from ten to eleven;
- the page "Book a Room": rooms of a time, and the table of hours of a day;
- booking a room, and booking one that is taken;
- a series of 20 weeks, tried and booked;
- the report of use of all rooms.

The bulk of the bookings are copies of rows that the methods made, written by SQL. Where
the machine is busy, look at the queries and at the processor's time.
"""

import gc
import sys
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "school_benchmark_venues"
QUICK = "--quick" in sys.argv
ROOMS = 50
FEW, MANY = (100, 1_000) if QUICK else (1_000, 10_000)
REPEAT = 5
# What the calendar reads
CALENDAR = (
    "display_name", "start", "stop", "color", "venue_id", "title", "user_id",
    "department_id", "people_count", "state",
)  # fmt: skip
MONTH = date(2027, 3, 1)


def prepare():
    from odoo.tools import config

    config.parse_config(
        ["--addons-path", str(ROOT / "addons"), "-d", DATABASE, "--log-level=error"]
    )
    from odoo.modules.registry import Registry
    from odoo.service import db

    if not db.exp_db_exist(DATABASE):
        db._create_empty_database(DATABASE)
    wanted = ["school_office_meetings"]
    return Registry.new(
        DATABASE, update_module=True, install_modules=wanted, upgrade_modules=wanted
    )


def measure(env, work):
    """The best of some rounds: queries, processor's seconds, wall seconds."""
    best = None
    for __ in range(REPEAT):
        env.flush_all()
        env.invalidate_all()
        gc.collect()
        queries, start = env.cr.sql_log_count, time.perf_counter()
        cpu = time.process_time()
        with env.cr.savepoint() as savepoint:
            work()
            env.flush_all()
            taken = (
                env.cr.sql_log_count - queries,
                time.process_time() - cpu,
                time.perf_counter() - start,
            )
            savepoint.rollback()
        env.invalidate_all()
        best = taken if best is None else tuple(map(min, zip(best, taken, strict=True)))
    return best


class School:
    """A school with rooms, and as many bookings in one month as are asked for."""

    def __init__(self, env):
        from odoo.fields import Command

        self.env = env
        self.company = env["res.company"].create(
            {"name": "Bench School", "is_school": True, "school_code": "BENCH"}
        )
        self.company._school_set_up()
        self.teacher = (
            env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Teacher",
                    "login": "bench-teacher",
                    "company_id": self.company.id,
                    "company_ids": [Command.set(self.company.ids)],
                    "group_ids": [Command.set(env.ref("base.group_user").ids)],
                }
            )
        )
        self.rooms = env["school.venue"].create(
            [
                {
                    "name": f"Room {number}",
                    "company_id": self.company.id,
                    "capacity": 20 + number,
                    "approval": "none",
                    "lead_rule": "none",
                    "horizon_days": 0,
                }
                for number in range(ROOMS)
            ]
        )
        self.rooms.hours_ids.write({"hour_from": 0, "hour_to": 24})
        self.as_teacher = env(
            user=self.teacher.id, context={"allowed_company_ids": self.company.ids}
        )
        self.count = 0
        self.sample = self.book(self.rooms[0], MONTH, 22)
        env.flush_all()

    def moment(self, day, hour):
        return self.company._school_moment(day, hour)

    def book(self, room, day, hour):
        booking = self.as_teacher["school.venue.booking"].create(
            {
                "venue_id": room.id,
                "start": self.moment(day, hour),
                "stop": self.moment(day, hour + 1),
                "purpose": "Lesson",
                "rules_accepted": True,
            }
        )
        booking.action_request()
        return booking

    def fill(self, wanted):
        """Copy the sample over rooms, days and hours until there are ``wanted``.

        Before ten and after twelve, so that ten o'clock is free in every room.
        """
        columns = [
            name
            for name, field in self.sample._fields.items()
            if field.store
            and field.column_type
            and name
            not in (
                "id",
                "venue_id",
                "start",
                "stop",
                "block_start",
                "block_stop",
                "number",
                "number_id",
                "no_show_at",
            )  # fmt: skip
        ]
        hours = [0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 14, 15, 16, 17, 18]
        rows = []
        for number in range(self.count, wanted):
            room = self.rooms[number % ROOMS]
            rest = number // ROOMS
            day = MONTH + timedelta(days=rest % 28)
            start = self.moment(day, hours[rest // 28])
            rows.append((room.id, start, start + timedelta(minutes=50)))
        self.count = max(self.count, wanted)
        listed = ", ".join(f'"{name}"' for name in columns)
        if rows:
            self.env.cr.execute(
                f"""INSERT INTO school_venue_booking
                    ({listed}, venue_id, start, stop, block_start, block_stop)
                    SELECT {listed}, v.room, v.a, v.z, v.a, v.z
                      FROM school_venue_booking b,
                           unnest(%s::int[], %s::timestamp[], %s::timestamp[])
                           AS v(room, a, z)
                     WHERE b.id = %s""",
                [*(list(part) for part in zip(*rows, strict=True)), self.sample.id],
            )
        self.env.cr.execute("ANALYZE school_venue_booking")
        self.env.invalidate_all()


def tasks(school):
    env = school.as_teacher
    Booking, Desk = env["school.venue.booking"], env["school.venue.desk"]
    month = [
        ("start", "<", school.moment(date(2027, 4, 1), 0)),
        ("stop", ">=", school.moment(MONTH, 0)),
        ("state", "in", ["draft", "requested", "confirmed", "checked_in", "finished"]),
    ]
    wednesday = date(2027, 3, 10)

    def taken():
        from odoo.exceptions import UserError

        try:
            school.book(school.rooms[0], MONTH, 22)
        except UserError:
            return
        raise AssertionError("the room was free")

    def series():
        row = env["school.venue.series"].create(
            {
                "venue_id": school.rooms[3].id,
                "purpose": "Club",
                "date_from": "2027-03-03",
                "date_to": "2027-07-14",
                "weekday": "2",
                "hour_from": 10,
                "hour_to": 11,
                "rules_accepted": True,
            }
        )
        row.action_check()
        row.action_book()

    return {
        "month in the calendar": lambda: Booking.search_read(month, CALENDAR),
        "one room in the month": lambda: Booking.search_read(
            [*month, ("venue_id", "=", school.rooms[7].id)], CALENDAR
        ),
        "which rooms are free": lambda: env["school.venue"]._free_between(
            school.company, school.moment(wednesday, 10), school.moment(wednesday, 11)
        ),
        "page: rooms of a time": lambda: Desk.get_rooms("2027-03-10", 10, 11),
        "page: table of hours": lambda: Desk.get_day("2027-03-10"),
        "book a room": lambda: school.book(school.rooms[5], wednesday, 10),
        "book one that is taken": taken,
        "series of 20 weeks": series,
        "report of use": lambda: env["school.venue.use"].search_read(
            [], ["venue_id", "month", "utilisation"]
        ),
    }


def main():
    registry = prepare()
    from odoo import api

    with registry.cursor() as cr:
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        school = School(env)
        results = {}
        for size in (FEW, MANY):
            school.fill(size)
            for name, work in tasks(school).items():
                results.setdefault(name, []).append(measure(env, work))
        cr.rollback()
    print(f"{'':26}{FEW:>10} bookings{'':13}{MANY:>10} bookings")
    print(
        f"{'':26}{'queries':>8}{'cpu ms':>9}{'ms':>9}"
        f"{'queries':>13}{'cpu ms':>9}{'ms':>9}"
    )
    for name, (few, many) in results.items():
        print(
            f"{name:26}{few[0]:>8}{few[1] * 1000:>9.1f}{few[2] * 1000:>9.1f}   "
            f"{many[0]:>10}{many[1] * 1000:>9.1f}{many[2] * 1000:>9.1f}"
        )


if __name__ == "__main__":
    main()
