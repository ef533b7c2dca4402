from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.rating.controllers.main import Rating

from ..models.desk_public_submit import TooManyError
from .desk import DeskController, desk_route


class DeskRate(DeskController):
    """Rating by the signed link of a mail: one tap, no login."""

    @desk_route("/desk/rate/<string:token>", "GET")
    def rate_page(self, token, score="", **kwargs):
        ticket, refused = self._find_rated(token)
        if refused:
            return refused
        chosen = int(score) if score and score in "12345" else 0
        values = self._desk()._rating_values(ticket, token, chosen)
        given = values["score"]
        return self._page(
            "desk_rated" if given else "desk_rate",
            {"title": request.env._("How did we do?"), "rating": values},
            school=ticket.company_id,
        )

    @desk_route("/desk/rate/<string:token>", "POST")
    def rate_submit(self, token, score="", word="", **kwargs):
        ticket, refused = self._find_rated(token)
        if refused:
            return refused
        school = ticket.company_id
        try:
            self._desk()._count(school, request.env.user, self._address())
        except TooManyError as error:
            return self._too_many(error, school)
        try:
            with request.env.cr.savepoint():
                if score:
                    ticket._rate(int(score) if score in "12345" else 0)
                elif word:
                    ticket._rate_word(word)
        except UserError:
            return self._unknown()
        return self._go(f"/desk/rate/{token}")

    def _find_rated(self, token):
        """The ticket of a link that holds, for whoever may use it."""
        ticket = request.env["school.ticket"].sudo()._by_rating_token(token)
        user = request.env.user
        if not ticket:
            return None, self._unknown()
        if self._desk()._is_closed(ticket.company_id):
            return None, self._closed(ticket.company_id)
        if not ticket._may_use_rating_link(user):
            return None, self._message(
                request.env._("Not yours to rate"),
                request.env._("Whoever asked for it says how it went."),
                403,
                ticket.company_id,
            )
        return ticket, None


class DeskCoreRating(Rating):
    """Odoo's own rating routes know nothing of our rules: they pass our tickets by."""

    def _get_rating_and_record(self, token):
        rating, record = super()._get_rating_and_record(token)
        if rating.res_model == "school.ticket":
            raise NotFound()
        return rating, record

    @route()
    def action_open_rating(self, token, rate, **kwargs):
        return super().action_open_rating(token, rate, **kwargs)

    @route()
    def action_submit_rating(self, token, rate=0, **kwargs):
        return super().action_submit_rating(token, rate=rate, **kwargs)
