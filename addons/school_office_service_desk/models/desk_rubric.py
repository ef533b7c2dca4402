from odoo import fields, models


class SchoolDeskRubric(models.Model):
    """One question of the rubric by which sampled tickets are scored (DESK-18).

    Three answers only, as two people agree on them more often than on ten points: full
    points, half of them, none.
    """

    _name = "school.desk.rubric"
    _description = "Rubric of the Ticket Sample"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char("Question", required=True, translate=True)
    code = fields.Char(copy=False)
    full_text = fields.Text(
        "Full Points When",
        translate=True,
        help="Read by the scorers, so that they measure alike.",
    )
    max_points = fields.Float("Points", required=True, default=10, digits=(6, 1))
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _points_check = models.Constraint(
        "CHECK (max_points > 0)", "A question is worth more than no points."
    )
    _code_uniq = models.UniqueIndex("(company_id, code)", "This code is in use.")

    def _is_deletable(self):
        # What has been scored by it keeps its text, so the question itself may go.
        return True
