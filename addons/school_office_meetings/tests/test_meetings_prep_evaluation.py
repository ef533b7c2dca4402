from datetime import date, datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .prep_common import MEETINGS, PrepCommon


@tagged("post_install", "-at_install")
class TestEvaluation(PrepCommon):
    def _row(self, meeting, user):
        return (
            self.env["school.meeting.evaluation"]
            .with_user(user)
            .search([("meeting_id", "=", meeting.id)])
        )

    def _rate(self, meeting, user, stars=4, word=""):
        rate = (
            self.env["school.meeting.rate"]
            .with_user(user)
            .create(
                {
                    "evaluation_id": self._row(meeting, user).id,
                    "word": word,
                    **dict.fromkeys(
                        ("efficiency", "decisions", "organisation", "content"),
                        str(stars),
                    ),
                }
            )
        )
        rate.action_apply()
        return rate

    def _answers(self, meeting):
        return (
            self.env["school.meeting.evaluation.answer"]
            .sudo()
            .search([("meeting_id", "=", meeting.id)])
        )

    def _close(self, meeting):
        meeting.sudo()._close_evaluation()
        self.env.invalidate_all()

    def test_each_participant_is_asked_once_when_the_meeting_ends(self):
        meeting = self._ended()
        self.assertEqual(
            (meeting.evaluation_state, meeting.evaluation_asked), ("open", 3)
        )
        self.assertTrue(meeting.with_user(self.head).can_rate)
        self.assertFalse(meeting.with_user(self.clerk).can_rate)
        meeting.sudo()._meeting_ended()
        self.assertEqual(len(self._row(meeting, self.head)), 1)

    def test_who_stayed_away_is_not_asked(self):
        meeting = self._called(
            people=(self.chair, self.member, self.head, self.teacher)
        )
        meeting.participant_ids.filtered(
            lambda p: p.user_id == self.teacher
        ).sudo().attendance = "absent"
        meeting.sudo().state = "ended"
        meeting.sudo()._meeting_ended()
        self.assertEqual(meeting.evaluation_asked, 3)
        self.assertFalse(self._row(meeting, self.teacher))

    def test_an_answer_is_given_once_and_leads_to_nobody(self):
        meeting = self._ended()
        rate = self._rate(meeting, self.head, 5, "Short and clear")
        self.assertFalse(rate.exists())
        answer = self._answers(meeting)
        self.assertEqual((answer.efficiency, answer.word), (5, "Short and clear"))
        columns = set(answer._fields)
        self.assertFalse({"user_id", "create_uid", "create_date"} & columns)
        row = (
            self.env["school.meeting.evaluation"]
            .sudo()
            .search([("meeting_id", "=", meeting.id), ("user_id", "=", self.head.id)])
        )
        self.assertEqual(row.state, "done")
        # Nothing in the row tells when he answered.
        self.assertEqual(row.write_date, row.create_date)
        self.assertFalse(meeting.with_user(self.head).can_rate)
        with self.assertRaisesRegex(UserError, "You have answered"):
            row.with_user(self.head)._answer(
                dict.fromkeys(
                    ("efficiency", "decisions", "organisation", "content"), 1
                ),
                "",
            )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_answers_for_somebody_else_or_reads_answers(self):
        meeting = self._ended()
        row = self._row(meeting, self.head)
        with self.assertRaises(AccessError):
            row.with_user(self.member).action_rate()
        with self.assertRaises(AccessError):
            row.write({"state": "done"})
        self._rate(meeting, self.head)
        for user in (self.head, self.clerk, self.director, self.admin):
            Answer = self.env["school.meeting.evaluation.answer"].with_user(user)
            with self.assertRaises(AccessError):
                Answer.search([])
            with self.assertRaises(AccessError):
                Answer.create({"meeting_id": meeting.id, "efficiency": 5})
        with self.assertRaises(AccessError):
            meeting.with_user(self.clerk).write({"evaluation_average": 5})

    def test_every_question_wants_stars(self):
        meeting = self._ended()
        with self.assertRaisesRegex(UserError, "one to five"):
            self._rate(meeting, self.head, 0)

    def test_results_are_counted_once_when_it_closes(self):
        meeting = self._ended()
        for user, stars in ((self.chair, 5), (self.member, 4), (self.head, 3)):
            self._rate(meeting, user, stars, f"{stars} stars")
        self.assertFalse(meeting.evaluation_average)
        self._close(meeting)
        self.assertEqual(meeting.evaluation_count, 3)
        self.assertAlmostEqual(meeting.evaluation_average, 4.0)
        self.assertAlmostEqual(meeting.evaluation_content, 4.0)
        self.assertEqual(len(meeting.with_user(self.clerk).evaluation_word_ids), 3)
        self.assertFalse(self._answers(meeting))
        self.assertFalse(
            self.env["school.meeting.evaluation"]
            .sudo()
            .search([("meeting_id", "=", meeting.id)])
        )

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_words_are_for_who_prepared_the_meeting(self):
        meeting = self._ended()
        for user in (self.chair, self.member, self.head):
            self._rate(meeting, user, 4, "Too long")
        self._close(meeting)
        words = meeting.with_user(self.clerk).evaluation_word_ids
        self.assertFalse(words[0].with_user(self.member).has_access("read"))

    def test_too_few_answers_show_nothing(self):
        meeting = self._ended()
        self._rate(meeting, self.head, 1, "Bad")
        self._rate(meeting, self.chair, 1)
        self._close(meeting)
        self.assertEqual(meeting.evaluation_count, 2)
        self.assertFalse(meeting.evaluation_average)
        self.assertFalse(meeting.sudo().evaluation_word_ids)
        self.assertFalse(self._notices(self.clerk, "meeting_evaluation"))

    def test_a_low_average_is_told_to_the_organiser(self):
        meeting = self._ended()
        for user in (self.chair, self.member, self.head):
            self._rate(meeting, user, 2)
        self._close(meeting)
        self.assertTrue(meeting.is_evaluation_low)
        self.assertTrue(self._notices(self.clerk, "meeting_evaluation"))

    def test_the_scheduled_action_closes_what_is_due(self):
        meeting = self._ended()
        self.env.flush_all()
        job = self.env.ref(MEETINGS + "cron_meeting_evaluations")
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertEqual(meeting.evaluation_state, "open")
        late = meeting.evaluation_until + timedelta(minutes=1)
        with freeze_time(late), self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertEqual(meeting.evaluation_state, "closed")

    def test_a_small_circle_is_not_asked(self):
        meeting = self._ended(people=(self.chair, self.member))
        self.assertEqual(meeting.evaluation_state, "none")

    def test_a_school_may_do_without(self):
        self.school.school_meeting_evaluation_days = 0
        self.assertEqual(self._ended().evaluation_state, "none")


