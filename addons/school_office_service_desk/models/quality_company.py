from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

RUBRIC = (
    {
        "code": "entry",
        "points": 15,
        "name": _lt("Registered completely and correctly"),
        "full_text": _lt(
            "Matter, place, contact and urgency are right; nothing had to be asked "
            "twice."
        ),
    },
    {
        "code": "time",
        "points": 20,
        "name": _lt("Answered and solved within the time limits"),
        "full_text": _lt(
            "No time limit was missed, or the requester was told beforehand and agreed."
        ),
    },
    {
        "code": "routing",
        "points": 15,
        "name": _lt("Handled by the right people"),
        "full_text": _lt(
            "Right post at the first try; the first contact stayed named to the end."
        ),
    },
    {
        "code": "solution",
        "points": 25,
        "name": _lt("The solution fits what was asked"),
        "full_text": _lt(
            "The matter is settled, or the refusal or referral is reasoned and right."
        ),
    },
    {
        "code": "manner",
        "points": 15,
        "name": _lt("The requester was told, politely and clearly"),
        "full_text": _lt("A layman understands the answer; the tone is friendly."),
    },
    {
        "code": "records",
        "points": 10,
        "name": _lt("The records are complete"),
        "full_text": _lt(
            "Steps, reasons and files stand in the ledger, so that anyone can go on."
        ),
    },
)
# Five to choose from and one open (DESK-55)
SURVEY_QUESTIONS = (
    {
        "code": "attitude",
        "open": False,
        "name": _lt("How satisfied are you with the attitude of the office?"),
    },
    {
        "code": "speed",
        "open": False,
        "name": _lt("How satisfied are you with the speed of its answers?"),
    },
    {
        "code": "solutions",
        "open": False,
        "name": _lt("How satisfied are you with the quality of the solutions?"),
    },
    {
        "code": "clarity",
        "open": False,
        "name": _lt("How satisfied are you with the clarity of rules and forms?"),
    },
    {
        "code": "whole",
        "open": False,
        "name": _lt("How satisfied are you with the service as a whole?"),
    },
    {
        "code": "open",
        "open": True,
        "name": _lt("What should the office do better?"),
    },
)
KNOWLEDGE_THEMES = (
    {"code": "it", "name": _lt("Network and Computers")},
    {"code": "claims", "name": _lt("Claims and Invoices")},
    {"code": "repairs", "name": _lt("Repairs and Utilities")},
    {"code": "rooms", "name": _lt("Rooms and Meetings")},
    {"code": "papers", "name": _lt("Papers, Seals and Certificates")},
    {"code": "campus", "name": _lt("Campus Life")},
)


