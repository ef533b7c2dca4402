import logging
from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.clock_replay import replay
from ..tools.locking import fetch_where
from ..tools.worktime import DAY_UNITS, WorkTimeError

_logger = logging.getLogger(__name__)

BATCH = 500
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


def _shown_order(clock):
    state, deadline = clock.deadline_state, clock.deadline_at
    if state == "paused":
        rank = 1
    elif state not in ("running", "warning", "late"):
        rank = 3
    else:
        rank = 0 if deadline else 2
    return rank, deadline if not rank else 0, state != "missed", -clock.id


class SchoolTimeClock(models.Model):
    """How clocks follow their events and the calendar."""

    _inherit = "school.time.clock"

    def _add_events(self, events):
        """Record facts ``(clock, kind, at, data)`` in the order given."""
        if not events:
            return
        now = fields.Datetime.now()
        self.env["school.time.event"]._add_facts_later(
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

    @api.model
    def _with_events(self, records):
        """All clocks of ``records`` and ``{clock id: events}``, in one query."""
        if not records:
            return self.browse(), defaultdict(list)
        clocks, rows = fetch_where(
            self,
            SQL("res_model = %s AND res_id IN %s", records._name, tuple(records.ids)),
            order="cycle, id",
            extra=[
                SQL(
                    "ARRAY(SELECT %s FROM school_time_event e WHERE e.clock_id = %s"
                    " ORDER BY e.id)",
                    SQL.identifier("e", name),
                    SQL.identifier(self._table, "id"),
                )
                for name in ("kind", "at", "data")
            ],
        )
        events = defaultdict(list)
        for clock, columns in zip(clocks, rows, strict=True):
            events[clock.id] = [
                (kind, at, data or {}) for kind, at, data in zip(*columns, strict=True)
            ]
        return clocks, events

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

    def _project(self, now, fresh=None, events=None, known=None):
        """Bring the projection of these clocks up to their events, as of ``now``.

        :param fresh: ``{clock: view}`` of those created with their projection
        :param events: those of all others, if they have been read
        :param known: all clocks of the records, if they have been read
        """
        if not self:
            return
        views = dict(fresh or {})
        left = self - self.browse(clock.id for clock in views)
        if events is None:
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
        if known is None:
            self._refresh_records()
            return
        for model_name, clocks in self.grouped("res_model").items():
            records = self.env[model_name].sudo().browse(set(clocks.mapped("res_id")))
            records._clock_show(known)

    def _conclude(self, views):
        """Draw the consequences of projections that have been stored."""
        closed, holds = self.browse(), []
        for clock, view in views.items():
            if view.state in CLOSED:
                closed |= clock
                holds += clock._prepare_holds(view)
        if holds:
            self.env["school.time.hold"]._add_facts_later(holds)
        if closed:
            closed._clear_activities()

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
            for step in version._steps():
                if step.moment == "after" and view.deadline_at and not view.missed_at:
                    # The deadline comes before; what follows it is armed then.
                    continue
                for occurrence, moment in step.times(worktime, view, any_hour):
                    if (step.id, occurrence) not in fired:
                        instants.append(moment)
                        break
                if step.moment == "before":
                    for _occurrence, moment in step.raw_times(worktime, view):
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

    def _shown(self):
        """The columns that a record shows of these clocks, if they are all it has.

        What runs and has the earliest deadline comes first, then what is paused, what
        has no deadline, and what has ended, too late before in time; as
        ``_clock_refresh`` asks the database.
        """
        clocks = [
            clock
            for clock in self
            if clock.state != "cancelled" and not clock.superseded_by_id
        ]
        if not clocks:
            return {}
        clock = min(clocks, key=_shown_order)
        return {
            "deadline_state": clock.deadline_state,
            "deadline_at": clock.deadline_at,
            "deadline_policy_id": clock.policy_id.id,
            "deadline_unit": clock.unit,
            "deadline_provisional": clock.provisional,
        }

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
