from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .board_oversight import LEADING_POSTS

OPEN = ("running", "paused")
PERIODS = ("month", "term", "year")
# "Due soon" on the board and in the workload: within so many working days.
SOON_DAYS = 2


@dataclass
class View:
    """Whose board it is, and for when: what every figure of it is made from."""

    company: Any
    whole: bool
    departments: Any
    users: Any
    now: datetime
    period: str
    # {period: (first day, day after the last)} of the periods that exist today
    spans: dict

    def within(self, person="user_id", department="department_id"):
        """The domain of what belongs on this board, by the columns of a model."""
        domain = Domain("company_id", "=", self.company.id)
        if self.whole:
            return domain
        people = Domain(person, "in", self.users.ids) if person else Domain.FALSE
        if not department:
            return domain & people
        return domain & (
            Domain(department, "in", self.departments.ids)
            | (Domain(department, "=", False) & people)
        )

    def bounds(self, period=None):
        """First moment and first moment after a period, in UTC; None without it."""
        span = self.spans.get(period or self.period)
        return span and tuple(self.company._school_moment(day) for day in span)

    def finished(self, period=None, start=None, stop=None):
        """Clocks that ended in a period and were not continued by another."""
        if start is None:
            start, stop = self.bounds(period) or (self.now, self.now)
        return (
            self.within()
            & Domain("state", "in", ("met", "missed"))
            & Domain("superseded_by_id", "=", False)
            & Domain("ended_at", ">=", start)
            & Domain("ended_at", "<", stop)
        )


