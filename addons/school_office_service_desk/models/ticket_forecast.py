from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models

# How long before now a change may have been committed without being seen yet.
OVERLAP = timedelta(minutes=20)
# The pace of whoever has not solved enough yet: half of his time goes into requests.
UNKNOWN_PACE = 0.5
LEAST_SOLVED = 5
HISTORY = 50


def busy_minutes(intervals, measure):
    """Return the minutes covered by ``intervals`` of (start, end), counted once.

    :param measure: function of start and end that counts service minutes
    """
    total, last_end = 0, None
    for start, end in sorted(intervals):
        if last_end and start < last_end:
            start = last_end
        if end > start:
            total += measure(start, end)
            last_end = end
    return total


class SchoolTicket(models.Model):
    """ "Likely late by 3 h": the work before a ticket against its deadline.

    The queue of a handler is worked off in its order, at the pace of his own last
    weeks: minutes of work solved per service minute in which he had work in hand.
    Only the queues that changed since the last run are counted again, so the cost
    follows the changes and not what is open.
    """

    _inherit = "school.ticket"

    _server_fields = frozenset(
        {
            "forecast_minutes",
            "forecast_reason",
            "forecast_at",
        }
    )

    forecast_minutes = fields.Integer(
        "Likely Late By (min)", readonly=True, copy=False, aggregator=None
    )
    forecast_reason = fields.Char(readonly=True, copy=False)
    forecast_at = fields.Datetime(readonly=True, copy=False)
    forecast_text = fields.Char("Forecast", compute="_compute_forecast_text")

    @api.depends("forecast_minutes", "is_open")
    def _compute_forecast_text(self):
        for ticket in self:
            minutes = ticket.forecast_minutes if ticket.is_open else 0
            if not minutes:
                ticket.forecast_text = False
            elif minutes < 60:
                ticket.forecast_text = self.env._(
                    "Likely late by %(minutes)s min", minutes=minutes
                )
            else:
                ticket.forecast_text = self.env._(
                    "Likely late by %(hours)s h", hours=round(minutes / 60)
                )

    @api.model
    def _cron_forecast(self):
        """Count the queues anew that changed since the last run."""
        # Odoo tells its jobs when they ran last.
        last = self.env.context.get("lastcall")
        since = (last or fields.Datetime.now() - timedelta(days=1)) - OVERLAP
        self._forecast_handlers(self._handlers_changed_since(since))

    @api.model
    def _handlers_changed_since(self, moment):
        """Handlers whose queue was touched, told by the history."""
        Event = self.env["school.ticket.event"].sudo()
        changed = Event.search_fetch(
            [("at", ">=", moment)], ["ticket_id", "old_handler_id"]
        )
        return changed.ticket_id.handler_id | changed.old_handler_id

    @api.model
    def _forecast_handlers(self, users):
        """Forecast the open tickets of ``users``; constant queries for all of them."""
        if not users:
            return
        tickets = self.sudo().search_fetch(
            [
                ("handler_id", "in", users.ids),
                ("is_open", "=", True),
                ("company_id.school_state", "!=", "closed"),
            ],
            [
                "company_id",
                "handler_id",
                "state",
                "work_minutes",
                "deadline_at",
                "deadline_state",
            ],
            order="handler_id, queue_rank desc, received_at, id",
        )
        paces = self._paces(users, tickets.company_id)
        deadlines = tickets._solution_deadlines()
        now = fields.Datetime.now()
        queues = defaultdict(list)
        for ticket in tickets:
            queues[ticket.company_id, ticket.handler_id].append(ticket)
        forecasts = defaultdict(list)
        for (company, user), queue in queues.items():
            pace = paces.get((company.id, user.id), UNKNOWN_PACE)
            worktime = company._worktime()
            before = count = 0
            for ticket in queue:
                if ticket.state == "waiting":
                    forecasts[0, ""].append(ticket.id)
                    continue
                late, reason = ticket._forecast(
                    worktime, now, before, count, pace, deadlines.get(ticket.id)
                )
                forecasts[late, reason].append(ticket.id)
                before += ticket.work_minutes or 0
                count += 1
        self._store_forecasts(forecasts, now)

    def _forecast(self, worktime, now, before, count, pace, deadline):
        """``(minutes late, why)`` of one ticket with ``before`` minutes ahead of it."""
        self.ensure_one()
        if not deadline:
            return 0, ""
        needed = (before + (self.work_minutes or 0)) / pace
        end = worktime.add(now, round(needed), "service_minute")
        if end <= deadline:
            return 0, ""
        late = int(worktime.between(max(deadline, now), end, "service_minute"))
        if late < 5:
            return 0, ""
        ours = self.with_context(lang=self.company_id.partner_id.lang)
        if not count:
            return late, ours.env._(
                "It takes about %(minutes)s min of work; %(name)s does about %(pace)s "
                "min of work in an hour.",
                minutes=self.work_minutes,
                name=self.handler_id.name,
                pace=round(pace * 60),
            )
        return late, ours.env._(
            "%(count)s requests (%(minutes)s min of work) come before it; %(name)s "
            "does about %(pace)s min of work in an hour.",
            count=count,
            minutes=before,
            name=self.handler_id.name,
            pace=round(pace * 60),
        )

    def _solution_deadlines(self):
        """``{ticket id: deadline}`` by which each must be done, in one query.

        The promise is the solution; where there is none, whatever is due next.
        """
        clocks = (
            self.env["school.time.clock"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "=", "running"),
                    ("policy_id.code", "in", self._forecast_policies()),
                ],
                ["res_id", "deadline_at"],
            )
        )
        deadlines = {
            ticket.id: ticket.deadline_at
            for ticket in self
            if ticket.deadline_state in ("running", "warning", "late")
        }
        deadlines.update(
            (clock.res_id, clock.deadline_at) for clock in clocks if clock.deadline_at
        )
        return deadlines

    @api.model
    def _forecast_policies(self):
        """Hook: codes of the time limits that promise the end of the work."""
        return ["ticket_solution"]

    @api.model
    def _paces(self, users, companies):
        """``{(company id, user id): work minutes per busy service minute}``."""
        paces = {}
        for company in companies:
            worktime = company._worktime()
            since = fields.Datetime.now() - timedelta(
                days=company.school_desk_pace_days or 30
            )
            solved = self.sudo().search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("handler_id", "in", users.ids),
                    ("solved_at", ">=", since),
                    ("acknowledged_at", "!=", False),
                ],
                ["handler_id", "acknowledged_at", "solved_at", "work_minutes"],
                order="solved_at desc",
                limit=HISTORY * len(users),
            )
            for user, done in solved.grouped("handler_id").items():
                if len(done) < LEAST_SOLVED:
                    continue
                busy = busy_minutes(
                    [(t.acknowledged_at, t.solved_at) for t in done],
                    lambda a, b, w=worktime: w.between(a, b, "service_minute"),
                )
                work = sum(done.mapped("work_minutes"))
                if busy and work:
                    paces[company.id, user.id] = min(max(work / busy, 0.1), 1.0)
        return paces

    @api.model
    def _store_forecasts(self, forecasts, now):
        """Write what changed; neither clocks nor chatter look at these."""
        for (late, reason), ids in forecasts.items():
            tickets = self.sudo().browse(ids)
            changed = tickets.filtered(
                lambda t, late=late, reason=reason: (
                    t.forecast_minutes != late or (t.forecast_reason or "") != reason
                )
            )
            if changed:
                changed.write(
                    {
                        "forecast_minutes": late,
                        "forecast_reason": reason or False,
                        "forecast_at": now,
                    }
                )
