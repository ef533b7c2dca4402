from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class SchoolMeetingTopicCall(models.Model):
    """A call for topics (议题征集): which departments say until when (MTG-01)."""

    _name = "school.meeting.topic.call"
    _description = "Call for Topics"
    _inherit = ["school.record", "mail.thread"]
    _order = "until desc, id desc"
    _mail_post_access = "read"
    _server_fields = frozenset({"state", "opened_at", "closed_at"})

    name = fields.Char("Meeting or Subject", required=True)
    body_id = fields.Many2one(
        "school.meeting.body",
        "Meeting Body",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    meeting_id = fields.Many2one(
        "school.meeting",
        "For the Meeting",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        domain="[('body_id', '=', body_id),"
        " ('state', 'in', ('draft', 'planned', 'approved'))]",
    )
    department_ids = fields.Many2many(
        "hr.department",
        "school_meeting_topic_call_department_rel",
        "call_id",
        "department_id",
        "Departments Asked",
        check_company=True,
        help="Empty: all departments with a head.",
    )
    until = fields.Datetime("Topics Until", required=True, index=True, tracking=True)
    note = fields.Text("What It Is About")
    state = fields.Selection(
        [
            ("draft", "Prepared"),
            ("open", "Collecting"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    opened_at = fields.Datetime("Asked On", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed On", readonly=True, copy=False)
    answer_ids = fields.One2many(
        "school.meeting.topic.answer", "call_id", "Departments", readonly=True
    )
    topic_ids = fields.One2many("school.meeting.topic", "call_id", "Topics")
    topic_count = fields.Integer("Topics In", compute="_compute_counts")
    asked_count = fields.Integer("Asked", compute="_compute_counts")
    answered_count = fields.Integer("Answered", compute="_compute_counts")

    is_call_visible = fields.Boolean(
        compute="_compute_rights", search="_search_is_call_visible"
    )
    can_manage = fields.Boolean(compute="_compute_rights", search="_search_can_manage")

    _list_idx = models.Index("(company_id, until DESC, id DESC)")

    @api.depends("answer_ids.state", "topic_ids.state")
    def _compute_counts(self):
        # Superuser: numbers only.
        topics = {
            call.id: count
            for call, count in self.env["school.meeting.topic"]
            .sudo()
            ._read_group(
                [
                    ("call_id", "in", self.ids),
                    ("state", "not in", ("draft", "withdrawn")),
                ],
                ["call_id"],
                ["__count"],
            )
        }
        answers = {}
        for call, state, count in (
            self.env["school.meeting.topic.answer"]
            .sudo()
            ._read_group(
                [("call_id", "in", self.ids)], ["call_id", "state"], ["__count"]
            )
        ):
            answers.setdefault(call.id, {})[state] = count
        for call in self:
            mine = answers.get(call.id, {})
            call.topic_count = topics.get(call.id, 0)
            call.asked_count = sum(mine.values())
            call.answered_count = mine.get("proposed", 0) + mine.get("none", 0)

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("body_id", "state")
    def _compute_rights(self):
        self._mark_among("is_call_visible", self._visible_domain(), new=True)
        reviewed = self.env["school.meeting.body"]._reviewed_bodies()
        for call in self:
            call.can_manage = not call._origin or call.sudo().body_id in reviewed

    @api.model
    def _search_is_call_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._visible_domain()

    @api.model
    def _search_can_manage(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain(
            "body_id", "in", self.env["school.meeting.body"]._reviewed_bodies().ids
        )

    @api.model
    def _visible_domain(self):
        """Who collects; once it is out all, of restricted bodies those asked."""
        led = self.env.user._led_departments().ids
        bodies = self.env["school.meeting.body"]._bodies_of(self.env.user).ids
        asked = Domain("body_id.visibility", "!=", "members") | Domain.OR(
            [
                Domain("answer_ids.department_id", "in", led),
                Domain("body_id", "in", bodies),
            ]
        )
        return self._search_can_manage("in", [True]) | (
            Domain("state", "!=", "draft") & asked
        )

    @api.onchange("meeting_id")
    def _onchange_meeting(self):
        if self.meeting_id and not self.name:
            self.name = self.meeting_id.name

    @api.model_create_multi
    def create(self, vals_list):
        calls = super().create(vals_list)
        calls._check_meeting_seen()
        return calls

    def _check_meeting_seen(self):
        """A relation shows the name of what it points to, whoever may see that."""
        if not self.env.su:
            self.sudo().meeting_id.with_env(self.env).check_access("read")

    def write(self, vals):
        if not self.env.su and vals.keys() - {"note", "until", "meeting_id"}:
            for call in self:
                if call.state != "draft":
                    raise UserError(
                        self.env._(
                            "“%(call)s” went out to the departments: only the last "
                            "day and the note can still be changed.",
                            call=call.name,
                        )
                    )
        result = super().write(vals)
        if "meeting_id" in vals:
            self._check_meeting_seen()
        if "until" in vals:
            # Superuser: the answers belong to the departments.
            self.sudo().answer_ids.filtered(lambda a: a.state == "waiting").write(
                {"until": self[:1].until}
            )
        return result

    def _check_caller(self):
        self.check_access("read")
        for call in self:
            if not self.env.su and not call.can_manage:
                raise AccessError(
                    self.env._(
                        "The meeting clerks and those who lead “%(body)s” collect its "
                        "topics.",
                        body=call.body_id.name,
                    )
                )

    def action_open(self):
        """Ask the departments: each head gets a notice, and a row to answer."""
        self._check_caller()
        now = fields.Datetime.now()
        for call in self:
            if call.state != "draft":
                raise UserError(self.env._("These topics are collected already."))
            if call.until <= now:
                raise UserError(
                    self.env._("The departments need time: choose a later last day.")
                )
        self.sudo()._open(now)
        return True

    def _open(self, now):
        Department = self.env["hr.department"].sudo()
        rows, notices = [], []
        for call in self:
            departments = call.department_ids or Department.search(
                [("company_id", "=", call.company_id.id), ("manager_id", "!=", False)]
            )
            heads = departments._heads()
            for department in departments:
                rows.append(
                    {
                        "company_id": call.company_id.id,
                        "call_id": call.id,
                        "department_id": department.id,
                        "until": call.until,
                    }
                )
                if heads.get(department):
                    notices.append(call._notice_row(heads[department]))
        if not rows:
            raise UserError(
                self.env._(
                    "There is no department with a head: say whom you want to ask."
                )
            )
        self.env["school.meeting.topic.answer"].create(rows)
        self.write({"state": "open", "opened_at": now})
        self.env["school.notice"]._queue_rows(notices)

    def _notice_row(self, users):
        until = self.company_id._worktime().local(self.until).strftime("%Y-%m-%d %H:%M")
        note = self.note or ""
        return {
            "users": users,
            "subject": lambda env: env._("Topics wanted: %(name)s", name=self.name),
            "body": lambda env: "\n".join(
                filter(
                    None,
                    (
                        env._(
                            "Propose the topics of your department until %(until)s, "
                            "or say in My Office that there are none.",
                            until=until,
                        ),
                        note,
                    ),
                )
            ),
            "record": self,
            "kind": "topic_call",
        }

    def action_close(self):
        """Stop collecting; who has not answered is noted as silent."""
        self._check_caller()
        for call in self:
            if call.state != "open":
                raise UserError(self.env._("These topics are not being collected."))
        calls = self.sudo()
        calls.answer_ids.filtered(lambda a: a.state == "waiting").write(
            {"state": "missed"}
        )
        calls.write({"state": "closed", "closed_at": fields.Datetime.now()})
        return True

    def action_cancel(self):
        """Take the call back; topics proposed for it stay."""
        self._check_caller()
        for call in self:
            if call.state not in ("draft", "open"):
                raise UserError(self.env._("This call for topics is over."))
        calls = self.sudo()
        calls.answer_ids.filtered(lambda a: a.state == "waiting").write(
            {"state": "missed"}
        )
        calls.write({"state": "cancelled", "closed_at": fields.Datetime.now()})
        return True

    def action_urge(self):
        """Remind the heads of departments that have not answered."""
        self._check_caller()
        waiting = self.sudo().answer_ids.filtered(lambda a: a.state == "waiting")
        if not waiting:
            raise UserError(self.env._("All departments have answered."))
        heads = waiting.department_id._heads()
        self.env["school.notice"]._queue_rows(
            [
                answer.call_id._notice_row(heads[answer.department_id])
                for answer in waiting
                if heads.get(answer.department_id)
            ]
        )
        waiting._count_urge()
        return True

    def action_propose(self):
        """Open an empty topic for this call."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Propose a Topic"),
            "res_model": "school.meeting.topic",
            "view_mode": "form",
            "views": [(False, "form")],
            "context": {
                "default_call_id": self.id,
                "default_body_id": self.body_id.id,
            },
        }

    def action_topics(self):
        """Open the topics that came in."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_meetings.topic_action_review"
        )
        return {**action, "domain": [("call_id", "=", self.id)], "context": {}}
