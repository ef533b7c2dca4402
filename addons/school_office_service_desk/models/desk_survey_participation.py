from odoo import api, fields, models
from odoo.tools import SQL


class SchoolDeskSurveyParticipation(models.Model):
    """Who has got his answer sheet. No role reads it, and it leads to no answer.

    Sheet and participation are made in one transaction, so their moments would be the
    same to the microsecond: here none is kept. When the survey closes the rows go.
    """

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

    @api.model
    def _note(self, survey, user):
        """Note that ``user`` has got his sheet, not when (superuser)."""
        row = self.create(
            {
                "company_id": survey.company_id.id,
                "survey_id": survey.id,
                "user_id": user.id,
            }
        )
        row.flush_recordset()
        day = fields.Datetime.to_datetime(survey.date_from)
        self.env.cr.execute(
            SQL(
                "UPDATE school_desk_survey_participation"
                " SET create_date = %(day)s, write_date = %(day)s WHERE id = %(id)s",
                day=day,
                id=row.id,
            )
        )
        row.invalidate_recordset(["create_date", "write_date"], flush=False)
