import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.image import image_data_uri

from odoo.addons.school_office_base.tools import tokens

from .venue_times import spoken_span

LENGTH = 24


class SchoolVenue(models.Model):
    """What the code on a door shows and does to whoever has signed in."""

    _inherit = "school.venue"

    def _at_door(self, token):
        """Return the room with this code, if the user works at its school."""
        token = (token or "").strip()
        none = self.browse()
        if len(token) != LENGTH:
            return none
        # sudo: the token is read by nobody
        venue_sudo = self.sudo().search([("door_token", "=", token)], limit=1)
        # The index answers as fast for a wrong code as for a right one; the last word
        # is a comparison whose time says nothing.
        if not tokens.matches(venue_sudo.door_token, token):
            return none
        venue = venue_sudo.sudo(False)
        if not self.env.user._is_internal():
            return none
        if venue_sudo.company_id not in self.env.user.company_ids:
            return none
        return venue.with_context(
            allowed_company_ids=venue_sudo.company_id.ids
        ).with_company(venue_sudo.company_id)

    def _door_url(self):
        self.ensure_one()
        token = self.sudo().door_token
        return f"{self.company_id.get_base_url()}/venue/door/{token}"

    def _door_qr_uri(self, size=360):
        """The code as a picture that stands inside the page itself."""
        png = self.env["ir.actions.report"].barcode(
            "QR", self._door_url(), width=size, height=size, barLevel="M", quiet=1
        )
        return image_data_uri(base64.b64encode(png))

    def _door_bookings(self):
        """The booking that is on now or begins soon, then those of the next hours."""
        now = fields.Datetime.now()
        return self.env["school.venue.booking"].search(
            [
                ("venue_id", "=", self.id),
                ("state", "in", ("requested", "confirmed", "checked_in")),
                ("is_contested", "=", False),
                ("stop", ">", now),
            ],
            order="start",
            limit=6,
        )

    def _door_values(self):
        """What the page at the door says to this user."""
        self.ensure_one()
        now = fields.Datetime.now()
        bookings = self._door_bookings()
        due = bookings.filtered(
            lambda b: (
                b.state == "checked_in"
                or (b.state == "confirmed" and b._in_check_in_window(now))
            )
        )[:1]
        may = due and (due.is_mine or due.can_manage or due._is_participant())
        rows = {booking: self._door_row(booking) for booking in bookings}
        return {
            "venue": self,
            "school": self.company_id.sudo().name,
            "is_free": self.is_free_now,
            "now_text": self.now_text,
            "due": due,
            "may_check_in": bool(may and due.state == "confirmed"),
            "may_finish": bool(may and due.state == "checked_in"),
            "needs_hand_over": self.needs_hand_over,
            "due_row": rows.get(due),
            "rows": list(rows.values()),
        }

    def _door_row(self, booking):
        return {
            "when": " – ".join(
                spoken_span(booking.company_id, booking.start, booking.stop)
            ),
            "title": booking.title,
            "who": "" if booking.is_restricted else booking.user_id.sudo().name or "",
            "state": booking.state,
        }

    def _act_at_door(self, step):
        """Check in or finish, as whoever has scanned the code; return a sentence."""
        self.ensure_one()
        values = self._door_values()
        due = values["due"]
        if step == "check_in" and values["may_check_in"]:
            due._check_in("door")
            return self.env._("You are checked in.")
        if step == "finish" and values["may_finish"]:
            due._check_may_finish()
            due._finish()
            return self.env._("Thank you. The room is free for others.")
        if due and due.state == "confirmed":
            raise UserError(
                self.env._("Only who booked it, or is called to it, checks in here.")
            )
        raise UserError(
            self.env._("Nothing of yours begins here now. Check-in was not possible.")
        )
