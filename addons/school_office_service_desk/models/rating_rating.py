from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

TICKET = "school.ticket"


class RatingRating(models.Model):
    """Ratings of requests: made by the desk's own door, read like the request.

    Odoo lets every employee create and change ratings, and sets them by a token that
    every employee reads. For our tickets neither holds: nobody writes such a row but
    the server, and it has no token.
    """

    _inherit = "rating.rating"

    school_ticket_id = fields.Many2one(
        "school.ticket", "Request", readonly=True, index=True, ondelete="cascade"
    )
    school_cycle = fields.Integer(
        "Time Solved",
        readonly=True,
        help="How often the request had been opened again when it was rated.",
    )
    is_school_visible = fields.Boolean(
        compute="_compute_is_school_visible",
        search="_search_is_school_visible",
        compute_sudo=False,
    )

    _school_one_answer = models.UniqueIndex(
        "(school_ticket_id, school_cycle) WHERE school_ticket_id IS NOT NULL",
        "This request has been rated already.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("res_model", "res_id")
    def _compute_is_school_visible(self):
        Ticket = self.env[TICKET].sudo(False)
        ours = self.sudo().filtered(lambda rating: rating.res_model == TICKET)
        visible = set(Ticket.browse(ours.mapped("res_id"))._filtered_access("read").ids)
        for rating, rating_sudo in zip(self, self.sudo(), strict=True):
            rating.is_school_visible = (
                rating_sudo.res_model != TICKET or rating_sudo.res_id in visible
            )

    @api.model
    def _search_is_school_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        tickets = self.env[TICKET].sudo(False)._search(Domain.TRUE)
        return Domain("res_model", "!=", TICKET) | Domain(
            "school_ticket_id", "in", tickets
        )

    @api.model_create_multi
    def create(self, vals_list):
        ratings = super().create(vals_list)
        ratings._check_school_author()
        return ratings

    def write(self, vals):
        self._check_school_author()
        result = super().write(vals)
        self._check_school_author()
        return result

    def unlink(self):
        self._check_school_author()
        return super().unlink()

    def _check_school_author(self):
        """Refuse whoever is not the server: on what it was, and on what it becomes."""
        if self.env.su:
            return
        if any(rating.res_model == TICKET for rating in self.sudo()):
            raise AccessError(
                self.env._("A request is rated by whoever asked, and by nobody else.")
            )