class SchoolBoard(models.AbstractModel):
    """The office board (数据看板): how the work of a school stands (BASE-29).

    A figure is a model and a domain, made on the server by :meth:`_figures`: the number
    is counted over it and the list behind the number opens on it, both with the rights
    of whoever looks, so the two cannot disagree. The number of queries does not depend
    on how much work there is. Addons add tiles by extending ``_figures()``, and columns
    of the workload by ``_work_sources()``.
    """

    _name = "school.board"
    _description = "Office Board"

    # Who may look

    @api.model
    def _oversight(self):
        """Return the schools, departments and people the current user answers for.

        Whole schools through a leading post; departments, with those below them, as
        head or supervising leader, and the people who work there. Two queries for who
        leads nothing.
        """
        user, companies = self.env.user, self.env.companies
        # sudo: everybody's posts are looked up by routing; only ids come back
        holders_sudo = self.env["school.post.holder"].sudo()
        held = holders_sudo.search(
            Domain("user_id", "=", user.id)
            & Domain("company_id", "in", companies.ids)
            & Domain("post_id.code", "in", LEADING_POSTS)
            & holders_sudo._in_force_domain()
        ).post_id
        whole = held.filtered(lambda post: not post.department_id).company_id
        departments_sudo = self.env["hr.department"].sudo()
        departments = held.department_id | departments_sudo.search(
            Domain("company_id", "in", companies.ids)
            & (
                Domain("manager_id.user_id", "=", user.id)
                | Domain("school_supervisor_id", "=", user.id)
            )
        )
        users = user.browse()
        if departments:
            departments = departments_sudo.search(
                Domain("id", "child_of", departments.ids)
            )
            users = self._people_of(departments)
        return whole.sudo(False), departments, users

    @api.model
    def _people_of(self, departments):
        """The users who work in these departments."""
        # sudo: only their ids are used
        return (
            self.env["hr.employee"]
            .sudo()
            .search_fetch(
                [("department_id", "in", departments.ids), ("user_id", "!=", False)],
                ["user_id"],
            )
            .user_id
        )

    @api.model
    def _scope(self):
        """``(whole school?, departments, users)`` of the caller, or None."""
        if self.env.user.has_groups(
            "school_office_base.group_office_director,school_office_base.group_auditor"
        ):
            return True, self.env["hr.department"], self.env["res.users"]
        company = self.env.company
        schools, departments, users = self._oversight()
        if company in schools:
            return True, departments.browse(), users.browse()
        departments = departments.filtered(lambda d: d.company_id == company)
        if departments:
            return False, departments, self._people_of(departments)
        return None

    @api.model
    def _view(self, period):
        """Check the caller and say what he sees of which time."""
        company = self.env.company
        scope = self._scope() if company.is_school else None
        if not scope:
            raise AccessError(
                self.env._(
                    "The board is for the office director, the leaders of the school, "
                    "heads of departments and auditors."
                )
            )
        spans = self._spans(company)
        if period not in PERIODS:
            raise UserError(
                self.env._("Choose the month, the term or the school year.")
            )
        if period not in spans:
            raise UserError(
                self.env._(
                    "No term is entered for today. The school administrator enters "
                    "the terms of the school."
                )
            )
        return View(company, *scope, fields.Datetime.now(), period, spans)

    @api.model
    def _spans(self, company):
        """``{period: (first day, day after the last)}`` of what exists today."""
        today = company._school_date()
        month = today.replace(day=1)
        spans = {"month": (month, fields.Date.add(month, months=1))}
        # sudo: the dates of a term are no secret
        term = self.env["school.term"].sudo()._at(company, today)
        if term:
            spans["term"] = (term.date_from, fields.Date.add(term.date_to, days=1))
        begin = company.school_year_start_month
        first = date(today.year - (today.month < begin), begin, 1)
        spans["year"] = (first, fields.Date.add(first, years=1))
        return spans

    # Figures

    @api.model
    def _figure(
        self,
        title,
        model,
        domain,
        *,
        kind="count",
        icon="fa-circle-o",
        sequence=None,
        tone="plain",
        hint="",
        person="user_id",
        department="department_id",
        context=None,
    ):
        """Make a figure: a number, and the list behind it.

        :param kind: ``count`` of the records, or ``rate``: the average of their
            ``on_time``, which is 100 or 0
        :param sequence: where its tile stands; without one it has no tile
        :param tone: ``danger`` where every one is one too many, else ``plain``
        :param person, department: columns by which its list is narrowed to a row
        """
        return {
            "title": title,
            "model": model,
            "domain": domain,
            "kind": kind,
            "icon": icon,
            "sequence": sequence,
            "tone": tone,
            "hint": hint,
            "person": person,
            "department": department,
            "context": context or {},
        }

    @api.model
    def _figures(self, view):
        """Return ``{key: figure}``. Extend it: ``super()``, and add yours.

        :param view: :class:`View`; ``view.within(person, department)`` is the part of
            a model that belongs on this board
        """
        clock, within = "school.time.clock", view.within()
        running = within & Domain("state", "=", "running")
        soon = view.company._worktime().add(view.now, SOON_DAYS, "working_day")
        return {
            "open": self._figure(
                self.env._("Open tasks"),
                clock,
                within & Domain("state", "in", OPEN),
                icon="fa-folder-open-o",
                sequence=10,
                hint=self.env._("work with a time limit"),
            ),
            "soon": self._figure(
                self.env._("Due soon"),
                clock,
                running
                & Domain("deadline_at", ">=", view.now)
                & Domain("deadline_at", "<=", soon),
                icon="fa-hourglass-half",
                sequence=20,
                tone="warning",
                hint=self.env._("within %(days)s working days", days=SOON_DAYS),
            ),
            "late": self._figure(
                self.env._("Past due"),
                clock,
                running & Domain("deadline_at", "<", view.now),
                icon="fa-exclamation-triangle",
                sequence=30,
                tone="danger",
                hint=self.env._("deadline passed, still open"),
            ),
            "on_time_month": self._rate(
                view, "month", self.env._("On time this month"), 40
            ),
            "on_time_term": self._rate(
                view, "term", self.env._("On time this term"), 50
            ),
            "decisions": self._figure(
                self.env._("Waiting decisions"),
                "school.approval.task",
                view.within(department=None) & Domain("state", "=", "open"),
                icon="fa-gavel",
                sequence=60,
                hint=self.env._("not decided yet"),
                department=None,
            ),
            "receipts": self._figure(
                self.env._("Unsigned receipts"),
                "school.receipt",
                view.within()
                & Domain("is_open", "=", True)
                & Domain("kind", "=", "sign"),
                icon="fa-pencil",
                sequence=70,
                hint=self.env._("sent, not signed for"),
            ),
            "finished": self._figure(
                self.env._("Finished"), clock, view.finished(), kind="rate"
            ),
        }

    @api.model
    def _rate(self, view, period, title, sequence):
        if period in view.spans:
            hint = ""
        else:
            hint = self.env._("no term is entered for today")
        return self._figure(
            title,
            "school.time.clock",
            view.finished(period) if period in view.spans else Domain.FALSE,
            kind="rate",
            icon="fa-check-circle-o",
            sequence=sequence,
            hint=hint,
        )

    @api.model
    @api.readonly
    def get_board(self, period="month"):
        """Return the board of the caller: tiles, chart and tables of a period."""
        view = self._view(period)
        figures = self._figures(view)
        tiles = sorted(
            (
                self._tile(key, figure)
                for key, figure in figures.items()
                if figure["sequence"] is not None
            ),
            key=lambda tile: tile["sequence"],
        )
        counted = self._counted(figures)
        return {
            "school": view.company.name,
            "scope": "school" if view.whole else "department",
            "departments": view.departments.mapped("name"),
            "at": view.company._worktime().local(view.now).strftime("%H:%M"),
            "period": view.period,
            "periods": self._period_choices(view),
            "tiles": tiles,
            "chart": self._chart(view),
            "tables": [
                self._fold(
                    "department",
                    self.env._("By department"),
                    self.env._("Department"),
                    counted,
                    self._department_of(view),
                ),
                self._fold(
                    "post",
                    self.env._("By post"),
                    self.env._("Post"),
                    counted,
                    self._post_of(view),
                ),
            ],
        }

    @api.model
    def _period_choices(self, view):
        labels = {
            "month": self.env._("This month"),
            "term": self.env._("This term"),
            "year": self.env._("This school year"),
        }
        return [
            {
                "key": key,
                "label": labels[key],
                "days": [str(view.spans[key][0]), str(view.spans[key][1])]
                if key in view.spans
                else None,
            }
            for key in PERIODS
        ]

    @api.model
    def _tile(self, key, figure):
        """Count one figure; a rate also says of how many."""
        tile = {
            name: figure[name] for name in ("title", "kind", "icon", "sequence", "tone")
        }
        tile.update(key=key, hint=figure["hint"], value=0, of=None)
        domain, model = figure["domain"], self.env[figure["model"]]
        if figure["kind"] == "count":
            tile["value"] = model.search_count(domain)
            return tile
        [(count, points)] = model._read_group(domain, [], ["__count", "on_time:sum"])
        tile["of"] = count
        tile["value"] = percent((points or 0) / count) if count else None
        if count:
            tile["hint"] = self.env._("of %(count)s finished", count=count)
        elif not tile["hint"]:
            tile["hint"] = self.env._("nothing finished yet")
        return tile


def percent(value):
    """A share as people read it; 100 only when nothing was late."""
    rounded = round(value)
    return 99 if rounded == 100 and value < 100 else rounded
