from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SchoolMeetingRecording(models.Model):
    """Leave to photograph or record in a meeting (拍照录音许可, MTG-15).

    Nobody photographs or records without it: the chair gives it through the approvals
    of the school (BASE-09), and the clerk in the room sees what is allowed.
    """

    _name = "school.meeting.recording"
    _description = "Leave to Photograph or Record"
    _inherit = [
        "school.meeting.line",
        "school.approval.mixin",
        "mail.thread",
    ]
    _order = "meeting_id desc, id desc"
    _mail_post_access = "read"
    _approval_purposes = {"recording": _lt("Leave to photograph or record")}
    _approval_gates = {"recording": {"state": {"allowed"}}}
    _approval_protected_fields = frozenset(
        {"kind", "purpose", "scope", "use_note", "meeting_id", "applicant_id"}
    )
    _server_fields = frozenset({"state", "applicant_id", "approver_id"})

    meeting_id = fields.Many2one(readonly=False)
    kind = fields.Selection(
        [
            ("photo", "Photography"),
            ("audio", "Sound Recording"),
            ("video", "Film"),
            ("live", "Broadcast"),
        ],
        "What",
        default="photo",
        required=True,
    )
    purpose = fields.Char("What For", required=True)
    scope = fields.Char(
        "Of Which Part", help="For example: the opening only. Empty: all of it."
    )
    use_note = fields.Text("Where It Is Shown or Kept")
    applicant_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        check_company=True,
        default=lambda self: self.env.user,
    )
    approver_id = fields.Many2one(
        "res.users",
        "Chair of the Meeting",
        compute="_compute_approver_id",
        store=True,
        compute_sudo=True,
        check_company=True,
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Asked For"),
            ("allowed", "Allowed"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _list_idx = models.Index("(meeting_id DESC, id DESC)")

    @api.depends("meeting_id.chair_id", "meeting_id.organizer_id")
    def _compute_approver_id(self):
        for recording in self:
            meeting = recording.meeting_id
            recording.approver_id = meeting.chair_id or meeting.organizer_id

    @api.depends_context("uid")
    @api.depends("applicant_id")
    def _compute_is_mine(self):
        for recording in self:
            recording.is_mine = recording.applicant_id == self.env.user

    @api.depends("kind", "meeting_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for recording in self:
            recording.display_name = self.env._(
                "%(kind)s: %(meeting)s",
                kind=kinds.get(recording.kind, ""),
                meeting=recording.meeting_id.sudo().name or "",
            )

    def _approval_applicant(self):
        return self.applicant_id

    def _approval_department(self):
        return self.meeting_id.sudo().department_id

    def _approval_is_restricted(self):
        return bool(self.sudo().meeting_id.is_restricted)

    def _approval_facts(self):
        self.ensure_one()
        meeting = self.meeting_id.sudo()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        start = meeting.start and meeting.company_id._worktime().local(meeting.start)
        return [
            (self.env._("Meeting"), meeting.name),
            (
                self.env._("Begins"),
                start.strftime("%Y-%m-%d %H:%M") if start else "–",
            ),
            (self.env._("What"), kinds[self.kind]),
            (self.env._("What For"), self.purpose),
            (self.env._("Of Which Part"), self.scope or self.env._("all of it")),
            (self.env._("Where It Is Shown or Kept"), self.use_note or "–"),
        ]

    def _approval_check_submit(self, purpose):
        for recording in self:
            if recording.sudo().meeting_id.state in ("ended", "closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "“%(meeting)s” is over.",
                        meeting=recording.sudo().meeting_id.name,
                    )
                )

    def write(self, vals):
        if not self.env.su and vals.keys() - {
            "message_follower_ids",
            "message_main_attachment_id",
            "activity_ids",
        }:
            for recording in self:
                if not recording.is_mine or recording.state not in (
                    "draft",
                    "withdrawn",
                    "refused",
                ):
                    raise AccessError(
                        self.env._(
                            "Only %(person)s changes this, as long as it is a draft.",
                            person=recording.sudo().applicant_id.name,
                        )
                    )
        return super().write(vals)

    def action_ask(self):
        """Ask for the leave: the chair of the meeting decides."""
        self.check_access("write")
        for recording in self:
            if recording.state not in ("draft", "withdrawn", "refused"):
                raise UserError(self.env._("This was asked for already."))
            if not recording.is_mine:
                raise AccessError(self.env._("Only the applicant asks for it."))
        self._approval_submit("recording")
        # An approval of his own powers may have been given at once.
        self.sudo().filtered(lambda r: r.state != "allowed").write({"state": "asked"})
        return True

    def action_withdraw(self):
        """Take the request back."""
        self.check_access("read")
        for recording in self:
            if not recording.is_mine or recording.state not in ("asked", "draft"):
                raise UserError(self.env._("There is nothing to take back."))
        for recording in self:
            case = recording.sudo().approval_case_id
            if case.state == "running":
                case.sudo(False).action_withdraw()
        self.sudo().write({"state": "withdrawn"})
        return True

    def _approval_granted(self, case):
        self.write({"state": "allowed"})
        self.meeting_id._note("permission", self.display_name)
        self._tell_applicant(lambda env: env._("Allowed: %(what)s", what=case.name))

    def _approval_refused(self, case):
        self.write({"state": "refused"})
        self._tell_applicant(lambda env: env._("Not allowed: %(what)s", what=case.name))

    def _approval_returned(self, case, opinion):
        self.write({"state": "draft"})

    def _approval_withdrawn(self, case):
        self.write({"state": "withdrawn"})

    def _approval_voided(self, case):
        if self.state == "allowed":
            self.write({"state": "draft"})

    def _tell_applicant(self, subject):
        self.env["school.notice"]._queue(
            self.applicant_id, subject, record=self, kind="meeting_recording"
        )


class SchoolMeeting(models.Model):
    """What may be photographed and recorded in the room."""

    _inherit = "school.meeting"

    recording_summary = fields.Text(
        "Photographs and Recordings Allowed", compute="_compute_recording_summary"
    )

    @api.depends("recording_ids.state")
    def _compute_recording_summary(self):
        for meeting in self:
            meeting.recording_summary = (
                "\n".join(meeting._recordings_allowed()) or False
            )

    def _recordings_allowed(self):
        """Sentences for the clerk in the room: who may record what."""
        self.ensure_one()
        # Superuser: whoever keeps order in the room must know.
        rows = self.sudo().recording_ids.filtered(lambda r: r.state == "allowed")
        kinds = dict(rows._fields["kind"]._description_selection(self.env))
        return [
            self.env._(
                "%(kind)s by %(person)s for %(purpose)s (%(scope)s)",
                kind=kinds[row.kind],
                person=row.applicant_id.name,
                purpose=row.purpose,
                scope=row.scope or self.env._("all of it"),
            )
            for row in rows
        ]
