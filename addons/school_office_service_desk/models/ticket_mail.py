import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize_all
from odoo.tools.mail import email_split_and_format_normalize

from odoo.addons.school_office_base.tools import files

from ..tools import subject as subjects
from .ticket import GONE_STATES

TITLE_LIMIT = 200
MEGABYTE = 1 << 20
SECRET_LENGTH = 32
# desk+12-<secret>@…, and <ticket-12-<secret>.…@…> in the references
TAG = re.compile(r"(?:^|<ticket-)(\d{1,15})-([0-9a-f]{32})(?=$|[.@>])", re.IGNORECASE)
PLUS_ADDRESSES = "school_office.mail_plus_addresses"


class SchoolTicket(models.Model):
    """Requests by e-mail: entered whatever they look like, answered once, no loop.

    An answer belongs to a request if it carries the unguessable mark of a message that
    we sent to the requester, or refers to a message that he sent himself, and comes
    from his address. What somebody else writes is kept as a note for the desk and
    changes nothing.
    """

    _inherit = "school.ticket"
    _mail_alias_field = "school_desk_alias_id"

    _server_fields = frozenset({"mail_note"})

    mail_note = fields.Char(
        "About the E-Mail",
        readonly=True,
        copy=False,
        help="Why the sender was not sent a confirmation.",
    )
    mail_log_ids = fields.One2many(
        "school.mail.log", "ticket_id", "E-Mails", readonly=True
    )
    rejected_count = fields.Integer(
        "Files Not Accepted", compute="_compute_rejected_count"
    )

    @api.depends("mail_log_ids")
    def _compute_rejected_count(self):
        # sudo: whoever reads the ticket may know that something was not accepted
        logs = self.sudo().mail_log_ids
        counts = dict(
            self.env["ir.attachment"]
            .sudo()
            ._read_group(
                [("res_model", "=", "school.mail.log"), ("res_id", "in", logs.ids)],
                ["res_id"],
                ["__count"],
            )
        )
        for ticket in self:
            ticket.rejected_count = sum(
                counts.get(log.id, 0) for log in ticket.sudo().mail_log_ids
            )

    def action_rejected_files(self):
        """Open the files that came by mail and are not of the kinds we take."""
        self.ensure_one()
        self._check_handled()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Files Not Accepted"),
            "res_model": "ir.attachment",
            "views": [(False, "kanban"), (False, "list")],
            "domain": [
                ("res_model", "=", "school.mail.log"),
                ("res_id", "in", self.sudo().mail_log_ids.ids),
            ],
            "context": {"create": False},
        }

    # What becomes of an e-mail

    @api.model
    def _mail_accept(self, mail):
        ticket = self._mail_find(mail)
        if ticket:
            mail.record = ticket
            self._mail_decide(mail)
        else:
            mail.reason = self._mail_why_silent(mail)

    @api.model
    def _mail_accept_reply(self, mail):
        self._mail_decide(mail)

    @api.model
    def _mail_decide(self, mail):
        """Whether a mail about ``mail.record`` is the requester's answer, or a note."""
        mail.outcome = "note"
        if mail.automatic:
            mail.reason = self._mail_reason(mail.automatic)
        elif mail.record._mail_is_requester(mail):
            mail.outcome, mail.reason = "answer", ""
        else:
            mail.reason = self._mail_reason("stranger")

    @api.model
    def _mail_why_silent(self, mail):
        """Why a new request gets no confirmation; empty if it gets one."""
        if mail.automatic:
            return self._mail_reason(mail.automatic)
        if not mail.answerable:
            return self._mail_reason("reply")
        limit = mail.company.school_desk_mail_hourly
        since = fields.Datetime.now() - timedelta(hours=1)
        sent = self.env["school.mail.log"]._sent_lately(
            mail.company, mail.sender, since
        )
        return self._mail_reason("many") if sent >= limit else ""

    # A new request

    @api.model
    def _mail_new(self, mail):
        company = mail.company
        departments = self._mail_departments(company)
        found = subjects.parse(mail.subject, company._school_date(), departments)
        service = self._mail_service(company, found)
        title, rest = self._mail_title(mail, TITLE_LIMIT)
        kept, mail.rejected = [], []
        for name, content, sentence in self._mail_files(
            mail, lambda n, c: self._mail_file_problem(company, service, n, c)
        ):
            if sentence:
                mail.rejected.append((name, content, sentence))
            else:
                kept.append((name, content))
        vals = {
            "service": service,
            "name": found.matter if found.is_right else title,
            "details": "\n\n".join(filter(None, (rest, mail.text()))),
            "email_message_id": self.env["school.mail.log"]._key(mail.message_id),
            "email_cc": self._mail_copies(mail),
            "attachments": kept,
            "needed_by": self._mail_day(company, found.day),
            "mail_note": mail.reason or False,
            "department_id": departments.get(found.department, False),
            **self._mail_requester(mail, found),
        }
        ticket = self._intake(company, [vals], "email")
        mail.record = ticket
        if not mail.reason:
            ticket._mail_confirm(mail, found)
            mail.is_answered = True
        return ticket

    @api.model
    def _mail_departments(self, company):
        """``{name: id of the department}``, in every language of the instance."""
        departments = self.env["hr.department"].search(
            [("company_id", "=", company.id)]
        )
        return {
            department.name: department.id
            for lang, __ in self.env["res.lang"].get_installed()
            for department in departments.with_context(lang=lang)
        }

    @api.model
    def _mail_service(self, company, found):
        """The service that the subject names, if that is sure."""
        services = self.env["school.service"].search(
            [("company_id", "=", company.id), ("active", "=", True)]
        )
        names = {service: service._mail_words() for service in services}
        service = subjects.best(found.matter, names) if found.matter else None
        if not service and found.form == "coordination":
            service = services.filtered(lambda s: s.kind == "coordination")[:1]
        return service or company.school_desk_service_id

    @api.model
    def _mail_requester(self, mail, found):
        """Who asks: a person of the school only if our mail server vouches for him."""
        vals = {
            "requester_name": found.contact or mail.sender_name or mail.sender,
            "requester_phone": found.phone,
            "requester_email": mail.sender,
        }
        if mail.verified == "pass":
            user = self.env["res.users"]._school_mail_user(mail.company, mail.sender)
            if user and not user.share:
                vals["requester_user_id"] = user.id
                vals["requester_name"] = user.name
            if user:
                vals["requester_id"] = user.partner_id.id
                return vals
        partner = self.env["res.partner"]._school_mail_sender(mail.company, mail.sender)
        vals["requester_id"] = partner.id
        return vals

    @api.model
    def _mail_day(self, company, day):
        """The day named in a subject as the moment it is needed, unless it is past."""
        if not day or day < company._school_date():
            return False
        return company._school_moment(day, 8)

    @api.model
    def _mail_copies(self, mail):
        """The other people to whom the mail went, without our own mailboxes."""
        own = {mail.sender, *self._mail_own_addresses(mail.company)}
        return ", ".join(
            line
            for line in email_split_and_format_normalize(mail.cc)
            if not own & set(email_normalize_all(line))
        )

    @api.model
    def _mail_own_addresses(self, company):
        return set(
            email_normalize_all(
                ",".join(filter(None, (company.school_desk_mailbox, company.email)))
            )
        )

    # Files

    @api.model
    def _mail_file_problem(self, company, service, name, content):
        """What is wrong with a file by DESK-05, in a sentence, or nothing."""
        limit = company.school_desk_file_mb
        if limit and len(content) > limit * MEGABYTE:
            return self.env._(
                "“%(file)s” has %(size)s MB; up to %(limit)s MB are taken.",
                file=name,
                size=round(len(content) / MEGABYTE, 1),
                limit=limit,
            )
        fault = files.fault(name, content)
        if fault:
            return self.env["ir.attachment"]._file_sentence(fault, name)
        kinds = company._school_desk_endings(service)
        if files.extension(name) not in kinds:
            return self.env._(
                "“%(file)s” is of a kind that is not taken: %(kinds)s.",
                file=name,
                kinds=", ".join(sorted(kinds)),
            )
        return ""

    # Answers

    def _mail_answered(self, mail):
        """Take the files of an answer; what waits for the requester goes on."""
        kept = []
        for name, content, sentence in self._mail_files(
            mail,
            lambda n, c: self._mail_file_problem(
                self.company_id, self.service_id, n, c
            ),
        ):
            if sentence:
                mail.rejected.append((name, content, sentence))
            elif mail.outcome == "answer":
                kept.append((name, content))
            else:
                # A stranger adds nothing to the request; the desk sees what he sent.
                mail.rejected.append((name, content, mail.reason))
        if mail.outcome != "answer":
            self._notify_handler(
                lambda env: env._(
                    "An e-mail about this request was kept as a note: %(reason)s.",
                    reason=mail.reason,
                )
            )
            return
        if kept:
            self._add_files([kept])
        copies = self._mail_copies(mail)
        known = set(email_normalize_all(self.email_cc or ""))
        added = [
            line
            for line in email_split_and_format_normalize(copies)
            if not known & set(email_normalize_all(line))
        ]
        if added:
            self.email_cc = ", ".join(filter(None, (self.email_cc, *added)))
        self._requester_heard(subjects.without_marks(mail.text()[:200]))
        if mail.rejected:
            self._mail_tell_rejected(mail)


