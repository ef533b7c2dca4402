"""Two call one meeting at once; somebody answers while it is called off."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from committed import CommittedCase


@tagged("standard", "post_install", "-at_install")
class TestConcurrentCalling(CommittedCase):
    school_code = "BUSYCALL"

    def setUp(self):
        super().setUp()
        with self._env() as env:
            people = env["res.users"].union(
                *(self._person(env, f"busy_caller_{number}") for number in range(6))
            )
            body = env["school.meeting.body"].create(
                {
                    "name": "Busy Council",
                    "company_id": self.school_id,
                    "needs_plan": False,
                    "recorder_id": people[1].id,
                    "member_ids": [
                        Command.create(
                            {
                                "user_id": person.id,
                                "role": "member" if number else "chair",
                            }
                        )
                        for number, person in enumerate(people)
                    ],
                }
            )
            meeting = env["school.meeting"].create(
                {
                    "name": "Busy",
                    "company_id": self.school_id,
                    "body_id": body.id,
                    "organizer_id": people[0].id,
                    "start": fields.Datetime.now() + timedelta(days=20),
                }
            )
            self.meeting_id = meeting.id

    def _meeting(self, env):
        return env["school.meeting"].browse(self.meeting_id)

    def _call(self, user_id):
        return self._request(user_id, lambda env: self._meeting(env).action_call())

    def test_a_meeting_is_called_once(self):
        callers = self.user_ids[:2]
        results, errors = self._crowd(
            [lambda user_id=user_id: self._call(user_id) for user_id in callers]
        )
        self.assertEqual(results, [True])
        self.assertEqual([type(error) for error in errors], [UserError])
        with self._env() as env:
            meeting = self._meeting(env)
            self.assertEqual(meeting.state, "called")
            self.assertEqual(meeting.log_ids.mapped("kind").count("called"), 1)
            numbers = env["school.number"].search(
                [("res_model", "=", "school.meeting"), ("res_id", "=", meeting.id)]
            )
            self.assertEqual(len(numbers), 1)
            jobs = env["school.meeting.dispatch"].search(
                [("meeting_id", "=", meeting.id)]
            )
            self.assertEqual(jobs.mapped("kind"), ["called"])

    def test_an_answer_meets_the_cancellation(self):
        self._call(self.user_ids[0])
        with self._env() as env:
            rows = {r.user_id.id: r.id for r in self._meeting(env).participant_ids}

        def answer(user_id):
            return self._request(
                user_id,
                lambda env: (
                    env["school.meeting.participant"]
                    .browse(rows[user_id])
                    .action_accept()
                ),
            )

        jobs = [lambda u=user_id: answer(u) for user_id in self.user_ids[1:]]
        jobs.append(
            lambda: self._request(
                self.user_ids[0], lambda env: self._meeting(env)._cancel("Illness")
            )
        )
        _results, errors = self._crowd(jobs)
        # Who came after the cancellation is told so; nobody meets anything else.
        self.assertEqual({type(error) for error in errors} - {UserError}, set())
        with self._env() as env:
            meeting = self._meeting(env)
            self.assertEqual(meeting.state, "cancelled")
            accepted = meeting.participant_ids.filtered(lambda r: r.answer != "none")
            self.assertEqual(len(accepted) + len(errors), len(self.user_ids) - 1)
