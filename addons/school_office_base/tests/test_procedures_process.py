from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .procedures_common import ProceduresCommon


@tagged("post_install", "-at_install")
class TestProcessReview(ProceduresCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.cr.execute(
            "UPDATE res_company SET create_date = '2025-09-01' WHERE id IN %s",
            [tuple((cls.school | cls.other).ids)],
        )
        cls.school.invalidate_recordset()
        cls.env["hr.department"].create(
            {"name": "Without a head", "company_id": cls.school.id}
        )

    def _review(self, day="2026-07-02", kind="quarter"):
        with freeze_time(f"{day} 03:00:00"):
            self.env["school.process.review"]._school_due(self.school)
        return self.env["school.process.review"].search(
            [("company_id", "=", self.school.id), ("kind", "=", kind)], limit=1
        )

    def _feedback(self, review):
        return review.feedback_ids.filtered(lambda f: f.department_id == self.teaching)

    def test_each_quarter_is_looked_back_at_once(self):
        review = self._review()
        self.assertEqual((review.year, review.quarter), (2026, 2))
        self.assertEqual(review.date_from, date(2026, 4, 1))
        self.assertEqual(review.date_to, date(2026, 6, 30))
        self._review("2026-07-03")
        Review = self.env["school.process.review"]
        self.assertEqual(Review.search_count([("kind", "=", "quarter")]), 1)
        self._review("2026-10-09")
        self.assertEqual(Review.search_count([("kind", "=", "quarter")]), 2)

    def test_the_quarter_before_january_belongs_to_the_year_before(self):
        review = self._review("2027-01-05")
        self.assertEqual((review.year, review.quarter), (2026, 4))
        year = self._review("2027-01-05", kind="year")
        self.assertEqual(year.year, 2026)
        self.assertEqual(year.date_to, date(2026, 12, 31))

    def test_a_school_that_just_opened_has_nothing_to_look_back_at(self):
        self.env.cr.execute(
            "UPDATE res_company SET create_date = '2026-07-01' WHERE id = %s",
            [self.school.id],
        )
        self.school.invalidate_recordset()
        self.assertFalse(self._review("2026-07-02"))

    def test_a_school_may_do_without(self):
        self.school.write(
            {"school_review_quarterly": False, "school_review_yearly": False}
        )
        self.assertFalse(self._review("2027-01-05"))

    def test_departments_with_somebody_to_answer_are_asked(self):
        review = self._review()
        self.assertEqual(review.feedback_ids.department_id, self.teaching)
        self.assertTrue(self._told(self.head, "what does your department say"))
        self.assertIn(self._feedback(review).deadline_state, ("running", "late"))

    def test_the_head_answers_once(self):
        feedback = self._feedback(self._review()).with_user(self.head)
        self.assertTrue(feedback.can_answer)
        with self.assertRaisesRegex(UserError, "Write what went well"):
            feedback.action_answer()
        feedback.write({"problem": "Two signatures for chalk."})
        feedback.action_answer()
        self.assertEqual(feedback.state, "answered")
        self.assertEqual(feedback.answered_by_id, self.head)
        with self.assertRaises(AccessError):
            feedback.write({"problem": "None."})
        with self.assertRaises(UserError):
            feedback.action_answer()

    def test_nobody_answers_for_another_department(self):
        feedback = self._feedback(self._review())
        for user in (self.teacher, self.clerk, self.director, self.admin):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                feedback.with_user(user).write({"problem": "Mine"})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                feedback.with_user(user).action_answer()
        self.assertFalse(feedback.with_user(self.teacher).search([]))
        self.assertEqual(feedback.with_user(self.head).search([]).ids, feedback.ids)
        self.assertFalse(feedback.with_user(self.neighbour).search([]))

    def test_feedback_is_not_forged(self):
        feedback = self._feedback(self._review()).with_user(self.head)
        for vals in ({"state": "answered"}, {"date_due": "2030-01-01"}):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                feedback.write(vals)
        with self.assertRaises(AccessError):
            feedback.create(
                {"review_id": feedback.review_id.id, "department_id": self.teaching.id}
            )

    def test_the_director_closes_it_with_a_result(self):
        review = self._review()
        with self.assertRaises(AccessError):
            review.with_user(self.teacher).action_close()
        with self.assertRaises(AccessError):
            review.with_user(self.clerk).action_close()
        mine = review.with_user(self.director)
        with self.assertRaisesRegex(UserError, "Write the result"):
            mine.action_close()
        mine.summary = "Good, but slow at noon."
        mine.action_close()
        self.assertEqual(review.state, "closed")
        self.assertEqual(self._feedback(review).state, "closed")
        with self.assertRaises(UserError):
            mine.summary = "Other"
        with self.assertRaises(UserError):
            self.env["school.process.action"].with_user(self.clerk).create(
                {
                    "review_id": review.id,
                    "name": "Late decision",
                    "owner_id": self.head.id,
                    "date_due": self._days(3),
                }
            )
        with self.assertRaises(UserError):
            self.env["school.process.action"].with_user(self.clerk).with_context(
                default_review_id=review.id
            ).create(
                {
                    "name": "Late decision",
                    "owner_id": self.head.id,
                    "date_due": self._days(3),
                }
            )

    def test_a_year_without_a_revision_is_a_warning(self):
        review = self._review("2027-01-05", kind="year")
        self.assertTrue(review.revisions_missing)
        self.assertTrue(self._told(self.director, "passed without a revised procedure"))
        mine = review.with_user(self.director)
        mine.summary = "Nothing was revised."
        with self.assertRaisesRegex(UserError, "Decide at least one improvement"):
            mine.action_close()

    def test_an_approved_revision_of_the_year_counts(self):
        with freeze_time("2026-05-06 03:00:00"):
            version = self._published().current_version_id
            self.env.flush_all()
        quarter = self._review("2026-07-02")
        year = self._review("2027-01-05", kind="year")
        self.assertEqual(quarter.revision_ids, version)
        self.assertEqual(year.revision_ids, version)
        self.assertFalse(year.revisions_missing)
        self.school.school_least_revisions = 2
        year.invalidate_recordset()
        self.assertTrue(year.revisions_missing)

    def _action(self, **vals):
        return (
            self.env["school.process.action"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "One signature less",
                    "owner_id": self.head.id,
                    "date_due": self._days(10),
                    **vals,
                }
            )
        )

    def test_an_improvement_is_done_with_evidence_and_final(self):
        action = self._action()
        self.assertEqual(action.deadline_state, "running")
        self.assertTrue(self._told(self.head, "To be done by you"))
        mine = action.with_user(self.head)
        with self.assertRaisesRegex(UserError, "Write what was done"):
            mine.action_done()
        mine.evidence = "The flow has two steps now."
        mine.action_done()
        self.assertEqual((action.state, action.done_by_id), ("done", self.head))
        self.assertEqual(action.deadline_state, "met")
        for user in (self.head, self.clerk):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                action.with_user(user).write({"evidence": "Other"})
        with self.assertRaises(UserError):
            action.sudo().write({"evidence": "Other"})

    def test_the_owner_changes_neither_the_day_nor_the_owner(self):
        action = self._action().with_user(self.head)
        for vals in (
            {"date_due": self._days(90)},
            {"owner_id": self.teacher.id},
            {"name": "Something easier"},
            {"state": "done"},
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                action.write(vals)
        with self.assertRaises(AccessError):
            action.action_drop()
        self.assertFalse(action.with_user(self.teacher).search([]))

    def test_the_office_drops_a_decision_with_a_reason(self):
        action = self._action()
        with self.assertRaisesRegex(UserError, "why"):
            action.action_drop()
        action.evidence = "The law changed."
        action.action_drop()
        self.assertEqual(action.state, "dropped")

    def test_everything_waits_on_the_page_of_the_head(self):
        self._review()
        self._action()

        def cards(user):
            overview = self.env["school.my.office"].with_user(user).get_overview()
            return {card["key"]: card["count"] for card in overview["sections"]}

        self.assertEqual(cards(self.head)["process_feedback"], 1)
        self.assertEqual(cards(self.head)["process_actions"], 1)
        self.assertEqual(cards(self.teacher)["process_feedback"], 0)

    def test_the_daily_job_does_each_part_once(self):
        with freeze_time("2026-07-02 03:00:00"):
            for _night in range(2):
                self.school._school_procedures_daily()
        here = [("company_id", "=", self.school.id)]
        for model in ("school.process.review", "school.restore.test"):
            self.assertEqual(self.env[model].search_count(here), 1)

    @mute_logger("odoo.addons.school_office_base.models.company")
    def test_the_nightly_job_leaves_closed_schools_alone_and_survives_a_fault(self):
        third = self._open_school("Forest School", "FOREST")
        self.other.school_state = "closed"
        company = type(self.env["res.company"])
        daily = company._school_procedures_daily

        def fail_once(school):
            if school == self.school:
                raise ValueError("a fault in one school")
            return daily(school)

        self.patch(company, "_school_procedures_daily", fail_once)
        self.patch(
            type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: 1
        )
        self.env["res.company"]._cron_school_procedures()
        tests = self.env["school.restore.test"].search([])
        self.assertEqual(tests.company_id, third)

    def test_whoever_leaves_hands_over_first(self):
        self._action()
        with self.assertRaisesRegex(UserError, "name another owner"):
            self.head._school_leave(self.school)
        self.assertFalse(self.teacher._school_leaver_blockers(self.school))
