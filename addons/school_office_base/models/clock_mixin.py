from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.clock_replay import (
    CANCELLING,
    HOLDING,
    PAUSING,
    RESUMING,
    STARTING,
    STOPPING,
    TARGETING,
    replay,
)
from ..tools.existing import existing
from ..tools.rows import Later, draw_ids, fill_empty, foretell, insert_rows
from ..tools.worktime import WorkTimeError

_PENDING = "school.clock.pending"
# {model: ids of the records whose clocks were looked at in this transaction}
_SEEN = "school.clock.seen"
# {model: ids of the records that were created in this transaction}
_NEW = "school.clock.new"
# {model: ids of the records that were timed before they were written}
_AHEAD = "school.clock.ahead"
# What a record shows that has no clock
NOTHING_SHOWN = {
    "deadline_state": "none",
    "deadline_at": False,
    "deadline_policy_id": False,
    "deadline_unit": False,
    "deadline_provisional": False,
}


def deadline_info(worktime, now, *, state, name, deadline, unit, provisional):
    """What the deadline badge shows: the counted seconds, left or past.

    The browser lets the count run on for ``ticks`` seconds, until service closes.
    """
    info = {"state": state, "name": name}
    if not deadline:
        return info
    plain = unit == "clock_hour"
    measured = unit if unit == "working_day_clock_hour" else "service_hour"
    first, last = sorted((now, deadline))
    if plain:
        seconds = int((last - first).total_seconds())
    else:
        try:
            seconds = worktime.measure(first, last, measured)
        except WorkTimeError:
            # A date beyond every calendar: the badge then counts the plain clock.
            plain = True
            seconds = int((last - first).total_seconds())
    open_until = worktime.open_until(now)
    info.update(
        local=worktime.local(deadline).strftime("%Y-%m-%d %H:%M"),
        seconds=seconds,
        late=deadline < now,
        day=worktime.day_seconds()
        if measured == "service_hour" and not plain
        else 86400,
        ticks=int((open_until - now).total_seconds()) if open_until else 0,
        plain=plain,
        provisional=bool(provisional),
    )
    return info


