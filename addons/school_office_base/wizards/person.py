from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command


class SchoolPersonWizard(models.TransientModel):
    """Bring a person into the school, or change his department, posts and roles.

    The school administrator has no right over users or employees; this form does for
    him what concerns his own school, and refuses everything else.
    """

    _name = "school.person.wizard"
    _description = "Person of the School"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda s: s.env.company
    )
    employee_id = fields.Many2one("hr.employee.public", "Person", readonly=True)
    user_id = fields.Many2one("res.users", compute="_compute_user_id")
    name = fields.Char(
        "Full Name", compute="_compute_person", store=True, readonly=False
    )
    login = fields.Char(
        compute="_compute_person",
        store=True,
        readonly=False,
        help="With this the person signs in: an e-mail address or a short name.",
    )
    email = fields.Char("E-mail", compute="_compute_person", store=True, readonly=False)
    phone = fields.Char(compute="_compute_person", store=True, readonly=False)
    job_title = fields.Char(compute="_compute_person", store=True, readonly=False)
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_person",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    post_ids = fields.Many2many(
        "school.post",
        string="Posts",
        compute="_compute_person",
        store=True,
        readonly=False,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    grantable_group_ids = fields.Many2many(
        "res.groups", compute="_compute_grantable_group_ids"
    )
    group_ids = fields.Many2many(
        "res.groups",
        "school_person_wizard_group_rel",
        string="Roles",
        compute="_compute_person",
        store=True,
        readonly=False,
        domain="[('id', 'in', grantable_group_ids)]",
        help="Roles open menus. Who approves what is decided by posts.",
    )
    access = fields.Selection(
        [
            ("password", "Show an initial password"),
            ("invite", "Send an invitation by e-mail"),
        ],
        "First Sign-in",
        required=True,
        default="password",
    )
    password = fields.Char("Initial Password", readonly=True)
    is_done = fields.Boolean(readonly=True)

    @api.depends("employee_id")
    def _compute_user_id(self):
        for wizard in self:
            wizard.user_id = wizard.employee_id.user_id

    def _compute_grantable_group_ids(self):
        groups = self.env["res.groups"]._school_grantable_groups()
        self.grantable_group_ids = groups

    @api.depends("employee_id")
    def _compute_person(self):
        grantable = self.env["res.groups"]._school_grantable_groups()
        for wizard in self.filtered("employee_id"):
            person = wizard.employee_id
            user_sudo = person.user_id.sudo()
            wizard.name = person.name
            wizard.login = user_sudo.login
            wizard.email = person.work_email
            wizard.phone = person.work_phone
            wizard.job_title = person.sudo().job_title
            wizard.department_id = person.department_id
            wizard.group_ids = user_sudo.group_ids & grantable
            wizard.post_ids = wizard._held().post_id

    @api.onchange("login")
    def _onchange_login(self):
        if "@" in (self.login or "") and not self.email:
            self.email = self.login

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # Shown by this form, never entered in it.
            vals.pop("password", None)
            vals.pop("is_done", None)
            if (
                vals.get("company_id", self.env.company.id)
                not in self.env.companies.ids
            ):
                raise AccessError(self.env._("You do not work at this school."))
        return super().create(vals_list)

    def _held(self):
        """Return the current post rows of the person."""
        return self.env["school.post.holder"].search(
            [
                ("user_id", "=", self.employee_id.user_id.id),
                ("company_id", "=", self.company_id.id),
                ("is_current", "=", True),
            ]
        )

    def action_confirm(self):
        """Create or change the person."""
        self.ensure_one()
        company = self.company_id
        company._check_school_admin()
        self.department_id.check_access("read")
        self.post_ids.check_access("read")
        groups = self.group_ids
        if groups - groups._school_grantable():
            raise AccessError(self.env._("This role is not given inside a school."))
        if self.employee_id:
            self._change_person()
            return {"type": "ir.actions.act_window_close"}
        password = False
        if self.access == "password":
            password = company._school_new_password()
        user = company._school_add_person(
            {
                "name": self.name,
                "login": self.login,
                "email": self.email,
                "phone": self.phone,
                "job_title": self.job_title,
                "department": self.department_id,
                "posts": self.post_ids,
                "groups": groups,
                "password": password,
            }
        )
        self._log(user, self.env._("Added by %(author)s.", author=self.env.user.name))
        # Superuser: the password is shown once, no client may set it.
        self.sudo().write({"password": password, "is_done": True})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(person)s Can Sign In", person=user.sudo().name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _change_person(self):
        company, person = self.company_id, self.employee_id
        person.check_access("read")
        if person.company_id != company:
            raise AccessError(self.env._("This person works at another school."))
        user = person.user_id
        if user:
            user._school_check_manageable(company)
            company._school_check_person(self.name, self.login, self.email, user)
            self._change_roles(user)
            user.sudo().write({"name": self.name.strip(), "login": self.login.strip()})
            self._change_posts(user)
        elif not (self.name or "").strip():
            raise ValidationError(self.env._("Enter the name of the person."))
        # Superuser: employees are written for the administrator of their own school.
        self.env["hr.employee"].sudo().browse(person.id).write(
            {
                "name": self.name.strip(),
                "department_id": self.department_id.id,
                "job_title": self.job_title,
                "work_phone": self.phone,
                "work_email": (self.email or "").strip() or False,
            }
        )

    def _change_roles(self, user):
        grantable = self.env["res.groups"]._school_grantable_groups()
        old = user.sudo().group_ids & grantable
        new = self.group_ids & grantable
        if old == new:
            return
        user.sudo().group_ids = [
            *(Command.unlink(group.id) for group in old - new),
            *(Command.link(group.id) for group in new - old),
        ]
        self._log(
            user,
            self.env._(
                "Roles set to %(roles)s by %(author)s.",
                roles=", ".join(new.mapped("name")) or self.env._("none"),
                author=self.env.user.name,
            ),
        )

    def _change_posts(self, user):
        held = self._held()
        posts_held = held.post_id
        today = self.company_id._school_date()
        for holder in held.filtered(lambda h: h.post_id not in self.post_ids):
            if holder._has_begun():
                holder.date_to = today
            else:
                holder.unlink()
        self.env["school.post.holder"].create(
            [
                {"post_id": post.id, "user_id": user.id, "date_from": today}
                for post in self.post_ids - posts_held
            ]
        )

    def _log(self, user, sentence):
        employee = user._school_employee(self.company_id)
        if employee:
            employee._message_log(body=sentence)

    def action_send_link(self):
        """Send the person a link to set a new password."""
        self.ensure_one()
        self.company_id._check_school_admin()
        user = self.employee_id.user_id
        user._school_check_manageable(self.company_id)
        if not user.sudo().email:
            raise ValidationError(
                self.env._("%(person)s has no e-mail address.", person=user.name)
            )
        self.company_id._school_invite(user.sudo())
        user._account_note_link()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "A link goes to %(email)s.", email=user.sudo().email
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
