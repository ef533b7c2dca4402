import re
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import email_normalize, html2plaintext
from odoo.tools.mail import email_split_tuples

from ..tools import files
from ..tools.mail_text import clean
from .attachment import ReceivedBytes

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
NAME_LIMIT = 200
TEXT_LIMIT = 100_000


@dataclass
class IncomingMail:
    """An e-mail at the mailbox of one school, as its addon needs it."""

    company: models.Model
    message_id: str
    subject: str
    sender_name: str
    sender: str
    # 'pass' or 'fail' by SPF and DKIM of our own mail server; None: not known
    verified: str | None
    # why it was written by a machine, a short word; empty: by a person
    automatic: str
    # what is below may not be answered, whoever wrote it
    answerable: bool
    body: str
    cc: str
    references: list = field(default_factory=list)
    # what stands behind the + of the address it was sent to
    tokens: list = field(default_factory=list)
    # (name, content, {"cid": …})
    attachments: list = field(default_factory=list)
    # what the addon decided
    record: models.Model | None = None
    outcome: str = "new"
    reason: str = ""
    is_answered: bool = False
    rejected: list = field(default_factory=list)

    @property
    def from_line(self):
        if self.sender_name and self.sender_name != self.sender:
            return f"{self.sender_name} <{self.sender}>"
        return self.sender

    def text(self):
        """The body as plain text."""
        return clean(html2plaintext(self.body or "").strip())[:TEXT_LIMIT]


class SchoolMailIntakeMixin(models.AbstractModel):
    """Records that are made of the e-mails which arrive at a mailbox of the school.

    The mail gateway trusts a ``From`` line and a ``References`` header, and takes
    values from whoever calls it. Here neither counts: the school is the one whose
    mailbox it is, the addon itself looks for the record that is answered, nobody
    becomes the author of what he is only said to have written, and each message is
    entered once per school.

    An addon names the column of ``res.company`` that holds the mailbox and overrides
    :meth:`_mail_accept`, :meth:`_mail_new` and, if answers change records,
    :meth:`_mail_answered`. List this mixin before ``mail.thread``.
    """

    _name = "school.mail.intake.mixin"
    _description = "Record made of e-mails"
    _inherit = ["mail.thread"]

    # many2one of res.company to mail.alias
    _mail_alias_field = None
    # of the messages that answer a record
    _mail_answer_subtype = "mail.mt_comment"

    # What an addon overrides

    @api.model
    def _mail_accept(self, mail):
        """Decide what becomes of ``mail``: set its ``outcome``, ``record``, ``reason``.

        "new" makes a record, "answer" and "note" go to ``mail.record``, a note without
        being shown to people outside; "ignored" only stays in the log.
        """
        if mail.automatic in ("reply", "report"):
            mail.outcome, mail.reason = "ignored", self._mail_reason(mail.automatic)

    @api.model
    def _mail_new(self, mail):
        """Return the record made of ``mail``, in superuser mode."""
        raise NotImplementedError

    @api.model
    def _mail_accept_reply(self, mail):
        """Decide about an answer that came by another way, as to a notification.

        ``mail.record`` is answered and ``mail.outcome`` is "note".
        """

    def _mail_answered(self, mail):
        """Called in superuser mode before the answer appears among the messages."""

    def _mail_post(self, mail, author):
        """Show an e-mail among the messages of its record."""
        self.ensure_one()
        body = mail.body if isinstance(mail.body, Markup) else escape(mail.body or "")
        return (
            self.with_user(self.env.ref("base.user_root"))
            .with_context(mail_post_autofollow_author_skip=True)
            .message_post(
                body=body,
                subject=mail.subject,
                email_from=mail.from_line,
                author_id=author.id or False,
                message_type="email",
                subtype_xmlid="mail.mt_note"
                if mail.outcome == "note"
                else self._mail_answer_subtype,
                attachments=mail.attachments,
            )
        )

    @api.model
    def _mail_done(self, mail):
        """Called in superuser mode at the end, with the record and its message."""

    # The gateway

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        mail = msg_dict.pop("school_mail", None)
        self._check_mail_gateway(mail)
        mail.record = self.with_company(mail.company).sudo()._mail_new(mail)
        msg_dict["attachments"] = mail.attachments
        return mail.record

    def message_update(self, msg_dict, update_vals=None):
        """An e-mail changes a record only as its addon says: see ``_mail_answered``."""
        self._check_mail_gateway(None)

    @api.model
    def _check_mail_gateway(self, mail):
        """Only the gateway, which found the school by its mailbox, comes with a mail.

        The methods are public: everybody who can sign in may call them.
        """
        if not self.env.su or not isinstance(mail, IncomingMail):
            raise AccessError(
                self.env._("Only the mail server hands e-mails to records of a school.")
            )

    # Tools for the addons

    @api.model
    def _mail_reason(self, key):
        return {
            "reply": self.env._("automatic answer"),
            "report": self.env._("report of a mail server"),
            "bulk": self.env._("sent to many by a program"),
            "own": self.env._("sent by one of the school's own mailboxes"),
            "many": self.env._("many e-mails from this sender within an hour"),
            "stranger": self.env._("not sent by the person who asked"),
        }.get(key, key)

    @api.model
    def _mail_title(self, mail, limit):
        """Return (title, rest): long subjects are kept whole, but not in the title."""
        subject = mail.subject
        if not subject:
            subject = self.env._(
                "E-mail without a subject from %(sender)s",
                sender=mail.sender_name
                or mail.sender
                or self.env._("an unknown sender"),
            )
        if len(subject) <= limit:
            return subject, False
        return subject[: limit - 1] + "…", subject[:10000]

    @api.model
    def _mail_files(self, mail, problem):
        """Take the files out of ``mail``; return [(name, content, sentence or "")].

        :param problem: function of (name, content) that returns what is wrong

        Pictures inside the text stay with the message. What could harm another
        computer is kept in a zip file, which nothing runs.
        """
        inline, result = [], []
        for attachment in mail.attachments:
            name = CONTROL.sub(" ", clean(attachment[0] or "")).replace("/", "_")
            name = name.replace("\\", "_").strip() or self.env._("attachment")
            name = self._mail_short_name(name)
            content = attachment[1] or b""
            if isinstance(content, str):
                content = content.encode("utf-8", "surrogateescape")
            elif not isinstance(content, bytes):
                content = bytes(content)
            info = attachment[2] if len(attachment) > 2 else {}
            cid = (info or {}).get("cid")
            if cid and f"cid:{cid}" in (mail.body or ""):
                inline.append(attachment)
                continue
            sentence = problem(name, content) or ""
            if content and files.fault(name, content):
                name, content = files.wrapped(name, content)
            result.append((name, ReceivedBytes(content), sentence))
        mail.attachments = inline
        return result

    @api.model
    def _mail_short_name(self, name):
        if len(name) <= NAME_LIMIT:
            return name
        ending = files.extension(name)[:20]
        stem = name[: NAME_LIMIT - len(ending) - 1]
        return f"{stem}.{ending}" if ending else stem

    @api.model
    def _mail_sender_names(self, email_from):
        """Return (name, address) of a From line, however broken."""
        line = " ".join(CONTROL.sub(" ", clean(email_from or "")).split())
        for name, address in email_split_tuples(line):
            return name[:NAME_LIMIT], (email_normalize(address) or address.lower())[
                :255
            ]
        return line[:NAME_LIMIT], ""
