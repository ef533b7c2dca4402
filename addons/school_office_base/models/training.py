from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

CLERK = "school_office_base.group_office_clerk"


class SchoolTraining(models.Model):
    """A training or a test (培训考核), and who took part with what result.

    Process training, induction of new staff, the test of each school year (BASE-23),
    retraining after a check found faults (BASE-24) and confidentiality training
    (DOC-41) are one record each. What is due makes itself, once: see ``_school_due``.
    """

    _name = "school.training"
    _description = "Training"
    _inherit = ["school.clock.mixin", "school.record", "mail.thread"]
    _order = "state, date_due, date desc, id desc"
    _server_fields = frozenset(
        {"state", "done_at", "done_by_id", "due_key", "res_model", "res_id", "source"}
    )
    _draft_states = ("planned",)
    _clock_holder_fields = ("trainer_id",)

    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("process", "Process Training"),
            ("induction", "Induction of New Staff"),
            ("test", "Test of the School Year"),
            ("confidentiality", "Confidentiality Training"),
            ("retraining", "Retraining"),
        ],
        required=True,
        default="process",
        index=True,
        tracking=True,
    )
    state = fields.Selection(
        [("planned", "Planned"), ("done", "Held"), ("cancelled", "Cancelled")],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    procedure_id = fields.Many2one(
        "school.procedure",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    version_id = fields.Many2one(
        "school.procedure.version",
        "Version Trained",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        compute="_compute_version_id",
        store=True,
        readonly=False,
        domain="[('procedure_id', '=', procedure_id),"
        " ('state', 'in', ('published', 'in_force', 'replaced'))]",
        help="What the people were trained on stays on record, also when the procedure "
        "is revised later.",
    )
    trainer_id = fields.Many2one(
        "res.users",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        tracking=True,
    )
    trainer_name = fields.Char("Trainer from Outside")
    date = fields.Datetime("Held On", tracking=True)
    duration = fields.Float("Duration (Hours)", default=1.0)
    place_id = fields.Many2one(
        "school.place", check_company=True, index="btree_not_null", ondelete="restrict"
    )
    date_due = fields.Date("To Be Held By", index="btree_not_null")
    content = fields.Text(help="Purpose, steps and points to note.")
    has_test = fields.Boolean("With a Test")
    pass_mark = fields.Float(
        "Pass Mark (%)",
        default=lambda self: self.env.company.school_sop_pass_mark,
    )
    reason = fields.Text(help="Why it is held, for example what a check found.")
    source = fields.Char("Because Of", readonly=True, copy=False)
    res_model = fields.Char("Model of the Source", readonly=True, copy=False)
    res_id = fields.Many2oneReference(
        "Source", model_field="res_model", readonly=True, copy=False
    )
    participant_ids = fields.One2many(
        "school.training.participant", "training_id", "Participants"
    )
    employee_ids = fields.Many2many(
        "hr.employee.public",
        string="People",
        compute="_compute_employee_ids",
        inverse="_inverse_employee_ids",
    )
    participant_count = fields.Integer(
        "Invited", compute="_compute_counts", compute_sudo=True
    )
    present_count = fields.Integer(
        "Present", compute="_compute_counts", compute_sudo=True
    )
    passed_count = fields.Integer(
        "Passed", compute="_compute_counts", compute_sudo=True
    )
    failed_count = fields.Integer(
        "Failed or Absent", compute="_compute_counts", compute_sudo=True
    )
    done_at = fields.Datetime("Recorded On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", "Recorded By", readonly=True, copy=False)
    due_key = fields.Char(readonly=True, copy=False)
    can_manage = fields.Boolean(compute="_compute_can_manage")

    _due_uniq = models.UniqueIndex(
        "(company_id, due_key) WHERE due_key IS NOT NULL",
        "This training was planned already.",
    )
    _mark_check = models.Constraint(
        "CHECK (pass_mark BETWEEN 0 AND 100)", "The pass mark is a percentage."
    )
    _duration_check = models.Constraint(
        "CHECK (duration >= 0)", "A training cannot last less than no time."
    )
    _source_idx = models.Index("(res_model, res_id) WHERE res_model IS NOT NULL")
    _order_idx = models.Index("(company_id, state, date_due, date DESC, id DESC)")

    @api.depends("procedure_id")
    def _compute_version_id(self):
        for training in self:
            if training.version_id.procedure_id != training.procedure_id:
                training.version_id = training.procedure_id.current_version_id

    @api.depends("participant_ids.employee_id")
    def _compute_employee_ids(self):
        for training in self:
            training.employee_ids = training.participant_ids.employee_id

    def _inverse_employee_ids(self):
        for training in self:
            present = training.participant_ids.employee_id
            training.participant_ids = [
                *(
                    Command.delete(line.id)
                    for line in training.participant_ids
                    if line.employee_id not in training.employee_ids
                ),
                *(
                    Command.create({"employee_id": employee.id})
                    for employee in training.employee_ids - present
                ),
            ]

    @api.depends("participant_ids.result")
    def _compute_counts(self):
        counts = defaultdict(lambda: defaultdict(int))
        for training, result, count in self.env[
            "school.training.participant"
        ]._read_group(
            [("training_id", "in", self.ids)], ["training_id", "result"], ["__count"]
        ):
            counts[training.id][result] = count
        for training in self:
            found = counts[training.id]
            training.participant_count = sum(found.values())
            training.passed_count = found["passed"]
            training.failed_count = found["failed"] + found["absent"]
            training.present_count = found["passed"] + found["failed"]

    @api.depends_context("uid")
    @api.depends("trainer_id")
    def _compute_can_manage(self):
        office = self.env.su or self.env.user.has_group(CLERK)
        for training in self:
            training.can_manage = office or training.trainer_id == self.env.user

    @api.constrains("trainer_id")
    def _check_trainer(self):
        for training in self.sudo():
            user = training.trainer_id
            if user and (user.share or training.company_id not in user.company_ids):
                raise UserError(
                    self.env._(
                        "%(person)s does not work at %(school)s.",
                        person=user.name,
                        school=training.company_id.name,
                    )
                )

    def write(self, vals):
        if not self.env.su:
            self._check_can_change()
        return super().write(vals)

    def _check_can_change(self):
        """A training is changed by its trainer and the office, while it is planned."""
        for training in self:
            if not training.can_manage:
                raise AccessError(
                    self.env._("Only the trainer and the office change a training.")
                )
            if training.state != "planned":
                raise UserError(
                    self.env._(
                        "“%(training)s” is closed: what was recorded stays. Reopen it "
                        "to correct a mistake.",
                        training=training.name,
                    )
                )

    def _clock_responsible_users(self):
        if self.trainer_id:
            return self.trainer_id
        return self.env["school.post"]._find(self.company_id, "director")._users()

    # steps

    def action_done(self):
        """Record that the training was held, with who was there and who passed."""
        for training in self:
            training._check_can_change()
            people = training.participant_ids
            if not people:
                raise UserError(
                    self.env._(
                        "Enter who took part in “%(training)s” first.",
                        training=training.name,
                    )
                )
            waiting = people.filtered(lambda p: p.attendance == "expected")
            if waiting:
                raise UserError(
                    self.env._(
                        "Say of %(people)s whether they were present.",
                        people=", ".join(waiting.mapped("name")[:5]),
                    )
                )
            if not training.trainer_id and not training.trainer_name:
                raise UserError(
                    self.env._(
                        "Enter the trainer of “%(training)s”.", training=training.name
                    )
                )
        now = fields.Datetime.now()
        for training in self:
            # Superuser: fields of the server; the caller was checked above.
            training.sudo().write(
                {
                    "state": "done",
                    "done_at": now,
                    "done_by_id": self.env.uid,
                    "date": training.date or now,
                }
            )
        return True

    def action_all_present(self):
        """Everybody who is expected was there."""
        self._check_can_change()
        self.participant_ids.filtered(lambda p: p.attendance == "expected").write(
            {"attendance": "present"}
        )
        return True

    def action_cancel(self):
        """Cancel a planned training; it stays on record."""
        self._check_can_change()
        self.sudo().write({"state": "cancelled"})
        return True

    def action_reopen(self):
        """Let a mistake in a closed training be corrected; noted in its history."""
        for training in self:
            training.check_access("read")
            if not (self.env.su or self.env.user.has_group(CLERK)):
                raise AccessError(self.env._("Only the office reopens a training."))
            if training.state == "planned":
                raise UserError(
                    self.env._("“%(training)s” is not closed.", training=training.name)
                )
        self.sudo().write({"state": "planned", "done_at": False, "done_by_id": False})
        return True
