from odoo import models
from odoo.exceptions import UserError


class MailThread(models.AbstractModel):
    """Keep the chatter of marked records to their readers.

    Here and not in the mixin of secrecy, so that it holds whatever the order of the
    parents in ``_inherit`` is.
    """

    _inherit = "mail.thread"

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        followable = self
        if "secrecy_level_id" in self._fields:
            # Every employee can read who follows what, so nobody follows a marked
            # record.
            followable = self.filtered(lambda record: not record.sudo().is_marked)
        return super(MailThread, followable)._message_subscribe(
            partner_ids, subtype_ids, customer_ids
        )

    def _message_create(self, values_list):
        # Who is addressed may read the message, whatever he may read of the record.
        if self._secrecy_is_marked():
            values_list = [
                {**values, "partner_ids": self._secrecy_addressees(values)}
                for values in values_list
            ]
        return super()._message_create(values_list)

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        if not self._secrecy_is_marked():
            return recipients
        users = self.env["res.users"]
        return [
            data
            for data in recipients
            if data["uid"] and self._secrecy_may_read(users.browse(data["uid"]))
        ]

    def _secrecy_is_marked(self):
        return (
            "secrecy_level_id" in self._fields
            and len(self) == 1
            and self.sudo().is_marked
        )

    def _secrecy_addressees(self, values):
        """Return the ids of the addressed partners who are readers.

        A person who writes is told about the others; what the system sends by itself
        just does not go to them.
        """
        partners = self.env["res.partner"].browse(values.get("partner_ids") or [])
        # Whether somebody is a reader does not depend on who asks.
        readers = partners.filtered(
            lambda partner: any(
                self._secrecy_may_read(user) for user in partner.sudo().user_ids
            )
        )
        others = partners - readers
        if others and values.get("message_type") == "comment" and not self.env.su:
            raise UserError(
                self.env._(
                    "%(people)s cannot be written to about this: it is marked, and "
                    "they are not among its named readers.",
                    people=", ".join(others.mapped("name")),
                )
            )
        return readers.ids
