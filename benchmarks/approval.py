"""Approvals beside OCA base_tier_validation 19.

Run it with `./office run python benchmarks/approval.py`.

The peer is fetched from PyPI into `.office/benchmark-approval` and installed, with our
kernel, in a database of its own; the suite itself never sees it. Both sides run in the
same process and the same transaction, which is rolled back. Nothing is asserted; the
table is the result.

Measured: one record from submission over three people to the state that the approval
guards, each step by its own user, one record at a time; the same for many at once
(ours); and the counter of the inbox with 10 000 open tasks. Our figures include what
the peer does not do: row locks, the hash of the content, four eyes, the clock of each
task, the register with its hash chain, and the messages to the people.
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".office" / "benchmark-approval"
DATABASE = "school_benchmark_approval"
ONE_BY_ONE = 50
AT_ONCE = 100
INBOX = 10_000


def prepare():
    """Fetch the peer, then give both sides a database; return its registry."""
    if not (PEER / "odoo" / "addons" / "base_tier_validation").exists():
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
                *("--target", str(PEER), "odoo-addon-base-tier-validation"),
            ],
            check=True,
        )
    from odoo.tools import config

    addons = f"{ROOT / 'addons'},{PEER / 'odoo' / 'addons'}"
    config.parse_config(["--addons-path", addons, "-d", DATABASE, "--log-level=error"])
    from odoo.modules.registry import Registry
    from odoo.service import db

    if not db.exp_db_exist(DATABASE):
        db._create_empty_database(DATABASE)
    wanted = ["school_office_base", "base_tier_validation"]
    return Registry.new(DATABASE, update_module=True, install_modules=wanted)


def add_models(registry, cr):
    from odoo import fields, models
    from odoo.orm.model_classes import add_to_registry

    class Ours(models.Model):
        _module = None
        _name = "bench.ours"
        _inherit = ["school.record", "school.approval.mixin", "mail.thread"]
        _description = "Benchmark"
        _approval_purposes = {"use": "Use"}
        _approval_gates = {"use": {"state": {"confirmed"}}}
        _approval_protected_fields = frozenset({"name", "amount"})

        name = fields.Char()
        amount = fields.Float()
        state = fields.Selection([("draft", "Draft"), ("confirmed", "Confirmed")])

        def _approval_granted_batch(self, cases):
            self.write({"state": "confirmed"})

    class Peer(models.Model):
        _module = None
        _name = "bench.peer"
        _inherit = ["tier.validation", "mail.thread"]
        _description = "Benchmark peer"
        _tier_validation_manual_config = False

        name = fields.Char()
        amount = fields.Float()
        company_id = fields.Many2one("res.company")
        state = fields.Selection(
            [("draft", "Draft"), ("confirmed", "Confirmed"), ("cancel", "Cancel")],
            default="draft",
        )

    names = ["bench.ours", "bench.peer"]
    for definition in (Ours, Peer):
        add_to_registry(registry, definition)
    registry._setup_models__(cr, names)
    registry.init_models(cr, names, {"models_to_check": True})
    registry["bench.peer"]._original_module = "base_tier_validation"
    registry["tier.definition"]._get_tier_validation_model_names = lambda self: [
        "bench.peer"
    ]


def set_up(env):
    from odoo.fields import Command
    from odoo.tests import new_test_user

    school = env["res.company"].create(
        {"name": "Benchmark School", "is_school": True, "school_code": "BENCH"}
    )
    school._school_set_up()
    people = [
        new_test_user(
            env,
            f"bench_{name}",
            "base.group_user",
            company_id=school.id,
            company_ids=[Command.set(school.ids)],
        )
        for name in ("asker", "one", "two", "three")
    ]
    env["ir.model.access"].create(
        [
            {
                "name": name,
                "model_id": env["ir.model"]._get_id(name),
                "group_id": env.ref("base.group_user").id,
                **{f"perm_{mode}": True for mode in ("read", "write", "create")},
            }
            for name in ("bench.ours", "bench.peer")
        ]
    )
    env["school.approval.flow"]._ensure(
        school,
        "bench.ours",
        "use",
        "Use",
        [
            {
                "key": f"s{number}",
                "name": f"Step {number}",
                "who": "users",
                "user_ids": user.ids,
                "limit": 1,
                "unit": "working_day",
                "four_eyes": number == 3,
            }
            for number, user in enumerate(people[1:], 1)
        ],
    )
    env["tier.definition"].create(
        [
            {
                "name": f"Tier {number}",
                "model_id": env["ir.model"]._get_id("bench.peer"),
                "review_type": "individual",
                "reviewer_id": user.id,
                "company_id": school.id,
                "approve_sequence": True,
                "sequence": 100 - number,
            }
            for number, user in enumerate(people[1:], 1)
        ]
    )
    return school, people


class Meter:
    """Wall seconds, processor seconds of Python, and queries of the parts that count.

    Each part starts with empty record caches, as a request does. What our registers
    ask on their second connection counts too. A request would lock there and read there
    where a part here, in one long transaction, reads there and here.
    """

    def __init__(self, env):
        self.env = env
        self.seconds, self.cpu, self.queries = 0.0, 0.0, 0

    def run(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before, start = self._count(), time.perf_counter()
        cpu = time.process_time()
        result = work()
        self.env.flush_all()
        self.cpu += time.process_time() - cpu
        self.seconds += time.perf_counter() - start
        self.queries += self._count() - before
        return result

    def _count(self):
        side = self.env.cr.postcommit.data.get("school.serial")
        return self.env.cr.sql_log_count + (side.cr.sql_log_count if side else 0)


def ours(env, people, records, meter):
    asker, *deciders = people
    meter.run(lambda: records.with_user(asker)._approval_submit("use"))
    for user in deciders:
        domain = [("res_id", "in", records.ids), ("user_id", "=", user.id)]
        tasks = env["school.approval.task"].search(domain).with_user(user)
        meter.run(lambda t=tasks: t.action_approve("Agreed"))
    assert set(records.mapped("state")) == {"confirmed"}


def peer(env, people, record, meter):
    asker, *deciders = people
    meter.run(lambda: record.with_user(asker).request_validation())
    for user in deciders:
        meter.run(lambda u=user: record.with_user(u).validate_tier())
    meter.run(lambda: record.with_user(asker).write({"state": "confirmed"}))
    assert record.validation_status == "validated", record.validation_status


def create(env, model, asker, count):
    return (
        env[model]
        .with_user(asker)
        .create(
            [{"name": f"R{n}", "amount": n, "state": "draft"} for n in range(count)]
        )
        .with_user(env.user)
    )


def fill_inboxes(env, people):
    """10 000 open decisions of one person on each side, copied from a real one."""
    cr, user = env.cr, people[1]
    mine = create(env, "bench.ours", people[0], 1)
    mine.with_user(people[0])._approval_submit("use")
    theirs = create(env, "bench.peer", people[0], 1)
    review = theirs.with_user(people[0]).request_validation().sudo()
    review = review.filtered(lambda r: r.status == "pending")
    env.flush_all()
    task = mine.sudo().approval_case_id.task_ids

    def copy(table, row_id, changes, rows=INBOX - 1):
        cr.execute(
            """SELECT column_name FROM information_schema.columns
                WHERE table_name = %s AND column_name <> 'id'""",
            [table],
        )
        columns = [row[0] for row in cr.fetchall()]
        values = [changes.get(name, f't."{name}"') for name in columns]
        names = ", ".join(f'"{name}"' for name in columns)
        cr.execute(
            f"""INSERT INTO {table} ({names}) SELECT {", ".join(values)}
                  FROM {table} t, generate_series(1, {rows}) n WHERE t.id = {row_id}
             RETURNING id"""
        )
        return [row[0] for row in cr.fetchall()]

    copy("school_approval_task", task.id, {})
    peers = copy("bench_peer", theirs.id, {})
    low = min(peers)
    reviews = copy("tier_review", review.id, {"res_id": f"{low} + n - 1"})
    for model, name in (("tier.review", "reviewer_ids"), ("res.users", "review_ids")):
        field = env[model]._fields[name]
        pairs = (
            (field.column1, field.column2)
            if model == "tier.review"
            else (field.column2, field.column1)
        )
        cr.execute(
            f"""INSERT INTO {field.relation} ({pairs[0]}, {pairs[1]})
                SELECT id, %s FROM unnest(%s) id ON CONFLICT DO NOTHING""",
            [user.id, reviews],
        )
    for table in ("school_approval_task", "tier_review", "bench_peer"):
        cr.execute(f"ANALYZE {table}")
    env.invalidate_all()
    return user


def side_by_side(env, people):
    """One record of ours, one of the peer's, in turn: what else the machine does then
    falls on both. Returns the medians.
    """
    sides = ((ours, "bench.ours"), (peer, "bench.peer"))
    records = [create(env, model, people[0], ONE_BY_ONE) for _side, model in sides]
    meters = [[], []]
    for pair in zip(*records, strict=True):
        for (side, _model), record, done in zip(sides, pair, meters, strict=True):
            done.append(Meter(env))
            side(env, people, record, done[-1])
    result = []
    for done in meters:
        middle = Meter(env)
        for name in ("seconds", "cpu", "queries"):
            setattr(middle, name, median(getattr(meter, name) for meter in done))
        result.append(middle)
    return result


def best(env, work, repeat=5):
    meters = []
    for _round in range(repeat):
        meter = Meter(env)
        result = meter.run(work)
        meters.append(meter)
    return min(meters, key=lambda m: m.seconds), result


def main():
    from odoo import api

    registry = prepare()
    with registry.cursor() as cr:
        add_models(registry, cr)
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        _school, people = set_up(env)
        rows = []
        # Caches of the process first.
        ours(env, people, create(env, "bench.ours", people[0], 2), Meter(env))
        peer(env, people, create(env, "bench.peer", people[0], 1), Meter(env))
        ratios = {}
        one, other = side_by_side(env, people)
        rows.append(("3 steps, one at a time (median): ours", one, 1))
        rows.append(("3 steps, one at a time (median): peer", other, 1))
        ratios["one at a time"] = other.seconds / one.seconds
        ratios["one at a time, processor time"] = other.cpu / one.cpu
        many = Meter(env)
        ours(env, people, create(env, "bench.ours", people[0], AT_ONCE), many)
        rows.append((f"3 steps, {AT_ONCE} at once, per record: ours", many, AT_ONCE))
        user = fill_inboxes(env, people)
        mine, found = best(
            env, env["school.approval.task"].with_user(user)._inbox_count
        )
        rows.append((f"inbox counter, {found} open, ours", mine, 1))
        theirs, _result = best(
            env, env["res.users"].with_user(user).review_user_count, 2
        )
        rows.append((f"inbox counter, {INBOX} open, peer", theirs, 1))
        ratios[f"{AT_ONCE} at once"] = other.seconds / (many.seconds / AT_ONCE)
        ratios["inbox"] = theirs.seconds / mine.seconds
        print(f"{'':44}{'ms':>10}{'cpu ms':>10}{'queries':>10}")
        for label, meter, count in rows:
            print(
                f"{label:44}{1000 * meter.seconds / count:>10.2f}"
                f"{1000 * meter.cpu / count:>10.2f}{meter.queries / count:>10.1f}"
            )
        for label, ratio in ratios.items():
            print(f"{label}: peer / ours = {ratio:.1f}")
        cr.rollback()


if __name__ == "__main__":
    main()
