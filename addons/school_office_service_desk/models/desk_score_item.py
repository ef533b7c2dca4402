from odoo import api, fields, models

FACTORS = {"full": 1.0, "half": 0.5, "none": 0.0, "na": 0.0}


class SchoolDeskScoreItem(models.Model):
    """The points for one question of the rubric."""

    _name = "school.desk.score.item"
    _description = "Points of a Score"
    _inherit = ["school.record"]
    _order = "score_id, sequence, id"
    _server_fields = frozenset(
        {"score_id", "rubric_id", "name", "full_text", "max_points", "sequence"}
    )

    score_id = fields.Many2one(
        "school.desk.score",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    rubric_id = fields.Many2one(
        "school.desk.rubric",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    name = fields.Char("Question", required=True, readonly=True)
    full_text = fields.Text("Full Points When", readonly=True)
    max_points = fields.Float("Points", readonly=True, digits=(6, 1))
    sequence = fields.Integer(readonly=True)
    grade = fields.Selection(
        [
            ("full", "Full Points"),
            ("half", "Half of Them"),
            ("none", "None"),
            ("na", "Not Applicable"),
        ]
    )
    points = fields.Float(
        "Points Given", compute="_compute_points", store=True, digits=(6, 1)
    )

    @api.depends("grade", "max_points")
    def _compute_points(self):
        for item in self:
            item.points = item.max_points * FACTORS.get(item.grade, 0.0)

    def write(self, vals):
        if not self.env.su:
            self.score_id._check_open()
        return super().write(vals)

    def _is_deletable(self):
        return False
