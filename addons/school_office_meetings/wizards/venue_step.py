from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.venue_booking_use import CONDITIONS


class SchoolVenueStep(models.TransientModel):
    """The one dialog of all steps of a booking that need a word; methods check."""

    _name = "school.venue.step"
    _description = "Step of a Booking"

    step = fields.Selection(
        [
            ("cancel", "Cancel"),
            ("cancel_rest", "Cancel the Rest"),
            ("prepare", "Room Prepared"),
            ("finish", "Finish"),
            ("hand_over", "Hand Over"),
            ("return", "Taken Back"),
            ("displace", "Take the Room"),
            ("alternative", "Take Another Room"),
        ],
        required=True,
    )
    booking_ids = fields.Many2many("school.venue.booking")
    series_id = fields.Many2one("school.venue.series")
    reason = fields.Text()
    result = fields.Selection(
        [("ok", "Everything Works"), ("fault", "With Faults")],
        "Layout and Equipment",
        default="ok",
    )
    is_clean = fields.Boolean("Cleaned")
    is_power_off = fields.Boolean("Water and Electricity Off")
    is_equipment_off = fields.Boolean("Equipment Shut Down")
    image = fields.Image("Photo of the Room", max_width=1280, max_height=1280)
    condition = fields.Selection(CONDITIONS, "State on Return", default="intact")
    venue_id = fields.Many2one("school.venue", "Room")
    free_venue_ids = fields.Many2many(
        "school.venue", compute="_compute_free_venue_ids", string="Free Rooms"
    )
    losers_text = fields.Text("Who Loses the Room", compute="_compute_losers_text")
    free_text = fields.Text("Free at the Same Time", compute="_compute_losers_text")

    @api.depends("step", "booking_ids")
    def _compute_free_venue_ids(self):
        Venue = self.env["school.venue"]
        for wizard in self:
            booking = wizard.booking_ids[:1]._origin
            free = Venue
            if wizard.step == "alternative" and booking:
                booking.check_access("read")
                free = Venue._free_between(
                    booking.company_id,
                    booking.start,
                    booking.stop,
                    booking.people_count,
                    kinds=[booking.kind],
                )._may_book()
            wizard.free_venue_ids = free

    @api.depends("step", "booking_ids")
    def _compute_losers_text(self):
        """Who is told, by name, before the office decides."""
        for wizard in self:
            booking = wizard.booking_ids[:1]._origin
            wizard.losers_text = wizard.free_text = False
            if wizard.step != "displace" or not booking:
                continue
            booking.check_access("read")
            losers = booking._losers()
            wizard.losers_text = "\n".join(loser._spoken() for loser in losers)
            lines = []
            for loser in losers:
                free = self.env["school.venue"]._free_between(
                    loser.company_id,
                    loser.start,
                    loser.stop,
                    loser.people_count,
                    kinds=[loser.kind],
                )
                lines.append(
                    ", ".join(free[:5].mapped("name")) or self.env._("nothing")
                )
            wizard.free_text = "\n".join(lines)

    def action_confirm(self):
        """Do the step; the booking's own method checks who asks and in what state."""
        self.ensure_one()
        # The list came through the client: only what the user may see.
        bookings = self.booking_ids
        bookings.check_access("read")
        if self.step != "cancel_rest" and not bookings:
            raise UserError(self.env._("Choose a booking."))
        result = None
        match self.step:
            case "cancel":
                bookings._cancel(self.reason)
            case "cancel_rest":
                self.series_id._cancel_rest(self.reason)
            case "prepare":
                bookings._prepared(self.result, self.reason)
            case "finish":
                bookings._check_may_finish()
                bookings._finish()
                self._hand_over(bookings)
            case "hand_over":
                self._hand_over(bookings)
            case "return":
                bookings._take_back(self.condition, self.reason)
            case "displace":
                bookings._displace(self.reason)
            case "alternative":
                if not self.venue_id:
                    raise UserError(self.env._("Choose a room."))
                result = bookings._take_alternative(self.venue_id)
        return result or {"type": "ir.actions.act_window_close"}

    def _hand_over(self, bookings):
        bookings.sudo().filtered(lambda b: b.venue_id.needs_hand_over).sudo(
            self.env.su
        )._hand_over(
            self.is_clean,
            self.is_power_off,
            self.is_equipment_off,
            self.reason,
            self.image,
        )
