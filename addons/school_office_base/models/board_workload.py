from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain


class SchoolBoard(models.AbstractModel):
    """Who has how much to do, who is late, and who is away (BASE-31)."""

    _inherit = "school.board"

    @api.model
    def _work_sources(self, view):
        """Return ``{key: figure}``: what people have to do, one column each.

        Extend it as ``_figures()``; ``person`` is the column that holds the user.
        """
        return {
            "decisions": self._figure(
                self.env._("Decisions"),
                "school.approval.task",
                view.within(department=None) & Domain("state", "=", "open"),
                sequence=10,
                department=None,
            ),
            "receipts": self._figure(
                self.env._("To sign and read"),
                "school.receipt",
                view.within()
                & Domain("is_open", "=", True)
                & Domain("user_id", "!=", False),
                sequence=20,
            ),
        }

    @api.model
    @api.readonly
    def get_workload(self):
        """Return who has how much to do, who is late, and who is away (BASE-31)."""
        view = self._view("month")
        figures, sources = self._figures(view), self._work_sources(view)
        people = self._fold(
            "person",
            "",
            "",
            self._counted(figures),
            lambda _department, _post, person: person,
        )
        rows = {row["id"]: row for row in people["rows"] if row["id"]}
        columns = []
        for key, figure in sorted(
            sources.items(), key=lambda item: item[1]["sequence"] or 0
        ):
            columns.append({"key": key, "title": figure["title"]})
            for person, count in self.env[figure["model"]]._read_group(
                figure["domain"] & Domain(figure["person"], "!=", False),
                [figure["person"]],
                ["__count"],
            ):
                row = self._workload_row(rows, person)
                row.setdefault("work", {})[key] = count
        members = self._departments_by_user(view.company)
        posts = self._first_posts(view.company)
        listed = view.users.ids or posts
        for person in self.env["res.users"].browse(listed):
            self._workload_row(rows, person)
        away = self._away(view)
        for user_id, row in rows.items():
            department = members.get(user_id)
            post = posts.get(user_id)
            row.setdefault("work", {})
            row["department"] = department.name if department else ""
            row["post"] = post.display_name if post else ""
            row["away"] = away.get(user_id, "")
        return {
            "columns": columns,
            "rows": sorted(
                rows.values(),
                key=lambda row: (
                    -sum(row["work"].values()) - row["open"],
                    -row["late"],
                    row["name"],
                ),
            ),
        }

    @api.model
    def _workload_row(self, rows, person):
        if person.id not in rows:
            # sudo: names of what the caller answers for
            rows[person.id] = {
                "id": person.id,
                "name": person.sudo().display_name,
                "open": 0,
                "soon": 0,
                "late": 0,
                "finished": 0,
                "on_time": None,
            }
        return rows[person.id]

    @api.model
    def _away(self, view):
        """``{user id: who stands in}`` of those who have a deputy today."""
        # sudo: that somebody is away today, and who decides for him, is no secret
        delegations_sudo = self.env["school.delegation"].sudo()
        today = delegations_sudo.search(
            Domain("company_id", "=", view.company.id)
            & Domain("state", "=", "active")
            & delegations_sudo._dates_domain(view.company._school_date(view.now))
        )
        away = defaultdict(list)
        for delegation in today:
            away[delegation.user_id.id].append(delegation.deputy_id.name)
        return {user_id: "、".join(names) for user_id, names in away.items()}
