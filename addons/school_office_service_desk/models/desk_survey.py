from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# From five points to one; the order is the meaning.
ANSWERS = (
    _lt("Very satisfied"),
    _lt("Satisfied"),
    _lt("Neither … nor"),
    _lt("Dissatisfied"),
    _lt("Very dissatisfied"),
)
BEFORE_END = timedelta(days=28)
MANAGER = "school_office_service_desk.group_desk_manager"


class SchoolDeskSurvey(models.Model):
    """The anonymous satisfaction survey of a term (满意度调查, DESK-55, DESK-56).

    The questions are asked by Odoo's own survey pages. No answer is linked to anybody:
    neither contact, nor mail address, nor the user who saved it. Who of the staff has
    taken part is kept apart from what was answered, and only to give each one answer.
    """

    _name = "school.desk.survey"
    _description = "Satisfaction Survey"
    _inherit = ["school.record", "mail.thread"]
    _order = "date_from desc, id desc"
    _server_fields = frozenset(
        {
            "term_id",
            "survey_id",
            "state",
            "audience",
            "fewest",
            "answer_count",
            "result_ids",
            "comment_ids",
            "is_shown",
            "closed_at",
            "published_at",
            "published_by_id",
            "below_count",
        }
    )
    _draft_states = ()

    name = fields.Char(required=True, translate=True)
    term_id = fields.Many2one(
        "school.term",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        "Questionnaire",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        groups="base.group_system",
    )
    date_from = fields.Date("Opens", required=True)
    date_to = fields.Date("Closes", required=True, index=True)
    state = fields.Selection(
        [
            ("draft", "Prepared"),
            ("open", "Asking"),
            ("closed", "Ended"),
            ("published", "Published"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    audience = fields.Selection(
        [("staff", "Staff, one answer each"), ("everyone", "Everyone with the link")],
        compute="_compute_audience",
        store=True,
        precompute=True,
        required=True,
    )
    fewest = fields.Integer("Fewest Answers Shown", readonly=True, aggregator=None)
    department_id = fields.Many2one(
        "hr.department",
        "Department Judged",
        check_company=True,
        index="btree_not_null",
        help="Its appraisal gets what is below target. Source: DESK-56.",
    )
    answer_count = fields.Integer("Answers", compute="_compute_answer_count")
    start_url = fields.Char("Link", compute="_compute_start_url")
    result_ids = fields.One2many("school.desk.survey.result", "survey_id", "Results")
    comment_ids = fields.One2many(
        "school.desk.survey.comment", "survey_id", "In Own Words"
    )
    is_shown = fields.Boolean(
        "Enough Answers",
        readonly=True,
        help="With too few answers no result is shown to anybody.",
    )
    below_count = fields.Integer("Below Target", readonly=True)
    closed_at = fields.Datetime("Closed On", readonly=True)
    published_at = fields.Datetime("Published On", readonly=True, tracking=True)
    published_by_id = fields.Many2one("res.users", readonly=True)
    has_taken_part = fields.Boolean(compute="_compute_has_taken_part")

    _term_uniq = models.UniqueIndex(
        "(company_id, term_id) WHERE term_id IS NOT NULL",
        "This term has its survey already.",
    )
    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "A survey cannot close before it opens."
    )

    @api.depends("company_id")
    def _compute_audience(self):
        """As the school has set it when the survey is made."""
        for survey in self:
            survey.audience = survey.company_id.sudo().school_desk_survey_audience

    @api.depends("state")
    def _compute_answer_count(self):
        # Superuser: a number only; nobody reads the answers themselves.
        counts = {
            survey.id: count
            for survey, count in self.env["survey.user_input"]
            .sudo()
            ._read_group(
                [
                    ("survey_id", "in", self.sudo().survey_id.ids),
                    ("state", "=", "done"),
                    ("test_entry", "=", False),
                ],
                ["survey_id"],
                ["__count"],
            )
        }
        for survey in self:
            survey.answer_count = counts.get(survey.sudo().survey_id.id, 0)

    @api.depends("audience", "state")
    def _compute_start_url(self):
        for survey in self:
            sheet = survey.sudo().survey_id
            shown = survey.audience == "everyone" and survey.state == "open"
            survey.start_url = (
                sheet.get_base_url() + sheet.get_start_url() if shown and sheet else ""
            )

    @api.depends_context("uid")
    def _compute_has_taken_part(self):
        taken = (
            self.env["school.desk.survey.participation"]
            .sudo()
            .search([("survey_id", "in", self.ids), ("user_id", "=", self.env.uid)])
            .survey_id
        )
        for survey in self:
            survey.has_taken_part = survey._origin in taken

    def write(self, vals):
        if not self.env.su and {"date_from", "date_to", "department_id"} & vals.keys():
            for survey in self:
                if survey.state in ("closed", "published"):
                    raise UserError(
                        self.env._("“%(survey)s” is over.", survey=survey.name)
                    )
        return super().write(vals)

    def _is_deletable(self):
        return self.state == "draft" and (
            self.env.su or self.create_uid == self.env.user
        )

    # Opening

    @api.model
    def _prepare_term(self, company, term):
        """Return the survey of a term, prepared from the template if there is none."""
        survey = self.sudo().search(
            [("company_id", "=", company.id), ("term_id", "=", term.id)]
        )
        if survey:
            return survey
        last = term.date_to
        first = max(last - BEFORE_END, term.date_from)
        # Everybody reads it in his own language.
        survey = (
            self.sudo()
            .with_context(lang="en_US")
            .create(
                {
                    "company_id": company.id,
                    "term_id": term.id,
                    "name": "Satisfaction with the Office",
                    "date_from": first,
                    "date_to": min(
                        first + timedelta(days=company.school_desk_survey_days), last
                    ),
                    "fewest": company.school_desk_survey_fewest,
                    "department_id": survey._office_department(company).id,
                }
            )
        )
        company._seed_translations(survey, "name", _lt("Satisfaction with the Office"))
        return survey

    @api.model
    def _office_department(self, company):
        """The department of the office director: its service is what is judged."""
        directors = self.env["school.post"]._find(company, "director")._users()
        return (
            directors[:1].sudo()._school_employee(company).department_id
            if directors
            else self.env["hr.department"]
        )

    @api.depends("name", "term_id")
    def _compute_display_name(self):
        for survey in self:
            survey.display_name = " ".join(
                filter(None, (survey.term_id.sudo().display_name, survey.name))
            )

    def _check_manager(self):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only the manager of the service desk runs the survey.")
            )

    def action_open(self):
        """Ask: from now on people can answer."""
        self._check_manager()
        for survey in self:
            if survey.state != "draft":
                raise UserError(self.env._("This survey is open already, or over."))
            if survey.date_to < survey.company_id._school_date():
                raise UserError(self.env._("The last day of the survey is over."))
        self.sudo()._open()
        return True

    def _open(self):
        for survey in self:
            sheet = survey._make_sheet()
            survey.write(
                {
                    "survey_id": sheet.id,
                    "state": "open",
                    "fewest": max(survey.company_id.school_desk_survey_fewest, 3),
                }
            )

    # Answering

    def action_answer(self):
        """Give an employee his one anonymous answer sheet."""
        self.ensure_one()
        self.check_access("read")
        survey = self.sudo()
        if survey.state != "open":
            raise UserError(self.env._("This survey is not open."))
        if survey.audience == "everyone":
            return self._go(survey.survey_id.get_start_url())
        if self.env.user.share or survey.company_id not in self.env.user.company_ids:
            raise AccessError(self.env._("This survey is for the staff of the school."))
        survey._take_part(self.env.user)
        return self._go(survey.survey_id._school_ballot().get_start_url())

    def _take_part(self, user):
        Participation = self.env["school.desk.survey.participation"].sudo()
        if Participation.search_count(
            [("survey_id", "=", self.id), ("user_id", "=", user.id)], limit=1
        ):
            raise UserError(
                self.env._(
                    "You have got your answer sheet. As nothing links it to you, it "
                    "cannot be given out twice."
                )
            )
        Participation._note(self, user)

    @api.model
    def _go(self, url):
        return {"type": "ir.actions.act_url", "url": url, "target": "new"}

    @api.model
    def _cron_surveys(self):
        """Prepare, open and close what is due."""
        self.env["res.company"]._in_each_school(self._bring_on)

    @api.model
    def _bring_on(self, school):
        today = school._school_date()
        term = self.env["school.term"]._at(school, today)
        if term and today >= term.date_to - BEFORE_END:
            self._prepare_term(school, term)
        surveys = self.sudo().search(
            [("company_id", "=", school.id), ("state", "in", ("draft", "open"))]
        )
        surveys.filtered(
            lambda s: (
                s.state == "draft" and s.term_id and s.date_from <= today <= s.date_to
            )
        )._open()
        surveys.filtered(lambda s: s.state == "open" and s.date_to < today)._close()
