"""The timer job with real threads and committed transactions."""

import threading
import uuid
from datetime import timedelta

from odoo import api, fields
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged

DUE = 12


@tagged("standard", "post_install", "-at_install")
class TestConcurrentTimers(BaseCase):
    """The rows are real; ``_clean_up`` removes them as the owner of the database."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.addCleanup(self._clean_up)
        with self._env() as env:
            school = env["res.company"].create(
                {
                    "name": f"Timed School {uuid.uuid4()}",
                    "is_school": True,
                    "school_code": "TIMED",
                }
            )
            self.school_id = school.id
            school._school_set_up()
            # Whatever the hour at which the tests run.
            school.school_quiet_hours = False
            user = new_test_user(
                env,
                "timed_clerk",
                "base.group_user",
                company_id=school.id,
                company_ids=[Command.set(school.ids)],
            )
            self.user_id = user.id
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

    def _env(self):
        return _Transaction(self.registry)

    def _clean_up(self):
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            cr.execute(
                r"""SELECT relname
                      FROM pg_class
                      JOIN pg_attribute ON attrelid = pg_class.oid
                     WHERE relkind = 'r' AND attname = 'company_id'
                       AND relname LIKE 'school\_%'"""
            )
            for (table,) in cr.fetchall():
                cr.execute(
                    f"DELETE FROM {table} WHERE company_id = %s", [self.school_id]
                )
        with self._env() as env:
            env["res.users"].browse(self.user_id).exists().unlink()
            env["res.company"].browse(self.school_id).write(
                {"is_school": False, "school_code": False, "active": False}
            )

    def test_what_one_worker_holds_the_other_skips(self):
        now = fields.Datetime.now()
        with self._env() as first, self._env() as second:
            mine = first["school.time.clock"]._take_due(now, 5)
            theirs = second["school.time.clock"]._take_due(now, 500)
            self.assertEqual(len(mine & mine.browse(self.clock_ids)), 5)
            self.assertFalse(set(mine.ids) & set(theirs.ids))
            self.assertEqual(set(mine.ids) | set(theirs.ids), set(self.clock_ids))

    def test_of_many_workers_each_reminder_is_sent_by_one(self):
        barrier = threading.Barrier(4)
        errors = []

        def work():
            try:
                barrier.wait(30)
                for _run in range(4):
                    with self.registry.cursor() as cr:
                        env = api.Environment(cr, api.SUPERUSER_ID, {})
                        retrying(
                            lambda env=env: env["school.time.clock"]._cron_timers(4),
                            env,
                        )
            except Exception as error:  # noqa: BLE001 (told to the test's own thread)
                errors.append(error)

        threads = [threading.Thread(target=work) for _worker in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
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


class _Transaction:
    """A transaction of its own that commits, or rolls back on an error."""

    def __init__(self, registry):
        self.cr = registry.cursor()

    def __enter__(self):
        return api.Environment(self.cr, api.SUPERUSER_ID, {})

    def __exit__(self, *error):
        return self.cr.__exit__(*error)
