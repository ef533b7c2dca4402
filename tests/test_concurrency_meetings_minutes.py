"""Minutes and summaries at the same moment: real threads, committed transactions."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from committed import CommittedCase
from held_meeting import hold_meeting, resolve


@tagged("standard", "post_install", "-at_install")
class TestConcurrentMinutes(CommittedCase):
    school_code = "BUSYMIN"

    def setUp(self):
        super().setUp()
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            names = ("chair", "recorder", "owner", "leader")
            people = {name: self._person(env, f"busy_{name}") for name in names}
            self.ids = {name: user.id for name, user in people.items()}
            for code, name in (("supervising_leader", "leader"), ("director", "owner")):
                env["school.post.holder"].create(
                    {
                        "post_id": env["school.post"]._find(school, code).id,
                        "user_id": self.ids[name],
                        "date_from": "2020-01-01",
                    }
                )
            meeting = hold_meeting(
                env, school, people["chair"], people["recorder"], people["owner"]
            )
            resolve(meeting, people["recorder"], people["owner"])
            self.meeting_id = meeting.id
            self.minutes_id = meeting._minutes().id
        with self._env(self.ids["recorder"]) as env:
            env["school.meeting.minutes"].browse(self.minutes_id).action_submit()

    def _approve(self, name):
        def work(env):
            task = (
                env["school.approval.task"]
                .sudo()
                .search(
                    [
                        ("res_model", "=", "school.meeting.minutes"),
                        ("res_id", "=", self.minutes_id),
                        ("user_id", "=", env.uid),
                    ]
                )
            )
            return task.with_env(env).action_approve("Yes.")

        return self._request(self.ids[name], work)

    def test_two_who_approve_at_once_make_one_set_of_minutes(self):
        _results, errors = self._crowd(
            [lambda: self._approve("chair"), lambda: self._approve("leader")]
        )
        self.assertLessEqual(len(errors), 1)
        self.assertTrue(all(isinstance(error, UserError) for error in errors), errors)
        with self._env() as env:
            minutes = env["school.meeting.minutes"].browse(self.minutes_id)
            self.assertEqual(minutes.state, "distributed")
            self.assertTrue(minutes.is_frozen)
            numbers = env["school.number"].search(
                [("company_id", "=", self.school_id), ("kind", "=", "minutes")]
            )
            self.assertEqual(len(numbers), 1)
            approved = env["school.register.entry"].search_count(
                [
                    ("company_id", "=", self.school_id),
                    ("register_code", "=", "minutes"),
                    ("event", "=", "approved"),
                ]
            )
            self.assertEqual(approved, 1)
            resolution = minutes.meeting_id.resolution_ids
            self.assertEqual(resolution.state, "open")
            self.assertEqual(len(resolution.activity_ids), 1)
            resolution.activity_ids.unlink()

    def test_two_who_change_and_approve_at_once_do_not_mix(self):
        """Either the change comes before the review ends, or it is refused."""

        def change():
            return self._request(
                self.ids["recorder"],
                lambda env: (
                    env["school.meeting.item"]
                    .browse(
                        env["school.meeting"].sudo().browse(self.meeting_id).item_ids.id
                    )
                    .sudo()
                    .write({"name": "Changed behind"})
                ),
            )

        self._crowd([change, lambda: self._approve("chair")])
        with self._env() as env:
            minutes = env["school.meeting.minutes"].browse(self.minutes_id)
            self.assertEqual(minutes.meeting_id.item_ids.name, "Fire doors")
            self.assertEqual(minutes.block_ids.name, "Fire doors")
            minutes.meeting_id.resolution_ids.activity_ids.unlink()

    def test_two_jobs_on_friday_make_one_summary_each(self):
        self._approve("chair")

        def job():
            with self._env() as env:
                school = env["res.company"].browse(self.school_id)
                school.read(["name"])  # the snapshot is older than the other's work
                week = school._school_date()
                made = env["school.meeting.summary"]._make(
                    school, week, fields.Datetime.now() + timedelta(minutes=1)
                )
                return len(made)

        results, errors = self._crowd([job] * 4)
        self.assertFalse(
            [error for error in errors if isinstance(error, AssertionError)]
        )
        with self._env() as env:
            summaries = env["school.meeting.summary"].search(
                [("company_id", "=", self.school_id)]
            )
            self.assertEqual(len(summaries), 2)
            self.assertEqual(sum(results), 2)
            notices = env["school.notice"].search_count(
                [
                    ("company_id", "=", self.school_id),
                    ("kind", "=", "resolution_summary"),
                ]
            )
            self.assertEqual(notices, 2)
            env["mail.activity"].search(
                [("res_model", "=", "school.meeting.resolution")]
            ).filtered(lambda a: a.user_id.id in self.user_ids).unlink()
