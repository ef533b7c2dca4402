import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from .company import DEFAULT_HOURS, DEFAULT_TZ

_lt = LazyTranslate(__name__)

# (code, name, teaching): what most schools have; the wizard lets the operator choose.
STANDARD_DEPARTMENTS = (
    ("office", _lt("General Office"), False),
    ("teaching", _lt("Teaching Affairs"), True),
    ("moral", _lt("Moral Education"), False),
    ("research", _lt("Teaching Research"), True),
    ("logistics", _lt("General Affairs"), False),
    ("finance", _lt("Finance"), False),
    ("personnel", _lt("Personnel"), False),
    ("information", _lt("Information Centre"), False),
    ("security", _lt("Security"), False),
    ("library", _lt("Library"), False),
    ("clinic", _lt("School Clinic"), False),
)

# Who is there on the first day: (posts, groups of the suite).
FIRST_PEOPLE = {
    "principal": (("top_management",), ()),
    "director": (("director",), ("group_office_director",)),
    "administrator": ((), ("group_school_admin",)),
    "clerk": (("document_clerk",), ("group_office_clerk",)),
}


class ResCompany(models.Model):
    """Opening and closing a school: the operator's two acts."""

    _inherit = "res.company"

    school_user_count = fields.Integer(
        "Users", compute="_compute_school_user_count", groups="base.group_system"
    )

    def _compute_school_user_count(self):
        counts = dict(
            self.env["res.users"]
            .sudo()
            ._read_group(
                [("company_ids", "in", self.ids), ("share", "=", False)],
                ["company_ids"],
                ["__count"],
            )
        )
        for company in self:
            company.school_user_count = counts.get(company, 0)

    @api.model
    def _check_operator(self):
        if not (self.env.su or self.env.user.has_group("base.group_system")):
            raise AccessError(
                self.env._("Only the operator of the system opens and closes schools.")
            )

    @api.model
    def _school_open(self, vals):
        """Open a school that works at once, and return it.

        Company, working calendar, posts, flows, limits, series, registers (through
        ``_school_set_up``, which every addon extends), departments and the first
        people, who belong to this school and to no other. All or nothing.

        :param vals: ``name``, ``school_code``; optional ``tz``, ``hours`` (stretches of
            the day), ``lang``, ``departments`` (codes of the standard list, or names),
            ``people`` (dicts: ``role``, ``name``, ``login``, ``email``, ``password``;
            without a password an invitation goes out), and columns of the company.
        """
        self._check_operator()
        vals = dict(vals)
        people = vals.pop("people", ())
        departments = vals.pop("departments", ())
        lang = vals.pop("lang", None) or self.env.lang
        calendar_vals = {
            "hours": tuple(vals.pop("hours", None) or DEFAULT_HOURS),
            "tz": vals.pop("tz", None) or DEFAULT_TZ,
        }
        self._check_school_opening(vals, calendar_vals, people)
        # The operator runs the instance, he does not work at the school: as superuser
        # the new company is not added to those he works for.
        root = self.with_user(SUPERUSER_ID).with_context(
            lang=lang, tracking_disable=True, mail_create_nosubscribe=True
        )
        china = self.env.ref("base.cn")
        company = root.create(
            {
                "is_school": True,
                "currency_id": self.env.ref("base.CNY").id,
                **vals,
            }
        )
        # A calendar that exists before its company forgets its hours when it gets one.
        hours = company._school_calendar_values(**calendar_vals)
        company.resource_calendar_id.write(
            {
                "tz": hours["tz"],
                "attendance_ids": [Command.clear(), *hours["attendance_ids"]],
            }
        )
        # On the partner, not on the company: there a country may install accounting.
        company.partner_id.write({"lang": lang, "country_id": china.id})
        company._school_set_up()
        by_code = company._school_add_departments(departments)
        company._school_add_first_people(people, by_code, lang)
        return company.with_env(self.env)

    @api.model
    def _check_school_opening(self, vals, calendar_vals, people):
        """Refuse what cannot become a school before anything is made."""
        name = (vals.get("name") or "").strip()
        code = (vals.get("school_code") or "").strip()
        if not name or not code:
            raise ValidationError(
                self.env._("A school needs a name and a short code for its numbers.")
            )
        companies = self.sudo().with_context(active_test=False)
        if companies.search_count([("name", "=ilike", _like(name))], limit=1):
            raise ValidationError(
                self.env._(
                    "There is already a school or company “%(name)s”.", name=name
                )
            )
        if companies.search_count([("school_code", "=ilike", _like(code))], limit=1):
            raise ValidationError(
                self.env._(
                    "The short code “%(code)s” belongs to another school.", code=code
                )
            )
        if calendar_vals["tz"] not in pytz.all_timezones_set:
            raise ValidationError(
                self.env._("There is no time zone “%(tz)s”.", tz=calendar_vals["tz"])
            )
        last = 0
        for start, stop in calendar_vals["hours"]:
            if not last <= start < stop <= 24:
                raise ValidationError(
                    self.env._(
                        "The service hours do not fit: each stretch ends after it "
                        "begins, and lunch lies between them."
                    )
                )
            last = stop
        logins = [(person.get("login") or "").strip().lower() for person in people]
        for login in logins:
            if logins.count(login) > 1:
                raise ValidationError(
                    self.env._("The login “%(login)s” is there twice.", login=login)
                )
        for person in people:
            self._school_check_person(
                person.get("name"), person.get("login"), person.get("email")
            )
            if person.get("role") not in FIRST_PEOPLE:
                raise ValidationError(
                    self.env._(
                        "Choose what %(person)s does at the school.",
                        person=person["name"],
                    )
                )

    def _school_add_departments(self, departments):
        """Create departments by their standard code or by name; return them by code."""
        self.ensure_one()
        standard = {code: (name, flag) for code, name, flag in STANDARD_DEPARTMENTS}
        vals_list = []
        for number, key in enumerate(departments, 1):
            name, is_teaching = standard.get(key, (None, False))
            vals_list.append(
                {
                    "name": name._translate("en_US") if name else key,
                    "company_id": self.id,
                    "is_teaching": is_teaching,
                    "distribution_sequence": number * 10,
                }
            )
        created = (
            self.env["hr.department"]
            .sudo()
            .with_context(lang="en_US", mail_create_nolog=True)
            .create(vals_list)
        )
        for key, department in zip(departments, created, strict=True):
            if key in standard:
                self._seed_translations(department, "name", standard[key][0])
        return dict(zip(departments, created, strict=True))

    def _school_add_first_people(self, people, departments, lang):
        office = departments.get("office", self.env["hr.department"])
        for person in people:
            posts, groups = FIRST_PEOPLE[person["role"]]
            found = self.env["school.post"]
            for code in posts:
                found |= found._find(self, code)
            user = self._school_add_person(
                {
                    **person,
                    "lang": lang,
                    "posts": found,
                    "department": office if person["role"] != "principal" else None,
                    "groups": self.env["res.groups"].union(
                        *(
                            self.env.ref(f"school_office_base.{group}")
                            for group in groups
                        )
                    ),
                }
            )
            if person["role"] == "director" and office and not office.manager_id:
                office.sudo().manager_id = user._school_employee(self)

    def _school_close(self, reason):
        """Close: everything stays readable and can be exported, nothing changes."""
        self._check_operator()
        reason = self._check_reason(reason)
        for school in self.sudo():
            if not school.is_school or school.school_state == "closed":
                raise UserError(
                    self.env._("%(school)s is not an open school.", school=school.name)
                )
        self.sudo().write(
            {
                "school_state": "closed",
                "school_closed_at": fields.Datetime.now(),
                "school_closed_reason": reason,
            }
        )
        self._school_log_state(
            self.env._(
                "Closed by %(author)s: %(reason)s",
                author=self.env.user.name,
                reason=reason,
            )
        )

    def _school_reopen(self, reason):
        """Open a closed school again."""
        self._check_operator()
        reason = self._check_reason(reason)
        for school in self.sudo():
            if not school.is_school or school.school_state != "closed":
                raise UserError(
                    self.env._("%(school)s is not closed.", school=school.name)
                )
        self.sudo().write(
            {
                "school_state": "open",
                "school_closed_at": False,
                "school_closed_reason": False,
            }
        )
        # What addons and updates brought while it was closed.
        self.sudo()._school_set_up()
        self._school_log_state(
            self.env._(
                "Opened again by %(author)s: %(reason)s",
                author=self.env.user.name,
                reason=reason,
            )
        )

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why."))
        return reason.strip()

    def _school_log_state(self, sentence):
        self.sudo().partner_id._message_log_batch(
            bodies={partner.id: sentence for partner in self.sudo().partner_id}
        )

    def action_school_close(self):
        """Ask the operator why the school is closed."""
        return self._school_state_action(self.env._("Close the School"))

    def action_school_reopen(self):
        """Ask the operator why the school is opened again."""
        return self._school_state_action(self.env._("Open the School Again"))

    def action_school_export(self):
        """Export all data of the school, in the background."""
        self._check_operator()
        exports = self.env["res.company.export"].create(
            [{"company_id": school.id} for school in self]
        )
        exports._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The export is being made. Its files appear under Exports."
                ),
            },
        }

    def _school_state_action(self, name):
        self.ensure_one()
        self._check_operator()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "school.close.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_company_id": self.id},
        }

    def action_school_open(self):
        """Open the form that opens a school."""
        self._check_operator()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a School"),
            "res_model": "school.open.wizard",
            "view_mode": "form",
            "target": "new",
        }


def _like(text):
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
