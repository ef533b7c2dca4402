from markupsafe import Markup

from odoo import api, fields, models

from ..tools.people import read_people
from ..tools.rows import Later, fill_empty, insert_rows


class SchoolNotice(models.Model):
    """The outbox of the suite: who was to be told what, and the proof that he was.

    Nothing is rendered or mailed inside a request. Engines call ``_queue()``; a
    scheduled action hands the rows to Odoo's own inbox or mail queue, so each person
    is told the way he chose in his preferences. Every row stays as the delivery log
    (BASE-30): queued, sent, received, or failed and why.

    What is not urgent waits until the office is open (quiet hours). About a marked
    document (密级) a notice says nothing but that it exists, whatever the caller wrote.
    """

    _name = "school.notice"
    _description = "Message to an Employee"
    _inherit = ["school.outbox.mixin", "school.record"]
    _order = "id desc"
    _rec_name = "subject"

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    user_id = fields.Many2one(
        "res.users",
        "Message For",
        check_company=True,
        readonly=True,
        index="btree_not_null",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Outside Address",
        check_company=True,
        readonly=True,
        index="btree_not_null",
    )
    lang = fields.Char("Language", readonly=True)
    subject = fields.Char(required=True, readonly=True)
    body = fields.Text("Message", readonly=True)
    res_model = fields.Char("Model of the Record", readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", readonly=True, index="btree_not_null"
    )
    kind = fields.Char(
        readonly=True, help="Which part of the office asked for this message."
    )
    is_urgent = fields.Boolean(
        "Urgent", readonly=True, help="Sent at once, also outside service hours."
    )
    channel = fields.Selection(
        [
            ("preference", "As the person prefers"),
            ("inbox", "Internal Message"),
            ("email", "E-mail"),
        ],
        default="preference",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("received", "Received"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    received_at = fields.Datetime(
        "Received on",
        readonly=True,
        help="When the person opened the internal message.",
    )
    mail_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null"
    )

    _one_recipient = models.Constraint(
        "CHECK(num_nonnulls(user_id, partner_id) = 1)",
        "A message has exactly one recipient.",
    )
    _due_idx = models.Index("(send_after, id) WHERE state = 'waiting'")
    _log_idx = models.Index("(company_id, id DESC)")

    @api.model
    def _queue(
        self,
        users,
        subject,
        body="",
        record=None,
        urgent=False,
        kind=None,
        company=None,
        channel="preference",
    ):
        """Tell ``users`` something, later and outside of this request.

        :param users: ``res.users`` or, for people without a login, ``res.partner``
        :param subject, body: plain text, or a function of an environment which returns
            it, called once per language: ``lambda env: env._("Please sign")``
        :param record: what it is about; it becomes the link of the message
        :param urgent: do not wait for service hours
        :return: the queued rows
        """
        return self._queue_rows(
            [
                {
                    "users": users,
                    "subject": subject,
                    "body": body,
                    "record": record,
                    "urgent": urgent,
                    "kind": kind,
                    "company": company,
                    "channel": channel,
                }
            ]
        )

    @api.model
    def _queue_rows(self, rows):
        """Queue many messages at once: as many queries for a thousand as for one.

        ``rows`` are dicts with the arguments of :meth:`_queue`.
        """
        vals_list = self._prepare_rows(rows)
        notices = insert_rows(self.sudo(), vals_list).sudo(self.env.su)
        fill_empty(notices)
        self._wake_sender(vals_list)
        return notices

    @api.model
    def _queue_later(self, vals_list):
        """Queue what :meth:`_prepare_rows` made, with other rows if work is under way.

        See ``tools/rows.py``.
        """
        Later.insert(self.sudo(), vals_list)
        self._wake_sender(vals_list)

    def _wake_sender(self, vals_list):
        if any(vals["is_urgent"] for vals in vals_list):
            self._trigger_cron()

    @api.model
    def _prepare_rows(self, rows):
        """Return the columns of the messages, rendered for whoever gets them."""
        if not rows:
            return []
        vals_list = []
        languages = {}
        send_after = {}
        now = fields.Datetime.now()
        # Read together; whoever sends signs the chatter too.
        everybody = {self.env.uid}.union(
            *(row["users"]._ids for row in rows if row["users"]._name == "res.users")
        )
        users = self.env["res.users"].sudo().browse(everybody)
        read_people(users)
        for row in rows:
            record = row.get("record")
            company = row.get("company") or self._company_of(record)
            secret = self._is_marked(record)
            urgent = bool(row.get("urgent"))
            if (company, urgent) not in send_after:
                send_after[company, urgent] = (
                    now if urgent else self._next_service_moment(company, now)
                )
            texts = {}
            # sudo: the language of a colleague is none of the caller's business
            for recipient in row["users"].sudo():
                is_user = recipient._name == "res.users"
                if is_user:
                    recipient = recipient.with_prefetch(everybody)
                partner = recipient.partner_id if is_user else recipient
                lang = partner.lang or "en_US"
                if lang not in texts:
                    env = languages.get(lang)
                    if env is None:
                        env = languages[lang] = self.with_context(lang=lang).env
                    texts[lang] = self._render_texts(env, row, secret)
                subject, body = texts[lang]
                vals_list.append(
                    {
                        "company_id": company.id,
                        "user_id": recipient.id if is_user else False,
                        "partner_id": False if is_user else partner.id,
                        "lang": lang,
                        "subject": subject,
                        "body": body,
                        # A link would carry the title of a marked document.
                        "res_model": record._name if record and not secret else False,
                        "res_id": record.id if record and not secret else False,
                        "kind": row.get("kind"),
                        "is_urgent": urgent,
                        "channel": row.get("channel") or "preference",
                        "state": "waiting",
                        "send_after": send_after[company, urgent],
                    }
                )
        # sudo: nobody has the right to write the outbox by hand
        self.sudo()._check_schools_open(
            self.env["res.company"].browse({vals["company_id"] for vals in vals_list})
        )
        return vals_list

    @api.model
    def _trigger_cron(self):
        """Send at once; what is not urgent waits for the job, which looks each minute.

        A request then writes no trigger for each of its messages.
        """
        # The cached id: env.ref would ask each time whether the row still exists.
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "school_office_base.cron_send_notices"
        )
        if cron_id:
            self.env["ir.cron"].sudo().browse(cron_id)._trigger()

    @api.model
    def _company_of(self, record):
        if record and "company_id" in record._fields:
            return record.sudo().company_id or self.env.company
        return self.env.company

    @api.model
    def _is_marked(self, record):
        """Whether nothing about ``record`` may leave it."""
        if not record:
            return False
        hook = getattr(record, "_notice_is_secret", None)
        if hook:
            return hook()
        return "is_marked" in record._fields and bool(record.sudo().is_marked)

    @api.model
    def _render_texts(self, env, row, secret):
        if secret:
            return (
                env._("A confidential document waits for you"),
                env._("Sign in and open My Office to see what is asked of you."),
            )
        return tuple(
            text(env) if callable(text) else text or ""
            for text in (row["subject"], row.get("body"))
        )

    @api.model
    def _next_service_moment(self, company, now):
        """Return ``now`` in service hours, else the moment the office opens again."""
        if not company.is_school or not company.school_quiet_hours:
            return now
        return company._worktime().next_open(now)

    def _grouped_for_sending(self):
        """Return recordsets that share one message, so that it is rendered once."""
        gone = self.filtered(lambda n: n.res_model and n.res_model not in self.env)
        gone.write(
            {
                "state": "failed",
                "error": self.env._("What it is about is no longer installed."),
            }
        )
        groups = (self - gone).grouped(
            lambda notice: (
                notice.company_id,
                notice.lang,
                notice.subject,
                notice.body,
                notice.res_model,
                notice.res_id,
                notice.channel,
                notice.is_urgent,
            )
        )
        return groups.values()

    def _send(self):
        """Send the one message that all of ``self`` share."""
        first = self[0]
        company = first.company_id
        mailer = self.env["mail.thread"].with_company(company)
        values = {
            "subject": first.subject,
            "body": first._body_html(),
            "author_id": company.partner_id.id,
            "email_from": company.email_formatted or self.env.user.email_formatted,
        }
        if first.channel == "email":
            message = self._send_mail(values, self._partners(), first._files())
        else:
            files = first._attachments()
            message = mailer.with_context(lang=first.lang).message_notify(
                partner_ids=self._partners().ids,
                model=first.res_model,
                res_id=first.res_id,
                record_company_id=company.id,
                force_send=False,
                attachment_ids=files.ids,
                **values,
            )
            # Whoever may read the message may open what came with it.
            files.write({"res_id": message.id})
            self._send_urgent_mail(values)
        self.write(
            {
                "state": "sent",
                "sent_at": fields.Datetime.now(),
                "mail_message_id": message.id,
                "error": False,
            }
        )

    def _files(self):
        """Files that go with the message, ``[(name, content)]``; extend it."""
        self.ensure_one()
        return []

    def _attachments(self):
        """The files, which belong to the message and not to what it is about.

        There they would count as its papers: what was approved would have changed, and
        a final record takes none.
        """
        # sudo: the outbox is the server's
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                [
                    {"name": name, "raw": content, "res_model": "mail.message"}
                    for name, content in self._files()
                ]
            )
        )

    def _partners(self):
        return self.user_id.partner_id | self.partner_id

    def _send_urgent_mail(self, values):
        """Send urgent messages by e-mail too to those who read theirs in Odoo."""
        if not (self[0].is_urgent and self.company_id.school_urgent_by_email):
            return
        readers = self.user_id.filtered(lambda u: u.notification_type == "inbox")
        partners = readers.partner_id.filtered("email")
        if partners:
            self._send_mail(values, partners)

    def _send_mail(self, values, partners, files=()):
        """Queue an e-mail even for those who read their messages in Odoo."""
        mail = self.env["mail.mail"].create(
            {
                **values,
                "body_html": values["body"],
                "recipient_ids": partners.ids,
                "message_type": "user_notification",
                "is_notification": True,
                "auto_delete": True,
                "attachment_ids": [
                    fields.Command.create({"name": name, "raw": content})
                    for name, content in files
                ],
            }
        )
        self.env["mail.notification"].create(
            [
                {
                    "mail_message_id": mail.mail_message_id.id,
                    "mail_mail_id": mail.id,
                    "res_partner_id": partner.id,
                    "notification_type": "email",
                    "notification_status": "ready",
                    "is_read": True,
                }
                for partner in partners
            ]
        )
        return mail.mail_message_id

    def _body_html(self):
        self.ensure_one()
        lines = (self.body or self.subject).splitlines()
        text = Markup("<br/>").join(lines)
        env = self.with_context(lang=self.lang).env
        if self.res_model:
            url = f"/odoo/{self.res_model}/{self.res_id}"
            label = env._("Open the Record")
        else:
            url, label = "/odoo/my-office", env._("Open My Office")
        return Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (text, url, label)


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("is_read") or vals.get("notification_status") in (
            "bounce",
            "exception",
        ):
            self._school_record_proof(vals)
        return result

    def _school_record_proof(self, vals):
        """Keep in our own log what became of a message: these rows are cleaned up."""
        # sudo: the proof is written by the reader's act, not by his right
        notices = (
            self.env["school.notice"]
            .sudo()
            .search(
                [
                    ("mail_message_id", "in", self.mail_message_id.ids),
                    ("state", "=", "sent"),
                ]
            )
            .filtered(lambda notice: notice._partners() <= self.res_partner_id)
        )
        if not notices:
            return
        if vals.get("is_read"):
            notices.write({"state": "received", "received_at": fields.Datetime.now()})
        else:
            reason = vals.get("failure_reason") or vals.get("failure_type") or ""
            notices.write({"state": "failed", "error": reason[:250]})
