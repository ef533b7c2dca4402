from odoo import fields, models


class SchoolDeskSurveyResult(models.Model):
    """What came out of one question, counted once when the survey closed (DESK-56)."""

    _name = "school.desk.survey.result"
    _description = "Survey Result"
    _inherit = ["school.record"]
    _order = "survey_id, sequence, id"

    survey_id = fields.Many2one(
        "school.desk.survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Question", required=True, readonly=True, translate=True)
    answer_count = fields.Integer("Answers", readonly=True)
    is_shown = fields.Boolean(readonly=True)
    share = fields.Float(
        "Satisfied (%)", readonly=True, aggregator="avg", digits=(5, 1)
    )
    average = fields.Float(readonly=True, aggregator="avg", digits=(3, 2))
    target = fields.Float("Target (%)", readonly=True, aggregator="avg", digits=(5, 1))
    is_below = fields.Boolean("Below Target", readonly=True, index=True)

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False

    def _sentence(self):
        """The result in one line, for plans and appraisals."""
        self.ensure_one()
        env = self.company_id._school_env().env
        return env._(
            "Survey: “%(question)s” %(share)s satisfied, target %(target)s",
            question=self.with_env(env).name,
            share=f"{self.share:g} %",
            target=f"{self.target:g} %",
        )
