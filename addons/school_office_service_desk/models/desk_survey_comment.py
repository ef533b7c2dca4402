from odoo import fields, models


class SchoolDeskSurveyComment(models.Model):
    """An answer in own words, detached from everything else that was answered."""

    _name = "school.desk.survey.comment"
    _description = "Survey Comment"
    _inherit = ["school.record"]
    _order = "survey_id desc, id"

    survey_id = fields.Many2one(
        "school.desk.survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    name = fields.Text("Comment", required=True, readonly=True)

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return False
