from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .procedures_common import ProceduresCommon


@tagged("post_install", "-at_install")
class TestTrainings(ProceduresCommon):
    def _employees(self, *users):
        employees = self.env["hr.employee.public"]
        for user in users:
            employees |= employees.search([("user_id", "=", user.id)])
        return employees

    def _training(self, *users, **vals):
        return (
            self.env["school.training"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "How to use seals",
                    "trainer_id": self.head.id,
                    "has_test": True,
                    "employee_ids": [
                        (6, 0, self._employees(*(users or (self.teacher,))).ids)
                    ],
                    **vals,
                }
            )
        )

    def _enter(self, training, scores):
        for line in training.participant_ids:
            line.score = scores[line.user_id]

    def test_whoever_reaches_the_pass_mark_of_the_school_has_passed(self):
        training = self._training(self.teacher, self.archivist)
        self.assertEqual(training.pass_mark, 60)
        self._enter(training, {self.teacher: 60, self.archivist: 59.5})
        results = {p.user_id: p.result for p in training.participant_ids}
        self.assertEqual(results, {self.teacher: "passed", self.archivist: "failed"})
        self.assertEqual(
            set(training.participant_ids.mapped("attendance")), {"present"}
        )
        self.assertEqual((training.passed_count, training.failed_count), (1, 1))

    def test_the_mark_of_another_school_year_does_not_change_old_results(self):
        training = self._training()
        self._enter(training, {self.teacher: 65})
        training.with_user(self.head).action_done()
        self.school.school_sop_pass_mark = 80
        self.assertEqual(training.participant_ids.result, "passed")

    def test_without_a_test_presence_is_enough(self):
        training = self._training(has_test=False)
        training.action_all_present()
        self.assertEqual(training.participant_ids.result, "passed")

    def test_the_trainer_enters_results_and_closes(self):
        training = self._training(self.teacher, self.archivist)
        mine = training.with_user(self.head)
        with self.assertRaisesRegex(UserError, "whether they were present"):
            mine.action_done()
        self._enter(mine, {self.teacher: 90, self.archivist: 80})
        mine.action_done()
        self.assertEqual(training.state, "done")
        self.assertEqual(training.done_by_id, self.head)
        self.assertTrue(training.date)

    def test_what_is_closed_stays_until_the_office_reopens_it(self):
        training = self._training()
        self._enter(training, {self.teacher: 50})
        training.action_done()
        with self.assertRaisesRegex(UserError, "is closed"):
            training.participant_ids.score = 70
        with self.assertRaisesRegex(UserError, "is closed"):
            training.name = "Other"
        with self.assertRaises(UserError):
            training.participant_ids.with_user(self.head).unlink()
        with self.assertRaises(AccessError):
            training.with_user(self.head).action_reopen()
        training.action_reopen()
        training.participant_ids.score = 70
        training.action_done()
        self.assertEqual(training.participant_ids.result, "passed")

    @mute_logger("odoo.sql_db")
    def test_a_score_is_a_percentage(self):
        training = self._training()
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            training.participant_ids.score = 101
            self.env.flush_all()

    def test_only_the_trainer_and_the_office_enter_scores(self):
        training = self._training()
        line = training.participant_ids
        for user in (self.teacher, self.archivist, self.admin):
            for operation in (
                lambda u: line.with_user(u).write({"score": 100}),
                lambda u: training.with_user(u).write({"pass_mark": 1}),
                lambda u: training.with_user(u).action_done(),
                lambda u: training.with_user(u).action_all_present(),
                lambda u: training.with_user(u).action_cancel(),
                lambda u: line.with_user(u).create(
                    {
                        "training_id": training.id,
                        "employee_id": self._employees(u).id,
                    }
                ),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    operation(user)
        self.assertEqual(line.score, 0)

    def test_server_fields_cannot_be_entered(self):
        training = self._training()
        for vals in (
            {"state": "done"},
            {"due_key": "test:2026-2027"},
            {"res_model": "res.users", "res_id": 1},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                training.write(vals)
        with self.assertRaises(AccessError):
            training.participant_ids.write({"result": "passed"})

    def test_one_sees_ones_own_results_and_a_head_those_of_his_people(self):
        training = self._training(
            self.teacher, self.archivist, trainer_id=self.director.id
        )
        lines = self.env["school.training.participant"]

        def seen(user):
            return lines.with_user(user).search([]).user_id

        self.assertEqual(seen(self.teacher), self.teacher)
        self.assertEqual(seen(self.head), self.teacher)
        self.assertEqual(seen(self.director), self.teacher | self.archivist)
        self.assertEqual(seen(self.auditor), self.teacher | self.archivist)
        self.assertFalse(seen(self.admin))
        self.assertFalse(seen(self.neighbour))
        trainings = self.env["school.training"]
        self.assertFalse(trainings.with_user(self.admin).search([]))
        self.assertEqual(trainings.with_user(self.head).search([]).ids, training.ids)

    def test_an_auditor_changes_nothing(self):
        training = self._training()
        with self.assertRaises(AccessError):
            training.with_user(self.auditor).write({"name": "Other"})

    def test_nobody_of_the_other_school_takes_part(self):
        foreign = self._employees(self.neighbour)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._training().participant_ids.create(
                {"training_id": self._training().id, "employee_id": foreign.id}
            )

    def test_whoever_failed_is_trained_again_once(self):
        training = self._training(self.teacher, self.archivist)
        self._enter(training, {self.teacher: 30, self.archivist: 80})
        training.action_done()
        action = training.with_user(self.head).action_retrain()
        again = self.env["school.training"].browse(action["res_id"])
        self.assertEqual(again.kind, "retraining")
        self.assertEqual(again.participant_ids.user_id, self.teacher)
        self.assertEqual((again.res_model, again.res_id), (training._name, training.id))
        self.assertEqual(again.deadline_state, "running")
        self.assertFalse(training.can_retrain)
        with self.assertRaisesRegex(UserError, "still to be trained again"):
            training.action_retrain()
        self.assertEqual(
            self.env["school.training"]._retrain(training, self.teacher, "x"), again
        )
        self.assertEqual(len(again.participant_ids), 1)
        self.assertTrue(self._told(self.teacher, "Retraining"))

    def test_an_addon_sends_people_to_a_retraining(self):
        source = self._procedure()
        users = self.teacher | self.neighbour
        training = self.env["school.training"]._retrain(source, users, "Late answers")
        self.assertEqual(training.participant_ids.user_id, self.teacher)
        self.assertEqual(training.source, source.display_name)
        with self.assertRaisesRegex(UserError, "whom to train"):
            self.env["school.training"]._retrain(source, self.neighbour, "Nobody")

    def test_the_version_trained_stays_when_the_procedure_is_revised(self):
        procedure = self._published()
        first = procedure.current_version_id
        training = self._training(procedure_id=procedure.id)
        self.assertEqual(training.version_id, first)
        procedure.action_revise()
        second = procedure.draft_version_id
        second.change_note = "Shorter."
        second.action_submit()
        self._decide(second, self.director, self.principal)
        self.assertEqual(procedure.current_version_id, second)
        self.assertEqual(training.version_id, first)

    def test_new_staff_is_tested_thirty_days_after_joining(self):
        self.env["hr.employee"].search([]).school_joined_on = "2020-01-01"
        new = self._person("new_one", self.school)
        Training = self.env["school.training"]
        Training._school_due(self.school)
        Training._school_due(self.school)
        training = Training.search([("kind", "=", "induction")])
        self.assertEqual(len(training), 1)
        self.assertEqual(training.participant_ids.user_id, new)
        self.assertEqual(training.date_due, self._days(30))
        self.assertEqual(training.deadline_state, "running")
        self.assertTrue(self._told(new, "Training"))

    def test_whoever_worked_here_before_is_not_new(self):
        self.env["hr.employee"].search([]).school_joined_on = False
        self.env["school.training"]._school_due(self.school)
        self.assertFalse(
            self.env["school.training"].search([("kind", "=", "induction")])
        )

    def test_people_in_post_are_tested_once_each_school_year(self):
        self.school.school_sop_new_staff_days = 0
        Training = self.env["school.training"]
        with freeze_time("2026-10-08 03:00:00"):
            Training._school_due(self.school)
            Training._school_due(self.school)
            training = Training.search([("kind", "=", "test")])
            self.assertEqual(len(training), 1)
            self.assertEqual(training.date_due, date(2027, 8, 31))
            self.assertEqual(
                training.participant_ids.user_id,
                self.director | self.principal | self.archivist,
            )
            training.with_user(self.clerk).action_cancel()
            Training._school_due(self.school)
        self.assertEqual(Training.search_count([("kind", "=", "test")]), 1)
        with freeze_time("2027-09-08 03:00:00"):
            Training._school_due(self.school)
        self.assertEqual(Training.search_count([("kind", "=", "test")]), 2)

    def test_no_test_is_planned_shortly_before_the_school_year_ends(self):
        self.school.school_sop_new_staff_days = 0
        Training = self.env["school.training"]
        with freeze_time("2027-07-20 03:00:00"):
            Training._school_due(self.school)
        self.assertFalse(Training.search([]))

    def test_the_last_term_ends_the_school_year(self):
        for name, first, last in (
            ("Autumn", "2026-09-01", "2027-01-20"),
            ("Spring", "2027-02-20", "2027-07-05"),
        ):
            self.env["school.term"].create(
                {
                    "company_id": self.school.id,
                    "name": name,
                    "date_from": first,
                    "date_to": last,
                    "school_year": "2026-2027",
                }
            )
        with freeze_time("2026-10-08 03:00:00"):
            self.assertEqual(self.school._school_year_end(), date(2027, 7, 5))

    def test_a_school_may_do_without(self):
        self.school.write(
            {"school_sop_new_staff_days": 0, "school_sop_yearly_test": False}
        )
        self.env["school.training"]._school_due(self.school)
        self.assertFalse(self.env["school.training"].search([]))

    def test_the_training_waits_on_the_page_of_whom_it_concerns(self):
        self._training(date_due=self._days(5))

        def cards(user):
            overview = self.env["school.my.office"].with_user(user).get_overview()
            return {card["key"]: card["count"] for card in overview["sections"]}

        self.assertEqual(cards(self.teacher)["trainings"], 1)
        self.assertEqual(cards(self.head)["trainings"], 1)
        self.assertEqual(cards(self.archivist)["trainings"], 0)
        self._training(self.archivist, date_due=self._days(90))
        self.assertEqual(cards(self.archivist)["trainings"], 0, "not yet")