@tagged("post_install", "-at_install")
class TestEvaluationSummary(PrepCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term = cls.env["school.term"].create(
            {
                "company_id": cls.school.id,
                "name": "First Term",
                "date_from": "2026-09-01",
                "date_to": "2027-01-20",
            }
        )
        cls.summaries = cls.env["school.meeting.evaluation.summary"]

    def _rated(self, day, stars, body=None, count=5):
        start = datetime.combine(day, datetime.min.time()) + timedelta(hours=2)
        meeting = self._meeting(body=body, start=start, stop=start + timedelta(hours=1))
        meeting.sudo().write(
            {
                "state": "ended",
                "evaluation_state": "closed",
                "evaluation_asked": 10,
                "evaluation_count": count,
                "evaluation_average": stars,
                "evaluation_efficiency": stars,
                "evaluation_decisions": stars,
                "evaluation_organisation": stars,
                "evaluation_content": stars,
            }
        )
        return meeting

    def test_a_term_is_summed_up_for_each_body(self):
        self._rated(date(2026, 10, 1), 4)
        self._rated(date(2026, 11, 2), 3)
        self._rated(date(2026, 8, 30), 1)
        sheet = self.summaries._sum_up(self.term)
        self.assertEqual(sheet.body_id, self.body)
        self.assertEqual((sheet.meeting_count, sheet.answer_count), (2, 10))
        self.assertAlmostEqual(sheet.average, 3.5)
        self.assertAlmostEqual(sheet.answer_share, 50.0)
        again = self.summaries._sum_up(self.term)
        self.assertEqual(sheet, again)

    def test_the_term_before_stands_beside_it(self):
        before = self.env["school.term"].create(
            {
                "company_id": self.school.id,
                "name": "Last Term",
                "date_from": "2026-02-16",
                "date_to": "2026-07-10",
            }
        )
        self._rated(date(2026, 3, 2), 2)
        self._rated(date(2026, 10, 1), 4)
        self.summaries._sum_up(before)
        sheet = self.summaries._sum_up(self.term)
        self.assertAlmostEqual(sheet.previous_average, 2.0)

    def test_the_scheduled_action_sums_a_term_up_once_it_is_over(self):
        self._rated(date(2026, 10, 1), 4)
        with freeze_time("2027-01-20 02:00:00"):
            self.summaries._sum_up_term(self.school)
        own = [("company_id", "=", self.school.id)]
        self.assertFalse(self.summaries.search(own))
        with freeze_time("2027-01-21 02:00:00"):
            self.summaries._sum_up_term(self.school)
        self.assertEqual(len(self.summaries.search(own)), 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_leads_the_body_reads_and_answers(self):
        self._rated(date(2026, 10, 1), 4)
        sheet = self.summaries._sum_up(self.term).sudo(False)
        sheet.with_user(self.chair).remark = "Shorter reports"
        for user in (self.member, self.teacher, self.stranger):
            self.assertFalse(sheet.with_user(user).has_access("read"), user.login)
        with self.assertRaises(AccessError):
            sheet.with_user(self.chair).average = 5
        with self.assertRaises(AccessError):
            self.summaries.with_user(self.chair).create(
                {"body_id": self.body.id, "term_id": self.term.id}
            )

    def test_the_sheet_is_printed_and_opens_its_meetings(self):
        meeting = self._rated(date(2026, 10, 1), 4)
        sheet = self.summaries._sum_up(self.term).with_user(self.clerk)
        action = sheet.action_meetings()
        self.assertEqual(self.env["school.meeting"].search(action["domain"]), meeting)
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.clerk)
            ._render_qweb_html(MEETINGS + "report_evaluation", sheet.ids)
        )
        self.assertIn("Autumn term", html.decode())
        self.assertEqual(fields.Date.to_string(sheet.date_to), "2027-01-20")
