"""The service desk beside OCA helpdesk_mgmt, _sla and _rating 19.

Run it with `./office run python benchmarks/desk.py` (`--quick` for a tenth of it).

The peer is fetched from PyPI into `.office/benchmark` and installed, with our addons,
in a database of its own; the suite itself never sees it. Both sides run in the same
process on a copy of that database, which is dropped. The table ends with what is to be
met; the exit status is 1 if something is missed.

Measured by an agent, with his rights and rules: creation in one batch and one call at a
time, a move of 200 requests by one stage with 2 and with 5 time limits, tracking of the
chatter included; list, kanban, search and "what is late" at 1 000 and at 100 000
requests, where each shows a full page at both sizes; and ours again when 500 schools
are in the database. Our figures include what the peer does not do: gapless numbers,
routing by work due, an append-only history, the clocks' own events, and the check of
who may do what.

One at a time means one call of ``web_save``: first over HTTP, to a server with both
sides that the benchmark starts, from the request to the answer with all that was
committed between; then without the HTTP, with empty record caches. The queries are
those of both connections.

The bulk of the requests and the 500 schools are copies of rows that the methods made,
written by SQL; then the tables are vacuumed, as PostgreSQL does by itself after so many
rows. The 500 schools are added to a copy of the database, and the work in the one and
in the other takes turns. Where the machine is busy, look at the processor's time and at
the queries.
"""

import contextlib
import statistics
import subprocess
import sys
import time
from pathlib import Path

import over_rpc
from lxml import etree
from measuring import Meter, Table, settle, take_turns

ROOT = Path(__file__).resolve().parent.parent
PEER = ROOT / ".office" / "benchmark"
DATABASE = "school_benchmark_desk"
PEERS = ("helpdesk_mgmt", "helpdesk_mgmt_sla", "helpdesk_mgmt_rating")
ADDONS = f"{ROOT / 'addons'},{PEER / 'odoo' / 'addons'}"
QUICK = "--quick" in sys.argv
CREATED = 100 if QUICK else 1_000
BATCHES = 3
ONE_BY_ONE = 30 if QUICK else 100
WARM = 5
MOVED = 20 if QUICK else 200
FEW, MANY = (1_000, 10_000) if QUICK else (1_000, 100_000)
SCHOOLS = 50 if QUICK else 500
REPEAT = 9
# Of how many requests one is open, and one late: a full page of each in both sizes.
SHARES = {FEW: (5, 10), MANY: (20, 100)}
# The first requests have a word of their own, so that both sizes find as many.
WORD, WORD_EVERY = "flooded", 9


def prepare():
    """Fetch the peer, then give both sides a database."""
    if not (PEER / "odoo" / "addons" / "helpdesk_mgmt_sla").exists():
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"),
                *("--target", str(PEER), "--upgrade"),
                *(f"odoo-addon-{name.replace('_', '-')}==19.0.*" for name in PEERS),
            ],
            check=True,
        )
    from odoo.tools import config

    config.parse_config(["--addons-path", ADDONS, "-d", DATABASE, "--log-level=error"])
    from odoo.modules.registry import Registry
    from odoo.service import db

    if not db.exp_db_exist(DATABASE):
        db._create_empty_database(DATABASE)
    ours = ["school_office_base", "school_office_service_desk"]
    Registry.new(
        DATABASE,
        update_module=True,
        install_modules=[*ours, *PEERS],
        upgrade_modules=ours[:1],
    )


def tidy(env, *tables):
    """Commit many rows, then do what autovacuum does after them."""
    from odoo.sql_db import db_connect

    settle(env)
    env.cr.commit()
    with contextlib.closing(db_connect(env.cr.dbname).cursor()) as cr:
        cr.connection.autocommit = True
        cr.execute(f"VACUUM ANALYZE {', '.join(tables)}")
    env.invalidate_all()


# Two sides that can do the same


