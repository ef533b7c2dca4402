from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from odoo.addons.school_office_base.tools import posted

ROUTE = "/venue/door/<string:token>"


class VenueDoor(http.Controller):
    """The code on the door: whoever stands in front of it checks in, or sees when it is
    free.

    The token is random and replaceable; it only says which room. Who is in it, and who
    may check in, is decided by the rights of the person who has signed in.
    """

    @http.route(ROUTE, type="http", auth="user", methods=["GET"], readonly=True)
    @posted.texts
    def door(self, token, **kwargs):
        return self._page(token)

    @http.route(ROUTE, type="http", auth="user", methods=["POST"])
    @posted.texts
    def act(self, token, step="", **kwargs):
        venue = self._venue(token)
        if not venue:
            return self._page(token)
        try:
            with request.env.cr.savepoint():
                said = venue._act_at_door(step)
        except (UserError, AccessError) as error:
            return self._page(token, problem=error.args[0])
        return self._page(token, said=said)

    def _venue(self, token):
        return request.env["school.venue"]._at_door(token)

    def _page(self, token, said="", problem=""):
        venue = self._venue(token)
        values = {"token": token, "said": said, "problem": problem, "venue": None}
        if venue:
            values.update(venue._door_values())
        page = request.render(
            "school_office_meetings.venue_door_page",
            values,
            status=200 if venue else 404,
        )
        page.headers["Cache-Control"] = "no-store"
        page.headers["X-Robots-Tag"] = "noindex, nofollow"
        page.headers["Referrer-Policy"] = "no-referrer"
        return page
