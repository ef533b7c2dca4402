from odoo import SUPERUSER_ID, api, models


def nobody(records, survey):
    """``records`` in an environment whose author is the system, for desk surveys.

    Odoo notes who creates and changes a row. For anonymous answers that would be the
    signed-in employee, although core's pages work in superuser mode.
    """
    if survey.sudo().school_desk_survey_id and records.env.uid != SUPERUSER_ID:
        return records.with_user(SUPERUSER_ID).with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
    return records


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    @api.model_create_multi
    def create(self, vals_list):
        surveys = self.env["survey.survey"].browse(
            vals["survey_id"] for vals in vals_list if vals.get("survey_id")
        )
        if surveys.sudo().school_desk_survey_id:
            for vals in vals_list:
                vals.update(partner_id=False, email=False, nickname=False)
        created = super(SurveyUserInput, nobody(self, surveys)).create(vals_list)
        return created.with_env(self.env)

    def write(self, vals):
        return super(SurveyUserInput, nobody(self, self.survey_id)).write(vals)

    def _write_multi(self, vals_list):
        # What is computed is written by the system: it would note the signed-in user.
        system = self.with_user(SUPERUSER_ID)
        return super(SurveyUserInput, system)._write_multi(vals_list)


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    @api.model_create_multi
    def create(self, vals_list):
        inputs = self.env["survey.user_input"].browse(
            vals["user_input_id"] for vals in vals_list if vals.get("user_input_id")
        )
        author = nobody(self, inputs.sudo().survey_id)
        return super(SurveyUserInputLine, author).create(vals_list).with_env(self.env)

    def write(self, vals):
        author = nobody(self, self.sudo().survey_id)
        return super(SurveyUserInputLine, author).write(vals)

    def _write_multi(self, vals_list):
        system = self.with_user(SUPERUSER_ID)
        return super(SurveyUserInputLine, system)._write_multi(vals_list)
