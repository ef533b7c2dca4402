from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .meeting_item import KINDS
from .meeting_prep import CLERK


class SchoolMeetingTopic(models.Model):
    """A topic (议题) that somebody wants a body to deal with (MTG-01).

    ::

        draft -> head -> proposed -> admitted
                            |    \\-> deferred -> admitted
                            |    \\-> rejected
        and, by its proposer, withdrawn

    A topic of ordinary staff is passed on by the head of the department. Admitted, it
    becomes an item of an agenda and keeps its link; what a cancelled meeting or a
    changed agenda leaves over is proposed again by itself.
    """

    _name = "school.meeting.topic"
    _description = "Topic for a Meeting"
    _inherit = ["school.record", "school.frozen.mixin", "mail.thread"]
    _order = "sequence, proposed_at desc, id desc"
    _mail_post_access = "read"
    _server_fields = frozenset(
        {
            "state",
            "meeting_id",
            "item_id",
            "proposed_at",
            "endorsed_by_id",
            "endorsed_at",
            "reviewed_at",
            "reviewed_by_id",
            "review_note",
            "source_key",
        }
    )

    name = fields.Char("Topic", required=True, tracking=True)
    body_id = fields.Many2one(
        "school.meeting.body",
        "For the Body",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Which body is to deal with it.",
    )
    call_id = fields.Many2one(
        "school.meeting.topic.call",
        "Call for Topics",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        domain="[('state', '=', 'open'), ('body_id', '=', body_id)]",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("head", "With the Head"),
            ("proposed", "Proposed"),
            ("deferred", "Deferred"),
            ("admitted", "Admitted"),
            ("rejected", "Rejected"),
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
    sequence = fields.Integer(default=100)
    kind = fields.Selection(KINDS, default="discussion", required=True)
    is_special = fields.Boolean(
        "Special Matter", help="Needs the body's quorum for special matters."
    )
    department_id = fields.Many2one(
        "hr.department",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self._default_department(),
    )
    proposer_id = fields.Many2one(
        "res.users",
        "Proposed by",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    speaker_id = fields.Many2one(
        "res.users",
        "Presented by",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Empty: who proposes it.",
    )
    minutes_planned = fields.Integer("Time (min)", default=10)
    summary = fields.Text("What It Is About")
    request = fields.Text(
        "What Is Asked", help="What the meeting is to decide, and why now."
    )
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "school_meeting_topic_file_rel",
        "topic_id",
        "attachment_id",
        "Files",
    )
    consulted_department_ids = fields.Many2many(
        "hr.department",
        "school_meeting_topic_consulted_rel",
        "topic_id",
        "department_id",
        "Departments Consulted",
        check_company=True,
    )
    consultation = fields.Text("What They Say")
    meeting_id = fields.Many2one(
        "school.meeting",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    item_id = fields.Many2one(
        "school.meeting.item",
        "Agenda Item",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    proposed_at = fields.Datetime("Proposed On", readonly=True, copy=False)
    endorsed_by_id = fields.Many2one(
        "res.users", "Passed On by", readonly=True, copy=False
    )
    endorsed_at = fields.Datetime("Passed On at", readonly=True, copy=False)
    reviewed_at = fields.Datetime("Decided On", readonly=True, copy=False)
    reviewed_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, copy=False
    )
    review_note = fields.Text("Reason", readonly=True, copy=False)
    source_key = fields.Char(
        readonly=True, copy=False, help="What it comes from, such as a resolution."
    )
    is_topic_visible = fields.Boolean(
        compute="_compute_is_topic_visible", search="_search_is_topic_visible"
    )
    is_mine = fields.Boolean(compute="_compute_rights", search="_search_is_mine")
    can_edit = fields.Boolean(compute="_compute_rights")
    can_endorse = fields.Boolean(
        compute="_compute_rights", search="_search_can_endorse"
    )
    can_review = fields.Boolean(compute="_compute_rights", search="_search_can_review")

    _list_idx = models.Index("(company_id, sequence, proposed_at DESC, id DESC)")
    _source_uniq = models.UniqueIndex(
        "(company_id, source_key) WHERE source_key IS NOT NULL"
    )
    _minutes_check = models.Constraint(
        "CHECK (minutes_planned >= 0)", "Speaking time cannot be negative."
    )

    @api.model
    def _default_department(self):
        user = self.env.user
        return user._led_departments()[:1].sudo(False) or user._school_employee(
            self.env.company
        ).department_id.sudo(False)

    # Who sees it, who does what

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("state", "proposer_id", "department_id", "body_id", "meeting_id")
    def _compute_is_topic_visible(self):
        self._mark_among("is_topic_visible", self._visible_domain(), new=True)

    @api.model
    def _search_is_topic_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._visible_domain()

    @api.model
    def _visible_domain(self):
        """Proposer and heads; members, reviewers and participants once it is proposed.

        What is proposed to a restricted body stays between these: no clerk reads it.
        """
        user = self.env.user
        Body = self.env["school.meeting.body"]
        led = user._led_departments().ids
        mine = Domain.OR(
            Domain(name, "=", user.id)
            for name in ("proposer_id", "create_uid", "speaker_id")
        )
        bodies = (Body._bodies_of(user) | Body._reviewed_bodies()).ids
        proposed = Domain("state", "not in", ("draft", "head", "withdrawn")) & (
            Domain("body_id", "in", bodies)
            | Domain("consulted_department_ids", "in", led)
            | Domain("meeting_id.participant_ids.user_id", "=", user.id)
        )
        passed = Domain("state", "!=", "draft") & Domain("department_id", "in", led)
        return mine | passed | proposed

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("state", "proposer_id", "department_id", "body_id")
    def _compute_rights(self):
        user = self.env.user
        reviewed = self.env["school.meeting.body"]._reviewed_bodies()
        heads = self.sudo().department_id._heads()
        for topic in self:
            topic_sudo = topic.sudo()
            is_head = user in heads.get(topic_sudo.department_id, self.env["res.users"])
            may_review = topic.body_id in reviewed
            topic.is_mine = user in (topic_sudo.proposer_id | topic_sudo.create_uid)
            topic.can_endorse = topic.state == "head" and is_head
            topic.can_review = may_review and topic.state in ("proposed", "deferred")
            topic.can_edit = (
                not topic._origin
                or (topic.state in ("draft", "head") and (topic.is_mine or is_head))
                or topic.can_review
            )

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("proposer_id", "=", self.env.uid) | Domain(
            "create_uid", "=", self.env.uid
        )

    @api.model
    def _search_can_endorse(self, operator, value):
        if operator != "in":
            return NotImplemented
        led = self.env.user._led_departments().ids
        return Domain("state", "=", "head") & Domain("department_id", "in", led)

    @api.model
    def _search_can_review(self, operator, value):
        if operator != "in":
            return NotImplemented
        bodies = self.env["school.meeting.body"]._reviewed_bodies().ids
        return Domain("state", "in", ("proposed", "deferred")) & Domain(
            "body_id", "in", bodies
        )

    # Entry

    @api.onchange("call_id")
    def _onchange_call(self):
        if self.call_id:
            self.body_id = self.call_id.body_id

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and not self.env.user.has_group(CLERK):
            for vals in vals_list:
                # Staff propose in their own name; the office writes down for others.
                vals["proposer_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and vals.keys() - self._all_frozen_exempt_fields():
            self._check_can_edit(vals)
        return super().write(vals)

    def _check_can_edit(self, vals):
        for topic in self:
            if not topic.can_edit:
                raise AccessError(
                    self.env._(
                        "“%(topic)s” can no longer be changed by you: it is %(state)s.",
                        topic=topic.name,
                        state=topic._state_name(),
                    )
                )
            if "proposer_id" in vals and not self.env.user.has_group(CLERK):
                if vals["proposer_id"] != topic.proposer_id.id:
                    raise AccessError(
                        self.env._("Who proposed a topic stays who proposed it.")
                    )

    def _state_name(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _is_deletable(self):
        return self.state == "draft" and (
            self.env.su or self.create_uid == self.env.user
        )
