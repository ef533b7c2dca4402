import re

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from odoo.tools.mail import email_split_tuples

from odoo.addons.school_office_base.models.attachment import ReceivedBytes
from odoo.addons.school_office_base.tools import files

from .doc_incoming import TITLE_LIMIT

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class SchoolDocIncoming(models.Model):
    """Documents that arrive at the document mailbox (DOC-16)."""

    _inherit = "school.doc.incoming"

    email_from = fields.Char("E-mail from", readonly=True, copy=False)
    email_message_id = fields.Char(readonly=True, copy=False, index="btree_not_null")

    @api.model
    def _mail_seen(self, company, message_id):
        """Whether this school has registered this Message-ID before.

        Two nodes may receive one message at the same moment, and our own snapshot is
        older than what the other node commits. So: wait for the lock, then look through
        the connection that holds it, which sees everything committed by then.
        """
        Serial = self.env["school.serial"]
        side = Serial._lock(f"doc.mail:{company.id}:{message_id}")
        query = SQL(
            "SELECT 1 FROM school_doc_incoming"
            " WHERE company_id = %s AND email_message_id = %s",
            company.id,
            message_id,
        )
        self.flush_model(["company_id", "email_message_id"])
        theirs, __ = Serial._newest(
            side, SQL("SELECT to_regclass('school_doc_incoming')::text")
        )
        if not theirs[0]:
            # While the addon is being installed, others do not see its table yet.
            return bool(self.env.execute_query(query))
        return bool(Serial._newest(side, query))

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Enter an e-mail as a received document; ``mail.thread`` chose the school.

        Only the gateway, which found the school by its mailbox, comes in superuser
        mode; the method can be called by everybody who can sign in.
        """
        if not self.env.su:
            raise AccessError(
                self.env._("Documents arrive only at the document mailbox of a school.")
            )
        company = self.env["res.company"].browse((custom_values or {})["company_id"])
        documents = self.with_company(company).sudo()
        message_id = msg_dict.pop("school_doc_message_id", msg_dict["message_id"])
        email_from = msg_dict.get("email_from") or ""
        title, rest = self._mail_title(msg_dict, email_from)
        kept, problems = self._mail_files(company, msg_dict)
        sender = self.env["res.partner"].browse(msg_dict.get("author_id") or [])
        document = documents.create(
            {
                "company_id": company.id,
                "name": title,
                "kind": "letter",
                "channel": "email",
                "sender_id": sender.commercial_partner_id.id or sender.id,
                "email_from": CONTROL.sub(" ", email_from)[:255],
                "email_message_id": message_id,
                "received_by_id": False,
                "condition": "missing" if problems else "intact",
                "damage_note": "\n".join(problems) or False,
                "note": rest,
            }
        )
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {
                        "name": name,
                        "raw": content,
                        "res_model": self._name,
                        "res_id": document.id,
                    }
                    for name, content in kept
                ]
            )
        )
        document.write({"file_ids": [fields.Command.set(attachments.ids)]})
        return document

    def message_update(self, msg_dict, update_vals=None):
        """An e-mail never changes a document, whatever it claims to answer."""
        return super().message_update(msg_dict, None)

    @api.model
    def _mail_title(self, msg_dict, email_from):
        """Return (title, rest): long subjects are kept whole, but not in the title."""
        subject = CONTROL.sub(" ", msg_dict.get("subject") or "")
        subject = " ".join(subject.split())
        if not subject:
            pairs = email_split_tuples(email_from)
            who = next((name or email for name, email in pairs), email_from)
            subject = self.env._(
                "E-mail without a subject from %(sender)s",
                sender=who or self.env._("an unknown sender"),
            )
        if len(subject) <= TITLE_LIMIT:
            return subject, False
        return subject[: TITLE_LIMIT - 1] + "…", subject[:10000]

    @api.model
    def _mail_files(self, company, msg_dict):
        """Return (files to keep, sentences about those that are not as they should be).

        What was sent to us is kept, whatever its size or type, but the clerk is told:
        an empty or broken file goes the way of a damaged document. Pictures inside the
        text stay with the message.
        """
        Attachment = self.env["ir.attachment"]
        inline, kept, problems = [], [], []
        for attachment in msg_dict.get("attachments") or ():
            name = CONTROL.sub(" ", attachment[0] or "").replace("/", "_")
            name = name.replace("\\", "_").strip()[:200] or self.env._("attachment")
            content = attachment[1] or b""
            if isinstance(content, str):
                content = content.encode("utf-8", "surrogateescape")
            info = attachment[2] if len(attachment) > 2 else {}
            cid = (info or {}).get("cid")
            if cid and f"cid:{cid}" in (msg_dict.get("body") or ""):
                inline.append(attachment)
                continue
            problem = Attachment._school_doc_problem(company, name, content)
            if problem:
                problems.append(problem)
            if content and files.fault(name, content):
                # Kept as it came, but nothing runs it.
                name, content = files.wrapped(name, content)
            if content:
                kept.append((name, ReceivedBytes(content)))
        msg_dict["attachments"] = inline
        return kept, problems
