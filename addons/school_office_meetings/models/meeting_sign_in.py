import base64
import secrets
from calendar import timegm

from odoo import fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.tools.image import image_data_uri

from odoo.addons.school_office_base.tools import tokens

from ..tools import sign_in_code

# A code just replaced still counts for as long as it takes to read it.
GRACE_SECONDS = 10
GUEST_SCOPE = "school-meeting-guest"


class SchoolMeeting(models.Model):
    """Signing in by the code on the screen of the room (MTG-13).

    The screen shows a code that changes every few seconds. A participant scans or types
    it on his own phone, where he is signed in as himself; a guest has his personal
    link. No place is recorded: the code says that he was where it could be read.
    """

    _inherit = "school.meeting"
    _server_fields = frozenset({"sign_in_key"})

    sign_in_key = fields.Char(copy=False, readonly=True, groups=fields.NO_ACCESS)

    def _sign_in_secret(self):
        """Return the key of the meeting, made when its screen is first shown."""
        self.ensure_one()
        meeting = self.sudo()
        if not meeting.sign_in_key:
            meeting.sign_in_key = secrets.token_hex(32)
        return meeting.sign_in_key

    def _sign_in_code(self, now=None):
        """Return ``(code, seconds left)`` of this moment."""
        period = self.sudo().company_id.school_meeting_code_seconds
        moment = timegm((now or fields.Datetime.now()).timetuple())
        number = sign_in_code.slot(moment, period)
        code = sign_in_code.make(self._sign_in_secret(), self.id, number)
        return code, sign_in_code.seconds_left(moment, period)

    def _is_sign_in_code(self, text):
        self.ensure_one()
        key = self.sudo().sign_in_key
        return bool(key) and sign_in_code.is_valid(
            key,
            self.id,
            text,
            timegm(fields.Datetime.now().timetuple()),
            self.sudo().company_id.school_meeting_code_seconds,
            GRACE_SECONDS,
        )

    def _sign_in_url(self, code):
        return f"{self.get_base_url()}/meetings/in/{self.id}/{code}"

    def action_open_sign_in_screen(self):
        """Open the page with the big code, for the projector of the room."""
        self.ensure_one()
        self._check_sign_in_screen()
        return {
            "type": "ir.actions.client",
            "tag": "school_meeting_sign_in",
            "name": self.env._("Sign-in"),
            "path": "meeting-sign-in",
            "target": "current",
            "context": {"active_id": self.id},
        }

    def _check_sign_in_screen(self):
        self._check_in_room()
        if not (self._is_room_clerk() or self._is_room_chair()):
            raise AccessError(
                self.env._("The sign-in clerk shows the code of this meeting.")
            )

    def get_sign_in_screen(self):
        """Return what the screen shows until the next code."""
        self.ensure_one()
        self._check_sign_in_screen()
        meeting = self.sudo()
        seats = meeting.participant_ids
        screen = {
            "name": meeting.name,
            "school": meeting.company_id.name,
            "state": meeting.state,
            "place": meeting._room_place(),
            "start": meeting.start and meeting._room_time(meeting.start) or "",
            "expected": len(seats),
            "here": len(seats.filtered("is_present")),
            "latest": [
                seat.person_name
                for seat in seats.filtered("is_present").sorted(
                    lambda seat: (seat.signed_in_at, seat.id), reverse=True
                )[:12]
            ],
            "code": None,
        }
        try:
            meeting._check_sign_in_open(fields.Datetime.now())
        except UserError as closed:
            return {**screen, "closed": str(closed), "left": 30}
        code, left = meeting._sign_in_code()
        png = self.env["ir.actions.report"].barcode(
            "QR", meeting._sign_in_url(code), width=900, height=900, quiet=1
        )
        return {
            **screen,
            "code": sign_in_code.spaced(code),
            "left": left,
            "period": meeting.company_id.school_meeting_code_seconds,
            "qr": image_data_uri(base64.b64encode(png)),
            "address": meeting.get_base_url().split("://", 1)[-1],
        }

    def action_sign_in(self, code):
        """Sign oneself in with the code that stands on the screen."""
        self.ensure_one()
        self._check_in_room()
        seats = self._my_seats()
        if not seats:
            raise UserError(
                self.env._(
                    "You are not on the list of this meeting. Ask its sign-in clerk."
                )
            )
        self._check_sign_in_open(fields.Datetime.now())
        if not self._is_sign_in_code(code):
            raise UserError(
                self.env._(
                    "This code is not, or no longer, the one on the screen of the room."
                )
            )
        seats._sign_in("qr", self.env.user)
        return True

    def _my_seats(self):
        """The rows on the list that the user fills: his own, and as a deputy."""
        self.ensure_one()
        user = self.env.user
        return self.sudo().participant_ids.filtered(
            lambda seat: (
                seat.user_id == user
                or (seat.answer == "deputy" and seat.deputy_id == user)
            )
            # Who sends a deputy and comes after all takes his own seat.
        )

    def _room_place(self):
        self.ensure_one()
        meeting = self.sudo()
        venue = meeting["venue_id"] if "venue_id" in meeting._fields else None
        return (venue and venue.display_name) or meeting.venue_note or ""


class SchoolMeetingParticipant(models.Model):
    _inherit = "school.meeting.participant"

    def _guest_token(self):
        """Return the proof in the personal link of a guest."""
        self.ensure_one()
        guest = self.sudo()
        about = f"{guest.id}:{guest.meeting_id.id}:{guest.partner_id.id}"
        return tools.hmac(guest.env, GUEST_SCOPE, about)[:32]

    def _guest_url(self):
        """Return the personal link by which a guest signs in on his phone."""
        return f"{self.get_base_url()}/meetings/guest/{self.id}/{self._guest_token()}"

    def _is_guest_token(self, token):
        seat = self.sudo().exists()
        if len(seat) != 1 or not seat.partner_id:
            return False
        return tokens.matches(seat._guest_token(), token)
