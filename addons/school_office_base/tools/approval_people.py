"""Who decides a step: the search for people, with what it found on the way.

One finder serves one call, however many records it is about: each post and department
is looked up once, so the number of queries follows the number of different posts and
departments, not of records.
"""

from dataclasses import dataclass, field

from odoo.api import Environment

from .people import read_people


@dataclass
class Found:
    """The people of one step for one record, and how they were found."""

    users: object
    note: str = ""
    problem: str = ""
    barred: object = None
    is_fallback: bool = False


@dataclass
class Finder:
    env: Environment
    cache: dict = field(default_factory=dict)
    # Ids of users who will be asked for, to be read with the first of them.
    expected: set = field(default_factory=set)

    def _once(self, key, search):
        if key not in self.cache:
            self.cache[key] = search()
        return self.cache[key]

    def expect(self, nodes):
        """Say which steps people will be asked for."""
        everybody = nodes.sudo().with_context(active_test=False).user_ids
        self.expected.update(everybody._ids)

    def of_post(self, post):
        return self._once(("post", post), lambda: self._active(post.sudo()._users()))

    def of_department(self, department, kind):
        method = {
            "department_head": "_head_users",
            "supervisor": "_supervisor_users",
        }[kind]
        return self._once(
            (kind, department),
            lambda: self._active(getattr(department.sudo(), method)()),
        )

    def _active(self, users):
        # Whoever decides is read with those who come next.
        if users:
            everybody = users.browse({*users._ids, self.env.uid, *self.expected})
            read_people(everybody)
        return users.filtered(lambda user: user.active and not user.share)

    def _candidates(self, record, node, choices):
        """Return the people the step itself names, and why there are none."""
        users = self.env["res.users"]
        if node.who == "post":
            users = self.of_post(node.post_id)
            return users, self.env._(
                "nobody holds the post “%(post)s”",
                post=node.post_id.sudo().display_name,
            )
        if node.who in ("department_head", "supervisor"):
            department = record._approval_department()
            if not department:
                return users, self.env._("the record names no department")
            users = self.of_department(department, node.who)
            if node.who == "department_head":
                return users, self.env._(
                    "%(department)s has no head", department=department.sudo().name
                )
            return users, self.env._(
                "no supervising leader is named for %(department)s",
                department=department.sudo().name,
            )
        if node.who == "users":
            # Those who left are sorted out here, when all have been read together.
            users = node.with_context(active_test=False).user_ids
            return self._active(users), self.env._("the people named have left")
        if node.who == "record_field":
            people = record.sudo().mapped(node.user_field)
            if people._name == "hr.employee":
                people = people.user_id
            return self._active(people), self.env._(
                "the record names nobody in that place"
            )
        chosen = users.browse(choices.get(node.key, ())).exists()
        allowed = chosen.filtered(lambda user: record.company_id in user.company_ids)
        if node.user_ids:
            allowed &= node.user_ids
        return self._active(allowed), self.env._("nobody has been chosen yet")

    def find(self, record, node, barred, choices, decided=None):
        """Return who decides ``node`` for ``record``.

        :param barred: applicant, author and beneficiaries: they never decide.
        :param decided: who has decided other steps of the case; at a four-eyes step
        they
            do not decide either.
        """
        record, node = record.sudo(), node.sudo()
        out = barred | (decided or barred.browse()) if node.four_eyes else barred
        candidates, reason = self._candidates(record, node, choices)
        users = candidates - out
        needed = node.required_count if node.mode == "count" else 1
        if len(users) >= needed:
            return Found(users, barred=candidates & out)
        if candidates & out:
            reason = self.env._(
                "%(people)s may not decide this case",
                people=", ".join((candidates & out).mapped("name")),
            )
        if users and len(users) < needed:
            reason = self.env._(
                "%(needed)s people must agree and only %(found)s can",
                needed=needed,
                found=len(users),
            )
        if node.who == "choice" and not candidates:
            return Found(
                users,
                problem=self.env._("Choose who decides “%(step)s”.", step=node.name),
            )
        fallback = self.env["res.users"]
        if node.fallback_post_id:
            fallback |= self.of_post(node.fallback_post_id)
        fallback |= self._active(node.fallback_user_id)
        together = (users | fallback) - out
        if needed > 1 and len(together) >= needed:
            users = together
        elif needed == 1 and fallback - out:
            users = fallback - out
        else:
            return Found(
                users, problem=self._problem(node, reason), barred=candidates & out
            )
        return Found(
            users,
            note=self.env._(
                "%(reason)s: %(people)s decides instead",
                reason=reason[:1].upper() + reason[1:],
                people=", ".join(users.mapped("name")),
            ),
            barred=candidates & out,
            is_fallback=True,
        )

    def _problem(self, node, reason):
        fallback = (
            node.fallback_post_id.display_name or node.fallback_user_id.name or ""
        )
        admins = self._once(
            ("admins", node.company_id), lambda: self._administrators(node.company_id)
        )
        sentence = self.env._(
            "Step “%(step)s” at %(school)s: %(reason)s",
            step=node.name,
            school=node.company_id.name,
            reason=reason,
        )
        if fallback:
            sentence += self.env._(
                ", and the fallback “%(fallback)s” finds nobody who may decide either",
                fallback=fallback,
            )
        if admins:
            return sentence + self.env._(
                ". %(admins)s can name a holder under Configuration, Posts.",
                admins=", ".join(admins.mapped("name")),
            )
        return sentence + self.env._(
            ". The school administrator can name a holder under Configuration, Posts."
        )

    def _administrators(self, company):
        group = self.env.ref("school_office_base.group_school_admin")
        return (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", group.id),
                    ("company_ids", "in", company.id),
                    ("share", "=", False),
                ],
                limit=3,
            )
        )