class Ours:
    name = "ours"
    model = "school.ticket"
    late = (("is_open", "=", True), ("deadline_state", "=", "late"))
    opened = (("is_open", "=", True),)
    group = "state"

    def __init__(self, env, limits, code):
        from odoo.fields import Command
        from odoo.tests import new_test_user

        self.env = env
        self.school = env["res.company"].create(
            {"name": f"Benchmark {code}", "is_school": True, "school_code": code}
        )
        self.school._school_set_up()
        self.agent = new_test_user(
            env,
            f"bench_{code}",
            "school_office_service_desk.group_desk_manager",
            company_id=self.school.id,
            company_ids=[Command.set(self.school.ids)],
        )
        env["school.post.holder"].create(
            {
                "post_id": env["school.post"]._find(self.school, "counter_clerk").id,
                "user_id": self.agent.id,
                "date_from": "2020-01-01",
            }
        )
        self.service = self.school.school_desk_service_id
        # The answer and the solution: two limits. Three more of the school's own.
        self.service.write({"solution_amount": 2, "solution_unit": "working_day"})
        for number in range(limits - 2):
            env["school.time.policy"]._ensure(
                self.school,
                f"bench_{number}",
                self.model,
                f"Benchmark limit {number}",
                start_domain=[("kind", "!=", "complaint")],
                stop_domain=[("solved_at", "!=", False)],
                pause_domain=[("state", "=", "waiting")],
                amount=number + 1,
                unit="working_day",
                start_field="received_at",
            )
        self.limits = limits

    def vals(self, count):
        return [
            {
                "name": f"The projector of room {number} is dark",
                "details": "No picture since this morning.",
                "requester_name": "Li Lei",
                "service_id": self.service.id,
                "channel": "counter",
            }
            for number in range(count)
        ]

    def create(self, vals_list):
        return self.env[self.model].with_user(self.agent).create(vals_list)

    def move(self, tickets):
        tickets.with_user(self.agent).action_take()

    def search_domain(self):
        return [("search_text", "ilike", WORD)]


class Known(Ours):
    """A school that was made before, in another database."""

    def __init__(self, env, school_id, agent_id):
        self.env = env
        self.school = env["res.company"].browse(school_id)
        self.agent = env["res.users"].browse(agent_id)
        self.service = self.school.school_desk_service_id


class Peer(Ours):
    name = "peer"
    model = "helpdesk.ticket"
    opened = (("closed", "=", False),)
    group = "stage_id"

    def __init__(self, env, limits, school, code):
        from odoo.fields import Command
        from odoo.tests import new_test_user

        self.env, self.school, self.limits = env, school, limits
        self.agent = new_test_user(
            env,
            f"peer_{code}",
            "helpdesk_mgmt.group_helpdesk_manager",
            company_id=school.id,
            company_ids=[Command.set(school.ids)],
        )
        self.stages = env["helpdesk.ticket.stage"].search([], order="sequence")
        self.team = env["helpdesk.ticket.team"].create(
            {
                "name": code,
                "company_id": school.id,
                "use_sla": True,
                "resource_calendar_id": school.resource_calendar_id.id,
                "user_ids": [Command.set(self.agent.ids)],
            }
        )
        done = self.stages.filtered("closed")[:1]
        env["helpdesk.sla"].create(
            [
                {
                    "name": f"Limit {number}",
                    "company_id": school.id,
                    "team_ids": [Command.set(self.team.ids)],
                    "stage_id": done.id,
                    "days": number + 1,
                }
                for number in range(limits)
            ]
        )

    def vals(self, count):
        return [
            {
                "name": f"The projector of room {number} is dark",
                "description": "<p>No picture since this morning.</p>",
                "partner_name": "Li Lei",
                "team_id": self.team.id,
                "user_id": self.agent.id,
            }
            for number in range(count)
        ]

    def move(self, tickets):
        stage = self.stages.filtered(lambda s: not s.closed)[1]
        tickets.with_user(self.agent).write({"stage_id": stage.id})

    def search_domain(self):
        return [("name", "ilike", WORD)]


def specification(env, model, kind):
    """What the client reads for a list or kanban: the fields of the view."""
    arch = etree.fromstring(env[model].get_view(view_type=kind)["arch"])
    spec = {}
    for node in arch.iter("field"):
        if any(parent.tag == "field" for parent in node.iterancestors()):
            continue
        field = env[model]._fields[node.get("name")]
        relational = field.type in ("many2one", "many2many", "one2many")
        spec[field.name] = {"fields": {"display_name": {}}} if relational else {}
    return spec


