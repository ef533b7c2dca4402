from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SchoolBoard(models.AbstractModel):
    """The lists behind the figures of the board."""

    _inherit = "school.board"

    @api.model
    @api.readonly
    def open_figure(self, figure, period="month", by=None, of=None):
        """Return the list behind a figure, or behind its share in a row of a table.

        :param figure: key of ``_figures()``, or ``work_…`` of ``_work_sources()``
        :param by: ``department``, ``post``, ``person`` or ``bar``
        :param of: id of the row; the first day of the bar
        """
        view = self._view(period)
        figures = {
            **self._figures(view),
            **{f"work_{key}": one for key, one in self._work_sources(view).items()},
        }
        if not isinstance(figure, str) or figure not in figures:
            raise UserError(self.env._("The board has no such figure."))
        found = figures[figure]
        domain = found["domain"]
        name = found["title"]
        if by is not None:
            part, label = self._share(view, found, by, of)
            domain &= part
            name = f"{name} · {label}" if label else name
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": found["model"],
            "views": [[False, "list"], [False, "kanban"], [False, "form"]],
            "mobile_view_mode": "kanban",
            "domain": _plain(domain),
            "context": found["context"],
            "target": "current",
        }

    @api.model
    def _share(self, view, figure, by, of):
        """The part of a figure that one row of a table counts, and its name."""
        if by == "bar":
            for first, stop in self._buckets(view):
                if str(first) == of and figure["model"] == "school.time.clock":
                    moment = view.company._school_moment
                    return view.finished(None, moment(first), moment(stop)), str(first)
            raise UserError(self.env._("The board has no such figure."))
        if not isinstance(of, int) or by not in ("department", "post", "person"):
            raise UserError(self.env._("The board has no such figure."))
        person = figure["person"]
        if by == "person":
            label = self._label(by, "res.users", of)
            return Domain(person, "=", of or False), label
        if by == "department":
            members = self._departments_by_user(view.company)
            column, model = figure["department"], "hr.department"
            owners = {user: home.id for user, home in members.items()}
        else:
            posts = self._first_posts(view.company)
            column, model = "post_id", "school.post"
            owners = {user: post.id for user, post in posts.items()}
            if column not in self.env[figure["model"]]._fields:
                column = None
        if of:
            indirect = Domain(
                person, "in", [user for user, owner in owners.items() if owner == of]
            )
            direct = Domain(column, "=", of) if column else Domain.FALSE
        else:
            direct = Domain.FALSE
            placed = [user for user, owner in owners.items() if owner]
            indirect = Domain(person, "not in", placed)
        if column:
            indirect &= Domain(column, "=", False)
        return direct | indirect, self._label(by, model, of)

    @api.model
    def _label(self, by, model, record_id):
        """The name of a row, for those who may read it."""
        if not record_id:
            return self._nowhere(by)
        record = self.env[model].browse(record_id).exists()
        return record.display_name if record.has_access("read") else ""


def _plain(domain):
    """A domain as lists that a client can hold."""
    return [
        list(leaf[:2])
        + [list(leaf[2]) if isinstance(leaf[2], (set, tuple, frozenset)) else leaf[2]]
        if not isinstance(leaf, str)
        else leaf
        for leaf in domain
    ]
