from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from .ticket_complaint import VOICES


class SchoolTicket(models.Model):
    """Conflict of interest: whom a complaint is about never sees it, nor do his people.

    ``excluded_user_ids`` is stored, so one global rule keeps them from the ticket and
    from all that hangs on it, whatever their groups. The people who deal with it are
    found among the others: the office director and the coordination post, or, if the
    director is concerned, the leader above.
    """

    _inherit = "school.ticket"

    _server_fields = frozenset({"has_accused"})

    accused_user_ids = fields.Many2many(
        "res.users",
        "school_ticket_accused_rel",
        "ticket_id",
        "user_id",
        "Complains About",
        copy=False,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
        help="They and everyone under them are kept out of this complaint.",
    )
    has_accused = fields.Boolean("Somebody Is Kept Out", readonly=True, copy=False)

    _accused_idx = models.Index("(company_id) WHERE has_accused IS TRUE")

    # What follows from the people concerned

    @api.model
    def _complete(self, vals_list, author):
        rows = super()._complete(vals_list, author)
        Service = self.env["school.service"].sudo()
        # Most requests are no complaints and accuse nobody: these cost no query.
        concerned = [
            row
            for row in rows
            if Service.browse(row["service_id"]).kind in VOICES or self._accused_of(row)
        ]
        for company_id, own in self._by_company(concerned).items():
            company = self.env["res.company"].sudo().browse(company_id)
            everybody = {user for row in own for user in self._accused_of(row)}
            self._check_accused(company, everybody)
            subordinates = self._subordinates(company, everybody)
            readers = self._complaint_readers(company)
            staff = self._staff_named(company, own)
            for row in own:
                accused = self._accused_of(row)
                self._check_writer(row, author, accused)
                accused |= self._named_in_text(row, readers, staff) - {author.id}
                excluded = self._excluded(
                    company, accused, row.get("requester_user_id"), subordinates
                )
                self._check_writer(row, author, excluded)
                self._route_around(company, row, accused, excluded, readers, author)
        return rows

    @api.model
    def _check_accused(self, company, user_ids):
        users = self.env["res.users"].sudo().browse(user_ids)
        if any(user.share or company not in user.company_ids for user in users):
            raise UserError(
                self.env._("Choose people who work at %(school)s.", school=company.name)
            )

    @api.model
    def _check_writer(self, row, author, excluded):
        """Nobody writes down a complaint about himself or his own leader.

        His own complaint he may make; a letter of the box he only copies, and does not
        see again.
        """
        if (
            author.id in excluded
            and not author._is_superuser()
            and row.get("requester_user_id") != author.id
            and row.get("channel") != "box"
        ):
            raise UserError(
                self.env._(
                    "You are concerned by this complaint, or work under somebody who "
                    "is. Let somebody else write it down, or give the person the "
                    "public page."
                )
            )

    @api.model
    def _by_company(self, rows):
        grouped = defaultdict(list)
        for row in rows:
            grouped[row["company_id"]].append(row)
        return grouped

    @api.model
    def _accused_of(self, row):
        """The ids of those whom the values of a new ticket accuse.

        A part of a complaint, or what follows it, is about the same people.
        """
        field = self._fields["accused_user_ids"]
        before = self.sudo().browse(
            [row[name] for name in ("split_from_id", "continues_id") if row.get(name)]
        )
        found = set(before.accused_user_ids.ids)
        for command in row.get("accused_user_ids") or ():
            if isinstance(command, int):
                found.add(command)
            elif command[0] == Command.LINK:
                found.add(command[1])
            elif command[0] == Command.SET:
                found |= set(command[2])
            elif command[0] in (Command.UNLINK, Command.DELETE):
                found.discard(command[1])
            elif command[0] != Command.CLEAR:
                raise UserError(
                    self.env._(
                        "“%(field)s”: choose people of the school.",
                        field=field._description_string(self.env),
                    )
                )
        return found

    @api.model
    def _named_in_text(self, row, readers, staff):
        """Those whose full name stands in what was written.

        Who complains writes a name, and does not know who reads complaints. Everybody
        of the school who is named as the one complained about is kept out, and so is a
        reader of complaints who is named anywhere in the words; another one may let him
        in again, with a reason.
        """
        accused = self._folded(row.get("accused_text"))
        everything = accused + "".join(
            self._folded(row.get(name)) for name in ("name", "details", "answers_text")
        )
        named = set()
        for users, text in ((staff, accused), (readers["all"], everything)):
            for user in users if text else ():
                name = self._folded(user.name)
                if len(name) > 1 and name in text:
                    named.add(user.id)
        return named

    @api.model
    def _folded(self, text):
        return "".join(str(text or "").split()).casefold()

    @api.model
    def _staff_named(self, company, rows):
        """The staff of a school, if somebody of it may be named in these rows."""
        Users = self.env["res.users"].sudo()
        if not any(row.get("accused_text") for row in rows):
            return Users
        return Users.search_fetch(
            [("company_ids", "in", company.ids), ("share", "=", False)], ["name"]
        )

    @api.model
    def _complaint_readers(self, company):
        """``{key: users}``: who may come to read complaints, in the order of asking."""
        Post = self.env["school.post"].sudo()
        found = {
            code: Post._find(company, code)._users().sudo()
            for code in (
                "director",
                "coordination",
                "supervising_leader",
                "top_management",
            )
        }
        found["outside"] = company.sudo().school_complaint_conflict_user_ids
        found["safeguarding"] = company.sudo()._school_safeguarding_people()
        found["all"] = self.env["res.users"].sudo().union(*found.values())
        return found

    @api.model
    def _subordinates(self, company, accused_ids):
        """``{user id: ids of everyone under him}`` in a constant number of queries.

        Under somebody is who works in a department that he heads or supervises, or in
        one below it.
        """
        under = {user_id: set() for user_id in accused_ids}
        if not under:
            return under
        Department = self.env["hr.department"].sudo().with_context(active_test=False)
        led = Department.search(
            Domain("company_id", "=", company.id)
            & (
                Domain("manager_id.user_id", "in", list(under))
                | Domain("school_supervisor_id", "in", list(under))
            )
        )
        if not led:
            return under
        below = Department.search([("id", "child_of", led.ids)])
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("department_id", "in", below.ids),
                    ("user_id", "!=", False),
                ],
                ["user_id", "department_id"],
            )
        )
        paths = {
            department.id: {
                int(i) for i in (department.parent_path or "").split("/") if i
            }
            for department in below
        }
        for department in led:
            leaders = department.manager_id.user_id | department.school_supervisor_id
            people = {
                employee.user_id.id
                for employee in employees
                if department.id in paths[employee.department_id.id]
            }
            for leader in leaders:
                if leader.id in under:
                    under[leader.id] |= people - {leader.id}
        return under

    @api.model
    def _excluded(self, company, accused_ids, requester_id, subordinates):
        """Ids of those who are kept out; who complains about his head sees his own."""
        missing = set(accused_ids) - subordinates.keys()
        subordinates.update(self._subordinates(company, missing))
        excluded = set(accused_ids)
        for user_id in accused_ids:
            excluded |= subordinates[user_id]
        outside = company.sudo().school_complaint_conflict_user_ids.ids
        spared = {requester_id, *outside} - set(accused_ids)
        return excluded - spared

    @api.model
    def _route_around(self, company, row, accused, excluded, readers, author):
        """Write into a new row who is kept out, who sees it and which post acts."""
        excluded, people, post = self._who_deals(company, accused, excluded, readers)
        restricted = (
            row.get("visibility") == "named" or accused or row.get("is_anonymous")
        )
        row.update(
            accused_user_ids=[Command.set(sorted(accused))],
            excluded_user_ids=[Command.set(sorted(excluded))],
            has_accused=bool(excluded),
        )
        if not restricted:
            return
        named = set(
            self.env["school.service"]
            .sudo()
            .browse(row["service_id"])
            .named_user_ids.ids
        )
        named |= set(people.ids)
        if (
            not author.share
            and not author._is_superuser()
            and not row.get("is_anonymous")
        ):
            # Whoever wrote it down at the counter knows it.
            named.add(author.id)
        row.update(
            visibility="named",
            allowed_user_ids=[Command.set(sorted(named - excluded))],
        )
        if post:
            row["post_id"] = post.id

    @api.model
    def _who_deals(self, company, accused, excluded, readers):
        """Return (excluded ids, users who deal with it, post it goes to, if another).

        The director and the coordination post; if the director is kept out, the leader
        above him; if that one is, the principal; then whom the school named for this.
        A complaint is never left without anybody: in the last resort a leader who is
        only under the accused deals with it.
        """
        Post = self.env["school.post"].sudo()

        def free(code):
            return readers[code].filtered(lambda user: user.id not in excluded)

        director = free("director")
        if director or not readers["director"]:
            people = director | free("coordination")
            if people:
                return excluded, people, None
        for code in ("supervising_leader", "top_management"):
            people = free(code)
            if people:
                return excluded, people, Post._find(company, code)
        people = free("outside")
        if people:
            return excluded, people, None
        for code in ("top_management", "supervising_leader", "director"):
            people = readers[code].filtered(lambda user: user.id not in accused)
            if people:
                return excluded - set(people.ids), people, Post._find(company, code)
        return excluded, people, None

    @api.model
    def _routing_excluded(self, row):
        excluded = super()._routing_excluded(row)
        for command in row.get("excluded_user_ids") or ():
            excluded |= set(command[2])
        return excluded
