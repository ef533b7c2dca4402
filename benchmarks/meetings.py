"""Calling a meeting of ten beside core's calendar invitation of ten.

Run it with `./office run python benchmarks/meetings.py` (`--quick` for fewer rounds).

Both sides run in the same process and the same transaction, which is rolled back, and
take turns; the middle of the rounds counts. The table ends with what is to be met; the
exit status is 1 if something is missed. Core: a clerk creates a `calendar.event`
with ten attendees who have addresses, so ten invitations are rendered in the request.
Ours: he enters the draft (body, ten people and agenda come by themselves), then calls
it; the scheduled actions then fill the calendars, queue and render the letters. All of
that is counted in "all together", until the same mails stand in Odoo's mail queue on
both sides. Ours numbers the meeting without gaps, keeps a history, times the answers of
key people and counts who answered, which core does not.

Each part begins with empty record caches, as a request does. `--profile` shows where
the time of our queued part goes, `--profile-request` that of the request.
"""

import cProfile
import pstats
import sys
from datetime import timedelta

from measuring import FIGURES, Meter, Table, settle

DATABASE = "school_benchmark_meetings"
QUICK = "--quick" in sys.argv
PROFILE = "--profile" in sys.argv
PROFILE_REQUEST = "--profile-request" in sys.argv
ROUNDS = 5 if QUICK else 15
PEOPLE = 10


def prepare():
    from odoo.tools import config

    config.parse_config(["-d", DATABASE, "--log-level=error"])
    from odoo.modules.registry import Registry
    from odoo.service import db

    if not db.exp_db_exist(DATABASE):
        db._create_empty_database(DATABASE)
    wanted = ["school_office_base", "school_office_meetings"]
    return Registry.new(
        DATABASE, update_module=True, install_modules=wanted, upgrade_modules=wanted[:1]
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


def profiled(env, *works):
    """Print where the time of ``works`` goes."""
    profile = cProfile.Profile()
    for work in works:
        settle(env)
        env.invalidate_all()
        profile.enable()
        work()
        settle(env)
        profile.disable()
    for order in ("cumulative", "tottime"):
        pstats.Stats(profile).sort_stats(order).print_stats(60)


def one_round(case):
    """``{part: meter}`` of one meeting of each side."""
    meters = {}

    def measure(label, work):
        meters[label] = Meter(case.env)
        return meters[label].run(work)

    measure("core: event with its mails", case.core)
    meeting = measure("ours: enter the draft", case.draft)
    measure("ours: call it (the request)", lambda: case.call(meeting))
    measure("ours: calendars (queued)", case.dispatch)
    measure("ours: letters (queued)", case.letters)
    parts = [meter for label, meter in meters.items() if label.startswith("ours")]
    total = Meter(case.env)
    for name in FIGURES:
        setattr(total, name, sum(getattr(meter, name) for meter in parts))
    return {**meters, "ours: all together": total}


def main():
    """Return how many targets are missed."""
    registry = prepare()
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        case = Case(env)
        # Templates, rules and settings are compiled once in a process.
        one_round(case)
        if PROFILE or PROFILE_REQUEST:
            meeting = case.draft()
            if PROFILE_REQUEST:
                profiled(env, lambda: case.call(meeting))
            else:
                case.call(meeting)
                profiled(env, case.dispatch, case.letters)
            cr.rollback()
            return 0
        rounds = [one_round(case) for _round in range(ROUNDS)]
        cr.rollback()
    print(f"{PEOPLE} people, median of {ROUNDS} rounds")
    table = Table(36)
    middle = {
        label: table.add(label, Meter.middle([meters[label] for meters in rounds]))
        for label in rounds[0]
    }
    core = middle["core: event with its mails"]
    request, total = (
        middle[label] for label in ("ours: call it (the request)", "ours: all together")
    )
    table.ratio("the request, core to ours", core, request, least=30)
    table.ratio("all together, core to ours", core, total, least=3, by="cpu")
    return table.finish()


if __name__ == "__main__":
    sys.exit(bool(main()))