class SchoolClockMixin(models.AbstractModel):
    """A record whose work has time limits.

    The conditions of the school's policies are evaluated in batch after every creation
    and change of a field at which some policy looks; changes of computed fields are
    caught when they reach the database and evaluated before the transaction ends.
    What happened is added as events, from which the clocks are told. The number of
    queries does not depend on the number of records.

    Override ``_clock_responsible_users`` to say who is chased.
    """

    _name = "school.clock.mixin"
    _description = "Record with time limits"
    _inherit = ["school.record"]
    _server_fields = frozenset(
        {
            "deadline_at",
            "deadline_state",
            "deadline_unit",
            "deadline_policy_id",
            "deadline_provisional",
        }
    )

    # A clock may stop when its record is frozen: its result is no edit of the record.
    _frozen_exempt_fields = _server_fields

    # Fields of the record that tell who holds the work, the first found counts.
    _clock_holder_fields = ("responsible_id", "handler_id", "user_id", "department_id")

    clock_ids = fields.One2many(
        "school.time.clock",
        "res_id",
        "Clocks",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
    )
    deadline_at = fields.Datetime(
        "Deadline", readonly=True, copy=False, index="btree_not_null"
    )
    deadline_state = fields.Selection(
        [
            ("none", "No Deadline"),
            ("running", "In Time"),
            ("warning", "Due Soon"),
            ("late", "Late"),
            ("paused", "Paused"),
            ("met", "Done in Time"),
            ("missed", "Done Too Late"),
        ],
        "Deadline Status",
        readonly=True,
        copy=False,
        default="none",
        index=True,
    )
    deadline_policy_id = fields.Many2one(
        "school.time.policy",
        "Time Limit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    deadline_name = fields.Char("Deadline For", related="deadline_policy_id.name")
    deadline_unit = fields.Char(readonly=True, copy=False)
    deadline_provisional = fields.Boolean(readonly=True, copy=False)
    deadline_info = fields.Json(compute="_compute_deadline_info")

    @api.depends(
        "deadline_at", "deadline_state", "deadline_policy_id", "deadline_provisional"
    )
    def _compute_deadline_info(self):
        """What the badge shows; asks the database nothing per record."""
        now = fields.Datetime.now()
        for company, records in self.grouped("company_id").items():
            worktime = company._worktime() if company else None
            for record in records:
                record.deadline_info = worktime and record._deadline_info(worktime, now)

    def _deadline_info(self, worktime, now):
        return deadline_info(
            worktime,
            now,
            state=self.deadline_state or "none",
            name=self.deadline_name or "",
            deadline=self.deadline_at,
            unit=self.deadline_unit,
            provisional=self.deadline_provisional,
        )

    # What the addons tell the clocks

    def _clock_responsible_users(self):
        """Who is chased for this record. Override; read prefetched fields only."""
        self.ensure_one()
        for name in self._clock_holder_fields:
            field = self._fields.get(name)
            if field is not None and field.comodel_name == "res.users" and self[name]:
                return self[name]
        department = self._clock_department()
        if department:
            return department._head_users()
        return self.create_uid

    def _clock_responsible_post(self):
        """The post to which the time is attributed, if the work waits at a post."""
        return self.env["school.post"]

    def _clock_department(self):
        """The department whose head is told."""
        if "department_id" in self._fields:
            return self["department_id"]
        return self.env["hr.department"]

    def _clock_step_users(self, step):
        """The people of a step that is addressed "as the record says"."""
        return self._clock_responsible_users()

    def _clock_step_reached(self, clock, step):
        """Called in superuser mode when a reminder has been carried out."""

    def _clock_breached(self, clock):
        """Called in superuser mode once, when a deadline is found to have passed."""

    # When clocks are looked at

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        data = self.env.cr.precommit.data
        data.setdefault(_NEW, defaultdict(set))[self._name].update(records.ids)
        ids = data.get(_AHEAD, {}).get(self._name, ())
        ahead = records.filtered(lambda record: record.id in ids)
        if ahead:
            # They were written after their clocks, and know of none yet.
            ahead.invalidate_recordset(["clock_ids"], flush=False)
            ahead.modified(["clock_ids"])
        (records - ahead)._clock_evaluate(created=True)
        return records

    @api.model
    def _prepare_create_values(self, vals_list):
        """Start the clocks of rows whose ids are known before they are written.

        One insertion then writes their deadlines as well.
        """
        vals_list = super()._prepare_create_values(vals_list)
        if vals_list and self._clock_foresees(vals_list):
            self._clock_start_ahead(vals_list)
        return vals_list

    @api.model
    def _clock_foresees(self, vals_list):
        """Whether the values of new rows tell all at which the policies look."""
        watched = self.env["school.time.policy"]._watched_fields(self._name)
        fields_ = [self._fields[name] for name in watched]
        return all("id" in vals for vals in vals_list) and all(
            field.column_type and (field.precompute or not field.compute)
            for field in fields_
            if field.store
        )

    @api.model
    def _clock_start_ahead(self, vals_list):
        """Start the clocks of rows that have no more than their ids yet, and add to
        the values which deadlines they show.
        """
        records = foretell(self.sudo(), vals_list)
        current = self.env["school.time.policy"]._current_ids(
            self._name, tuple(sorted({vals["company_id"] for vals in vals_list}))
        )
        if not current:
            return
        data = self.env.cr.precommit.data
        for key in (_SEEN, _AHEAD):
            data.setdefault(key, defaultdict(set))[self._name].update(records.ids)
        plan = _ClockPlan(records, current, {}, records.browse(), ahead=True)
        plan.carry_out()
        deadlines = plan.deadlines()
        for vals in vals_list:
            vals.update(deadlines.get(vals["id"], {}))

    @api.model
    def _insert_timed(self, vals_list):
        """Insert rows with their clocks, each written once, and return them.

        For what the server has just worked out, in superuser mode. As of
        ``tools/rows.py``: nothing is computed, checked or added to the values but who
        writes, and when.
        """
        if not vals_list:
            return self.browse()
        empty = dict.fromkeys(set().union(*vals_list), False) | NOTHING_SHOWN
        ids = draw_ids(self, len(vals_list))
        vals_list = [
            {**empty, **vals, "id": new_id}
            for new_id, vals in zip(ids, vals_list, strict=True)
        ]
        records = self.browse(ids)
        with Later(self.env):
            self._clock_start_ahead(vals_list)
            Later.insert(self, vals_list)
            # Whoever looks for them has to find them.
            Later.settle(self)
        records._check_school_open()
        records.invalidate_recordset([*NOTHING_SHOWN], flush=False)
        for name in empty:
            field = self._fields[name]
            if field.type == "many2one" and self.pool.field_inverses[field]:
                for value, group in records.grouped(name).items():
                    field._update_inverses(group, value.id)
        records.modified([*empty], create=True)
        return records

    def write(self, vals):
        watched = self.env["school.time.policy"]._watched_fields(self._name)
        if watched.isdisjoint(vals):
            return super().write(vals)
        before = self._clock_reset_matches()
        result = super().write(vals)
        self._clock_evaluate(before)
        return result

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        watched = self.env["school.time.policy"]._watched_fields(self._name)
        if watched:
            self._clock_postpone(
                record_id
                for record_id, vals in zip(self._ids, vals_list, strict=True)
                if not watched.isdisjoint(vals)
            )
        return result

    def unlink(self):
        clocks = self._clock_open()
        now = fields.Datetime.now()
        clocks._add_events(
            [(clock, CANCELLING, now, {"reason": "deleted"}) for clock in clocks]
        )
        clocks._project(now)
        return super().unlink()

    def _clock_postpone(self, ids):
        """Evaluate these records before the transaction ends."""
        ids = set(ids)
        if not ids:
            return
        pending = self.env.cr.precommit.data.setdefault(_PENDING, defaultdict(set))
        if not any(pending.values()):
            env = self.sudo().env

            @self.env.cr.precommit.add
            def evaluate():
                for model_name in list(pending):
                    env[model_name]._clock_evaluate_postponed()
                env.flush_all()

        pending[self._name] |= ids

    def _clock_evaluate_postponed(self):
        """Evaluate now what of this model waits for the end of the transaction."""
        pending = self.env.cr.precommit.data.get(_PENDING, {})
        left = existing(self.sudo().browse(sorted(pending.pop(self._name, ()))))
        left._clock_evaluate()
        return left

    def _clock_evaluated(self):
        """Nothing of these waits for the end of the transaction any more."""
        pending = self.env.cr.precommit.data.get(_PENDING)
        if pending:
            pending[self._name].difference_update(self._ids)

    def _clock_open(self):
        return (
            self.env["school.time.clock"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "in", ("running", "paused")),
                ]
            )
        )

    def _clock_reset_matches(self):
        """``{version id: ids}`` of records that meet a reset condition already."""
        versions = self._clock_versions()
        return {
            version.id: set(version._matching("reset_domain", self.sudo()).ids)
            for version in versions
            if version.reset_domain
        }

    def _clock_versions(self):
        rows = self.env["school.time.policy"]._current_ids(
            self._name, tuple(sorted(self.sudo().company_id.ids))
        )
        return (
            self.env["school.time.policy.version"].sudo().browse(row[2] for row in rows)
        )

    def _clock_evaluate(self, reset_before=None, created=False):
        """Bring the clocks of these records up to what the records say now.

        :param reset_before: what :meth:`_clock_reset_matches` said before a change
        :param created: they have just been created, so that they have clocks only if
            something was written to them on the way
        """
        records = self.sudo()
        if not records:
            return
        current = self.env["school.time.policy"]._current_ids(
            self._name, tuple(sorted(records.company_id.ids))
        )
        if not current and not self.env["school.time.policy"]._watched_fields(
            self._name
        ):
            return
        if not created:
            records._clock_meet()
        records._clock_evaluated()
        data = self.env.cr.precommit.data
        seen = data.setdefault(_SEEN, defaultdict(set))[self._name]
        fresh = data.get(_NEW, {}).get(self._name, set()) - seen
        timed = records.filtered(lambda record: record.id not in fresh)
        seen.update(records.ids)
        plan = _ClockPlan(records, current, reset_before or {}, timed)
        plan.carry_out()

    def _clock_meet(self):
        """To the database first: two who change one record meet at its row, not at
        those of its clocks.
        """
        self.flush_recordset()

    def _clock_show(self, clocks):
        """Let these records show what ``clocks`` say, which are all of theirs
        (superuser only).
        """
        clocks.flush_model()
        self._clock_refresh()

    def _clock_refresh(self):
        """Copy the earliest running deadline onto these records (superuser only).

        Which of their clocks counts is what ``school.time.clock._shown`` says of new
        ones.
        """
        if not self:
            return
        self.flush_recordset()
        columns = (
            "deadline_state",
            "deadline_at",
            "deadline_policy_id",
            "deadline_unit",
            "deadline_provisional",
        )
        # Not through write(): nothing about the record itself has changed, and a frozen
        # or followed record must not take a clock for an edit.
        self.env.cr.execute(
            SQL(
                """
                UPDATE %(table)s t SET
                    deadline_state = v.state, deadline_at = v.deadline_at,
                    deadline_policy_id = v.policy_id, deadline_unit = v.unit,
                    deadline_provisional = v.provisional
                FROM (
                    SELECT DISTINCT ON (r.id) r.id,
                        COALESCE(c.deadline_state, 'none') AS state,
                        c.deadline_at, c.policy_id, c.unit, c.provisional
                    FROM unnest(%(ids)s) AS r(id)
                    LEFT JOIN school_time_clock c
                        ON c.res_model = %(model)s AND c.res_id = r.id
                        AND c.superseded_by_id IS NULL AND c.state <> 'cancelled'
                    CROSS JOIN LATERAL (SELECT CASE
                        WHEN c.deadline_state = 'paused' THEN 1
                        WHEN c.deadline_state NOT IN ('running', 'warning', 'late')
                            THEN 3
                        WHEN c.deadline_at IS NULL THEN 2
                        ELSE 0 END) AS o(rank)
                    ORDER BY r.id, o.rank,
                        CASE o.rank WHEN 0 THEN c.deadline_at END,
                        c.deadline_state <> 'missed', c.id DESC
                ) v
                WHERE t.id = v.id AND (t.deadline_state, t.deadline_at,
                    t.deadline_policy_id, t.deadline_unit, t.deadline_provisional)
                    IS DISTINCT FROM
                    (v.state, v.deadline_at, v.policy_id, v.unit, v.provisional)
                """,
                table=SQL.identifier(self._table),
                model=self._name,
                ids=list(self.ids),
            )
        )
        self.invalidate_recordset([*columns, "clock_ids"], flush=False)
        self.modified([*columns, "clock_ids"])


