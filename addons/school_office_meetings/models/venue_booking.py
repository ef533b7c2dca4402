from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

STATES = [
    ("draft", "Draft"),
    ("requested", "Requested"),
    ("confirmed", "Confirmed"),
    ("checked_in", "In Use"),
    ("finished", "Finished"),
    ("rejected", "Refused"),
    ("cancelled", "Cancelled"),
    ("released", "Released"),
    ("displaced", "Displaced"),
]
COMING = ("requested", "confirmed")
LIVE = ("requested", "confirmed", "checked_in")
PURPOSE = "booking"
# Fields that say which time of which room it is
SLOT = {"venue_id", "start", "stop", "all_day"}


class SchoolVenueBooking(models.Model):
    """A room, or a piece of equipment, for a time (场地使用申请, MTG-32).

    ::

        draft -> requested -> confirmed -> checked_in -> finished
        and out of it: rejected, cancelled, released (nobody came), displaced

    Two bookings never hold one room at one time: PostgreSQL refuses it
    (``_one_at_a_time``), whoever writes. A *request* holds its time as well, from the
    moment it is sent: who asked first keeps it while the office decides, nobody plans
    for a room he then loses to a later one, and approving one request cannot reject
    others in silence, since there are none. Who must have a room that is taken asks the
    office to re-allocate it: such a request (``is_contested``) holds nothing until the
    office has chosen, named the losers and told them (MTG-35).

    A booking of a restricted meeting carries no word about it: no purpose, no people,
    no link; the meeting knows its booking, not the other way round.
    """

    _name = "school.venue.booking"
    _description = "Booking of a Room"
    _inherit = [
        "school.clock.mixin",
        "school.venue.request",
        "school.number.mixin",
        "school.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "start desc, id desc"
    _rec_names_search = ["number", "purpose"]
    _number_kind = "venue.booking"
    _clock_holder_fields = ("user_id",)
    _approval_purposes = {PURPOSE: _lt("Booking of a room")}
    _approval_gates = {PURPOSE: {"state": frozenset({"confirmed", "checked_in"})}}
    _approval_protected_fields = frozenset(
        {"venue_id", "start", "stop", "purpose", "people_count", "department_id"}
    )
    _server_fields = frozenset(
        {
            "state",
            "is_contested",
            "series_id",
            "is_from_meeting",
            "is_restricted",
            "requested_at",
            "confirmed_at",
            "confirmed_by_id",
            "prepared_at",
            "prepared_by_id",
            "preparation_result",
            "preparation_note",
            "checked_in_at",
            "checked_in_by_id",
            "check_in_method",
            "finished_at",
            "ended_reason",
            "displaced_by_id",
            "moved_from_id",
            "is_clean",
            "is_power_off",
            "is_equipment_off",
            "hand_over_note",
            "hand_over_image",
            "handed_over_at",
            "handed_over_by_id",
            "feedback_state",
            "return_condition",
            "return_note",
            "returned_at",
        }
    )

    # An index of more columns begins with it.
    venue_id = fields.Many2one(index=False)
    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    state = fields.Selection(
        STATES,
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    title = fields.Char(compute="_compute_title")
    start = fields.Datetime("From", index=True, tracking=True)
    stop = fields.Datetime("Until", tracking=True)
    all_day = fields.Boolean(
        help="As long as the room is open, from the first day to the last."
    )
    day = fields.Date(
        help="With periods of the school day: a quick way to enter the times."
    )
    period_from_id = fields.Many2one(
        "school.venue.period",
        "From Period",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    period_to_id = fields.Many2one(
        "school.venue.period",
        "To Period",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    block_start = fields.Datetime(
        "Kept Free From",
        compute="_compute_block",
        store=True,
        precompute=True,
        help="With setting up.",
    )
    block_stop = fields.Datetime(
        "Kept Free Until",
        compute="_compute_block",
        store=True,
        precompute=True,
        help="With cleaning.",
    )
    holds_slot = fields.Boolean(
        "Holds the Room",
        compute="_compute_holds_slot",
        store=True,
        precompute=True,
    )
    is_contested = fields.Boolean(
        "Asks for a Taken Room",
        readonly=True,
        copy=False,
        help="Wants a room that others have; holds nothing until the office decides.",
    )
    rank_sequence = fields.Integer(related="rank_id.sequence", store=True)
    series_id = fields.Many2one(
        "school.venue.series",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    kind = fields.Selection(related="venue_id.kind", store=True)
    venue_approval = fields.Selection(related="venue_id.approval")
    is_from_meeting = fields.Boolean("Of a Meeting", readonly=True, copy=False)
    is_restricted = fields.Boolean("Restricted", readonly=True, copy=False)
    meeting_ids = fields.One2many("school.meeting", "booking_id")
    requested_at = fields.Datetime("Requested on", readonly=True, copy=False)
    confirmed_at = fields.Datetime("Confirmed on", readonly=True, copy=False)
    confirmed_by_id = fields.Many2one(
        "res.users", "Confirmed by", readonly=True, copy=False
    )
    ended_reason = fields.Char("Reason", readonly=True, copy=False)
    displaced_by_id = fields.Many2one(
        "school.venue.booking",
        "Displaced by",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    moved_from_id = fields.Many2one(
        "school.venue.booking",
        "Instead of",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="restrict",
        help="The booking that had to give way, in whose place this one stands.",
    )
    school_time = fields.Char(
        "At the School",
        compute="_compute_school_time",
        help="When it is by the clock of the school, where yours shows another hour.",
    )
    conflict_text = fields.Text("Taken", compute="_compute_conflict_text")
    fault_text = fields.Text("Not Possible", compute="_compute_conflict_text")
    free_venue_ids = fields.Many2many(
        "school.venue", compute="_compute_free_venue_ids", string="Free Rooms"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    can_manage = fields.Boolean(compute="_compute_is_mine")
    can_change = fields.Boolean(compute="_compute_is_mine")
    can_check_in = fields.Boolean(compute="_compute_is_mine")
    color = fields.Integer(compute="_compute_color")

    _stand_in_uniq = models.UniqueIndex(
        "(moved_from_id) WHERE moved_from_id IS NOT NULL",
        "Another room was taken instead already.",
    )
    _times_check = models.Constraint(
        "CHECK (start < stop)", "A booking ends after it begins."
    )
    _block_check = models.Constraint(
        "CHECK (block_start <= start AND block_stop > block_start)",
        "The time kept free contains the booking.",
    )
    _holds_check = models.Constraint(
        """CHECK (holds_slot = (state IN ('confirmed', 'checked_in', 'finished')
            OR (state = 'requested' AND is_contested IS NOT TRUE)))""",
        "Whether a booking holds its room follows from its status.",
    )
    _who_check = models.Constraint(
        "CHECK (is_restricted IS TRUE OR user_id IS NOT NULL)",
        "Say who needs the room.",
    )
    _one_at_a_time = models.Constraint(
        """EXCLUDE USING gist (
            int4range(venue_id, venue_id, '[]') WITH &&,
            tsrange(block_start, block_stop, '[)') WITH &&
        ) WHERE (holds_slot IS TRUE)""",
        "Somebody has just booked this room at this time. Choose another room or time.",
    )
    _list_idx = models.Index("(company_id, start DESC, id DESC)")
    _venue_idx = models.Index("(venue_id, start)")
    _calendar_idx = models.Index("(company_id, stop, start)")
    _no_show_idx = models.Index("(no_show_at) WHERE state = 'confirmed'")
    _over_idx = models.Index(
        "(stop) WHERE state IN ('requested', 'confirmed', 'checked_in')"
    )
    _hand_over_idx = models.Index(
        "(company_id, venue_id, stop) WHERE state = 'finished' AND handed_over_at IS "
        "NULL"
    )

    # What is shown

    @api.depends_context("uid", "lang")
    @api.depends("purpose", "is_from_meeting", "is_restricted", "number")
    def _compute_title(self):
        """What the calendar says: the purpose, or of a meeting what this user may
        know.
        """
        for booking in self:
            if booking.is_from_meeting:
                # One query for all of them, under the rules of meetings.
                name = booking.meeting_ids[:1].name
                title = name or (
                    self.env._("Taken")
                    if booking.is_restricted
                    else self.env._("Meeting")
                )
            else:
                title = booking.purpose or booking.number or self.env._("Booking")
            booking.title = title

    @api.depends_context("uid", "lang")
    @api.depends("title", "venue_id.name")
    def _compute_display_name(self):
        for booking in self:
            parts = (booking.venue_id.name, booking.title)
            booking.display_name = " · ".join(part for part in parts if part)

    @api.depends_context("tz", "lang")
    @api.depends("start", "stop")
    def _compute_school_time(self):
        for booking in self:
            company = booking.company_id
            booking.school_time = (
                bool(booking.start and booking.stop)
                and company._school_reads_otherwise(booking.start)
                and self._when(company, booking.start, booking.stop)
            )

    @api.depends("state")
    def _compute_color(self):
        colors = {"requested": 3, "confirmed": 4, "checked_in": 10, "finished": 7}
        for booking in self:
            booking.color = colors.get(booking.state, 1)

    @api.depends_context("uid")
    @api.depends("user_id", "state", "start", "stop", "venue_id")
    def _compute_is_mine(self):
        user, now = self.env.user, fields.Datetime.now()
        kept = self.venue_id._kept()
        for booking in self:
            mine = bool(booking.user_id) and booking.user_id == user
            manages = booking.venue_id in kept
            booking.is_mine = mine
            booking.can_manage = manages
            booking.can_change = booking.state in ("draft", *COMING) and (
                manages or (mine and (not booking.start or booking.start > now))
            )
            booking.can_check_in = (
                booking.state == "confirmed"
                and (mine or manages)
                and booking._in_check_in_window(now)
            )

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("user_id", "=", self.env.uid)]

    # Writing

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._complete_times(vals)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_may_change(vals)
        holding = self.browse()
        if SLOT & vals.keys():
            holding = self.filtered("holds_slot")
            holding._check_free(vals)
        if (SLOT | {"state", "is_contested"}) & vals.keys():
            self._note_change()
        result = super().write(vals)
        if holding and not self.env.su:
            holding._raise_faults()
        return result

    def _check_may_change(self, vals):
        """Applicants change what is theirs, before it starts; the office all of it."""
        if all(name.startswith(("message_", "activity_")) for name in vals):
            return
        now = fields.Datetime.now()
        for booking in self:
            if booking.state == "draft":
                continue
            if booking.is_from_meeting and SLOT & vals.keys():
                raise UserError(
                    self.env._(
                        "This room is booked by a meeting: it moves with the meeting."
                    )
                )
            if booking.state not in LIVE:
                raise UserError(
                    self.env._("This booking is over: it is no longer changed.")
                )
            if booking.venue_id._is_office():
                continue
            if booking.start <= now:
                raise UserError(
                    self.env._("This booking has begun: only the office changes it.")
                )
            if (
                vals.keys()
                - self._open_fields
                - SLOT
                - {
                    "purpose",
                    "people_count",
                    "department_id",
                    "day",
                    "period_from_id",
                    "period_to_id",
                    "is_urgent",
                    "urgent_reason",
                }
            ):
                raise AccessError(
                    self.env._(
                        "What was requested stays. Cancel it and book anew, or ask the "
                        "office."
                    )
                )

    def copy_data(self, default=None):
        default = {**(default or {}), "rules_accepted": False}
        return super().copy_data(default)
