from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        users._school_sync_partners()
        return users

    def write(self, vals):
        self._school_check_own_name(vals)
        result = super().write(vals)
        if {"company_id", "company_ids"} & vals.keys():
            self._school_sync_partners()
        return result

    def _school_check_own_name(self, vals):
        """Refuse that one of the staff calls himself like another.

        His name and title stand under what he signs and writes, also where he did so
        long ago.
        """
        if self.env.su or self.env.user.has_group("base.group_erp_manager"):
            return
        named = {"name", "job_title"} & vals.keys()
        for user in self.sudo() if named else ():
            if user.company_id.is_school and not user.share:
                if any(
                    (user[name] or False) != (vals[name] or False) for name in named
                ):
                    raise AccessError(
                        self.env._(
                            "Names and job titles of the staff are entered by the "
                            "administrator of the school."
                        )
                    )

    def _school_sync_partners(self):
        """Let the partner of a person belong to his school.

        Someone who works at several schools is found through his user instead.
        """
        homes = {}
        for user in self.sudo():
            schools = user.company_ids
            home = schools.id if len(schools) == 1 and schools.is_school else False
            partner = user.partner_id
            if (home or partner.company_id.is_school) and partner.company_id.id != home:
                homes.setdefault(home, partner.browse())
                homes[home] |= partner
        for home, partners in homes.items():
            partners.write({"company_id": home})

    def _school_employee(self, company):
        """Return the employee of this user in the school, as superuser, or none."""
        return (
            self.env["hr.employee"]
            .sudo()
            .search(
                [("user_id", "in", self.ids), ("company_id", "=", company.id)],
                order="id",
                limit=1,
            )
        )

    def _school_employees(self, company):
        """``{user id: employee}`` of those who work in the school, in one search."""
        found = (
            self.env["hr.employee"]
            .sudo()
            .search(
                [("user_id", "in", self.ids), ("company_id", "=", company.id)],
                order="id desc",
            )
        )
        return {employee.user_id.id: employee for employee in found}

    @api.model
    def _school_mail_user(self, company, email):
        """The one person of ``company`` who signs in and writes from this address.

        Ask only for a sender whom our own mail server found to be genuine.
        """
        if not email:
            return self.browse()
        users = self.sudo().search(
            [
                ("partner_id.email_normalized", "=", email),
                ("company_ids", "in", company.id),
            ],
            limit=2,
        )
        return users if len(users) == 1 else self.browse()

    def _school_departments(self, company):
        """Return ``{user: department}`` of several people in one query."""
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search_fetch(
                [("user_id", "in", self.ids), ("company_id", "=", company.id)],
                ["user_id", "department_id"],
                order="id desc",
            )
        )
        found = {employee.user_id.id: employee.department_id for employee in employees}
        none = self.env["hr.department"]
        return {user: found.get(user.id, none).sudo(self.env.su) for user in self}

    def _school_leaver_blockers(self, company):
        """Return sentences that say what this person still holds or owes.

        Engines and addons extend it (custody, open signatures …); a person leaves the
        school only when the list is empty.
        """
        self.ensure_one()
        sentences = []
        today = company._school_date()
        holders = (
            self.env["school.post.holder"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">", today),
                    "|",
                    ("user_id", "=", self.id),
                    ("deputy_id", "=", self.id),
                ]
            )
        )
        for holder in holders:
            post = holder.post_id.display_name
            if holder.user_id == self:
                sentences.append(
                    self.env._(
                        "Holds the post “%(post)s”: name a successor.", post=post
                    )
                )
            else:
                sentences.append(
                    self.env._("Is the deputy in the post “%(post)s”.", post=post)
                )
        departments = (
            self.env["hr.department"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    "|",
                    "|",
                    ("manager_id.user_id", "=", self.id),
                    ("school_supervisor_id", "=", self.id),
                    ("receiver_ids", "=", self.id),
                ]
            )
        )
        sentences += [
            self.env._(
                "Heads, supervises or receives for “%(department)s”: name another.",
                department=department.name,
            )
            for department in departments
        ]
        return sentences

    def _school_check_manageable(self, company):
        """People of this one school are looked after by its administrator."""
        for user in self:
            user_sudo = user.sudo()
            if (
                user_sudo.share
                or user_sudo.company_ids != company
                or user_sudo.has_group("base.group_erp_manager")
            ):
                raise UserError(
                    self.env._(
                        "The account of %(person)s is looked after by the operator of "
                        "the system.",
                        person=user.name,
                    )
                )

    def _school_leave(self, company):
        """Let people leave: no post, no delegation, no login any more."""
        today = company._school_date()
        for user in self:
            blockers = user._school_leaver_blockers(company)
            if blockers:
                raise UserError(
                    self.env._("%(person)s cannot leave yet:", person=user.name)
                    + "\n• "
                    + "\n• ".join(blockers)
                )
        delegations = (
            self.env["school.delegation"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "active"),
                    ("date_to", ">=", today),
                    "|",
                    ("user_id", "in", self.ids),
                    ("deputy_id", "in", self.ids),
                ]
            )
        )
        delegations.write(
            {
                "state": "revoked",
                "revoked_at": fields.Datetime.now(),
                "revoked_by_id": self.env.uid,
                "revoke_reason": self.env._("Left the school"),
            }
        )
        for user in self:
            employee = user._school_employee(company)
            if employee:
                employee._message_log(
                    body=self.env._(
                        "Left the school; entered by %(author)s.",
                        author=self.env.user.name,
                    )
                )
                employee.write({"active": False, "departure_date": today})
        self.sudo().active = False
