from odoo.tests import TransactionCase, new_test_user

BASE = "school_office_base."


class SchoolCommon(TransactionCase):
    """Two schools that know nothing of each other, with their people.

    ``cls.school`` is the school under test, ``cls.other`` the neighbour. People are made
    by ``cls._person(login, school, *groups)``; nothing here uses demo data.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.school = cls._open_school("Hill School", "HILL")
        cls.other = cls._open_school("Lake School", "LAKE")
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.school.ids}
        )
        cls.teacher = cls._person("teacher", cls.school)
        cls.clerk = cls._person("clerk", cls.school, "group_office_clerk")
        cls.director = cls._person("director", cls.school, "group_office_director")
        cls.admin = cls._person("school_admin", cls.school, "group_school_admin")
        cls.stranger = cls._person(
            "stranger", cls.other, "group_office_director", "group_school_admin"
        )

    @classmethod
    def _open_school(cls, name, code):
        school = cls.env["res.company"].create({"name": name, "is_school": True})
        school._school_set_up()
        return school

    @classmethod
    def _person(cls, login, school, *groups):
        """An internal user of one school, with an employee, in our ``groups``."""
        user = new_test_user(
            cls.env,
            login=login,
            groups=",".join(["base.group_user", *(BASE + group for group in groups)]),
            company_id=school.id,
            company_ids=[(6, 0, school.ids)],
            tz="Asia/Shanghai",
        )
        cls.env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "company_id": school.id}
        )
        return user