class ResCompany(models.Model):
    """Quality of the service desk: the figures a school sets for itself."""

    _inherit = "res.company"

    school_desk_on_time_target = fields.Float(
        "Tickets on Time: Target", default=90.0, help="Percent. Source: DESK-16."
    )
    school_desk_on_time_alarm = fields.Float(
        "Tickets on Time: Alarm",
        default=85.0,
        help="Percent. Below it the school must analyse the causes. Source: DESK-16.",
    )
    school_desk_error_max = fields.Float(
        "Error Rate: Maximum",
        default=5.0,
        help="Percent of the complaints that a handling mistake caused. Source: "
        "DESK-17.",
    )
    school_desk_satisfaction_target = fields.Float(
        "Satisfied Requesters: Target",
        default=80.0,
        help="Percent of the ratings with four or five points. Proposal.",
    )
    school_desk_sample_share = fields.Float(
        "Monthly Sample",
        default=20.0,
        help="Percent of the month's finished tickets, rounded up. Source: DESK-18.",
    )
    school_desk_sample_gap = fields.Float(
        "Third Look From",
        default=15.0,
        help="Percent of the points by which two scorers may differ. Proposal.",
    )
    school_desk_sample_pass = fields.Float(
        "Sample: Pass Mark",
        default=80.0,
        help="Percent of the points. Below it a finding is opened. Proposal.",
    )
    school_desk_sample_days = fields.Integer(
        "Sample: Time to Score", default=10, help="Working days. Proposal."
    )
    school_desk_scorer_ids = fields.Many2many(
        "res.users",
        "school_desk_scorer_rel",
        "company_id",
        "user_id",
        "Scorers of the Sample",
        domain="[('company_ids', 'in', [id]), ('share', '=', False)]",
        help="Who may score sampled tickets. Empty: whoever holds the post of "
        "director, supervising leader, coordination or counter clerk. Nobody scores "
        "what he worked on himself.",
    )
    school_desk_recheck_days = fields.Integer(
        "Re-check of a Correction", default=5, help="Working days. Proposal."
    )
    school_desk_analysis_days = fields.Integer(
        "Cause Analysis Due",
        default=5,
        help="Working days after the rate fell below the alarm. Proposal.",
    )
    school_desk_callback_share = fields.Float(
        "Call-back of Silent Requesters",
        default=10.0,
        help="Percent, rounded up, of the tickets that closed because the requester "
        "stayed silent. Proposal.",
    )
    school_desk_callback_days = fields.Integer(
        "Call-back Due", default=5, help="Working days. Proposal."
    )
    school_desk_survey_days = fields.Integer(
        "Survey Open For", default=14, help="Calendar days. Proposal."
    )
    school_desk_survey_target = fields.Float(
        "Survey: Target per Question",
        default=80.0,
        help="Percent of satisfied answers. Source: DESK-56.",
    )
    school_desk_survey_fewest = fields.Integer(
        "Fewest Answers Shown",
        default=5,
        help="With fewer answers no result is shown, so that nobody can be guessed. "
        "Never below 3. Source: DESK-55.",
    )
    school_desk_survey_audience = fields.Selection(
        [
            ("staff", "Staff, one answer each"),
            ("everyone", "Everyone with the link"),
        ],
        "Survey For",
        default="staff",
        required=True,
        help="Who answers the survey of the term. Proposal; DESK-55 asks for no names.",
    )

    _school_desk_shares_check = models.Constraint(
        """CHECK (school_desk_on_time_target <= 100
              AND school_desk_on_time_alarm <= school_desk_on_time_target
              AND school_desk_error_max <= 100
              AND school_desk_satisfaction_target <= 100
              AND school_desk_sample_share <= 100
              AND school_desk_sample_gap <= 100
              AND school_desk_sample_pass <= 100
              AND school_desk_callback_share <= 100
              AND school_desk_survey_target <= 100)""",
        "A share is at most 100 percent, and the alarm lies below the target.",
    )
    _school_desk_fewest_check = models.Constraint(
        "CHECK (school_desk_survey_fewest IS NULL OR school_desk_survey_fewest >= 3)",
        "With fewer than three answers everybody knows who gave which.",
    )

    @api.constrains("school_desk_scorer_ids")
    def _check_school_desk_scorers(self):
        for company in self:
            strangers = company.sudo().school_desk_scorer_ids.filtered(
                lambda user, company=company: (
                    user.share or company not in user.company_ids
                )
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "Only people who work at %(school)s can score its tickets.",
                        school=company.name,
                    )
                )

    def _school_desk_scorers(self):
        """Who may be asked to score: the named people, else holders of posts."""
        self.ensure_one()
        named = self.sudo().school_desk_scorer_ids.filtered(
            lambda user: user.active and self in user.company_ids
        )
        if named:
            return named
        Post = self.env["school.post"]
        users = self.env["res.users"]
        for code in ("director", "supervising_leader", "coordination", "counter_clerk"):
            users |= Post._find(self, code)._users()
        return users

    def _school_desk_quarter(self, first):
        """How the school names the quarter that begins on ``first``."""
        return self._school_env().env._(
            "%(year)s Q%(quarter)s",
            year=first.year,
            quarter=(first.month + 2) // 3,
        )

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        self._school_desk_seed(
            "school.desk.rubric",
            RUBRIC,
            lambda company, row: {"max_points": row["points"]},
        )
        self._school_desk_seed(
            "school.desk.survey.question",
            SURVEY_QUESTIONS,
            lambda company, row: {"is_open": row["open"]},
        )
        self._school_desk_seed(
            "school.knowledge.theme", KNOWLEDGE_THEMES, lambda company, row: {}
        )
        for company in self:
            company._school_desk_set_up_quality()

    def _school_desk_set_up_quality(self):
        """Book and time limits of the quality work (DESK-16, 18, 57)."""
        self.env["school.register"]._ensure(
            self, "desk_sample", _lt("Register of Ticket Samples")
        )
        Policy = self.env["school.time.policy"]
        Policy._ensure(
            self,
            "desk_sample",
            "school.desk.sample",
            _lt("Scoring of the monthly sample"),
            start_domain=[("state", "=", "drawn")],
            stop_domain=[("state", "=", "done")],
            amount=self.school_desk_sample_days,
            unit="working_day",
            start_text=_lt("the draw"),
        )
        Policy._ensure(
            self,
            "desk_finding",
            "school.desk.finding",
            _lt("Correction after a sample"),
            start_domain=[("state", "=", "acting"), ("due_date", "!=", False)],
            stop_domain=[("state", "in", ("done", "closed"))],
            date_field="due_date",
            unit="working_day",
            start_text=_lt("the order to correct"),
        )
        Policy._ensure(
            self,
            "desk_recheck",
            "school.desk.finding",
            _lt("Re-check of a correction"),
            start_domain=[("state", "=", "done")],
            stop_domain=[("state", "=", "closed")],
            cancel_domain=[("state", "in", ("open", "acting"))],
            amount=self.school_desk_recheck_days,
            unit="working_day",
            start_text=_lt("the report of the correction"),
        )
        Policy._ensure(
            self,
            "desk_analysis",
            "school.desk.analysis",
            _lt("Cause analysis of late tickets"),
            start_domain=[("state", "=", "required")],
            stop_domain=[("state", "=", "submitted")],
            cancel_domain=[("state", "=", "lifted")],
            amount=self.school_desk_analysis_days,
            unit="working_day",
            start_text=_lt("the alarm"),
        )
        Policy._ensure(
            self,
            "desk_callback",
            "school.desk.callback",
            _lt("Call-back of a silent requester"),
            start_domain=[("state", "=", "open")],
            stop_domain=[("state", "in", ("reached", "unreached"))],
            amount=self.school_desk_callback_days,
            unit="working_day",
            start_text=_lt("the draw"),
        )
        Policy._ensure(
            self,
            "desk_measure",
            "school.desk.plan.measure",
            _lt("Measure of the improvement plan"),
            start_domain=[("state", "=", "open"), ("due_date", "!=", False)],
            stop_domain=[("state", "=", "done")],
            cancel_domain=[("state", "in", ("draft", "dropped"))],
            date_field="due_date",
            unit="working_day",
            start_text=_lt("the agreement on the plan"),
        )
