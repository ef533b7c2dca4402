"""Clocks beside what Odoo has: `./office shell < benchmarks/clock.py`.

Everything happens in one transaction that is rolled back, in one process and one run,
so that the ratios compare like with like. Nothing is asserted; the table is the result.
"""

import random
import time
from datetime import datetime, timedelta
from statistics import median

QUESTIONS = 1000
DUE = 100
RUNNING = (1000, 100_000)
TIMER_ROUNDS = 15
REPEAT = 5


def measure(env, function, repeat=REPEAT, pick=min):
    """Wall time in seconds, the best unless told otherwise, and queries of a call."""
    times, queries = [], 0
    for _round in range(repeat):
        with env.cr.savepoint() as savepoint:
            env.flush_all()
            env.invalidate_all()
            before, start = env.cr.sql_log_count, time.perf_counter()
            function()
            env.flush_all()
            times.append(time.perf_counter() - start)
            queries = env.cr.sql_log_count - before
            savepoint.rollback()
    return pick(times), queries


def open_school(env):
    school = env["res.company"].create(
        {"name": "Benchmark School", "is_school": True, "school_code": "BENCH"}
    )
    school._school_set_up()
    return school.with_context(allowed_company_ids=school.ids)


def deadlines(env, school):
    """1 000 deadlines by the clock against plan_hours, same calendar, same answers."""
    calendar = school.resource_calendar_id
    exceptions = env["school.calendar.exception"]
    applied = exceptions.search(
        [("company_id", "=", school.id), ("state", "=", "applied")]
    )
    exceptions._apply(applied)
    rng = random.Random(1)
    today = datetime.now().replace(microsecond=0)
    env["resource.calendar.leaves"].create(
        [
            {
                "calendar_id": calendar.id,
                "date_from": today + timedelta(days=day, hours=-12),
                "date_to": today + timedelta(days=day, hours=12),
            }
            for day in rng.sample(range(-100, 400), 30)
        ]
    )
    school._worktime()
    questions = [
        (
            today + timedelta(minutes=rng.randrange(300 * 1440)),
            rng.randrange(1, 160) / 2,
        )
        for _question in range(QUESTIONS)
    ]

    def by_clock():
        work = school._worktime()
        return [work.add(start, hours, "service_hour") for start, hours in questions]

    def by_odoo():
        return [
            calendar.plan_hours(hours, start, compute_leaves=True)
            for start, hours in questions
        ]

    different = sum(a != b for a, b in zip(by_clock(), by_odoo(), strict=True))
    ours, our_queries = measure(env, by_clock)
    theirs, their_queries = measure(env, by_odoo, repeat=2)
    yield "1 000 deadlines, plan_hours", theirs, their_queries, ""
    yield "1 000 deadlines, clock", ours, our_queries, f"{theirs / ours:.0f} x"
    yield "   answers that differ", None, different, ""

    def count_by_clock():
        work = school._worktime()
        for start, hours in questions:
            work.between(start, start + timedelta(hours=hours * 4), "service_hour")

    def count_by_odoo():
        for start, hours in questions:
            calendar.get_work_hours_count(start, start + timedelta(hours=hours * 4))

    ours, our_queries = measure(env, count_by_clock)
    theirs, their_queries = measure(env, count_by_odoo, repeat=2)
    yield "1 000 spans, get_work_hours_count", theirs, their_queries, ""
    yield "1 000 spans, clock", ours, our_queries, f"{theirs / ours:.0f} x"


def timers(env, school):
    """The timer job with 100 due among few and among many running clocks."""
    user = env["res.users"].create(
        {
            "name": "Clerk",
            "login": "benchmark-clerk",
            "company_id": school.id,
            "company_ids": [(6, 0, school.ids)],
        }
    )
    now = env["school.time.clock"]._fields["started_at"].now()
    opened = school._worktime().add(now, -9, "service_hour")
    receipts = env["school.receipt"].sudo()
    values = {
        "company_id": school.id,
        "res_model": "school.place",
        "title": "Document",
        "kind": "sign",
        "user_id": user.id,
        "limit_unit": "service_hour",
    }
    receipts.create(
        [
            {
                **values,
                "res_id": number,
                "opened_at": opened,
                "sent_at": opened,
                "limit_amount": 2,
            }
            for number in range(1, DUE + 1)
        ]
    )
    model = receipts.create(
        {**values, "res_id": 0, "opened_at": now, "sent_at": now, "limit_amount": 500}
    )
    env.flush_all()
    clock = model.clock_ids
    columns = [
        name
        for name, field in clock._fields.items()
        if field.store and field.column_type and name not in ("id", "res_id")
    ]
    listed = ", ".join(f'"{name}"' for name in columns)
    first = None
    present = DUE
    for total in RUNNING:
        # Idle clocks are copies of one that is due in a long time.
        env.cr.execute(
            f"INSERT INTO school_time_clock (res_id, {listed}) "
            f"SELECT 1000000 + n, {listed} FROM school_time_clock, "
            "generate_series(%s, %s) n WHERE id = %s",
            [present + 1, total, clock.id],
        )
        present = total
        env.cr.execute("ANALYZE school_time_clock")
        clocks = env["school.time.clock"]

        def run(clocks=clocks):
            due = clocks._take_due(now, 500)
            assert len(due) == DUE, len(due)
            due._run_timers(now)

        # Once for the caches.
        measure(env, run, repeat=1)
        seconds, queries = measure(env, run, repeat=TIMER_ROUNDS, pick=median)
        ratio = f"{(seconds / first - 1) * 100:+.0f} %" if first else ""
        first = first or seconds
        yield f"{DUE} due among {total} running", seconds, queries, ratio


def main(env):
    school = open_school(env)
    print(f"{'':45}{'ms':>10}{'queries':>10}{'ratio':>10}")
    for part in (timers, deadlines):
        for label, seconds, queries, ratio in part(env, school):
            shown = "" if seconds is None else f"{seconds * 1000:.1f}"
            print(f"{label:45}{shown:>10}{queries:>10}{ratio:>10}")
    env.cr.rollback()


main(env)  # noqa: F821 (given by the shell)
