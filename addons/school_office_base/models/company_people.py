import secrets

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tools import single_email_re

# No letters or digits that look alike on paper.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class ResCompany(models.Model):
    """How people come into a school, without rights over users of the instance."""

    _inherit = "res.company"

    def _check_school_admin(self):
        """Whoever calls administers this very school, and works in it now."""
        self.ensure_one()
        if not (
            self.env.user.has_group("school_office_base.group_school_admin")
            and self in self.env.companies
        ):
            raise AccessError(
                self.env._("Only the administrator of the school can do this.")
            )
        if not self.sudo().is_school:
            raise AccessError(
                self.env._(
                    "%(company)s is not a school. Choose a school at the top right, or "
                    "open one under My Office › Schools.",
                    company=self.sudo().name,
                )
            )
        self.sudo()._check_school_is_open()

    @api.model
    def _school_new_password(self):
        """Return an initial password that can be read out and typed."""
        return "".join(secrets.choice(PASSWORD_LETTERS) for __ in range(12))

    def _school_check_person(self, name, login, email, user=None):
        """Refuse what cannot be a person, in sentences that tell nothing of others."""
        if not (name or "").strip():
            raise ValidationError(self.env._("Enter the name of the person."))
        login = (login or "").strip()
        if not login or any(c.isspace() for c in login):
            raise ValidationError(
                self.env._(
                    "“%(login)s” cannot be a login: use letters, digits or an e-mail "
                    "address, without spaces.",
                    login=login,
                )
            )
        if email and not single_email_re.match(email.strip()):
            raise ValidationError(
                self.env._("“%(email)s” is not an e-mail address.", email=email)
            )
        # Superuser: logins are unique in the instance, whoever has them. The sentence
        # is the same for every reason, so nobody learns who works elsewhere.
        taken = (
            self.env["res.users"]
            .sudo()
            .with_context(active_test=False)
            .search_count(
                [
                    (
                        "login",
                        "=ilike",
                        login.replace("\\", "\\\\").replace("_", r"\_"),
                    ),
                    ("id", "!=", user.id if user else 0),
                ],
                limit=1,
            )
        )
        if taken:
            raise ValidationError(
                self.env._(
                    "The login “%(login)s” cannot be used. Choose another one, for "
                    "example with the short code of the school in front.",
                    login=login,
                )
            )

    def _school_add_person(self, vals):
        """Create a user and employee of this school, and of no other; return the user.

        :param vals: ``name``, ``login``, and any of ``email``, ``phone``,
            ``job_title``, ``department`` (record), ``groups`` (our groups only),
            ``posts`` (records), ``password`` (else an invitation goes out by e-mail),
            ``lang``
        """
        self.ensure_one()
        self._school_check_person(
            vals.get("name"), vals.get("login"), vals.get("email")
        )
        groups = vals.get("groups") or self.env["res.groups"]
        forbidden = groups - groups._school_grantable()
        if forbidden:
            raise AccessError(
                self.env._(
                    "“%(group)s” is not given inside a school.",
                    group=forbidden[0].sudo().name,
                )
            )
        if not vals.get("password") and not vals.get("email"):
            raise ValidationError(
                self.env._(
                    "An invitation needs an e-mail address: enter one, or choose an "
                    "initial password."
                )
            )
        user = (
            self.env["res.users"]
            .sudo()
            .with_company(self)
            .with_context(no_reset_password=True, mail_create_nosubscribe=True)
            .create(
                {
                    "name": vals["name"].strip(),
                    "login": vals["login"].strip(),
                    "email": (vals.get("email") or "").strip() or False,
                    "company_id": self.id,
                    "company_ids": [Command.set(self.ids)],
                    "group_ids": [
                        Command.set((self.env.ref("base.group_user") | groups).ids)
                    ],
                    "tz": str(self._school_tz()),
                    "lang": vals.get("lang") or self.partner_id.lang or self.env.lang,
                    **({"password": vals["password"]} if vals.get("password") else {}),
                }
            )
        )
        self.env["hr.employee"].sudo().with_company(self).create(
            {
                "name": user.name,
                "user_id": user.id,
                "company_id": self.id,
                "department_id": vals["department"].id
                if vals.get("department")
                else False,
                "job_title": vals.get("job_title"),
                "work_phone": vals.get("phone"),
                "work_email": user.email,
            }
        )
        today = self._school_date()
        self.env["school.post.holder"].sudo().create(
            [
                {"post_id": post.id, "user_id": user.id, "date_from": today}
                for post in vals.get("posts") or ()
            ]
        )
        if not vals.get("password"):
            self._school_invite(user)
        return user.sudo(self.env.su)

    def _school_invite(self, user):
        """Send the link with which a person sets his password, outside this request."""
        user.sudo().partner_id.signup_prepare(signup_type="signup")
        template = self.env.ref("auth_signup.set_password_email").sudo()
        template.with_context(create_user=True).send_mail(
            user.id,
            force_send=False,
            email_values={"email_to": user.email, "message_type": "user_notification"},
        )
