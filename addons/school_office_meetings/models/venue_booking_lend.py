from odoo import api, fields, models
from odoo.exceptions import UserError

from .venue_booking_use import CONDITIONS


class SchoolVenueBooking(models.Model):
    """Lending equipment: handed to whoever booked it, and taken back (MTG-40)."""

    _inherit = "school.venue.booking"

    returned_at = fields.Datetime("Returned on", readonly=True, copy=False)
    return_condition = fields.Selection(
        CONDITIONS, "State on Return", readonly=True, copy=False
    )
    return_note = fields.Char("Remark on Return", readonly=True, copy=False)

    def action_lend(self):
        """Hand the piece to whoever booked it; he has it when he has accepted."""
        self._check_office()
        now = fields.Datetime.now()
        for booking in self:
            venue = booking.sudo().venue_id
            if venue.kind != "equipment":
                raise UserError(self.env._("Rooms are not lent: check in instead."))
            if booking.state != "confirmed" or not booking._in_check_in_window(now):
                raise UserError(
                    self.env._(
                        "A piece is lent when its booking is confirmed and begins."
                    )
                )
            if not venue.custody_id:
                venue._custody_start(venue._administrators()[:1] or self.env.user)
            if venue.custody_holder_id == booking.user_id:
                # Its keeper uses it himself: nothing changes hands.
                booking._check_in("lent")
                continue
            # sudo: the giver is its keeper, who was checked above
            venue._custody_hand_over(booking.user_id, due=booking.stop, kind="loan")
        return True

    def action_ask_return(self):
        """Open the dialog that says in what state a lent piece came back."""
        self._check_office()
        return self._open_step("return", self.env._("Taken Back"))

    def _take_back(self, condition, note):
        """The piece is back, in this state; custody records who gave it to whom."""
        self._check_office()
        for booking in self.sudo():
            if booking.kind != "equipment" or booking.state != "checked_in":
                raise UserError(self.env._("Only what is lent comes back."))
            if condition != "intact" and not (note or "").strip():
                raise UserError(self.env._("Say what is damaged or missing."))
            custody = booking.venue_id.custody_id
            handover = custody.pending_handover_id
            if custody.holder_id != custody.custodian_id:
                if not handover:
                    handover = custody._offer(custody.custodian_id, "return")
                if handover.state == "offered":
                    # sudo of the keeper: he was checked and has it in his hands
                    handover.with_user(custody.custodian_id).action_accept(note)
        self.sudo().write(
            {
                "return_condition": condition,
                "return_note": note,
                "returned_at": fields.Datetime.now(),
            }
        )
        self._set_finished(fields.Datetime.now())

    @api.model
    def _lending_moved(self, venues, custody, handover):
        """A piece has changed hands: its booking follows."""
        if handover.kind != "loan":
            return
        booking = self.sudo().search(
            [
                ("venue_id", "in", venues.ids),
                ("user_id", "=", handover.receiver_id.id),
                ("state", "=", "confirmed"),
                ("stop", ">", handover.answered_at),
            ],
            order="start",
            limit=1,
        )
        booking.write(
            {
                "state": "checked_in",
                "checked_in_at": handover.answered_at,
                "checked_in_by_id": handover.receiver_id.id,
                "check_in_method": "lent",
            }
        )
