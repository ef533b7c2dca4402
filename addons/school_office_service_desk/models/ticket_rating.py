from datetime import datetime, timedelta, timezone

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import signing

SCOPE = "school.ticket.rating"
WORD_LIMIT = 2000
SCORES = (1, 2, 3, 4, 5)


class SchoolTicket(models.Model):
    """Rating a request (DESK-15, DESK-27): 1 to 5 and a word, once, within some days.

    The link in the mail is signed and names the request and the moment until which it
    holds. No row waits for the answer, so there is no token that a colleague could
    read; a rating comes into being when it is given.
    """

    _inherit = "school.ticket"

    def _rating_get_partner(self):
        return self.requester_id

    def _rating_get_operator(self):
        return self.sudo().handler_id.partner_id

    # Odoo's own ways of rating a thread

    def message_post(self, **kwargs):
        if not self.env.su and (kwargs.get("rating_value") or kwargs.get("rating_id")):
            raise AccessError(
                self.env._("A request is rated by whoever asked, and by nobody else.")
            )
        return super().message_post(**kwargs)

    def _get_allowed_message_params(self):
        return super()._get_allowed_message_params() - {"rating_value"}

    def _message_update_content(self, message, /, *, body, rating_value=None, **kwargs):
        if rating_value is not None:
            raise AccessError(self.env._("A rating that was given stays as it is."))
        return super()._message_update_content(message, body=body, **kwargs)

    @api.private
    def rating_apply(self, *args, **kwargs):
        raise AccessError(
            self.env._("A request is rated by whoever asked, and by nobody else.")
        )

    @api.private
    def rating_send_request(self, *args, **kwargs):
        raise AccessError(self.env._("The desk asks for ratings by itself."))

    def _rating_get_access_token(self, partner=None):
        raise AccessError(self.env._("Ratings of requests have a link of their own."))

    # The signed link

    def _rating_until(self):
        """Until when this request can be rated, or None."""
        self.ensure_one()
        ended = self.closed_at or self.solved_at
        if self.state not in ("solved", "closed") or not ended:
            return None
        days = self.company_id.sudo().school_desk_rating_days
        return ended + timedelta(days=days) if days else None

    def _rating_nonce(self):
        # A request that was opened again and solved anew is rated anew.
        return f"{self.company_id.id}:{self.reopen_count}"

    @api.model
    def _rating_secret(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.secret")

    def _rating_path(self, score=None):
        """The path of the page on which the requester rates this, or None."""
        self.ensure_one()
        ticket = self.sudo()
        until = ticket._rating_until()
        if not until or not ticket._rating_wanted():
            return None
        token = signing.sign(
            self._rating_secret(),
            SCOPE,
            ticket.id,
            until.replace(tzinfo=timezone.utc).timestamp(),
            ticket._rating_nonce(),
        )
        return f"/desk/rate/{token}" + (f"?score={score}" if score else "")

    def _rating_wanted(self):
        """Whether the requester is somebody other than who did the work."""
        ticket = self.sudo()
        partner = ticket.requester_id
        return not partner or partner not in ticket._rated_partners()

    def _rated_partners(self):
        ticket = self.sudo()
        return (ticket.handler_id | ticket.part_ids.user_id).partner_id

    @api.model
    def _by_rating_token(self, token):
        """Return the ticket of a genuine link that still holds, in superuser mode."""
        none = self.sudo().browse()
        claim = signing.unpack(token)
        known = claim and claim[0] < 2**31
        ticket = none.browse(claim[0]).exists() if known else none
        # The proof is made even if there is nothing to prove: every refusal takes the
        # same way.
        nonce = ticket._rating_nonce() if ticket else ""
        genuine = signing.is_genuine(self._rating_secret(), SCOPE, token, nonce)
        if not ticket or not genuine:
            return none
        until = datetime.fromtimestamp(claim[1], timezone.utc).replace(tzinfo=None)
        if fields.Datetime.now() > until or not ticket._rating_until():
            return none
        return ticket

    def _may_use_rating_link(self, user):
        """Whether the link is in the right hands, as far as one can tell.

        A guest holds it; of who is signed in we know whether he asked, and nobody rates
        his own work or that of a colleague with somebody else's link.
        """
        self.ensure_one()
        ticket = self.sudo()
        if user._is_public():
            return True
        if user.partner_id in ticket._rated_partners():
            return False
        mine = ticket.requester_id == user.partner_id
        return mine or ticket.requester_user_id == user or user.share

    # Giving it

    def _rating_given(self):
        """The rating of this solution, or none."""
        self.ensure_one()
        return (
            self.env["rating.rating"]
            .sudo()
            .search(
                [
                    ("school_ticket_id", "=", self.id),
                    ("school_cycle", "=", self.sudo().reopen_count),
                ],
                limit=1,
            )
        )

    def _may_be_rated(self):
        self.ensure_one()
        until = self.sudo()._rating_until()
        return bool(
            until
            and fields.Datetime.now() <= until
            and self._rating_wanted()
            and not self._rating_given()
        )

    def _rate(self, score, word=""):
        """Record what the requester thinks; the caller has proved that it is he.

        :return: the rating, also if it was given before: the first one counts
        """
        self.ensure_one()
        if score not in SCORES:
            raise UserError(self.env._("Choose 1 to 5."))
        # Two taps at once: the second one waits and finds the first.
        self.env.cr.execute(
            "SELECT id FROM school_ticket WHERE id = %s FOR NO KEY UPDATE", (self.id,)
        )
        ticket = self.sudo()
        given = ticket._rating_given()
        if given:
            return given
        if not ticket._may_be_rated():
            raise UserError(self.env._("This request can no longer be rated."))
        return ticket._store_rating(score, word)

    def _store_rating(self, score, word=""):
        """Write the rating down and let a low one be looked into (superuser)."""
        word = (word or "").strip()[:WORD_LIMIT]
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
                "school_ticket_id": self.id,
                "school_cycle": self.reopen_count,
                "access_token": False,
                "partner_id": self.requester_id.id,
                "rated_partner_id": self._rating_get_operator().id,
            }
        )
        # In a second step: Odoo's last value is read by SQL from rows whose model, a
        # stored related field, has been flushed.
        rating.flush_recordset()
        rating.write({"rating": score, "feedback": word, "consumed": True})
        self._log_rated(f"{score}/5", word)
        if score <= self.company_id.school_desk_low_rating:
            self.env["school.ticket.review"]._open(self, rating)
        self._ticket_rated(rating)
        return rating

    def _anonymous_store_rating(self, score, comment):
        """The rating of somebody with a code: the same row, without a person."""
        return self._store_rating(score, comment)

    def _log_rated(self, value, word):
        # The history is kept for ever; the words of an anonymous person are not.
        reason = "" if self.is_anonymous else word
        nobody = self.env.ref("base.public_user").sudo()
        self._log_event("rated", value_to=value, reason=reason, user=nobody)

    def _rate_word(self, word):
        """Add the word to a rating that was given without one; once."""
        self.ensure_one()
        self.env.cr.execute(
            "SELECT id FROM school_ticket WHERE id = %s FOR NO KEY UPDATE", (self.id,)
        )
        rating = self._rating_given()
        word = (word or "").strip()[:WORD_LIMIT]
        if not rating or rating.feedback or not word:
            return False
        rating.feedback = word
        self.sudo()._log_rated("", word)
        return True

    def _ticket_rated(self, rating):
        """Hook: this ticket has just been rated (superuser)."""

    def action_open_my_page(self):
        """Open the page on which whoever asked answers, confirms and rates."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/my/tickets/{self.id}",
            "target": "self",
        }

    # For mails

    def _rating_buttons(self, env):
        """The five buttons of a mail: plain links, which record nothing."""
        path = self._rating_path()
        if not path:
            return Markup("")
        base = self.company_id.sudo().get_base_url()
        cell = Markup(
            '<td style="padding:0 4px"><a href="%s" style="display:block;'
            "width:52px;height:52px;line-height:52px;border-radius:12px;"
            "background:#e8f0fa;color:#1d4f91;font-size:22px;font-weight:bold;"
            'text-align:center;text-decoration:none">%s</a></td>'
        )
        cells = Markup("").join(
            cell % (f"{base}{path}?score={score}", score) for score in SCORES
        )
        return Markup(
            '<p style="margin:18px 0 8px"><b>%s</b><br/><span style="color:#5d6b7c">'
            '%s</span></p><table role="presentation" style="border-collapse:collapse">'
            "<tr>%s</tr></table>"
        ) % (
            env._("How did we do?"),
            env._("1 is very poor, 5 is very good. One tap is enough."),
            cells,
        )


class SchoolTicketEvent(models.Model):
    _inherit = "school.ticket.event"

    kind = fields.Selection(
        selection_add=[("rated", "Rated")], ondelete={"rated": "cascade"}
    )
