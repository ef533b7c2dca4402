"""The timer job with real threads and committed transactions."""

from datetime import timedelta

from odoo import api, fields
from odoo.tests import tagged

from committed import CommittedCase

DUE = 12


@tagged("standard", "post_install", "-at_install")
class TestConcurrentTimers(CommittedCase):
    school_code = "TIMED"

    def setUp(self):
        super().setUp()
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            # Whatever the hour at which the tests run.
            school.school_quiet_hours = False
            user = self._person(env, "timed_clerk")
            opened = fields.Datetime.now() - timedelta(hours=3)
            receipts = env["school.receipt"].create(
                [
                    {
                        "company_id": school.id,
                        "res_model": "school.place",
                        "res_id": number,
                        "title": "Document",
                        "user_id": user.id,
                        "opened_at": opened,
                        "sent_at": opened,
                        "limit_amount": 2,
                        "limit_unit": "clock_hour",
                    }
                    for number in range(1, DUE + 1)
                ]
            )
            self.clock_ids = receipts.clock_ids.ids
            self.assertEqual(len(self.clock_ids), DUE)

    def test_what_one_worker_holds_the_other_skips(self):
        now = fields.Datetime.now()
        with self._env() as first, self._env() as second:
            mine = first["school.time.clock"]._take_due(now, 5)
            theirs = second["school.time.clock"]._take_due(now, 500)
            self.assertEqual(len(mine & mine.browse(self.clock_ids)), 5)
            self.assertFalse(set(mine.ids) & set(theirs.ids))
            self.assertEqual(set(mine.ids) | set(theirs.ids), set(self.clock_ids))

    def test_of_many_workers_each_reminder_is_sent_by_one(self):
        def work():
            for _run in range(4):
                self._request(
                    api.SUPERUSER_ID,
                    lambda env: env["school.time.clock"]._cron_timers(4),
                )

        _results, errors = self._crowd([work] * 4)
        self.assertFalse(errors)
        with self._env() as env:
            clocks = env["school.time.clock"].browse(self.clock_ids)
            self.assertEqual(set(clocks.mapped("is_late")), {True})
            reminders = env["school.time.reminder"].search(
                [("clock_id", "in", clocks.ids), ("result", "=", "sent")]
            )
            steps = [(row.clock_id.id, row.step_id.id) for row in reminders]
            self.assertEqual(len(steps), len(set(steps)))
            notices = env["school.notice"].search_count(
                [("company_id", "=", self.school_id), ("kind", "=", "clock")]
            )
            self.assertEqual(notices, len(reminders))
            self.assertGreaterEqual(notices, DUE)
            self.assertFalse(clocks._rebuild_compare())
