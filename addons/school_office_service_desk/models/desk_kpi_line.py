from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolDeskKpiLine(models.Model):
    """One key figure of a period, with the records behind it."""

    _name = "school.desk.kpi.line"
    _description = "Key Figure"
    _inherit = ["school.frozen.mixin", "school.record"]
    _order = "kpi_id, sequence, id"
    _rec_name = "code"

    kpi_id = fields.Many2one(
        "school.desk.kpi",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    code = fields.Selection(
        [
            ("on_time", "Tickets on Time"),
            ("complaint_response", "Complaints Acknowledged in Time"),
            ("error_rate", "Complaints Caused by Handling Mistakes"),
            ("response_rate", "Response Rate"),
            ("resolution_rate", "Resolution Rate"),
            ("satisfaction_rate", "Satisfaction Rate"),
            ("sample_passed", "Sampled Tickets That Passed"),
        ],
        "Figure",
        required=True,
        readonly=True,
    )
    period = fields.Selection(related="kpi_id.period", store=True)
    date_from = fields.Date(related="kpi_id.date_from", store=True, string="From")
    sequence = fields.Integer(readonly=True)
    part_count = fields.Integer("Counted", readonly=True)
    whole_count = fields.Integer("Out Of", readonly=True)
    share = fields.Float("Share (%)", readonly=True, aggregator="avg", digits=(5, 1))
    has_value = fields.Boolean(readonly=True)
    share_text = fields.Char("Result", compute="_compute_texts")
    target_text = fields.Char("Target", compute="_compute_texts")
    answered_text = fields.Char("Answered", compute="_compute_texts")
    average = fields.Float(readonly=True, aggregator=None, digits=(6, 2))
    answered = fields.Float("Answered (%)", readonly=True, aggregator=None)
    asked_count = fields.Integer("People Asked", readonly=True)
    target = fields.Float("Target (%)", readonly=True, aggregator=None)
    alarm = fields.Float("Alarm (%)", readonly=True, aggregator=None)
    lower_is_better = fields.Boolean(readonly=True)
    verdict = fields.Selection(
        [
            ("good", "On Target"),
            ("below", "Off Target"),
            ("alarm", "Below the Alarm"),
            ("none", "Not Judged"),
        ],
        "Standing",
        readonly=True,
    )
    record_model = fields.Char(readonly=True)
    part_ids = fields.Json(readonly=True)
    whole_ids = fields.Json(readonly=True)
    rule_text = fields.Char(
        "Counted By",
        readonly=True,
        help="The time limits, with their versions, by which it was judged.",
    )

    _code_uniq = models.UniqueIndex("(kpi_id, code)")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id"}

    def _is_deletable(self):
        return self.env.su and not self.is_frozen

    @api.depends("code")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for line in self:
            line.display_name = labels.get(line.code, line.code)

    @api.depends("share", "has_value", "target", "asked_count", "answered", "average")
    def _compute_texts(self):
        for line in self:
            line.share_text = f"{line.share:g} %" if line.has_value else "–"
            if line.target:
                sign = "<" if line.lower_is_better else "≥"
                line.target_text = f"{sign} {line.target:g} %"
            else:
                line.target_text = ""
            line.answered_text = (
                self.env._(
                    "%(share)s of %(asked)s",
                    share=f"{line.answered:g} %",
                    asked=line.asked_count,
                )
                if line.asked_count
                else ""
            )

    def action_open_part(self):
        """Open the records that are counted."""
        return self._open_records(self.part_ids, self.env._("Counted"))

    def action_open_whole(self):
        """Open the records out of which it is counted."""
        return self._open_records(self.whole_ids, self.env._("Out of"))

    def action_open_rest(self):
        """Open the records that spoil the figure: late, not solved, not satisfied."""
        self.ensure_one()
        if self.lower_is_better:
            return self.action_open_part()
        rest = sorted(set(self.whole_ids or ()) - set(self.part_ids or ()))
        return self._open_records(rest, self.env._("Not counted"))

    def _open_records(self, ids, what):
        self.ensure_one()
        self.check_access("read")
        model = self.record_model
        if model not in self.env:
            raise UserError(self.env._("There is no list behind this figure."))
        return {
            "type": "ir.actions.act_window",
            "name": f"{self.display_name} – {what}",
            "res_model": model,
            "view_mode": "list,form",
            # The boards pass it on as it is.
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", ids or [])],
            "context": {"active_test": False},
        }
