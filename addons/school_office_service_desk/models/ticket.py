from odoo import api, fields, models

from .service import KINDS, URGENCY

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
    files ``ticket_*.py``; this one holds the matter, who asks and who works on it.
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
            "answers_text",
            "is_anonymous",
            "access_token",
            "email_message_id",
        }
    )

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)

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
    email_message_id = fields.Char(readonly=True, copy=False, index="btree_not_null")

    # Said before the row is written, so that nobody asks for ratings of a new request.
    rating_last_value = fields.Float(
        compute="_compute_rating_last_value",
        store=True,
        compute_sudo=True,
        precompute=True,
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

    @api.depends("number", "name")
    def _compute_display_name(self):
        for ticket in self:
            ticket.display_name = " ".join(filter(None, (ticket.number, ticket.name)))

    def _compute_access_url(self):  # pylint: disable=missing-return
        super()._compute_access_url()
        for ticket in self:
            ticket.access_url = f"/my/tickets/{ticket.id}"
