"""Calling a meeting: a clerk calls it at his desk, people answer on their phones."""

from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_meetings.tests.common import MeetingsCase

from phone import PhoneMixin


@tagged("standard", "post_install", "-at_install")
class TestMeetingIsCalled(PhoneMixin, MeetingsCase, HttpCase):
    def test_a_clerk_calls_the_meeting_he_prepared(self):
        meeting = self._draft(items=("Timetable", "Sports day"))
        with self._phone(self.clerk) as phone:
            phone.open("/odoo/my-office")
            phone.sees("Meetings I Prepare")
            phone.tap("text=Spring term")
            phone.sees("Timetable")
            phone.fits()
            phone.tap("button[name=action_call_dialog]")
            # He reads what they will read, then sends it.
            phone.sees("You are asked to come to a meeting.")
            phone.sees("5 people")
            phone.tap(".modal button[name=action_confirm]")
            phone.sees("The notices are being sent.")
        self.assertEqual(meeting.state, "called")
        self.assertTrue(meeting.number)
        self._send_notices()
        self.assertEqual(len(self._notices(meeting, "meeting_called")), 5)

    def test_a_teacher_says_with_one_tap_that_he_comes(self):
        meeting = self._called()
        with self._phone(self.teacher) as phone:
            phone.open("/odoo/my-office")
            phone.sees("Meetings: Do You Come?")
            phone.sees("Spring term")
            phone.fits()
            phone.tap("text=I Come")
            phone.sees("Thank you: you come.")
        self.assertEqual(self._row(meeting, self.teacher).answer, "accepted")

    def test_a_teacher_who_cannot_come_says_why(self):
        meeting = self._called()
        with self._phone(self.teacher) as phone:
            phone.open("/odoo/my-office")
            phone.sees("Spring term")
            phone.tap("text=I Cannot Come")
            phone.write(".modal [name=reason] input", "At the bureau")
            phone.tap(".modal button[name=action_confirm]")
            phone._until(
                "return !document.querySelector('.modal');", "sees the dialog still"
            )
        row = self._row(meeting, self.teacher)
        self.assertEqual((row.answer, row.answer_reason), ("declined", "At the bureau"))
