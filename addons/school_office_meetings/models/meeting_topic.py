from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from .meeting_item import KINDS
from .meeting_prep import CLERK

OPEN = ("head", "proposed", "deferred")
READY = ("draft", "planned", "approved")


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
        seen = set(
            self.sudo()
            .search(Domain("id", "in", self.ids) & self._visible_domain())
            .ids
        )
        for topic in self:
            topic.is_topic_visible = not topic.ids or topic.ids[0] in seen

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

    def _notice_is_secret(self):
        return any(t.body_id.visibility == "members" for t in self.sudo())

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

    # Steps

    def action_propose(self):
        """Hand the topic in: to the body, or first to the head of the department."""
        self.check_access("write")
        for topic in self:
            if topic.state != "draft" or not (topic.is_mine or self.env.su):
                raise UserError(
                    self.env._("“%(topic)s” is proposed already.", topic=topic.name)
                )
            if not (topic.summary or "").strip() or not (topic.request or "").strip():
                raise UserError(
                    self.env._(
                        "Say what “%(topic)s” is about, and what the meeting is asked "
                        "to decide.",
                        topic=topic.name,
                    )
                )
            if topic.call_id and topic.call_id.sudo().state != "open":
                raise UserError(
                    self.env._(
                        "“%(call)s” no longer collects topics. Propose it without the "
                        "call; it is dealt with at the next meeting.",
                        call=topic.call_id.sudo().name,
                    )
                )
        direct = self.filtered(lambda topic: topic._needs_no_head())
        direct.sudo()._enter()
        waiting = self - direct
        waiting.sudo().write({"state": "head"})
        waiting._tell_heads()
        return True

    def _needs_no_head(self):
        """Whether the proposer speaks for the department or for the body itself."""
        self.ensure_one()
        user = self.env.user
        heads = self.sudo().department_id._head_users()
        return (
            not heads
            or user in heads
            or self.body_id in self.env["school.meeting.body"]._bodies_of(user)
            or self.body_id._may_review_topics()
        )

    def _enter(self):
        """Give the topics to their bodies (superuser)."""
        now = fields.Datetime.now()
        self.write({"state": "proposed", "proposed_at": now, "review_note": False})
        answers = self.env["school.meeting.topic.answer"]
        with_call = self.filtered("call_id")
        if with_call:
            found = answers.search(
                [
                    ("call_id", "in", with_call.call_id.ids),
                    ("department_id", "in", with_call.department_id.ids),
                ]
            )
            pairs = {(t.call_id, t.department_id) for t in with_call}
            found.filtered(
                lambda a: (a.call_id, a.department_id) in pairs
            )._note_answer("proposed")
        self._tell_reviewers()

    def action_endorse(self):
        """The head of the department passes the topic on to the body."""
        self.check_access("read")
        for topic in self:
            if not topic.can_endorse and not self.env.su:
                raise AccessError(
                    self.env._(
                        "The head of %(department)s passes on “%(topic)s”.",
                        department=topic.sudo().department_id.name,
                        topic=topic.name,
                    )
                )
        topics = self.sudo()
        topics.write(
            {"endorsed_by_id": self.env.uid, "endorsed_at": fields.Datetime.now()}
        )
        topics._enter()
        return True

    def action_withdraw(self):
        """The proposer takes the topic back, as long as it is on no agenda."""
        self.check_access("read")
        for topic in self:
            if not topic.is_mine:
                raise AccessError(self.env._("Only who proposed a topic withdraws it."))
            if topic.state not in OPEN:
                raise UserError(
                    self.env._(
                        "“%(topic)s” is %(state)s: ask the organiser of the meeting.",
                        topic=topic.name,
                        state=topic._state_name(),
                    )
                )
        self.sudo().write({"state": "withdrawn"})
        return True

    def action_edit_again(self):
        """A withdrawn or rejected topic becomes a draft once more."""
        self.check_access("read")
        for topic in self:
            if not topic.is_mine or topic.state not in ("withdrawn", "rejected"):
                raise UserError(
                    self.env._(
                        "“%(topic)s” cannot be taken up again.", topic=topic.name
                    )
                )
        self.sudo().write({"state": "draft"})
        return True

    def action_ask_admit(self):
        """Choose the meeting to whose agenda the topics go."""
        return self._open_step("admit", self.env._("Put on the Agenda"))

    def action_ask_defer(self):
        """Say why the topics wait for a later meeting."""
        return self._open_step("defer", self.env._("Defer"))

    def action_ask_reject(self):
        """Say why the topics are not dealt with."""
        return self._open_step("reject", self.env._("Reject"))

    def action_ask_send_back(self):
        """The head says what is still missing."""
        return self._open_step("send_back", self.env._("Send Back"))

    def _open_step(self, step, title):
        self.check_access("read")
        # The meeting from which one came, or for which the topics were collected.
        meeting_id = self.env.context.get("default_meeting_id")
        asked_for = self.sudo().call_id.meeting_id
        if not meeting_id and len(asked_for) == 1 and asked_for.state in READY:
            meeting_id = asked_for.id
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "school.meeting.prep.step",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_step": step,
                "default_topic_ids": self.ids,
                "default_meeting_id": meeting_id,
            },
        }

    def _check_reviewer(self):
        self.check_access("read")
        for topic in self:
            if topic.state not in ("proposed", "deferred"):
                raise UserError(
                    self.env._(
                        "“%(topic)s” is %(state)s: there is nothing to decide.",
                        topic=topic.name,
                        state=topic._state_name(),
                    )
                )
            if not self.env.su and not topic.can_review:
                raise AccessError(
                    self.env._(
                        "Those who lead “%(body)s”, its minutes taker and the meeting "
                        "clerks decide about its topics.",
                        body=topic.body_id.sudo().name,
                    )
                )

    def _admit(self, meeting, reason=None):
        """Put the topics on the agenda of ``meeting``: each becomes an item.

        :param reason: why it is taken although the body's days before the meeting have
            passed; asked for then
        """
        self._check_reviewer()
        meeting.check_access("read")
        if meeting.state not in READY:
            raise UserError(
                self.env._(
                    "The notice of “%(meeting)s” is out: a further topic is an extra "
                    "item, which needs the consent of its chair.",
                    meeting=meeting.name,
                )
            )
        wrong = self.filtered(
            lambda t: meeting.body_id and t.body_id != meeting.body_id
        )
        if wrong or any(t.company_id != meeting.company_id for t in self):
            raise UserError(
                self.env._(
                    "“%(topic)s” is meant for another body than “%(meeting)s”.",
                    topic=(wrong or self)[0].name,
                    meeting=meeting.name,
                )
            )
        last = meeting.body_id._topics_close(meeting)
        if last and fields.Datetime.now() > last and not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Topics of “%(body)s” are admitted %(days)s days before the "
                    "meeting. Say why this one still is.",
                    body=meeting.body_id.name,
                    days=meeting.body_id.topic_lead_days,
                )
            )
        # Superuser: whoever may admit need not be able to write the meeting itself.
        self.sudo()._put_on_agenda(meeting.sudo(), reason)
        return self.item_id

    def _put_on_agenda(self, meeting, reason):
        last = max(meeting.item_ids.mapped("sequence"), default=0)
        items = self.env["school.meeting.item"].create(
            [
                {**topic._prepare_item_vals(meeting), "sequence": last + 10 * place}
                for place, topic in enumerate(self, 1)
            ]
        )
        for topic, item in zip(self, items, strict=True):
            topic.write(
                {
                    "state": "admitted",
                    "meeting_id": meeting.id,
                    "item_id": item.id,
                    **self._reviewed(reason),
                }
            )
        self._hand_over_files()
        self._tell_proposers(
            lambda env, topic: env._("Admitted: %(topic)s", topic=topic.name),
            lambda env, topic: env._(
                "It is on the agenda of “%(meeting)s”.", meeting=topic.meeting_id.name
            ),
        )

    def _prepare_item_vals(self, meeting):
        self.ensure_one()
        text = "\n\n".join(filter(None, (self.summary, self.request)))
        return {
            "meeting_id": meeting.id,
            "topic_id": self.id,
            "name": self.name,
            "kind": self.kind,
            "is_special": self.is_special,
            "department_id": self.department_id.id,
            "speaker_id": (self.speaker_id or self.proposer_id).id,
            "minutes_planned": self.minutes_planned,
            "description": text or False,
        }

    def _hand_over_files(self):
        """What a topic brings along becomes material of the meeting (MTG-07)."""
        Material = self.env["school.meeting.material"]
        now = fields.Datetime.now()
        for topic in self.filtered("attachment_ids"):
            copies = [
                Command.create(
                    {
                        "name": file.name,
                        "raw": file.raw,
                        "mimetype": file.mimetype,
                    }
                )
                for file in topic.attachment_ids
            ]
            Material.create(
                {
                    "meeting_id": topic.meeting_id.id,
                    "item_id": topic.item_id.id,
                    "name": topic.name,
                    "kind": "background",
                    "user_id": topic.proposer_id.id,
                    "department_id": topic.department_id.id,
                    "state": "delivered",
                    "delivered_at": now,
                    "delivered_by_id": topic.proposer_id.id,
                    "do_send": True,
                    "attachment_ids": copies,
                }
            )

    def _defer(self, reason):
        self._check_reviewer()
        self._check_reason(reason)
        topics = self.sudo()
        topics.write({"state": "deferred", **self._reviewed(reason)})
        topics._tell_proposers(
            lambda env, topic: env._("Deferred: %(topic)s", topic=topic.name),
            lambda env, topic: reason,
        )

    def _reject(self, reason):
        self._check_reviewer()
        self._check_reason(reason)
        topics = self.sudo()
        topics.write({"state": "rejected", **self._reviewed(reason)})
        topics._tell_proposers(
            lambda env, topic: env._("Not taken up: %(topic)s", topic=topic.name),
            lambda env, topic: reason,
        )

    def _send_back(self, reason):
        self.check_access("read")
        self._check_reason(reason)
        for topic in self:
            if not topic.can_endorse and not self.env.su:
                raise AccessError(
                    self.env._(
                        "The head of %(department)s passes on “%(topic)s”.",
                        department=topic.sudo().department_id.name,
                        topic=topic.name,
                    )
                )
        topics = self.sudo()
        topics.write({"state": "draft", "review_note": reason})
        topics._tell_proposers(
            lambda env, topic: env._("Sent back: %(topic)s", topic=topic.name),
            lambda env, topic: reason,
        )

    def _reviewed(self, reason):
        return {
            "reviewed_at": fields.Datetime.now(),
            "reviewed_by_id": self.env.uid,
            "review_note": (reason or "").strip() or False,
        }

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: the proposer is told."))

    def _is_left_over(self):
        """Whether the meeting that is over put the item off, or never came to it."""
        self.ensure_one()
        item = self.item_id
        if not item or "state" not in item._fields:
            return False
        return self.state == "admitted" and item["state"] in ("waiting", "deferred")

    def _back_to_proposed(self, reason):
        """What was admitted waits again (superuser).

        :param reason: ``env -> text``, told to the proposers
        """
        left = self.filtered(lambda t: t.state == "admitted")
        left.write({"state": "proposed", "meeting_id": False, "item_id": False})
        left._tell_proposers(
            lambda env, topic: env._("Waits again: %(topic)s", topic=topic.name),
            lambda env, topic: reason(env),
        )

    @api.model
    def _from_resolutions(self, resolutions):
        """Propose open resolutions to the bodies that took them; return the topics.

        Called in superuser mode by the follow-up of resolutions (MTG-25, MTG-27): what
        is not done comes back to the next agenda. Each resolution has one topic that
        waits; a second call finds it.
        """
        keys = {f"{r._name}:{r.id}": r for r in resolutions.sudo()}
        waiting = self.sudo().search(
            [
                ("source_key", "in", list(keys)),
                ("state", "in", ("proposed", "deferred", "admitted")),
            ]
        )
        for topic in waiting:
            keys.pop(topic.source_key, None)
        rows = [
            vals
            for key, resolution in keys.items()
            if (vals := self._prepare_resolution_vals(resolution))
            and vals.update(source_key=key) is None
        ]
        # One that was rejected or dealt with gives its place to the new one.
        old = self.sudo().search([("source_key", "in", list(keys))])
        old.write({"source_key": False})
        # The unique index looks at what is in the table.
        old.flush_recordset(["source_key"])
        topics = self.sudo().create(rows)
        topics._enter()
        return waiting | topics

    @api.model
    def _prepare_resolution_vals(self, resolution):
        """Values of the topic in which a resolution comes back, None without a body."""
        meeting = resolution.meeting_id
        department = resolution.department_id or meeting.department_id
        owner = resolution.owner_id or meeting.organizer_id
        if not department:
            department = owner._school_employee(meeting.company_id).department_id
        if not (meeting.body_id and department):
            return None
        secret = "is_marked" in resolution._fields and resolution.is_marked
        return {
            "company_id": meeting.company_id.id,
            "name": self.env._("A confidential resolution")
            if secret
            else resolution.display_name,
            "body_id": meeting.body_id.id,
            "department_id": department.id,
            "proposer_id": owner.id,
            "kind": "report",
            "summary": self.env._(
                "Decided at “%(meeting)s”, not finished yet.",
                meeting=meeting._open_name(self.env),
            ),
            "request": self.env._("Hear how far it is, and decide how it goes on."),
        }

    # Notices

    def _tell_heads(self):
        rows = []
        for topic in self.sudo():
            rows.append(
                {
                    "users": topic.department_id._head_users(),
                    "subject": lambda env, topic=topic: env._(
                        "Topic to pass on: %(topic)s", topic=topic.name
                    ),
                    "body": lambda env, topic=topic: env._(
                        "%(person)s proposes it for %(body)s.",
                        person=topic.proposer_id.name,
                        body=topic.body_id.name,
                    ),
                    "record": topic,
                    "kind": "topic",
                }
            )
        self.env["school.notice"]._queue_rows(rows)

    def _tell_reviewers(self):
        rows = []
        for topic in self:
            members = topic.body_id.member_ids.filtered(
                lambda m: m.role in ("chair", "deputy_chair")
            ).filtered_domain(topic.body_id._member_domain(fields.Date.today()))
            users = topic.body_id.recorder_id or members.user_id
            rows.append(
                {
                    "users": users - topic.proposer_id,
                    "subject": lambda env, topic=topic: env._(
                        "New topic: %(topic)s", topic=topic.name
                    ),
                    "body": lambda env, topic=topic: env._(
                        "%(department)s proposes it for %(body)s.",
                        department=topic.department_id.name,
                        body=topic.body_id.name,
                    ),
                    "record": topic,
                    "kind": "topic",
                }
            )
        self.env["school.notice"]._queue_rows([row for row in rows if row["users"]])

    def _tell_proposers(self, subject, body):
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": topic.proposer_id,
                    "subject": lambda env, topic=topic: subject(env, topic),
                    "body": lambda env, topic=topic: body(env, topic),
                    "record": topic,
                    "kind": "topic",
                }
                for topic in self.sudo()
            ]
        )


class SchoolMeetingItem(models.Model):
    """An item that comes from a topic."""

    _inherit = "school.meeting.item"

    _server_fields = frozenset({"topic_id"})

    topic_id = fields.Many2one(
        "school.meeting.topic",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    material_ids = fields.One2many("school.meeting.material", "item_id", "Materials")

    def _is_deletable(self):
        """As long as nobody was told, items come and go with the plan."""
        return self.sudo().meeting_id.state in READY or super()._is_deletable()

    def unlink(self):
        # Superuser: the topic waits again, whoever changed the agenda.
        topics = self.sudo().topic_id
        result = super().unlink()
        topics._back_to_proposed(
            lambda env: env._("It was taken off the agenda again.")
        )
        return result
