from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MeetingsCase


@tagged("post_install", "-at_install")
class TestMeetingsCallRights(MeetingsCase):
    def test_drafts_are_seen_by_who_prepares_them(self):
        meeting = self._draft()
        for user in (self.clerk, self.director, self.principal, self.recorder):
            self.assertTrue(meeting.with_user(user).has_access("read"), user.login)
        for user in (self.teacher, self.head, self.outsider, self.stranger):
            self.assertFalse(meeting.with_user(user).has_access("read"), user.login)

    def test_a_called_meeting_is_seen_by_its_people(self):
        meeting = self._called()
        for user in (self.teacher, self.head, self.clerk):
            self.assertTrue(meeting.with_user(user).has_access("read"), user.login)
        for user in (self.outsider, self.stranger):
            self.assertFalse(meeting.with_user(user).has_access("read"), user.login)
        self.assertFalse(meeting.with_user(self.teacher).has_access("write"))

    def test_a_deputy_sees_what_he_is_sent_to(self):
        meeting = self._called()
        self._row(meeting, self.teacher)._answer("deputy", "Ill", self.outsider)
        self.assertTrue(meeting.with_user(self.outsider).has_access("read"))
        self._send_notices()
        notice = self._notices(meeting, "meeting_deputy")
        self.assertEqual(notice.user_id, self.outsider)
        attendees = meeting.event_id.sudo().attendee_ids
        self.assertIn(self.outsider.partner_id, attendees.partner_id)

    def test_meetings_open_to_staff_are_seen_by_all_of_the_school(self):
        self.body.visibility = "staff"
        meeting = self._called()
        self.assertTrue(meeting.with_user(self.outsider).has_access("read"))
        self.assertFalse(meeting.with_user(self.stranger).has_access("read"))
        self.assertFalse(self._draft().with_user(self.outsider).has_access("read"))

    def test_a_members_only_body_meets_without_the_office(self):
        body = self._body(
            "Committee", self.principal, self.teacher, visibility="members"
        )
        meeting = self._draft(self.principal, body=body)
        self.assertTrue(meeting.is_restricted)
        meeting.action_call("They were told in person")
        self._send_notices()
        for user in (self.clerk, self.director, self.admin, self.outsider, self.head):
            self.assertFalse(meeting.with_user(user).has_access("read"), user.login)
            self.assertFalse(
                self.Meeting.with_user(user).search([("id", "=", meeting.id)])
            )
            rows = self.env["school.meeting.participant"].with_user(user)
            self.assertFalse(rows.search([("meeting_id", "=", meeting.id)]))
            log = self.env["school.meeting.event"].with_user(user)
            self.assertFalse(log.search([("meeting_id", "=", meeting.id)]))
        for user in (self.teacher, self.recorder):
            self.assertTrue(meeting.with_user(user).has_access("read"), user.login)

    def test_the_calendar_keeps_the_title_of_a_restricted_meeting(self):
        body = self._body(
            "Committee", self.principal, self.teacher, visibility="members"
        )
        meeting = self._draft(
            self.principal, body=body, name="Dismissal", venue_note="Red room"
        )
        meeting.action_call()
        self._send_notices()
        event = meeting.event_id.sudo()
        self.assertNotIn("Dismissal", event.name)
        self.assertFalse(event.location)
        self.env.invalidate_all()
        seen = event.with_user(self.outsider)
        self.assertEqual(seen.read(["name"])[0]["name"], "Busy")
        Attendee = self.env["calendar.attendee"].with_user(self.outsider)
        self.assertFalse(Attendee.search([("event_id", "=", event.id)]))
        found = self.env["calendar.event"].with_user(self.outsider)
        self.assertFalse(found.search([("name", "ilike", "Dismissal")]))
        notices = (
            self.env["school.notice"].sudo().search([("kind", "=", "meeting_called")])
        )
        self.assertTrue(notices)
        for notice in notices:
            self.assertNotIn("Dismissal", f"{notice.subject} {notice.body}")
            self.assertNotIn("Red room", notice.subject)
            self.assertFalse(notice.res_id)

    def test_nobody_forges_a_step_by_writing(self):
        meeting = self._called()
        for vals in (
            {"state": "ended"},
            {"called_at": False},
            {"number": "X"},
            {"late_reason": "x"},
            {"event_id": False},
        ):
            with self.assertRaises(AccessError):
                meeting.with_user(self.clerk).write(vals)
        with self.assertRaises(AccessError):
            self.Meeting.with_user(self.clerk).create(
                {"name": "Forged", "state": "called"}
            )
        smuggled = (
            self.Meeting.with_user(self.clerk)
            .with_context(default_state="called")
            .create({"name": "Smuggled"})
        )
        self.assertEqual(smuggled.state, "draft")

    def test_a_called_meeting_is_not_rewritten(self):
        meeting = self._called()
        with self.assertRaises(UserError):
            meeting.write({"start": fields.Datetime.now()})
        with self.assertRaises(UserError):
            meeting.write({"name": "Something else"})
        # A form that sends what stands there already changes nothing.
        meeting.write({"name": meeting.name, "requirements": "Formal dress"})
        with self.assertRaises(UserError):
            meeting.participant_ids[0].unlink()
        with self.assertRaises(UserError):
            meeting.participant_ids[0].write({"user_id": self.outsider.id})

    def test_participants_change_nothing_by_hand(self):
        meeting = self._called()
        row = self._row(meeting, self.teacher)
        with self.assertRaises(AccessError):
            row.write({"answer": "accepted"})
        with self.assertRaises(AccessError):
            row.write({"is_voting": False})
        with self.assertRaises(AccessError):
            self.env["school.meeting.participant"].with_user(self.teacher).create(
                {"meeting_id": meeting.id, "user_id": self.outsider.id}
            )
        with self.assertRaises(UserError):
            self.env["school.meeting.item"].with_user(self.teacher).create(
                {"meeting_id": meeting.id, "name": "Smuggled"}
            )
        item = meeting.item_ids[0].with_user(self.teacher)
        with self.assertRaises(UserError):
            item.write({"name": "Rewritten"})

    def test_nobody_answers_for_a_colleague(self):
        meeting = self._called()
        row = self._row(meeting, self.head).with_user(self.teacher)
        for method in ("action_accept", "action_decline", "action_send_deputy"):
            with self.assertRaises(AccessError):
                getattr(row, method)()
        wizard = (
            self.env["school.meeting.answer"]
            .with_user(self.teacher)
            .create({"step": "decline", "participant_ids": row.ids, "reason": "x"})
        )
        with self.assertRaises(AccessError):
            wizard.action_confirm()
        with self.assertRaises(AccessError):
            wizard.write({"step": "record"})
            wizard.action_confirm()
        with self.assertRaises(AccessError):
            row.action_urge()

    def test_the_office_enters_what_it_was_told(self):
        meeting = self._called()
        row = self._row(meeting, self.head).with_user(self.clerk)
        wizard = (
            self.env["school.meeting.answer"]
            .with_user(self.clerk)
            .create(
                {
                    "step": "record",
                    "participant_ids": row.ids,
                    "answer": "declined",
                    "reason": "On a trip",
                }
            )
        )
        wizard.action_confirm()
        self.assertEqual(row.answer, "declined")
        self.assertEqual(row.answered_by_id, self.clerk)
        self.assertEqual(row.answer_channel, "clerk")

    def test_a_body_is_not_called_by_just_anybody(self):
        with self.assertRaises(UserError):
            self._draft(self.teacher)
        meeting = self._draft(self.principal)
        meeting.organizer_id = self.teacher
        with self.assertRaises(UserError):
            meeting.with_user(self.teacher).action_call()
        self.assertEqual(meeting.state, "draft")

    def test_a_neighbour_is_no_deputy_and_no_participant(self):
        meeting = self._called()
        with self.assertRaises(UserError):
            self._row(meeting, self.teacher)._answer("deputy", "", self.stranger)
        with self.assertRaises(UserError):
            self._draft(
                body=self.env["school.meeting.body"],
                participant_ids=[Command.create({"user_id": self.stranger.id})],
            )

    def test_one_person_does_not_stand_for_two(self):
        meeting = self._called()
        self._row(meeting, self.teacher)._answer("deputy", "", self.outsider)
        with self.assertRaises(UserError):
            self._row(meeting, self.head)._answer("deputy", "", self.outsider)
        with self.assertRaises(UserError):
            self._row(meeting, self.colleague)._answer("deputy", "", self.head)

    def test_the_history_is_never_rewritten(self):
        meeting = self._called()
        line = meeting.log_ids[0]
        for user in (self.clerk, self.director):
            with self.assertRaises(AccessError):
                line.with_user(user).write({"text": "Nothing happened"})
            with self.assertRaises(AccessError):
                line.with_user(user).unlink()
