from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .procedures_common import ProceduresCommon


@tagged("post_install", "-at_install")
class TestAppraisal(ProceduresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Entry = cls.env["school.appraisal.entry"]

    def _propose(self, key="k1", **row):
        row = {"user": self.teacher, "remark": "Answered late.", **row}
        return self.Entry._propose(self.school, [{"key": key, **row}])

    def test_a_proposal_knows_department_head_and_period(self):
        entry = self._propose(date=fields.Date.to_date("2026-03-02"))
        self.assertEqual(entry.state, "proposed")
        self.assertEqual(entry.department_id, self.teaching)
        self.assertEqual(entry.head_id, self.head)
        self.assertEqual(entry.period, "2026")
        self.school.school_appraisal_period = "school"
        entry = self._propose("k2", date=fields.Date.to_date("2026-03-02"))
        self.assertEqual(entry.period, "2025-2026")

    def test_the_same_is_proposed_once(self):
        self.assertTrue(self._propose())
        self.assertFalse(self._propose())
        self.assertEqual(len(self.Entry.search([])), 1)

    def test_a_survey_item_goes_to_the_department(self):
        entry = self._propose(
            user=None,
            department=self.teaching,
            kind="below_target",
            record=self._procedure(),
        )
        self.assertEqual(entry.head_id, self.head)
        self.assertEqual(entry.source, "Handling of incoming documents")

    def test_the_director_confirms_and_it_is_final_and_in_the_register(self):
        entry = self._propose().with_user(self.director)
        entry.action_confirm()
        self.assertEqual(
            (entry.state, entry.decided_by_id), ("confirmed", self.director)
        )
        row = self.env["school.register.entry"].search(
            [("register_code", "=", "appraisal"), ("company_id", "=", self.school.id)]
        )
        self.assertEqual((row.res_model, row.res_id), (entry._name, entry.id))
        self.assertIn("Answered late.", row.payload)
        self.assertTrue(row.is_marked)
        self.assertFalse(row.with_user(self.clerk).search([("id", "=", row.id)]))
        self.assertTrue(self._told(self.teacher, "appraisal ledger"))
        for env in (entry.env, entry.sudo().env):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                entry.with_env(env).write({"remark": "Other"})
            with self.assertRaises(UserError), self.env.cr.savepoint():
                entry.with_env(env).unlink()
        with self.assertRaises(UserError):
            entry.action_confirm()

    def test_a_mistake_is_corrected_by_another_entry(self):
        entry = self._propose().with_user(self.director)
        with self.assertRaisesRegex(UserError, "Only a confirmed entry"):
            entry.action_correct()
        entry.action_confirm()
        correction = entry.browse(entry.action_correct()["res_id"])
        self.assertEqual(
            (correction.kind, correction.corrects_id), ("correction", entry)
        )
        correction.remark = "The sender was late."
        correction.action_confirm()
        self.assertEqual(correction.state, "confirmed")

    def test_it_is_dropped_with_a_reason(self):
        entries = self._propose() | self._propose("k2")
        entries = entries.with_user(self.director)
        action = entries.action_ask_drop()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.director)
            .with_context(**action["context"])
            .create({"reason": "Caused by the sender."})
        )
        wizard.action_drop()
        self.assertEqual(set(entries.mapped("state")), {"dropped"})
        self.assertEqual(entries[0].drop_reason, "Caused by the sender.")
        with self.assertRaises(UserError):
            entries.action_confirm()
        with self.assertRaisesRegex(UserError, "reason"):
            self._propose("k3").with_user(self.director)._drop(" ")

    def test_nobody_decides_about_himself(self):
        entry = self._propose(user=self.director).with_user(self.director)
        with self.assertRaisesRegex(UserError, "about himself"):
            entry.action_confirm()

    def test_only_whom_it_concerns_his_head_director_and_auditor_see_it(self):
        entry = self._propose()
        for user, sees in (
            (self.teacher, True),
            (self.head, True),
            (self.director, True),
            (self.auditor, True),
            (self.clerk, False),
            (self.admin, False),
            (self.principal, False),
            (self.archivist, False),
            (self.neighbour, False),
        ):
            with self.subTest(user=user.login):
                found = self.Entry.with_user(user).search([])
                self.assertEqual(found.ids, entry.ids if sees else [])
        entry.with_user(self.director)._drop("A mistake.")
        self.assertFalse(self.Entry.with_user(self.teacher).search([]))

    def test_nobody_but_the_director_writes_the_ledger(self):
        entry = self._propose()
        for user in (self.teacher, self.head, self.clerk, self.admin, self.auditor):
            mine = entry.with_user(user)
            for operation in (
                lambda r: r.write({"remark": "Nothing happened."}),
                lambda r: r.unlink(),
                lambda r: r.action_confirm(),
                lambda r: r.action_ask_drop(),
                lambda r: r.action_correct(),
                lambda r: r._drop("x"),
                lambda r: r.create({"user_id": self.teacher.id, "remark": "x"}),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    operation(mine)
        self.assertEqual(entry.state, "proposed")

    def test_the_director_does_not_forge_a_decision(self):
        mine = self._propose().with_user(self.director)
        for vals in (
            {"state": "confirmed"},
            {"decided_by_id": self.principal.id},
            {"source_key": "other"},
            {"is_marked": False},
            {"period": "1999"},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                mine.write(vals)
        with self.assertRaises(AccessError):
            mine.with_context(default_state="confirmed").create(
                {"user_id": self.teacher.id, "remark": "x", "state": "confirmed"}
            )

    @mute_logger("odoo.sql_db")
    def test_the_director_enters_what_he_found_himself(self):
        entry = self.Entry.with_user(self.director).create(
            {"user_id": self.teacher.id, "remark": "Lost a key."}
        )
        self.assertEqual(entry.head_id, self.head)
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.Entry.with_user(self.director).create({"remark": "About nobody."})
            self.env.flush_all()

    def test_a_missed_time_limit_is_proposed_once(self):
        action = self.env["school.process.action"].create(
            {
                "name": "One signature less",
                "company_id": self.school.id,
                "owner_id": self.teacher.id,
                "date_due": self._days(5),
            }
        )
        self.Entry._school_due(self.school)
        self.assertFalse(self.Entry.search([]))
        with freeze_time(fields.Datetime.now() + timedelta(days=12)):
            action.evidence = "Done at last."
            action.action_done()
            self.assertEqual(action.deadline_state, "missed")
            for _night in range(2):
                self.Entry._school_due(self.school)
                self.env.flush_all()
        entry = self.Entry.search([])
        self.assertEqual(len(entry), 1)
        self.assertEqual(entry.user_id, self.teacher)
        self.assertIn("One signature less", entry.remark)
        self.assertEqual(entry.res_model, "school.time.clock")

    def test_a_time_limit_may_be_left_out(self):
        self.env["school.time.policy"].search(
            [("company_id", "=", self.school.id), ("code", "=", "process_action")]
        ).with_user(self.admin).appraisal = False
        action = self.env["school.process.action"].create(
            {
                "name": "One signature less",
                "company_id": self.school.id,
                "owner_id": self.teacher.id,
                "date_due": self._days(5),
            }
        )
        with freeze_time(fields.Datetime.now() + timedelta(days=12)):
            action.evidence = "Done at last."
            action.action_done()
            self.Entry._school_due(self.school)
        self.assertFalse(self.Entry.search([]))

    def test_late_decisions_of_leaders_count_only_if_the_school_says_so(self):
        policies = self.env["school.time.policy"].search(
            [("company_id", "=", self.school.id)]
        )
        left_out = policies.filtered(lambda policy: not policy.appraisal)
        self.assertEqual(set(left_out.mapped("res_model")), {"school.approval.task"})
        left_out.with_user(self.admin).appraisal = True
        self.assertTrue(all(policies.mapped("appraisal")))

    def test_the_director_finds_proposals_on_his_page(self):
        self._propose()

        def keys(user):
            overview = self.env["school.my.office"].with_user(user).get_overview()
            return {card["key"]: card["count"] for card in overview["sections"]}

        self.assertEqual(keys(self.director)["appraisal_proposed"], 1)
        self.assertNotIn("appraisal_proposed", keys(self.teacher))
