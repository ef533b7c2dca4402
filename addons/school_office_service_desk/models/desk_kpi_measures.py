from odoo import api, fields, models
from odoo.fields import Domain

ON_TIME_POLICIES = ("ticket_solution", "complaint_final")
RESPONSE_POLICIES = ("ticket_response",)


class SchoolDeskKpi(models.Model):
    """How the key figures are counted (DESK-16, 17, 61).

    Every figure is a part of a whole, both given by their records, so that each opens
    the list behind it and a frozen sheet keeps the proof.
    """

    _inherit = "school.desk.kpi"

    def _measures(self):
        """The figures of one sheet. Addons extend it and add their own code.

        A figure is a dict: ``code``, ``sequence``, ``model``, ``part_ids``,
        ``whole_ids`` (sets) and, if they apply, ``target``, ``alarm``,
        ``lower_is_better``, ``average``, ``asked`` and ``answered`` (numbers),
        ``rules`` (text), ``calendars`` (``school.calendar.version``).
        """
        self.ensure_one()
        clocks = self._period_clocks()
        return [
            self._measure_on_time(clocks),
            self._measure_complaint_response(clocks),
            self._measure_error_rate(),
            self._measure_response(clocks),
            self._measure_resolution(),
            self._measure_satisfaction(),
            self._measure_sample(),
        ]

    def _span(self):
        return self.company_id._school_span(self.date_from, self.date_to)

    def _period_clocks(self):
        """The clocks of tickets that fell due in the period, by policy code."""
        start, stop = self._span()
        stop = min(stop, fields.Datetime.now())
        clocks = self.env["school.time.clock"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("res_model", "=", "school.ticket")
            & Domain("deadline_at", ">=", start)
            & Domain("deadline_at", "<", stop)
            & Domain("state", "in", ("running", "met", "missed"))
            & Domain("superseded_by_id", "=", False)
        )
        return clocks.grouped(lambda clock: clock.policy_id.code)

    def _judge(self, clocks):
        """``(part, whole)`` ticket ids of clocks that fell due: met, and all."""
        part, whole = set(), set()
        for clock in clocks:
            whole.add(clock.res_id)
            if clock.state == "met":
                part.add(clock.res_id)
            else:
                part.discard(clock.res_id)
        return part, whole

    def _rules(self, clocks):
        """Which version of which time limit judged, in words."""
        env = self.company_id._school_env().env
        versions = clocks.version_id.with_env(env).sorted(
            lambda version: (version.policy_id.id, version.number)
        )
        return {
            "rules": env._("; ").join(
                f"{version.policy_id.name} v{version.number}" for version in versions
            ),
            "calendars": clocks.calendar_version_id,
        }

    def _measure_on_time(self, clocks):
        """Tickets done by their deadline / tickets due in the period (DESK-16).

        The deadline of a ticket is that of its solution; a service that promises no
        solution by a time is judged by its answer.
        """
        company = self.company_id
        empty = self.env["school.time.clock"]
        final = empty.union(*(clocks.get(code, empty) for code in ON_TIME_POLICIES))
        solved = self._with_policy(ON_TIME_POLICIES, clocks)
        answer = empty.union(
            *(clocks.get(code, empty) for code in RESPONSE_POLICIES)
        ).filtered(lambda clock: clock.res_id not in solved)
        judged = final | answer
        part, whole = self._judge(judged.sorted(lambda c: c.state != "met"))
        return {
            "code": "on_time",
            "sequence": 10,
            "model": "school.ticket",
            "part_ids": part,
            "whole_ids": whole,
            "target": company.school_desk_on_time_target,
            "alarm": company.school_desk_on_time_alarm,
            **self._rules(judged),
        }

    def _with_policy(self, codes, clocks):
        """The tickets among those that fell due which have a clock of ``codes``."""
        ids = {clock.res_id for found in clocks.values() for clock in found}
        if not ids:
            return set()
        return {
            ticket
            for (ticket,) in self.env["school.time.clock"]._read_group(
                [
                    ("res_model", "=", "school.ticket"),
                    ("res_id", "in", sorted(ids)),
                    ("policy_id.code", "in", codes),
                    ("state", "!=", "cancelled"),
                ],
                ["res_id"],
            )
        }

    def _measure_complaint_response(self, clocks):
        """Complaints acknowledged within their limit (2 service hours by default)."""
        due = clocks.get("complaint_acknowledge", self.env["school.time.clock"])
        part, whole = self._judge(due)
        return {
            "code": "complaint_response",
            "sequence": 20,
            "model": "school.ticket",
            "part_ids": part,
            "whole_ids": whole,
            "target": 100.0,
            "average": sum(due.mapped("elapsed")) / len(due) / 3600 if due else 0.0,
            **self._rules(due),
        }

    def _measure_error_rate(self):
        """Complaints caused by handling mistakes / all complaints (DESK-17)."""
        Ticket = self.env["school.ticket"]
        complaints = Ticket.search(
            self._received_domain() & Domain("kind", "=", "complaint")
        )
        return {
            "code": "error_rate",
            "sequence": 30,
            "model": "school.ticket",
            "part_ids": set(
                complaints.filtered(lambda ticket: ticket.handling_mistake == "yes").ids
            ),
            "whole_ids": set(complaints.ids),
            "target": self.company_id.school_desk_error_max,
            "lower_is_better": True,
        }

    def _received_domain(self):
        start, stop = self._span()
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("received_at", ">=", start)
            & Domain("received_at", "<", stop)
            & Domain("state", "not in", ("void", "merged"))
        )

    def _measure_response(self, clocks):
        """First public answers in time / answers due: the first of the three rates."""
        due = clocks.get("ticket_response", self.env["school.time.clock"])
        part, whole = self._judge(due)
        return {
            "code": "response_rate",
            "sequence": 40,
            "model": "school.ticket",
            "part_ids": part,
            "whole_ids": whole,
            "target": self.company_id.school_desk_on_time_target,
            **self._rules(due),
        }

    def _solved_tickets(self):
        """Tickets that the desk called solved in the period, or that came back."""
        start, stop = self._span()
        inside = Domain("solved_at", ">=", start) & Domain("solved_at", "<", stop)
        again = (
            Domain("last_reopened_at", ">=", start)
            & Domain("last_reopened_at", "<", stop)
            & Domain("solved_at", "=", False)
        )
        return self.env["school.ticket"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "not in", ("void", "merged", "refused", "referred"))
            & (inside | again)
        )

    def _measure_resolution(self):
        """Solved in the eyes of the requester / solved in the eyes of the desk.

        "Solved" counts only if the requester said yes, or said nothing for the silent
        working days of the service and no call-back has heard otherwise. How many gave
        an answer is shown beside it.
        """
        tickets = self._solved_tickets()
        denied = set(
            self.env["school.desk.callback"]
            .search([("ticket_id", "in", tickets.ids), ("is_solved", "=", "no")])
            .ticket_id.ids
        )
        now = fields.Datetime.now()
        worktime = self.company_id._worktime()
        part, answered = set(), 0
        for ticket in tickets:
            if ticket.confirmed_at or ticket.rating_last_value > 0:
                answered += 1
            if ticket.id in denied or not ticket.solved_at:
                continue
            if ticket.confirmed_at or self._silent(ticket, worktime, now):
                part.add(ticket.id)
        return {
            "code": "resolution_rate",
            "sequence": 50,
            "model": "school.ticket",
            "part_ids": part,
            "whole_ids": set(tickets.ids),
            "asked": len(tickets),
            "answered": answered,
        }

    @api.model
    def _silent(self, ticket, worktime, now):
        """Whether the requester let the silent days of the service pass."""
        days = ticket.service_id.silent_days
        if ticket.state != "closed" or not days:
            return False
        return worktime.add(ticket.solved_at, days, "working_day") <= now

    def _measure_satisfaction(self):
        """Ratings with four or five points / ratings, and who was asked."""
        tickets = self._solved_tickets()
        rated = tickets.filtered(lambda ticket: ticket.rating_last_value > 0)
        happy = rated.filtered(lambda ticket: ticket.rating_last_value >= 4)
        values = rated.mapped("rating_last_value")
        return {
            "code": "satisfaction_rate",
            "sequence": 60,
            "model": "school.ticket",
            "part_ids": set(happy.ids),
            "whole_ids": set(rated.ids),
            "average": sum(values) / len(values) if values else 0.0,
            "asked": len(tickets),
            "answered": len(rated),
            "target": self.company_id.school_desk_satisfaction_target,
        }

    def _measure_sample(self):
        """Sampled tickets of the period that reached the pass mark (DESK-18)."""
        lines = self.env["school.desk.sample.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("sample_id.date_from", ">=", self.date_from),
                ("sample_id.date_to", "<=", self.date_to),
                ("state", "=", "final"),
            ]
        )
        return {
            "code": "sample_passed",
            "sequence": 70,
            "model": "school.desk.sample.line",
            "part_ids": set(lines.filtered("is_passed").ids),
            "whole_ids": set(lines.ids),
        }
