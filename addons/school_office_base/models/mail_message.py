from odoo import api, fields, models
from odoo.exceptions import AccessError

# Who wrote it, when and about what: the server knows it, nobody says it.
FACTS = {
    "author_guest_id",
    "author_id",
    "date",
    "email_from",
    "message_id",
    "message_type",
    "subtype_id",
    "tracking_value_ids",
}
WORDS = {"attachment_ids", "body", "subject"}


class MailMessage(models.Model):
    """What stands under a record of a school was written by whom it names, then.

    Author, date and changes of fields are set by the server's own methods, in superuser
    mode, which no client can ask for; a client writes his own words, and changes them.
    """

    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(self._school_is_about_us(v) for v in vals_list):
            vals_list = [self._school_own_words(vals) for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() & (FACTS | WORDS):
            self._school_check_own_words(vals.keys())
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_others(self):
        if not self.env.su:
            self._school_check_own_words()

    @api.model
    def _school_is_about_us(self, vals):
        """Whether these are values of a message under a record of a school."""
        name = vals.get("model") or self.env.context.get("default_model")
        model = self.env.registry.get(name) if name else None
        return model is not None and issubclass(
            model, self.env.registry["school.record"]
        )

    @api.model
    def _school_own_words(self, vals):
        """Refuse words of others and changes that nobody made; return the values."""
        if not self._school_is_about_us(vals):
            return vals
        me = self.env.user.partner_id
        named = vals.get("author_id", me.id)
        address = vals.get("email_from", me.email_formatted)
        if (
            named != me.id
            or (address or "") != (me.email_formatted or "")
            or vals.get("author_guest_id")
            or vals.get("date")
            or vals.get("tracking_value_ids")
        ):
            raise self._school_forging_error()
        # Said, and not left to a default: that would be a value of the client's, too.
        return {**vals, "author_id": me.id, "date": fields.Datetime.now()}

    def _school_check_own_words(self, names=("body",)):
        """Refuse a change of what others wrote, or the system noted."""
        me = self.env.user.partner_id
        is_comment = {"body", "subject"} & set(names)
        for message in self.sudo():
            if self._school_is_about_us({"model": message.model}) and (
                FACTS & set(names)
                or message.author_id != me
                or (is_comment and message.message_type != "comment")
            ):
                raise self._school_forging_error()

    def _school_forging_error(self):
        return AccessError(
            self.env._(
                "Under a record of the school everybody writes in his own name and of "
                "now, and what is written stays."
            )
        )
