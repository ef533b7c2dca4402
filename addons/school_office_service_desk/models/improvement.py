from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.school_office_base.tools.client_defaults import take_defaults

DECIDED = ("adopted", "in_part", "later", "declined")


class SchoolImprovement(models.Model):
    """A suggestion of the staff how the work could be better (优化建议, DESK-58).

    It is assessed within ten working days, decided on with a reason, planned with an
    owner and a date, and its effect is looked at afterwards; the author is told each
    time. A suggestion that vanishes is the last one that person makes.
    """

    _name = "school.improvement"
    _description = "Improvement Suggestion"
    _inherit = [
        "school.clock.mixin",
        "school.number.mixin",
        "school.search.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "received_on desc, id desc"
    _number_kind = "improvement"
    _search_fields_text = ("name", "number", "text", "plan")
    _server_fields = frozenset(
        {
            "state",
            "assessed_at",
            "assessor_id",
            "decided_at",
            "decided_by_id",
            "started_at",
            "done_at",
            "reviewed_at",
            "reviewed_by_id",
            "entered_by_id",
        }
    )
    _clock_holder_fields = ("owner_id", "assessor_id")

    name = fields.Char("In a Few Words", required=True, tracking=True)
    text = fields.Text("The Suggestion", required=True)
    author_id = fields.Many2one(
        "res.users",
        check_company=True,
        index="btree_not_null",
        default=lambda self: self.env.user,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    author_name = fields.Char(
        "Author's Name", help="If the author has no account here."
    )
    department_id = fields.Many2one(
        "hr.department",
        "Concerns",
        check_company=True,
        index="btree_not_null",
        help="The department whose work would be better.",
    )
    channel = fields.Selection(
        [
            ("app", "In the System"),
            ("email", "E-mail"),
            ("messenger", "Messenger"),
            ("paper", "Paper"),
            ("box", "Suggestion Box"),
        ],
        "Came By",
        required=True,
        default="app",
    )
    received_on = fields.Date(
        required=True,
        index=True,
        default=lambda self: self.env.company._school_date(),
    )
    entered_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user
    )
    ticket_id = fields.Many2one(
        "school.ticket",
        "From the Request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("received", "Received"),
            ("assessed", "Assessed"),
            ("decided", "Decided"),
            ("in_progress", "Being Carried Out"),
            ("done", "Carried Out"),
            ("reviewed", "Effect Reviewed"),
            ("declined", "Not Adopted"),
        ],
        default="received",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )

    assessment = fields.Text(help="Is it feasible, what would it cost and bring?")
    benefit = fields.Selection(
        [("1", "Small"), ("2", "Fair"), ("3", "Great")], "Expected Benefit"
    )
    effort = fields.Selection([("1", "Small"), ("2", "Fair"), ("3", "Great")])
    assessed_at = fields.Datetime(readonly=True, copy=False)
    assessor_id = fields.Many2one("res.users", "Assessed By", readonly=True)

    decision = fields.Selection(
        [
            ("adopted", "Adopted"),
            ("in_part", "Adopted in Part"),
            ("later", "Later"),
            ("declined", "Not Adopted"),
        ],
        copy=False,
        tracking=True,
    )
    decision_reason = fields.Text("Reason", copy=False)
    decided_at = fields.Datetime(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True)

    owner_id = fields.Many2one(
        "res.users",
        check_company=True,
        index="btree_not_null",
        copy=False,
        tracking=True,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
        help="Who carries it out.",
    )
    plan = fields.Text(copy=False)
    due_on = fields.Date("To Be Done By", copy=False, tracking=True)
    started_at = fields.Datetime(readonly=True, copy=False)
    result = fields.Text("What Was Done", copy=False)
    done_at = fields.Datetime(readonly=True, copy=False)
    review_on = fields.Date("Effect Reviewed By", copy=False)
    effect = fields.Text(copy=False, help="What is better now, with figures.")
    effect_rating = fields.Selection(
        [
            ("better", "Better"),
            ("same", "No Change"),
            ("worse", "Worse"),
        ],
        "Result",
        copy=False,
    )
    reviewed_at = fields.Datetime(readonly=True, copy=False)
    reviewed_by_id = fields.Many2one("res.users", readonly=True)
    assess_days = fields.Integer(related="company_id.school_improvement_assess_days")
    may_assess = fields.Boolean(compute="_compute_may")
    may_decide = fields.Boolean(compute="_compute_may")

    _list_idx = models.Index("(company_id, state, received_on DESC, id DESC)")

    @api.depends_context("uid")
    def _compute_may(self):
        agent = self.env.user.has_group("school_office_service_desk.group_desk_agent")
        manager = self.env.user.has_group(
            "school_office_service_desk.group_desk_manager"
        )
        for record in self:
            record.may_assess = agent
            record.may_decide = manager

    @api.model_create_multi
    def create(self, vals_list):
        agent = self._is_agent()
        take_defaults(self, vals_list, "author_id")
        for vals in vals_list:
            # Nobody puts a suggestion into somebody else's mouth; the office writes
            # down what came on paper.
            if not agent and vals.get("author_id", self.env.uid) != self.env.uid:
                raise AccessError(
                    self.env._("You make suggestions under your own name.")
                )
        records = super().create(vals_list)
        records._assign_numbers()
        return records

    def write(self, vals):
        if not self.env.su:
            self._check_editable(vals)
        return super().write(vals)

    def _is_agent(self):
        return self.env.su or self.env.user.has_group(
            "school_office_service_desk.group_desk_agent"
        )

    def _check_editable(self, vals):
        """The author words it until it is assessed; the office does the rest."""
        words = {"name", "text", "author_id", "author_name", "channel", "received_on"}
        office = set(self._improvement_office_fields())
        named = vals.keys() & (words | office)
        if not named:
            return
        for record in self:
            if record.state in ("reviewed", "declined"):
                raise UserError(
                    self.env._(
                        "“%(suggestion)s” is finished and stays as it is.",
                        suggestion=record.name,
                    )
                )
            if named & words and record.state != "received":
                raise UserError(
                    self.env._(
                        "“%(suggestion)s” is assessed: what was suggested is not "
                        "changed any more.",
                        suggestion=record.name,
                    )
                )
            if named & {"decision", "decision_reason"} and record.state not in (
                "received",
                "assessed",
            ):
                raise UserError(self.env._("The decision is taken."))
        if named & office and not self._is_agent():
            others = self.filtered(lambda r: r.owner_id != self.env.user)
            if others or named - words - {"result", "plan", "effect", "effect_rating"}:
                raise AccessError(
                    self.env._("Assessment, decision and plan are the office's.")
                )
        if named & {"decision", "decision_reason"} and not self._is_manager():
            raise AccessError(self.env._("The director decides on suggestions."))

    def _is_manager(self):
        return self.env.su or self.env.user.has_group(
            "school_office_service_desk.group_desk_manager"
        )

    @api.model
    def _improvement_office_fields(self):
        return (
            "assessment",
            "benefit",
            "effort",
            "decision",
            "decision_reason",
            "owner_id",
            "plan",
            "due_on",
            "result",
            "review_on",
            "effect",
            "effect_rating",
        )

    def _clock_responsible_users(self):
        if self.state in ("decided", "in_progress", "done") and self.owner_id:
            return self.owner_id
        return self._clock_responsible_post()._users()

    def _clock_responsible_post(self):
        return self.env["school.post"]._find(self.company_id, "coordination")

    # The steps

    def action_assess(self):
        """Note that the suggestion was assessed."""
        self._check_step("received")
        for record in self:
            record._check_filled("assessment", "benefit", "effort")
        self.sudo().write(
            {
                "state": "assessed",
                "assessed_at": fields.Datetime.now(),
                "assessor_id": self.env.uid,
            }
        )
        return True

    def action_decide(self):
        """Decide with a reason; the author is told."""
        self._check_step("assessed")
        if not self._is_manager():
            raise AccessError(self.env._("The director decides on suggestions."))
        for record in self:
            record._check_filled("decision", "decision_reason")
            if record.decision in ("adopted", "in_part"):
                record._check_filled("owner_id", "due_on")
        now = fields.Datetime.now()
        for decision, records in self.grouped("decision").items():
            records.sudo().write(
                {
                    "state": "declined" if decision == "declined" else "decided",
                    "decided_at": now,
                    "decided_by_id": self.env.uid,
                }
            )
        self._tell_author(
            lambda record, env: env._(
                "Your suggestion “%(name)s”: %(decision)s",
                name=record.name,
                decision=record._decision_text(env),
            ),
            lambda record, env: record.decision_reason,
        )
        for record in self.filtered("owner_id"):
            if record.owner_id != self.env.user and record.state == "decided":
                self.env["school.notice"]._queue(
                    record.owner_id,
                    lambda env, r=record: env._(
                        "You carry out the suggestion “%(name)s” by %(day)s",
                        name=r.name,
                        day=format_date(env, r.due_on) if r.due_on else "",
                    ),
                    record=record,
                    kind="improvement",
                )
        return True

    def action_start(self):
        """The owner begins with the plan."""
        self._check_step("decided", owner=True)
        for record in self:
            record._check_filled("owner_id", "plan", "due_on")
        self.sudo().write({"state": "in_progress", "started_at": fields.Datetime.now()})
        return True

    def action_done(self):
        """The plan is carried out; a date for the look at its effect is set."""
        self._check_step("in_progress", owner=True)
        for record in self:
            record._check_filled("result")
        for record in self.sudo():
            record.write(
                {
                    "state": "done",
                    "done_at": fields.Datetime.now(),
                    "review_on": record.review_on
                    or fields.Date.add(record.company_id._school_date(), months=3),
                }
            )
        return True

    def action_review(self):
        """Note what the change brought; the author is told."""
        self._check_step("done")
        for record in self:
            record._check_filled("effect", "effect_rating")
        self.sudo().write(
            {
                "state": "reviewed",
                "reviewed_at": fields.Datetime.now(),
                "reviewed_by_id": self.env.uid,
            }
        )
        self._tell_author(
            lambda record, env: env._(
                "Your suggestion “%(name)s” was carried out", name=record.name
            ),
            lambda record, env: record.effect,
        )
        return True

    def _check_step(self, state, owner=False):
        self.check_access("read")
        if not self._is_agent() and not (
            owner and all(record.owner_id == self.env.user for record in self)
        ):
            raise AccessError(
                self.env._("This step is the office's, or of whoever carries it out.")
            )
        wrong = self.filtered(lambda record: record.state != state)
        if wrong:
            raise UserError(
                self.env._(
                    "“%(suggestion)s” is not at this step: it is %(state)s.",
                    suggestion=wrong[0].name,
                    state=wrong[0]._state_text(),
                )
            )

    def _check_filled(self, *names):
        missing = [name for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "“%(suggestion)s”: %(fields)s is missing.",
                    suggestion=self.name,
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in missing
                    ),
                )
            )

    def _state_text(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _decision_text(self, env):
        names = dict(self._fields["decision"]._description_selection(env))
        return names.get(self.decision, "")

    def _tell_author(self, subject, body):
        for record in self:
            if record.author_id and record.author_id != self.env.user:
                self.env["school.notice"]._queue(
                    record.author_id,
                    lambda env, r=record: subject(r, env),
                    lambda env, r=record: body(r, env),
                    record=record,
                    kind="improvement",
                )

    @api.model
    def _mine_domain(self):
        return Domain("author_id", "=", self.env.uid) | Domain(
            "owner_id", "=", self.env.uid
        )
