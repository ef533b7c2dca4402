from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .procedures_common import ProceduresCommon


@tagged("post_install", "-at_install")
class TestRestoreTests(ProceduresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Test = cls.env["school.restore.test"]
        cls.Test._school_due(cls.school)
        cls.test = cls.Test.search([("company_id", "=", cls.school.id)])

    def _enter(self, **vals):
        test = self.test.with_user(self.archivist)
        test.write(
            {
                "date": self.today,
                "restored": "Database and 20 files.",
                "result": "ok",
                **vals,
            }
        )
        return test

    def test_one_test_is_always_planned_for_the_archivist(self):
        self.Test._school_due(self.school)
        self.assertEqual(len(self.test), 1)
        self.assertEqual(self.test.tester_id, self.archivist)
        self.assertEqual(self.test.date_due, self._days(35))
        self.assertEqual(self.test.deadline_state, "running")

    def test_recording_it_plans_the_next_and_is_final(self):
        self._enter().action_record()
        self.assertEqual(self.test.state, "done")
        self.assertEqual(self.test.deadline_state, "met")
        planned = self.Test.search([("state", "=", "planned")])
        self.assertEqual(planned.date_due, self._days(35))
        for env in (self.test.with_user(self.archivist).env, self.test.sudo().env):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.test.with_env(env).write({"restored": "Nothing"})
        with self.assertRaises(UserError):
            self.test.sudo().unlink()

    def test_what_is_missing_is_named(self):
        with self.assertRaisesRegex(UserError, "Tested On.*What Was Restored.*Outcome"):
            self.test.with_user(self.archivist).action_record()
        with self.assertRaisesRegex(UserError, "Fault"):
            self._enter(result="fault").action_record()
        with self.assertRaisesRegex(UserError, "beforehand"):
            self._enter(date=self._days(1))
        with self.assertRaisesRegex(UserError, "younger"):
            self._enter(backup_date=self._days(1))

    def test_a_fault_stays_open_until_it_is_remedied(self):
        test = self._enter(result="fault", fault="Three files are missing.")
        test.action_record()
        self.assertEqual(test.state, "fault")
        with self.assertRaisesRegex(UserError, "only the remedy"):
            test.restored = "Other"
        with self.assertRaisesRegex(UserError, "how the fault was remedied"):
            test.action_remedied()
        test.remedy = "Backup widened to the file store, test repeated."
        test.action_remedied()
        self.assertEqual(test.state, "done")
        self.assertEqual(test.remedied_by_id, self.archivist)

    def test_director_and_administrator_are_warned_when_none_was_done(self):
        later = fields.Datetime.now() + timedelta(days=40)
        with freeze_time(later):
            self.test._clock_breached(self.test.clock_ids)
            self.test.invalidate_recordset()
            self.assertTrue(self.test.is_overdue)
        for user in (self.director, self.admin):
            self.assertTrue(self._told(user, "No restore test"))
        self.assertFalse(self._told(self.teacher, "No restore test"))
        self.assertFalse(self._told(self.stranger, "No restore test"))

    def test_the_cron_of_the_clocks_finds_the_breach(self):
        self.env.flush_all()
        with freeze_time(fields.Datetime.now() + timedelta(days=40)):
            self.test.clock_ids.sudo()._run_timers(fields.Datetime.now())
        self.assertTrue(self._told(self.director, "No restore test"))

    def test_it_is_on_the_page_of_the_tester_when_it_is_near(self):
        def count(user):
            overview = self.env["school.my.office"].with_user(user).get_overview()
            return {c["key"]: c["count"] for c in overview["sections"]}["restore_tests"]

        self.assertEqual(count(self.archivist), 0)
        with freeze_time(fields.Datetime.now() + timedelta(days=30)):
            self.assertEqual(count(self.archivist), 1)
            self.assertEqual(count(self.teacher), 0)

    def test_who_keeps_the_log(self):
        Test = self.Test
        for user, sees in (
            (self.archivist, True),
            (self.clerk, True),
            (self.admin, True),
            (self.auditor, True),
            (self.teacher, False),
            (self.neighbour, False),
        ):
            found = Test.with_user(user).search([])
            self.assertEqual(found.ids, self.test.ids if sees else [], user.login)
        for user in (self.auditor, self.teacher):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.test.with_user(user).write({"restored": "x"})
        for vals in ({"state": "done"}, {"date_due": self._days(99)}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.test.with_user(self.archivist).write(vals)
        with self.assertRaises(AccessError):
            Test.with_user(self.admin).create({"restored": "x"})

    def test_the_school_names_another_tester(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.school.school_restore_tester_id = self.neighbour
        self.school.school_restore_tester_id = self.head
        self._enter().action_record()
        planned = self.Test.search([("state", "=", "planned")])
        self.assertEqual(planned.tester_id, self.head)
