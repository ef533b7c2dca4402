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

    def _tell_requester(self, subject, body):
        """Tell who asked, the way he can be reached, through the outbox.

        An employee finds it among his messages, who is a contact gets a mail. Who only
        left an address is written to there. Who is anonymous comes by himself.
        """
        rows, strangers = [], self.browse()
        for ticket in self.sudo():
            if ticket.is_anonymous:
                continue
            people = ticket.requester_user_id or ticket.requester_id
            if ticket.requester_user_id == self.env.user:
                continue
            if people and (people._name == "res.users" or people.email):
                rows.append(
                    {
                        "users": people,
                        "subject": ticket._numbered(subject),
                        "body": body,
                        "record": ticket,
                        "kind": "ticket",
                    }
                )
            elif ticket.requester_email:
                strangers |= ticket
        self.env["school.notice"]._queue_rows(rows)
        strangers._write_to_address(subject, body)

    def _numbered(self, subject):
        """The subject with the number in front, in the language of whoever is told."""
        number = self.number or ""
        if callable(subject):
            return lambda env: f"{number} {subject(env)}"
        return f"{number} {subject}"

    def _write_to_address(self, subject, body):
        """Queue a mail to requesters of whom only an address is known."""
        if not self:
            return
        env = self.with_context(lang=self.sudo().company_id[:1].partner_id.lang).env
        subject = subject(env) if callable(subject) else subject
        body = body(env) if callable(body) else body
        self.env["mail.mail"].sudo().create(
            [
                {
                    "subject": f"{ticket.number} {subject}",
                    "body_html": plaintext2html(
                        body if not ticket.is_restricted else subject
                    ),
                    "email_to": ticket.requester_email,
                    "email_from": ticket.company_id.email_formatted
                    or self.env.user.email_formatted,
                    "model": ticket._name,
                    "res_id": ticket.id,
                    "auto_delete": True,
                }
                for ticket in self.sudo()
            ]
        )

    def _post_public(self, body, author=None):
        """Write ``body`` where the requester reads it."""
        for ticket in self.sudo():
            ticket.message_post(
                body=plaintext2html(body),
                author_id=(author or self.env.user).partner_id.id,
                message_type="comment",
                subtype_xmlid="school_office_service_desk.mt_ticket_answer",
            )
