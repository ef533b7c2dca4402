from odoo import models


class SchoolTicket(models.Model):
    """The chatter of tickets: tracked in a batch, followed by nobody by itself."""

    _inherit = "school.ticket"

    def _message_track(self, fields_iter, initial_values_dict):
        """Note the changes of many tickets with as many queries as those of one.

        Core writes a message and its values per record; a morning's queue is handed on
        in one go.
        """
        data = self.env.cr.precommit.data
        special = any(
            data.get(f"mail.tracking.{what}.{self._name}")
            for what in ("message", "author")
        )
        if len(self) < 2 or special or not fields_iter:
            return super()._message_track(fields_iter, initial_values_dict)
        tracked = self.fields_get(
            fields_iter, attributes=("string", "type", "selection", "currency_field")
        )
        tracking = {
            ticket.id: ticket._mail_track(tracked, initial_values_dict[ticket.id])
            for ticket in self.exists()
        }
        changed = self.browse(
            ticket_id for ticket_id, (changes, values) in tracking.items() if values
        )
        messages = changed._message_log_batch(dict.fromkeys(changed.ids, ""))
        self.env["mail.tracking.value"].sudo().create(
            [
                {**command[2], "mail_message_id": message.id}
                for ticket, message in zip(changed, messages, strict=True)
                for command in tracking[ticket.id][1]
            ]
        )
        return tracking

    def _message_track_post_template(self, changes):
        """No mail template hangs on a tracked field: notices tell people."""
        return True

    def _message_auto_subscribe(self, updated_values, followers_existing_policy="skip"):
        """Nobody follows a request by itself: notices tell each what he must know."""
        return True
