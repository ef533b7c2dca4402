import logging

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize, email_split
from odoo.tools.mail import decode_message_header, generate_tracking_message_id

_logger = logging.getLogger(__name__)

DOCUMENT = "school.doc.incoming"


class MailThread(models.AbstractModel):
    """What arrives at a school's document mailbox is registered there, and only there.

    The mail gateway trusts a ``From`` line and a ``References`` header. For documents
    neither may count: the author is never taken for an employee, and a letter that
    answers a document is a new document of the school it was sent to.
    """

    _inherit = "mail.thread"

    @api.model
    def message_parse(self, message, save_original=False):
        msg_dict = super().message_parse(message, save_original=save_original)
        if self._school_doc_mailboxes(msg_dict):
            # The gateway forgets a Message-ID it has seen anywhere. A letter to two
            # schools is two documents: each school looks for duplicates of its own,
            # under a lock, in ``_message_route_process``.
            msg_dict["school_doc_message_id"] = msg_dict["message_id"]
            msg_dict["message_id"] = generate_tracking_message_id("school-document")
        return msg_dict

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        if not message_dict.get("school_doc_message_id"):
            return super().message_route(
                message, message_dict, model, thread_id, custom_values
            )
        answered = {key: message_dict[key] for key in ("references", "in_reply_to")}
        message_dict.update(references="", in_reply_to="")
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        message_dict.update(answered)
        return routes

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        own_id = message_dict.pop("school_doc_message_id", None)
        thread_id = False
        others = []
        for route in routes or ():
            if route[0] != DOCUMENT or route[1]:
                others.append(route)
                continue
            thread_id = self._school_doc_route(message, message_dict, route, own_id)
        if own_id and others:
            # These were to be checked by the gateway, which did not see this id.
            message_dict["message_id"] = own_id
            seen = (
                self.env["mail.message"]
                .sudo()
                .search_count([("message_id", "=", own_id)], limit=1)
            )
            others = [] if seen else others
        if others:
            thread_id = super()._message_route_process(message, message_dict, others)
        return thread_id

    @api.model
    def _school_doc_route(self, message, message_dict, route, own_id):
        """Register one e-mail at one school; answer with the document's id or False."""
        __, __, __, __, alias = route
        if not alias:
            # Anyone may hand a message to the gateway with values of his own choice.
            raise AccessError(
                self.env._("Documents arrive only at the document mailbox of a school.")
            )
        company = (
            self.env["res.company"]
            .sudo()
            .search([("school_doc_alias_id", "=", alias.id)], limit=1)
        )
        message_id = own_id or message_dict["message_id"]
        if not company:
            raise AccessError(
                self.env._("This document mailbox belongs to no school any more.")
            )
        if self._school_doc_is_automatic(message):
            _logger.info(
                "Document mailbox of company %s: automatic answer %s ignored",
                company.id,
                message_id,
            )
            return False
        if self.env[DOCUMENT]._mail_seen(company, message_id):
            _logger.info(
                "Document mailbox of company %s: %s was registered before",
                company.id,
                message_id,
            )
            return False
        sender = self.env["res.partner"]._school_doc_sender(
            company, email_normalize(message_dict.get("email_from") or "")
        )
        own_dict = {
            **message_dict,
            "school_doc_message_id": message_id,
            "author_id": sender.id,
            "partner_ids": [],
            "attachments": list(message_dict.get("attachments") or ()),
        }
        own_dict.pop("parent_id", None)
        route = (DOCUMENT, False, {"company_id": company.id}, SUPERUSER_ID, alias)
        # pylint: disable-next=super-method-mismatch
        return super()._message_route_process(message, own_dict, [route])

    @api.model
    def _school_doc_mailboxes(self, msg_dict):
        """The document mailboxes among the recipients of a parsed message."""
        addresses = [a.lower() for a in email_split(msg_dict.get("recipients") or "")]
        if not addresses:
            return self.env["mail.alias"]
        local_parts = [address.partition("@")[0] for address in addresses]
        return (
            self.env["mail.alias"]
            .sudo()
            .search(
                [
                    ("alias_model_id.model", "=", DOCUMENT),
                    "|",
                    ("alias_full_name", "in", addresses),
                    "&",
                    ("alias_name", "in", local_parts),
                    ("alias_incoming_local", "=", True),
                ]
            )
        )

    @api.model
    def _school_doc_is_automatic(self, message):
        """Out-of-office answers and delivery reports are no documents (RFC 3834)."""
        submitted = decode_message_header(message, "Auto-Submitted").strip().lower()
        precedence = decode_message_header(message, "Precedence").strip().lower()
        return (
            submitted.startswith(("auto-replied", "auto-notified"))
            or precedence in ("auto_reply", "junk")
            or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
            or decode_message_header(message, "Return-Path").strip() == "<>"
            or message.get_content_type() == "multipart/report"
        )