def screens(side):
    """{label: work} of the screens that are opened all day, as the agent."""
    from odoo import api

    env = api.Environment(
        side.env.cr, side.agent.id, {"allowed_company_ids": side.school.ids}
    )
    Ticket = env[side.model]
    as_list = specification(env, side.model, "list")
    as_cards = specification(env, side.model, "kanban")

    def read(domain, limit=80, spec=as_list):
        return Ticket.web_search_read(
            list(domain), spec, limit=limit, count_limit=10_001
        )

    def late():
        if side.name == "ours":
            return read(side.late)
        # The peer's own search for what is late raises in 19: its report is asked.
        report = env["helpdesk.sla.report"]
        domain = [("state", "=", "expired"), ("team_id", "=", side.team.id)]
        found = report.search_fetch(domain, ["ticket_id"], limit=80)
        report.search_count(domain)
        return found.ticket_id.web_read(as_list)

    return {
        "list, 80 open": lambda: read(side.opened),
        "kanban, open": lambda: Ticket.web_read_group(
            list(side.opened),
            [side.group],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=as_cards,
            unfold_read_default_limit=40,
        ),
        "search": lambda: read(side.search_domain()),
        "what is late": late,
    }


# Many rows


def copy_rows(cr, table, source, count, changes):
    """Insert ``count`` copies of a row; return their ids."""
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND column_name <> 'id'
              AND is_generated = 'NEVER' ORDER BY ordinal_position""",
        [table],
    )
    columns = [row[0] for row in cr.fetchall()]
    values = ", ".join(changes.get(name, f't."{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    cr.execute(
        f"""INSERT INTO {table} ({names}) SELECT {values}
              FROM {table} t, generate_series(1, {count}) n WHERE t.id = {source}
         RETURNING id"""
    )
    return [row[0] for row in cr.fetchall()]


def name_of(size):
    """SQL of the name of copy ``n``."""
    if size > FEW:
        return "'The projector of room ' || n || ' is dark'"
    return (
        "'The projector of room ' || n || ' is ' || "
        f"CASE WHEN n % {WORD_EVERY} = 0 THEN '{WORD}' ELSE 'dark' END"
    )


def fill_ours(side, ticket, count, size):
    """Copies of a request, some of them open and some late, found by their words."""
    if count <= 0:
        return
    cr = side.env.cr
    settle(side.env)
    opened, late = (f"n % {every} = 0" for every in SHARES[size])
    # What tools/bigrams.py makes of the words in which the copies differ.
    grams = ", ".join(
        f"(SELECT string_agg(substr(w, i, {length}), ' ')"
        f" FROM generate_series(1, length(w) - {length - 1}) i)"
        for length in (2, 3)
    )
    tokens = (
        f"(SELECT concat_ws(' ', t.search_tokens, {grams}, n)"
        f" FROM (SELECT n::text || ' ' || {name_of(size)} AS w) words)"
    )
    ids = copy_rows(
        cr,
        "school_ticket",
        ticket.id,
        count,
        {
            "number": f"'BULK-{count}-' || t.company_id || '-' || n",
            "name": name_of(size),
            "search_document": f"lower({name_of(size)}) || ' ' || t.search_document",
            "search_tokens": tokens,
            "state": f"CASE WHEN {opened} THEN 'in_progress' ELSE 'closed' END",
            "is_open": opened,
            "deadline_state": f"CASE WHEN {late} THEN 'late' "
            f"WHEN {opened} THEN 'running' ELSE 'met' END",
            "deadline_at": f"CASE WHEN {opened} THEN t.deadline_at "
            f"- ({late})::int * interval '30 days' END",
            "received_at": "t.received_at - n * interval '1 minute'",
            "access_token": "NULL",
            "email_message_id": "NULL",
        },
    )
    cr.execute(
        "SELECT id FROM school_time_clock WHERE res_model = %s AND res_id = %s",
        [side.model, ticket.id],
    )
    for (clock,) in cr.fetchall():
        copy_rows(
            cr,
            "school_time_clock",
            clock,
            count,
            {
                "res_id": f"{min(ids)} + n - 1",
                "state": f"CASE WHEN {opened} THEN t.state ELSE 'met' END",
                "next_timer_at": "NULL",
            },
        )
    tidy(side.env, "school_ticket", "school_time_clock")


def fill_peer(side, ticket, count, size):
    if count <= 0:
        return
    cr = side.env.cr
    settle(side.env)
    begun = side.stages.filtered(lambda s: not s.closed)[1]
    done = side.stages.filtered("closed")[:1]
    opened, late = (f"n % {every} = 0" for every in SHARES[size])
    ids = copy_rows(
        cr,
        "helpdesk_ticket",
        ticket.id,
        count,
        {
            "number": f"'BULK-{count}-' || n",
            "name": name_of(size),
            "stage_id": f"CASE WHEN {opened} THEN {begun.id} ELSE {done.id} END",
            "access_token": "NULL",
        },
    )
    cr.execute("SELECT id FROM helpdesk_ticket_sla WHERE ticket_id = %s", [ticket.id])
    for (row,) in cr.fetchall():
        copy_rows(
            cr,
            "helpdesk_ticket_sla",
            row,
            count,
            {
                "ticket_id": f"{min(ids)} + n - 1",
                "state": f"CASE WHEN {opened} THEN 'in_progress' "
                "ELSE 'accomplished' END",
                "deadline": f"now() AT TIME ZONE 'UTC' + CASE WHEN {late} "
                "THEN interval '-30 days' ELSE interval '30 days' END",
            },
        )
    tidy(side.env, "helpdesk_ticket", "helpdesk_ticket_sla")


def add_schools(env, count):
    """Open a school with some requests, and copy all its rows ``count`` times by SQL.

    Whatever has a school is copied: settings, posts, services, limits, calendars,
    requests, clocks, history. Ids are shifted, those of the rows they point to, too.
    """
    template = Ours(env, 5, "NEIGHBOUR")
    template.move(template.create(template.vals(20))[:5])
    settle(env)
    cr = env.cr
    source, shift = template.school.id, 1_000_000
    cr.execute(
        """SELECT c.table_name FROM information_schema.columns c
             JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE c.column_name = 'company_id' AND t.table_type = 'BASE TABLE'
              AND c.table_schema = current_schema()
              AND c.table_name LIKE 'school\\_%%'"""
    )
    tables = ["res_company", *(row[0] for row in cr.fetchall())]
    own = {
        table: f"{'id' if table == 'res_company' else 'company_id'} = {source}"
        for table in tables
    }
    cr.execute(
        """SELECT c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text
             FROM pg_constraint c
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND cardinality(c.conkey) = 1"""
    )
    points_to = {(table, column): to for table, column, to in cr.fetchall()}
    # Guards and references are those of the rows that are copied.
    cr.execute("SET LOCAL session_replication_role = replica")
    for table in tables:
        cr.execute(
            """SELECT column_name FROM information_schema.columns
                WHERE table_name = %s AND is_generated = 'NEVER'""",
            [table],
        )
        columns = [row[0] for row in cr.fetchall()]
        values = []
        for name in columns:
            to = points_to.get((table, name))
            if name == "id":
                values.append(f"t.id + {shift} * n")
            elif to in own:
                values.append(
                    f'CASE WHEN t."{name}" IN (SELECT id FROM {to} WHERE {own[to]}) '
                    f'THEN t."{name}" + {shift} * n ELSE t."{name}" END'
                )
            elif name == "res_id" and "res_model" in columns:
                values.append(f"t.res_id + {shift} * n")
            elif (table, name) in (
                ("res_company", "name"),
                ("res_company", "school_code"),
                ("res_company", "school_desk_slug"),
            ):
                values.append(f't."{name}" || n')
            elif (table, name) == ("res_company", "parent_path"):
                values.append(f"(t.id + {shift} * n) || '/'")
            elif name == "access_token":
                values.append("NULL")
            else:
                values.append(f't."{name}"')
        names = ", ".join(f'"{name}"' for name in columns)
        cr.execute(
            f"""INSERT INTO {table} ({names}) SELECT {", ".join(values)}
                  FROM {table} t, generate_series(1, {count}) n WHERE t.{own[table]}"""
        )
    cr.execute("SET LOCAL session_replication_role = origin")
    tidy(env)
    cr.execute("SELECT count(*) FROM school_ticket")
    print(f"{count} schools more, {cr.fetchone()[0]} requests in all", flush=True)


def measure_creation(table, pair):
    """Return what was made, by side."""
    made = {side: [] for side in pair}

    def creation(side):
        return lambda: made[side].append(side.create(side.vals(CREATED)))

    found = take_turns({side: (side.env, creation(side)) for side in pair}, BATCHES)
    for side, meters in found.items():
        found[side] = table.add(
            f"create {CREATED}, {side.limits} limits: {side.name}",
            Meter.best(meters),
            CREATED,
        )
    mine, theirs = (found[side] for side in pair)
    table.ratio(
        f"create, {pair[0].limits} limits, batch",
        *(theirs, mine),
        least=5,
        queries=(mine.queries / CREATED, 4),
    )
    return made


def measure_rpc(table, pair):
    """As the web client saves a new request; the two take turns."""
    lists = {side: side.vals(WARM + ONE_BY_ONE) for side in pair}
    meters = {side: [] for side in pair}
    env = pair[0].env
    env.cr.commit()
    with over_rpc.Server(env.cr.dbname, ADDONS) as server:
        clients = {
            side: over_rpc.Client(server).log_in(side.agent.login) for side in pair
        }
        for number in range(WARM + ONE_BY_ONE):
            if number == WARM:
                # By now each thread's connections are open.
                server.find_backends(env.cr)
            for side, client in clients.items():
                meter = Meter(side.env)
                cpu, start = server.cpu(), time.perf_counter()
                client.call(
                    *(side.model, "web_save", [], lists[side][number]),
                    specification={"display_name": {}},
                    context={"allowed_company_ids": side.school.ids},
                )
                meter.seconds = time.perf_counter() - start
                meter.cpu = server.cpu() - cpu
                meters[side].append(meter)
        queries = server.queries()
    for start, side in enumerate(pair):
        for meter, count in zip(meters[side], queries[start::2], strict=True):
            meter.queries = count
        calls = meters[side][WARM:]
        meters[side] = Meter.middle(calls)
        # The system counts in ticks that are longer than a call.
        meters[side].cpu = statistics.mean(meter.cpu for meter in calls)
        label = f"create over RPC, {side.limits} limits: {side.name}"
        table.add(label, meters[side])
    mine, theirs = (meters[side] for side in pair)
    table.ratio(f"create over RPC, {pair[0].limits} limits", theirs, mine, least=2)


def measure_single(table, pair):
    """One call of the client at a time, each in a transaction of its own."""
    from odoo import api

    def saving(side):
        env = api.Environment(
            side.env.cr, side.agent.id, {"allowed_company_ids": side.school.ids}
        )
        rows = iter(side.vals(ONE_BY_ONE))

        def save():
            env[side.model].web_save(next(rows), {"display_name": {}})

        return save

    works = {side: saving(side) for side in pair}
    meters = {side: [] for side in pair}
    for _number in range(ONE_BY_ONE):
        for side, save in works.items():
            side.env.cr.commit()
            meter = Meter(side.env)
            meter.run(save)
            meters[side].append(meter)
    for side, calls in meters.items():
        label = f"create one by one, {side.limits} limits: {side.name}"
        meters[side] = table.add(label, Meter.middle(calls))
    mine, theirs = (meters[side] for side in pair)
    table.ratio(f"create one by one, {pair[0].limits} limits", theirs, mine, least=2)


def measure_move(table, pair, made):
    """Other requests in each round: each moves once."""

    def moving(side):
        batches = iter(made[side])

        def move():
            records = side.env[side.model].browse(next(batches).ids[:MOVED])
            side.move(records)

        return move

    works = {side: (side.env, moving(side)) for side in pair}
    found = take_turns(works, BATCHES)
    for side, meters in found.items():
        label = f"move {MOVED}, {side.limits} limits: {side.name}"
        found[side] = table.add(label, Meter.best(meters), MOVED)
    mine, theirs = (found[side] for side in pair)
    limits = pair[0].limits
    table.ratio(f"move, {limits} limits", theirs, mine, least=3 if limits == 2 else 10)


def measure_screens(table, pair, size):
    figures = {}
    works = {side: screens(side) for side in pair}
    for label in works[pair[0]]:
        meters = take_turns(
            {side: (side.env, works[side][label]) for side in pair}, REPEAT
        )
        for side in pair:
            figures[side, label] = table.add(
                f"{label} of {size}: {side.name}", Meter.best(meters[side])
            )
    return figures


def main():
    """Return how many targets are missed."""
    from odoo import api
    from odoo.modules.registry import Registry

    start = time.perf_counter()
    prepare()
    with over_rpc.copied(DATABASE) as name:
        print(f"prepared in {time.perf_counter() - start:.0f} s", flush=True)
        table = Table()
        with Registry(name).cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": False})
            two = measure_work(table, env)
            ids = (two.school.id, two.agent.id)
            measure_sizes(table, env)
        with over_rpc.copied(name, "_schools") as among:
            measure_neighbours(table, name, among, *ids)
    missed = table.finish()
    print(f"{time.perf_counter() - start:.0f} s")
    return missed


def measure_work(table, env):
    """What is entered and moved; return our side with two limits."""
    two = Ours(env, 2, "BENCH2")
    five = Ours(env, 5, "BENCH5")
    pairs = (
        (two, Peer(env, 2, two.school, "two")),
        (five, Peer(env, 5, five.school, "five")),
    )
    for side in (side for pair in pairs for side in pair):  # caches of the process
        side.move(side.env[side.model].browse(side.create(side.vals(3)).ids))
        settle(env)
    for pair in pairs:
        measure_rpc(table, pair)
        measure_single(table, pair)
        measure_move(table, pair, measure_creation(table, pair))
    return two


def measure_sizes(table, env):
    """The screens of few and of many, in a school of its own for the sake of SHARES."""
    big = Ours(env, 5, "BENCHALL")
    pair = (big, Peer(env, 5, big.school, "all"))
    figures, have = {}, 0
    labels = list(screens(big))
    first = [side.create(side.vals(1)).sudo() for side in pair]
    for side, ticket in zip(pair, first, strict=True):
        side.move(ticket)
    for size in (FEW, MANY):
        for side, ticket, fill in zip(pair, first, (fill_ours, fill_peer), strict=True):
            fill(side, ticket, size - have, size)
        have = size
        figures[size] = measure_screens(table, pair, size)
    for label in labels:
        mine, theirs = (figures[MANY][side, label] for side in pair)
        # Of ten thousand the peer still finds its way.
        table.ratio(f"{label} of {MANY}", theirs, mine, least=None if QUICK else 3)
    for side in pair:
        for label in labels:
            many, few = (figures[size][side, label] for size in (MANY, FEW))
            most = 1.5 if side is big else None
            table.ratio(f"{label}, {MANY} to {FEW}: {side.name}", many, few, most=most)
    env.cr.commit()


def measure_neighbours(table, alone, among, school_id, agent_id):
    """The same work in the same school, alone and among hundreds of others.

    Two databases, of which the second is a copy of the first with more schools; they
    take turns.
    """
    from odoo import api
    from odoo.modules.registry import Registry

    with contextlib.ExitStack() as stack:
        sides = {}
        for label, database in (
            ("one school", alone),
            (f"{SCHOOLS} schools", among),
        ):
            cr = stack.enter_context(Registry(database).cursor())
            env = api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": False})
            sides[label] = Known(env, school_id, agent_id)
        add_schools(sides[f"{SCHOOLS} schools"].env, SCHOOLS)
        works = {}
        for place, side in sides.items():
            # Both as they are after a start.
            side.env.registry.clear_all_caches()
            works[place] = {
                "create 100": lambda side=side: side.create(side.vals(100)),
                **screens(side),
            }
        for label in works["one school"]:
            meters = take_turns(
                {
                    place: (side.env, works[place][label])
                    for place, side in sides.items()
                },
                1 + REPEAT,
            )
            one, many = (
                table.add(f"{label}, {place}", Meter.best(calls[1:]))
                for place, calls in meters.items()
            )
            table.ratio(f"{label}: {SCHOOLS} schools to one", many, one, most=1.2)


if __name__ == "__main__":
    sys.exit(bool(main()))
