from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import MeetingsCase


@tagged("post_install", "-at_install")
class TestMeetingsCall(MeetingsCase):
    def test_a_meeting_of_many_is_entered_with_the_queries_of_one_of_few(self):
        people = [self._person(f"many{number}", self.school) for number in range(12)]
        few, many = (
            self._body(f"Body of {count}", *people[:count]) for count in (2, 12)
        )

        def cost(body):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            meeting = self._draft(body=body)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before, meeting

        cost(few)
        small, _meeting = cost(few)
        large, meeting = cost(many)
        self.assertEqual(
            len(meeting.participant_ids.filtered(lambda row: row.role != "recorder")),
            12,
        )
        # More people than the process remembers one by one are read together.
        self.assertLessEqual(large, small + 1)

    def test_a_body_brings_its_people(self):
        meeting = self._draft()
        self.assertEqual(meeting.chair_id, self.principal)
        self.assertEqual(meeting.recorder_id, self.recorder)
        self.assertEqual(
            meeting.participant_ids.user_id,
            self.principal | self.head | self.colleague | self.teacher | self.recorder,
        )
        self.assertEqual(meeting.participant_ids[-1].role, "recorder")

    def test_calling_numbers_writes_down_and_sends(self):
        meeting = self._called()
        self.assertEqual(meeting.state, "called")
        self.assertRegex(meeting.number, r"^HILL会-\d{8}-\d{3}$")
        self.assertEqual(self._kinds(meeting)[:1], ["called"])
        self.assertEqual(len(self._notices(meeting, "meeting_called")), 5)
        self.assertEqual(len(meeting.event_id.sudo().attendee_ids), 5)
        self.assertEqual(meeting.dispatch_state, "done")

    def test_the_notice_says_all_that_belongs_to_it(self):
        self.clerk.partner_id.phone = "8001"
        meeting = self._called(
            items=("Budget", "Timetable"),
            venue_note="Room 302",
            materials_note="Bring the figures",
            requirements="Formal dress",
        )
        letter = self._notices(meeting, "meeting_called").filtered(
            lambda notice: notice.user_id == self.teacher
        )
        self.assertIn("Spring term", letter.subject)
        for words in (
            meeting.when_text,
            "Room 302",
            self.principal.name,
            ", ".join(meeting.participant_ids.mapped("person_name")),
            "1. Budget",
            "2. Timetable",
            "Bring the figures",
            "Formal dress",
            f"{self.clerk.name} 8001",
        ):
            self.assertIn(words, letter.body)

    def test_nothing_goes_out_without_a_chair(self):
        meeting = self._draft()
        meeting.chair_id = False
        with self.assertRaisesRegex(UserError, "chairs"):
            meeting.action_call()
        self.assertEqual(meeting.state, "draft")

    def test_who_comes_says_so(self):
        meeting = self._called()
        self._row(meeting, self.teacher).action_accept()
        row = self._row(meeting, self.teacher)
        self.assertEqual(row.answer, "accepted")
        attendee = meeting.event_id.sudo().attendee_ids.filtered(
            lambda a: a.partner_id == self.teacher.partner_id
        )
        self.assertEqual(attendee.state, "accepted")
        with self.assertRaises(AccessError):
            self._row(meeting, self.head).with_user(self.teacher).action_accept()

    def test_a_plan_comes_before_the_notice(self):
        body = self._body("Panel", self.principal, self.teacher, needs_plan=True)
        meeting = self._draft(body=body)
        with self.assertRaises(UserError):
            meeting.action_call()
        meeting.action_submit_plan()
        self.assertEqual(meeting.state, "planned")
        task = (
            self.env["school.approval.task"]
            .sudo()
            .search([("res_model", "=", meeting._name), ("res_id", "=", meeting.id)])
        )
        task.filtered(lambda t: t.state == "open").with_user(
            self.leader
        ).action_approve("Good.")
        self.assertEqual(meeting.state, "approved")
        meeting.action_call()
        self.assertEqual(meeting.state, "called")
