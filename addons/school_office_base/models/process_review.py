import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

DIRECTOR = "school_office_base.group_office_director"
CLERK = "school_office_base.group_office_clerk"


class SchoolProcessReview(models.Model):
    """The look back at how the work goes: each quarter (流程复盘, BASE-25) and, over
    all rules, each year (全面评估, BASE-26).

    It makes itself at the beginning of the quarter or year for the one that ended, asks
    each department, and ends with decisions that somebody carries out by a day. The
    yearly one says whether the least number of approved revisions was reached.
    """

    _name = "school.process.review"
    _description = "Process Review"
    _inherit = ["school.clock.mixin", "school.record", "mail.thread"]
    _order = "date_from desc, kind desc, id desc"
    _server_fields = frozenset(
        {"kind", "year", "quarter", "date_from", "date_to", "date_due",
         "feedback_due", "state", "closed_at", "closed_by_id"}
    )  # fmt: skip
    _draft_states = ()
    _clock_holder_fields = ()

    kind = fields.Selection(
        [("quarter", "Quarter"), ("year", "Full Evaluation of the Year")],
        required=True,
        readonly=True,
    )
    year = fields.Integer(required=True, readonly=True, aggregator=None)
    quarter = fields.Integer(readonly=True, aggregator=None)
    name = fields.Char("Period", compute="_compute_name")
    date_from = fields.Date("First Day", required=True, readonly=True)
    date_to = fields.Date("Last Day", required=True, readonly=True)
    feedback_due = fields.Date("Feedback By", readonly=True)
    date_due = fields.Date("To Be Closed By", readonly=True)
    state = fields.Selection(
        [("open", "Under Way"), ("closed", "Concluded")],
        required=True,
        default="open",
        readonly=True,
        index=True,
        tracking=True,
    )
    summary = fields.Text(
        "Conclusion", help="What goes well, what does not, and why. Needed to close it."
    )
    feedback_ids = fields.One2many(
        "school.process.feedback", "review_id", "Feedback of the Departments"
    )
    action_ids = fields.One2many(
        "school.process.action", "review_id", "Decisions and Improvements"
    )
    revision_ids = fields.Many2many(
        "school.procedure.version",
        string="Approved Revisions",
        compute="_compute_revisions",
    )
    revision_count = fields.Integer("Revisions", compute="_compute_revisions")
    revisions_missing = fields.Boolean(compute="_compute_revisions")
    feedback_count = fields.Integer("Asked", compute="_compute_counts")
    answered_count = fields.Integer("Answered", compute="_compute_counts")
    progress = fields.Float("Answered (%)", compute="_compute_counts")
    action_count = fields.Integer("Decisions", compute="_compute_counts")
    open_action_count = fields.Integer("Open Decisions", compute="_compute_counts")
    closed_at = fields.Datetime("Concluded On", readonly=True)
    closed_by_id = fields.Many2one("res.users", "Concluded By", readonly=True)

    _period_uniq = models.UniqueIndex(
        "(company_id, year, quarter, kind)",
        "The review of this period exists already.",
    )
    _order_idx = models.Index("(company_id, date_from DESC, kind DESC, id DESC)")

    @api.depends("kind", "year", "quarter")
    @api.depends_context("lang")
    def _compute_name(self):
        for review in self:
            review.name = (
                self.env._("Full evaluation %(year)s", year=review.year)
                if review.kind == "year"
                else self.env._(
                    "Process review %(year)s, quarter %(quarter)s",
                    year=review.year,
                    quarter=review.quarter,
                )
            )

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for review in self:
            review.display_name = review.name

    @api.depends("feedback_ids.state", "action_ids.state")
    def _compute_counts(self):
        feedback, actions = {}, {}
        for model, counts in (
            ("school.process.feedback", feedback),
            ("school.process.action", actions),
        ):
            # sudo: how many answered is known to whoever reads the review
            for review, state, count in (
                self.env[model]
                .sudo()
                ._read_group(
                    [("review_id", "in", self.ids)], ["review_id", "state"], ["__count"]
                )
            ):
                counts.setdefault(review.id, {})[state] = count
        for review in self:
            found = feedback.get(review.id, {})
            review.feedback_count = sum(found.values())
            review.answered_count = found.get("answered", 0)
            review.progress = (
                100.0 * review.answered_count / (review.feedback_count or 1)
            )
            found = actions.get(review.id, {})
            review.action_count = sum(found.values())
            review.open_action_count = found.get("open", 0)

    @api.depends("date_from", "date_to", "kind")
    def _compute_revisions(self):
        """Versions approved in the period; one query for all reviews."""
        none = self.env["school.procedure.version"]
        versions = none
        if self:
            first = min(filter(None, self.mapped("date_from")), default=None)
            if first:
                versions = none.search(
                    [
                        ("company_id", "in", self.company_id.ids),
                        ("published_at", ">=", first - datetime.timedelta(days=1)),
                    ]
                )
        for review in self:
            company = review.company_id
            found = versions.filtered(
                lambda v, review=review, company=company: (
                    v.company_id == company
                    and review.date_from
                    <= company._school_date(v.published_at)
                    <= review.date_to
                )
            )
            review.revision_ids = found
            review.revision_count = len(found)
            review.revisions_missing = (
                review.kind == "year"
                and len(found) < company.sudo().school_least_revisions
            )

    def write(self, vals):
        if not self.env.su:
            if any(review.state == "closed" for review in self):
                raise UserError(
                    self.env._("A closed review stays as it is: it is the record.")
                )
        return super().write(vals)

    def _clock_responsible_users(self):
        return self.env["school.post"]._find(self.company_id, "director")._users()

    # steps

    def action_close(self):
        """Close the review with its result; who has not answered is closed, too."""
        for review in self:
            review.check_access("write")
            if not (self.env.su or self.env.user.has_group(DIRECTOR)):
                raise AccessError(
                    self.env._("The office director closes a process review.")
                )
            if review.state == "closed":
                raise UserError(
                    self.env._("“%(review)s” is closed already.", review=review.name)
                )
            if not review.summary:
                raise UserError(
                    self.env._("Write the result of “%(review)s”.", review=review.name)
                )
            if review.revisions_missing and not review.action_ids:
                raise UserError(
                    self.env._(
                        "Fewer procedures were revised in %(year)s than your school "
                        "wants. Decide at least one improvement first.",
                        year=review.year,
                    )
                )
        # Superuser: fields of the server; the caller was checked above.
        reviews_sudo = self.sudo()
        reviews_sudo.feedback_ids.filtered(lambda f: f.state == "waiting").write(
            {"state": "closed"}
        )
        reviews_sudo.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
            }
        )
        return True

    def action_urge(self):
        """Remind the departments that have not answered."""
        self.check_access("write")
        waiting = self.sudo().feedback_ids.filtered(lambda f: f.state == "waiting")
        if not waiting:
            raise UserError(self.env._("Every department has answered."))
        waiting._ask()
        return True

    # what is due

    @api.model
    def _school_due(self, company):
        """Open the reviews of the quarter and the year that ended; once each."""
        today = company._school_date()
        first = datetime.date(today.year, today.month - (today.month - 1) % 3, 1)
        wanted = []
        if company.school_review_quarterly:
            last = first - datetime.timedelta(days=1)
            start = datetime.date(last.year, last.month - 2, 1)
            wanted.append(("quarter", last.year, last.month // 3, start, last))
        if company.school_review_yearly:
            year = today.year - 1
            wanted.append(
                (
                    "year",
                    year,
                    0,
                    datetime.date(year, 1, 1),
                    datetime.date(year, 12, 31),
                )
            )
        reviews = self.sudo()
        for kind, year, quarter, start, last in wanted:
            begun = last + datetime.timedelta(days=1)
            # Who opens in the middle of a quarter has nothing to look back at.
            opened = company._school_date(company.create_date)
            if opened > last or (today - begun).days > 80:
                continue
            known = reviews.search_count(
                [
                    ("company_id", "=", company.id),
                    ("kind", "=", kind),
                    ("year", "=", year),
                    ("quarter", "=", quarter),
                ],
                limit=1,
            )
            if not known:
                reviews._start(company, kind, year, quarter, start, last)

    @api.model
    def _start(self, company, kind, year, quarter, date_from, date_to):
        """Open a review and ask each department that has a head (superuser)."""
        now = fields.Datetime.now()
        worktime = company._worktime()
        review = self.create(
            {
                "company_id": company.id,
                "kind": kind,
                "year": year,
                "quarter": quarter,
                "date_from": date_from,
                "date_to": date_to,
                "feedback_due": company._school_date(
                    worktime.add(
                        now, company.school_review_feedback_days or 1, "working_day"
                    )
                ),
                "date_due": company._school_date(
                    worktime.add(
                        now, company.school_review_close_days or 1, "working_day"
                    )
                ),
            }
        )
        departments = self.env["hr.department"].search(
            [("company_id", "=", company.id)]
        )
        receivers = departments._receivers()
        feedback = self.env["school.process.feedback"].create(
            [
                {
                    "company_id": company.id,
                    "review_id": review.id,
                    "department_id": department.id,
                    "date_due": review.feedback_due,
                }
                for department in departments
                if receivers[department]
            ]
        )
        feedback._ask()
        review._warn_director()
        return review

    def _warn_director(self):
        """Say that a year passed without enough approved revisions (BASE-26)."""
        for review in self.filtered("revisions_missing"):
            directors = (
                self.env["school.post"]._find(review.company_id, "director")._users()
            )
            if directors:
                self.env["school.notice"]._queue(
                    directors,
                    lambda env, year=review.year: env._(
                        "%(year)s passed without a revised procedure", year=year
                    ),
                    lambda env, review=review: env._(
                        "Approved revisions: %(count)s; your school wants at least "
                        "%(least)s a year.",
                        count=review.revision_count,
                        least=review.company_id.school_least_revisions,
                    ),
                    record=review,
                    kind="process",
                )
