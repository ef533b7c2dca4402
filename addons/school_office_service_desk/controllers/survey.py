from odoo.addons.survey.controllers.main import Survey


class DeskSurvey(Survey):
    def _check_validity(
        self,
        survey_sudo,
        answer_sudo,
        answer_token,
        ensure_token=True,
        check_partner=True,
    ):
        # The sheet of an anonymous survey belongs to whoever has its token: core would
        # refuse it to a signed-in employee because it does not carry his name.
        own = survey_sudo.school_desk_survey_id if survey_sudo else False
        if own and not answer_sudo and own.audience != "everyone":
            return "token_required"
        return super()._check_validity(
            survey_sudo,
            answer_sudo,
            answer_token,
            ensure_token=ensure_token,
            check_partner=check_partner and not own,
        )
