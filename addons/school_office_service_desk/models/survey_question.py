from odoo import fields, models


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    school_desk_target = fields.Float(
        "Target (%)", readonly=True, help="Percent of satisfied answers (DESK-56)."
    )

    def write(self, vals):
        if not self.env.su:
            self.survey_id._school_check_free()
        return super().write(vals)
