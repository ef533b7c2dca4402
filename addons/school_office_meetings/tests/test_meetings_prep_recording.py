from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .prep_common import PrepCommon


@tagged("post_install", "-at_install")
class TestRecording(PrepCommon):
    def _leave(self, meeting, user=None, **vals):
        return (
            self.env["school.meeting.recording"]
            .with_user(user or self.head)
            .create({"meeting_id": meeting.id, "purpose": "School chronicle", **vals})
        )

    def test_the_chair_gives_leave_and_the_clerk_sees_it(self):
        meeting = self._called()
        leave = self._leave(meeting, scope="The opening")
        leave.action_ask()
        self.assertEqual(leave.state, "asked")
        leave.approval_case_id.task_ids.with_user(self.chair).action_approve("Gladly")
        self.assertEqual(leave.state, "allowed")
        summary = meeting.with_user(self.clerk).recording_summary
        for part in (self.head.name, "School chronicle", "The opening"):
            self.assertIn(part, summary)
        self.assertTrue(self._notices(self.head, "meeting_recording"))

    def test_refused_is_refused(self):
        meeting = self._called()
        leave = self._leave(meeting)
        leave.action_ask()
        leave.approval_case_id.task_ids.with_user(self.chair).action_refuse("No")
        self.assertEqual(leave.state, "refused")
        self.assertFalse(meeting.recording_summary)

    def test_what_was_asked_for_is_taken_back(self):
        leave = self._leave(self._called())
        leave.action_ask()
        with self.assertRaises(UserError):
            leave.with_user(self.member).action_withdraw()
        leave.action_withdraw()
        self.assertEqual(leave.state, "withdrawn")
        self.assertNotEqual(leave.approval_case_id.state, "running")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_leave_is_never_written_by_hand(self):
        meeting = self._called()
        leave = self._leave(meeting)
        with self.assertRaises(AccessError):
            leave.state = "allowed"
        with self.assertRaises(AccessError):
            self._leave(meeting, state="allowed")
        with self.assertRaises(AccessError):
            self._leave(meeting, applicant_id=self.chair.id)
        with self.assertRaises(UserError):
            leave.sudo().state = "allowed"
        leave.action_ask()
        with self.assertRaises(AccessError):
            leave.purpose = "Something else"
        with self.assertRaises(AccessError):
            leave.with_user(self.member).write({"purpose": "x"})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_no_leave_for_a_meeting_that_one_does_not_see(self):
        with self.assertRaises(AccessError):
            self._leave(self._called(body=self.party), user=self.stranger)

    def test_a_meeting_that_is_over_is_not_recorded(self):
        meeting = self._called()
        leave = self._leave(meeting)
        meeting.sudo().state = "ended"
        with self.assertRaisesRegex(UserError, "over"):
            leave.action_ask()
