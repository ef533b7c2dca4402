from odoo import api, models


class MailActivity(models.Model):
    """A task not yet saved names no record that its author may not read.

    Once it is saved, the rights on the record decide.
    """

    _inherit = "mail.activity"

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):  # pylint: disable=missing-return
        unsaved = self.filtered(lambda activity: not isinstance(activity.id, int))
        for activity in unsaved:
            if activity.res_model and activity.res_id:
                # The record may not even be there: it was the client who named it.
                record = self.env[activity.res_model].browse(activity.res_id).exists()
                record.sudo(False).check_access("read")
        super()._compute_res_name()
