from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.school_office_base.tools.client_defaults import take_defaults


class SurveySurvey(models.Model):
    """Surveys belong to one school; those of the desk know nobody who answers.

    Core's surveys have no company: whoever may see surveys saw those of every school.
    """

    _inherit = "survey.survey"

    company_id = fields.Many2one(
        "res.company",
        "School",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    school_desk_survey_id = fields.Many2one(
        "school.desk.survey",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
        help="Run by the service desk: anonymous, and changed by its steps only.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            take_defaults(self, vals_list, "school_desk_survey_id")
            for vals in vals_list:
                if vals.get("school_desk_survey_id"):
                    raise UserError(
                        self.env._("The survey of the desk is made by the desk.")
                    )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._school_check_free()
            if vals.get("school_desk_survey_id"):
                raise UserError(
                    self.env._("The survey of the desk is made by the desk.")
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_desk_survey(self):
        if not self.env.su:
            self._school_check_free()

    def _school_check_free(self):
        if self.sudo().filtered("school_desk_survey_id"):
            raise UserError(
                self.env._(
                    "This is the satisfaction survey of the service desk: its "
                    "questions stay as they were asked."
                )
            )

    def _create_answer(
        self,
        user=False,
        partner=False,
        email=False,
        test_entry=False,
        check_attempts=True,
        **additional_vals,
    ):
        own = self.sudo().filtered("school_desk_survey_id")
        if not own:
            return super()._create_answer(
                user, partner, email, test_entry, check_attempts, **additional_vals
            )
        own.ensure_one()
        if own.school_desk_survey_id.audience != "everyone" or test_entry:
            # One sheet each, given out by the survey of the desk.
            raise UserError(self.env._("This survey is for the staff of the school."))
        return own._school_ballot().with_env(self.env).sudo(self.env.su)

    def _school_ballot(self):
        """A new answer sheet that leads to nobody (superuser)."""
        self.ensure_one()
        return (
            self.env["survey.user_input"]
            .sudo()
            .create({"survey_id": self.id, "email": False, "nickname": False})
        )
