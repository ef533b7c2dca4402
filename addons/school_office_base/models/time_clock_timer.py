import functools
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools.clock_replay import replay
from ..tools.worktime import WorkTimeError
from .time_clock_project import BATCH

_logger = logging.getLogger(__name__)


class SchoolTimeClock(models.Model):
    """Timers: what is due is judged, reminded of and told, once."""

    _inherit = "school.time.clock"

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
        for step in self.version_id._steps():
            latest = None
            try:
                for occurrence, moment in step.times(worktime, view, any_hour):
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
