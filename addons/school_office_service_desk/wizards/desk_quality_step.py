from odoo import api, fields, models


class SchoolDeskQualityStep(models.TransientModel):
    """One dialog for the steps of the quality work that take a sentence."""

    _name = "school.desk.quality.step"
    _description = "Step of the Quality Work"

    step = fields.Selection(
        [
            ("report", "Report the correction"),
            ("pass", "Re-check passed"),
            ("fail", "Not corrected"),
            ("measure", "Measure done"),
            ("drop", "Give the measure up"),
            ("reached", "Requester reached"),
            ("unreached", "Not reached"),
        ],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", "School", required=True, default=lambda self: self.env.company
    )
    finding_ids = fields.Many2many("school.desk.finding", check_company=True)
    measure_ids = fields.Many2many("school.desk.plan.measure", check_company=True)
    callback_ids = fields.Many2many("school.desk.callback", check_company=True)
    text = fields.Text("In Words", required=True)
    effect = fields.Selection(
        [("better", "Better"), ("same", "No Change"), ("worse", "Worse")],
        "Effect So Far",
    )
    is_solved = fields.Selection(
        [("yes", "Yes, it is solved"), ("no", "No, it is not solved")],
        "What the Requester Says",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # What a dialog shows is chosen by the client: only what its user may read.
        steps = super().create(vals_list)
        for name in ("finding_ids", "measure_ids", "callback_ids"):
            steps[name].check_access("read")
        return steps

    def action_apply(self):
        """Take the step; the record checks the caller again."""
        self.ensure_one()
        if self.step == "report":
            self.finding_ids._report(self.text)
        elif self.step in ("pass", "fail"):
            self.finding_ids._recheck(self.step == "pass", self.text)
        elif self.step == "measure":
            self.measure_ids._finish(self.text, self.effect)
        elif self.step == "drop":
            self.measure_ids._drop(self.text)
        else:
            self.callback_ids._answer(self.step == "reached", self.is_solved, self.text)
        return {"type": "ir.actions.act_window_close"}
