from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

AGENT = "school_office_service_desk.group_desk_agent"
MANAGER = "school_office_service_desk.group_desk_manager"
OPEN_STATES = ("new", "assigned", "in_progress", "waiting")
WALL_ROWS = 9
HOLDERS = 6
MONTHS = 6


class SchoolDeskBoard(models.AbstractModel):
    """The two boards of the service desk: for the wall, and for the director.

    The wall shows numbers, services and places, never who asked or what exactly:
    visitors read it, too. Each board costs a constant number of queries.
    """

    _name = "school.desk.board"
    _description = "Boards of the Service Desk"

    # For the wall

    @api.model
    @api.readonly
    def get_wall(self):
        """What the screen on the wall shows; no personal data."""
        self._check_group(AGENT)
        company = self.env.company
        Ticket = self.env["school.ticket"]
        mine = Domain("company_id", "=", company.id)
        is_open = mine & Domain("state", "in", OPEN_STATES)
        tickets = Ticket.search(
            is_open
            & Domain("is_restricted", "=", False)
            & Domain("state", "!=", "waiting"),
            order="is_red desc, deadline_at, received_at, id",
            limit=WALL_ROWS,
        )
        return {
            "school": company.name,
            "office": company.school_office_name or "",
            "now": self._local(company, fields.Datetime.now(), "%H:%M"),
            "date": self.env["school.my.office"]._day_in_words(
                company._school_date(), "MMMMEEEEd"
            ),
            "figures": self._wall_figures(company, mine, is_open),
            "rows": [self._wall_row(ticket) for ticket in tickets],
            "more": max(0, Ticket.search_count(is_open) - len(tickets)),
        }

    def _wall_figures(self, company, mine, is_open):
        Ticket = self.env["school.ticket"]
        standing = self._standing(is_open)
        today = company._school_date()
        start, stop = company._school_span(today, today)
        received = Ticket.search_count(
            mine
            & Domain("received_at", ">=", start)
            & Domain("received_at", "<", stop)
            & Domain("state", "not in", ("void", "merged"))
        )
        solved = Ticket.search_count(
            mine & Domain("solved_at", ">=", start) & Domain("solved_at", "<", stop)
        )
        return {**standing, "received_today": received, "solved_today": solved}

    @api.model
    def _late_domain(self):
        """Late by the clock on the wall, whether or not the timers have run."""
        return Domain("deadline_state", "in", ("running", "warning", "late")) & Domain(
            "deadline_at", "<=", fields.Datetime.now()
        )

    def _standing(self, is_open):
        """How many are open, red, new, due soon and late; two queries."""
        Ticket = self.env["school.ticket"]
        found = dict.fromkeys(("open", "red", "unassigned", "warning", "late"), 0)
        for state, deadline, red, count in Ticket._read_group(
            is_open & ~self._late_domain(),
            ["state", "deadline_state", "is_red"],
            ["__count"],
        ):
            self._add(found, state, red, count)
            found["warning"] += count if deadline == "warning" else 0
        for state, red, count in Ticket._read_group(
            is_open & self._late_domain(), ["state", "is_red"], ["__count"]
        ):
            self._add(found, state, red, count)
            found["late"] += count
        return found

    @staticmethod
    def _add(found, state, red, count):
        found["open"] += count
        found["red"] += count if red else 0
        found["unassigned"] += count if state == "new" else 0

    def _wall_row(self, ticket):
        states = dict(ticket._fields["state"]._description_selection(self.env))
        return {
            "id": ticket.id,
            "number": ticket.number or "",
            "service": ticket.service_id.display_name,
            "place": ticket.place_id.name or "",
            "state": states[ticket.state],
            "red": ticket.is_red,
            "deadline_info": ticket.deadline_info,
        }

    # For the director

    @api.model
    @api.readonly
    def get_director(self):
        """What the director must know: late, held by whom, and the key figures."""
        self._check_group(MANAGER)
        company = self.env.company
        Ticket = self.env["school.ticket"]
        mine = Domain("company_id", "=", company.id)
        is_open = mine & Domain("state", "in", OPEN_STATES)
        tickets = Ticket.search(
            is_open & self._late_domain(), order="deadline_at, id", limit=WALL_ROWS
        )
        return {
            "school": company.name,
            "date": self.env["school.my.office"]._day_in_words(
                company._school_date(), "MMMMEEEEd"
            ),
            "counters": self._director_counters(is_open),
            "sheet": self._director_sheet(company),
            "trend": self._director_trend(company),
            "late": [self._late_row(ticket) for ticket in tickets],
            "holders": self._holders(is_open),
            "todo": self._director_todo(company),
        }

    def _director_counters(self, is_open):
        found = self._standing(is_open)
        late = self._late_domain()
        domains = {
            "open": is_open,
            "late": is_open & late,
            "warning": is_open & Domain("deadline_state", "=", "warning") & ~late,
            "red": is_open & Domain("is_red", "=", True),
            "unassigned": is_open & Domain("state", "=", "new"),
        }
        titles = {
            "open": self.env._("Unfinished"),
            "late": self.env._("Late"),
            "warning": self.env._("Due Soon"),
            "red": self.env._("Urgent"),
            "unassigned": self.env._("Not Assigned"),
        }
        return [
            {
                "key": key,
                "title": titles[key],
                "count": found[key],
                "action": self._list(titles[key], "school.ticket", domains[key]),
            }
            for key in ("open", "late", "warning", "red", "unassigned")
        ]

    def _list(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(Domain(domain)),
            "target": "current",
        }

    def _director_sheet(self, company):
        """The figures of the running month."""
        sheet = self.env["school.desk.kpi"].search(
            [
                ("company_id", "=", company.id),
                ("period", "=", "month"),
                ("date_from", "<=", company._school_date()),
            ],
            limit=1,
        )
        return {
            "id": sheet.id,
            "name": sheet.name or "",
            "computed": self._local(company, sheet.computed_at, "%m-%d %H:%M"),
            "lines": [
                {
                    "id": line.id,
                    "code": line.code,
                    "title": line.display_name,
                    "share": line.share,
                    "text": line.share_text,
                    "target": line.target_text,
                    "goal": line.target,
                    "answered": line.answered_text,
                    "part": line.part_count,
                    "whole": line.whole_count,
                    "verdict": line.verdict,
                }
                for line in sheet.line_ids
            ],
        }

    def _director_trend(self, company):
        """Tickets on time of the last months, oldest first."""
        lines = self.env["school.desk.kpi.line"].search(
            [
                ("company_id", "=", company.id),
                ("period", "=", "month"),
                ("code", "=", "on_time"),
            ],
            order="date_from desc",
            limit=MONTHS,
        )
        return [
            {
                "month": f"{line.date_from:%m}",
                "share": line.share,
                "has_value": line.has_value,
                "verdict": line.verdict,
                "text": line.share_text,
            }
            for line in reversed(lines)
        ]

    def _late_row(self, ticket):
        return {
            "id": ticket.id,
            "number": ticket.number or "",
            "name": ticket.name,
            "holder": ticket.handler_id.name
            or ticket.post_id.display_name
            or ticket.lead_department_id.name
            or "",
            "deadline_info": ticket.deadline_info,
            "red": ticket.is_red,
        }

    def _holders(self, is_open):
        """Who has how much open and late, most late first."""
        held = {}
        Ticket = self.env["school.ticket"]
        owned = is_open & Domain("handler_id", "!=", False)
        for handler, count in Ticket._read_group(owned, ["handler_id"], ["__count"]):
            held[handler] = {"open": count, "late": 0}
        for handler, count in Ticket._read_group(
            owned & self._late_domain(), ["handler_id"], ["__count"]
        ):
            held.setdefault(handler, {"open": count, "late": 0})["late"] = count
        best = sorted(
            held.items(), key=lambda item: (-item[1]["late"], -item[1]["open"])
        )
        return [
            {
                "id": handler.id,
                "name": handler.name,
                **row,
                "action": self._list(
                    handler.name,
                    "school.ticket",
                    is_open & Domain("handler_id", "=", handler.id),
                ),
            }
            for handler, row in best[:HOLDERS]
        ]

    def _director_todo(self, company):
        """What the quality work waits for; each opens its list."""
        own = Domain("company_id", "=", company.id)
        parts = [
            (
                "analysis",
                self.env._("Cause analyses to write"),
                "school.desk.analysis",
                Domain("state", "=", "required"),
            ),
            (
                "short",
                self.env._("Sampled tickets without a scorer"),
                "school.desk.sample.line",
                Domain("state", "=", "short"),
            ),
            (
                "finding",
                self.env._("Findings to decide or to re-check"),
                "school.desk.finding",
                Domain("state", "in", ("open", "done")),
            ),
            (
                "callback",
                self.env._("Requesters to call back"),
                "school.desk.callback",
                Domain("state", "=", "open"),
            ),
            (
                "measure",
                self.env._("Measures that are late"),
                "school.desk.plan.measure",
                Domain("state", "=", "open") & self._late_domain(),
            ),
            (
                "survey",
                self.env._("Survey results to publish"),
                "school.desk.survey",
                Domain("state", "=", "closed") & Domain("is_shown", "=", True),
            ),
        ]
        found = []
        for key, title, model, domain in parts:
            count = self.env[model].search_count(own & domain)
            if count:
                found.append(
                    {
                        "key": key,
                        "title": title,
                        "count": count,
                        "action": self._list(title, model, own & domain),
                    }
                )
        return found

    @staticmethod
    def _local(company, moment, pattern):
        if not moment:
            return ""
        return company._worktime().local(moment).strftime(pattern)

    def _check_group(self, group):
        if not self.env.user.has_group(group):
            raise AccessError(
                self.env._("This board is for the people of the service desk.")
            )
