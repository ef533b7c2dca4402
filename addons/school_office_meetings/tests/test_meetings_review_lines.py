from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import MeetingsCase
from .minutes_common import MinutesCommon


@tagged("post_install", "-at_install")
class TestMeetingsReviewLines(MeetingsCase):
    """What hangs on one meeting is not carried to another, which one may not see."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.closed = cls._body(
            "Committee", cls.principal, cls.head, visibility="members"
        )

    def _secret(self):
        meeting = self._draft(self.principal, body=self.closed, name="Dismissal")
        meeting.action_call("They were told in person")
        return meeting

    def _own(self):
        return self.Meeting.with_user(self.outsider).create(
            {
                "name": "Mine",
                "participant_ids": [Command.create({"user_id": self.outsider.id})],
                "item_ids": [Command.create({"name": "My item"})],
            }
        )

    def test_nobody_puts_himself_on_the_list_of_a_meeting_by_moving_his_row(self):
        secret, own = self._secret(), self._own()
        with self.assertRaises(AccessError):
            own.participant_ids.meeting_id = secret.id
        with self.assertRaises(AccessError):
            secret.with_user(self.outsider).write(
                {"participant_ids": [Command.link(own.participant_ids.id)]}
            )
        self.env.invalidate_all()
        self.assertFalse(secret.with_user(self.outsider).has_access("read"))

    def test_nobody_moves_an_item_onto_the_agenda_of_others(self):
        called, own = self._called(), self._own()
        with self.assertRaises(AccessError):
            own.item_ids.meeting_id = called.id
        self.assertEqual(len(called.sudo().item_ids), 1)

    def test_a_standing_meeting_of_a_closed_body_is_not_the_offices(self):
        Schedule = self.env["school.meeting.schedule"]
        vals = {
            "body_id": self.closed.id,
            "organizer_id": self.clerk.id,
            "date_from": fields.Date.today(),
        }
        with self.assertRaises(AccessError):
            Schedule.with_user(self.clerk).create(vals)
        schedule = Schedule.create({**vals, "organizer_id": self.principal.id})
        with self.assertRaises(AccessError):
            schedule.with_user(self.clerk).organizer_id = self.clerk
        for user in (self.outsider, self.clerk):
            found = Schedule.with_user(user).search([("id", "=", schedule.id)])
            self.assertFalse(found, user.login)
        found = Schedule.with_user(self.head).search([("id", "=", schedule.id)])
        self.assertEqual(found, schedule)

    def test_nobody_drafts_a_meeting_of_a_body_to_read_what_it_left_over(self):
        for user in (self.outsider, self.clerk, self.director, self.teacher):
            with self.assertRaises(UserError):
                self._draft(user, body=self.closed)
        with self.assertRaises(UserError):
            self._own().body_id = self.closed
        with self.assertRaises(UserError):
            self._draft(self.outsider)
        self.assertTrue(self._draft(self.principal, body=self.closed).is_restricted)
        self.assertTrue(self._draft(self.clerk).body_id)

    def test_a_call_for_topics_does_not_name_a_meeting_one_may_not_see(self):
        draft = self._draft(self.principal, body=self.closed, name="Dismissal")
        Call = self.env["school.meeting.topic.call"].with_user(self.clerk)
        vals = {
            "name": "Topics",
            "body_id": self.body.id,
            "until": fields.Datetime.now() + timedelta(days=3),
        }
        with self.assertRaises(AccessError):
            Call.create({**vals, "meeting_id": draft.id})
        call = Call.create(vals)
        with self.assertRaises(AccessError):
            call.meeting_id = draft.id

    def test_who_asks_to_record_learns_no_name_of_a_meeting_he_may_not_see(self):
        secret = self._secret()
        Recording = self.env["school.meeting.recording"].with_user(self.outsider)
        kind = Recording._fields["kind"].get_values(self.env)[0]
        with self.assertRaises(AccessError):
            Recording.create(
                {"meeting_id": secret.id, "kind": kind, "purpose": "School paper"}
            )

    def test_a_dialog_shows_no_meeting_that_was_written_into_it_later(self):
        draft = self._draft(self.principal, body=self.closed, name="Dismissal")
        step = (
            self.env["school.meeting.prep.step"]
            .with_user(self.outsider)
            .create({"step": "admit"})
        )
        with self.assertRaises(AccessError):
            step.meeting_id = draft.id


@tagged("post_install", "-at_install")
class TestMeetingsReviewResolutions(MinutesCommon):
    def test_a_draft_resolution_stays_with_the_meeting_that_decided_it(self):
        here, there = self._meeting(), self._meeting()
        draft = self._draft(here, user=self.recorder).with_user(self.recorder)
        with self.assertRaises(AccessError):
            draft.write({"meeting_id": there.id, "item_id": there.item_ids[0].id})

    def test_a_request_for_a_later_date_stays_with_its_resolution(self):
        mine, other = self._open(), self._open()
        self.assertNotEqual(mine, other)
        request = (
            self.env["school.meeting.extension"]
            .with_user(self.owner)
            .create(
                {
                    "resolution_id": mine.id,
                    "new_date": mine.due_date + timedelta(days=30),
                    "reason": "Materials are late",
                }
            )
        )
        with self.assertRaises(AccessError):
            request.resolution_id = other.id
        request.reason = "Materials are late by a month"

    def test_an_overdue_secret_does_not_come_onto_the_draft_of_a_stranger(self):
        self.body.visibility = "members"
        secret = self._open(name="Dismissal of somebody")
        secret.sudo().due_date = self.school._school_date() - timedelta(days=2)
        Meeting = self.env["school.meeting"].with_user(self.teacher)
        with self.assertRaises(UserError):
            Meeting.create({"name": "Probe", "body_id": self.body.id})
        self.assertFalse(secret.returned_item_id)

    def test_minutes_stay_with_their_meeting(self):
        minutes, other = self._minutes(), self._meeting()
        with self.assertRaises(AccessError):
            minutes.with_user(self.recorder).meeting_id = other.id
