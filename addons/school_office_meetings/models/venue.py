import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS

from .venue_times import hour_text, spoken_span

KINDS = [
    ("meeting_room", "Meeting Room"),
    ("event_venue", "Event Venue"),
    ("classroom", "Classroom"),
    ("sports", "Sports Ground"),
    ("equipment", "Equipment"),
]
APPROVALS = [
    ("none", "Nobody: Booked at Once"),
    ("office", "The Office"),
    ("head_office", "Department Head, Then the Office"),
]
LISTED = 10


class SchoolVenue(models.Model):
    """A room, a ground or a piece of equipment that is shared by booking (资源池).

    Of equipment there may be several alike: a *pool* is the name under which people
    ask, each piece (``unit_ids``) is a venue of its own, so that the constraint that
    keeps a room from being booked twice keeps a tablet from it too (MTG-40).
    """

    _name = "school.venue"
    _description = "Room or Equipment"
    _inherit = ["school.record", "school.custody.mixin", "mail.thread"]
    _order = "sequence, name, id"
    _rec_names_search = ["name", "code"]
    _server_fields = frozenset({"door_token", "door_token_date"})

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        index="btree_not_null", copy=False, help="As on the door or label."
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True, tracking=True)
    kind = fields.Selection(KINDS, default="meeting_room", required=True, tracking=True)
    place_id = fields.Many2one(
        "school.place",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Where it is, or where it is kept.",
    )
    is_pool = fields.Boolean(
        "Several Alike",
        copy=False,
        help="A kind of equipment of which there are several pieces. Each piece is "
        "booked by itself; people ask for a number of them.",
    )
    pool_id = fields.Many2one(
        "school.venue",
        "One of",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('is_pool', '=', True)]",
    )
    unit_ids = fields.One2many("school.venue", "pool_id", "Pieces")
    unit_count = fields.Integer("Number of Pieces", compute="_compute_unit_count")
    capacity = fields.Integer("Seats", tracking=True, help="0: does not matter.")
    feature_ids = fields.Many2many(
        "school.venue.feature",
        "school_venue_feature_rel",
        "venue_id",
        "feature_id",
        "What Is There",
        check_company=True,
    )
    hours_ids = fields.One2many(
        "school.venue.hours",
        "venue_id",
        "Opening Hours",
        copy=True,
        help="Without any it can be booked at all hours.",
    )
    hours_text = fields.Char("When It Is Open", compute="_compute_hours_text")
    keeps_holidays = fields.Boolean(
        "Closed on Holidays",
        default=True,
        help="Follows the school calendar: closed on holidays and closed days; a "
        "make-up workday (调休) has the hours of the weekday it follows.",
    )
    set_up_minutes = fields.Integer(
        "Setting Up", tracking=True, help="Minutes kept free before each booking."
    )
    cleaning_minutes = fields.Integer(
        "Cleaning", tracking=True, help="Minutes kept free after each booking."
    )
    administrator_ids = fields.Many2many(
        "res.users",
        "school_venue_administrator_rel",
        "venue_id",
        "user_id",
        "Venue Administrators",
        check_company=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Prepare it and take it back. Empty: whoever holds the post of venue "
        "administrator.",
    )
    house_rules = fields.Text(
        default=lambda self: self._default_house_rules(),
        help="Accepted by whoever books (MTG-37).",
    )
    refreshments_allowed = fields.Boolean(
        help="Water, tea and snacks may be served; elsewhere nobody eats or drinks.",
    )
    approval = fields.Selection(
        APPROVALS,
        "Who Approves",
        compute="_compute_approval",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    lead_rule = fields.Selection(
        [
            ("none", "No Lead Time"),
            ("room", "As a Meeting Room"),
            ("event", "As an Event Venue"),
        ],
        "Booked Ahead",
        compute="_compute_approval",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="How many working days before use it is asked for; the figures stand in "
        "the settings (MTG-33).",
    )
    who_books = fields.Selection(
        [
            ("staff", "All Staff"),
            ("departments", "Some Departments"),
            ("office", "The Office and Venue Administrators"),
        ],
        "Who May Book",
        default="staff",
        required=True,
        tracking=True,
    )
    department_ids = fields.Many2many(
        "hr.department",
        "school_venue_department_rel",
        "venue_id",
        "department_id",
        "Departments",
        check_company=True,
    )
    horizon_days = fields.Integer(
        "Booked at Most … Days Ahead",
        default=lambda self: self.env.company.school_venue_horizon_days,
        help="Calendar days. 0: no limit. Series within a term are not bound by it.",
    )
    needs_check_in = fields.Boolean(
        "Needs Check-in",
        compute="_compute_approval",
        store=True,
        readonly=False,
        precompute=True,
        help="Whoever does not check in is taken for absent, and the room is free "
        "again.",
    )
    needs_hand_over = fields.Boolean(
        "Handed Over After Use",
        compute="_compute_approval",
        store=True,
        readonly=False,
        precompute=True,
        help="Cleaned, water and electricity off, equipment shut down: ticked by a "
        "person (MTG-38).",
    )
    asks_feedback = fields.Boolean(
        "Asks for Feedback",
        compute="_compute_approval",
        store=True,
        readonly=False,
        precompute=True,
    )
    image = fields.Image("Photo", max_width=1280, max_height=1280)
    image_small = fields.Image(
        "Small Photo", related="image", max_width=320, max_height=320, store=True
    )
    note = fields.Text()
    door_token = fields.Char("Door Code", copy=False, readonly=True, groups=NO_ACCESS)
    door_token_date = fields.Date("Door Code Since", copy=False, readonly=True)
    booking_ids = fields.One2many("school.venue.booking", "venue_id", "Bookings")
    now_text = fields.Char("Now", compute="_compute_now")
    is_free_now = fields.Boolean(compute="_compute_now")

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL AND code != ''",
        "This school already has a room or equipment with this code.",
    )
    _door_token_uniq = models.UniqueIndex("(door_token) WHERE door_token IS NOT NULL")
    _list_idx = models.Index("(company_id, sequence, name, id)")
    _figures_check = models.Constraint(
        """CHECK (capacity >= 0 AND horizon_days >= 0
            AND set_up_minutes BETWEEN 0 AND 1440
            AND cleaning_minutes BETWEEN 0 AND 1440)""",
        "Seats and days cannot be negative; setting up and cleaning take between none "
        "and 1440 minutes.",
    )
    _pool_check = models.Constraint(
        """CHECK ((is_pool IS NOT TRUE OR (pool_id IS NULL AND kind = 'equipment'))
            AND (pool_id IS NULL OR kind = 'equipment'))""",
        "Only equipment has pieces that are alike, and a piece has none itself.",
    )

    @api.model
    def _default_house_rules(self):
        return self.env._(
            "Keep the room clean. No smoking, no littering. Handle the equipment with "
            "care and report what is broken. Leave the room as you found it, with "
            "water, electricity and equipment switched off."
        )

    @api.depends("kind")
    def _compute_approval(self):
        for venue in self:
            event = venue.kind == "event_venue"
            lent = venue.kind == "equipment"
            venue.approval = "head_office" if event else "office"
            venue.lead_rule = "event" if event else "room"
            venue.needs_check_in = not lent
            venue.needs_hand_over = not lent
            venue.asks_feedback = not lent

    @api.depends("unit_ids")
    def _compute_unit_count(self):
        counts = dict(
            self._read_group([("pool_id", "in", self.ids)], ["pool_id"], ["__count"])
        )
        for venue in self:
            venue.unit_count = counts.get(venue._origin, 0)

    @api.depends("hours_ids.weekday", "hours_ids.hour_from", "hours_ids.hour_to")
    def _compute_hours_text(self):
        """Weekdays with the same hours together: "Monday–Friday 07:00–21:00"."""
        names = dict(
            self.env["school.venue.hours"]
            ._fields["weekday"]
            ._description_selection(self.env)
        )
        for venue in self:
            by_day = {}
            for row in venue.hours_ids.sorted("hour_from"):
                by_day.setdefault(row.weekday, []).append(
                    f"{hour_text(row.hour_from)}–{hour_text(row.hour_to)}"
                )
            runs = []
            for day in sorted(by_day):
                text = ", ".join(by_day[day])
                if runs and runs[-1][2] == text and int(runs[-1][1]) + 1 == int(day):
                    runs[-1][1] = day
                else:
                    runs.append([day, day, text])
            venue.hours_text = "; ".join(
                f"{names[first]} {text}"
                if first == last
                else f"{names[first]}–{names[last]} {text}"
                for first, last, text in runs
            ) or self.env._("At all hours")

    @api.depends_context("tz", "lang")
    def _compute_now(self):
        """Whether somebody is in it, and until when; one query for a whole list."""
        now = fields.Datetime.now()
        # sudo: that a room is taken is no secret; no word of the booking is told
        taken = {
            booking.venue_id.id: booking
            for booking in self.env["school.venue.booking"]
            .sudo()
            .search(
                [
                    ("venue_id", "in", self.ids),
                    ("holds_slot", "=", True),
                    ("block_start", "<=", now),
                    ("block_stop", ">", now),
                ]
            )
        }
        for venue in self:
            booking = taken.get(venue.id)
            venue.is_free_now = not booking
            venue.now_text = (
                self.env._(
                    "Taken until %(time)s",
                    time=spoken_span(venue.company_id, now, booking.block_stop)[1],
                )
                if booking
                else self.env._("Free")
            )

    @api.constrains("is_pool", "pool_id", "kind")
    def _check_pool(self):
        for venue in self:
            if venue.pool_id and not venue.pool_id.is_pool:
                raise ValidationError(
                    self.env._(
                        "“%(pool)s” is a single piece: tick “Several Alike” first.",
                        pool=venue.pool_id.name,
                    )
                )
            if venue.is_pool and venue.sudo().booking_ids:
                raise ValidationError(
                    self.env._(
                        "“%(venue)s” has bookings of its own. Enter the pieces under a "
                        "new name.",
                        venue=venue.name,
                    )
                )

    @api.constrains("who_books", "department_ids")
    def _check_who_books(self):
        for venue in self:
            if venue.who_books == "departments" and not venue.department_ids:
                raise ValidationError(
                    self.env._(
                        "Say which departments may book “%(venue)s”.", venue=venue.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        venues = super().create(vals_list)
        venues._ensure_hours()
        return venues

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self._check_nothing_coming()
        return super().write(vals)

    def unlink(self):
        self._check_never_booked()
        return super().unlink()

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" in (default or {}):
            return vals_list
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=venue.name)}
            for venue, vals in zip(self, vals_list, strict=True)
        ]

    def _ensure_hours(self):
        """A new room is open as the settings of the school say, till it says else."""
        vals_list = []
        for venue in self.filtered(lambda v: not v.hours_ids and not v.pool_id):
            company = venue.company_id.sudo()
            start, stop = company.school_venue_open_from, company.school_venue_open_to
            days = range(7 if company.school_venue_open_weekends else 5)
            if start < stop:
                vals_list += [
                    {
                        "company_id": company.id,
                        "venue_id": venue.id,
                        "weekday": str(day),
                        "hour_from": start,
                        "hour_to": stop,
                    }
                    for day in days
                ]
        # sudo: part of entering the room, which the caller may
        self.env["school.venue.hours"].sudo().create(vals_list)

    def _coming(self):
        # sudo: restricted bookings count as well; only their times are told
        return (
            self.env["school.venue.booking"]
            .sudo()
            .search(
                [
                    ("venue_id", "in", self.ids),
                    ("state", "in", ("requested", "confirmed", "checked_in")),
                    ("stop", ">", fields.Datetime.now()),
                ],
                order="start",
                limit=LISTED + 1,
            )
        )

    def _check_nothing_coming(self):
        """Refuse to put away what people count on, with the list of who they are."""
        coming = self._coming()
        if not coming:
            return
        lines = [booking._spoken() for booking in coming[:LISTED]]
        if len(coming) > LISTED:
            lines.append("…")
        raise UserError(
            self.env._(
                "“%(venue)s” is still booked. Move or cancel these bookings first:\n"
                "%(bookings)s",
                venue=coming[0].venue_id.name,
                bookings="\n".join(lines),
            )
        )

    def _check_never_booked(self):
        booked = (
            self.env["school.venue.booking"]
            .sudo()
            .search_count([("venue_id", "in", self.ids)], limit=1)
        )
        if booked:
            raise UserError(
                self.env._("It has been booked before and stays on record: archive it.")
            )

    # The code on the door

    def _draw_door_codes(self):
        """Give these doors new codes; the old labels lead nowhere from now on."""
        for venue in self.sudo():
            venue.write(
                {
                    "door_token": secrets.token_urlsafe(18),
                    "door_token_date": venue.company_id._school_date(),
                }
            )

    def action_print_door_codes(self):
        """Print the labels for these doors, to be put up beside them."""
        self._check_keeper()
        self.sudo().filtered(lambda venue: not venue.door_token)._draw_door_codes()
        report = self.env.ref("school_office_meetings.action_report_door_codes")
        return report.report_action(self, config=False)

    def action_renew_door_codes(self):
        """Draw new codes for these doors, since the old ones went round."""
        self._check_keeper()
        self._draw_door_codes()
        return True

    def action_open_bookings(self):
        """Open the calendar of this room."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_meetings.venue_booking_action"
        )
        action["domain"] = [("venue_id", "in", (self | self.unit_ids).ids)]
        action["context"] = {"default_venue_id": False if self.is_pool else self.id}
        return action

    def action_add_units(self):
        """Ask how many pieces there are, and enter them."""
        self.ensure_one()
        self._check_keeper()
        return self._dialog(
            "school.venue.units", self.env._("Add Pieces"), pool_id=self.id
        )

    # Lent equipment is in somebody's hands: see school.custody

    def _custody_moved(self, custody, handover):
        result = super()._custody_moved(custody, handover)
        self.env["school.venue.booking"]._lending_moved(self, custody, handover)
        return result
