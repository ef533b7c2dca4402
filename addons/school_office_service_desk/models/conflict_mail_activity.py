from odoo import api, models
from odoo.exceptions import UserError


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.constrains("user_id", "res_id", "res_model_id")
    def _check_school_conflict(self):
        """A to-do shows its record's name to whom it is given."""
        found = self.filtered(
            lambda a: a.res_model == "school.ticket" and a.res_id and a.user_id
        )
        for activity in found:
            ticket = self.env["school.ticket"].sudo().browse(activity.res_id)
            if activity.user_id in ticket.excluded_user_ids:
                raise UserError(
                    self.env._(
                        "%(person)s is kept out of this complaint and cannot be given "
                        "a task about it.",
                        person=activity.user_id.name,
                    )
                )
