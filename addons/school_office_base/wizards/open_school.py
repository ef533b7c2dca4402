from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.base.models.res_partner import _tz_get

from ..models.company_opening import STANDARD_DEPARTMENTS

PRESELECTED = ("office", "teaching", "moral", "logistics", "finance")


class SchoolOpenWizard(models.TransientModel):
    """Open a school: the operator's one action."""

    _name = "school.open.wizard"
    _description = "Open a School"

    name = fields.Char("Name of the School", required=True)
    school_code = fields.Char(
        "Short Code",
        required=True,
        help="Stands in front of its numbers, for example 育才 in 育才办-20260901-001.",
    )
    tz = fields.Selection(_tz_get, "Time Zone", required=True, default="Asia/Shanghai")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self._default_lang(),
    )
    hour_from = fields.Float("Service Hours From", required=True, default=8.5)
    hour_to = fields.Float("Service Hours Until", required=True, default=17.5)
    has_lunch = fields.Boolean(
        "Closed at Lunch", help="Time limits in service hours stand still then."
    )
    lunch_from = fields.Float(default=12.0)
    lunch_to = fields.Float("Lunch Until", default=13.5)
    department_ids = fields.One2many(
        "school.open.wizard.department",
        "wizard_id",
        "Departments",
        default=lambda self: self._default_departments(),
    )
    person_ids = fields.One2many(
        "school.open.wizard.person",
        "wizard_id",
        "First People",
        default=lambda self: self._default_people(),
    )
    company_id = fields.Many2one("res.company", "School", readonly=True)

    @api.model
    def _default_lang(self):
        installed = dict(self.env["res.lang"].get_installed())
        return "zh_CN" if "zh_CN" in installed else self.env.lang or "en_US"

    @api.model
    def _default_departments(self):
        return [
            Command.create(
                {
                    "code": code,
                    "name": name._translate(self.env.lang or "en_US"),
                    "is_wanted": code in PRESELECTED,
                }
            )
            for code, name, __ in STANDARD_DEPARTMENTS
        ]

    @api.model
    def _default_people(self):
        return [
            Command.create({"role": role})
            for role in ("principal", "director", "administrator")
        ]

    def action_open(self):
        """Open the school and show the first logins."""
        self.ensure_one()
        company = self.env["res.company"]
        company._check_operator()
        if self.company_id:
            raise UserError(
                self.env._("%(school)s is open already.", school=self.company_id.name)
            )
        people = self.person_ids.filtered(lambda p: p.name or p.login or p.email)
        if not any(person.role == "administrator" for person in people):
            raise UserError(
                self.env._(
                    "Name the school administrator: without him nobody can add people."
                )
            )
        hours = [(self.hour_from, self.hour_to)]
        if self.has_lunch:
            hours = [(self.hour_from, self.lunch_from), (self.lunch_to, self.hour_to)]
        passwords = {
            person: company._school_new_password()
            for person in people
            if person.access == "password"
        }
        self.company_id = company._school_open(
            {
                "name": (self.name or "").strip(),
                "school_code": (self.school_code or "").strip(),
                "tz": self.tz,
                "lang": self.lang,
                "hours": hours,
                "departments": [
                    line.code or (line.name or "").strip()
                    for line in self.department_ids
                    if line.is_wanted and (line.code or (line.name or "").strip())
                ],
                "people": [
                    {
                        "role": person.role,
                        "name": person.name,
                        "login": person.login or person.email,
                        "email": person.email,
                        "password": passwords.get(person),
                    }
                    for person in people
                ],
            }
        )
        (self.person_ids - people).unlink()
        for person in people:
            # Shown once on the last page; the form itself goes within the hour.
            person.sudo().write(
                {
                    "login": person.login or person.email,
                    "password": passwords.get(person),
                }
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(school)s Is Open", school=self.company_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
