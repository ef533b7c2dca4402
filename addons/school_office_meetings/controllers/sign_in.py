"""Signing in by phone: what the code on the screen of the room opens.

A scan is remembered in the session of the browser for a few minutes, so that whoever
has to enter his password first is not too late with a code that was fresh. GET changes
nothing; the button posts.
"""

from calendar import timegm

from odoo import fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Controller, request, route

from odoo.addons.school_office_base.tools import posted, tokens

from .public_page import HEADERS, PUBLIC, PublicPages

# Seconds in which somebody who has scanned signs in with the button.
SCAN_HOLDS = 300
SCANNED = "school_meeting_scanned"
GUEST = "school_meeting_guest"


class MeetingSignIn(PublicPages, Controller):
    @route(
        "/meetings/in/<int:meeting_id>/<string:code>",
        methods=["GET", "HEAD"],
        multilang=False,
        **PUBLIC,
    )
    @posted.texts
    def scanned(self, meeting_id, code, **kwargs):
        meeting = self._meeting(meeting_id)
        if not meeting or not meeting._is_sign_in_code(code):
            return self._old_code()
        request.session[SCANNED] = {
            "meeting": meeting.id,
            "until": self._now() + SCAN_HOLDS,
        }
        return self._go(f"/meetings/in/{meeting.id}")

    @route(
        "/meetings/in/<int:meeting_id>",
        methods=["GET", "HEAD", "POST"],
        multilang=False,
        **PUBLIC,
    )
    @posted.texts
    def sign_in(self, meeting_id, **kwargs):
        meeting = self._meeting(meeting_id)
        if not meeting or not self._has_scanned(meeting):
            return self._old_code()
        guest = self._guest(meeting)
        if request.env.user._is_public() and not guest:
            return self._page(
                "meeting_sign_in_who",
                {"login": f"/web/login?redirect=/meetings/in/{meeting.id}"},
            )
        seats = guest or self._own_seats(meeting)
        if not seats:
            return self._message(
                request.env._("You are not on the list"),
                request.env._("Ask the sign-in clerk of this meeting."),
                403,
            )
        if request.httprequest.method == "POST":
            return self._enter(meeting, seats, guest)
        return self._page(
            "meeting_sign_in_button",
            {
                "meeting": self._meeting_values(meeting),
                "name": ", ".join(seats.mapped("person_name")),
                "is_here": all(seats.mapped("is_present")),
                "action": f"/meetings/in/{meeting.id}",
                "room": not guest and self._room_url(meeting),
            },
        )

    @route(
        "/meetings/guest/<int:participant_id>/<string:token>",
        methods=["GET", "HEAD", "POST"],
        multilang=False,
        **PUBLIC,
    )
    @posted.texts
    def guest(self, participant_id, token, code="", **kwargs):
        """The personal page of a guest: what, when, where, and his sign-in."""
        # Superuser: a guest has no user; the token of his link is compared first.
        # nosemgrep: odoo-route-sudo-unchecked
        seat = request.env["school.meeting.participant"].sudo().browse(participant_id)
        if not tokens.possible_id(participant_id) or not seat._is_guest_token(token):
            return self._unknown()
        meeting = seat.meeting_id
        if meeting.state not in ("called", "in_session", "ended"):
            return self._unknown()
        request.session[GUEST] = {"seat": seat.id, "token": token}
        problem = ""
        if request.httprequest.method == "POST":
            if meeting._is_sign_in_code(code):
                return self._enter(meeting, seat, seat)
            problem = request.env._(
                "This code is not, or no longer, the one on the screen of the room."
            )
        return self._page(
            "meeting_sign_in_guest",
            {
                "meeting": self._meeting_values(meeting),
                "name": seat.person_name,
                "is_here": seat.is_present,
                "is_open": meeting.state in ("called", "in_session"),
                "problem": problem,
                "action": f"/meetings/guest/{seat.id}/{token}",
            },
        )

    # Helpers

    def _meeting(self, meeting_id):
        # Superuser: visitors read no table. Only whether a code is right is told.
        meeting = request.env["school.meeting"].sudo()
        if not tokens.possible_id(meeting_id):
            return meeting
        return meeting.browse(meeting_id).exists()

    def _enter(self, meeting, seats, guest):
        """Sign in; whoever gets here has scanned the code and is who he says."""
        try:
            if guest:
                seats._sign_in("qr")
            else:
                seats.with_user(request.env.user).sudo()._sign_in(
                    "qr", request.env.user
                )
        except UserError as refused:
            return self._message(request.env._("Not signed in"), str(refused), 409)
        request.session.pop(SCANNED, None)
        return self._page(
            "meeting_sign_in_done",
            {
                "meeting": self._meeting_values(meeting),
                "name": ", ".join(seats.mapped("person_name")),
                "room": not guest and self._room_url(meeting),
            },
        )

    def _own_seats(self, meeting):
        own = meeting.with_env(request.env)
        try:
            own._check_in_room()
        except (AccessError, MissingError):
            return meeting.participant_ids.browse()
        return own._my_seats()

    def _guest(self, meeting):
        kept = request.session.get(GUEST) or {}
        # Superuser: as above; the token is compared again.
        seat = request.env["school.meeting.participant"].sudo()
        seat = seat.browse(kept.get("seat") or 0)
        if not kept or not seat._is_guest_token(kept.get("token")):
            return seat.browse()
        if seat.meeting_id != meeting or not request.env.user._is_public():
            return seat.browse()
        return seat

    def _has_scanned(self, meeting):
        kept = request.session.get(SCANNED) or {}
        return kept.get("meeting") == meeting.id and kept["until"] > self._now()

    def _now(self):
        return timegm(fields.Datetime.now().timetuple())

    def _room_url(self, meeting):
        return f"/odoo/{meeting.id}/meeting-room"

    def _meeting_values(self, meeting):
        return {
            "name": meeting.name,
            "school": meeting.company_id.name,
            "start": meeting._room_time(meeting.start) if meeting.start else "",
            "place": meeting._room_place(),
        }

    def _old_code(self):
        """One answer for an old code, a wrong one and a meeting that is not there."""
        return self._message(
            request.env._("This code has expired"),
            request.env._("Scan the code that stands on the screen of the room now."),
            410,
        )

    def _go(self, url):
        response = request.redirect(url, code=303, local=True)
        response.headers.update(HEADERS)
        return response
