from datetime import timedelta

from odoo import api, fields, models

# A school that begins with the software shortly before the holidays waits a year.
LEAST_DAYS = 60


class SchoolTraining(models.Model):
    """What is due makes itself: inductions and the test of the year (BASE-23)."""

    _inherit = "school.training"

    @api.model
    def _school_due(self, company):
        """Plan what is due in a school, once (BASE-23); daily and idempotent.

        - the first test of whoever joined, so many calendar days after joining;
        - the test of people in post in each school year, due on its last day.
        """
        self = self.sudo()
        if company.school_sop_new_staff_days:
            self._plan_inductions(company)
        if company.school_sop_yearly_test:
            self._plan_yearly_test(company)

    def _plan_inductions(self, company):
        today = company._school_date()
        days = company.school_sop_new_staff_days
        employees = self.env["hr.employee"].search(
            [
                ("company_id", "=", company.id),
                ("school_joined_on", "<=", today),
                ("school_joined_on", ">", today - timedelta(days=days)),
            ]
        )
        known = self.env["school.training.participant"].search(
            [
                ("employee_id", "in", employees.ids),
                ("training_id.kind", "=", "induction"),
                ("training_id.state", "!=", "cancelled"),
            ]
        )
        new = employees - employees.browse(known.employee_id.ids)
        for joined, people in new.grouped("school_joined_on").items():
            training = self._planned(
                company,
                f"induction:{joined}",
                lambda env, joined=joined: env._(
                    "Induction and test of those who joined on %(date)s", date=joined
                ),
                kind="induction",
                date_due=joined + timedelta(days=days),
            )
            if training:
                training._invite(self._employees_of(people, company))

    def _plan_yearly_test(self, company):
        year, end = company._school_year(), company._school_year_end()
        if (end - company._school_date()).days < LEAST_DAYS or self.search_count(
            [("company_id", "=", company.id), ("due_key", "=", f"test:{year}")], limit=1
        ):
            return
        holders = self.env["school.post.holder"].search(
            fields.Domain("company_id", "=", company.id)
            & self.env["school.post.holder"]._in_force_domain(company._school_date())
        )
        people = self._employees_of(holders.user_id, company)
        if not people:
            return
        training = self._planned(
            company,
            f"test:{year}",
            lambda env: env._(
                "Test on the procedures, school year %(year)s", year=year
            ),
            kind="test",
            date_due=end,
        )
        training._invite(people)

    def _planned(self, company, key, name, **vals):
        """The planned training of ``key``, made now if it is missing.

        Nothing if it was held or cancelled already.
        """
        training = self.search([("company_id", "=", company.id), ("due_key", "=", key)])
        if training:
            return training.filtered(lambda t: t.state == "planned")
        director = self.env["school.post"]._find(company, "director")._users()[:1]
        return self.create(
            {
                "company_id": company.id,
                "due_key": key,
                "name": name(company._school_env().env),
                "has_test": True,
                "pass_mark": company.school_sop_pass_mark,
                "trainer_id": director.id,
                **vals,
            }
        )
