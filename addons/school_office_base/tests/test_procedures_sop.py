from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .procedures_common import ProceduresCommon


@tagged("post_install", "-at_install")
class TestProcedures(ProceduresCommon):
    def test_a_new_procedure_begins_with_a_draft(self):
        procedure = self._procedure()
        self.assertEqual(procedure.draft_version_id.number, 1)
        self.assertEqual(procedure.draft_version_id.state, "draft")
        self.assertFalse(procedure.current_version_id)

    def test_it_counts_only_after_director_and_management_have_approved(self):
        procedure = self._procedure()
        draft = procedure.draft_version_id
        draft.action_submit()
        self.assertEqual(draft.state, "submitted")
        self._decide(draft, self.director)
        self.assertEqual(draft.state, "submitted")
        self._decide(draft, self.principal)
        self.assertEqual(draft.state, "in_force")
        self.assertEqual(procedure.current_version_id, draft)
        self.assertEqual(draft.approved_by_id, self.principal)
        self.assertEqual(draft.in_force_from, self.today)

    def test_a_revision_replaces_the_version_before_on_its_day(self):
        procedure = self._published()
        first = procedure.current_version_id
        procedure.action_revise()
        second = procedure.draft_version_id
        self.assertEqual(second.number, 2)
        self.assertEqual(second.step_ids.mapped("name"), ["Register", "Instruct"])
        second.write({"change_note": "Shorter.", "effective_date": self._days(3)})
        second.action_submit()
        self._decide(second, self.director, self.principal)
        self.assertEqual(second.state, "published")
        self.assertEqual(procedure.current_version_id, first)
        Version = self.env["school.procedure.version"]
        Version._school_come_into_force(self.school)
        self.assertEqual(second.state, "published")
        with freeze_time(f"{self._days(3)} 04:00:00"):
            Version._school_come_into_force(self.school)
        self.assertEqual(procedure.current_version_id, second)
        self.assertEqual(first.state, "replaced")

    def test_a_refused_revision_is_a_draft_again(self):
        draft = self._procedure().draft_version_id
        draft.action_submit()
        task = self.env["school.approval.task"].with_user(self.director)
        task._my_open_tasks([("res_id", "=", draft.id)]).action_refuse("Too long.")
        self.assertEqual(draft.state, "draft")

    def test_what_is_missing_is_said_before_it_is_submitted(self):
        procedure = (
            self.env["school.procedure"]
            .with_user(self.clerk)
            .create({"name": "Use of seals"})
        )
        draft = procedure.draft_version_id
        with self.assertRaisesRegex(UserError, "aim and at least one step"):
            draft.action_submit()
        self._write(draft)
        draft.step_ids[0].post_id = False
        with self.assertRaisesRegex(UserError, "who is responsible for “Register”"):
            draft.action_submit()
        draft.step_ids[0].user_id = self.teacher
        draft.effective_date = self._days(-1)
        with self.assertRaisesRegex(UserError, "in the past"):
            draft.action_submit()

    def test_a_revision_says_what_changed(self):
        procedure = self._published()
        procedure.action_revise()
        with self.assertRaisesRegex(UserError, "Say what changed"):
            procedure.draft_version_id.action_submit()

    def test_a_published_version_never_changes(self):
        version = self._published().current_version_id
        step = version.step_ids[0]
        for record, vals in (
            (version, {"purpose": "Other"}),
            (step, {"name": "Other"}),
            (step, {"sequence": 99}),
        ):
            for user in (self.clerk, self.admin):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    record.with_user(user).write(vals)
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.sudo().write(vals)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.env["school.procedure.step"].sudo().create(
                {"version_id": version.id, "name": "One more"}
            )
        for record in (step, version):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                record.sudo().unlink()

    @mute_logger("odoo.sql_db")
    def test_the_database_keeps_it_too(self):
        version = self._published().current_version_id
        self.env.flush_all()
        for table in (version._table, version.step_ids._table):
            with self.assertRaises(DatabaseError), self.env.cr.savepoint():
                self.env.cr.execute(
                    SQL("DELETE FROM %s", SQL.identifier(table)),
                )

    def test_steps_that_wait_for_approval_do_not_change(self):
        draft = self._procedure().draft_version_id
        draft.action_submit()
        with self.assertRaises(UserError):
            draft.step_ids[0].name = "Other"

    def test_the_people_of_its_steps_must_read_it(self):
        version = self._published().current_version_id
        self.assertEqual(version.receipt_ids.user_id, self.archivist | self.head)
        mine = version.with_user(self.head)
        self.assertTrue(mine.must_read)
        mine.action_confirm_read()
        mine.invalidate_recordset()
        self.assertFalse(mine.must_read)
        self.assertEqual(version.receipt_done, 1)

    def test_a_whole_department_or_the_whole_school_can_be_asked_to_read(self):
        procedure = self._procedure()
        draft = procedure.draft_version_id
        with self.assertRaisesRegex(UserError, "Choose the departments"):
            draft.audience = "departments"
        draft.write(
            {
                "audience": "departments",
                "reader_department_ids": [(6, 0, self.teaching.ids)],
            }
        )
        self.assertEqual(draft.sudo()._readers(), self.head | self.teacher)
        draft.audience = "school"
        readers = draft.sudo()._readers()
        self.assertIn(self.teacher, readers)
        self.assertNotIn(self.clerk, readers, "the author knows it")
        self.assertEqual(readers.company_ids, self.school)

    def test_the_flow_chart_names_the_slowest_step(self):
        chart = self._procedure().draft_version_id.chart
        self.assertEqual(chart["slowest"], "Instruct")
        slowest = [node["slowest"] for node in chart["narrow"]["nodes"]]
        self.assertEqual(slowest, [False, False, True, False])
        texts = str(chart["wide"])
        self.assertIn(self.archivist.name.split()[0], texts)
        self.assertIn("if not: back to", texts)

    def test_a_step_shows_how_often_its_time_limit_was_kept(self):
        draft = self._procedure().draft_version_id
        policy = self.env["school.time.policy"].search(
            [("company_id", "=", self.school.id), ("code", "=", "restore_test")]
        )
        draft.step_ids[0].policy_id = policy
        test = self._restore_test()
        self.assertNotIn("kept", str(draft.chart))
        test.with_user(self.archivist).write(
            {"date": self.today, "restored": "All", "result": "ok"}
        )
        test.with_user(self.archivist).action_record()
        draft.invalidate_recordset()
        self.assertIn("kept: 100 % of 1", str(draft.chart))

    def _restore_test(self):
        Test = self.env["school.restore.test"]
        Test._school_due(self.school)
        return Test.search([("company_id", "=", self.school.id)])

    def test_everybody_of_the_school_finds_the_words_of_a_published_one(self):
        procedure = self._published()
        domain = [("search_text", "ilike", "incoming register")]
        found = procedure.with_user(self.teacher).search(domain)
        self.assertEqual(found.ids, procedure.ids)
        self.assertFalse(procedure.with_user(self.neighbour).search([]))

    def test_a_draft_is_seen_by_the_office_and_by_whoever_approves_it(self):
        draft = self._procedure().draft_version_id
        Version = self.env["school.procedure.version"]
        self.assertFalse(Version.with_user(self.principal).search([]))
        draft.action_submit()
        self._decide(draft, self.director)
        self.assertEqual(Version.with_user(self.principal).search([]).ids, draft.ids)
        self.assertEqual(
            draft.with_user(self.principal).step_ids.mapped("name")[0], "Register"
        )
        self.assertFalse(Version.with_user(self.teacher).search([]))
        self.assertFalse(
            self.env["school.procedure.step"].with_user(self.teacher).search([])
        )
        self.assertFalse(
            self.env["school.procedure"].with_user(self.teacher).search([])
        )

    def test_a_teacher_writes_no_procedure(self):
        published = self._published()
        version = published.current_version_id
        teacher = self.env(user=self.teacher)
        for operation in (
            lambda: published.with_env(teacher).write({"name": "Mine"}),
            lambda: published.with_env(teacher).action_revise(),
            lambda: version.with_env(teacher).write({"purpose": "Mine"}),
            lambda: version.with_env(teacher).action_submit(),
            lambda: version.step_ids.with_env(teacher).write({"name": "Mine"}),
            lambda: published.with_env(teacher).create({"name": "Mine"}),
            lambda: version.with_env(teacher).create({"procedure_id": published.id}),
            lambda: published.with_env(teacher).unlink(),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                operation()
        self.assertEqual(published.version_ids, version)
        self.assertEqual(published.name, "Handling of incoming documents")

    def test_nobody_publishes_by_hand(self):
        procedure = self._procedure()
        draft = procedure.draft_version_id
        for vals in (
            {"state": "in_force"},
            {"state": "published"},
            {"number": 9},
            {"approved_by_id": self.clerk.id},
            {"is_frozen": True},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                draft.write(vals)
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                procedure.with_context(
                    **{f"default_{name}": value for name, value in vals.items()}
                ).env["school.procedure.version"].create(
                    {"procedure_id": procedure.id, **vals}
                )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            draft.sudo().write({"state": "in_force"})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            procedure.write({"current_version_id": draft.id})
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            procedure.write({"is_published": True})

    def test_a_published_procedure_is_not_deleted(self):
        procedure = self._published()
        with self.assertRaises(UserError):
            procedure.unlink()
        draft = self._procedure(name="Another")
        draft.unlink()

    def test_charts_cost_as_many_queries_for_ten_as_for_one(self):
        procedures = self.env["school.procedure"]
        for number in range(10):
            procedures |= self._procedure(name=f"Procedure {number}")
        versions = procedures.draft_version_id

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.browse(records.ids).with_user(self.clerk).mapped("chart")
            return self.env.cr.sql_log_count - before

        count(versions)
        self.assertEqual(count(versions), count(versions[0]))
