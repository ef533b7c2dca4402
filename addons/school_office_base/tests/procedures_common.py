from datetime import timedelta

from odoo.fields import Command

from .common import SchoolCommon


class ProceduresCommon(SchoolCommon):
    """A school with a department, its head, a management and a clerk who writes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._person("head", cls.school)
        cls.principal = cls._person("principal", cls.school)
        cls.archivist = cls._person("archivist", cls.school)
        cls.auditor = cls._person("auditor", cls.school, "group_auditor")
        cls.neighbour = cls._person("neighbour", cls.other, "group_office_clerk")
        cls.teaching = cls._department("Teaching", cls.head, cls.teacher)
        cls._hold("director", cls.director)
        cls._hold("top_management", cls.principal)
        cls._hold("archivist", cls.archivist)
        cls.today = cls.school._school_date()

    @classmethod
    def _procedure(cls, **vals):
        procedure = (
            cls.env["school.procedure"]
            .with_user(cls.clerk)
            .create({"name": "Handling of incoming documents", **vals})
        )
        cls._write(procedure.draft_version_id)
        return procedure

    @classmethod
    def _write(cls, version, **vals):
        post = cls.env["school.post"]._find(version.company_id, "archivist")
        version.write(
            {
                "purpose": "Every document reaches its handler the same day.",
                "step_ids": [
                    Command.create(
                        {
                            "name": "Register",
                            "post_id": post.id,
                            "limit_amount": 2,
                            "limit_unit": "service_hour",
                            "forms": "Incoming register",
                        }
                    ),
                    Command.create(
                        {
                            "name": "Instruct",
                            "sequence": 20,
                            "kind": "check",
                            "otherwise": "back to the office",
                            "department_id": cls.teaching.id,
                            "limit_amount": 1,
                            "limit_unit": "working_day",
                        }
                    ),
                ],
                **vals,
            }
        )
        return version

    @classmethod
    def _decide(cls, record, *users):
        for user in users:
            tasks = cls.env["school.approval.task"].with_user(user)
            tasks._my_open_tasks([("res_id", "=", record.id)]).action_approve("Agreed.")

    @classmethod
    def _published(cls, **vals):
        procedure = cls._procedure(**vals)
        draft = procedure.draft_version_id
        draft.action_submit()
        cls._decide(draft, cls.director, cls.principal)
        procedure.invalidate_recordset()
        return procedure

    @classmethod
    def _days(cls, number):
        return cls.today + timedelta(days=number)

    def _told(self, user, text):
        notices = self.env["school.notice"].sudo().search([("user_id", "=", user.id)])
        return notices.filtered(lambda notice: text in notice.subject)
