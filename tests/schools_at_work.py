"""Two schools at work, for the tests that span addons.

``SchoolsAtWork`` lets every addon put work into the neighbour school, so that the
isolation tests have something of everything to look for. An addon's contribution is a
method called by ``_fill``; where it can, it uses the methods its users call.
"""

from datetime import date, timedelta

from psycopg2 import Error as DatabaseError

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.school_office_base.models.demo import demo_time
from odoo.addons.school_office_base.tests.common import SchoolCommon

from desk_at_work import DeskAtWork
from docs_at_work import DocsAtWork
from meetings_call_at_work import MeetingsCallAtWork
from meetings_minutes_at_work import MeetingsMinutesAtWork
from meetings_prep_at_work import MeetingsPrepAtWork
from meetings_room_at_work import MeetingsRoomAtWork
from meetings_venues_at_work import MeetingsVenuesAtWork

MARKER = "Moonlit Herons 7341"  # stands in every text of the neighbour school


class SchoolsAtWork(
    DeskAtWork,
    DocsAtWork,
    MeetingsCallAtWork,
    MeetingsMinutesAtWork,
    MeetingsPrepAtWork,
    MeetingsRoomAtWork,
    MeetingsVenuesAtWork,
    SchoolCommon,
):
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
        cls._run_documents(school, person)
        cls._keep_procedures(school, person)
        cls._handle_tickets(school, person)
        cls._run_desk(school, person)
        cls._prepare_meetings(school, person)
        cls._call_meetings(school, person)
        cls._meet_in_the_room(school, person)
        cls._use_rooms(school, person)
        cls._keep_minutes(school, person)
        cls._look_after_people(school, person)
        cls._let_time_pass(school)
        cls._look_after_books(school, person)
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
    def _look_after_people(cls, school, clerk):
        """The directory is confirmed; somebody is away, and has words of his own."""
        campaign = cls.env["school.directory.campaign"]._start(school)
        answer = campaign.sudo().confirmation_ids.filtered("line_ids")[:1]
        head = answer.department_id.manager_id.user_id
        answer.with_user(head).remark = f"{MARKER} remark"
        answer.with_user(head).line_ids[:1].work_phone = "7341 7341"
        answer.with_user(head).action_confirm()
        today = school._school_date()
        cls.env["school.delegation"].with_user(clerk).create(
            {
                "deputy_id": head.id,
                "date_from": today,
                "date_to": today + timedelta(days=9),
                "reason": f"{MARKER} journey",
            }
        )
        cls.env["school.approval.phrase"].with_user(clerk).create(
            {"text": f"{MARKER} agreed"}
        )

    @classmethod
    def _let_time_pass(cls, school):
        """In a month much is late, and people are reminded of it."""
        clocks = cls.env["school.time.clock"].sudo()
        moment = fields.Datetime.now() + timedelta(days=30)
        with demo_time(moment):
            due = clocks._take_due(moment, 1000)
            due.filtered(lambda clock: clock.company_id == school)._run_timers(moment)

    @classmethod
    def _look_after_books(cls, school, clerk):
        """The books are verified; in one series somebody made a number vanish."""
        books = cls.env["school.register"].search([("company_id", "=", school.id)])
        books.with_user(cls.stranger).action_verify()
        number = cls.env["school.number"].search(
            [("company_id", "=", school.id)], order="id desc", limit=1
        )
        # No method of ours leaves a gap: a row after it stands for one that is gone.
        cls.env["school.number"].sudo().create(
            {
                "company_id": school.id,
                "series_id": number.series_id.id,
                "kind": number.kind,
                "period": number.period,
                "date": number.date,
                "seq": number.seq + 3,
                "text": f"{MARKER} number",
                "res_model": number.res_model,
                "res_id": number.res_id,
            }
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
            named = [("company_id", "=", school.id), ("name", "!=", False)]
            for record in model.sudo().search(named):
                try:
                    with cls.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                        record.name = f"{MARKER} {record.name}"
                except (UserError, DatabaseError):
                    continue  # it guards its own name: a fact, marked by the work above
