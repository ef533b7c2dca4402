from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import NO_ACCESS
from odoo.tools import email_normalize

from odoo.addons.school_office_base.tools import files as file_rules

from ..tools import clean_files, receipt_code
from .ticket import GONE_STATES
from .ticket_complaint import VOICES

TEXT_LIMIT = 20_000
FILES_AT_ONCE = 5
WORDS_A_DAY = 30
ERASE_BATCH = 100
# Events whose reason repeats what was said: the words stand in the exchange, which is
# erased in the end; the history is not.
_SPEAKING_EVENTS = frozenset(
    {"answered", "asked", "planned", "solved", "voice", "note"}
)


class SchoolTicket(models.Model):
    """Complaints of people whom nobody knows, and who come back with a code.

    Nothing of the reporter is kept: no user (not even when he is signed in), no
    contact, no address of a machine, no header, no author of a file. All is written by
    the robot of the desk in an environment of its own, in which the reporter does not
    exist. He reads, answers and rates by his code; the office writes to him in an
    exchange that is no chatter. When the time to keep it is over, the content is
    erased and the figures stay.
    """

    _inherit = "school.ticket"

    _server_fields = frozenset({"erased_at"})

    code_ids = fields.One2many(
        "school.ticket.code", "ticket_id", groups=NO_ACCESS, readonly=True
    )
    exchange_ids = fields.One2many(
        "school.ticket.message", "ticket_id", "Words with the Reporter", readonly=True
    )
    has_code = fields.Boolean("Comes Back", compute="_compute_has_code")
    erased_at = fields.Datetime("Erased on", readonly=True, copy=False)

    _erase_idx = models.Index(
        "(company_id, closed_at) WHERE is_anonymous IS TRUE AND erased_at IS NULL"
    )
    _anonymous_check = models.Constraint(
        "CHECK (NOT is_anonymous OR (requester_id IS NULL "
        "AND requester_user_id IS NULL AND requester_name IS NULL "
        "AND requester_phone IS NULL AND requester_email IS NULL "
        "AND email_message_id IS NULL AND received_by_id IS NULL "
        "AND first_contact_id IS NULL))",
        "Nobody writes down who an anonymous reporter is.",
    )

    @api.depends("is_anonymous", "code_ids")
    def _compute_has_code(self):
        for ticket in self.sudo():
            ticket.has_code = bool(ticket.code_ids)

    # The methods of the public pages

    @api.model
    def _desk_robot(self):
        """This model in an environment that knows nothing of whoever asks."""
        env = self.env(user=SUPERUSER_ID, su=True, context={"lang": self.env.lang})
        return env[self._name]

    @api.model
    def _anonymous_services(self, company):
        """The services of a school that may be used without a name."""
        return (
            self.env["school.service"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("allow_anonymous", "=", True),
                    ("kind", "in", VOICES),
                ]
            )
        )

    @api.model
    def _anonymous_intake(self, company, vals):
        """Register an anonymous complaint; return the code, which is shown once.

        :param vals: ``service`` (record; none: complaints), ``name``, ``details``,
            ``answers``, ``problem_type_id``, ``place_id``, ``accused_text``,
            ``accused_user_ids`` (ids), ``attachments`` [(name, bytes)]. Anything else
            is dropped, whatever the page sends.
        """
        robot = self._desk_robot()
        company = robot.env["res.company"].browse(company.id)
        services = robot._anonymous_services(company)
        wanted = vals.get("service")
        service = services.filtered(lambda s: wanted and s.id == wanted.id)
        if not wanted:
            service = services.filtered(lambda s: s.kind == "complaint")[:1]
        if not service:
            raise UserError(
                robot.env._("This school does not take this without a name.")
            )
        details = (vals.get("details") or "").strip()
        if not details and not (vals.get("name") or "").strip():
            raise UserError(robot.env._("Write what happened."))
        attachments = robot._anonymous_files(company, vals.get("attachments"))
        row = {
            "service": service,
            "name": vals.get("name") or "",
            "details": details[:TEXT_LIMIT],
            "answers": robot._anonymous_answers(service, vals.get("answers")),
            "accused_text": (vals.get("accused_text") or "")[:200],
            "anonymous": True,
            "attachments": attachments,
        }
        row.update(robot._anonymous_choices(company, vals))
        ticket = robot._intake(company, [row], "form")
        return robot.env["school.ticket.code"]._issue(ticket)

    @api.model
    def _anonymous_answers(self, service, answers):
        """The answers without the names of files, which tell of their owner."""
        questions = service.question_ids.filtered(lambda q: q.kind == "file")
        answers = dict(answers or {})
        for key in answers.keys() & set(questions.mapped("key")):
            answers[key] = answers[key] and self.env._("Files")
        return answers

    @api.model
    def _anonymous_choices(self, company, vals):
        """Chosen rows, if they are rows of this school."""
        found = {}
        for name in ("problem_type_id", "place_id"):
            record_id = vals.get(name)
            if isinstance(record_id, int) and record_id > 0:
                record = (
                    self.env[self._fields[name].comodel_name].browse(record_id).exists()
                )
                if record.company_id == company:
                    found[name] = record.id
        accused = [i for i in vals.get("accused_user_ids") or () if isinstance(i, int)]
        users = (
            self.env["res.users"]
            .browse(accused)
            .exists()
            .filtered(lambda u: not u.share and company in u.company_ids)
        )
        found["accused_user_ids"] = users.ids
        return found

    @api.model
    def _code_fault(self, code):
        """Return a sentence that says what is wrong with a typed code, or None.

        It says nothing about whether the code exists.
        """
        match receipt_code.fault(code):
            case "empty":
                return self.env._("Type the code that you were shown.")
            case "length":
                return self.env._(
                    "A code has 16 letters and digits; you typed %(count)s.",
                    count=len(receipt_code.normal(code)),
                )
            case "signs":
                return self.env._(
                    "A code is made of the digits 2 to 9 and of letters, but never of "
                    "0, 1, I, L or O."
                )
            case "typo":
                return self.env._(
                    "There is a typing error in this code: compare it with what you "
                    "wrote down, sign by sign."
                )
        return None

    @api.model
    def _by_code(self, company, code):
        """Return the ticket of a school to which a code belongs (superuser), or none.

        The answer is the same for a code of another school, an erased one and one that
        never was. The page limits how often it is asked.
        """
        robot = self._desk_robot()
        return robot.env["school.ticket.code"]._ticket(company, code)

    def _anonymous_view(self):
        """What the reporter sees; only texts and figures, no record."""
        self.ensure_one()
        ticket = self.sudo()
        states = dict(ticket._fields["state"]._description_selection(self.env))
        open_question = ticket._anonymous_is_asked()
        ratings = ticket.rating_ids.filtered("consumed")
        return {
            "number": ticket.number,
            "service": ticket.service_id.name,
            "kind": ticket.kind,
            "name": ticket.name,
            "details": ticket.details or "",
            "answers_text": ticket.answers_text or "",
            "problem_type": ticket.problem_type_id.name or "",
            "received_at": ticket.received_at,
            "state": ticket.state,
            "state_label": states[ticket.state],
            "expected_date": ticket.expected_date or None,
            "plan": ticket.plan_text or "",
            "solution": ticket.solution or "",
            "end_reason": ticket.end_reason or "",
            "solved_at": ticket.solved_at or None,
            "closed_at": ticket.closed_at or None,
            "open_question": open_question,
            "may_reply": ticket._anonymous_may_reply(),
            "may_rate": ticket._anonymous_may_rate(),
            "score": ratings[:1].rating or None,
            "kept_until": ticket._anonymous_kept_until(),
            "files": ticket._anonymous_file_rows(ticket._anonymous_own_files()),
            "messages": [
                {
                    "from": message.direction,
                    "at": message.at,
                    "text": message.text or "",
                    "is_question": message.is_question,
                    "files": ticket._anonymous_file_rows(message.attachment_ids),
                }
                for message in ticket.exchange_ids
            ],
        }

    def _anonymous_reply(self, text, files=()):
        """The reporter writes back, with files if he likes."""
        self.ensure_one()
        robot = self._desk_robot()
        ticket = robot.browse(self.id)
        if not ticket._anonymous_may_reply():
            raise UserError(robot.env._("This is closed; report again if it goes on."))
        text = (text or "").strip()[:TEXT_LIMIT]
        if not text and not files:
            raise UserError(robot.env._("Write something, or add a file."))
        ticket._check_anonymous_flood()
        attachments = ticket._anonymous_attach(
            robot._anonymous_files(ticket.company_id, files)
        )
        ticket._exchange("reporter", text, attachments)
        ticket._requester_answers(text)
        ticket._safeguarding_look(text)
        return True

    def _anonymous_rate(self, score, comment=""):
        """The reporter rates the result once, 1 to 5."""
        self.ensure_one()
        robot = self._desk_robot()
        ticket = robot.browse(self.id)
        if not isinstance(score, int) or not 1 <= score <= 5:
            raise UserError(robot.env._("Choose one to five points."))
        if not ticket._anonymous_may_rate():
            raise UserError(robot.env._("This cannot be rated, or was rated already."))
        ticket._anonymous_store_rating(score, (comment or "").strip()[:2000])
        return True

    def _anonymous_store_rating(self, score, comment):
        """Hook: keep the points without a person (superuser)."""
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "rating": score,
                "feedback": comment or False,
                "consumed": True,
                "is_internal": True,
                "rated_partner_id": self.handler_id.partner_id.id,
            }
        )

    # Rules of the exchange

    def _anonymous_is_asked(self):
        return self.state == "waiting" and self.waiting_reason_id.asks_requester

    def _anonymous_may_reply(self):
        return (
            self.is_anonymous
            and not self.erased_at
            and self.state not in ("closed", *GONE_STATES)
        )

    def _anonymous_may_rate(self):
        return (
            self.is_anonymous
            and not self.erased_at
            and self.state in ("solved", "closed")
            and not self.rating_ids.filtered("consumed")
        )

    def _anonymous_kept_until(self):
        days = self.company_id.school_complaint_keep_days
        if not self.closed_at or not days:
            return None
        return (self.closed_at + timedelta(days=days)).date()

    def _check_anonymous_flood(self):
        since = fields.Datetime.now() - timedelta(days=1)
        count = self.env["school.ticket.message"].search_count(
            [
                ("ticket_id", "=", self.id),
                ("direction", "=", "reporter"),
                ("at", ">", since),
            ]
        )
        if count >= WORDS_A_DAY:
            raise UserError(
                self.env._("That was a lot for one day. Please go on tomorrow.")
            )

    @api.model
    def _anonymous_files(self, company, files):
        """Return ``files`` as (neutral name, bytes without traces).

        Also the name of a file tells of its owner, so it gets another one.
        """
        files = list(files or ())
        if len(files) > FILES_AT_ONCE:
            raise UserError(
                self.env._("Send at most %(count)s files at once.", count=FILES_AT_ONCE)
            )
        result = []
        megabytes = company.school_desk_file_mb or company.school_attachment_max_mb
        for index, (name, content) in enumerate(files, 1):
            if megabytes and len(content) > megabytes << 20:
                raise UserError(
                    self.env._(
                        "“%(file)s” is larger than %(limit)s MB.",
                        file=name,
                        limit=megabytes,
                    )
                )
            if file_rules.fault(name, content):
                raise UserError(
                    self.env._(
                        "“%(file)s” is empty, or not what its name says.", file=name
                    )
                )
            try:
                bare = clean_files.cleaned(name, content)
            except clean_files.NotCleanable as error:
                raise UserError(self._not_cleanable(name, error.reason)) from error
            kind = clean_files.extension(name)
            label = self.env._("File %(number)s", number=index)
            result.append((f"{label}.{kind}", bare))
        return result

    def _not_cleanable(self, name, reason):
        if reason == "damaged":
            return self.env._(
                "“%(file)s” cannot be opened, so nobody can take out of it who made "
                "it. Save it again, or send a picture of it.",
                file=name,
            )
        if reason == "large":
            return self.env._("“%(file)s” is too large to be looked at.", file=name)
        return self.env._(
            "“%(file)s” may say who made it, and that cannot be taken out of this kind "
            "of file. Send a picture (jpg, png), a pdf, or a docx, xlsx or pptx file.",
            file=name,
        )

    def _anonymous_attach(self, files):
        return self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": content,
                    "res_model": self._name,
                    "res_id": self.id,
                }
                for name, content in files
            ]
        )

    def _anonymous_own_files(self):
        """Files that came with the report itself."""
        every = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)]
        )
        later = self.exchange_ids.attachment_ids
        # What the office hangs on the ticket is not for the reporter.
        return (every - later).filtered(lambda a: a.create_uid.id == SUPERUSER_ID)

    def _anonymous_file_rows(self, attachments):
        return [
            {"name": attachment.name, "size": attachment.file_size}
            for attachment in attachments
        ]

    def _exchange(self, direction, text, attachments=(), question=False, user=None):
        """Add a word of the office or of the reporter (superuser)."""
        ids = [attachment.id for attachment in attachments]
        return self.env["school.ticket.message"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "direction": direction,
                    "text": text or False,
                    "is_question": question,
                    "user_id": user.id if user and direction == "office" else False,
                    "attachment_ids": [fields.Command.set(ids)],
                }
                for ticket in self
            ]
        )

    # What the core does otherwise

    @api.model
    def _complete(self, vals_list, author):
        rows = super()._complete(vals_list, author)
        for row in rows:
            if row.get("is_anonymous"):
                row.update(
                    received_by_id=False,
                    first_contact_id=False,
                    email_message_id=False,
                )
        return rows

    @api.model
    def _complete_requester(self, row, company):
        result = super()._complete_requester(row, company)
        if not row.get("is_anonymous"):
            return result
        # An address in the subject line is not taken for a name to be shown.
        if email_normalize(row.get("name") or ""):
            row["name"] = False
        return result

    def _post_public(self, body, author=None):
        """The office's words for an anonymous reporter go into the exchange."""
        unknown = self.sudo().filtered("is_anonymous")
        for ticket in unknown:
            ticket._exchange(
                "office",
                body,
                question=ticket._anonymous_is_asked(),
                user=author or self.env.user,
            )
        return super(SchoolTicket, self - unknown.with_env(self.env))._post_public(
            body, author
        )

    def _requester_answers(self, body, attachments=(), author=None):
        """What a reporter wrote stands in the exchange; the others get a plain word."""
        unknown = self.sudo().filtered("is_anonymous")
        waiting = unknown.filtered(lambda t: t._anonymous_is_asked())
        if waiting:
            waiting._resume(self.env._("The reporter answered."))
        unknown._notify_handler(lambda env: env._("The reporter has written."))
        known = self - unknown.with_env(self.env)
        if known:
            super(SchoolTicket, known)._requester_answers(body, attachments, author)
        return True

    @api.model
    def _log_events(self, rows, user=None, later=False):
        ids = {row["ticket_id"] for row in rows if row["kind"] in _SPEAKING_EVENTS}
        unknown = set(self.sudo().browse(ids).filtered("is_anonymous").ids)
        rows = [
            {**row, "reason": False}
            if row["ticket_id"] in unknown and row["kind"] in _SPEAKING_EVENTS
            else row
            for row in rows
        ]
        return super()._log_events(rows, user=user, later=later)

    def _merge(self, into, reason=""):
        for ticket in self.sudo():
            if ticket.is_anonymous:
                raise UserError(
                    self.env._(
                        "%(ticket)s is anonymous: its reporter comes back to it. Give "
                        "both the same cause instead of merging them.",
                        ticket=ticket.number,
                    )
                )
            closed = ticket.has_accused or ticket.visibility == "named"
            target = into.sudo()
            if closed and (
                target.visibility != "named"
                or ticket.excluded_user_ids - target.excluded_user_ids
            ):
                raise AccessError(
                    self.env._(
                        "%(ticket)s is kept from people who see %(other)s: they cannot "
                        "be merged.",
                        ticket=ticket.number,
                        other=target.number,
                    )
                )
        return super()._merge(into, reason)

    # The end of keeping

    @api.model
    def _cron_erase_anonymous(self):
        """Daily: erase what anonymous people wrote when its time is over.

        Type, department, cause, dates and results stay for the figures; the register
        never held a word.
        """
        now = fields.Datetime.now()
        remaining = 0
        done = 0
        for company in (
            self.env["res.company"]
            .sudo()
            .search(
                [
                    ("is_school", "=", True),
                    ("school_state", "=", "open"),
                    ("school_complaint_keep_days", ">", 0),
                ]
            )
        ):
            domain = [
                ("company_id", "=", company.id),
                ("is_anonymous", "=", True),
                ("erased_at", "=", False),
                (
                    "closed_at",
                    "<",
                    now - timedelta(days=company.school_complaint_keep_days),
                ),
                ("is_open", "=", False),
            ]
            tickets = self.sudo().search(domain, limit=ERASE_BATCH, order="closed_at")
            tickets = tickets.try_lock_for_update()
            tickets._erase()
            done += len(tickets)
            if len(tickets) == ERASE_BATCH:
                remaining += self.sudo().search_count(domain)
        self.env["ir.cron"]._commit_progress(done, remaining=remaining)

    def _erase(self):
        """Erase the content of closed anonymous tickets (superuser)."""
        if not self:
            return
        if not self.env.su:
            raise AccessError(self.env._("Only the retention rule erases."))
        self._append_complaint_register("erased")
        self.exchange_ids.attachment_ids.unlink()
        self.exchange_ids.filtered(lambda m: not m.is_erased)._erase()
        self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        self.env["school.notice"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).write({"body": False})
        self.rating_ids.write({"feedback": False})
        self.code_ids.unlink()
        name = self.env._("Anonymous, erased when its time was over")
        self.write(
            {
                "name": name,
                "details": False,
                "answers": False,
                "answers_text": False,
                "accused_text": False,
                "missing_items": False,
                "plan_text": False,
                "solution": False,
                "end_reason": False,
                "complex_reason": False,
                "safeguarding_words": False,
                "erased_at": fields.Datetime.now(),
            }
        )
