"""In the room at the same moment: real threads, committed transactions."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from committed import CommittedCase

CROWD = 30


@tagged("standard", "post_install", "-at_install")
class TestConcurrentRoom(CommittedCase):
    school_code = "BUSYROOM"

    def setUp(self):
        super().setUp()
        with self._env() as env:
            people = [self._person(env, f"busy_room_{n}") for n in range(CROWD)]
            self.chair_id = people[0].id
            body = env["school.meeting.body"].create(
                {
                    "name": "Busy Council",
                    "company_id": self.school_id,
                    "needs_plan": False,
                    "member_ids": [
                        Command.create(
                            {"user_id": user.id, "company_id": self.school_id}
                        )
                        for user in people
                    ],
                }
            )
            start = fields.Datetime.now() + timedelta(minutes=5)
            meeting = env["school.meeting"].create(
                {
                    "name": "Busy Meeting",
                    "company_id": self.school_id,
                    "body_id": body.id,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "organizer_id": self.chair_id,
                    "chair_id": self.chair_id,
                    "recorder_id": self.chair_id,
                    "item_ids": [Command.create({"name": "Busy Item"})],
                    "participant_ids": [
                        Command.set([]),
                        *(Command.create({"user_id": user.id}) for user in people),
                    ],
                }
            )
            meeting.write({"state": "called", "called_at": fields.Datetime.now()})
            self.meeting_id = meeting.id
            self.item_id = meeting.item_ids.id
            meeting._sign_in_secret()

    def _do(self, user_id, model, record_id, method, *args):
        return self._request(
            user_id,
            lambda env: getattr(env[model].browse(record_id), method)(*args),
        )

    def _everybody_signs_in(self):
        def sign_in(user_id):
            return self._request(
                user_id,
                lambda env: (
                    env["school.meeting"]
                    .browse(self.meeting_id)
                    .action_sign_in(
                        env["school.meeting"]
                        .browse(self.meeting_id)
                        .sudo()
                        ._sign_in_code()[0]
                    )
                ),
            )

        return self._crowd(
            [lambda user_id=user_id: sign_in(user_id) for user_id in self.user_ids]
        )

    def _open_vote(self, kind):
        return self._do(
            self.chair_id,
            "school.meeting.item",
            self.item_id,
            "action_open_vote",
            "Agreed?",
            kind,
        )

    def test_a_crowd_in_one_room(self):
        # One meeting for all: opening a school takes longer than what is tested.
        with self.subTest("thirty sign in at once"):
            self._thirty_sign_in_at_once()
        with self.subTest("two who begin an item at once begin it once"):
            self._one_item_is_begun()
        for kind in ("open", "secret"):
            with self.subTest("one person with two phones has one ballot", kind=kind):
                self._one_ballot_each(kind)
            with self.subTest("no ballot is lost or added by closing", kind=kind):
                self._vote_while_it_is_closed(kind)

    def _thirty_sign_in_at_once(self):
        results, errors = self._everybody_signs_in()
        self.assertEqual(errors, [])
        self.assertEqual(len(results), CROWD)
        with self._env() as env:
            meeting = env["school.meeting"].browse(self.meeting_id)
            self.assertTrue(all(meeting.participant_ids.mapped("is_present")))
            rows = meeting.participant_ids.presence_ids
            self.assertEqual(len(rows), CROWD)

    def _one_item_is_begun(self):
        self._do(self.chair_id, "school.meeting", self.meeting_id, "action_start", True)
        results, errors = self._crowd(
            [
                lambda: self._do(
                    self.chair_id, "school.meeting.item", self.item_id, "action_begin"
                )
            ]
            * 3
        )
        self.assertEqual(len(results), 1)
        self.assertEqual({type(error) for error in errors}, {UserError})

    def _one_ballot_each(self, kind):
        vote_id = self._open_vote(kind)
        results, errors = self._crowd(
            [
                lambda choice=choice: self._do(
                    self.user_ids[5],
                    "school.meeting.vote",
                    vote_id,
                    "action_cast",
                    choice,
                )
                for choice in ("for", "against", "for", "abstain")
            ]
        )
        self.assertEqual(len(results), 1)
        self.assertEqual({type(error) for error in errors}, {UserError})
        # Of one or two ballots a secret vote says nothing.
        for user_id in self.user_ids[6:8]:
            self._do(user_id, "school.meeting.vote", vote_id, "action_cast", "for")
        self._do(self.chair_id, "school.meeting.vote", vote_id, "action_close")
        with self._env() as env:
            vote = env["school.meeting.vote"].browse(vote_id)
            counts = (vote.count_for, vote.count_against, vote.count_abstain)
            self.assertEqual(sum(counts), 3)

    def _vote_while_it_is_closed(self, kind):
        vote_id = self._open_vote(kind)
        jobs = [
            lambda user_id=user_id: self._do(
                user_id, "school.meeting.vote", vote_id, "action_cast", "for"
            )
            for user_id in self.user_ids[1:13]
        ]

        def close():
            self._do(self.chair_id, "school.meeting.vote", vote_id, "action_close")

        # Three came in time whatever happens, or a secret vote could not be closed.
        for job in jobs[:3]:
            job()
        _results, errors = self._crowd([*jobs[3:], close])
        with self._env() as env:
            vote = env["school.meeting.vote"].browse(vote_id)
            self.assertEqual(vote.state, "closed")
            voted = vote.turnout_ids.filtered("has_voted")
            # Who was told that he voted is counted; nobody else is.
            self.assertEqual(len(voted), len(jobs) - len(errors))
            self.assertEqual(vote.count_for, len(voted))
            self.assertTrue(all(vote.turnout_ids.mapped("is_closed")))
        self.assertEqual({type(e) for e in errors} - {UserError}, set())
