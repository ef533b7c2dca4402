"""Approvals beside OCA base_tier_validation 19.

Run it with `./office run python benchmarks/approval.py`.

The peer is fetched from PyPI into `.office/benchmark-approval` and installed, with our
kernel, in a database of its own; the suite itself never sees it. Both sides run in the
same process on a copy of that database, which is dropped. The table ends with what is
to be met; the exit status is 1 if something is missed.

Measured: one record from submission over three people to the state that the approval
guards, each step by its own user in a transaction of its own and with the context of
the web client, one record at a time; the same for many at once (ours); and the counter
of the inbox with 10 000 open tasks. Our figures include what the peer does not do: row
locks, the hash of the content, four eyes, the clock of each task, the register with its
hash chain, and the messages to the people.
"""

import subprocess
import sys
from pathlib import Path

import over_rpc
from measuring import Meter, Table, take_turns

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".office" / "benchmark-approval"
DATABASE = "school_benchmark_approval"
ONE_BY_ONE = 50
BATCHES = 3
AT_ONCE = 100
INBOX = 10_000


def prepare():
    """Fetch the peer, then give both sides a database."""
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
    Registry.new(
        DATABASE, update_module=True, install_modules=wanted, upgrade_modules=wanted[:1]
    )


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


def as_user(records, user):
    """The records as the web client of this person asks for them."""
    return records.with_user(user).with_context(
        allowed_company_ids=user.company_ids.ids
    )


def request(meter, records, user, work):
    """Do something in a transaction of its own; only the commit is not measured."""
    own = as_user(records, user)
    meter.env.cr.commit()
    meter.run(lambda: work(own))


def ours(env, people, records, meter):
    asker, *deciders = people
    request(meter, records, asker, lambda r: r._approval_submit("use"))
    for user in deciders:
        domain = [("res_id", "in", records.ids), ("user_id", "=", user.id)]
        tasks = env["school.approval.task"].search(domain)
        request(meter, tasks, user, lambda t: t.action_approve("Agreed"))
    assert set(records.mapped("state")) == {"confirmed"}


def peer(env, people, record, meter):
    asker, *deciders = people
    request(meter, record, asker, lambda r: r.request_validation())
    for user in deciders:
        request(meter, record, user, lambda r: r.validate_tier())
    request(meter, record, asker, lambda r: r.write({"state": "confirmed"}))
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
    return [Meter.middle(done) for done in meters]


def main():
    """Return how many targets are missed."""
    from odoo import api
    from odoo.modules.registry import Registry

    prepare()
    with over_rpc.copied(DATABASE) as name, Registry(name).cursor() as cr:
        add_models(Registry(name), cr)
        env = api.Environment(cr, api.SUPERUSER_ID, {})
        _school, people = set_up(env)
        # Caches of the process first.
        ours(env, people, create(env, "bench.ours", people[0], 2), Meter(env))
        peer(env, people, create(env, "bench.peer", people[0], 1), Meter(env))
        table = Table()
        one, other = side_by_side(env, people)
        table.add("3 steps, one at a time: ours", one)
        table.add("3 steps, one at a time: peer", other)
        table.ratio("one at a time", other, one, least=2, queries=(one.queries, 65))
        batches = []
        for _round in range(BATCHES):
            records = create(env, "bench.ours", people[0], AT_ONCE)
            batches.append(Meter(env))
            ours(env, people, records, batches[-1])
        many = Meter.best(batches)
        table.add(f"3 steps, {AT_ONCE} at once, per record: ours", many, AT_ONCE)
        for name in ("seconds", "cpu", "queries"):
            setattr(many, name, getattr(many, name) / AT_ONCE)
        table.ratio(f"{AT_ONCE} at once to the peer's one by one", other, many, least=5)
        user = fill_inboxes(env, people)
        inbox = env["school.approval.task"].with_user(user)

        def waiting():
            """Count as My Office does."""
            return inbox.sudo().search_count(inbox._my_turn_domain())

        meters = take_turns(
            {
                "ours": (env, waiting),
                "peer": (env, env["res.users"].with_user(user).review_user_count),
            },
            3,
        )
        for name, rounds in meters.items():
            meters[name] = table.add(
                f"inbox counter, {INBOX} open: {name}", Meter.best(rounds)
            )
        mine, theirs = meters["ours"], meters["peer"]
        table.ratio("inbox counter", theirs, mine, least=50, queries=(mine.queries, 2))
        missed = table.finish()
    return missed


if __name__ == "__main__":
    sys.exit(bool(main()))
