from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .ticket import OPEN_STATES

# Columns that say who is away
_ABSENCE = {
    "resource.calendar.leaves": ("resource_id", "date_from", "date_to"),
    "resource.resource": ("user_id",),
    "school.delegation": ("user_id", "state"),
}


class SchoolTicket(models.Model):
    """Who gets the work: the post of the service, there whoever has least of it due.

    Only people who are there count: holders of the post today, not on leave, who have
    not handed their decisions to a deputy; and whoever the roster calls. Why somebody
    was chosen is written into the history (DESK-09).
    """

    _inherit = "school.ticket"

    @api.model
    def _present_users(self, post, at=None):
        """Hook: the users who take new work of ``post`` at ``at``.

        Other files override it where a roster says who is called.
        """
        return self._present_by_post(post, at)[post.id]

    @api.model
    def _present_by_post(self, posts, at=None):
        """``{post id: users present}`` in a constant number of queries."""
        at = at or fields.Datetime.now()
        Users = self.env["res.users"].sudo()
        present = {post.id: Users for post in posts}
        doubtful = Users
        for holder, (maybe_away,) in posts._holders_and(at, [self._maybe_away(at)]):
            present[holder.post_id.id] |= holder.user_id
            if maybe_away:
                doubtful |= holder.user_id
        away = self._away_users(doubtful, posts.sudo().company_id, at)
        return {post_id: people - away for post_id, people in present.items()}

    @api.model
    def _away_users(self, users, companies, at):
        """Those who are on leave, or whom a deputy stands in for."""
        if not users:
            return users
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id.user_id", "in", users.ids),
                    ("company_id", "in", [False, *companies.ids]),
                    ("date_from", "<=", at),
                    ("date_to", ">", at),
                ]
            )
        )
        away = leaves.resource_id.user_id & users
        Delegation = self.env["school.delegation"]
        for company in companies:
            for user, deputies in Delegation._deputies(users, company, at).items():
                if deputies:
                    away |= user
        return away

    @api.model
    def _maybe_away(self, at):
        """SQL: whether it is worth asking if a holder is away; mostly nobody is."""
        return SQL(
            """EXISTS (
                   SELECT FROM resource_calendar_leaves l
                     JOIN resource_resource r ON r.id = l.resource_id
                    WHERE r.user_id = school_post_holder.user_id
                      AND l.date_from <= %(at)s AND l.date_to > %(at)s
               ) OR EXISTS (
                   SELECT FROM school_delegation d
                    WHERE d.user_id = school_post_holder.user_id
                      AND d.state = 'active')""",
            at=at,
            to_flush=[
                self.env[model]._fields[name]
                for model, names in _ABSENCE.items()
                for name in names
            ],
        )

    @api.model
    def _route_rows(self, rows):
        """Set ``handler_id`` in the values of new tickets; return why, per row.

        The rows are routed in the order of the queue, so that the urgent ones meet the
        least loaded.
        """
        wanted = defaultdict(list)
        for index, row in enumerate(rows):
            if row.get("handler_id") or not row.get("post_id"):
                continue
            company = self.env["res.company"].browse(row["company_id"])
            if company.sudo().school_desk_auto_assign:
                wanted[row["post_id"]].append(index)
        reasons = [None] * len(rows)
        if not wanted:
            return reasons
        posts = self.env["school.post"].sudo().browse(wanted)
        present = {post.id: self._present_users(post) for post in posts}
        # The only one who is there gets it, however much he has.
        several = [people for people in present.values() if len(people) > 1]
        load = self._load_minutes(
            self.env["res.users"].sudo().union(*several), posts.company_id
        )
        now = fields.Datetime.now()
        for post in posts:
            indexes = sorted(
                wanted[post.id], key=lambda i: -int(rows[i].get("urgency") or 0)
            )
            for index in indexes:
                row = rows[index]
                excluded = self._routing_excluded(row)
                people = present[post.id].filtered(lambda u, x=excluded: u.id not in x)
                if not people:
                    reasons[index] = {
                        "value_to": post.name,
                        "reason": self.env._("Nobody of this post is there now."),
                    }
                    continue
                chosen = min(people, key=lambda user: (load[user.id], user.id))
                reasons[index] = {
                    "value_from": post.name,
                    "value_to": chosen.name,
                    "reason": self._routing_reason(chosen, people, load),
                }
                load[chosen.id] += row.get("work_minutes") or 0
                row.update(handler_id=chosen.id, state="assigned", assigned_at=now)
        return reasons

    @api.model
    def _routing_excluded(self, row):
        """Hook: ids of users who must not get this new ticket."""
        return {row.get("requester_user_id")}

    def _routing_reason(self, chosen, people, load):
        if len(people) == 1:
            return self.env._("The only one of this post who is there now.")
        others = self.env._(", ").join(
            self.env._(
                "%(name)s %(minutes)s min", name=user.name, minutes=load[user.id]
            )
            for user in (people - chosen)[:5]
        )
        return self.env._(
            "Least work due: %(minutes)s min. Others: %(others)s.",
            minutes=load[chosen.id],
            others=others,
        )

    @api.model
    def _load_minutes(self, users, companies):
        """``{user id: minutes of open work}`` in one query."""
        load = defaultdict(int)
        if not users:
            return load
        for user, minutes in self.sudo()._read_group(
            Domain("handler_id", "in", users.ids)
            & Domain("company_id", "in", companies.ids)
            & Domain("is_open", "=", True)
            & Domain("state", "in", [s for s in OPEN_STATES if s != "waiting"]),
            ["handler_id"],
            ["work_minutes:sum"],
        ):
            load[user.id] = minutes or 0
        return load

    def _ticket_assigned(self, old):
        """Hook: these tickets have a handler, or another one (superuser).

        :param old: ``{ticket id: the handler before}``
        """
