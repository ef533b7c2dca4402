"""Calling a meeting of ten beside core's calendar invitation of ten.

Run it with `./office run python benchmarks/meetings.py` (`--quick` for fewer rounds).

Both sides run in the same process and the same transaction, which is rolled back;
nothing is asserted, the table is the result. Core: a clerk creates a `calendar.event`
with ten attendees who have addresses, so ten invitations are rendered in the request.
Ours: he enters the draft (body, ten people and agenda come by themselves), then calls
it; the scheduled actions then fill the calendars, queue and render the letters. All of
that is counted in "all together", until the same mails stand in Odoo's mail queue on
both sides. Ours numbers the meeting without gaps, keeps a history, times the answers of
key people and counts who answered, which core does not.

The request begins with empty record caches, as a request does. Where the machine is
busy, look at the processor's time and at the queries.
"""

import cProfile
import gc
import pstats
import statistics
import sys
import time
from datetime import timedelta

DATABASE = "school_benchmark_meetings"
QUICK = "--quick" in sys.argv
PROFILE = "--profile" in sys.argv
ROUNDS = 5 if QUICK else 15
PEOPLE = 10


def prepare():
    from odoo.tools import config

    config.parse_config(["-d", DATABASE, "--log-level=error"])
    from odoo.modules.registry import Registry
    from odoo.service import db

    if not db.exp_db_exist(DATABASE):
        db._create_empty_database(DATABASE)
    wanted = ["school_office_meetings"]
    return Registry.new(
        DATABASE, update_module=True, install_modules=wanted, upgrade_modules=wanted
    )


def settle(env):
    env.flush_all()
    env.cr.precommit.run()
    env.flush_all()


def measure(env, work):
    """Return ``(wall seconds, processor seconds, queries, result)`` of one request."""
    settle(env)
    env.invalidate_all()
    gc.collect()
    before, wall = env.cr.sql_log_count, time.perf_counter()
    cpu = time.process_time()
    result = work()
    settle(env)
    return (
        time.perf_counter() - wall,
        time.process_time() - cpu,
        env.cr.sql_log_count - before,
        result,
    )


class Case:
    """A school with a body of ten, and a clerk who calls it."""

    def __init__(self, env, people=PEOPLE):
        from odoo.fields import Command
        from odoo.tests import new_test_user

        self.env = env
        self.school = env["res.company"].create(
            {
                "name": "Benchmark School",
                "is_school": True,
                "school_code": "BENCH",
                "email": "office@bench.example.com",
                # Letters go out at once, at whatever hour this runs.
                "school_quiet_hours": False,
            }
        )
        self.school._school_set_up()
        self.users = env["res.users"]
        for number in range(people + 1):
            self.users |= new_test_user(
                env,
                login=f"bench{number}",
                groups="base.group_user,school_office_base.group_office_clerk",
                email=f"bench{number}@example.com",
                company_id=self.school.id,
                company_ids=[Command.set(self.school.ids)],
                tz="Asia/Shanghai",
            )
        self.clerk, self.people = self.users[0], self.users[1:]
        env["hr.employee"].create(
            [
                {"name": u.name, "user_id": u.id, "company_id": self.school.id}
                for u in self.users
            ]
        )
        self.body = env["school.meeting.body"].create(
            {
                "name": "Council",
                "company_id": self.school.id,
                "needs_plan": False,
                "standing_items": "Reports\nPlans\nOther business",
                "member_ids": [
                    Command.create(
                        {"user_id": u.id, "role": "chair" if not n else "member"}
                    )
                    for n, u in enumerate(self.people)
                ],
            }
        )
        self.start = env.cr.now().replace(microsecond=0, tzinfo=None) + timedelta(
            days=20
        )
        self.round = 0

    def _time(self):
        self.round += 1
        return self.start + timedelta(hours=self.round)

    def core(self):
        start = self._time()
        return (
            self.env["calendar.event"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "Council",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "partner_ids": [
                        (6, 0, (self.people | self.clerk).partner_id.ids),
                    ],
                }
            )
        )

    def draft(self):
        return (
            self.env["school.meeting"]
            .with_user(self.clerk)
            .create({"body_id": self.body.id, "name": "Council", "start": self._time()})
        )

    def call(self, meeting):
        meeting.with_user(self.clerk).action_call()

    def dispatch(self):
        jobs = self.env["school.meeting.dispatch"].sudo()
        jobs.search([("state", "=", "waiting")])._send()

    def letters(self):
        notices = self.env["school.notice"].sudo()
        for group in notices.search([("state", "=", "waiting")])._grouped_for_sending():
            group._send()


def main():
    registry = prepare()
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        case = Case(env)
        # Templates, rules and settings are compiled once in a process.
        case.core()
        case.call(case.draft())
        case.dispatch()
        case.letters()
        if PROFILE:
            meeting = case.draft()
            profile = cProfile.Profile()
            settle(env)
            env.invalidate_all()
            profile.enable()
            case.call(meeting)
            settle(env)
            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
            cr.rollback()
            return
        rows = {}
        for _round in range(ROUNDS):
            rows.setdefault("core: event with its mails", []).append(
                measure(env, case.core)[:3]
            )
            draft = measure(env, case.draft)
            meeting = draft[3]
            steps = {
                "ours: enter the draft": draft[:3],
                "ours: call it (the request)": measure(
                    env, lambda m=meeting: case.call(m)
                )[:3],
                "ours: calendars (queued)": measure(env, case.dispatch)[:3],
                "ours: letters (queued)": measure(env, case.letters)[:3],
            }
            steps["ours: all together"] = tuple(
                sum(values) for values in zip(*steps.values(), strict=True)
            )
            for name, values in steps.items():
                rows.setdefault(name, []).append(values)
        cr.rollback()
    middle = {
        name: [statistics.median(column) for column in zip(*values, strict=True)]
        for name, values in rows.items()
    }
    core = middle["core: event with its mails"]
    print(f"{PEOPLE} people, median of {ROUNDS} rounds")
    print(f"{'':34}{'wall ms':>9}{'cpu ms':>9}{'queries':>9}{'cpu ratio':>11}")
    for name, (wall, cpu, queries) in middle.items():
        ratio = f"{core[1] / cpu:.1f}x" if cpu and not name.startswith("core") else ""
        print(f"{name:34}{wall * 1000:9.1f}{cpu * 1000:9.1f}{queries:9.0f}{ratio:>11}")
    return


if __name__ == "__main__":
    main()
