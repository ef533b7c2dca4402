from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .room_common import RoomCommon


@tagged("post_install", "-at_install")
class TestMeetingsReviewRoom(RoomCommon):
    """Who leads, who votes and by which rule is settled when a meeting opens."""

    def test_nobody_takes_the_chair_of_a_meeting_that_has_begun(self):
        self._open(self.chair, *self.members)
        for user in (self.recorder, self.chair):
            with self.assertRaises(UserError):
                self.meeting.with_user(user).chair_id = self.recorder
        with self.assertRaises(UserError):
            self.meeting.with_user(self.recorder).organizer_id = self.members[0]
        self.assertEqual(self.meeting.chair_id, self.chair)

    def test_only_the_chair_replaces_the_minutes_taker_and_never_himself(self):
        self._open(self.chair, *self.members)
        meeting = self.meeting
        with self.assertRaises(AccessError):
            meeting.with_user(self.recorder).recorder_id = self.members[0]
        meeting.with_user(self.chair).recorder_id = self.members[1]
        self.assertEqual(meeting.recorder_id, self.members[1])
        meeting.with_user(self.chair).recorder_id = self.chair
        with self.assertRaises(AccessError):
            # He would hand in by another's hand what he reviews himself.
            meeting.with_user(self.chair).recorder_id = self.members[1]

    def test_a_form_that_sends_the_same_people_again_is_no_change(self):
        self._open(self.chair, *self.members)
        self.meeting.with_user(self.recorder).write(
            {"chair_id": self.chair.id, "requirements": "Phones off"}
        )
        self.assertEqual(self.meeting.requirements, "Phones off")

    def test_nobody_loses_his_vote_once_the_meeting_has_begun(self):
        self._open(self.chair, *self.members)
        seat = self._seat(self.members[0]).with_user(self.recorder)
        for vals in ({"is_voting": False}, {"role": "observer"}):
            with self.assertRaises(UserError):
                seat.write(vals)
        observer = self._seat(self.observer).with_user(self.recorder)
        with self.assertRaises(UserError):
            observer.write({"is_voting": True, "role": "member"})
        seat.write({"is_voting": True, "is_key": True})

    def test_who_comes_in_late_brings_no_vote_along(self):
        free = self._called_meeting(
            body=self.env["school.meeting.body"], name="Without a body"
        )
        self._open(self.chair, *self.members, meeting=free)
        rows = self.env["school.meeting.participant"].with_user(self.recorder)
        vals = {"meeting_id": free.id, "user_id": self.teacher.id}
        with self.assertRaises(UserError):
            rows.create(vals)
        late = rows.create({**vals, "role": "observer", "is_voting": False})
        self.assertFalse(late._is_voting_seat())

    def test_the_quorum_of_an_item_is_raised_but_not_lowered_in_the_room(self):
        self.item.is_special = True
        item = self._open(self.chair, *self.members)
        with self.assertRaises(UserError):
            item.with_user(self.recorder).is_special = False
        other = self.meeting.item_ids[1].with_user(self.recorder)
        other.is_special = True
        self.assertTrue(other.is_special)
        vote = self._vote(item)
        with self.assertRaises(UserError):
            item.with_user(self.recorder).is_special = False
        vote.with_user(self.chair).action_cancel("A mistake")

    def test_whose_matter_an_item_is_cannot_change_in_the_room(self):
        one, other = self.env["hr.department"].create(
            [{"name": name, "company_id": self.school.id} for name in ("A", "B")]
        )
        self.item.department_id = one
        item = self._open(self.chair, *self.members).with_user(self.recorder)
        for department in (other, one.browse()):
            with self.assertRaises(UserError):
                item.department_id = department
        self.assertEqual(item.department_id, one)

    def test_a_vote_is_judged_by_the_majority_of_its_opening(self):
        item = self._open(self.chair, *self.members)
        vote = self._vote(item)
        self._cast(vote, self.chair, "for")
        self._cast(vote, self.members[0], "against")
        # Ballots can be seen while they come in: nobody fits the rule to them.
        self.body.write(
            {
                "majority_base": "members",
                "majority_numerator": 1,
                "majority_denominator": 5,
                "majority_strict": False,
            }
        )
        vote.with_user(self.chair).action_close()
        self.assertEqual(vote.needed_count, 3)
        self.assertEqual(vote.result, "tie")
        self.assertEqual(vote.majority_denominator, 2)

    def test_who_recused_himself_reads_no_statement_about_the_item(self):
        item = self.item
        item.with_user(self.members[0]).action_recuse("It is about my brother")
        self._open(self.chair, *self.members)
        with_recorder = item.with_user(self.recorder)
        with_recorder.action_state(self._seat(self.members[1]).id, "I am against him")
        statements = self.env["school.meeting.statement"]
        domain = [("item_id", "=", item.id)]
        found = statements.with_user(self.members[0]).search(domain)
        self.assertFalse(found)
        row = statements.search(domain)
        self.assertFalse(row.with_user(self.members[0]).has_access("read"))
        for user in (self.members[1], self.members[2], self.chair, self.recorder):
            self.assertEqual(statements.with_user(user).search(domain), row)
            self.assertTrue(row.with_user(user).has_access("read"), user.login)

    def test_statements_of_a_part_for_members_are_not_for_who_listens(self):
        item = self._open(self.chair, *self.members, self.observer)
        outside = self._person("room_outside", self.school)
        self.env["school.meeting.participant"].create(
            {
                "meeting_id": self.meeting.id,
                "user_id": outside.id,
                "role": "observer",
                "is_voting": False,
            }
        )
        item.with_user(self.recorder).action_set_visibility("members")
        item.with_user(self.recorder).action_state(
            self._seat(self.members[1]).id, "Not beyond this room"
        )
        statements = self.env["school.meeting.statement"]
        domain = [("item_id", "=", item.id)]
        self.assertFalse(statements.with_user(outside).search(domain))
        self.assertTrue(statements.with_user(self.members[2]).search(domain))


