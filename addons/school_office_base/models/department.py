from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class HrDepartment(models.Model):
    """What the rules of a school office ask of a department (BASE-18)."""

    _inherit = "hr.department"
    _check_company_auto = True

    school_head_id = fields.Many2one(
        "res.users",
        "Head",
        compute="_compute_school_head_id",
        inverse="_inverse_school_head_id",
        search="_search_school_head_id",
        compute_sudo=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    school_supervisor_id = fields.Many2one(
        "res.users",
        "Supervising Leader",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: whoever holds the post of supervising leader.",
    )
    receiver_ids = fields.Many2many(
        "res.users",
        "school_department_receiver_rel",
        "department_id",
        "user_id",
        "Receivers",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="They sign for documents of the department; its head always may.",
    )
    is_teaching = fields.Boolean("Teaching Department", tracking=True)
    distribution_sequence = fields.Integer(
        "Distribution Order",
        default=100,
        index=True,
        help="Documents are distributed to departments in this order.",
    )
    school_contact = fields.Char(
        "Directory Contact",
        help="Telephone or room by which the department is reached.",
    )

    @api.depends("manager_id.user_id")
    def _compute_school_head_id(self):
        for department in self:
            department.school_head_id = department.manager_id.user_id

    def _inverse_school_head_id(self):
        """Make the employee of that user the manager.

        Superuser for the employee only: the caller's right to write the department was
        checked by the write that brought us here.
        """
        self.check_access("write")
        for department in self:
            user = department.school_head_id.sudo()
            employee = user._school_employee(department.company_id)
            if user and not employee:
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work at %(school)s.",
                        person=user.name,
                        school=department.company_id.name,
                    )
                )
            department.sudo().manager_id = employee

    def _search_school_head_id(self, operator, value):
        return [("manager_id.user_id", operator, value)]

    @api.constrains("manager_id", "company_id")
    def _check_school_manager(self):
        # Core lets the head of a department be an employee of any company.
        for department in self.sudo():
            school = department.company_id
            if school.is_school and department.manager_id.company_id not in (
                school.browse(),
                school,
            ):
                raise ValidationError(
                    self.env._(
                        "Only staff of %(school)s can lead or receive for "
                        "“%(department)s”.",
                        school=school.name,
                        department=department.name,
                    )
                )

    @api.constrains("school_supervisor_id", "receiver_ids")
    def _check_school_people(self):
        for department in self.sudo():
            people = department.school_supervisor_id | department.receiver_ids
            for user in people:
                if user.share or department.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "Only staff of %(school)s can lead or receive for "
                            "“%(department)s”.",
                            school=department.company_id.name,
                            department=department.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        departments = super().create(vals_list)
        departments.company_id.sudo()._check_school_is_open()
        return departments

    def write(self, vals):
        self.company_id.sudo()._check_school_is_open()
        if "company_id" in vals and any(
            department.company_id and department.company_id.id != vals["company_id"]
            for department in self
        ):
            raise UserError(self.env._("A department stays in its school."))
        return super().write(vals)

    def action_school_people(self):
        """Open the directory on the people of this department."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.school_people_action"
        )
        action["context"] = {"search_default_department_id": self.id}
        return action

    def _ancestors(self):
        """Return ``{department: departments from itself up to the top}``, in sudo."""
        departments_sudo = self.sudo()
        paths = {
            department.id: [
                int(i) for i in (department.parent_path or "").split("/") if i
            ]
            for department in departments_sudo
        }
        # One read for all, so that walking up costs nothing more.
        every = self.sudo().browse({i for path in paths.values() for i in path})
        by_id = {department.id: department for department in every}
        return {
            department: [by_id[i] for i in reversed(paths[department.id])]
            for department in self
        }

    def _heads(self):
        """Return ``{department: users}``: its head, or the nearest one above it."""
        heads = {}
        for department, line in self._ancestors().items():
            users = self.env["res.users"]
            for ancestor in line:
                users = ancestor.manager_id.user_id.filtered("active")
                if users:
                    break
            heads[department] = users.sudo(self.env.su)
        return heads

    @api.model
    def _led_by(self, users):
        """Return the departments of which one of ``users`` is the head (``_heads``)."""
        # sudo: employees may not read one another's posts; only ids are compared
        departments_sudo = self.sudo()
        headed = departments_sudo.search([("manager_id.user_id", "in", users.ids)])
        if not headed:
            return headed
        # A department without a head is headed by the nearest one above it.
        below = departments_sudo.search([("id", "child_of", headed.ids)])
        heads = below._heads()
        return below.filtered(lambda department: heads[department] & users)

    def _head_users(self):
        """Return the heads of these departments; without one, the nearest above."""
        return self.env["res.users"].union(*self._heads().values())

    def _supervisors(self):
        """Return ``{department: users}``: who supervises each department.

        The department's own supervising leader, else the nearest above it, else the
        holders of the post (the department's own post first).
        """
        supervisors, vacant = {}, self.browse()
        for department, line in self._ancestors().items():
            users = self.env["res.users"]
            for ancestor in line:
                users = ancestor.school_supervisor_id.filtered("active")
                if users:
                    break
            supervisors[department] = users.sudo(self.env.su)
            if not users:
                vacant |= department
        if vacant:
            posts = (
                self.env["school.post"]
                .sudo()
                .search(
                    [
                        ("company_id", "in", vacant.sudo().company_id.ids),
                        ("code", "=", "supervising_leader"),
                        ("department_id", "in", [*vacant.ids, False]),
                    ]
                )
            )
            holders = posts._users_by_post()
            by_place = {
                (post.company_id, post.department_id): holders[post.id]
                for post in posts
            }
            for department in vacant:
                company = department.sudo().company_id
                users = by_place.get((company, department.sudo())) or by_place.get(
                    (company, self.env["hr.department"])
                )
                if users:
                    supervisors[department] = users.sudo(self.env.su)
        return supervisors

    def _supervisor_users(self):
        """Return the supervising leaders of these departments."""
        return self.env["res.users"].union(*self._supervisors().values())

    def _receivers(self):
        """Return ``{department: users}`` who may sign for what it receives."""
        heads = self._heads()
        return {
            department: heads[department]
            | department.sudo().receiver_ids.filtered("active").sudo(self.env.su)
            for department in self
        }

    def _receiver_users(self):
        """Return who may sign for these departments: receivers and heads."""
        return self.env["res.users"].union(*self._receivers().values())
