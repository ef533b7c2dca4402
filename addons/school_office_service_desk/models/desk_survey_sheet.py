from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .desk_survey import ANSWERS


class SchoolDeskSurvey(models.Model):
    """The questionnaire of a survey in Odoo's own survey app, which links no answer."""

    _inherit = "school.desk.survey"

    def _make_sheet(self):
        """The questionnaire in core's survey, from the template of the school."""
        company = self.company_id
        questions = (
            self.env["school.desk.survey.question"]
            .sudo()
            .search([("company_id", "=", company.id)])
        )
        if not questions:
            raise UserError(
                self.env._("The survey has no questions: enter some first.")
            )
        # Nobody stands behind it: neither as responsible nor as follower.
        sheet = (
            self.env["survey.survey"]
            .with_user(self.env.ref("base.user_root"))
            .sudo()
            .with_context(lang="en_US", mail_create_nosubscribe=True)
            .create(
                {
                    "company_id": company.id,
                    "title": self.with_context(lang="en_US").name,
                    "school_desk_survey_id": self.id,
                    "user_id": False,
                    "survey_type": "custom",
                    "access_mode": "public" if self.audience == "everyone" else "token",
                    "questions_layout": "one_page",
                    "scoring_type": "no_scoring",
                    "users_login_required": False,
                    "lang_ids": [Command.clear()],
                    "question_and_page_ids": [
                        Command.create(self._question_vals(question, number))
                        for number, question in enumerate(questions, 1)
                    ],
                }
            )
        )
        languages = [code for code, __ in self.env["res.lang"].get_installed()]
        sheet.update_field_translations(
            "title", {code: self.with_context(lang=code).name for code in languages}
        )
        for question, asked in zip(questions, sheet.question_ids, strict=True):
            asked.update_field_translations(
                "title",
                {code: question.with_context(lang=code).name for code in languages},
            )
            for answer, term in zip(
                asked.suggested_answer_ids,
                ANSWERS if not question.is_open else (),
                strict=True,
            ):
                company._seed_translations(answer, "value", term)
        return sheet

    @api.model
    def _question_vals(self, question, number):
        vals = {
            "title": question.with_context(lang="en_US").name,
            "sequence": number,
            "school_desk_target": question.target,
        }
        if question.is_open:
            return {**vals, "question_type": "text_box", "constr_mandatory": False}
        return {
            **vals,
            "question_type": "simple_choice",
            "constr_mandatory": True,
            "suggested_answer_ids": [
                Command.create({"value": term._translate("en_US"), "sequence": place})
                for place, term in enumerate(ANSWERS, 1)
            ],
        }
