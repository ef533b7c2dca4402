from odoo import fields, models


class SchoolDeskSurveyQuestion(models.Model):
    """The template of the survey of each term: five to choose, one open (DESK-55).

    A survey that has begun keeps its own questions, so that a change here never
    changes what people were asked.
    """

    _name = "school.desk.survey.question"
    _description = "Question of the Satisfaction Survey"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char("Question", required=True, translate=True)
    code = fields.Char(copy=False)
    is_open = fields.Boolean("Open Question", help="Answered in own words.")
    target = fields.Float(
        "Target (%)", help="Percent of satisfied answers; 0: the target of the school."
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(company_id, code)", "This code is in use.")
    _target_check = models.Constraint(
        "CHECK (target >= 0 AND target <= 100)", "A share lies between 0 and 100."
    )
