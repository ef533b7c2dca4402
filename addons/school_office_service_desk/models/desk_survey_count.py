import random

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import kpi
from .desk_survey import ANSWERS


class SchoolDeskSurvey(models.Model):
    """Ending a survey: counted, written down, and what follows from it (DESK-56)."""

    _inherit = "school.desk.survey"

    def action_close(self):
        """End the survey and count."""
        self._check_manager()
        for survey in self:
            if survey.state != "open":
                raise UserError(self.env._("This survey is not open."))
        self.sudo()._close()
        return True

    def _close(self):
        for survey in self:
            count = survey.answer_count
            shown = count >= max(survey.fewest, 3)
            survey.write(
                {
                    "state": "closed",
                    "closed_at": fields.Datetime.now(),
                    "is_shown": shown,
                }
            )
            survey.survey_id.active = False
            survey._forget_participants()
            if shown:
                survey._count()
                survey._follow_up()

    def _forget_participants(self):
        """Nobody needs to know any more who has taken part."""
        self.env["school.desk.survey.participation"].sudo().search(
            [("survey_id", "in", self.ids)]
        ).unlink()

    def _count(self):
        """Write down the results; from then on they stay, whatever happens below."""
        company = self.company_id
        questions = self.survey_id.question_ids
        done = [
            ("survey_id", "=", self.survey_id.id),
            ("user_input_id.state", "=", "done"),
            ("user_input_id.test_entry", "=", False),
            ("skipped", "=", False),
        ]
        Line = self.env["survey.user_input.line"].sudo()
        counts = {}
        for question, answer, count in Line._read_group(
            [*done, ("suggested_answer_id", "!=", False)],
            ["question_id", "suggested_answer_id"],
            ["__count"],
        ):
            place = question.suggested_answer_ids.ids.index(answer.id)
            counts.setdefault(question, {})[len(ANSWERS) - place] = count
        vals_list = []
        for number, question in enumerate(questions, 1):
            if question.question_type != "simple_choice":
                continue
            found = counts.get(question, {})
            target = question.school_desk_target or company.school_desk_survey_target
            share = kpi.satisfied(found, self.fewest)
            vals_list.append(
                {
                    "company_id": company.id,
                    "survey_id": self.id,
                    "sequence": number,
                    "name": question.with_context(lang="en_US").title,
                    "answer_count": sum(found.values()),
                    "is_shown": share is not None,
                    "share": share or 0.0,
                    "average": sum(p * n for p, n in found.items())
                    / (sum(found.values()) or 1)
                    if share is not None
                    else 0.0,
                    "target": target,
                    "is_below": share is not None and share < target,
                }
            )
        results = (
            self.env["school.desk.survey.result"]
            .with_context(lang="en_US")
            .create(vals_list)
        )
        choice = questions.filtered(lambda q: q.question_type == "simple_choice")
        languages = [code for code, __ in self.env["res.lang"].get_installed()]
        for result, question in zip(results, choice, strict=True):
            result.update_field_translations(
                "name",
                {code: question.with_context(lang=code).title for code in languages},
            )
        texts = Line.search([*done, ("answer_type", "=", "text_box")]).mapped(
            "value_text_box"
        )
        # Not in the order in which they came: that could tell who wrote what.
        random.SystemRandom().shuffle(texts)
        self.env["school.desk.survey.comment"].create(
            [
                {
                    "company_id": company.id,
                    "survey_id": self.id,
                    "name": text.strip(),
                }
                for text in texts
                if text and text.strip()
            ]
        )
        self.below_count = len(results.filtered("is_below"))

    def _follow_up(self):
        """What is below target goes into the appraisal and the improvement plan."""
        below = self.result_ids.filtered("is_below")
        if not below:
            return
        self.env["school.desk.plan"]._propose(
            self.company_id,
            [
                {
                    "source": "survey",
                    "source_key": f"survey.result:{result.id}",
                    "source_text": result._sentence(),
                }
                for result in below
            ],
        )
        self._appraise(below)

    def _appraise(self, below):
        """Propose what is below target for the appraisal of a department (BASE-27)."""
        if not self.department_id:
            return
        self.env["school.appraisal.entry"]._propose(
            self.company_id,
            [
                {
                    "key": f"desk.survey.result:{result.id}",
                    "kind": "below_target",
                    "department": self.department_id,
                    "remark": result._sentence(),
                    "record": self,
                }
                for result in below
            ],
        )

    def action_publish(self):
        """Put the results on the public page, with today's date."""
        self._check_manager()
        for survey in self:
            if survey.state != "closed":
                raise UserError(
                    self.env._("Results are published after the survey has closed.")
                )
            if not survey.is_shown:
                raise UserError(
                    self.env._(
                        "Only %(count)s people answered. Below %(fewest)s no result is "
                        "shown, so that nobody can be guessed.",
                        count=survey.answer_count,
                        fewest=survey.fewest,
                    )
                )
        self.sudo().write(
            {
                "state": "published",
                "published_at": fields.Datetime.now(),
                "published_by_id": self.env.uid,
            }
        )
        return True
