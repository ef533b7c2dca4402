from odoo import fields, models


class SchoolDeskSurveyParticipation(models.Model):
    """Who has got his answer sheet. No role reads it, and it leads to no answer."""

    _name = "school.desk.survey.participation"
    _description = "Participation in a Survey"
    _inherit = ["school.record"]

    survey_id = fields.Many2one(
        "school.desk.survey",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True, index=True)

    _once_uniq = models.UniqueIndex(
        "(survey_id, user_id)", "Everybody gets one answer sheet."
    )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}
