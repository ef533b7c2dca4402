from markupsafe import Markup

from odoo import fields, models
from odoo.tools import email_normalize, formataddr, hmac

from .ticket_mail import PLUS_ADDRESSES, SECRET_LENGTH


class SchoolTicket(models.Model):
    """Messages to the requester, marked so that his answer finds back."""

    _inherit = "school.ticket"

    def _mail_secret(self):
        """What only the requester has: whoever answers with it answers this request."""
        self.ensure_one()
        proof = hmac(self.env(su=True), "school-ticket-mail", self.id)
        return proof[:SECRET_LENGTH]

    def _mail_tag(self):
        return f"{self.id}-{self._mail_secret()}"

    def _mail_values(self, email):
        """Headers of a message to the requester, so that his answer finds back.

        ``Auto-Submitted`` and ``X-Auto-Response-Suppress`` keep machines from
        answering; the mark in the Message-ID comes back in the references, and in the
        address where the mail server delivers desk+mark@… as well.
        """
        self.ensure_one()
        company = self.company_id.sudo()
        mailbox = company.school_desk_mailbox or company.email or ""
        local, at, domain = mailbox.partition("@")
        reply_to = mailbox
        plus = self.env["ir.config_parameter"].sudo().get_param(PLUS_ADDRESSES)
        if plus and at:
            reply_to = f"{local}+{self._mail_tag()}@{domain}"
        sent_from = mailbox or company.email_formatted or self.env.user.email_formatted
        name = " ".join(filter(None, (company.name, company.school_office_name)))
        moment = int(fields.Datetime.now().timestamp() * 1000)
        return {
            "email_from": formataddr((name, email_normalize(sent_from) or "")),
            "reply_to": formataddr((name, reply_to)) if reply_to else False,
            "email_to": email,
            "message_id": f"<ticket-{self._mail_tag()}.{moment}@{domain or 'desk'}>",
            "references": self._mail_reference() or False,
            "auto_delete": True,
            "message_type": "email_outgoing",
            "author_id": company.partner_id.id,
            "headers": repr(
                {
                    "Auto-Submitted": "auto-replied",
                    "X-Auto-Response-Suppress": "All",
                    "Precedence": "auto_reply",
                }
            ),
        }

    def _mail_reference(self):
        """The requester's own first message, so that his program shows one thread."""
        message_id = self.email_message_id or ""
        return "" if ".invalid>" in message_id else message_id

    def _mail_send(self, subject, lines, mail):
        """Queue a message of plain lines to who wrote ``mail``."""
        self.ensure_one()
        body = Markup("").join(Markup("<p>%s</p>") % line for line in lines)
        # sudo: the outgoing queue is nobody's to write by hand
        return (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": f"[{self.number}] {subject}"[:200],
                    "body_html": body,
                    **self._mail_values(mail.sender),
                }
            )
        )

    def _mail_confirm(self, mail, found):
        """Confirm the receipt, with number, link and what to do better (DESK-06)."""
        lang = self.company_id.partner_id.lang
        ticket = self.with_context(lang=lang) if lang else self
        env = ticket.env
        lines = [
            env._(
                "Your request “%(name)s” has arrived. Its number is %(number)s.",
                name=self.name,
                number=self.number,
            ),
            env._(
                "If you have something to add, answer this e-mail and leave its "
                "subject as it is."
            ),
        ]
        link = self._mail_link()
        if link:
            lines.insert(
                1, Markup('<a href="%s">%s</a>') % (link, env._("See how far it is"))
            )
        if mail.rejected:
            lines.append(env._("These files could not be added:"))
            lines += [sentence for __, __, sentence in mail.rejected]
        if not found.is_right:
            lines.append(
                env._(
                    "It is handled faster when the subject is written like this: "
                    "[department]-[request type]-[date], for example "
                    "Academic Affairs-room loan-20231026."
                )
            )
        return ticket._mail_send(env._("We have received your request"), lines, mail)

    def _mail_link(self):
        """Where the requester sees his request without a login."""
        return self.company_id.get_base_url() + self.sudo().get_portal_url()

    def _mail_tell_rejected(self, mail):
        """Name to the sender of an answer the files that were not accepted."""
        if not mail.answerable or self._mail_why_silent(mail):
            return
        env = self.company_id._school_env().env
        self._mail_send(
            env._("Files not accepted"),
            [
                env._(
                    "Your e-mail has reached us, but these files could not be added:"
                ),
                *(sentence for __, __, sentence in mail.rejected),
            ],
            mail,
        )

    def _mail_undelivered(self, email):
        """Our message to the requester came back: the desk finds another way."""
        for ticket in self:

            def text(env, address=email or ticket.requester_email or ""):
                return env._(
                    "The e-mail to %(address)s could not be delivered. Call the "
                    "requester.",
                    address=address,
                )

            ticket._message_log(body=text(ticket.company_id._school_chatter_env()))
            ticket._notify_handler(text)