@tagged("post_install", "-at_install")
class TestMeetingsReviewBody(RoomCommon):
    """The office does not let itself into a body that meets behind closed doors."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body.visibility = "members"

    def test_the_office_does_not_enter_itself_into_a_closed_body(self):
        for user in (self.clerk, self.director):
            Member = self.env["school.meeting.member"].with_user(user)
            with self.assertRaises(AccessError):
                Member.create({"body_id": self.body.id, "user_id": user.id})
            member = self.body.member_ids[1].with_user(user)
            with self.assertRaises(AccessError):
                member.user_id = user
            with self.assertRaises(AccessError):
                member.unlink()

    def test_the_office_neither_opens_a_closed_body_nor_takes_its_minutes(self):
        body = self.body.with_user(self.clerk)
        for vals in (
            {"visibility": "staff"},
            {"recorder_id": self.clerk.id},
            {"quorum_numerator": 0},
            {"member_ids": [Command.create({"user_id": self.clerk.id})]},
        ):
            with self.assertRaises(AccessError):
                body.write(vals)
        self.assertFalse(self.meeting.with_user(self.clerk).has_access("read"))

    def test_a_member_is_not_carried_over_into_a_closed_body(self):
        open_body = self.env["school.meeting.body"].create(
            {"name": "Open", "company_id": self.school.id}
        )
        member = (
            self.env["school.meeting.member"]
            .with_user(self.clerk)
            .create({"body_id": open_body.id, "user_id": self.clerk.id})
        )
        with self.assertRaises(AccessError):
            member.body_id = self.body

    def test_the_administrator_enters_members_and_the_history_tells(self):
        self.env["school.meeting.member"].with_user(self.admin).create(
            {"body_id": self.body.id, "user_id": self.teacher.id}
        )
        told = self.body.message_ids.filtered(
            lambda message: self.teacher.name in (message.body or "")
        )
        self.assertEqual(told.author_id, self.admin.partner_id)

    def test_whoever_calls_a_meeting_learns_nothing_of_a_body_of_another(self):
        foreign = self.env["school.meeting.body"].create(
            {
                "name": "Foreign",
                "company_id": self.other.id,
                "member_ids": [Command.create({"user_id": self.stranger.id})],
            }
        )
        Meeting = self.env["school.meeting"].with_user(self.teacher)
        with self.assertRaises(AccessError):
            Meeting.create({"name": "Probe", "body_id": foreign.id})
        spec = {"body_id": {}, "participant_ids": {"fields": {"user_id": {}}}}
        with self.assertRaises(AccessError):
            Meeting.onchange({"body_id": foreign.id}, ["body_id"], spec)
        start = self.meeting.start + timedelta(days=1)
        draft = Meeting.create({"name": "Own", "start": start})
        self.assertEqual(draft.organizer_id, self.teacher)
