from odoo.fields import Command
from odoo.orm.model_classes import add_to_registry
from odoo.tests import TransactionCase, new_test_user

BASE = "school_office_base."


class SchoolCommon(TransactionCase):
    """Two schools that know nothing of each other, with their people.

    ``cls.school`` is the school under test, ``cls.other`` the neighbour. People are
    made by ``cls._person(login, school, *groups)``; nothing here uses demo data.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.school = cls._open_school("Hill School", "HILL")
        cls.other = cls._open_school("Lake School", "LAKE")
        # The superuser of the tests works in the school under test; no context key does
        # that, so ``with_user`` finds every person in his own school.
        cls.env.user.write(
            {
                "company_id": cls.school.id,
                "company_ids": [Command.set((cls.school | cls.other).ids)],
            }
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
        school = cls.env["res.company"].create(
            {"name": name, "is_school": True, "school_code": code}
        )
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
            company_ids=[Command.set(school.ids)],
            tz="Asia/Shanghai",
        )
        cls.env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "company_id": school.id}
        )
        return user

    @classmethod
    def _hold(cls, code, user, school=None):
        """Let somebody hold a post of his school, or of the one that is named."""
        post = cls.env["school.post"]._find(school or user.company_id, code)
        return cls.env["school.post.holder"].create(
            {
                "post_id": post.id,
                "user_id": user.id,
                "date_from": "2020-01-01",
            }
        )

    @classmethod
    def _department(cls, name, head, *members, school=None):
        """A department with its head and people."""
        school = school or cls.school
        department = cls.env["hr.department"].create(
            {"name": name, "company_id": school.id}
        )
        for user in (head, *members):
            user._school_employee(school).department_id = department
        department.manager_id = head._school_employee(school)
        return department

    @classmethod
    def _add_model(cls, *definitions):
        """Give the registry models that exist for this test class only.

        ``definitions`` are model classes with ``_module = None``; internal users get
        every right on them, so that a refusal is the doing of the mixin under test.
        """
        names = [definition._name for definition in definitions]
        registry = cls.registry
        for definition in definitions:
            add_to_registry(registry, definition)
        registry._setup_models__(cls.env.cr, names)
        registry.init_models(cls.env.cr, names, {"models_to_check": True})
        cls.addClassCleanup(cls._remove_models, names)
        cls.env["ir.model.access"].create(
            [
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id(name),
                    "group_id": cls.env.ref("base.group_user").id,
                    "perm_read": True,
                    "perm_write": True,
                    "perm_create": True,
                    "perm_unlink": True,
                }
                for name in names
                if not registry[name]._abstract
            ]
        )

    @classmethod
    def _remove_models(cls, names):
        for name in reversed(names):
            model = cls.registry[name]
            for parent in model._inherit_module:
                if parent in cls.registry:
                    cls.registry[parent]._inherit_children.discard(name)
            del cls.registry.models[name]
        cls.registry._setup_models__(cls.env.cr, [])
