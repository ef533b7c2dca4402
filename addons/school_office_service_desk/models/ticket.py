from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.school_office_base.models.time_policy_version import UNIT_SELECTION

from .service import KINDS, URGENCY, VISIBILITY

OPEN_STATES = ("new", "assigned", "in_progress", "waiting")
WORK_STATES = ("assigned", "in_progress", "waiting")
GONE_STATES = ("refused", "referred", "merged", "void")
RED_RANK = 1000
AGENT = "school_office_service_desk.group_desk_agent"
MANAGER = "school_office_service_desk.group_desk_manager"

CHANNELS = [
    ("counter", "Counter"),
    ("phone", "Telephone"),
    ("email", "E-mail"),
    ("portal", "Portal"),
    ("app", "My Office"),
    ("form", "Public Form"),
    ("qr", "QR Code"),
    ("paper", "Paper"),
    ("messenger", "Messenger"),
    ("hotline", "Hotline"),
    ("box", "Suggestion Box"),
]


class SchoolTicket(models.Model):
    """A request to the office (工单), from the first word to the rating.

    ::

        new -> assigned -> in_progress <-> waiting -> solved -> closed
        and, with a reason, refused, referred, merged, void

    Only ``action_*`` methods change the state. The class is split by subject over the
    files ``ticket_*.py``; this one holds the fields and who may see what.
    """

    _name = "school.ticket"
    _description = "Request"
    _inherit = [
        "school.clock.mixin",
        "school.record",
        "school.number.mixin",
        "school.search.mixin",
        "portal.mixin",
        "school.mail.intake.mixin",
        "rating.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
    ]
    _order = "queue_rank desc, received_at, id"
    _rec_names_search = ["number", "name"]
    _mail_post_access = "read"
    _number_kind = "ticket"
    _draft_states = ()
    _search_fields_text = (
        "number",
        "name",
        "details",
        "answers_text",
        "requester_name",
        "requester_phone",
        "solution",
    )
    _clock_holder_fields = ("handler_id", "post_id", "lead_department_id")
    _rule_fields = ("company_id", "is_restricted")

    # What a person may enter when he makes a request; everything else is the desk's.
    # Files of other subjects add theirs in the same way.
    _entry_fields = frozenset(
        {
            "company_id",
            "name",
            "service_id",
            "channel",
            "urgency",
            "requester_id",
            "requester_user_id",
            "requester_name",
            "requester_phone",
            "requester_email",
            "department_id",
            "place_id",
            "equipment_id",
            "answers",
            "details",
            "needed_by",
            "lead_department_id",
            "new_file_ids",
        }
    )
    # What the requester may still change himself, until somebody has it in hand.
    _requester_fields = frozenset(
        {
            "name",
            "details",
            "answers",
            "place_id",
            "equipment_id",
            "needed_by",
            "requester_phone",
        }
    )
    # Changed by a step with a reason, never by editing.
    _step_fields = frozenset({"urgency", "service_id", "company_id", "channel"})
    _server_fields = frozenset(
        {
            "state",
            "is_major",
            "queue_rank",
            "jump_rank",
            "jumped_by_id",
            "jump_reason",
            "received_at",
            "received_by_id",
            "first_contact_id",
            "post_id",
            "handler_id",
            "assigned_at",
            "acknowledged_at",
            "responded_at",
            "on_site_at",
            "planned_at",
            "solved_at",
            "closed_at",
            "confirmed_at",
            "confirmed_by_id",
            "phoned_at",
            "phoned_by_id",
            "waiting_reason_id",
            "waiting_since",
            "wait_until",
            "follow_up_at",
            "follow_up_count",
            "close_at",
            "progress_due_at",
            "referral_target",
            "referral_department_id",
            "end_reason",
            "answers_text",
            "merged_into_id",
            "split_from_id",
            "continues_id",
            "cause_id",
            "is_cause",
            "reopen_count",
            "last_reopened_at",
            "forecast_minutes",
            "forecast_reason",
            "forecast_at",
            "visibility",
            "is_anonymous",
            "excluded_user_ids",
            "allowed_user_ids",
            "access_token",
            "email_message_id",
        }
    )

    # the matter
    name = fields.Char("Matter", required=True, tracking=False)
    kind = fields.Selection(
        KINDS,
        compute="_compute_from_service",
        store=True,
        precompute=True,
        index=True,
    )
    service_id = fields.Many2one(
        "school.service",
        "Service Item",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
        default=lambda self: self._default_service(),
        domain="[('company_id', '=', company_id)]",
    )
    number = fields.Char("Ticket Number")
    state = fields.Selection(
        [
            ("new", "New"),
            ("assigned", "Assigned"),
            ("in_progress", "In Progress"),
            ("waiting", "Waiting"),
            ("solved", "Solved"),
            ("closed", "Closed"),
            ("refused", "Refused"),
            ("referred", "Referred"),
            ("merged", "Merged"),
            ("void", "Void"),
        ],
        "Status",
        required=True,
        readonly=True,
        copy=False,
        default="new",
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    is_open = fields.Boolean(
        "Open", compute="_compute_is_open", store=True, precompute=True
    )
    channel = fields.Selection(
        CHANNELS, "Came By", required=True, default="app", index=True, copy=False
    )
    urgency = fields.Selection(URGENCY, required=True, default="0", index=True)
    is_red = fields.Boolean(
        "Red",
        compute="_compute_queue_rank",
        store=True,
        precompute=True,
        help="Urgent: comes before everything else (DESK-10).",
    )
    jump_rank = fields.Integer("Moved Up", readonly=True, copy=False)
    jumped_by_id = fields.Many2one(
        "res.users", "Moved Up By", readonly=True, copy=False
    )
    jump_reason = fields.Char("Why It Was Moved Up", readonly=True, copy=False)
    queue_rank = fields.Integer(
        compute="_compute_queue_rank", store=True, precompute=True, aggregator=None
    )
    is_major = fields.Boolean("Major Matter", readonly=True)
    received_at = fields.Datetime(
        "Came In",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: fields.Datetime.now(),
    )
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    first_contact_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who was asked first stays named to the end (首问负责制).",
    )
    answers = fields.Json(copy=False)
    answers_text = fields.Text("Given Answers", readonly=True, copy=False)
    details = fields.Text()
    needed_by = fields.Datetime(copy=False)
    place_id = fields.Many2one(
        "school.place",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    equipment_id = fields.Many2one(
        "maintenance.equipment",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    # who asks
    requester_id = fields.Many2one(
        "res.partner",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    requester_user_id = fields.Many2one(
        "res.users",
        "Requesting Employee",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
        help="Entered by the desk for a colleague who calls or comes.",
    )
    requester_name = fields.Char("Name of the Requester")
    requester_phone = fields.Char("Telephone")
    requester_email = fields.Char("E-mail", index="btree_not_null")
    is_anonymous = fields.Boolean("Anonymous", readonly=True, copy=False)
    department_id = fields.Many2one(
        "hr.department",
        "Department of the Requester",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    # who works on it
    post_id = fields.Many2one(
        "school.post",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    handler_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
    )
    lead_department_id = fields.Many2one(
        "hr.department",
        "Department in Charge",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    work_minutes = fields.Integer(
        "Work (min)",
        aggregator="sum",
        help="Minutes of work expected; requests go to whoever has least of it due.",
    )

    # what happened when
    assigned_at = fields.Datetime("Assigned on", readonly=True, copy=False)
    acknowledged_at = fields.Datetime("Acknowledged on", readonly=True, copy=False)
    responded_at = fields.Datetime("First Answer on", readonly=True, copy=False)
    on_site_at = fields.Datetime("On Site on", readonly=True, copy=False)
    planned_at = fields.Datetime("First Plan on", readonly=True, copy=False)
    solved_at = fields.Datetime("Solved on", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    confirmed_at = fields.Datetime("Confirmed on", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        "res.partner", readonly=True, copy=False, check_company=True
    )
    phoned_at = fields.Datetime("Telephoned on", readonly=True, copy=False)
    phoned_by_id = fields.Many2one(
        "res.users", "Telephoned By", readonly=True, copy=False
    )
    solution = fields.Text(copy=False)
    expected_date = fields.Date(
        "Expected On",
        copy=False,
        help="Told to the requester when it cannot be solved now (DESK-20).",
    )
    solution_amount = fields.Float(
        compute="_compute_solution_limit", store=True, precompute=True, aggregator=None
    )
    solution_unit = fields.Selection(
        UNIT_SELECTION,
        compute="_compute_solution_limit",
        store=True,
        precompute=True,
    )

    # waiting
    waiting_reason_id = fields.Many2one(
        "school.ticket.wait.reason",
        "Waits Because",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    waiting_since = fields.Datetime(readonly=True, copy=False)
    missing_items = fields.Text("What Is Missing", copy=False)
    wait_until = fields.Datetime(readonly=True, copy=False)
    follow_up_at = fields.Datetime("Next Reminder", readonly=True, copy=False)
    follow_up_count = fields.Integer("Reminders to the Requester", readonly=True)
    close_at = fields.Datetime("Closes By Itself on", readonly=True, copy=False)
    progress_due_at = fields.Datetime("Next Word to the Requester", readonly=True)

    # the end
    referral_target = fields.Char("Referred To", readonly=True, copy=False)
    referral_department_id = fields.Many2one(
        "hr.department",
        "Referred to the Department",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
    )
    end_reason = fields.Text("Reason", readonly=True, copy=False)
    reopening = fields.Selection(related="service_id.reopening", related_sudo=True)
    reopen_count = fields.Integer("Times Reopened", readonly=True, copy=False)
    last_reopened_at = fields.Datetime("Reopened on", readonly=True, copy=False)

    # how it hangs together
    merged_into_id = fields.Many2one(
        "school.ticket",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    merged_ids = fields.One2many(
        "school.ticket", "merged_into_id", "Merged Requests", readonly=True
    )
    split_from_id = fields.Many2one(
        "school.ticket",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    continues_id = fields.Many2one(
        "school.ticket",
        "Further Help To",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The earlier request that may not be reopened (DESK-21).",
    )
    cause_id = fields.Many2one(
        "school.ticket",
        "Common Cause",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    effect_ids = fields.One2many(
        "school.ticket", "cause_id", "Has the Same Cause", readonly=True
    )
    is_cause = fields.Boolean("Cause of Others", readonly=True, copy=False)

    # how late it will be
    forecast_minutes = fields.Integer(
        "Likely Late By (min)", readonly=True, copy=False, aggregator=None
    )
    forecast_reason = fields.Char(readonly=True, copy=False)
    forecast_at = fields.Datetime(readonly=True, copy=False)

    # who sees it
    visibility = fields.Selection(
        VISIBILITY, required=True, readonly=True, default="open", copy=False
    )
    is_restricted = fields.Boolean(
        compute="_compute_is_restricted", store=True, precompute=True, index=True
    )
    allowed_user_ids = fields.Many2many(
        "res.users",
        "school_ticket_allowed_user_rel",
        "ticket_id",
        "user_id",
        "Named People",
        readonly=True,
        copy=False,
    )
    excluded_user_ids = fields.Many2many(
        "res.users",
        "school_ticket_excluded_user_rel",
        "ticket_id",
        "user_id",
        "Kept From",
        readonly=True,
        copy=False,
        groups=MANAGER,
        help="They never see it, whatever their rights: whom it is about, and those "
        "under him.",
    )

    event_ids = fields.One2many(
        "school.ticket.event", "ticket_id", "History", readonly=True
    )
    email_message_id = fields.Char(readonly=True, copy=False, index="btree_not_null")

    # Said before the row is written, so that nobody asks for ratings of a new request.
    rating_last_value = fields.Float(
        compute="_compute_rating_last_value",
        store=True,
        compute_sudo=True,
        precompute=True,
    )

    # the screen
    service_questions = fields.Json(compute="_compute_service_questions")
    new_file_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        compute="_compute_new_file_ids",
        readonly=False,
        help="Photographs and papers that go with the request.",
    )
    status_text = fields.Char(compute="_compute_status_text")
    is_agent = fields.Boolean(compute="_compute_is_agent")
    is_mine = fields.Boolean(
        "On My List", compute="_compute_is_mine", search="_search_is_mine"
    )
    can_handle = fields.Boolean(compute="_compute_can_handle")
    can_edit = fields.Boolean(compute="_compute_can_handle")
    is_requester = fields.Boolean(
        compute="_compute_can_handle", search="_search_is_requester"
    )

    # The queue as list and as columns, opened all day; and the work of one person. The
    # columns that are included are those of the rules: how many there are is counted
    # without the rows.
    _queue_idx = models.Index(
        "(company_id, queue_rank DESC, received_at, id) WHERE is_open IS TRUE"
    )
    _state_idx = models.Index(
        "(company_id, state, queue_rank DESC, received_at, id) INCLUDE (is_restricted,"
        " handler_id, requester_id, requester_user_id) WHERE is_open IS TRUE"
    )
    _all_idx = models.Index("(company_id, received_at DESC, id DESC)")
    _order_idx = models.Index("(queue_rank DESC, received_at, id)")
    _handler_idx = models.Index("(handler_id, queue_rank DESC, received_at, id)")
    _post_open_idx = models.Index("(post_id, handler_id) WHERE is_open IS TRUE")
    _late_idx = models.Index(
        "(company_id, deadline_at, id) INCLUDE (is_restricted, handler_id,"
        " requester_id, requester_user_id) "
        "WHERE is_open IS TRUE AND deadline_state = 'late'"
    )
    _follow_up_idx = models.Index("(follow_up_at) WHERE follow_up_at IS NOT NULL")
    _close_idx = models.Index("(close_at) WHERE close_at IS NOT NULL")
    _progress_idx = models.Index("(progress_due_at) WHERE progress_due_at IS NOT NULL")
    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "This number has been given already.",
    )
    _mail_uniq = models.UniqueIndex(
        "(company_id, email_message_id) WHERE email_message_id IS NOT NULL",
        "This e-mail has been registered already.",
    )
    _token_idx = models.Index("(access_token) WHERE access_token IS NOT NULL")
    _work_check = models.Constraint(
        "CHECK (work_minutes >= 0)", "Minutes of work cannot be negative."
    )

    @api.model
    def _default_service(self):
        return self.env.company.sudo().school_desk_service_id.sudo(False)

    @api.model
    def _group_expand_state(self, states, domain):
        return [*OPEN_STATES, "solved"]

    # Computed

    @api.depends("service_id")
    def _compute_from_service(self):
        for ticket in self:
            ticket.kind = ticket.service_id.sudo().kind

    @api.depends("service_id", "is_major")
    def _compute_solution_limit(self):
        """The time the service promises; major matters have the desk's own."""
        for ticket in self:
            service = ticket.service_id.sudo()
            ticket.solution_amount = 0 if ticket.is_major else service.solution_amount
            ticket.solution_unit = service.solution_unit

    @api.depends("state")
    def _compute_is_open(self):
        for ticket in self:
            ticket.is_open = ticket.state in OPEN_STATES

    @api.depends("urgency", "jump_rank")
    def _compute_queue_rank(self):
        """Urgent red first, then what was moved up, then by arrival (DESK-10)."""
        for ticket in self:
            ticket.is_red = ticket.urgency == "2"
            ticket.queue_rank = RED_RANK * ticket.is_red + ticket.jump_rank

    @api.depends("visibility")
    def _compute_is_restricted(self):
        for ticket in self:
            ticket.is_restricted = ticket.visibility == "named"

    @api.depends("number", "name")
    def _compute_display_name(self):
        for ticket in self:
            ticket.display_name = " ".join(filter(None, (ticket.number, ticket.name)))

    def _compute_access_url(self):  # pylint: disable=missing-return
        super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/tickets/{ticket.id}"

    @api.depends("service_id")
    def _compute_service_questions(self):
        """The questions as the form asks them, with the places from which to choose."""
        for service, tickets in self.grouped("service_id").items():
            questions = service._question_dicts() if service else []
            if any(question["kind"] == "place" for question in questions):
                places = self.env["school.place"].search(
                    [("company_id", "=", service.sudo().company_id.id)], limit=500
                )
                choices = [[place.id, place.complete_name] for place in places]
                for question in questions:
                    if question["kind"] == "place":
                        question["places"] = choices
            tickets.service_questions = questions

    def _compute_new_file_ids(self):
        self.new_file_ids = False

    @api.depends_context("uid")
    def _compute_is_agent(self):
        self.is_agent = self.env.user.has_group(AGENT)

    @api.depends("state", "waiting_reason_id", "wait_until", "missing_items")
    def _compute_status_text(self):
        """For what it waits, or what was not filled in, in one line."""
        for ticket in self:
            parts = []
            if ticket.state == "waiting":
                parts.append(ticket.waiting_reason_id.name)
                if ticket.wait_until:
                    until = fields.Datetime.context_timestamp(ticket, ticket.wait_until)
                    parts.append(
                        self.env._(
                            "until %(moment)s", moment=until.strftime("%Y-%m-%d %H:%M")
                        )
                    )
                if ticket.missing_items:
                    parts.append(" ".join(ticket.missing_items.split()))
            elif ticket.missing_items and ticket.state in ("new", "assigned"):
                parts.append(
                    self.env._(
                        "Not filled in: %(items)s",
                        items=self.env._(", ").join(ticket.missing_items.splitlines()),
                    )
                )
            ticket.status_text = " · ".join(filter(None, parts))

    # Who may do what

    @api.depends_context("uid")
    @api.depends("handler_id")
    def _compute_is_mine(self):
        mine = self.filtered_domain(self._mine_domain())
        for ticket in self:
            ticket.is_mine = ticket in mine

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._mine_domain()

    @api.model
    def _mine_domain(self):
        """What the user works on, and what waits at his posts without a handler."""
        return Domain("handler_id", "=", self.env.uid) | (
            Domain("handler_id", "=", False)
            & Domain("post_id", "in", self._my_post_ids())
        )

    @api.model
    def _my_post_ids(self):
        holders = self.env["school.post.holder"].sudo()
        held = holders.search(
            Domain("user_id", "=", self.env.uid)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & holders._in_force_domain(company._school_date())
                for company in self.env.companies
            )
        )
        return held.post_id.ids

    @api.model
    def _search_is_requester(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("requester_user_id", "=", self.env.uid) | Domain(
            "requester_id", "=", self.env.user.partner_id.id
        )

    @api.depends_context("uid")
    @api.depends("handler_id", "state", "requester_id", "requester_user_id")
    def _compute_can_handle(self):
        handled = self._filter_handled()
        partner = self.env.user.partner_id
        for ticket in self:
            ticket.can_handle = ticket in handled
            ticket.is_requester = (
                ticket.requester_user_id == self.env.user
                or bool(partner)
                and ticket.requester_id == partner
            )
            ticket.can_edit = (
                not ticket._origin
                or ticket.can_handle
                and ticket.state not in ("closed", *GONE_STATES)
                or ticket.is_requester
                and ticket.state == "new"
            )

    def _filter_handled(self, user=None):
        """Those on which the user may work.

        The desk; the handler; who holds the post at which it waits; and who leads the
        work for a department.
        """
        user = user or self.env.user
        if not user or user.share:
            return self.browse()
        if user.has_group(AGENT):
            return self
        posts = set(self.with_user(user)._my_post_ids())
        return self.filtered(
            lambda ticket: (
                ticket.handler_id == user
                or ticket.sudo().post_id.id in posts
                or user in ticket.sudo().part_ids.user_id
            )
        )

    def _check_handled(self):
        """Refuse a step by somebody who does not work on these tickets."""
        self.check_access("read")
        others = self - self._filter_handled()
        if others and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(ticket)s is worked on by others: only the desk and its handler "
                    "may do this.",
                    ticket=others[0].number or others[0].name,
                )
            )

    def _check_group(self, group):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(self.env._("Only the service desk may do this."))

    @tools.ormcache()
    def _all_entry_fields(self):
        """The entry fields of every file of this model together."""
        return frozenset().union(
            *(vars(cls).get("_entry_fields", ()) for cls in type(self).__mro__)
        )

    def write(self, vals):
        if not self.env.su:
            self._check_edit(vals)
            if "answers" in vals:
                return self._write_answers(vals)
        return super().write(vals)

    def _write_answers(self, vals):
        """Keep the answers as the questions of each service ask for them."""
        rest = {name: value for name, value in vals.items() if name != "answers"}
        if rest:
            self.write(rest)
        else:
            self.check_access("write")
        for ticket in self:
            service = ticket.service_id.sudo()
            answers, missing = service._check_answers(vals["answers"] or {})
            # Checked above: the server keeps the readable form beside the answers.
            ticket.sudo().write(
                {
                    "answers": answers or False,
                    "answers_text": service._answers_text(answers) or False,
                    "missing_items": "\n".join(missing) or False,
                }
            )
        return True

    def _check_edit(self, vals):
        """Editing is for who works on it, and for the requester until it is taken."""
        stepped = self._step_fields & vals.keys()
        changed = {
            name
            for name in stepped
            if any(
                self._fields[name].convert_to_write(ticket[name], ticket) != vals[name]
                for ticket in self
            )
        }
        if changed:
            raise AccessError(
                self.env._(
                    "%(fields)s: use the button, it asks for the reason.",
                    fields=", ".join(
                        sorted(
                            self._fields[n]._description_string(self.env)
                            for n in changed
                        )
                    ),
                )
            )
        edited = vals.keys() - self._own_fields()
        if edited:
            locked = self.filtered(
                lambda ticket: (
                    not ticket.can_edit
                    or edited - self._requester_fields
                    and not ticket.can_handle
                )
            )
            if locked:
                raise AccessError(
                    self.env._(
                        "%(ticket)s can no longer be changed by you. Write a message "
                        "to add something.",
                        ticket=locked[0].number or locked[0].name,
                    )
                )

    @tools.ormcache()
    def _own_fields(self):
        """Fields of chatter and activities, which have rules of their own."""
        return frozenset(
            name
            for name in self._fields
            if name.startswith(("message_", "activity_", "website_message_"))
        )

    def _log_event(
        self, kind, value_from="", value_to="", reason="", user=None, **extra
    ):
        """Add one row of history to each ticket, in one query."""
        return self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": kind,
                    "value_from": value_from,
                    "value_to": value_to,
                    "reason": reason,
                    **extra,
                }
                for ticket in self
            ],
            user=user,
        )

    @api.model
    def _log_events(self, rows, user=None):
        """Add rows of history; nobody but the server's own steps writes them."""
        if not rows:
            return self.env["school.ticket.event"]
        user = self.env.user if user is None else user
        # The robot and the public page are nobody.
        user_id = False if user._is_superuser() or user.share else user.id
        now = fields.Datetime.now()
        Ticket = self.sudo()
        return (
            self.env["school.ticket.event"]
            .sudo()
            ._add_facts(
                [
                    {
                        "company_id": Ticket.browse(row["ticket_id"]).company_id.id,
                        "at": now,
                        "user_id": user_id,
                        "value_from": False,
                        "value_to": False,
                        "reason": False,
                        "old_handler_id": False,
                        **row,
                    }
                    for row in rows
                ]
            )
        )
