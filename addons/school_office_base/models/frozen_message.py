from odoo import api, models
from odoo.exceptions import UserError

# What a message says, and where it stands; the rest is bookkeeping of the chatter.
CONTENT = {
    "attachment_ids",
    "author_id",
    "body",
    "date",
    "email_from",
    "message_type",
    "model",
    "res_id",
    "subject",
    "subtype_id",
    "tracking_value_ids",
}


class MailMessage(models.Model):
    """The chatter of a final record is part of the evidence: it grows, nothing more."""

    _inherit = "mail.message"

    def write(self, vals):
        if vals.keys() & CONTENT:
            self._check_record_not_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_frozen(self):
        self._check_record_not_frozen()

    def _check_record_not_frozen(self):
        for model, messages in self.sudo().grouped("model").items():
            if self.env["ir.attachment"]._school_model(model) is None:
                continue
            records = self.env[model].sudo().browse(messages.mapped("res_id")).exists()
            if any(record.is_frozen for record in records):
                raise UserError(
                    self.env._(
                        "This message belongs to a final record: it cannot be changed "
                        "or deleted. Write a new one instead."
                    )
                )
