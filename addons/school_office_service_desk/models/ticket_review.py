from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ticket import MANAGER


class SchoolTicketReview(models.Model):
    """A low rating is looked into (DESK-15): by whom, why it was low, what was done.

    Whoever is rated neither looks into it himself nor sees that somebody does.
    """

    _name = "school.ticket.review"
    _description = "Review of a Low Rating"
    _inherit = ["school.ticket.line", "mail.thread", "mail.activity.mixin"]
    _order = "is_open desc, id desc"
    _rec_name = "ticket_id"
    _server_fields = frozenset(
        {"rating_id", "state", "opened_at", "reviewer_id", "done_at", "rated_user_ids"}
    )

    rating_id = fields.Many2one(
        "rating.rating", readonly=True, index=True, ondelete="restrict"
    )
    score = fields.Integer("Points", compute="_compute_score")
    word = fields.Text("What Was Said", related="rating_id.feedback")
    rated_user_ids = fields.Many2many(
        "res.users",
        "school_ticket_review_rated_rel",
        "review_id",
        "user_id",
        "Who Was Rated",
        readonly=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("looking", "Being Looked Into"), ("done", "Settled")],
        "Status",
        required=True,
        readonly=True,
        default="open",
        index=True,
        tracking=True,
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True)
    opened_at = fields.Datetime(
        "Opened", required=True, readonly=True, default=fields.Datetime.now
    )
    reviewer_id = fields.Many2one(
        "res.users", "Looked Into By", readonly=True, index="btree_not_null"
    )
    cause = fields.Selection(
        [
            ("slow", "It took too long"),
            ("unsolved", "It was not solved"),
            ("manner", "The manner of the person"),
            ("information", "Wrong or missing information"),
            ("rule", "A rule that does not fit"),
            ("outside", "Not in the office's hands"),
            ("unfounded", "No fault found"),
        ],
    )
    finding = fields.Text("Facts")
    measure = fields.Text("What Was Done")
    done_at = fields.Datetime("Settled on", readonly=True)

    _rating_uniq = models.UniqueIndex("(rating_id)", "This rating is looked into.")
    _open_idx = models.Index("(company_id, id DESC) WHERE state != 'done'")

    @api.depends("rating_id.rating")
    def _compute_score(self):
        for review in self:
            review.score = int(review.rating_id.rating)

    @api.depends("state")
    def _compute_is_open(self):
        for review in self:
            review.is_open = review.state != "done"

    @api.model
    def _open(self, ticket, rating):
        """Open a review and tell those who lead the desk (superuser)."""
        rated = ticket.handler_id | ticket.part_ids.user_id
        review = self.with_context(mail_create_nosubscribe=True).create(
            {
                "ticket_id": ticket.id,
                "rating_id": rating.id,
                "rated_user_ids": [fields.Command.set(rated.ids)],
            }
        )
        people = review._leads()
        for user in people[:1]:
            # Odoo would mail the assignment inside the request of the visitor.
            review.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._(
                    "Look into a low rating"
                ),
            )
        self.env["school.notice"]._queue(
            people,
            lambda env: env._(
                "%(ticket)s was rated %(score)s of 5",
                ticket=ticket.number,
                score=int(rating.rating),
            ),
            lambda env: env._("Look into it: what went wrong, and what is done."),
            record=review,
            company=ticket.company_id,
            kind="review",
        )
        return review

    def _leads(self):
        """Who looks into it: coordination, the director, else the leader above.

        Of several posts the first that somebody holds who was not rated himself.
        """
        self.ensure_one()
        Post = self.env["school.post"]
        for code in ("coordination", "director", "supervising_leader"):
            users = Post._find(self.company_id, code)._users().sudo()
            users = (
                users.filtered(lambda user: user not in self.rated_user_ids)
                - self.sudo().ticket_id.excluded_user_ids
            )
            if users:
                return users
        return self.env["res.users"].sudo()

    def _check_reviewer(self):
        self.check_access("write")
        if self.env.su:
            return
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Ratings are looked into by the desk's lead."))
        if self.env.user in self.sudo().rated_user_ids:
            raise AccessError(self.env._("Nobody looks into his own rating."))

    def write(self, vals):
        if not self.env.su and {"cause", "finding", "measure"} & vals.keys():
            self._check_reviewer()
            if any(review.state == "done" for review in self):
                raise UserError(self.env._("This review is settled."))
        return super().write(vals)

    def action_look(self):
        """I look into it."""
        self._check_reviewer()
        waiting = self.filtered(lambda review: review.state == "open")
        waiting.sudo().write({"state": "looking", "reviewer_id": self.env.uid})
        return True

    def action_settle(self):
        """It is settled: the cause and what was done stand on record."""
        self._check_reviewer()
        for review in self:
            if review.state == "done":
                raise UserError(self.env._("This review is settled."))
            if not review.cause or not (review.measure or "").strip():
                raise UserError(
                    self.env._(
                        "Enter the cause and what was done before you settle it."
                    )
                )
        self.sudo().write(
            {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "reviewer_id": self.env.uid,
            }
        )
        self.activity_feedback(["mail.mail_activity_data_todo"])
        return True

    def action_open_ticket(self):
        """Open the request."""
        self.ensure_one()
        self.check_access("read")
        return self._form_of(self.ticket_id)
