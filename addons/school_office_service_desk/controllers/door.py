from odoo.http import request

from ..models.desk_public_submit import TooManyError
from .catalogue import DeskCatalogue
from .desk import desk_route


class DeskDoor(DeskCatalogue):
    """What a QR code on a door or a device opens."""

    @desk_route("/q/<string:token>", "GET")
    def door(self, token, thanks="", **kwargs):
        door, school, refused = self._find_door(token)
        if refused:
            return refused
        text = ""
        if thanks == "voice":
            text = request.env._(
                "Thank you. The office sees that you are waiting, too."
            )
        elif thanks == "again":
            text = request.env._("You have reported this already.")
        return self._door_page(door, school, text)

    @desk_route("/q/<string:token>/<string:code>", "GET")
    def door_form(self, token, code, **kwargs):
        door, school, refused = self._find_door(token)
        service = None if refused else self._door_service(door, code)
        if not service:
            return refused or self._unknown()
        return self._sheet(school, service, door, f"/q/{token}")

    @desk_route("/q/<string:token>/<string:code>", "POST")
    def door_submit(self, token, code, **kwargs):
        door, school, refused = self._find_door(token)
        service = None if refused else self._door_service(door, code)
        if not service:
            return refused or self._unknown()
        return self._take(school, service, door, f"/q/{token}")

    @desk_route("/q/<string:token>/voice/<int:ticket_id>", "POST")
    def voice(self, token, ticket_id, **kwargs):
        door, school, refused = self._find_door(token)
        if refused:
            return refused
        desk = self._desk()
        try:
            desk._count(school, request.env.user, self._address())
        except TooManyError as error:
            return self._too_many(error, school)
        response = self._go(f"/q/{token}?thanks=voice")
        mark = self._cookie() or self._set_cookie(response)
        visitor = request.env["school.ticket"].sudo()._visitor_mark(mark)
        fresh = desk._add_voice(door, ticket_id, visitor, request.env.user)
        if fresh is None:
            return self._unknown()
        if not fresh:
            return self._go(f"/q/{token}?thanks=again")
        return response

    def _find_door(self, token):
        door = self._desk()._door(token)
        if not door:
            return None, None, self._unknown()
        school = door._desk_school()
        if self._desk()._is_closed(school):
            return door, school, self._closed(school)
        return door, school, None

    def _door_service(self, door, code):
        desk = self._desk()
        codes = {
            service["url"].rpartition("/")[2]
            for service in desk._door_services(door, request.env.user, "")
        }
        if code not in codes:
            return None
        return desk._service(door._desk_school(), code, request.env.user)

    def _door_page(self, door, school, thanks=""):
        desk = self._desk()
        url = f"/q/{door.desk_token}"
        visitor = request.env["school.ticket"].sudo()._visitor_mark(self._cookie())
        values = desk._door_values(door, url)
        return self._page(
            "desk_door",
            {
                "title": values["name"],
                "door": values,
                "thanks": thanks,
                "reported": desk._reported(door, visitor, request.env.user, url),
                "services": desk._door_services(door, request.env.user, url),
            },
            school=school,
        )
