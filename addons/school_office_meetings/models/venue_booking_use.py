from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.school_office_base.tools.worktime import WorkTimeError

# Bookings that one run of the job brings up to date
BATCH = 200
CONDITIONS = [
    ("intact", "Complete and Intact"),
    ("worn", "Worn, Still Usable"),
    ("damaged", "Damaged"),
    ("incomplete", "Something Is Missing"),
]
TICKS = ("is_clean", "is_power_off", "is_equipment_off")


class SchoolVenueBooking(models.Model):
    """Before, during and after use: prepared, checked in, handed over, reviewed.

    MTG-34, MTG-36, MTG-38, MTG-39, MTG-40.
    """

    _inherit = "school.venue.booking"

    needs_preparation = fields.Boolean(
        compute="_compute_needs_preparation",
        store=True,
        precompute=True,
        help="The venue administrator confirms layout and equipment beforehand.",
    )
    prepare_by = fields.Datetime(
        "Prepared By Then",
        compute="_compute_prepare_by",
        store=True,
        precompute=True,
        help="One working day before use (MTG-34).",
    )
    prepared_at = fields.Datetime("Prepared on", readonly=True, copy=False)
    prepared_by_id = fields.Many2one(
        "res.users", "Prepared by", readonly=True, copy=False
    )
    preparation_result = fields.Selection(
        [("ok", "Everything Works"), ("fault", "With Faults")],
        "Layout and Equipment",
        readonly=True,
        copy=False,
    )
    preparation_note = fields.Text("What Was Found", readonly=True, copy=False)
    no_show_at = fields.Datetime(
        "Released If Nobody Comes",
        compute="_compute_no_show_at",
        store=True,
        precompute=True,
    )
    checked_in_at = fields.Datetime("Checked In at", readonly=True, copy=False)
    checked_in_by_id = fields.Many2one(
        "res.users", "Checked In by", readonly=True, copy=False
    )
    check_in_method = fields.Selection(
        [
            ("door", "Code on the Door"),
            ("office", "By the Office"),
            ("button", "By Hand"),
            ("meeting", "With the Meeting"),
            ("lent", "Lent"),
        ],
        readonly=True,
        copy=False,
    )
    finished_at = fields.Datetime("Finished at", readonly=True, copy=False)
    is_clean = fields.Boolean("Cleaned", readonly=True, copy=False)
    is_power_off = fields.Boolean(
        "Water and Electricity Off", readonly=True, copy=False
    )
    is_equipment_off = fields.Boolean("Equipment Shut Down", readonly=True, copy=False)
    hand_over_note = fields.Char(readonly=True, copy=False)
    hand_over_image = fields.Image(
        "Photo of the Room", max_width=1280, max_height=1280, readonly=True, copy=False
    )
    needs_hand_over = fields.Boolean(related="venue_id.needs_hand_over")
    handed_over_at = fields.Datetime("Handed Over on", readonly=True, copy=False)
    handed_over_by_id = fields.Many2one(
        "res.users", "Handed Over by", readonly=True, copy=False
    )
    feedback_state = fields.Selection(
        [("none", "Not Asked"), ("open", "Asked"), ("given", "Received")],
        "Feedback",
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )
    feedback_ids = fields.One2many(
        "school.venue.feedback", "booking_id", "Feedback Given"
    )
    feedback_days = fields.Integer(
        "Time for Feedback (working days)",
        related="company_id.school_venue_feedback_days",
    )

    @api.depends("feature_ids.is_equipment", "equipment_needed", "venue_id", "layout")
    def _compute_needs_preparation(self):
        for booking in self:
            booking.needs_preparation = booking.venue_id.kind != "equipment" and bool(
                booking.venue_id.kind == "event_venue"
                or booking.layout not in (False, "any")
                or (booking.equipment_needed or "").strip()
                or any(booking.feature_ids.mapped("is_equipment"))
            )

    @api.depends("start", "venue_id")
    def _compute_prepare_by(self):
        for booking in self:
            company = booking.company_id
            booking.prepare_by = False
            if not (booking.start and company.is_school):
                continue
            days = company.sudo().school_venue_prepare_days
            try:
                booking.prepare_by = company._worktime().add(
                    booking.start, -days, "working_day"
                )
            except WorkTimeError:
                booking.prepare_by = booking.start - timedelta(days=days)

    @api.depends("start", "venue_id")
    def _compute_no_show_at(self):
        for booking in self:
            minutes = booking.company_id.sudo().school_venue_no_show_minutes
            booking.no_show_at = (
                booking.start + timedelta(minutes=minutes)
                if booking.start and minutes and booking.venue_id.needs_check_in
                else False
            )

    def _clock_responsible_users(self):
        """Feedback is the applicant's, preparation the venue administrator's."""
        self.ensure_one()
        if self.feedback_state == "open":
            return self.user_id
        return self.venue_id._administrators()

    # Before

    def action_ask_prepared(self):
        """Open the dialog that says what was found when the room was prepared."""
        self._check_office()
        if any(booking.state != "confirmed" for booking in self):
            raise UserError(self.env._("Only what is confirmed is prepared."))
        return self._open_step("prepare", self.env._("Room Prepared"))

    def _prepared(self, result, note):
        """Layout and equipment were tested, by whom and with what result (MTG-36)."""
        self._check_office()
        if result == "fault" and not (note or "").strip():
            raise UserError(self.env._("Say what does not work."))
        bookings = self.sudo().filtered(lambda b: b.state == "confirmed")
        bookings.write(
            {
                "prepared_at": fields.Datetime.now(),
                "prepared_by_id": self.env.uid,
                "preparation_result": result,
                "preparation_note": note,
            }
        )
        if result == "fault":
            bookings._tell_applicants(
                lambda booking, env: env._(
                    "Equipment at fault: %(booking)s",
                    booking=booking.with_env(env)._spoken(),
                ),
                note,
                kind="venue_fault",
                urgent=True,
            )

    # Check-in

    def _in_check_in_window(self, now):
        """From some minutes before the start until the end."""
        self.ensure_one()
        if not (self.start and self.stop):
            return False
        early = self.company_id.sudo().school_venue_early_minutes
        return self.start - timedelta(minutes=early) <= now < self.stop

    def _is_participant(self):
        """Whether the user is called to the meeting that is held here."""
        self.ensure_one()
        # sudo: only whether he himself is on the list
        return bool(
            self.env["school.meeting.participant"]
            .sudo()
            .search_count(
                [
                    ("meeting_id.booking_id", "=", self.id),
                    "|",
                    ("user_id", "=", self.env.uid),
                    ("deputy_id", "=", self.env.uid),
                ],
                limit=1,
            )
            or self.sudo().meeting_ids.filtered(
                lambda m: (
                    self.env.user
                    in m.organizer_id | m.chair_id | m.recorder_id | m.sign_in_clerk_id
                )
            )
        )

    def action_check_in(self):
        """Check in without the code on the door: the office, or where there is none."""
        self._check_may_act()
        for booking in self:
            venue = booking.sudo().venue_id
            office = booking.venue_id._is_office()
            if venue.door_token and not office:
                raise UserError(
                    self.env._(
                        "Scan the code on the door of %(venue)s to check in.",
                        venue=venue.name,
                    )
                )
            booking._check_in("office" if office else "button")
        return True

    def _check_in(self, method):
        """The room is in use from now on; the caller has been checked."""
        now = fields.Datetime.now()
        for booking in self:
            if booking.state != "confirmed":
                raise UserError(booking._not_to_check_in())
            if not booking._in_check_in_window(now):
                raise UserError(
                    self.env._(
                        "Check-in is possible from %(minutes)s minutes before the "
                        "start until the end: %(when)s.",
                        minutes=booking.company_id.sudo().school_venue_early_minutes,
                        when=self._when(
                            booking.company_id, booking.start, booking.stop
                        ),
                    )
                )
        for booking in self:
            restricted = booking.sudo().is_restricted
            booking._quietly().write(
                {
                    "state": "checked_in",
                    "checked_in_at": now,
                    "checked_in_by_id": not restricted and self.env.uid,
                    "check_in_method": method,
                }
            )

    def _not_to_check_in(self):
        """Why nobody checks in here, in a sentence."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        if self.state == "released":
            return self.env._(
                "This booking was released, as nobody came in time. Book again: the "
                "room may still be free."
            )
        return self.env._(
            "This booking is not to be checked in: %(state)s.",
            state=states[self.state],
        )

    def _release_no_show(self):
        """Nobody came: the room is free, and whoever booked it is told."""
        bookings = self.sudo().filtered(lambda b: b.state == "confirmed")
        if not bookings:
            return
        for company, absent in bookings.grouped("company_id").items():
            env = company._school_chatter_env()
            absent._end(
                "released",
                env._("Nobody checked in within the time the school allows."),
            )
        for booking in bookings:
            if booking.meeting_ids:
                booking.meeting_ids._venue_lost(booking, booking.ended_reason)

    # After

    def action_ask_finish(self):
        """Open the dialog of the hand-over: three ticks, and the room is free."""
        self._check_may_finish()
        return self._open_step("finish", self.env._("Finish and Hand Over"))

    def action_ask_hand_over(self):
        """Open the dialog of the hand-over of a room that was left without one."""
        self._check_may_finish()
        return self._open_step("hand_over", self.env._("Hand Over"))

    def _check_may_finish(self):
        self.check_access("read")
        for booking in self:
            if not (
                booking._is_own()
                or booking.venue_id._is_office()
                or booking._is_participant()
            ):
                raise AccessError(
                    self.env._(
                        "Only who used the room, the office and the venue "
                        "administrators do this."
                    )
                )

    def _finish(self):
        """Use is over; what is left of the time is free, after cleaning."""
        now = fields.Datetime.now()
        for booking in self.sudo():
            if booking.state not in ("checked_in", "confirmed") or booking.start > now:
                raise UserError(
                    self.env._("Only what is in use is finished; cancel what is not.")
                )
        self._set_finished(now)

    def _set_finished(self, now):
        for booking in self.sudo():
            booking = booking._quietly()
            venue = booking.venue_id
            vals = {"state": "finished", "finished_at": min(now, booking.stop)}
            if venue.asks_feedback and booking.user_id:
                vals["feedback_state"] = "open"
            booking.write(vals)
        # Before its end: what is left is free again, after cleaning.
        for booking in self.sudo().filtered(lambda b: b.finished_at < b.stop):
            until = booking.finished_at + timedelta(
                minutes=booking.venue_id.cleaning_minutes
            )
            booking._note_change()
            booking._quietly().block_stop = max(
                until, booking.block_start + timedelta(minutes=1)
            )

    def _hand_over(self, clean, power, equipment, note="", image=False):
        """Cleaned, water and electricity off, equipment shut down (MTG-38)."""
        self._check_may_finish()
        ticks = dict(zip(TICKS, (clean, power, equipment), strict=True))
        if not all(ticks.values()) and not (note or "").strip():
            raise UserError(
                self.env._("Say what is left to do where something is not ticked.")
            )
        for booking in self.sudo():
            if booking.state != "finished":
                raise UserError(self.env._("A room is handed over after its use."))
            if booking.handed_over_at:
                raise UserError(
                    self.env._(
                        "%(venue)s was handed over already by %(person)s.",
                        venue=booking.venue_id.name,
                        person=booking.handed_over_by_id.name,
                    )
                )
        for booking in self:
            booking._quietly().write(
                {
                    **ticks,
                    "hand_over_note": (note or "").strip() or False,
                    "hand_over_image": image,
                    "handed_over_at": fields.Datetime.now(),
                    "handed_over_by_id": not booking.sudo().is_restricted
                    and self.env.uid,
                }
            )
        left = self.sudo().filtered(lambda b: not all(b[tick] for tick in TICKS))
        for booking in left:
            self.env["school.notice"].sudo()._queue(
                booking.venue_id._administrators() - self.env.user,
                lambda env, b=booking: env._(
                    "Left to do: %(venue)s", venue=b.venue_id.name
                ),
                note,
                record=booking,
                kind="venue_left_to_do",
            )

    def action_feedback(self):
        """Open the feedback form of this booking."""
        self.ensure_one()
        self._check_may_finish()
        if self.state != "finished":
            raise UserError(self.env._("Feedback is given after use."))
        feedback = self.sudo().feedback_ids[:1]
        return self._form_of(
            feedback,
            name=self.env._("Feedback"),
            target="new" if not feedback else "current",
            context={"default_booking_id": self.id},
        )

    # The job

    @api.model
    def _cron_follow(self):
        """Release what nobody came for, and end what is over; a batch per call."""
        now = fields.Datetime.now()
        open_school = Domain("company_id.school_state", "!=", "closed")
        absent = Domain("state", "=", "confirmed") & Domain("no_show_at", "<=", now)
        over = Domain("state", "in", ("requested", "confirmed", "checked_in")) & Domain(
            "stop", "<=", now
        )
        # Lent equipment is over when it is back.
        over &= ~(Domain("kind", "=", "equipment") & Domain("state", "=", "checked_in"))
        domain = open_school & (absent | over)
        bookings = self.search(domain, order="id", limit=BATCH)
        bookings = bookings.try_lock_for_update().filtered_domain(domain)
        late = bookings.filtered(lambda b: b.state == "requested")
        gone = bookings.filtered(
            lambda b: b.state == "confirmed" and b.no_show_at and b.no_show_at <= now
        )
        gone._release_no_show()
        for company, undecided in late.grouped("company_id").items():
            env = company._school_chatter_env()
            undecided._end("cancelled", env._("Nobody decided before it was over."))
        (bookings - gone - late)._set_finished(now)
        self.env["ir.cron"]._commit_progress(
            len(bookings), remaining=self.search_count(domain)
        )
