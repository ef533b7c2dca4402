from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SchoolProcessFeedback(models.Model):
    """What one department says in one process review (BASE-25)."""

    _name = "school.process.feedback"
    _description = "Feedback to a Process Review"
    _inherit = ["school.clock.mixin", "school.department.answer.mixin"]
    _order = "state desc, date_due, id"
    _server_fields = frozenset(
        {"review_id", "date_due", "answered_by_id", "answered_at"}
    )
    _clock_holder_fields = ("department_id",)

    review_id = fields.Many2one(
        "school.process.review",
        "Period",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="cascade",
    )
    date_due = fields.Date("Answer By", readonly=True)
    state = fields.Selection(
        [("waiting", "Waiting"), ("answered", "Answered"), ("closed", "No Answer")],
        required=True,
        default="waiting",
        readonly=True,
        index=True,
    )
    went_well = fields.Text("What Went Well")
    problem = fields.Text("What Did Not, and Why")
    suggestion = fields.Text("What You Suggest")
    procedure_id = fields.Many2one(
        "school.procedure",
        "Procedure Concerned",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    nothing_to_say = fields.Boolean(
        "Everything Is Fine", help="The department has no remark this time."
    )
    answered_by_id = fields.Many2one("res.users", readonly=True)
    answered_at = fields.Datetime("Answered On", readonly=True)

    _department_uniq = models.UniqueIndex(
        "(review_id, department_id)", "A department answers once in each review."
    )

    @api.depends("review_id", "department_id")
    def _compute_display_name(self):
        for feedback in self:
            feedback.display_name = " – ".join(
                filter(
                    None,
                    (
                        feedback.department_id.sudo().name,
                        feedback.review_id.sudo().name,
                    ),
                )
            )

    def action_answer(self):
        """Send the answer of the department."""
        for feedback in self:
            feedback.check_access("read")
            if feedback.state != "waiting":
                raise UserError(
                    self.env._(
                        "“%(department)s” has answered already, or the review is "
                        "closed.",
                        department=feedback.department_id.name,
                    )
                )
            if not feedback.can_answer:
                raise AccessError(
                    self.env._(
                        "Only the head or a receiver of “%(department)s” answers.",
                        department=feedback.department_id.name,
                    )
                )
            if not (
                feedback.went_well
                or feedback.problem
                or feedback.suggestion
                or feedback.nothing_to_say
            ):
                raise UserError(
                    self.env._(
                        "Write what went well, what did not or what you suggest, or "
                        "tick that everything is fine."
                    )
                )
        # Superuser: fields of the server; who answers was checked.
        self.sudo().write(
            {
                "state": "answered",
                "answered_by_id": self.env.uid,
                "answered_at": fields.Datetime.now(),
            }
        )
        return True

    def _clock_responsible_users(self):
        return self._people_asked()[self]

    def _ask(self):
        """Tell heads, or whoever signs for the department, that they are asked."""
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": users,
                    "subject": lambda env, f=feedback: env._(
                        "%(review)s: what does your department say?",
                        review=f.review_id.with_env(env).sudo().name,
                    ),
                    "body": lambda env, f=feedback: env._(
                        "Three short questions, until %(date)s. You can answer on the "
                        "phone.",
                        date=f.date_due or "",
                    ),
                    "record": feedback,
                    "kind": "process",
                }
                for feedback, users in self._people_asked().items()
            ]
        )
