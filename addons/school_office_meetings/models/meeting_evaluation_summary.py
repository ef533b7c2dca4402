from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .meeting_evaluation import CRITERIA
from .meeting_prep import CLERK


class SchoolMeetingEvaluationSummary(models.Model):
    """What the evaluations of one body's meetings came to in one term (MTG-28)."""

    _name = "school.meeting.evaluation.summary"
    _description = "Evaluation of a Term"
    _inherit = ["school.record"]
    _order = "date_from desc, body_id, id"
    _rec_name = "body_id"

    body_id = fields.Many2one(
        "school.meeting.body",
        "Meeting Body",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    term_id = fields.Many2one(
        "school.term",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    date_from = fields.Date(readonly=True)
    date_to = fields.Date(readonly=True)
    meeting_count = fields.Integer("Meetings", readonly=True)
    evaluated_count = fields.Integer("Meetings with a Result", readonly=True)
    answer_count = fields.Integer("Answers", readonly=True)
    asked_count = fields.Integer("Asked", readonly=True)
    answer_share = fields.Float(
        "Answered (%)", readonly=True, digits=(5, 1), aggregator="avg"
    )
    efficiency = fields.Float(readonly=True, digits=(3, 2), aggregator="avg")
    decisions = fields.Float(
        "Quality of Decisions", readonly=True, digits=(3, 2), aggregator="avg"
    )
    organisation = fields.Float(readonly=True, digits=(3, 2), aggregator="avg")
    content = fields.Float(readonly=True, digits=(3, 2), aggregator="avg")
    average = fields.Float("Stars", readonly=True, digits=(3, 2), aggregator="avg")
    previous_average = fields.Float(
        "Term Before", readonly=True, digits=(3, 2), aggregator="avg"
    )
    counted_at = fields.Datetime(readonly=True)
    remark = fields.Text("What We Change", help="The lead of the body answers here.")

    is_summary_visible = fields.Boolean(
        compute="_compute_is_summary_visible", search="_search_is_summary_visible"
    )

    _term_uniq = models.UniqueIndex(
        "(body_id, term_id)", "A body has one evaluation for each term."
    )
    _list_idx = models.Index("(company_id, date_from DESC, body_id, id)")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "remark"}

    def _is_deletable(self):
        return False

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("body_id")
    def _compute_is_summary_visible(self):
        reviewed = self.env["school.meeting.body"]._reviewed_bodies()
        for summary in self:
            summary.is_summary_visible = summary.sudo().body_id in reviewed

    @api.model
    def _search_is_summary_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain(
            "body_id", "in", self.env["school.meeting.body"]._reviewed_bodies().ids
        )

    @api.depends("body_id", "term_id")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = " · ".join(
                filter(
                    None,
                    (
                        summary.body_id.sudo().name,
                        summary.term_id.sudo().display_name,
                    ),
                )
            )

    @api.model
    def _sum_up_term(self, school):
        """Write the summary of the term of ``school`` that ended, if it has none."""
        term = (
            self.env["school.term"]
            .sudo()
            .search(
                [
                    ("company_id", "=", school.id),
                    ("date_to", "<", school._school_date()),
                ],
                order="date_to desc",
                limit=1,
            )
        )
        if term and not self.sudo().search_count([("term_id", "=", term.id)], limit=1):
            self._sum_up(term)

    @api.model
    def _sum_up(self, term):
        """Count the meetings of ``term`` for every body that met; return the sheets."""
        Meeting = self.env["school.meeting"].sudo()
        company = term.company_id
        start, stop = company._school_span(term.date_from, term.date_to)
        held = [
            ("company_id", "=", company.id),
            ("body_id", "!=", False),
            ("start", ">=", start),
            ("start", "<", stop),
            ("state", "in", ("ended", "closed")),
        ]
        counts = dict(Meeting._read_group(held, ["body_id"], ["__count"]))
        rows = {
            row[0]: row[1:]
            for row in Meeting._read_group(
                [*held, ("evaluation_average", ">", 0)],
                ["body_id"],
                [
                    "__count",
                    "evaluation_count:sum",
                    "evaluation_asked:sum",
                    *(f"evaluation_{name}:avg" for name in CRITERIA),
                    "evaluation_average:avg",
                ],
            )
        }
        existing = {
            summary.body_id: summary
            for summary in self.sudo().search([("term_id", "=", term.id)])
        }
        before = self._averages_before(term)
        sheets = self.sudo()
        for body, meeting_count in counts.items():
            found = rows.get(body, (0,) * 8)
            evaluated, answers, asked = found[:3]
            vals = {
                "date_from": term.date_from,
                "date_to": term.date_to,
                "meeting_count": meeting_count,
                "evaluated_count": evaluated,
                "answer_count": answers,
                "asked_count": asked,
                "answer_share": 100.0 * answers / asked if asked else 0.0,
                **dict(zip(CRITERIA, found[3:7], strict=True)),
                "average": found[7],
                "previous_average": before.get(body.id, 0.0),
                "counted_at": fields.Datetime.now(),
            }
            if body in existing:
                existing[body].write(vals)
                sheets |= existing[body]
            else:
                sheets |= self.sudo().create(
                    {
                        "company_id": company.id,
                        "body_id": body.id,
                        "term_id": term.id,
                        **vals,
                    }
                )
        return sheets

    @api.model
    def _averages_before(self, term):
        """``{body id: stars of the last term that has a result}``."""
        before = {}
        for summary in self.sudo().search(
            [
                ("company_id", "=", term.company_id.id),
                ("date_to", "<", term.date_from),
                ("average", ">", 0),
            ],
            order="date_from",
        ):
            before[summary.body_id.id] = summary.average
        return before

    def action_count_again(self):
        """Count the term once more, for example before it is over."""
        self.check_access("write")
        for term in self.sudo().term_id:
            self._sum_up(term)
        return True

    @api.model
    def action_count_term(self):
        """Count the term that runs, for the current school."""
        if not self.env.user.has_group(CLERK):
            raise AccessError(self.env._("The meeting clerks count the evaluations."))
        term = self.env["school.term"]._at(self.env.company)
        if not term:
            raise UserError(
                self.env._("No term runs today: the administrator enters the terms.")
            )
        self._sum_up(term)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_meetings.evaluation_summary_action"
        )

    def action_meetings(self):
        """Open the meetings behind the figures."""
        self.ensure_one()
        self.check_access("read")
        start, stop = self.company_id._school_span(self.date_from, self.date_to)
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "school.meeting",
            "view_mode": "list,graph,form",
            "views": [
                (
                    self.env.ref(
                        "school_office_meetings.meeting_view_list_evaluation"
                    ).id,
                    "list",
                ),
                (
                    self.env.ref(
                        "school_office_meetings.meeting_view_graph_evaluation"
                    ).id,
                    "graph",
                ),
                (False, "form"),
            ],
            "domain": [
                ("body_id", "=", self.body_id.id),
                ("start", ">=", start),
                ("start", "<", stop),
                ("state", "in", ("ended", "closed")),
            ],
        }

    def _print_meetings(self):
        """The meetings of the printed sheet, by the rights of who prints it."""
        self.ensure_one()
        start, stop = self.company_id._school_span(self.date_from, self.date_to)
        return self.env["school.meeting"].search(
            [
                ("body_id", "=", self.body_id.id),
                ("start", ">=", start),
                ("start", "<", stop),
                ("evaluation_state", "=", "closed"),
            ],
            order="start",
        )
