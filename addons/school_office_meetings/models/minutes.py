from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

STATES = [
    ("draft", "Draft"),
    ("review", "Under Review"),
    ("final", "Approved"),
    ("distributed", "Distributed"),
]
FINAL = ("final", "distributed")
REVIEW = "review"


class SchoolMeetingMinutes(models.Model):
    """The minutes of a meeting (会议纪要), or a note that corrects them.

    ::

        draft -> review -> final (numbered, frozen) -> distributed

    Nothing is typed twice: they are composed of what the meeting holds (agenda,
    attendance, votes, statements, resolutions), which is snapshot block by block when
    they go to review. The chair or the responsible leader approves that snapshot, never
    whoever wrote it; then they get their number, stand in the book with their SHA-256
    and cannot change by any path. A mistake is mended by a correction note, which goes
    the same way (MTG-18, MTG-20 to 22, DOC-08).

    The class is split over the files ``minutes_*.py``.
    """

    _name = "school.meeting.minutes"
    _description = "Meeting Minutes"
    _inherit = [
        "school.clock.mixin",
        "school.record",
        "school.number.mixin",
        "school.approval.mixin",
        "school.receipt.mixin",
        "school.frozen.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "number"]
    _mail_post_access = "read"

    _number_kind = "minutes"
    _frozen_lines = ("block_ids",)
    # What becomes of final minutes: they are sent, read, approved by the next meeting.
    _frozen_exempt_fields = frozenset(
        {
            "state",
            "distributed_at",
            "distributed_by_id",
            "absent_user_ids",
            "absent_sent_at",
            "confirm_state",
            "confirm_item_id",
            "confirmed_at",
            "confirmed_by_id",
        }
    )
    _server_fields = frozenset(
        {
            "state",
            "kind",
            "corrects_id",
            "ended_at",
            "distribution_hours",
            "content",
            "content_hash",
            "sha256",
            "lang",
            "submitted_at",
            "submitted_by_id",
            "reviewed_at",
            "reviewed_by_id",
            "distributed_at",
            "distributed_by_id",
            "absent_user_ids",
            "absent_sent_at",
            "confirm_state",
            "confirm_item_id",
            "confirmed_at",
            "confirmed_by_id",
        }
    )
    _approval_purposes = {REVIEW: _lt("Review of meeting minutes")}
    _approval_gates = {REVIEW: {"state": frozenset(FINAL)}}
    _approval_protected_fields = frozenset({"content_hash", "meeting_id"})

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    name = fields.Char("Title", compute="_compute_name", store=True, precompute=True)
    number = fields.Char("Minutes Number")
    kind = fields.Selection(
        [("minutes", "Minutes"), ("correction", "Correction Note")],
        default="minutes",
        required=True,
        readonly=True,
    )
    meeting_id = fields.Many2one(
        "school.meeting",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    body_id = fields.Many2one(
        "school.meeting.body",
        "Meeting Body",
        related="meeting_id.body_id",
        store=True,
        index="btree_not_null",
        check_company=True,
    )
    start = fields.Datetime("Meeting on", related="meeting_id.start", store=True)
    is_marked = fields.Boolean(
        "Confidential",
        related="meeting_id.is_restricted",
        store=True,
        help="Minutes of a body whose meetings are for members only.",
    )
    chair_id = fields.Many2one(related="meeting_id.chair_id")
    recorder_id = fields.Many2one(related="meeting_id.recorder_id")
    department_id = fields.Many2one(related="meeting_id.department_id")
    state = fields.Selection(
        STATES,
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    corrects_id = fields.Many2one(
        "school.meeting.minutes",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    correction_ids = fields.One2many(
        "school.meeting.minutes", "corrects_id", "Correction Notes"
    )
    corrected_block_id = fields.Many2one(
        "school.meeting.minutes.block",
        "Corrected Part",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('minutes_id', '=', corrects_id)]",
        help="Empty: what stands before the items, such as time, place and people.",
    )
    correction = fields.Text(
        "What It Should Say", help="What the minutes say, and what they should say."
    )
    opening = fields.Text(help="Stands before the items.")
    closing = fields.Text("Closing Remarks", help="Stands after the items.")
    item_ids = fields.One2many(
        related="meeting_id.item_ids", readonly=False, related_sudo=False
    )
    resolution_ids = fields.One2many(
        related="meeting_id.resolution_ids", readonly=False, related_sudo=False
    )
    participant_ids = fields.One2many(
        related="meeting_id.participant_ids", related_sudo=False
    )
    block_ids = fields.One2many(
        "school.meeting.minutes.block", "minutes_id", "Parts", readonly=True
    )
    department_ids = fields.Many2many(
        "hr.department",
        "school_meeting_minutes_department_rel",
        "minutes_id",
        "department_id",
        "Departments Concerned",
        check_company=True,
        help="They sign for the minutes; each reads the parts that are for it.",
    )
    distribute_at_once = fields.Boolean(
        "Send When Approved",
        default=True,
        help="To everybody concerned, as soon as the chair has approved them.",
    )
    ended_at = fields.Datetime(
        "End of the Meeting",
        readonly=True,
        copy=False,
        help="From then on the time for review and dispatch runs (MTG-21).",
    )
    distribution_hours = fields.Float(
        "Time to Distribute",
        readonly=True,
        copy=False,
        help="Hours of the clock on working days, as the school had set it.",
    )
    submitted_at = fields.Datetime(readonly=True, copy=False)
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reviewed_at = fields.Datetime("Approved on", readonly=True, copy=False)
    reviewed_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, copy=False
    )
    reviewer_ids = fields.Many2many(
        "res.users", string="Reviewers", compute="_compute_reviewer_ids"
    )
    content = fields.Text(
        readonly=True,
        copy=False,
        help="Canonical text of the minutes: who, when, where, and the SHA-256 of each "
        "part.",
    )
    content_hash = fields.Char("SHA-256 for Review", readonly=True, copy=False)
    sha256 = fields.Char(
        "SHA-256",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Of the final text. Printed on every copy; the book of minutes holds it.",
    )
    lang = fields.Char("Language", readonly=True, copy=False)
    distributed_at = fields.Datetime("Distributed on", readonly=True, copy=False)
    distributed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    absent_user_ids = fields.Many2many(
        "res.users",
        "school_meeting_minutes_absent_rel",
        "minutes_id",
        "user_id",
        "Sent to Who Was Absent",
        readonly=True,
        copy=False,
        help="They get the minutes in a message of their own (MTG-22).",
    )
    absent_sent_at = fields.Datetime("Sent to the Absent on", readonly=True, copy=False)
    is_visible = fields.Boolean(
        compute="_compute_is_visible", search="_search_is_visible", compute_sudo=False
    )
    is_maker = fields.Boolean(compute="_compute_is_maker", search="_search_is_maker")

    _one_per_meeting = models.UniqueIndex(
        "(meeting_id) WHERE kind = 'minutes'", "This meeting has its minutes already."
    )
    _list_idx = models.Index("(company_id, id DESC)")
    _todo_idx = models.Index("(company_id, meeting_id) WHERE state = 'draft'")
    _final_check = models.Constraint(
        "CHECK (state IN ('draft', 'review') OR "
        "(number IS NOT NULL AND sha256 IS NOT NULL AND reviewed_at IS NOT NULL))",
        "Approved minutes have a number and a hash.",
    )
    _correction_check = models.Constraint(
        "CHECK ((kind = 'correction') = (corrects_id IS NOT NULL))",
        "A correction note corrects minutes.",
    )

    @api.depends("meeting_id.name", "kind", "corrects_id.number")
    def _compute_name(self):
        for minutes in self:
            meeting = minutes.sudo().meeting_id
            if minutes.kind == "correction":
                minutes.name = self.env._(
                    "Correction of %(minutes)s",
                    minutes=minutes.sudo().corrects_id.number or meeting.name,
                )
            else:
                minutes.name = meeting.name

    @api.depends("name", "number")
    def _compute_display_name(self):
        for minutes in self:
            minutes.display_name = " ".join(
                filter(None, (minutes.number, minutes.name))
            )

    @api.depends("meeting_id", "submitted_by_id")
    def _compute_reviewer_ids(self):
        """The chair, or the leader responsible for the department that called it.

        Either may review; whoever wrote the minutes never does (MTG-20, BASE-09).
        """
        supervisors = self.sudo().meeting_id.department_id._supervisors()
        for minutes in self.sudo():
            meeting = minutes.meeting_id
            department = meeting.department_id
            leaders = (
                supervisors[department]
                if department
                else self.env["school.post"]
                ._find(minutes.company_id, "supervising_leader")
                ._users()
            )
            if minutes.is_marked:
                # Who does not belong to the body does not get to read its minutes.
                leaders = meeting.body_id.member_ids.filtered(
                    lambda member: member.role in ("chair", "deputy_chair")
                ).user_id
            minutes.reviewer_ids = (meeting.chair_id | leaders) - (
                meeting.recorder_id | minutes.submitted_by_id
            )

    # Who sees them

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_visible(self):
        self._mark_among("is_visible", self._visible_domain())

    @api.model
    def _search_is_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._visible_domain()

    @api.model
    def _visible_domain(self):
        """Makers and reviewers at any time; readers of a part once they are sent."""
        Block = self.env["school.meeting.minutes.block"].sudo()
        Receipt = self.env["school.receipt"].sudo()
        received = Receipt._search(
            Receipt._search_is_mine("in", [True])
            & Domain("res_model", "=", self._name)
            & Domain("state", "!=", "recalled")
            & Domain("company_id", "in", self.env.companies.ids)
        )
        sent = Domain("state", "=", "distributed") & (
            Domain("block_ids", "in", Block._search(Block._block_domain()))
            | Domain("id", "in", received.subselect("res_id"))
        )
        domain = self._maker_domain() | self._search_approval_concerns_me("in", [True])
        domain |= sent
        if self.env.user.has_groups(
            "school_office_base.group_office_director,school_office_base.group_auditor"
        ):
            domain |= Domain("state", "in", FINAL) & Domain("is_marked", "=", False)
        return domain

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id")
    def _compute_is_maker(self):
        self._mark_among("is_maker", self._maker_domain())

    @api.model
    def _search_is_maker(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._maker_domain()

    @api.model
    def _maker_domain(self):
        """Chair, minutes taker, organiser; the office where it is no secret."""
        Item = self.env["school.meeting.item"]
        domain = Domain(
            "meeting_id", "in", Item._block_meetings(Item._sql_makers(self.env.user))
        )
        if self.env.user.has_group("school_office_meetings.group_meeting_clerk"):
            domain |= Domain("is_marked", "=", False)
        return domain

    # What may be entered

    @api.constrains("corrected_block_id", "corrects_id")
    def _check_corrected_block(self):
        for minutes in self.sudo():
            block = minutes.corrected_block_id
            if block and block.minutes_id != minutes.corrects_id:
                raise ValidationError(
                    self.env._("The corrected part belongs to other minutes.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        # sudo: only the school and the end of the meeting are taken over
        Meeting = self.env["school.meeting"].sudo()
        for vals in vals_list:
            if vals.get("meeting_id"):
                meeting = Meeting.browse(vals["meeting_id"])
                vals["company_id"] = meeting.company_id.id
        created = super().create(vals_list)
        for minutes in created.sudo():
            meeting = minutes.meeting_id
            if not self.env.su:
                meeting.with_env(self.env)._check_maker()
            if meeting.state not in ("in_session", "ended", "closed"):
                raise UserError(
                    self.env._(
                        "“%(meeting)s” has not met yet: there is nothing to record.",
                        meeting=meeting.name,
                    )
                )
            if minutes.kind == "minutes":
                hours = meeting.company_id.school_meeting_minutes_hours
                minutes.distribution_hours = hours
                minutes.ended_at = meeting.ended_at
        return created

    def write(self, vals):
        if "state" in vals:
            for minutes in self.sudo():
                if minutes.is_frozen and vals["state"] != "distributed":
                    minutes._check_not_frozen()
        if not self.env.su and any(minutes.state != "draft" for minutes in self):
            raise UserError(
                self.env._(
                    "Minutes are changed while they are a draft. Withdraw them from "
                    "review first; what is approved is mended by a correction note."
                )
            )
        if "meeting_id" in vals and not self.env.su:
            if any(m.meeting_id.id != vals["meeting_id"] for m in self.sudo()):
                raise AccessError(
                    self.env._(
                        "What belongs to one meeting is not moved to another one."
                    )
                )
        return super().write(vals)

    def _is_deletable(self):
        # Minutes a meeting must have are not thrown away; a correction note may be.
        return super()._is_deletable() and self.kind == "correction"

    # Clock

    def _clock_responsible_users(self):
        self.ensure_one()
        minutes = self.sudo()
        if minutes.state == "review":
            return minutes.reviewer_ids or minutes.recorder_id
        return minutes.recorder_id or minutes.meeting_id.organizer_id

    def _clock_step_users(self, step):
        """Late minutes: whoever chaired the meeting is told."""
        return self.sudo().meeting_id.chair_id

    def _clock_department(self):
        return self.sudo().meeting_id.department_id

    def _notice_is_secret(self):
        return bool(self.sudo().is_marked)

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        # Every employee can read who follows what; receipts and notices tell people.
        return super(
            SchoolMeetingMinutes, self.filtered(lambda m: not m.sudo().is_marked)
        )._message_subscribe(partner_ids, subtype_ids, customer_ids)
