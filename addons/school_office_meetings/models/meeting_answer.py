from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

ANSWER_CHANNELS = [
    ("office", "My Office"),
    ("calendar", "Calendar"),
    ("link", "Link of the Notice"),
    ("clerk", "Told the Office"),
]


class SchoolMeetingParticipant(models.Model):
    """What somebody answers to the notice, how, and through whom (MTG-06).

    Nobody answers for another, but for the office, which is told on the phone: the row
    then says who entered it.
    """

    _inherit = "school.meeting.participant"

    state = fields.Selection(
        related="meeting_id.state", string="Meeting Status", depends=["meeting_id"]
    )
    start = fields.Datetime(related="meeting_id.start")
    stop = fields.Datetime(related="meeting_id.stop")
    meeting_name = fields.Char(related="meeting_id.name", string="Theme")
    notified_at = fields.Datetime(
        "Notice Sent",
        readonly=True,
        copy=False,
        help="When the notice went out to him.",
    )
    answer_days = fields.Integer(
        "Time to Answer",
        related="company_id.school_meeting_receipt_days",
        help="Working days that key people have, as the school has set it.",
    )
    answered_by_id = fields.Many2one(
        "res.users", "Answer Entered by", readonly=True, copy=False
    )
    answer_channel = fields.Selection(ANSWER_CHANNELS, readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine")
    must_phone = fields.Boolean(
        "To Be Phoned",
        compute="_compute_must_phone",
        help="Key people are phoned about important meetings (MTG-06).",
    )
    phoned_at = fields.Datetime("Phoned on", readonly=True, copy=False)
    phoned_by_id = fields.Many2one("res.users", "Phoned by", readonly=True, copy=False)
    phone_reached = fields.Boolean("Reached", readonly=True, copy=False)
    urge_count = fields.Integer("Urged", readonly=True, copy=False)
    urged_at = fields.Datetime("Urged on", readonly=True, copy=False)

    _server_fields = frozenset(
        {
            "notified_at",
            "answered_by_id",
            "answer_channel",
            "phoned_at",
            "phoned_by_id",
            "phone_reached",
            "urge_count",
            "urged_at",
        }
    )

    _user_idx = models.Index("(user_id, meeting_id) WHERE user_id IS NOT NULL")
    _deputy_idx = models.Index("(deputy_id, meeting_id) WHERE deputy_id IS NOT NULL")

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for participant in self:
            participant.is_mine = participant.user_id == self.env.user

    @api.depends("is_key", "meeting_id.type", "phone_reached", "answer")
    def _compute_must_phone(self):
        for participant in self:
            participant.must_phone = (
                participant.is_key
                and participant.meeting_id.type in ("important", "cross")
                and not participant.phone_reached
            )

    @api.model_create_multi
    def create(self, vals_list):
        Meeting = self.env["school.meeting"].sudo()
        for vals in vals_list:
            if "is_key" not in vals and vals.get("user_id") and vals.get("meeting_id"):
                company = Meeting.browse(vals["meeting_id"]).company_id
                keys = company._school_key_users()
                vals["is_key"] = vals["user_id"] in keys._ids
        participants = super().create(vals_list)
        participants._check_people()
        late = participants.filtered(lambda p: p.meeting_id.state == "called")
        if late:
            late._invited_later()
        elif any(
            meeting.state in ("ended", "closed", "cancelled")
            for meeting in participants.meeting_id
        ):
            raise UserError(
                self.env._("The meeting is over: nobody can be invited any more.")
            )
        return participants

    def write(self, vals):
        told = {"user_id", "partner_id"} & vals.keys()
        if told:
            for participant in self:
                if participant.meeting_id.state not in ("draft", "planned", "approved"):
                    raise UserError(
                        self.env._(
                            "%(person)s has been called: the row stays. Invite the "
                            "other person in a row of his own.",
                            person=participant.person_name,
                        )
                    )
        result = super().write(vals)
        if told:
            self._check_people()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_called(self):
        for participant in self:
            if participant.meeting_id.called_at:
                raise UserError(
                    self.env._(
                        "%(person)s has been called and stays on the sheet: enter that "
                        "he does not come.",
                        person=participant.person_name,
                    )
                )

    def _check_people(self):
        """Only people of this school: a deputy or a member is no stranger."""
        for participant in self.sudo():
            user = participant.user_id
            if user and (user.share or participant.company_id not in user.company_ids):
                raise ValidationError(
                    self.env._(
                        "%(person)s does not work at this school: invite him as a "
                        "guest.",
                        person=user.name,
                    )
                )

    # Answering

    def action_accept(self):
        """I come."""
        self._check_answers_himself()
        self._answer("accepted", channel="office")
        return True

    def action_decline(self):
        """I cannot come: asks for the reason."""
        self._check_answers_himself()
        return self._answer_dialog("decline", self.env._("I Cannot Come"))

    def action_send_deputy(self):
        """Somebody comes in my place."""
        self._check_answers_himself()
        return self._answer_dialog("deputy", self.env._("Send a Deputy"))

    def action_record_answer(self):
        """The office enters what it was told."""
        self.meeting_id.check_access("write")
        return self._answer_dialog("record", self.env._("Enter an Answer"))

    def action_phone(self):
        """Note a call about the meeting (MTG-06)."""
        self.meeting_id.check_access("write")
        return self._answer_dialog("phone", self.env._("Note a Phone Call"))

    def action_urge(self):
        """Urge those who have not answered, not more often than allowed (催办)."""
        self.meeting_id.check_access("write")
        now = fields.Datetime.now()
        open_rows = self.filtered(
            lambda p: p.answer == "none" and p.meeting_id.state == "called"
        )
        if not open_rows:
            raise UserError(
                self.env._("Everyone has answered: nobody is left to urge.")
            )
        due = open_rows.filtered(
            lambda p: (
                not p.urged_at
                or (now - p.urged_at).total_seconds() / 3600
                >= p.company_id.sudo().school_urge_interval_hours
            )
        )
        if not due:
            raise UserError(
                self.env._(
                    "They were urged a short while ago; the same person is not urged "
                    "more often than every %(hours)g hours.",
                    hours=open_rows[0].company_id.sudo().school_urge_interval_hours,
                )
            )
        for count, rows in due.grouped("urge_count").items():
            # sudo: a server field; the caller was checked above
            rows.sudo().write({"urge_count": count + 1, "urged_at": now})
        due.meeting_id._note(
            "urged", {m: m._names(due & m.participant_ids) for m in due.meeting_id}
        )
        due.sudo().meeting_id._queue_dispatch("urged", due.sudo())
        return True

    def _check_answers_himself(self):
        if any(row.user_id != self.env.user for row in self.sudo()):
            raise AccessError(
                self.env._(
                    "Everybody answers for himself. The office may enter what "
                    "it was told."
                )
            )

    def _answer_dialog(self, step, title):
        return self._dialog(
            "school.meeting.answer",
            title,
            step=step,
            participant_ids=[fields.Command.set(self.ids)],
        )

    def _answer(self, answer, reason="", deputy=None, channel="office"):
        """Keep an answer, and tell calendar, history and whoever it concerns.

        The callers check whose answer it is. An answer waits for a meeting that is
        being moved or called off at the same moment, and then says so.
        """
        reason = (reason or "").strip()
        deputy = deputy or self.env["res.users"]
        # sudo: participants write nothing by hand; the callers check
        rows = self.sudo()
        rows._lock_meetings()
        for row in rows:
            row._check_answer(answer, reason, deputy)
        before = {row: row.deputy_id for row in rows}
        rows.write(
            {
                "answer": answer,
                "answer_reason": reason or False,
                "answered_at": fields.Datetime.now(),
                "answered_by_id": self.env.uid if channel != "link" else False,
                "answer_channel": channel,
                "deputy_id": deputy.id if answer == "deputy" else False,
            }
        )
        labels = dict(self._fields["answer"]._description_selection(self.env))
        rows.meeting_id._note(
            "deputy" if answer == "deputy" else "answered",
            {
                meeting: "; ".join(
                    " · ".join(
                        filter(
                            None,
                            (row.person_name, labels[answer], deputy.name, reason),
                        )
                    )
                    for row in rows & meeting.participant_ids
                )
                for meeting in rows.meeting_id
            },
        )
        rows._answered(before)

    def _answered(self, before):
        """Hook after answers, in superuser mode.

        :param before: ``{row: the deputy it had}``
        """
        for meeting, rows in self.grouped("meeting_id").items():
            new = rows.filtered(lambda r: r.deputy_id and r.deputy_id != before[r])
            if new:
                meeting._queue_dispatch("deputy", new)
            for row in rows:
                old = before[row]
                if old and old != row.deputy_id:
                    self.env["school.notice"]._queue(
                        old,
                        lambda env, m=meeting: env._(
                            "%(meeting)s: you need not come as deputy",
                            meeting=m._open_name(env),
                        ),
                        company=meeting.company_id,
                        kind="meeting",
                    )
            important = rows.filtered(
                lambda r: (
                    r.answer in ("declined", "deputy")
                    and (r.is_key or r.role in ("chair", "recorder"))
                )
            )
            people = meeting.organizer_id - self.env.user
            for row in important if people else ():

                def subject(env, m=meeting, r=row):
                    labels = dict(r._fields["answer"]._description_selection(env))
                    return f"{m._open_name(env)}: {r.person_name} – {labels[r.answer]}"

                self.env["school.notice"]._queue(
                    people,
                    subject,
                    row.answer_reason or "",
                    record=None if meeting.is_restricted else meeting,
                    company=meeting.company_id,
                    kind="meeting",
                )

    def _lock_meetings(self):
        """Let the answer see a cancellation that is made at the same moment."""
        self.meeting_id.flush_recordset(["state"])
        self.env.cr.execute(
            "SELECT id FROM school_meeting WHERE id = ANY(%s) ORDER BY id FOR SHARE",
            [self.meeting_id.ids],
        )
        self.meeting_id.invalidate_recordset(["state"], flush=False)

    def _check_answer(self, answer, reason, deputy):
        self.ensure_one()
        meeting = self.meeting_id
        if meeting.state != "called":
            labels = dict(meeting._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "The meeting is “%(state)s”: an answer is not asked for.",
                    state=labels[meeting.state],
                )
            )
        if answer == "declined" and not reason:
            raise UserError(
                self.env._("Say why you cannot come: it is kept on the sign-in sheet.")
            )
        if answer != "deputy":
            return
        if self.partner_id:
            raise UserError(self.env._("A guest sends nobody in his place."))
        if not deputy:
            raise UserError(self.env._("Say who comes in your place."))
        if deputy.share or meeting.company_id not in deputy.company_ids:
            raise UserError(self.env._("A deputy is a colleague of the same school."))
        if deputy == self.user_id:
            raise UserError(self.env._("You cannot be your own deputy."))
        others = meeting.participant_ids - self
        if deputy in others.user_id or deputy in others.deputy_id:
            raise UserError(
                self.env._(
                    "%(person)s takes part in this meeting already: one person cannot "
                    "stand for two.",
                    person=deputy.name,
                )
            )

    def _ask_again(self):
        """The time has changed: answers given to the old one no longer count."""
        # sudo: called by the step that moves the meeting
        self.sudo().filtered(lambda row: row.answer != "none").write(
            {
                "answer": "none",
                "answered_at": False,
                "answered_by_id": False,
                "answer_channel": False,
                "answer_reason": False,
                "deputy_id": False,
            }
        )

    def _invited_later(self):
        rows = self.sudo()
        for meeting in rows.meeting_id:
            some = rows & meeting.participant_ids
            meeting.sudo(self.env.su)._note("invited", meeting._names(some))
            meeting._queue_dispatch("invited", some)

    def _record_phone_call(self, reached, note=""):
        """Note who called, when, and whether he was reached."""
        self.meeting_id.check_access("write")
        # sudo: server fields; the caller was checked above
        rows = self.sudo()
        rows.write(
            {
                "phoned_at": fields.Datetime.now(),
                "phoned_by_id": self.env.uid,
                "phone_reached": bool(reached),
                "phone_note": note or False,
            }
        )
        word = self.env._("reached") if reached else self.env._("not reached")
        rows.meeting_id._note(
            "phoned",
            {
                m: " · ".join(
                    filter(None, (m._names(rows & m.participant_ids), word, note))
                )
                for m in rows.meeting_id
            },
        )

    # The clock of key people (MTG-06)

    def _clock_responsible_users(self):
        return self.user_id or self.meeting_id.organizer_id
