import json
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo import api, fields, models
from odoo.tools import file_open

DAYS_OPEN = 120


@contextmanager
def demo_time(moment):
    """Let the software believe that it is ``moment`` (naive UTC).

    Only while demo data is loaded: the month of work of the demo schools is made by the
    methods that people call, and these note the time at which they are called.
    """
    day = moment.date()
    with (
        patch.object(fields.Datetime, "now", staticmethod(lambda *args: moment)),
        patch.object(fields.Date, "today", staticmethod(lambda *args: day)),
        patch.object(
            fields.Date,
            "context_today",
            staticmethod(
                lambda record, timestamp=None: fields.Datetime.context_timestamp(
                    record, timestamp or moment
                ).date()
            ),
        ),
    ):
        yield


class SchoolDemo(models.AbstractModel):
    """Loads the demo schools; called by demo files only, and by nobody else.

    Addons extend it with a method of their own, which their demo file calls.
    """

    _name = "school.demo"
    _description = "Demo data"

    @api.model
    def _load_schools(self):
        """Open the two demo schools as an operator would, with their people."""
        self._speak_chinese("school_office_base")
        opened = fields.Datetime.now() - timedelta(days=DAYS_OPEN)
        people = self._read("school_office_base/demo/people.json")
        with demo_time(opened.replace(microsecond=0)):
            for vals in self._read("school_office_base/demo/schools.json"):
                school = self.env["res.company"]._school_open(
                    {**vals, "lang": "zh_CN", "people": []}
                )
                self._load_people(
                    school,
                    vals["departments"],
                    [person for person in people if person["school"] == vals["name"]],
                )
        for school in self._demo_schools():
            self._load_terms(school)

    @api.model
    def _speak_chinese(self, *addons):
        """Have the terms of ``addons`` ready: Odoo loads them after the demo files.

        The demo speaks Chinese; a database without that language gets it.
        """
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(addons, ["zh_CN"])
        self.env.invalidate_all()

    @api.model
    def _load_people(self, school, departments, people):
        """Bring the people of one school in, with their posts and departments."""
        by_code = dict(
            zip(
                departments,
                self.env["hr.department"].search(
                    [("company_id", "=", school.id)], order="id"
                ),
                strict=True,
            )
        )
        Post = self.env["school.post"]
        for person in people:
            department = by_code.get(person["department"], self.env["hr.department"])
            user = school._school_add_person(
                {
                    "name": person["name"],
                    "login": person["login"],
                    "email": f"{person['login']}@demo.example.com",
                    "password": person["password"],
                    "job_title": person["post"],
                    "lang": "zh_CN",
                    "department": department,
                    "groups": self.env["res.groups"].union(
                        *(
                            self.env.ref(f"school_office_base.{group}")
                            for group in person["groups"]
                        )
                    ),
                    "posts": Post.union(
                        *(Post._find(school, code) for code in person["posts"])
                    ),
                }
            )
            # Nothing is mailed to the outside from a demo.
            user.sudo().notification_type = "inbox"
            if person["head"]:
                department.manager_id = user._school_employee(school)

    @api.model
    def _load_terms(self, school):
        """The two terms of this school year, entered by the school's administrator."""
        today = school._school_date()
        year = today.year - (today.month < school.school_year_start_month)
        self._demo_env(school, "admin")["school.term"].create(
            [
                {
                    "company_id": school.id,
                    "name": name,
                    "date_from": f"{year + later}-{first}",
                    "date_to": f"{year + 1}-{last}",
                }
                for name, later, first, last in (
                    ("第一学期", 0, "09-01", "01-24"),
                    ("第二学期", 1, "02-16", "07-10"),
                )
            ]
        )

    @api.model
    def _read(self, path):
        with file_open(path, "rb") as file:
            return json.load(file)

    @api.model
    def _demo_schools(self):
        """The demo schools that exist, in the order of the file."""
        names = [
            vals["name"] for vals in self._read("school_office_base/demo/schools.json")
        ]
        schools = self.env["res.company"].search([("name", "in", names)])
        return schools.sorted(lambda school: names.index(school.name))

    @api.model
    def _demo_user(self, school, role):
        """The demo person of a school by his role, the last part of the login."""
        return self.env["res.users"].search(
            [("company_id", "=", school.id), ("login", "=like", f"__-{role}")], limit=1
        )

    @api.model
    def _demo_env(self, school, role):
        """The environment in which a demo person of a school works."""
        user = self._demo_user(school, role)
        return (
            self.with_user(user)
            .with_context(lang="zh_CN", allowed_company_ids=school.ids)
            .env
        )

    @api.model
    def _demo_working_days(self, school, count):
        """The last ``count`` working days of a school, oldest first, before today."""
        worktime = school._worktime()
        day, days = school._school_date(), []
        while len(days) < count:
            day -= timedelta(days=1)
            start = school._school_moment(day, 0)
            stop = start + timedelta(days=1)
            if worktime.between(start, stop, "service_hour"):
                days.append(day)
        return days[::-1]
