from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .board import percent

WEEK = timedelta(days=7)


class SchoolBoard(models.AbstractModel):
    """Tables and chart of the board: what was counted, folded by whose it is."""

    _inherit = "school.board"

    @api.model
    def _counted(self, figures):
        """``{figure: [(department, post, person, count, sum of the on-time marks)]}``.

        Three queries, from which every table is made.
        """
        clocks = self.env["school.time.clock"]
        return {
            key: clocks._read_group(
                figures[key]["domain"],
                ["department_id", "post_id", "user_id"],
                ["__count", "on_time:sum"],
            )
            for key in ("open", "soon", "late", "finished")
        }

    @api.model
    def _fold(self, key, title, label, counted, owner):
        """Fold what was counted by ``owner(department, post, person)``."""
        rows = defaultdict(lambda: {"open": 0, "soon": 0, "late": 0, "finished": 0})
        points, names = defaultdict(float), {}
        for figure, groups in counted.items():
            for department, post, person, count, marks in groups:
                found = owner(department, post, person)
                if found is None:
                    continue
                # sudo: names of what the caller answers for
                names.setdefault(found.id, found.sudo().display_name)
                rows[found.id][figure] += count
                if figure == "finished":
                    points[found.id] += marks or 0
        for row_id, row in rows.items():
            row["id"] = row_id
            row["name"] = names[row_id] or self._nowhere(key)
            row["on_time"] = (
                percent(points[row_id] / row["finished"]) if row["finished"] else None
            )
        return {
            "key": key,
            "title": title,
            "label": label,
            "rows": sorted(
                rows.values(),
                key=lambda row: (
                    not row["id"],
                    -row["late"],
                    -row["open"],
                    row["name"],
                ),
            ),
        }

    @api.model
    def _nowhere(self, by):
        """The name of the row of what belongs to none."""
        return {
            "department": self.env._("Without a department"),
            "post": self.env._("Without a post"),
            "person": self.env._("Nobody in particular"),
        }[by]

    @api.model
    def _department_of(self, view):
        """A function that says to which department a clock counts.

        Its own, else the one in which the person works who has it.
        """
        members = self._departments_by_user(view.company)
        none = self.env["hr.department"]

        def owner(department, _post, person):
            return department or members.get(person.id, none)

        return owner

    @api.model
    def _departments_by_user(self, company):
        # sudo: where somebody works is in the directory of the school
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search_fetch(
                [("company_id", "=", company.id), ("user_id", "!=", False)],
                ["user_id", "department_id"],
                order="id desc",
            )
        )
        return {employee.user_id.id: employee.department_id for employee in employees}

    @api.model
    def _post_of(self, view):
        """A function that says to which post a clock counts.

        The post at which the work waits, else the one the person holds longest.
        """
        first = self._first_posts(view.company)
        none = self.env["school.post"]

        def owner(_department, post, person):
            return post or first.get(person.id, none)

        return owner

    @api.model
    def _first_posts(self, company):
        """``{user id: the post he holds longest}``, in one query."""
        # sudo: who holds which post is known to the whole school
        holders_sudo = self.env["school.post.holder"].sudo()
        holders = holders_sudo.search(
            Domain("company_id", "=", company.id)
            & holders_sudo._in_force_domain(company._school_date()),
            order="date_from, id",
        )
        first = {}
        for holder in holders:
            first.setdefault(holder.user_id.id, holder.post_id)
        return first

    @api.model
    def _buckets(self, view):
        """``[(first day, day after the last)]``: the bars of the chart, until today."""
        first, end = view.spans[view.period]
        today = view.company._school_date(view.now)
        buckets = []
        while first < end and first <= today:
            if view.period == "month":
                stop = min(first - timedelta(days=first.weekday()) + WEEK, end)
            else:
                stop = min(fields.Date.add(first.replace(day=1), months=1), end)
            buckets.append((first, stop))
            first = stop
        return buckets

    @api.model
    def _chart(self, view):
        """What was finished in time and too late, by week or month; one query."""
        buckets = self._buckets(view)
        bars = [
            {"day": str(first), "until": str(stop), "met": 0, "missed": 0}
            for first, stop in buckets
        ]
        clocks = self.env["school.time.clock"].with_context(
            tz=view.company._school_tz().zone
        )
        for moment, state, count in clocks._read_group(
            view.finished(), ["ended_at:day", "state"], ["__count"]
        ):
            day = moment.date()
            for bar, (first, stop) in zip(bars, buckets, strict=True):
                if first <= day < stop:
                    bar[state] += count
        return {"by": "week" if view.period == "month" else "month", "bars": bars}
