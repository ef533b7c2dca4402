from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.school_office_meetings.tests.prep_common import PrepCommon


@tagged("post_install", "-at_install")
class TestMeetingsAtTheDesk(PrepCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._person("glue_agent", cls.school)
        cls.agent.group_ids = [
            Command.link(cls.env.ref("school_office_service_desk.group_desk_agent").id)
        ]
        cls._hold("coordination", cls.agent)

    def _faulty(self, meeting=None, report=True, photos=(), user=None):
        meeting = meeting or self._called()
        user = user or self.technician
        task = meeting.sudo().task_ids.filtered(lambda t: t.kind == "equipment")[0]
        task = task.sudo(False).with_user(user)
        self.env["school.meeting.prep.step"].with_user(user).create(
            {
                "step": "fault",
                "task_ids": task.ids,
                "text": "The lamp is dark",
                "photo_ids": list(photos),
                "report_fault": report,
            }
        ).action_apply()
        return task

    def test_one_dialog_ticks_the_fault_and_reports_it(self):
        photo = (
            self.env["ir.attachment"]
            .with_user(self.technician)
            .create({"name": "lamp.txt", "raw": b"dark"})
        )
        meeting = self._called()
        task = self._faulty(meeting, photos=photo.ids)
        ticket = task.sudo().ticket_id
        self.assertEqual(ticket.service_id.code, "repair_equipment")
        self.assertEqual(ticket.requester_user_id, self.technician)
        self.assertEqual(ticket.needed_by, meeting.start)
        for part in ("The lamp is dark", "Room 305", "Autumn term"):
            self.assertIn(part, ticket.details)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(files.mapped("raw"), [b"dark"])
        self.assertIn(ticket.number, task.ticket_text)
        self.assertEqual(ticket.meeting_start, meeting.start)

    def test_a_fault_is_reported_once_until_it_is_mended(self):
        task = self._faulty()
        ticket = task.sudo().ticket_id
        task.action_report_fault()
        self.assertEqual(task.sudo().ticket_id, ticket)
        ticket._solve("New lamp")
        self.assertEqual(task.state, "open")
        self.assertTrue(self._notices(self.technician, "meeting_fault"))
        self._faulty(task.sudo().meeting_id)
        self.assertNotEqual(task.sudo().ticket_id, ticket)

    def test_who_mends_it_himself_does_not_report_it(self):
        task = self._faulty(report=False)
        self.assertFalse(task.sudo().ticket_id)
        task.action_report_fault()
        self.assertTrue(task.sudo().ticket_id)

    def test_what_works_is_not_reported(self):
        meeting = self._called()
        task = meeting.sudo().task_ids[0].sudo(False).with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "faulty first"):
            task.action_report_fault()

    def test_of_a_closed_circle_the_desk_learns_time_and_place_only(self):
        meeting = self._called(body=self.party)
        task = self._faulty(meeting, user=self.chair)
        details = task.sudo().ticket_id.details
        self.assertIn("Room 305", details)
        self.assertNotIn("Autumn term", details)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_else_reports_or_writes_the_link(self):
        task = self._faulty(report=False)
        with self.assertRaises(AccessError):
            task.with_user(self.teacher).action_report_fault()
        other = self._faulty()
        with self.assertRaises(AccessError):
            task.with_user(self.clerk).ticket_id = other.sudo().ticket_id

    def _resolution(self, **vals):
        # Nothing is decided but in a meeting: so it is held.
        now = fields.Datetime.now()
        meeting = self._called(
            start=now,
            stop=now + timedelta(hours=1),
            item_ids=[Command.create({"name": "Safety", "company_id": self.school.id})],
        )
        meeting.with_user(self.clerk).participant_ids.action_sign_in_for("list")
        chair = meeting.with_user(self.chair)
        chair.action_start(confirmed=True)
        chair.action_next_item()
        chair.action_end()
        resolution = (
            self.env["school.meeting.resolution"]
            .sudo()
            .create(
                {
                    "name": "Check the fire doors",
                    "meeting_id": meeting.id,
                    "item_id": meeting.item_ids.id,
                    "company_id": self.school.id,
                    "owner_id": self.head.id,
                    "department_id": self.teaching.id,
                    "state": "open",
                    "due_date": "2030-01-01",
                    **vals,
                }
            )
        )
        return resolution.sudo(False).with_user(self.head)

    def test_what_stands_in_the_way_is_coordinated_by_the_desk(self):
        resolution = self._resolution()
        with self.assertRaisesRegex(UserError, "stands in the way"):
            resolution.action_coordinate()
        resolution._report_problem("Logistics has no ladder")
        resolution.action_coordinate()
        ticket = resolution.sudo().ticket_id
        self.assertEqual(ticket.kind, "coordination")
        self.assertIn("no ladder", ticket.details)
        self.assertEqual(ticket.requester_user_id, self.head)
        with self.assertRaisesRegex(UserError, ticket.number):
            resolution.action_coordinate()
        before = len(self._notices(self.head, "resolution"))
        ticket._solve("A ladder comes on Monday")
        notices = self._notices(self.head, "resolution")
        self.assertEqual(len(notices), before + 1)
        self.assertIn("ladder comes", notices.sorted("id")[-1].body)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_only_the_owner_asks_for_coordination(self):
        resolution = self._resolution()
        resolution._report_problem("No ladder")
        with self.assertRaises(AccessError):
            resolution.with_user(self.teacher).action_coordinate()
        with self.assertRaises(AccessError):
            resolution.write({"ticket_id": 1})

    def test_a_resolution_comes_back_as_a_topic_of_its_body(self):
        resolution = self._resolution()
        Topic = self.env["school.meeting.topic"]
        topic = Topic._from_resolutions(resolution)
        self.assertEqual((topic.state, topic.body_id), ("proposed", self.body))
        self.assertIn("Check the fire doors", topic.name)
        self.assertEqual(topic.proposer_id, self.head)
        self.assertEqual(Topic._from_resolutions(resolution), topic)
        topic.with_user(self.chair)._reject("Done meanwhile")
        again = Topic._from_resolutions(resolution)
        self.assertNotEqual(again, topic)