class _ClockPlan:
    """What has to happen to the clocks of some records, found in one batch."""

    def __init__(self, records, current, reset_before, timed, ahead=False):
        """
        :param timed: those of the records that may have clocks
        :param ahead: the records are known by their values only, see
            :meth:`deadlines`
        """
        self.ahead = ahead
        self.records = records
        self.env = records.env
        self.now = fields.Datetime.now()
        self.reset_before = reset_before
        # {clock id: [(kind, moment, data)]}
        self.clocks, self.told = self.env["school.time.clock"]._with_events(timed)
        self.latest = {(c.res_id, c.policy_id.id): c for c in self.clocks}
        self.current = defaultdict(dict)
        for company_id, policy_id, version_id in current:
            self.current[company_id][policy_id] = version_id
        self.starts = []
        # (clock, or the number of its start; kind; moment; data)
        self.events = []
        # {clock created here, as its events tell it: that projection}
        self.fresh = {}
        self.worktimes = {}

    def carry_out(self):
        by_version = defaultdict(list)
        for record in self.records:
            versions = dict(self.current[record.company_id.id])
            for (res_id, policy_id), clock in self.latest.items():
                if res_id == record.id and clock.state in ("running", "paused"):
                    versions[policy_id] = clock.version_id.id
            for version_id in versions.values():
                by_version[version_id].append(record.id)
        Version = self.env["school.time.policy.version"]
        for version_id, ids in by_version.items():
            # One by one: each is taken from memory when it is asked for.
            self._look(Version.browse(version_id), self.records.browse(ids))
        self._start()
        self._note()

    def _look(self, version, records):
        """Compare the conditions of one version with the clocks of its records."""
        records = records.with_prefetch(self.records._prefetch_ids)
        facts = {"start": set(version._matching("start_domain", records).ids)}
        if not facts["start"] and not self._running(version, records):
            return
        for name in ("stop", "pause", "reset", "cancel"):
            facts[name] = set(version._matching(f"{name}_domain", records).ids)
        before = self.reset_before.get(version.id)
        if before is not None:
            facts["reset"] -= before
        else:
            facts["reset"] = set()
        targets = version._targets(records)
        for record in records:
            clock = self.latest.get((record.id, version.policy_id.id))
            if clock and clock.state in ("running", "paused"):
                self._go_on(clock, record, version, facts, targets.get(record.id))
            elif (
                record.id in facts["start"]
                and record.id not in facts["cancel"]
                and targets.get(record.id)
            ):
                self._begin(clock, record, version, facts, targets[record.id])

    def _running(self, version, records):
        """Whether a clock of this version goes on for one of the records."""
        if not self.latest:
            return False
        clocks = (self.latest.get((r.id, version.policy_id.id)) for r in records)
        return any(clock and clock.state in ("running", "paused") for clock in clocks)

    def _begin(self, previous, record, version, facts, target):
        begin = self._moment(record, version.start_field) or self.now
        done = None
        if record.id in facts["stop"]:
            # Entered after the event: judged by the dates that were entered.
            done = self._moment(record, version.stop_field)
            if previous or not (version.start_field and done):
                return
        elif previous and previous.state != "cancelled":
            begin = max(begin, self.now)
        self.starts.append((previous, record, version, begin, target))
        if done:
            self.events.append((len(self.starts) - 1, STOPPING, max(begin, done), {}))
        elif record.id in facts["pause"]:
            self.events.append((len(self.starts) - 1, PAUSING, begin, {}))

    def _go_on(self, clock, record, version, facts, target):
        if record.id in facts["cancel"]:
            self.events.append((clock, CANCELLING, self.now, {"reason": "condition"}))
            return
        if record.id in facts["stop"]:
            done = self._moment(record, version.stop_field) or self.now
            self.events.append((clock, STOPPING, max(done, clock.started_at), {}))
            return
        if record.id in facts["reset"] and target:
            self.events.append((clock, CANCELLING, self.now, {"reason": "reset"}))
            self.starts.append((clock, record, version, self.now, target))
            if record.id in facts["pause"]:
                self.events.append((len(self.starts) - 1, PAUSING, self.now, {}))
            return
        if target and target != clock.target:
            self.events.append((clock, TARGETING, self.now, {"target": target}))
        holder = self._holder(record)
        if holder != {
            "user": clock.user_id.id,
            "post": clock.post_id.id,
            "department": clock.department_id.id,
        }:
            self.events.append((clock, HOLDING, self.now, {"holder": holder}))
        paused = record.id in facts["pause"]
        if paused and clock.state == "running":
            self.events.append((clock, PAUSING, self.now, {}))
        elif not paused and clock.state == "paused":
            self.events.append((clock, RESUMING, self.now, {}))

    def _worktime(self, record):
        company = record.company_id
        if company not in self.worktimes:
            self.worktimes[company] = company._worktime()
        return self.worktimes[company]

    def _moment(self, record, name):
        value = record[name] if name else None
        if not value:
            return None
        if record._fields[name].type == "date":
            return self._worktime(record).close_of_day(value)
        return value

    @staticmethod
    def _holder(record):
        users = record._clock_responsible_users()
        return {
            "user": users.id if len(users) == 1 else False,
            "post": record._clock_responsible_post().id,
            "department": record._clock_department().id,
        }

    def _start(self):
        """Create the clocks that start, and say in the old ones what continues them."""
        if not self.starts:
            return
        carried = self._carried()
        self._closing_first()
        following = defaultdict(list)
        for event in self.events:
            if isinstance(event[0], int):
                following[event[0]].append(event[1:])
        vals_list, views = [], []
        for number, start in enumerate(self.starts):
            previous, record, version, begin, target = start
            data = {"target": target, "holder": self._holder(record)}
            if (
                previous
                and previous.state in ("met", "missed")
                and version._reopening_of(record) == "resume"
            ):
                data["segments"] = carried[previous.id]
            own = [(STARTING, begin, data), *following[number]]
            worktime = self._worktime(record)
            view = replay(own, worktime, self.now)
            views.append((view, own))
            vals_list.append(
                {
                    "company_id": record.company_id.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "policy_id": version.policy_id.id,
                    "version_id": version.id,
                    "cycle": previous.cycle + 1 if previous else 1,
                    **self.clocks._projection(
                        version, record.company_id, view, worktime, (), self.now
                    ),
                }
            )
        created = insert_rows(self.clocks, vals_list)
        fill_empty(created)
        starting = []
        for clock, (view, own), (previous, record, version, *_rest) in zip(
            created, views, self.starts, strict=True
        ):
            if (
                previous
                and previous.state in ("met", "missed")
                and version._reopening_of(record) != "new_cycle"
            ):
                previous.superseded_by_id = clock
            starting += [(clock, *event) for event in own]
            self.fresh[clock] = view
        self.events = starting + [
            event for event in self.events if not isinstance(event[0], int)
        ]

    def _closing_first(self):
        """A clock that starts anew ends first: only one may be open."""
        resets = [event for event in self.events if event[3].get("reason") == "reset"]
        if resets:
            ending = self.clocks.browse(event[0].id for event in resets)
            ending._add_events(resets)
            for clock, kind, moment, data in resets:
                self.told[clock.id].append((kind, moment.replace(microsecond=0), data))
            ending._project(self.now, events=self.told)
            ending.flush_recordset()
            self.events = [event for event in self.events if event not in resets]

    def _carried(self):
        """Segments already used by the cycles that go on with the time left."""
        previous = self.clocks.browse(
            start[0].id
            for start in self.starts
            if start[0]
            and start[0].state in ("met", "missed")
            and start[2]._reopening_of(start[1]) == "resume"
        )
        to_string = fields.Datetime.to_string
        return {
            clock.id: [
                [to_string(start), to_string(end)]
                for start, end in replay(
                    self.told[clock.id], clock.calendar_version_id._worktime()
                ).segments
            ]
            for clock in previous
        }

    def _note(self):
        """Add the events and bring the touched clocks up to them."""
        if not self.events:
            return
        touched = self.clocks.browse(
            dict.fromkeys(event[0].id for event in self.events)
        )
        touched._add_events(self.events)
        for clock, kind, moment, data in self.events:
            self.told[clock.id].append((kind, moment.replace(microsecond=0), data))
        if self.ahead:
            touched._conclude(self.fresh)
            return
        touched._project(
            self.now,
            fresh=self.fresh,
            events=self.told,
            known=self.clocks.union(*self.fresh),
        )

    def deadlines(self):
        """``{id: what the lists show}`` of new records whose clocks were started."""
        started = self.clocks.union(*self.fresh)
        return {
            record_id: clocks._shown()
            for record_id, clocks in started.grouped("res_id").items()
        }
