import re

from odoo import api, models
from odoo.tools import email_normalize

from odoo.addons.school_office_base.tools import tokens

from .ticket_mail import TAG


class SchoolTicket(models.Model):
    """Which request an e-mail answers, and whether its sender is who asked."""

    _inherit = "school.ticket"

    @api.model
    def _mail_find(self, mail):
        """The request of this school that the mail answers, or none."""
        tickets = self.browse()
        for text in (*mail.tokens, *mail.references):
            match = TAG.search(text)
            if not match or int(match[1]) >= 1 << 31:
                continue
            ticket = self.browse(int(match[1])).exists()
            if ticket.company_id == mail.company and tokens.matches(
                ticket._mail_secret(), match[2].lower()
            ):
                tickets = ticket
                break
        if not tickets and mail.references:
            Log = self.env["school.mail.log"].sudo()
            logs = Log.search(
                [
                    ("company_id", "=", mail.company.id),
                    ("res_model", "=", self._name),
                    ("message_id", "in", [Log._key(ref) for ref in mail.references]),
                    ("outcome", "in", ("new", "answer")),
                    ("res_id", "!=", False),
                ]
            )
            found = self.browse(logs[:1].res_id).exists()
            # Whoever got a copy knows the reference: only the requester goes on.
            if found and found._mail_is_requester(mail):
                tickets = found
        if not tickets:
            tickets = self._mail_find_by_number(mail)
        while tickets.merged_into_id:
            tickets = tickets.merged_into_id
        return tickets

    @api.model
    def _mail_find_by_number(self, mail):
        """By the number in the subject: for machines, and for whom our server knows."""
        if not (mail.automatic or mail.verified == "pass"):
            return self.browse()
        for word in re.findall(r"\[([^\[\]\s]{4,60})\]", mail.subject):
            ticket = self.search(
                [("company_id", "=", mail.company.id), ("number", "=", word)], limit=1
            )
            if ticket and ticket._mail_is_requester(mail):
                return ticket
        return self.browse()

    def _mail_is_requester(self, mail):
        """Whether the mail comes from the address of who asked, as far as we know."""
        self.ensure_one()
        if mail.verified == "fail" or self.is_anonymous or not mail.sender:
            return False
        addresses = (
            self.requester_email,
            self.requester_id.email,
            self.requester_user_id.email,
        )
        return mail.sender in {email_normalize(email or "") for email in addresses}

    @api.model
    def _mail_find_bounced(self, references):
        """The requests to which messages with these references belong."""
        tickets = self.browse()
        for reference in references:
            match = TAG.search(reference or "")
            if match and int(match[1]) < 1 << 31:
                ticket = self.sudo().browse(int(match[1])).exists()
                if ticket and tokens.matches(ticket._mail_secret(), match[2].lower()):
                    tickets |= ticket
        return tickets
