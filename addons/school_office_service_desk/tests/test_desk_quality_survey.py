import json
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.school_office_base.models.demo import demo_time

from .quality_common import NOVEMBER, OCTOBER, QualityCommon


class SurveyCommon(QualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term = cls.env["school.term"].create(
            {
                "company_id": cls.school.id,
                "name": "First Term",
                "date_from": "2026-09-01",
                "date_to": "2026-11-20",
            }
        )

    def _survey(self, audience="staff"):
        self.school.school_desk_survey_audience = audience
        with demo_time(NOVEMBER):
            survey = self.env["school.desk.survey"]._prepare_term(
                self.school, self.term
            )
            survey.with_user(self.director).action_open()
        return survey

    def _answer(self, survey, points, text="", ballot=None):
        """An answer sheet filled in as the pages of core's survey do."""
        sheet = survey.sudo().survey_id
        ballot = ballot or sheet._school_ballot()
        for question in sheet.question_ids:
            if question.question_type == "simple_choice":
                answer = question.suggested_answer_ids[5 - points]
                ballot._save_lines(question, str(answer.id))
            elif text:
                ballot._save_lines(question, text)
        ballot._mark_done()
        return ballot


@tagged("post_install", "-at_install")
class TestDeskSurvey(SurveyCommon):
    def test_the_template_has_five_questions_to_choose_and_an_open_one(self):
        survey = self._survey()
        questions = survey.sudo().survey_id.question_ids
        self.assertEqual(
            questions.mapped("question_type"), ["simple_choice"] * 5 + ["text_box"]
        )
        self.assertEqual(len(questions[0].suggested_answer_ids), 5)
        self.assertFalse(questions[5].constr_mandatory)

    def test_a_term_has_one_survey(self):
        survey = self._survey()
        again = self.env["school.desk.survey"]._prepare_term(self.school, self.term)
        self.assertEqual(survey, again)

    def test_one_made_by_hand_asks_whom_the_school_has_set(self):
        self.school.school_desk_survey_audience = "everyone"
        own = {"name": "Canteen", "date_from": "2026-11-01", "date_to": "2026-11-10"}
        surveys = self.env["school.desk.survey"].with_user(self.director)
        survey = surveys.create(own)
        self.assertEqual(survey.audience, "everyone")
        with self.assertRaises(AccessError):
            surveys.create({**own, "audience": "staff"})
        self.school.school_desk_survey_audience = "staff"
        self.assertEqual(survey.audience, "everyone")

    def test_the_scheduled_action_opens_it_before_the_end_of_term_and_closes_it(self):
        job = self.env.ref("school_office_service_desk.cron_desk_surveys")
        Survey = self.env["school.desk.survey"]
        own = [("company_id", "=", self.school.id)]
        with demo_time(OCTOBER), self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.assertFalse(Survey.search(own))
        with demo_time(NOVEMBER), self.enter_registry_test_mode():
            job.method_direct_trigger()
        survey = Survey.search(own)
        self.assertEqual(survey.state, "open")
        self.assertEqual(survey.date_from, date(2026, 10, 23))
        later = NOVEMBER.replace(day=25)
        with demo_time(later), self.enter_registry_test_mode():
            job.method_direct_trigger()
        survey.invalidate_recordset()
        self.assertEqual(survey.state, "closed")

    def test_nothing_of_an_answer_leads_to_a_person(self):
        survey = self._survey()
        survey.with_user(self.teacher).action_answer()
        ballot = (
            self.env["survey.user_input"]
            .sudo()
            .search([("survey_id", "=", survey.sudo().survey_id.id)])
        )
        # As core's pages do it: superuser mode, but the user is the teacher.
        own = ballot.with_user(self.teacher).sudo()
        own._mark_in_progress()
        self._answer(survey, 5, "More chairs.", ballot=own)
        system = self.env.ref("base.user_root")
        self.assertEqual(ballot.create_uid | ballot.write_uid, system)
        self.assertFalse(ballot.partner_id or ballot.email or ballot.nickname)
        lines = ballot.user_input_line_ids
        self.assertEqual(len(lines), 6)
        self.assertEqual(lines.create_uid | lines.write_uid, system)
        self.assertNotIn(self.teacher.partner_id, ballot.message_ids.author_id)
        self.assertFalse(ballot.message_partner_ids)

    def test_everybody_gets_one_sheet(self):
        survey = self._survey().with_user(self.teacher)
        action = survey.action_answer()
        self.assertIn("answer_token=", action["url"])
        with self.assertRaisesRegex(UserError, "cannot be given out twice"):
            survey.action_answer()
        sheet = survey.sudo().survey_id
        with self.assertRaises(UserError):
            sheet._create_answer(user=self.teacher)

    def test_a_survey_for_everyone_takes_no_names(self):
        survey = self._survey("everyone")
        sheet = survey.sudo().survey_id
        ballot = sheet._create_answer(user=self.teacher, email="teacher@example.com")
        self.assertFalse(ballot.partner_id or ballot.email or ballot.nickname)
        self.assertIn(sheet.access_token, survey.with_user(self.teacher).start_url)

    def test_strangers_and_parents_get_no_sheet(self):
        survey = self._survey()
        for user in (self.stranger, self.parent):
            with self.assertRaises(AccessError):
                survey.with_user(user).action_answer()

    def test_below_five_answers_nothing_is_shown(self):
        survey = self._survey()
        for _number in range(4):
            self._answer(survey, 1, "I am the only one who says this.")
        self.at(NOVEMBER)
        director = survey.with_user(self.director)
        director.action_close()
        self.assertFalse(survey.is_shown)
        self.assertFalse(survey.result_ids)
        self.assertFalse(survey.comment_ids)
        with self.assertRaisesRegex(UserError, "no result is shown"):
            director.action_publish()

    def test_no_role_reads_an_answer_only_the_count(self):
        survey = self._survey()
        for _number in range(6):
            self._answer(survey, 4, "A sentence.")
        officer = self._person("officer", self.school, "group_office_director")
        officer.group_ids = [
            Command.link(self.env.ref("survey.group_survey_manager").id)
        ]
        self.assertFalse(self.env["survey.user_input"].with_user(officer).search([]))
        self.assertFalse(
            self.env["survey.user_input.line"].with_user(officer).search([])
        )
        Participation = self.env["school.desk.survey.participation"]
        for user in (officer, self.admin, self.director):
            with self.assertRaises(AccessError):
                Participation.with_user(user).search([])
        self.assertEqual(survey.with_user(self.director).answer_count, 6)

    def test_results_are_counted_and_what_is_below_target_is_followed_up(self):
        survey = self._survey()
        for points, count in ((5, 4), (4, 2), (2, 3)):
            for _number in range(count):
                self._answer(survey, points, f"Text {points}.")
        self.at(NOVEMBER)
        survey.with_user(self.director).action_close()
        result = survey.result_ids[0]
        self.assertEqual((result.answer_count, result.share), (9, 66.7))
        self.assertTrue(result.is_below)
        self.assertEqual(survey.below_count, 5)
        self.assertEqual(len(survey.comment_ids), 9)
        plan = self.env["school.desk.plan"].search(
            [("company_id", "=", self.school.id)]
        )
        self.assertEqual(
            plan.measure_ids.filtered(lambda m: m.source == "survey").mapped("state"),
            ["draft"] * 5,
        )

    def test_what_is_below_target_goes_to_the_appraisal_of_the_department(self):
        survey = self._survey()
        survey.sudo().department_id = self.teaching
        for points, count in ((5, 3), (2, 3)):
            for _number in range(count):
                self._answer(survey, points)
        self.at(NOVEMBER)
        survey.with_user(self.director).action_close()
        entries = self.env["school.appraisal.entry"].search(
            [("res_model", "=", survey._name), ("res_id", "=", survey.id)]
        )
        self.assertEqual(len(entries), 5)
        self.assertEqual(entries.department_id, self.teaching)
        self.assertEqual(set(entries.mapped("kind")), {"below_target"})

    def test_an_abandoned_sheet_does_not_count(self):
        survey = self._survey()
        for _number in range(5):
            self._answer(survey, 5)
        survey.sudo().survey_id._school_ballot()._mark_in_progress()
        self.at(NOVEMBER)
        survey.with_user(self.director).action_close()
        self.assertEqual(survey.result_ids.mapped("answer_count"), [5] * 5)
        self.assertEqual(survey.result_ids.mapped("share"), [100.0] * 5)

    def test_results_are_published_with_a_date_and_then_read_by_the_staff(self):
        survey = self._survey()
        for _number in range(5):
            self._answer(survey, 5, "Thank you.")
        self.at(NOVEMBER)
        survey.with_user(self.director).action_close()
        self.assertFalse(
            self.env["school.desk.survey.result"].with_user(self.teacher).search([])
        )
        survey.with_user(self.director).action_publish()
        self.assertEqual(survey.published_at, NOVEMBER)
        self.assertEqual(len(survey.with_user(self.teacher).result_ids), 5)
        with self.assertRaises(AccessError):
            self.env["school.desk.survey.comment"].with_user(self.teacher).search([])

    def test_results_are_nobody_s_to_write(self):
        survey = self._survey()
        for _number in range(5):
            self._answer(survey, 5)
        self.at(NOVEMBER)
        survey.with_user(self.director).action_close()
        for attempt in (
            lambda: survey.result_ids.with_user(self.director).write({"share": 100}),
            lambda: survey.with_user(self.director).write({"state": "published"}),
            lambda: survey.with_user(self.director).write({"fewest": 1}),
            lambda: (
                self.env["school.desk.survey.result"]
                .with_user(self.director)
                .create({"survey_id": survey.id, "name": "x"})
            ),
            lambda: survey.with_user(self.agent).action_publish(),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_the_questionnaire_of_the_desk_cannot_be_changed_by_survey_people(self):
        survey = self._survey()
        officer = self._person("officer", self.school)
        officer.group_ids = [
            Command.link(self.env.ref("survey.group_survey_manager").id)
        ]
        sheet = survey.sudo().survey_id.with_user(officer)
        for attempt in (
            lambda: sheet.write({"title": "Other"}),
            lambda: sheet.write({"access_mode": "public"}),
            lambda: sheet.question_ids[0].write({"title": "Other"}),
            lambda: sheet.unlink(),
            lambda: (
                self.env["survey.survey"]
                .with_user(officer)
                .create({"title": "Mine", "school_desk_survey_id": survey.id})
            ),
        ):
            with self.assertRaises(UserError):
                attempt()

    def test_surveys_of_another_school_are_not_seen(self):
        officer = self._person("officer", self.school)
        foreigner = self._person("foreigner", self.other)
        for user in (officer, foreigner):
            user.group_ids = [
                Command.link(self.env.ref("survey.group_survey_manager").id)
            ]
        own = (
            self.env["survey.survey"]
            .with_user(officer)
            .create(
                {
                    "title": "Canteen",
                    "question_and_page_ids": [
                        Command.create(
                            {
                                "title": "Good?",
                                "question_type": "simple_choice",
                                "suggested_answer_ids": [
                                    Command.create({"value": "Yes"})
                                ],
                            }
                        )
                    ],
                }
            )
        )
        self.assertEqual(own.company_id, self.school)
        own._create_answer(user=officer)
        for model in (
            "survey.survey",
            "survey.question",
            "survey.question.answer",
            "survey.user_input",
            "survey.user_input.line",
        ):
            seen = self.env[model].with_user(foreigner).search([])
            self.assertFalse(seen, model)
        self.assertTrue(self.env["survey.user_input"].with_user(officer).search([]))

    def test_fewer_than_three_are_never_shown(self):
        with self.assertRaises(Exception), mute_logger("odoo.sql_db"):  # noqa: B017
            with self.cr.savepoint():
                self.school.school_desk_survey_fewest = 1
                self.env.flush_all()


@tagged("post_install", "-at_install")
class TestDeskSurveyPages(SurveyCommon, HttpCase):
    """Through core's own pages, by HTTP, as a signed-in teacher."""

    def test_a_teacher_answers_without_leaving_a_trace(self):
        survey = self._survey()
        url = survey.with_user(self.teacher).action_answer()["url"]
        sheet = survey.sudo().survey_id
        ballot = (
            self.env["survey.user_input"].sudo().search([("survey_id", "=", sheet.id)])
        )
        self.authenticate("teacher", "teacherx")
        page = self.url_open(url)
        self.assertEqual(page.status_code, 200)
        self.assertIn(ballot.access_token, page.url)
        self.assertNotIn("survey_access_error", page.text)
        post = {
            str(question.id): str(question.suggested_answer_ids[0].id)
            for question in sheet.question_ids[:5]
        }
        post[str(sheet.question_ids[5].id)] = "Longer hours."
        tokens = f"{sheet.access_token}/{ballot.access_token}"
        self._rpc(f"/survey/begin/{tokens}", {})
        self._rpc(f"/survey/submit/{tokens}", {**post, "page_id": "", "token": "x"})
        ballot.invalidate_recordset()
        self.assertEqual(ballot.state, "done")
        system = self.env.ref("base.user_root")
        self.assertEqual(ballot.create_uid | ballot.write_uid, system)
        self.assertEqual(
            ballot.user_input_line_ids.create_uid
            | ballot.user_input_line_ids.write_uid,
            system,
        )
        self.assertFalse(ballot.partner_id)

    def test_a_second_sheet_is_not_to_be_had_by_the_retry_page(self):
        survey = self._survey()
        survey.with_user(self.teacher).action_answer()
        sheet = survey.sudo().survey_id
        ballot = (
            self.env["survey.user_input"].sudo().search([("survey_id", "=", sheet.id)])
        )
        self._answer(survey, 5, ballot=ballot)
        self.authenticate("teacher", "teacherx")
        for path in (
            f"/survey/retry/{sheet.access_token}/{ballot.access_token}",
            f"/survey/start/{sheet.access_token}",
            f"/survey/test/{sheet.access_token}",
        ):
            self.url_open(path, allow_redirects=False)
        self.assertEqual(
            self.env["survey.user_input"]
            .sudo()
            .search_count([("survey_id", "=", sheet.id)]),
            1,
        )

    def _rpc(self, path, params):
        answer = self.url_open(
            path,
            data=json.dumps({"jsonrpc": "2.0", "params": params}),
            headers={"Content-Type": "application/json"},
        ).json()
        self.assertNotIn("error", answer, answer)
        return answer["result"]


@tagged("post_install", "-at_install")
class TestDeskPlan(QualityCommon):
    def setUp(self):
        super().setUp()
        self.at(NOVEMBER)
        self.plan = self.env["school.desk.plan"]._ensure_quarter(self.school)

    def _measure(self, **vals):
        return (
            self.env["school.desk.plan.measure"]
            .with_user(self.director)
            .create({"plan_id": self.plan.id, "name": "A second counter", **vals})
        )

    def _step(self, user, measure, step="measure", text="Done.", **vals):
        self.env["school.desk.quality.step"].with_user(user).create(
            {
                "step": step,
                "text": text,
                "measure_ids": [Command.set(measure.ids)],
                **vals,
            }
        ).action_apply()

    def test_a_quarter_has_one_plan(self):
        self.assertEqual(
            self.env["school.desk.plan"]._ensure_quarter(self.school), self.plan
        )
        self.assertEqual(self.plan.name, "2026 Q4")

    def test_it_sums_up_what_was_off_target_once(self):
        with demo_time(OCTOBER.replace(month=8)):
            self._incoming(count=1)
            self.env.flush_all()
        self.plan.measure_ids.sudo().unlink()
        self.plan._collect()
        self.plan._collect()
        measure = self.plan.measure_ids
        self.assertIn("kpi", measure.mapped("source"))
        self.assertEqual(len(measure), len(set(measure.mapped("source_key"))))
        self.assertIn("0 %", self.plan.review)

    def test_it_is_agreed_on_when_every_measure_has_an_owner_and_a_day(self):
        plan = self.plan.with_user(self.director)
        self.plan.measure_ids.sudo().unlink()
        with self.assertRaisesRegex(UserError, "at least one measure"):
            plan.action_agree()
        measure = self._measure()
        with self.assertRaisesRegex(UserError, "responsible person and a day"):
            plan.action_agree()
        measure.write({"owner_id": self.agent.id, "due_date": "2026-11-20"})
        plan.action_agree()
        self.assertEqual((measure.state, measure.deadline_state), ("open", "running"))
        with self.assertRaises(AccessError):
            plan.with_user(self.agent).action_agree()

    def test_the_owner_reports_and_only_he_or_the_manager(self):
        measure = self._measure(owner_id=self.agent.id, due_date="2026-11-20")
        self.plan.with_user(self.director).action_agree()
        with self.assertRaises(AccessError):
            self._step(self.teacher, measure)
        with self.assertRaises(AccessError):
            self._step(self.agent, measure, "drop")
        self._step(self.agent, measure, effect="better")
        self.assertEqual((measure.state, measure.effect), ("done", "better"))
        self.assertEqual(measure.deadline_state, "met")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            measure.write({"name": "Something else"})

    def test_it_closes_when_nothing_is_under_way_and_the_effect_is_said(self):
        measure = self._measure(owner_id=self.agent.id, due_date="2026-11-20")
        plan = self.plan.with_user(self.director)
        plan.action_agree()
        with self.assertRaisesRegex(UserError, "neither done nor given up"):
            plan.action_close()
        self._step(self.director, measure, "drop", "No money.")
        with self.assertRaisesRegex(UserError, "what the plan has changed"):
            plan.action_close()
        plan.effect = "Nothing yet."
        plan.action_close()
        with self.assertRaisesRegex(UserError, "is closed"):
            self._measure()
        with self.assertRaisesRegex(UserError, "is closed"):
            plan.effect = "Much."

    def test_a_draft_is_for_the_manager(self):
        self.assertFalse(
            self.env["school.desk.plan"].with_user(self.teacher).search([])
        )
        for vals in ({"state": "agreed"}, {"agreed_at": NOVEMBER}):
            with self.assertRaises(AccessError):
                self.plan.with_user(self.director).write(vals)

    def test_another_school_s_people_cannot_be_owners(self):
        portal = new_test_user(
            self.env,
            "lake_person",
            groups="base.group_user",
            company_id=self.other.id,
            company_ids=[Command.set(self.other.ids)],
        )
        with self.assertRaises(UserError):
            self._measure(owner_id=portal.id, due_date="2026-11-20")


@tagged("post_install", "-at_install")
class TestDeskResultPages(SurveyCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.base = self.school._school_desk_url()
        survey = self._survey()
        for points in (5, 5, 4, 4, 2):
            self._answer(survey, points, "Private words.")
        with demo_time(NOVEMBER):
            survey.with_user(self.director).action_close()
        self.survey = survey

    def _publish(self):
        with demo_time(NOVEMBER):
            self.survey.with_user(self.director).action_publish()
        self.env.flush_all()

    def test_results_are_public_only_when_they_are_published(self):
        self.assertNotIn("80 %", self.url_open(f"{self.base}/results").text)
        self._publish()
        page = self.url_open(f"{self.base}/results")
        self.assertEqual(page.status_code, 200)
        self.assertIn("80 %", page.text)
        self.assertIn("2026-11-03", page.text)
        self.assertNotIn("Private words.", page.text)
        self.assertIn("default-src 'none'", page.headers["Content-Security-Policy"])

    def test_a_neighbour_s_page_shows_his_own(self):
        self._publish()
        page = self.url_open(f"{self.other._school_desk_url()}/results")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("80 %", page.text)
        self.assertEqual(self.url_open("/desk/nowhere/results").status_code, 404)

    def _article(self, public=True):
        article = self.env["school.knowledge.article"].create(
            {
                "company_id": self.school.id,
                "name": "Where is lost property?",
                "theme_id": self.env["school.knowledge.theme"]
                .search([("company_id", "=", self.school.id)], limit=1)
                .id,
                "body": "<p>In the porter's lodge.</p>",
                "is_public": public,
            }
        )
        article.sudo().action_publish()
        self.env.flush_all()
        return article

    def test_only_public_articles_of_the_school_are_shown(self):
        article, secret = self._article(), self._article(public=False)
        page = self.url_open(f"{self.base}/knowledge?q=lost+property").text
        self.assertIn(f"/knowledge/{article.id}", page)
        self.assertNotIn(f"/knowledge/{secret.id}", page)
        for path in (
            f"{self.base}/knowledge/{secret.id}",
            f"{self.other._school_desk_url()}/knowledge/{article.id}",
            f"{self.base}/knowledge/{2**31}",
            f"{self.base}/knowledge/0",
        ):
            self.assertEqual(self.url_open(path).status_code, 404, path)

    def test_a_reader_says_once_whether_it_helped_and_only_by_post(self):
        article = self._article()
        path = f"{self.base}/knowledge/{article.id}"
        page = self.url_open(path)
        self.assertIn("porter", page.text)
        self.url_open(f"{path}?answer=yes")
        self.assertEqual(article.helpful_count, 0)
        self.assertEqual(self.url_open(path, data={"answer": "yes"}).status_code, 400)
        token = page.text.split('name="csrf_token"')[1].split('value="')[1]
        post = {"answer": "yes", "csrf_token": token.split('"')[0]}
        for _time in range(2):
            self.assertEqual(self.url_open(path, data=post).status_code, 200)
        article.invalidate_recordset()
        self.assertEqual(article.helpful_count, 1)
        self.assertFalse(article.sudo().feedback_ids.user_id)