class SchoolMailLog(models.Model):
    _inherit = "school.mail.log"

    ticket_id = fields.Many2one(
        "school.ticket",
        "Request",
        compute="_compute_ticket_id",
        store=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    is_ticket_visible = fields.Boolean(
        compute="_compute_is_ticket_visible",
        search="_search_is_ticket_visible",
        compute_sudo=False,
    )

    @api.depends("res_model", "res_id")
    def _compute_ticket_id(self):
        for log in self:
            is_ticket = log.res_model == "school.ticket"
            log.ticket_id = log.res_id if is_ticket else False

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("ticket_id")
    def _compute_is_ticket_visible(self):
        # As for the lines of a ticket: rules are computed in superuser mode.
        Ticket = self.env["school.ticket"].sudo(False)
        tickets = Ticket.browse(self.sudo().ticket_id.ids)
        visible = set(tickets._filtered_access("read").ids)
        for log, log_sudo in zip(self, self.sudo(), strict=True):
            log.is_ticket_visible = log_sudo.ticket_id.id in visible

    @api.model
    def _search_is_ticket_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Ticket = self.env["school.ticket"].sudo(False)
        return Domain("ticket_id", "in", Ticket._search(Domain.TRUE))


class SchoolService(models.Model):
    _inherit = "school.service"

    mail_words = fields.Char(
        "Words in E-Mail Subjects",
        translate=True,
        help="Other names by which it is asked for in the subject of an e-mail, "
        "separated by commas.",
    )

    def _mail_words(self):
        """The names of the service in every language, and the words besides."""
        self.ensure_one()
        words = set()
        for lang, __ in self.env["res.lang"].get_installed():
            service = self.with_context(lang=lang)
            words.add(service.name)
            words |= set(re.split(r"[,，;；、\n]+", service.mail_words or ""))
        return [word.strip() for word in words if word and word.strip()]


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Tell the desk which of its messages did not arrive."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        references = [
            *(message_dict.get("bounced_msg_ids") or ()),
            *re.findall(r"<ticket-[^<>\s]+>", message_dict.get("references") or ""),
            *re.findall(r"<ticket-[^<>\s]+>", message_dict.get("in_reply_to") or ""),
        ]
        tickets = self.env["school.ticket"]._mail_find_bounced(references)
        if tickets:
            tickets.filtered(
                lambda ticket: ticket.state not in GONE_STATES
            )._mail_undelivered(message_dict.get("bounced_email"))
        return result
