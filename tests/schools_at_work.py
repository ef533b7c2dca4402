"""Two schools at work, for the tests that span addons.

``SchoolsAtWork`` lets every addon put work into the neighbour school, so that the
isolation tests have something of everything to look for. An addon's contribution is a
method called by ``_fill``; where it can, it uses the methods its users call.
"""

from datetime import date

from psycopg2 import Error as DatabaseError

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.school_office_base.tests.common import SchoolCommon
from odoo.addons.school_office_docs.tests.common import CHECKS

from desk_at_work import DeskAtWork

MARKER = "Moonlit Herons 7341"  # stands in every text of the neighbour school


class SchoolsAtWork(DeskAtWork, SchoolCommon):
    marker = MARKER

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The harness is superuser without a school: each test acts as somebody.
        cls.env = cls.env(context={"tracking_disable": False})
        cls.roles = {
            "teacher": cls.teacher,
            "clerk": cls.clerk,
            "director": cls.director,
            "administrator": cls.admin,
            "auditor": cls._person("auditor", cls.school, "group_auditor"),
            "parent": new_test_user(
                cls.env,
                login="hill_parent",
                groups="base.group_portal",
                company_id=cls.school.id,
                company_ids=[Command.set(cls.school.ids)],
            ),
        }
        cls._fill(cls.other)

    @classmethod
    def _open_school(cls, name, code):
        if name == "Lake School":
            name = f"{MARKER} School"
        return super()._open_school(name, code)

    @classmethod
    def _fill(cls, school):
        """Put marked work of every addon into ``school``."""
        person = cls._person("heron", school, "group_office_clerk")
        person.name = f"{MARKER} Person"
        person.employee_ids.name = person.name
        cls.env["ir.attachment"].with_user(person).create(
            {"name": f"{MARKER}.txt", "raw": MARKER.encode()}
        )
        cls.env["discuss.channel"].with_user(person).create(
            {"name": f"{MARKER} Channel", "channel_type": "channel"}
        ).message_post(body=f"{MARKER} message")
        cls._send_and_hand_over(school, person)
        cls._handle_documents(school, person)
        cls._keep_procedures(school, person)
        cls._handle_tickets(school, person)
        cls._run_desk(school, person)
        cls._mark_names(school)

    @classmethod
    def _send_and_hand_over(cls, school, person):
        """Let things be sent, signed for and handed over in ``school``."""
        about = {"company_id": school.id, "res_model": "res.company"}
        about |= {"res_id": school.id, "title": f"{MARKER} letter"}
        sent = {"sent_at": "2026-03-02 02:00:00", "sent_by_id": person.id}
        receipts = cls.env["school.receipt"].sudo()
        receipt = receipts.create({**about, **sent, "user_id": person.id})
        receipt._tell_recipients("sent", note=f"{MARKER} note")
        receipt._record_phone_call(True, f"{MARKER} call")
        colleague = cls._person("heron_two", school)
        custody = (
            cls.env["school.custody"]
            .sudo()
            .create(
                {
                    **about,
                    "holder_id": person.id,
                    "custodian_id": person.id,
                    "held_since": "2026-03-02 02:00:00",
                }
            )
        )
        custody._offer(colleague, "custodian", reason=f"{MARKER} reason")

    @classmethod
    def _handle_documents(cls, school, clerk):
        """Let a letter go all its way in ``school``, and a second one wait."""
        people = {}
        for code in ("director", "supervising_leader", "document_clerk"):
            people[code] = cls._person(f"heron_{code}", school)
            people[code].name = f"{MARKER} {code}"
            cls.env["school.post.holder"].create(
                {
                    "post_id": cls.env["school.post"]._find(school, code).id,
                    "user_id": people[code].id,
                    "date_from": "2020-01-01",
                }
            )
        head = people["document_clerk"]
        department = cls.env["hr.department"].create(
            {"name": f"{MARKER} Department", "company_id": school.id}
        )
        employee = head._school_employee(school)
        employee.department_id = department
        department.manager_id = employee
        sender = cls.env["res.partner"].create(
            {
                "name": f"{MARKER} Bureau",
                "is_company": True,
                "company_id": school.id,
            }
        )
        tag_id, __ = cls.env["school.tag"].with_user(clerk).name_create(MARKER)
        letters = cls.env["school.doc.incoming"].with_user(clerk)
        for number in ("1", "2"):
            letters |= letters.create(
                {
                    "tag_ids": [Command.link(tag_id)],
                    "name": f"{MARKER} letter {number}",
                    "kind": "superior",
                    "sender_id": sender.id,
                    "sender_number": f"{MARKER} {number}",
                    "copies": 1,
                    "pages": 3,
                    "responsible_department_id": department.id,
                    "note": f"{MARKER} note",
                    **dict.fromkeys(CHECKS, True),
                }
            )
        for letter in letters:
            letter.message_post(
                body=f"{MARKER} remark", attachments=[(f"{MARKER}.pdf", b"%PDF-1.4 x")]
            )
        letters.action_register()
        letters.action_submit()
        letter = letters[0]
        for code in ("director", "supervising_leader"):
            task = letter.with_user(people[code])._my_task()
            task.action_approve(f"{MARKER} opinion")
        letter._distribute_as_instructed()
        letter.with_user(head).action_sign()
        letter.with_user(head)._finish(f"{MARKER} result")

    @classmethod
    def _keep_procedures(cls, school, clerk):
        """Let ``school`` write procedures, train, look back, appraise and test."""
        department = cls.env["hr.department"].search(
            [("company_id", "=", school.id), ("manager_id", "!=", False)], limit=1
        )
        head = department.manager_id.user_id
        procedure = (
            cls.env["school.procedure"]
            .with_user(clerk)
            .create({"name": f"{MARKER} procedure", "department_id": department.id})
        )
        draft = procedure.draft_version_id
        draft.write(
            {
                "purpose": f"{MARKER} purpose",
                "points": f"{MARKER} points",
                "step_ids": [
                    Command.create(
                        {
                            "name": f"{MARKER} step",
                            "detail": f"{MARKER} detail",
                            "department_id": department.id,
                        }
                    )
                ],
            }
        )
        draft.action_submit()
        training = cls.env["school.training"]._retrain(
            procedure, head | clerk, f"{MARKER} reason"
        )
        training.with_user(clerk).participant_ids.write({"remark": f"{MARKER} remark"})
        reviews = cls.env["school.process.review"].sudo()
        review = reviews._start(
            school, "quarter", 2026, 1, date(2026, 1, 1), date(2026, 3, 31)
        )
        review.summary = f"{MARKER} summary"
        feedback = review.feedback_ids.filtered(lambda f: f.department_id == department)
        feedback.with_user(head).write({"problem": f"{MARKER} problem"})
        feedback.with_user(head).action_answer()
        cls.env["school.process.action"].with_user(clerk).create(
            {
                "review_id": review.id,
                "name": f"{MARKER} decision",
                "owner_id": head.id,
                "date_due": "2026-12-01",
            }
        )
        cls.env["school.appraisal.entry"]._propose(
            school, [{"key": "heron", "user": head, "remark": f"{MARKER} remark"}]
        )
        tests = cls.env["school.restore.test"].sudo()
        tests._school_due(school)
        tests.search([("company_id", "=", school.id)]).write(
            {"restored": f"{MARKER} files", "place": f"{MARKER} machine"}
        )

    @classmethod
    def _handle_tickets(cls, school, clerk):
        """Let the desk of ``school`` work: departments, a cause, a complaint."""
        services = {
            service.code: service
            for service in cls.env["school.service"].search(
                [("company_id", "=", school.id)]
            )
        }
        cls.env["school.ticket.answer"].with_user(clerk).create(
            {"name": f"{MARKER} answer", "body": f"{MARKER} text"}
        )
        tickets = cls.env["school.ticket"].with_user(clerk)
        for number in ("1", "2", "3"):
            tickets |= tickets.create(
                {
                    "name": f"{MARKER} request {number}",
                    "details": f"{MARKER} details",
                    "service_id": services["general"].id,
                    "requester_name": f"{MARKER} Parent {number}",
                    "channel": "phone",
                }
            )
        first, second, third = tickets
        tickets.action_take()
        department = cls.env["hr.department"].search(
            [("company_id", "=", school.id)], limit=1
        )
        first._involve(department.with_user(clerk), f"{MARKER} task")
        first._answer(f"{MARKER} word")
        second._link_cause(first)
        third._merge(first, f"{MARKER} reason")
        first._ask(f"{MARKER} missing")
        first._requester_answers(f"{MARKER} reply")
        first._solve(f"{MARKER} solution", effects=True)
        tickets._intake(
            school,
            [
                {
                    "service": services["complaint"],
                    "name": f"{MARKER} complaint",
                    "requester_name": f"{MARKER} Mother",
                }
            ],
            "form",
        )

    @classmethod
    def _mark_names(cls, school):
        """Put the marker into the name of whatever the set-up of the school made."""
        for name in sorted(cls.registry):
            model = cls.env[name]
            field = model._fields.get("name")
            if (
                not name.startswith("school.")
                or model._abstract
                or model._transient
                or not field
                or field.compute
            ):
                continue
            for record in model.sudo().search([("company_id", "=", school.id)]):
                try:
                    with cls.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                        record.name = f"{MARKER} {record.name}"
                except (UserError, DatabaseError):
                    continue  # it guards its own name: a fact, marked by the work above
