import functools
import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.clock_replay import replay
from ..tools.pg_guard import guard_rows
from ..tools.worktime import DAY_UNITS, WorkTimeError
from .clock_mixin import deadline_info
from .time_policy_version import UNIT_SELECTION

_logger = logging.getLogger(__name__)

BATCH = 500
OPEN = ("running", "paused")
CLOSED = ("met", "missed", "cancelled")
# What rebuilding must find again. The rest follows from it.
PROJECTED = (
    "state",
    "started_at",
    "counted_from",
    "running_since",
    "ended_at",
    "deadline_at",
    "missed_at",
    "met_at",
    "elapsed",
    "unit",
    "amount",
)


class SchoolTimeClock(models.Model):
    """One cycle of a time limit on one record, told from its events.

    Deadline, state and timer are a projection: the events of the cycle replayed under
    the working time of the school. A closed cycle never changes and keeps the calendar
    under which it was judged.
    """

    _name = "school.time.clock"
    _description = "Clock"
    _inherit = ["school.record"]
    _order = "deadline_at, id"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record Number", model_field="res_model", required=True, readonly=True
    )
    record_name = fields.Char("Record", compute="_compute_record_name")
    model_name = fields.Char("Kind", compute="_compute_record_name")
    policy_id = fields.Many2one(
        "school.time.policy",
        "Time Limit",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    version_id = fields.Many2one(
        "school.time.policy.version",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    cycle = fields.Integer(required=True, readonly=True, default=1)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("met", "In Time"),
            ("missed", "Too Late"),
            ("cancelled", "Dropped"),
        ],
        required=True,
        readonly=True,
        default="running",
    )
    deadline_state = fields.Selection(
        [
            ("running", "Running"),
            ("warning", "Due Soon"),
            ("late", "Late"),
            ("paused", "Paused"),
            ("met", "In Time"),
            ("missed", "Too Late"),
            ("none", "Dropped"),
        ],
        "Status",
        readonly=True,
        default="running",
    )
    target = fields.Json(readonly=True)
    amount = fields.Float(readonly=True, digits=(10, 2), aggregator=None)
    unit = fields.Selection([*UNIT_SELECTION, ("date", "Until a Date")], readonly=True)
    started_at = fields.Datetime("Started", readonly=True)
    counted_from = fields.Datetime(readonly=True)
    running_since = fields.Datetime(readonly=True)
    elapsed = fields.Integer(
        "Time Used (s)",
        readonly=True,
        aggregator="avg",
        help="Counted time until the last event.",
    )
    deadline_at = fields.Datetime("Deadline", readonly=True)
    provisional = fields.Boolean(
        readonly=True,
        help="The public holidays of a year that counts are not announced yet.",
    )
    problem = fields.Selection(
        [
            ("no_hours", "The school has no service hours: enter them."),
            ("horizon", "The deadline lies too far away for the school calendar."),
            ("whole", "Days and months are whole numbers."),
            ("unit", "The unit of the time limit is not known."),
        ],
        readonly=True,
        help="Why no deadline could be computed.",
    )
    warning_at = fields.Datetime(readonly=True)
    next_timer_at = fields.Datetime("Next Timer", readonly=True)
    checked_until = fields.Datetime(readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    met_at = fields.Datetime("Done in Time", readonly=True)
    missed_at = fields.Datetime("Missed", readonly=True)
    is_late = fields.Boolean("Late", readonly=True)
    # A zero, not nothing: an average leaves out what is empty.
    on_time = fields.Float(
        "On Time (%)",
        readonly=True,
        default=0.0,
        aggregator="avg",
        help="100 in time, 0 too late.",
    )
    superseded_by_id = fields.Many2one(
        "school.time.clock",
        "Continued As",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    calendar_version_id = fields.Many2one(
        "school.calendar.version",
        "Calendar",
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users", "Responsible", readonly=True, index=True, ondelete="restrict"
    )
    post_id = fields.Many2one(
        "school.post",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    department_id = fields.Many2one(
        "hr.department",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    urge_count = fields.Integer("Reminders", readonly=True, aggregator="sum")
    deadline_info = fields.Json(compute="_compute_deadline_info")
    event_ids = fields.One2many("school.time.event", "clock_id", "Events")
    reminder_ids = fields.One2many("school.time.reminder", "clock_id", "Reminders Sent")

    _cycle_uniq = models.UniqueIndex("(policy_id, res_id, cycle)")
    _open_uniq = models.UniqueIndex(
        "(policy_id, res_id) WHERE state IN ('running', 'paused')"
    )
    _record_idx = models.Index("(res_model, res_id)")
    _timer_idx = models.Index(
        "(next_timer_at) WHERE state = 'running' AND next_timer_at IS NOT NULL"
    )
    _open_idx = models.Index(
        "(company_id, deadline_at, id) WHERE state IN ('running', 'paused')"
    )
    _late_idx = models.Index(
        "(company_id, deadline_at) WHERE state = 'running' AND is_late"
    )
    _order_idx = models.Index("(deadline_at, id)")

    def init(self):
        # The result of a closed cycle stands; only what continues it is noted later.
        free = "'superseded_by_id' - 'write_uid' - 'write_date'"
        guard_rows(
            self.env.cr,
            self._table,
            "TG_OP = 'DELETE' OR (OLD.state IN ('met', 'missed', 'cancelled') "
            f"AND (to_jsonb(OLD) - {free}) <> (to_jsonb(NEW) - {free}))",
            "A closed clock never changes.",
        )

    @api.depends("policy_id", "record_name")
    def _compute_display_name(self):
        for clock in self:
            clock.display_name = f"{clock.policy_id.name}: {clock.record_name}"

    @api.depends("res_model", "res_id")
    def _compute_record_name(self):
        """The name of the record, for those who may read the record."""
        for model_name, clocks in self.grouped("res_model").items():
            model = self.env.get(model_name)
            if model is None:
                clocks.record_name = clocks.model_name = model_name
                continue
            label = self.env["ir.model"]._get(model_name).name
            records = model.browse(clocks.mapped("res_id")).exists()
            names = {
                record.id: record.display_name
                for record in records._filtered_access("read")
            }
            for clock in clocks:
                clock.model_name = label
                clock.record_name = names.get(clock.res_id) or self.env._(
                    "%(kind)s no. %(id)s", kind=label, id=clock.res_id
                )

    @api.depends("deadline_state", "deadline_at", "policy_id", "provisional")
    def _compute_deadline_info(self):
        now = fields.Datetime.now()
        for company, clocks in self.grouped("company_id").items():
            worktime = company._worktime()
            for clock in clocks:
                clock.deadline_info = deadline_info(
                    worktime,
                    now,
                    state=clock.deadline_state,
                    name=clock.policy_id.name,
                    deadline=clock.deadline_at,
                    unit=clock.unit,
                    provisional=clock.provisional,
                )

    # Buttons

    def action_open_record(self):
        """Open the record whose time this is."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    def action_rebuild_compare(self):
        """Replay the events of these clocks and say whether anything differs."""
        if not self.env.user.has_groups(
            "school_office_base.group_auditor,school_office_base.group_school_admin,"
            "school_office_base.group_office_director"
        ):
            raise UserError(
                self.env._(
                    "The director, an auditor or the administrator checks clocks."
                )
            )
        self.check_access("read")
        different = self._rebuild_compare()
        if different:
            message = self.env._(
                "%(count)s of %(total)s clocks differ from their events: %(names)s",
                count=len(different),
                total=len(self),
                names=", ".join(clock.display_name for clock in different[:5]),
            )
        else:
            message = self.env._(
                "%(total)s clocks rebuilt from their events: all the same.",
                total=len(self),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "danger" if different else "success",
                "sticky": bool(different),
            },
        }

    def _rebuild_compare(self):
        """Return the clocks that do not come out of their events as they are stored."""
        clocks = self.sudo()
        events = clocks._events()
        different = clocks.browse()
        for clock in clocks:
            view = replay(
                events[clock.id],
                clock.calendar_version_id._worktime(),
                clock.checked_until,
            )
            if any(
                (clock[name] or 0) != (getattr(view, name) or 0) for name in PROJECTED
            ):
                different |= clock
        return different.with_env(self.env)

    def action_rebuild(self):
        """Project the open ones of these clocks anew from their events."""
        self.env["school.time.policy"]._check_can_configure()
        self.check_access("read")
        self.sudo().filtered(lambda clock: clock.state in OPEN)._project(
            fields.Datetime.now()
        )

    # Projection

    def _add_events(self, events):
        """Record facts ``(clock, kind, at, data)`` in the order given."""
        if not events:
            return
        now = fields.Datetime.now()
        self.env["school.time.event"]._add_facts(
            [
                {
                    "company_id": clock.company_id.id,
                    "clock_id": clock.id,
                    "kind": kind,
                    "at": moment.replace(microsecond=0),
                    "recorded_at": now,
                    "user_id": self.env.uid,
                    "data": data,
                }
                for clock, kind, moment, data in events
            ]
        )

    def _events(self):
        """``{clock id: [(kind, at, data)]}`` in one query."""
        events = defaultdict(list)
        for event in (
            self.env["school.time.event"]
            .sudo()
            .search_fetch(
                [("clock_id", "in", self.ids)],
                ["clock_id", "kind", "at", "data"],
                order="id",
            )
        ):
            events[event.clock_id.id].append((event.kind, event.at, event.data or {}))
        return events

    def _fired(self):
        """``{clock id: {(step id, occurrence)}}`` in one query."""
        fired = defaultdict(set)
        if not self:
            return fired
        for reminder in (
            self.env["school.time.reminder"]
            .sudo()
            .search_fetch(
                [("clock_id", "in", self.ids)], ["clock_id", "step_id", "occurrence"]
            )
        ):
            fired[reminder.clock_id.id].add((reminder.step_id.id, reminder.occurrence))
        return fired

    def _project(self, now, fresh=None):
        """Bring the projection of these clocks up to their events, as of ``now``.

        :param fresh: ``{clock: view}`` of those created with their projection
        """
        if not self:
            return
        views = dict(fresh or {})
        left = self - self.browse(clock.id for clock in views)
        events = left._events() if left else {}
        worktimes = {company: company._worktime() for company in left.company_id}
        for clock in left:
            views[clock] = replay(events[clock.id], worktimes[clock.company_id], now)
        # Only a clock that runs on has reminders to come.
        fired = left.filtered(lambda clock: views[clock].state == "running")._fired()
        for clock in left:
            worktime = worktimes[clock.company_id]
            clock._store(views[clock], worktime, fired[clock.id], now)
        self._conclude(views)

    def _conclude(self, views):
        """Draw the consequences of projections that have been stored."""
        closed, holds = self.browse(), []
        for clock, view in views.items():
            if view.state in CLOSED:
                closed |= clock
                holds += clock._prepare_holds(view)
        if holds:
            self.env["school.time.hold"]._add_facts(holds)
        if closed:
            closed._clear_activities()
        self._refresh_records()

    def _store(self, view, worktime, fired, now):
        """Write what differs from the projection ``view``."""
        vals = self._projection(
            self.version_id, self.company_id, view, worktime, fired, now
        )
        changed = {}
        for name, value in vals.items():
            field = self._fields[name]
            if field.convert_to_cache(value, self) != field.convert_to_cache(
                self[name], self
            ):
                changed[name] = value
        if changed:
            self.write(changed)

    @api.model
    def _projection(self, version, company, view, worktime, fired, now):
        """The columns of a clock of ``version`` that ``view`` tells."""
        vals = {name: getattr(view, name) or False for name in PROJECTED}
        vals["target"] = view.target or False
        vals["problem"] = view.problem or False
        holder = view.holder or {}
        vals["user_id"] = holder.get("user") or False
        vals["post_id"] = holder.get("post") or False
        vals["department_id"] = holder.get("department") or False
        vals["is_late"] = bool(view.missed_at)
        vals["on_time"] = 100.0 if view.state == "met" else 0.0
        vals["checked_until"] = now
        vals["warning_at"], vals["next_timer_at"] = self._arm(
            version, company, view, worktime, fired, now
        )
        last = view.ended_at or view.deadline_at or now
        vals["provisional"] = worktime.provisional(last, view.counted_from)
        vals["deadline_state"] = self._state_of(view, vals["warning_at"], now)
        # Read last: counting may have built the calendar further.
        vals["calendar_version_id"] = worktime.version.id
        return vals

    @api.model
    def _any_hour(self, version, company):
        """Whether reminders go out at any hour, not only in service hours."""
        return version.any_hour or not company.school_quiet_hours

    @api.model
    def _state_of(self, view, warning_at, now):
        if view.state == "running":
            if view.missed_at and (not view.deadline_at or view.deadline_at < now):
                return "late"
            return "warning" if warning_at and warning_at <= now else "running"
        return "none" if view.state == "cancelled" else view.state

    @api.model
    def _arm(self, version, company, view, worktime, fired, now):
        """When the badge turns amber, and when this clock must be looked at next."""
        if view.state != "running":
            return False, False
        instants = []
        warning = False
        any_hour = self._any_hour(version, company)
        try:
            for step in version.step_ids:
                for occurrence, moment in step._times(worktime, view, any_hour):
                    if (step.id, occurrence) not in fired:
                        instants.append(moment)
                        break
                if step.moment == "before":
                    for _occurrence, moment in step._raw_times(worktime, view):
                        warning = min(warning or moment, moment)
            if view.deadline_at and not warning:
                warning = self._default_warning(view, worktime)
        except (WorkTimeError, UserError) as error:
            _logger.info("A clock of %s cannot be armed fully: %s", version, error)
        if warning and warning > now:
            instants.append(warning)
        if view.deadline_at and not view.missed_at:
            instants.append(view.deadline_at + timedelta(seconds=1))
        return warning, min(instants, default=False)

    @api.model
    def _default_warning(self, view, worktime):
        """Amber without a reminder: a fifth of the hours, or the last day, is left."""
        if view.unit in DAY_UNITS or view.unit == "date":
            moment = worktime.add(view.deadline_at, 0, "working_day", edge="open")
            moment = min(moment, view.deadline_at)
        else:
            moment = worktime.add(view.deadline_at, -view.amount / 5, view.unit)
        return max(moment, view.started_at)

    def _prepare_holds(self, view):
        if view.state == "cancelled":
            return []
        return [
            {
                "company_id": self.company_id.id,
                "clock_id": self.id,
                "policy_id": self.policy_id.id,
                "user_id": (hold["holder"] or {}).get("user") or False,
                "post_id": (hold["holder"] or {}).get("post") or False,
                "department_id": (hold["holder"] or {}).get("department") or False,
                "date_from": hold["start"],
                "date_to": hold["end"],
                "hours": hold["seconds"] / 3600,
            }
            for hold in view.holds
        ]

    def _refresh_records(self):
        """Copy what the lists show onto the records, in one query per model."""
        self.flush_model()
        for model_name, clocks in self.grouped("res_model").items():
            model = self.env.get(model_name)
            if model is not None:
                model.sudo().browse(set(clocks.mapped("res_id")))._clock_refresh()

    # Calendar changes

    @api.model
    def _overlapping(self, company, ranges):
        """Open clocks of a school whose counted span meets one of the UTC ranges."""
        if not ranges:
            return self.browse()
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM school_time_clock c
                WHERE c.company_id = %(company)s AND c.state IN ('running', 'paused')
                    AND EXISTS (
                        SELECT FROM unnest(%(starts)s::timestamp[],
                        %(ends)s::timestamp[])
                            AS r(s, e)
                        WHERE r.e > COALESCE(c.counted_from, c.started_at)
                            AND r.s <= CASE
                                WHEN c.state = 'paused' THEN c.checked_until
                                WHEN c.deadline_at IS NULL THEN 'infinity'
                                ELSE GREATEST(c.deadline_at, c.running_since) END)
                ORDER BY id
                """,
                company=company.id,
                starts=[start for start, _end in ranges],
                ends=[end for _start, end in ranges],
            )
        )
        return self.browse(row[0] for row in rows)

    @api.model
    def _recalculate(self, company, ranges):
        """Count anew the clocks that a change of the calendar can move."""
        clocks = self._overlapping(company, ranges)
        before = {clock.id: clock.deadline_at for clock in clocks}
        now = fields.Datetime.now()
        for start in range(0, len(clocks), BATCH):
            clocks[start : start + BATCH]._project(now)
        return clocks.filtered(lambda clock: clock.deadline_at != before[clock.id])

    @api.model
    def _forecast(self, company, worktime, ranges):
        """``[(clock, new deadline)]`` that a changed calendar would move."""
        clocks = self._overlapping(company, ranges)
        moved = []
        for start in range(0, len(clocks), BATCH):
            batch = clocks[start : start + BATCH]
            events = batch._events()
            for clock in batch:
                view = replay(events[clock.id], worktime, clock.checked_until)
                if not view.problem and view.deadline_at != (clock.deadline_at or None):
                    moved.append((clock, view.deadline_at))
        return moved

    # Timers

    @api.model
    def _cron_timers(self, limit=BATCH):
        """Carry out what is due: one batch per call, oldest first."""
        now = fields.Datetime.now()
        clocks = self._take_due(now, limit)
        clocks._run_timers(now)
        remaining = 0
        if len(clocks) == limit:
            [(remaining,)] = self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM school_time_clock "
                    "WHERE state = 'running' AND next_timer_at <= %s",
                    now,
                )
            )
        self.env["ir.cron"]._commit_progress(len(clocks), remaining=remaining)

    @api.model
    def _take_due(self, now, limit):
        """Lock and return what is due; what another worker holds is skipped.

        The partial index finds it, whatever runs besides.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM school_time_clock
                WHERE state = 'running' AND next_timer_at <= %s
                ORDER BY next_timer_at LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
                """,
                now,
                limit,
            )
        )
        return self.sudo().browse(row[0] for row in rows)

    def _run_timers(self, now):
        """Judge these clocks as of ``now`` and carry out their due steps once."""
        asleep = self.filtered(lambda clock: clock.company_id.school_state == "closed")
        if asleep:
            # A closed school is read-only: its timers sleep until it is opened again.
            self.env.cr.execute(
                SQL(
                    "UPDATE school_time_clock SET next_timer_at = NULL "
                    "WHERE id = ANY(%s)",
                    asleep.ids,
                )
            )
            asleep.invalidate_recordset(["next_timer_at"], flush=False)
        clocks = self - asleep
        if not clocks:
            return
        events, fired = clocks._events(), clocks._fired()
        worktimes = {company: company._worktime() for company in clocks.company_id}
        breached = clocks.browse()
        reminders = []
        for clock in clocks:
            worktime = worktimes[clock.company_id]
            view = replay(events[clock.id], worktime, now)
            due = clock._due_steps(view, worktime, fired[clock.id], now)
            reminders += due
            fired[clock.id].update((row["step_id"], row["occurrence"]) for row in due)
            if view.missed_at and not clock.missed_at:
                breached |= clock
            clock._store(view, worktime, fired[clock.id], now)
        clocks._refresh_records()
        records = clocks._records()
        self._attempt(
            [
                (clock, functools.partial(records[clock]._clock_breached, clock))
                for clock in breached
                if records[clock]
            ]
        )
        self.env["school.time.reminder"]._carry_out(reminders, records)

    def _due_steps(self, view, worktime, fired, now):
        """Rows for the steps that are due; of a repeated one only the last is sent."""
        rows = []
        if view.state != "running":
            return rows
        any_hour = self._any_hour(self.version_id, self.company_id)
        for step in self.version_id.step_ids:
            latest = None
            try:
                for occurrence, moment in step._times(worktime, view, any_hour):
                    if moment > now:
                        break
                    if (step.id, occurrence) in fired:
                        continue
                    if latest:
                        latest["result"] = "skipped"
                    latest = {
                        "company_id": self.company_id.id,
                        "clock_id": self.id,
                        "step_id": step.id,
                        "occurrence": occurrence,
                        "due_at": moment,
                        "done_at": now,
                    }
                    rows.append(latest)
            except (WorkTimeError, UserError) as error:
                _logger.info("Clock %s: step %s: %s", self.id, step.id, error)
        return rows

    @api.model
    def _attempt(self, calls):
        """Call each ``(key, function)``; return ``{key: result}`` of those that work.

        All share a savepoint; only when one fails is each given its own, so that one
        bad record costs itself and not the others their timers.
        """
        try:
            with self.env.cr.savepoint():
                return {key: function() for key, function in calls}
        except Exception:
            _logger.warning("A timer failed; each is tried on its own", exc_info=True)
        results = {}
        for key, function in calls:
            try:
                with self.env.cr.savepoint():
                    results[key] = function()
            except Exception:
                _logger.exception("Timer of %s failed", key)
        return results

    def _records(self):
        """``{clock: record}``, in a query per model; empty where the record is gone."""
        records = {}
        for model_name, clocks in self.grouped("res_model").items():
            model = self.env.get(model_name)
            if model is None:
                records.update(dict.fromkeys(clocks, clocks.browse()))
                continue
            found = model.browse(clocks.mapped("res_id")).exists()
            known = set(found._ids)
            for clock in clocks:
                records[clock] = model.browse(
                    [clock.res_id] if clock.res_id in known else []
                ).with_prefetch(found._prefetch_ids)
        return records

    def _prepare_notice(self, record, users, name):
        """A row of the outbox, told in the language of each reader."""
        clock = self
        deadline = self.deadline_at and self.company_id._worktime().local(
            self.deadline_at
        )
        moment = deadline.strftime("%Y-%m-%d %H:%M") if deadline else ""

        def subject(env):
            policy = clock.with_env(env).policy_id.name
            if clock.is_late:
                return env._(
                    "Late: %(policy)s (due %(when)s)", policy=policy, when=moment
                )
            return env._("Due %(when)s: %(policy)s", policy=policy, when=moment)

        return {
            "users": users,
            "subject": subject,
            "body": name,
            "record": record if name else None,
            "company": self.company_id,
            "urgent": self.version_id.any_hour,
            "kind": "clock",
        }

    def _prepare_activity(self, record, user):
        """A to-do of the time limit, which goes away when the clock closes."""
        deadline = self.deadline_at or self.started_at
        return {
            "res_model_id": self.env["ir.model"]._get_id(record._name),
            "res_id": record.id,
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "school_office_base.activity_type_time_limit"
            ),
            "automated": True,
            "user_id": user.id,
            "date_deadline": self.company_id._worktime().local(deadline).date(),
            "summary": self.policy_id.with_context(lang=user.lang).name,
        }

    def _clear_activities(self):
        """Done or dropped: the to-dos of the time limit go away."""
        activities = self.env["mail.activity"].sudo()
        type_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "school_office_base.activity_type_time_limit"
        )
        for model_name, clocks in self.grouped("res_model").items():
            model = self.env.get(model_name)
            if model is None or "activity_ids" not in model._fields:
                continue
            activities |= activities.search(
                [
                    ("res_model", "=", model_name),
                    ("res_id", "in", clocks.mapped("res_id")),
                    ("activity_type_id", "=", type_id),
                    ("automated", "=", True),
                ]
            )
        activities.unlink()
