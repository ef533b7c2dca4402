from odoo import api, fields, models
from odoo.fields import Command

from .doc_incoming import TITLE_LIMIT


class SchoolDocIncoming(models.Model):
    """Documents that arrive at the document mailbox (DOC-16).

    A letter that answers a document is a new document of the school it was sent to.
    """

    _inherit = "school.doc.incoming"
    _mail_alias_field = "school_doc_alias_id"

    email_from = fields.Char("E-mail from", readonly=True, copy=False)
    email_message_id = fields.Char(readonly=True, copy=False, index="btree_not_null")

    @api.model
    def _mail_new(self, mail):
        title, rest = self._mail_title(mail, TITLE_LIMIT)
        # What is wrong with a file is written for the clerk, not for the mail server.
        Attachment = mail.company._school_env().env["ir.attachment"]
        received = self._mail_files(
            mail,
            lambda name, content: Attachment._school_doc_problem(
                mail.company, name, content
            ),
        )
        problems = [sentence for __, __, sentence in received if sentence]
        sender = self.env["res.partner"]._school_mail_sender(mail.company, mail.sender)
        document = self.create(
            {
                "company_id": mail.company.id,
                "name": title,
                "kind": "letter",
                "channel": "email",
                "sender_id": sender.commercial_partner_id.id or sender.id,
                "email_from": mail.from_line[:255],
                "email_message_id": self.env["school.mail.log"]._key(mail.message_id),
                "received_by_id": False,
                "condition": "missing" if problems else "intact",
                "damage_note": "\n".join(problems) or False,
                "note": rest,
            }
        )
        # What was sent to us is kept, whatever its size or type, but the clerk is told:
        # an empty or broken file goes the way of a damaged document.
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": document.id,
                }
                for name, content, __ in received
                if content
            ]
        )
        document.write({"file_ids": [Command.set(attachments.ids)]})
        document._tell_receivers()
        return document

    def _tell_receivers(self):
        """Whoever takes documents in learns what arrived without him (DOC-01)."""
        self.ensure_one()
        self.env["school.notice"].sudo()._queue(
            self.company_id._school_doc_receivers(),
            lambda env: env._("Arrived by e-mail: %(title)s", title=self.name),
            lambda env: env._("It waits to be checked and registered."),
            record=self,
            kind="doc_received",
        )
