from odoo import api, fields, models

TYPES = [
    ("ordinary", "Ordinary"),
    ("important", "Important"),
    ("cross", "Cross-department"),
    ("urgent", "Morning or Emergency"),
]
STATES = [
    ("draft", "Draft"),
    ("planned", "Awaiting the Leader"),
    ("approved", "Approved"),
    ("called", "Called"),
    ("in_session", "In Session"),
    ("ended", "Ended"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]


class SchoolMeeting(models.Model):
    """A meeting (会议), from its plan to the last paper in the file.

    ::

        draft -> planned -> approved -> called -> in_session -> ended -> closed
        and, with a reason, cancelled

    Only ``action_*`` methods change the state. The class is split by step over the
    files ``meeting_*.py``; this one holds what the notice says (MTG-03, MTG-04).
    """

    _name = "school.meeting"
    _description = "Meeting"
    _inherit = [
        "school.clock.mixin",
        "school.record",
        "school.number.mixin",
        "school.approval.mixin",
        "school.receipt.mixin",
        "school.frozen.mixin",
        "school.search.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "start desc, id desc"
    _rec_names_search = ["name", "number"]
    _mail_post_access = "read"

    _number_kind = "meeting"
    _search_fields_text = ("name", "number", "purpose")
    _server_fields = frozenset(
        {
            "state",
            "is_restricted",
            "called_at",
            "called_by_id",
            "started_at",
            "ended_at",
            "closed_at",
            "cancelled_at",
            "cancel_reason",
            "event_id",
        }
    )

    # The file is closed, and its entry stays in calendars, after the minutes are final.
    _frozen_exempt_fields = frozenset({"state", "closed_at", "event_id"})
    _frozen_lines = ("item_ids", "participant_ids")

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    name = fields.Char("Theme", required=True, tracking=True)
    number = fields.Char("Meeting Number")
    state = fields.Selection(
        STATES,
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        # Each step is a line of the history, see ``school.meeting.event``.
    )
    body_id = fields.Many2one(
        "school.meeting.body",
        "Meeting Body",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    type = fields.Selection(
        TYPES,
        default="ordinary",
        required=True,
        tracking=True,
        help="Decides how long before the meeting its notice goes out (MTG-05).",
    )
    purpose = fields.Text()
    start = fields.Datetime("Starts", index=True, tracking=True)
    stop = fields.Datetime("Ends", tracking=True)
    is_all_day = fields.Boolean("All Day")
    venue_note = fields.Char(
        "Place",
        help="Where it is held when no room of the school is booked.",
    )
    online_url = fields.Char("Video Link")
    department_id = fields.Many2one(
        "hr.department",
        "Organising Department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    organizer_id = fields.Many2one(
        "res.users",
        "Organiser",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Calls the meeting and answers questions about it.",
    )
    chair_id = fields.Many2one(
        "res.users",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    recorder_id = fields.Many2one(
        "res.users",
        "Minutes Taker",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    sign_in_clerk_id = fields.Many2one(
        "res.users",
        "Sign-in Clerk",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Keeps the sign-in sheet (MTG-13). Empty: the minutes taker.",
    )
    materials_note = fields.Text("Materials to Prepare")
    requirements = fields.Text(help="For example formal dress (MTG-04).")
    is_restricted = fields.Boolean(
        "Restricted",
        compute="_compute_is_restricted",
        store=True,
        readonly=True,
        help="Seen by participants and the people named in it only.",
    )
    participant_ids = fields.One2many(
        "school.meeting.participant", "meeting_id", "Participants"
    )
    item_ids = fields.One2many("school.meeting.item", "meeting_id", "Agenda")
    event_id = fields.Many2one(
        "calendar.event",
        "Calendar Entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    called_at = fields.Datetime("Notice Sent at", readonly=True, copy=False)
    called_by_id = fields.Many2one("res.users", "Called by", readonly=True, copy=False)
    started_at = fields.Datetime("Opened at", readonly=True, copy=False)
    ended_at = fields.Datetime("Ended at", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    cancel_reason = fields.Text(readonly=True, copy=False)

    _list_idx = models.Index("(company_id, start DESC, id DESC)")
    _times_check = models.Constraint(
        "CHECK (start IS NULL OR stop IS NULL OR stop > start)",
        "A meeting ends after it begins.",
    )

    @api.depends("body_id.visibility")
    def _compute_is_restricted(self):
        for meeting in self:
            meeting.is_restricted = meeting.body_id.visibility == "members"
