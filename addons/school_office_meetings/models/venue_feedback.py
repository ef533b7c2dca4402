from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SchoolVenueFeedback(models.Model):
    """What whoever used a room says about it (场地使用反馈表, MTG-39)."""

    _name = "school.venue.feedback"
    _description = "Feedback on a Room"
    _inherit = ["school.record"]
    _order = "id desc"
    _rec_name = "booking_id"
    _server_fields = frozenset({"state", "reviewed_at", "reviewed_by_id", "author_id"})
    _draft_states = ()

    booking_id = fields.Many2one(
        "school.venue.booking",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    venue_id = fields.Many2one(
        related="booking_id.venue_id",
        store=True,
        index=True,
        check_company=True,
        string="Room",
    )
    author_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    use_made = fields.Text("Use Made of It", required=True)
    score = fields.Selection(
        [
            ("5", "Very Good"),
            ("4", "Good"),
            ("3", "Fair"),
            ("2", "Poor"),
            ("1", "Very Poor"),
        ],
        "How Was It",
        default="5",
        required=True,
    )
    equipment_state = fields.Selection(
        [
            ("good", "Everything Worked"),
            ("faulty", "Something Did Not Work"),
            ("unused", "None Was Used"),
        ],
        "State of the Equipment",
        default="good",
        required=True,
    )
    problems = fields.Text("Problems Found")
    suggestions = fields.Text()
    has_problem = fields.Boolean(
        "To Be Looked At", compute="_compute_has_problem", store=True
    )
    state = fields.Selection(
        [("new", "New"), ("reviewed", "Reviewed")],
        default="new",
        required=True,
        readonly=True,
        copy=False,
    )
    measure = fields.Text("What Is Improved")
    reviewed_at = fields.Datetime("Reviewed on", readonly=True, copy=False)
    reviewed_by_id = fields.Many2one(
        "res.users", "Reviewed by", readonly=True, copy=False
    )

    _booking_uniq = models.UniqueIndex(
        "(booking_id)", "Feedback on this booking was given already."
    )
    _list_idx = models.Index("(company_id, id DESC)")

    @api.depends("equipment_state", "problems", "suggestions", "score")
    def _compute_has_problem(self):
        for feedback in self:
            feedback.has_problem = (
                feedback.equipment_state == "faulty"
                or bool((feedback.problems or "").strip())
                or feedback.score in ("1", "2")
            )

    @api.model_create_multi
    def create(self, vals_list):
        Booking = self.env["school.venue.booking"]
        for vals in vals_list:
            booking = Booking.browse(vals.get("booking_id"))
            if not self.env.su:
                booking._check_may_finish()
            if booking.sudo().state != "finished":
                raise UserError(self.env._("Feedback is given after use."))
            vals["company_id"] = booking.sudo().company_id.id
        feedback = super().create(vals_list)
        feedback.sudo().booking_id.write({"feedback_state": "given"})
        return feedback

    def write(self, vals):
        if not self.env.su:
            office = self.sudo().venue_id.sudo(False)._is_office()
            if vals.keys() - {"measure"} or not office:
                raise AccessError(
                    self.env._(
                        "Feedback stays as it was given; the office notes what it "
                        "improves."
                    )
                )
        return super().write(vals)

    def action_review(self):
        """Note that the office has looked at it, and what it improves."""
        self.check_access("read")
        if not self.sudo().venue_id.sudo(self.env.su)._is_office():
            raise AccessError(
                self.env._("Only the office and the venue administrators do this.")
            )
        for feedback in self:
            if feedback.has_problem and not (feedback.measure or "").strip():
                raise UserError(self.env._("Say what is improved, or why nothing is."))
        self.sudo().write(
            {
                "state": "reviewed",
                "reviewed_at": fields.Datetime.now(),
                "reviewed_by_id": self.env.uid,
            }
        )
        return True
