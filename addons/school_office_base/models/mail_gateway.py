import logging
from email.message import EmailMessage
from email.utils import parseaddr
from xmlrpc.client import Binary

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize, email_split
from odoo.tools.mail import (
    decode_message_header,
    generate_tracking_message_id,
    unfold_references,
)

from ..tools import mail_auth, mail_text
from .mail_intake import CONTROL, IncomingMail

_logger = logging.getLogger(__name__)

INTAKE = "school.mail.intake.mixin"
# Name of the mail server whose findings about senders are believed
AUTHSERV = "school_office.mail_authserv_id"


class MailThread(models.AbstractModel):
    """What arrives at a school's mailbox is entered there, once, and only there."""

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        if isinstance(message, Binary):
            message = message.data
        if isinstance(message, str):
            message = message.encode("utf-8", "surrogateescape")
        return super().message_process(
            model,
            mail_text.mend(bytes(message)),
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
            thread_id=thread_id,
        )

    @api.model
    def message_parse(self, message, save_original=False):
        mail_text.mend_parts(message)
        try:
            msg_dict = super().message_parse(message, save_original=save_original)
        except Exception:
            # Whatever is wrong with it: a message that stops the gateway would come
            # again and again, and nobody would ever read it.
            _logger.warning("An e-mail could not be parsed and is kept whole")
            msg_dict = super().message_parse(self._school_mail_kept_whole(message))
        for key, value in msg_dict.items():
            msg_dict[key] = mail_text.clean(value)
        found = self._school_mailboxes(msg_dict)
        if found:
            # The gateway forgets a Message-ID it has seen anywhere. A letter to two
            # schools is two records: each school looks for duplicates of its own,
            # under a lock, in ``_message_route_process``.
            msg_dict["school_mail_id"] = msg_dict["message_id"]
            msg_dict["message_id"] = generate_tracking_message_id("school-mail")
        return msg_dict

    @api.model
    def _school_mail_kept_whole(self, message):
        """A message with the headers of ``message`` and itself as a file."""
        copy = EmailMessage()
        for name in (
            *("From", "To", "Cc", "Delivered-To", "Subject", "Message-ID", "Date"),
            *("References", "In-Reply-To"),
        ):
            value = mail_text.clean(str(message.get(name) or ""))
            if value:
                copy[name] = CONTROL.sub(" ", value)
        copy.set_content(
            self.env._(
                "The text of this e-mail could not be read. It is attached as it came."
            )
        )
        copy.add_attachment(
            message.as_bytes(policy=message.policy.clone(utf8=True)),
            maintype="application",
            subtype="octet-stream",
            filename="e-mail.eml",
        )
        return copy

    @api.model
    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        if not message_dict.get("school_mail_id"):
            return super().message_route(
                message, message_dict, model, thread_id, custom_values
            )
        # Which record is answered is found out by the addon, not by the references.
        kept = {key: message_dict[key] for key in ("references", "in_reply_to")}
        recipients = {key: message_dict[key] for key in ("recipients", "to")}
        message_dict.update(references="", in_reply_to="")
        for key, addresses in recipients.items():
            message_dict[key] = self._school_mail_without_tokens(addresses)
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        message_dict.update(**kept, **recipients)
        return routes

    @api.model
    def _detect_loop_sender(self, message, message_dict, routes):
        """Core loses what comes too often; the intake enters it and keeps silent."""
        others = [r for r in routes or () if not self._school_mail_is_intake(r[0])]
        if routes and not others:
            return False
        return super()._detect_loop_sender(message, message_dict, others)

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        own_id = message_dict.pop("school_mail_id", None)
        thread_id = False
        others = []
        for route in routes or ():
            if not self._school_mail_is_intake(route[0]):
                others.append(route)
            elif route[1]:
                thread_id = self._school_mail_reply(message, message_dict, route)
            else:
                thread_id = self._school_mail_route(
                    message, message_dict, route, own_id
                )
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
    def _school_mail_route(self, message, message_dict, route, own_id):
        """Enter one e-mail at one school; answer with the record's id or False."""
        name, __, __, __, alias = route
        if not alias:
            # Anyone may hand a message to the gateway with values of his own choice.
            raise AccessError(
                self.env._("Only the mail server hands e-mails to records of a school.")
            )
        Model = self.env[name]
        company = (
            self.env["res.company"]
            .sudo()
            .search([(Model._mail_alias_field, "=", alias.id)], limit=1)
        )
        if not company:
            raise AccessError(self.env._("This mailbox belongs to no school any more."))
        mail = self._school_mail_once(
            company, name, message, message_dict, own_id or message_dict["message_id"]
        )
        if not mail:
            return False
        gateway = self.env[name].with_company(company).sudo()
        gateway._mail_accept(mail)
        if mail.outcome == "new":
            own_dict = {
                **message_dict,
                "school_mail": mail,
                "author_id": self._school_mail_author(mail).id,
                "partner_ids": [],
                "attachments": [],
            }
            own_dict.pop("parent_id", None)
            values = {"company_id": company.id}
            # sudo: the gateway notes on the alias that it works, whoever runs it
            route = (name, False, values, SUPERUSER_ID, alias.sudo())
            # pylint: disable-next=super-method-mismatch
            super()._message_route_process(message, own_dict, [route])
        return self._school_mail_finish(gateway, mail)

    @api.model
    def _school_mail_reply(self, message, message_dict, route):
        """Add an e-mail that answers a message of a record, sent to no mailbox of it.

        Odoo's own notifications ask for answers to the address that catches all. The
        record's addon says what such an answer may do; of itself it is a note.
        """
        if not (self.env.su or self.env.user._is_system()):
            raise AccessError(
                self.env._("Only the mail server hands e-mails to records of a school.")
            )
        name, thread_id = route[:2]
        record = self.env[name].sudo().browse(thread_id)
        company = record.company_id
        mail = self._school_mail_once(
            company, name, message, message_dict, message_dict["message_id"]
        )
        if not mail:
            return False
        gateway = self.env[name].with_company(company).sudo()
        mail.record, mail.outcome = gateway.browse(thread_id), "note"
        gateway._mail_accept_reply(mail)
        return self._school_mail_finish(gateway, mail)

    @api.model
    def _school_mail_once(self, company, name, message, message_dict, message_id):
        """The e-mail as the addons see it, or None if it has been entered before."""
        if self.env["school.mail.log"]._seen(company, name, message_id):
            _logger.info(
                "Mailbox of company %s: %s was entered before", company.id, message_id
            )
            return None
        return self._school_mail(company, message, message_dict, message_id)

    @api.model
    def _school_mail_finish(self, gateway, mail):
        """Post what is an answer or a note, and write down what became of the mail."""
        if mail.outcome in ("answer", "note"):
            mail.record._mail_answered(mail)
            mail.record._mail_post(mail, self._school_mail_author(mail))
        if mail.outcome != "ignored":
            gateway._mail_done(mail)
        self._school_mail_enter(self.env["school.mail.log"].sudo(), gateway._name, mail)
        return mail.record.id if mail.record else False

    @api.model
    def _school_mail_enter(self, Log, name, mail):
        """Write down what became of a mail, with the files that were not accepted."""
        log = Log.create(
            {
                "company_id": mail.company.id,
                "message_id": Log._key(mail.message_id),
                "subject": mail.subject[:300],
                "sender": mail.sender or mail.sender_name,
                "sender_verified": mail.verified == "pass",
                "received_at": fields.Datetime.now(),
                "outcome": mail.outcome,
                "reason": mail.reason[:250],
                "is_answered": mail.is_answered,
                "res_model": name,
                "res_id": mail.record.id if mail.record else False,
            }
        )
        self.env["ir.attachment"].sudo().create(
            [
                {
                    "name": file_name,
                    "raw": content,
                    "res_model": "school.mail.log",
                    "res_id": log.id,
                    "description": sentence,
                }
                for file_name, content, sentence in mail.rejected
            ]
        )
        return log

    @api.model
    def _school_mail(self, company, message, message_dict, message_id):
        """What the addons get to know about one e-mail."""
        Intake = self.env[INTAKE]
        sender_name, sender = Intake._mail_sender_names(message_dict.get("email_from"))
        subject = CONTROL.sub(" ", message_dict.get("subject") or "")
        references = [message_dict.get("in_reply_to") or ""]
        references += reversed(unfold_references(message_dict.get("references") or ""))
        automatic = self._school_mail_automatic(message)
        if not automatic and self._school_mail_is_own(company, sender):
            automatic = "own"
        return IncomingMail(
            company=company,
            message_id=message_id,
            subject=" ".join(subject.split()),
            sender_name=sender_name,
            sender=sender,
            verified=self._school_mail_verdict(message, sender),
            automatic=automatic,
            answerable=bool(sender)
            and not automatic
            and not self._school_mail_wants_no_answer(message),
            body=message_dict.get("body") or "",
            cc=message_dict.get("cc") or "",
            references=[r.strip() for r in references if r.strip()][:32],
            tokens=self._school_mail_tokens(message_dict),
            attachments=list(message_dict.get("attachments") or ()),
        )

    @api.model
    def _school_mail_verdict(self, message, sender):
        """What our own mail server found out about the sender: see ``mail_auth``.

        An employee may hand a message of his own making to the gateway, fields of the
        mail server included: only what the system hands over is believed.
        """
        if not (self.env.su or self.env.user._is_system()):
            return None
        return mail_auth.verdict(
            message.get_all("Authentication-Results") or (),
            self.env["ir.config_parameter"].sudo().get_param(AUTHSERV),
            sender,
        )

    @api.model
    def _school_mail_author(self, mail):
        """The contact of the school who writes from this address, if that is sure.

        Never someone who can sign in, unless our own mail server vouches for him.
        """
        Partner = self.env["res.partner"]
        if mail.verified == "pass":
            user = self.env["res.users"]._school_mail_user(mail.company, mail.sender)
            if user:
                return user.partner_id
        return Partner._school_mail_sender(mail.company, mail.sender)

    # Addresses

    @api.model
    def _school_mail_is_intake(self, name):
        return name in self.env and issubclass(
            self.env.registry[name], self.env.registry[INTAKE]
        )

    @api.model
    def _school_mail_models(self):
        return [
            name
            for name in self.env.registry
            if self._school_mail_is_intake(name) and not self.env[name]._abstract
        ]

    @api.model
    def _school_mailboxes(self, msg_dict):
        """The mailboxes of schools among the recipients of a parsed message."""
        addresses = set()
        for address in email_split(msg_dict.get("recipients") or ""):
            addresses |= {address.lower(), self._school_mail_split(address.lower())[0]}
        if not addresses:
            return self.env["mail.alias"]
        local_parts = [address.partition("@")[0] for address in addresses]
        return (
            self.env["mail.alias"]
            .sudo()
            .search(
                [
                    ("alias_model_id.model", "in", self._school_mail_models()),
                    "|",
                    ("alias_full_name", "in", sorted(addresses)),
                    "&",
                    ("alias_name", "in", sorted(local_parts)),
                    ("alias_incoming_local", "=", True),
                ]
            )
        )

    @api.model
    def _school_mail_split(self, address):
        """Return (address without its +detail, the detail)."""
        local, at, domain = address.partition("@")
        local, __, token = local.partition("+")
        return f"{local}{at}{domain}", token

    @api.model
    def _school_mail_without_tokens(self, addresses):
        """Addresses as the aliases know them: desk+token@… is desk@…"""
        plain = []
        for address in email_split(addresses or ""):
            plain.append(self._school_mail_split(address)[0])
        return ",".join(plain)

    @api.model
    def _school_mail_tokens(self, message_dict):
        tokens = []
        for address in email_split(message_dict.get("recipients") or ""):
            token = self._school_mail_split(address)[1]
            if token:
                tokens.append(token)
        return tokens

    @api.model
    def _school_mail_is_own(self, company, sender):
        """Whether an address is one of the instance's own: answering it is a loop."""
        if not sender:
            return False
        own = {email_normalize(company.email or "")}
        Domain = self.env["mail.alias.domain"].sudo()
        # Every domain of the instance is ours; there are a few.
        for domain in Domain.search([], limit=1000):
            own |= {
                domain.bounce_email,
                domain.catchall_email,
                domain.default_from_email,
            }
        if sender in own:
            return True
        return bool(
            self.env["mail.alias"]
            .sudo()
            .search_count(
                [
                    (
                        "alias_full_name",
                        "in",
                        [sender, self._school_mail_split(sender)[0]],
                    ),
                    ("alias_model_id.model", "in", self._school_mail_models()),
                ],
                limit=1,
            )
        )

    # Loops (RFC 3834)

    @api.model
    def _school_mail_automatic(self, message):
        """Why a message was not written by a person; empty if it may have been."""
        submitted = decode_message_header(message, "Auto-Submitted").strip().lower()
        precedence = decode_message_header(message, "Precedence").strip().lower()
        sender = parseaddr(decode_message_header(message, "From"))[1].lower()
        if (
            decode_message_header(message, "Return-Path").strip() == "<>"
            or message.get_content_type() == "multipart/report"
            or sender.partition("@")[0] in ("mailer-daemon", "postmaster")
        ):
            return "report"
        if (
            submitted.startswith(("auto-replied", "auto-notified"))
            or precedence in ("auto_reply", "auto-reply", "junk")
            or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
        ):
            return "reply"
        if submitted.startswith("auto-") or precedence in ("bulk", "list"):
            return "bulk"
        if message.get("List-Id") or message.get("List-Unsubscribe"):
            return "bulk"
        return ""

    @api.model
    def _school_mail_wants_no_answer(self, message):
        suppress = decode_message_header(message, "X-Auto-Response-Suppress").lower()
        words = {word.strip() for word in suppress.split(",")}
        return bool(words & {"all", "oof", "autoreply", "nrn"})
