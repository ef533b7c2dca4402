from odoo import models
from odoo.tools import plaintext2html


class SchoolTicket(models.Model):
    """Who hears what of a ticket: its handler, its requester, the public thread."""

    _inherit = "school.ticket"

    def _notice_is_secret(self):
        """Nothing about a restricted request leaves it but that it exists."""
        return bool(self.sudo().is_restricted)

    def _notify_handler(self, text, subject=None):
        """Tell who works on these tickets, through the outbox."""
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": ticket.handler_id,
                    "subject": subject or ticket.display_name,
                    "body": text,
                    "record": ticket,
                    "urgent": ticket.is_red,
                    "kind": "ticket",
                }
                for ticket in self.sudo()
                if ticket.handler_id and ticket.handler_id != self.env.user
            ]
        )

    def _tell_requester(self, subject, body, kind="answer"):
        """Tell who asked and works here, through the outbox, unless he does it himself.

        :param kind: what it is about, as in ``school.ticket.letter``: whoever has no
            login gets a letter, see ``ticket_outside``
        """
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": ticket.requester_user_id,
                    "subject": ticket._numbered(subject),
                    "body": body,
                    "record": ticket,
                    "kind": "ticket",
                }
                for ticket in self.sudo()
                if not ticket.is_anonymous
                and ticket.requester_user_id
                and ticket.requester_user_id != self.env.user
            ]
        )

    def _numbered(self, subject):
        """The subject with the number in front, in the language of whoever is told."""
        number = self.number or ""
        if callable(subject):
            return lambda env: f"{number} {subject(env)}"
        return f"{number} {subject}"

    def _post_public(self, body, author=None):
        """Write ``body`` where the requester reads it."""
        for ticket in self.sudo():
            ticket.message_post(
                body=plaintext2html(body),
                author_id=(author or self.env.user).partner_id.id,
                message_type="comment",
                subtype_xmlid="school_office_service_desk.mt_ticket_answer",
            )
