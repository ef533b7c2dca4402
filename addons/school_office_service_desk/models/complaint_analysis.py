from collections import defaultdict
from datetime import timedelta

from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import babel_locale_parse, format_datetime, formatLang, get_lang

DIMENSIONS = (
    ("type", "Problem Type"),
    ("department", "Department"),
    ("cause", "Cause"),
    ("channel", "Channel"),
)


class SchoolComplaintAnalysis(models.Model):
    """What the complaints of a month say, and what is to change (DESK-28).

    The figures are counted once, when the month is over, and stay as they were: what
    was decided was decided on these. The office proposes, the director decides, and
    each measure becomes an improvement with an owner.
    """

    _name = "school.complaint.analysis"
    _description = "Analysis of Complaints"
    _inherit = [
        "school.clock.mixin",
        "school.frozen.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_from desc, id desc"
    _frozen_lines = ("line_ids",)
    _server_fields = frozenset(
        {
            "state",
            "date_from",
            "date_to",
            "made_at",
            "proposed_at",
            "proposed_by_id",
            "decided_at",
            "decided_by_id",
            "received_count",
            "complaint_count",
            "suggestion_count",
            "anonymous_count",
            "settled_count",
            "on_time_count",
            "judged_count",
            "mistake_count",
            "cause_count",
            "rated_count",
            "score",
        }
    )

    date_from = fields.Date("From", required=True, readonly=True)
    date_to = fields.Date("To", required=True, readonly=True)
    made_at = fields.Datetime(
        "Counted on", readonly=True, default=lambda self: fields.Datetime.now()
    )
    state = fields.Selection(
        [
            ("counted", "Counted"),
            ("proposed", "Proposed"),
            ("decided", "Decided"),
        ],
        default="counted",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    received_count = fields.Integer("Received", readonly=True)
    complaint_count = fields.Integer("Complaints", readonly=True)
    suggestion_count = fields.Integer("Suggestions", readonly=True)
    anonymous_count = fields.Integer("Anonymous", readonly=True)
    settled_count = fields.Integer("Settled", readonly=True)
    judged_count = fields.Integer("Settled or Overdue", readonly=True)
    on_time_count = fields.Integer("Settled in Time", readonly=True)
    cause_count = fields.Integer("Cause Known", readonly=True)
    mistake_count = fields.Integer("Mistakes in Handling", readonly=True)
    rated_count = fields.Integer("Rated", readonly=True)
    score = fields.Float("Mean of the Ratings", digits=(4, 2), readonly=True)
    on_time_rate = fields.Float("Settled in Time (%)", compute="_compute_rates")
    error_rate = fields.Float("Error Rate (%)", compute="_compute_rates")
    on_time_text = fields.Char("In Time of", compute="_compute_rates")
    error_text = fields.Char("Mistakes of", compute="_compute_rates")
    # Where nobody rated there is no mean; 0.00 would read as the worst of all.
    score_text = fields.Char("Average Rating", compute="_compute_score_text")
    error_max = fields.Float(related="company_id.school_desk_error_max")
    is_error_high = fields.Boolean(compute="_compute_rates")
    line_ids = fields.One2many(
        "school.complaint.analysis.line", "analysis_id", "Figures", readonly=True
    )
    type_line_ids = fields.One2many(
        "school.complaint.analysis.line",
        "analysis_id",
        "By Problem Type",
        domain=[("dimension", "=", "type")],
        readonly=True,
    )
    department_line_ids = fields.One2many(
        "school.complaint.analysis.line",
        "analysis_id",
        "By Department",
        domain=[("dimension", "=", "department")],
        readonly=True,
    )
    cause_line_ids = fields.One2many(
        "school.complaint.analysis.line",
        "analysis_id",
        "By Cause",
        domain=[("dimension", "=", "cause")],
        readonly=True,
    )
    channel_line_ids = fields.One2many(
        "school.complaint.analysis.line",
        "analysis_id",
        "By Channel",
        domain=[("dimension", "=", "channel")],
        readonly=True,
    )
    summary = fields.Text("What Stands Out", tracking=True)
    proposals = fields.Text(
        tracking=True, help="What should change, by whom and by when."
    )
    proposed_at = fields.Datetime("Proposed on", readonly=True, copy=False)
    proposed_by_id = fields.Many2one("res.users", readonly=True)
    decision = fields.Text(tracking=True)
    decided_at = fields.Datetime("Decided on", readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True)

    _period_uniq = models.UniqueIndex(
        "(company_id, date_from, date_to)", "This period is analysed already."
    )

    @api.depends("date_from", "date_to")
    @api.depends_context("lang")
    def _compute_display_name(self):
        lang = get_lang(self.env).code
        for analysis in self:
            if not analysis.date_from:
                analysis.display_name = self.env._("Analysis of Complaints")
                continue
            analysis.display_name = self.env._(
                "Complaints, %(month)s",
                month=format_skeleton(
                    "yMMMM", analysis.date_from, locale=babel_locale_parse(lang)
                ),
            )

    @api.depends_context("lang")
    @api.depends("score", "rated_count")
    def _compute_score_text(self):
        for analysis in self:
            analysis.score_text = (
                formatLang(self.env, analysis.score, digits=2)
                if analysis.rated_count
                else self.env._("No rating")
            )

    @api.depends(
        "on_time_count", "judged_count", "mistake_count", "complaint_count", "error_max"
    )
    def _compute_rates(self):
        for analysis in self:
            judged, total = analysis.judged_count, analysis.complaint_count
            analysis.on_time_rate = (
                100 * analysis.on_time_count / judged if judged else 0
            )
            # The denominator is every complaint of the period (DESK-17).
            analysis.error_rate = 100 * analysis.mistake_count / total if total else 0
            analysis.on_time_text = f"{analysis.on_time_count} / {judged}"
            analysis.error_text = f"{analysis.mistake_count} / {total}"
            analysis.is_error_high = analysis.error_rate >= analysis.error_max > 0

    def _is_deletable(self):
        return False

    def write(self, vals):
        if not self.env.su:
            if vals.keys() & {"summary", "proposals"}:
                self._check_state("counted", self.env._("The proposal is made."))
            if "decision" in vals:
                self._check_director()
        return super().write(vals)

    def _clock_responsible_users(self):
        code = "director" if self.state == "proposed" else "coordination"
        return self.env["school.post"]._find(self.company_id, code)._users()

    # Counting

    @api.model
    def _cron_analyse(self):
        """Daily: make the analysis of the month that is over, if it is missing."""
        self.env["res.company"]._in_each_school(self._analyse_last_month)

    @api.model
    def _analyse_last_month(self, school):
        first = school._school_date().replace(day=1) + relativedelta(months=-1)
        return self._analyse(school, first, first + relativedelta(months=1, days=-1))

    @api.model
    def _analyse(self, company, first, last):
        """Count the complaints received from ``first`` to ``last``, both included.

        Also a month without any: that, too, is a result. Nothing is counted twice, and
        a period that has been analysed is left as it is.
        """
        # Kept as text, also for the paper: in the school's words, not the system's.
        self = self.with_context(lang=company._school_env().env.lang)
        Analysis = self.sudo()
        found = Analysis.search(
            [
                ("company_id", "=", company.id),
                ("date_from", "=", first),
                ("date_to", "=", last),
            ]
        )
        if found:
            return found
        begin, end = company._school_span(first, last)
        Ticket = self.env["school.ticket"].sudo()
        tickets = Ticket.search(Ticket._complaint_domain(company, begin, end))
        analysis = Analysis.create(
            {
                "company_id": company.id,
                "date_from": first,
                "date_to": last,
                "made_at": fields.Datetime.now(),
                **self._totals(tickets),
            }
        )
        before = self._before(company, first)
        self.env["school.complaint.analysis.line"].sudo().create(
            self._lines(analysis, tickets, before)
        )
        self.env["school.notice"]._queue(
            analysis._clock_responsible_users(),
            lambda env: env._(
                "%(analysis)s: write down what stands out and what should change",
                analysis=analysis.with_env(
                    analysis.env(context=env.context)
                ).display_name,
            ),
            record=analysis,
            kind="complaint_analysis",
        )
        return analysis

    @api.model
    def _totals(self, tickets):
        late = self._late_ids(tickets)
        complaints = tickets.filtered(lambda t: t.kind == "complaint")
        settled = tickets.filtered("solved_at")
        judged = complaints.filtered(lambda t: t.solved_at or t.id in late)
        ratings = tickets.rating_ids.filtered(lambda r: r.consumed and r.rating)
        return {
            "received_count": len(tickets),
            "complaint_count": len(complaints),
            "suggestion_count": len(tickets) - len(complaints),
            "anonymous_count": len(tickets.filtered("is_anonymous")),
            "settled_count": len(settled),
            "judged_count": len(judged),
            "on_time_count": len(judged.filtered(lambda t: t.id not in late)),
            "cause_count": len(complaints.filtered("handling_mistake")),
            "mistake_count": len(
                complaints.filtered(lambda t: t.handling_mistake == "yes")
            ),
            "rated_count": len(ratings),
            "score": sum(r.rating for r in ratings) / len(ratings) if ratings else 0,
        }

    @api.model
    def _late_ids(self, tickets):
        """Ids of the complaints that were settled late, or are late now."""
        clocks = (
            self.env["school.time.clock"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", "school.ticket"),
                    ("res_id", "in", tickets.ids),
                    ("policy_id.code", "=", "complaint_final"),
                    ("superseded_by_id", "=", False),
                    "|",
                    ("state", "=", "missed"),
                    ("is_late", "=", True),
                ],
                ["res_id"],
            )
        )
        return set(clocks.mapped("res_id"))

    @api.model
    def _before(self, company, first):
        """``{(dimension, key): count}`` of the month before, as it was counted."""
        previous = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("date_to", "=", first - timedelta(days=1)),
            ],
            limit=1,
        )
        return {(line.dimension, line.key): line.count for line in previous.line_ids}

    @api.model
    def _lines(self, analysis, tickets, before):
        """Values of the lines: one for each value of each dimension."""
        late = self._late_ids(tickets)
        rows = defaultdict(lambda: {"count": 0, "mistake_count": 0, "late_count": 0})
        for ticket in tickets:
            for dimension, (key, label) in self._keys(ticket).items():
                row = rows[dimension, key]
                row["label"] = label
                row["count"] += 1
                row["mistake_count"] += ticket.handling_mistake == "yes"
                row["late_count"] += ticket.id in late
        return [
            {
                "company_id": analysis.company_id.id,
                "analysis_id": analysis.id,
                "dimension": dimension,
                "key": key,
                "count_before": before.get((dimension, key), 0),
                **row,
            }
            for (dimension, key), row in sorted(
                rows.items(), key=lambda item: (item[0][0], -item[1]["count"])
            )
        ]

    @api.model
    def _keys(self, ticket):
        """``{dimension: (key, label)}`` of a ticket; names as they were then."""
        none = ("", self.env._("Not Said"))

        def named(record):
            return (str(record.id), record.display_name) if record else none

        channels = dict(ticket._fields["channel"]._description_selection(self.env))
        return {
            "type": named(ticket.problem_type_id),
            "department": named(ticket.lead_department_id),
            "cause": named(ticket.complaint_cause_id),
            "channel": (ticket.channel, channels[ticket.channel]),
        }

    # Proposing and deciding

    def action_propose(self):
        """Hand what stands out and the proposals to the director."""
        self.check_access("write")
        self._check_state("counted", self.env._("The proposal is made."))
        for analysis in self:
            if (
                not (analysis.summary or "").strip()
                or not (analysis.proposals or "").strip()
            ):
                raise UserError(
                    self.env._(
                        "Write down what stands out and what should change. If nothing "
                        "should, say so and why."
                    )
                )
        self.sudo().write(
            {
                "state": "proposed",
                "proposed_at": fields.Datetime.now(),
                "proposed_by_id": self.env.uid,
            }
        )
        for analysis in self:
            self.env["school.notice"]._queue(
                analysis._clock_responsible_users(),
                lambda env: env._("Proposals after the complaints of a month"),
                analysis.proposals,
                record=analysis,
                kind="complaint_analysis",
            )
        return True

    def action_decide(self):
        """Decide on the proposals; from then on nothing changes."""
        self._check_director()
        self._check_state("proposed", self.env._("There is no proposal to decide on."))
        for analysis in self:
            if not (analysis.decision or "").strip():
                raise UserError(self.env._("Write down the decision."))
        self.sudo().write(
            {
                "state": "decided",
                "decided_at": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
            }
        )
        self.sudo()._freeze()
        return True

    def action_tickets(self):
        """Open the complaints of the period, those that the user may see."""
        self.ensure_one()
        begin, end = self.company_id._school_span(self.date_from, self.date_to)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_service_desk.complaint_action"
        )
        action["domain"] = list(
            self.env["school.ticket"]._complaint_domain(self.company_id, begin, end)
        )
        action["context"] = {}
        return action

    def _check_director(self):
        self.check_access("write")
        for company in self.company_id:
            post = self.env["school.post"].sudo()._find(company, "director")
            if not self.env.su and self.env.user not in post._users():
                raise AccessError(
                    self.env._("The office director decides on the proposals.")
                )

    def _check_state(self, state, sentence):
        if any(analysis.state != state for analysis in self):
            raise UserError(sentence)

    def _paper_time(self, moment):
        """A moment as the paper shows it."""
        return format_datetime(self.env, moment, tz=str(self.company_id._school_tz()))
