from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.client_defaults import take_defaults


class SchoolTrainingParticipant(models.Model):
    """One person in one training: there or not, score, passed (BASE-23)."""

    _name = "school.training.participant"
    _description = "Participant of a Training"
    _inherit = ["school.record"]
    _order = "training_id, name, id"

    training_id = fields.Many2one(
        "school.training",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    employee_id = fields.Many2one(
        "hr.employee.public",
        "Person",
        required=True,
        index=True,
        check_company=True,
        domain="[('company_id', '=', company_id)]",
    )
    name = fields.Char(compute="_compute_person", store=True, compute_sudo=True)
    user_id = fields.Many2one(
        "res.users",
        compute="_compute_person",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_person",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
        check_company=True,
    )
    attendance = fields.Selection(
        [("expected", "Invited"), ("present", "Present"), ("absent", "Absent")],
        required=True,
        default="expected",
    )
    score = fields.Float("Score (%)", digits=(5, 1), aggregator="avg")
    result = fields.Selection(
        [
            ("open", "Not Yet"),
            ("passed", "Passed"),
            ("failed", "Not Passed"),
            ("absent", "Absent"),
        ],
        "Outcome",
        compute="_compute_result",
        store=True,
        compute_sudo=True,
        index=True,
    )
    remark = fields.Char()
    kind = fields.Selection(related="training_id.kind")
    date = fields.Datetime(related="training_id.date")
    procedure_id = fields.Many2one(related="training_id.procedure_id")
    has_test = fields.Boolean(related="training_id.has_test")

    _person_uniq = models.UniqueIndex(
        "(training_id, employee_id)", "This person takes part already."
    )
    _score_check = models.Constraint(
        "CHECK (score BETWEEN 0 AND 100)", "A score is a percentage, from 0 to 100."
    )
    _name_idx = models.Index("(training_id, name, id)")

    @api.depends("employee_id")
    def _compute_person(self):
        # As it was at the time: whoever moves later took part for his old department.
        for line in self:
            line.name = line.employee_id.name
            line.user_id = line.employee_id.user_id
            line.department_id = line.employee_id.department_id

    @api.depends("attendance", "score", "training_id.has_test", "training_id.pass_mark")
    def _compute_result(self):
        for line in self:
            training = line.training_id
            if line.attendance == "expected":
                line.result = "open"
            elif line.attendance == "absent":
                line.result = "absent"
            elif training.has_test and line.score < training.pass_mark:
                line.result = "failed"
            else:
                line.result = "passed"

    @api.model_create_multi
    def create(self, vals_list):
        take_defaults(self, vals_list, "training_id")
        trainings = self.env["school.training"].browse(
            {vals["training_id"] for vals in vals_list if vals.get("training_id")}
        )
        if not self.env.su:
            trainings.check_access("read")
            trainings._check_can_change()
        for vals in vals_list:
            if vals.get("training_id"):
                training = trainings.browse(vals["training_id"]).sudo()
                vals.setdefault("company_id", training.company_id.id)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self.training_id._check_can_change()
            if {"training_id", "employee_id"} & vals.keys():
                raise UserError(
                    self.env._("Remove the person and enter the right one instead.")
                )
        if "score" in vals and vals["score"] and "attendance" not in vals:
            # Whoever has a score was there.
            self.filtered(
                lambda line: line.attendance == "expected"
            ).attendance = "present"
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self.training_id._check_can_change()
        return super().unlink()
