from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

CLERK = "school_office_base.group_office_clerk"
# A school that begins with the software shortly before the holidays waits a year.
LEAST_DAYS = 60


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
    can_retrain = fields.Boolean(compute="_compute_can_retrain")

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

    @api.depends_context("uid")
    @api.depends("state", "participant_ids.result")
    def _compute_can_retrain(self):
        waiting = self._to_retrain()
        for training in self:
            training.can_retrain = training.can_manage and bool(
                waiting.get(training.id)
            )

    def _to_retrain(self):
        """``{training: participants}`` who failed and were not trained again yet."""
        done = self.filtered(lambda t: t.state == "done")
        # Superuser: whoever may read the training may know that some failed.
        lines = self.env["school.training.participant"].sudo()
        if not done.ids:
            return {}
        again = {
            (line.training_id.res_id, line.employee_id.id)
            for line in lines.search(
                [
                    ("training_id.res_model", "=", self._name),
                    ("training_id.res_id", "in", done.ids),
                    ("training_id.state", "!=", "cancelled"),
                ]
            )
        }
        found = {}
        for line in lines.search(
            [
                ("training_id", "in", done.ids),
                ("result", "in", ("failed", "absent")),
            ]
        ):
            if (line.training_id.id, line.employee_id.id) not in again:
                found.setdefault(line.training_id.id, lines.browse())
                found[line.training_id.id] |= line
        return found

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

    def action_retrain(self):
        """Plan a retraining of whoever failed or was absent."""
        self.ensure_one()
        self.check_access("read")
        if not self.can_manage:
            raise AccessError(
                self.env._("Only the trainer and the office plan a retraining.")
            )
        people = self._to_retrain().get(self.id)
        if not people:
            raise UserError(
                self.env._(
                    "Nobody who failed “%(training)s” is still to be trained again.",
                    training=self.name,
                )
            )
        training = self._retrain(
            self,
            people.employee_id,
            self.env._("Failed or absent: %(training)s", training=self.name),
            procedure=self.procedure_id,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": training.id,
            "view_mode": "form",
        }

    @api.model
    def _retrain(self, source, employees, reason, procedure=None, trainer=None):
        """Plan a retraining of ``employees`` because of ``source``; return it.

        For checks and error analyses of any addon (BASE-24), for example the sample of
        finished tickets. A second call for the same source, while the retraining is
        planned, adds the people to it.

        :param source: the record that found the faults, of one school
        :param employees: ``hr.employee``, ``hr.employee.public`` or ``res.users``
        """
        source.ensure_one()
        company = source.sudo().company_id
        people = self._employees_of(employees, company)
        if not people:
            raise UserError(self.env._("Choose whom to train again."))
        # Superuser: the caller has the right over the source, not over trainings.
        trainings = self.sudo()
        training = trainings.search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "retraining"),
                ("res_model", "=", source._name),
                ("res_id", "=", source.id),
                ("state", "=", "planned"),
            ],
            limit=1,
        )
        if not training:
            days = company.sudo().school_retraining_days or 1
            due = company._worktime().add(fields.Datetime.now(), days, "working_day")
            training = trainings.create(
                {
                    "company_id": company.id,
                    "name": company._school_env().env._(
                        "Retraining: %(check)s", check=source.sudo().display_name
                    ),
                    "kind": "retraining",
                    "reason": reason,
                    "source": source.sudo().display_name,
                    "res_model": source._name,
                    "res_id": source.id,
                    "procedure_id": (procedure or self.env["school.procedure"]).id,
                    "trainer_id": trainer.id if trainer else False,
                    "has_test": True,
                    "pass_mark": company.sudo().school_sop_pass_mark,
                    "date_due": company._school_date(due),
                }
            )
        training._invite(people)
        return training.sudo(self.env.su)

    @api.model
    def _employees_of(self, people, company):
        """The directory entries in ``company`` of users or employees (superuser)."""
        Employee = self.env["hr.employee.public"].sudo()
        if people._name == "res.users":
            return Employee.search(
                [("user_id", "in", people.ids), ("company_id", "=", company.id)]
            )
        return Employee.browse(people.ids).filtered(lambda e: e.company_id == company)

    def _invite(self, employees):
        """Add people who are not in it yet and tell them (superuser)."""
        self.ensure_one()
        new = employees - self.participant_ids.employee_id
        if not new:
            return
        self.write(
            {
                "participant_ids": [
                    Command.create(
                        {"company_id": self.company_id.id, "employee_id": employee.id}
                    )
                    for employee in new
                ]
            }
        )
        users = new.user_id.filtered("active")
        if users:
            self.env["school.notice"]._queue(
                users,
                lambda env: env._("Training: %(name)s", name=self.name),
                lambda env: env._("It is held by %(date)s.", date=self.date_due or ""),
                record=self,
                kind="training",
            )

    # what is due

    @api.model
    def _school_due(self, company):
        """Plan what is due in a school, once (BASE-23); daily and idempotent.

        - the first test of whoever joined, so many calendar days after joining;
        - the test of people in post in each school year, due on its last day.
        """
        self = self.sudo()
        if company.school_sop_new_staff_days:
            self._plan_inductions(company)
        if company.school_sop_yearly_test:
            self._plan_yearly_test(company)

    def _plan_inductions(self, company):
        today = company._school_date()
        days = company.school_sop_new_staff_days
        employees = self.env["hr.employee"].search(
            [
                ("company_id", "=", company.id),
                ("school_joined_on", "<=", today),
                ("school_joined_on", ">", today - timedelta(days=days)),
            ]
        )
        known = self.env["school.training.participant"].search(
            [
                ("employee_id", "in", employees.ids),
                ("training_id.kind", "=", "induction"),
                ("training_id.state", "!=", "cancelled"),
            ]
        )
        new = employees - employees.browse(known.employee_id.ids)
        for joined, people in new.grouped("school_joined_on").items():
            training = self._planned(
                company,
                f"induction:{joined}",
                lambda env, joined=joined: env._(
                    "Induction and test of those who joined on %(date)s", date=joined
                ),
                kind="induction",
                date_due=joined + timedelta(days=days),
            )
            if training:
                training._invite(self._employees_of(people, company))

    def _plan_yearly_test(self, company):
        year, end = company._school_year(), company._school_year_end()
        if (end - company._school_date()).days < LEAST_DAYS or self.search_count(
            [("company_id", "=", company.id), ("due_key", "=", f"test:{year}")], limit=1
        ):
            return
        holders = self.env["school.post.holder"].search(
            fields.Domain("company_id", "=", company.id)
            & self.env["school.post.holder"]._in_force_domain(company._school_date())
        )
        people = self._employees_of(holders.user_id, company)
        if not people:
            return
        training = self._planned(
            company,
            f"test:{year}",
            lambda env: env._(
                "Test on the procedures, school year %(year)s", year=year
            ),
            kind="test",
            date_due=end,
        )
        training._invite(people)

    def _planned(self, company, key, name, **vals):
        """The planned training of ``key``, made now if it is missing.

        Nothing if it was held or cancelled already.
        """
        training = self.search([("company_id", "=", company.id), ("due_key", "=", key)])
        if training:
            return training.filtered(lambda t: t.state == "planned")
        director = self.env["school.post"]._find(company, "director")._users()[:1]
        return self.create(
            {
                "company_id": company.id,
                "due_key": key,
                "name": name(company._school_env().env),
                "has_test": True,
                "pass_mark": company.school_sop_pass_mark,
                "trainer_id": director.id,
                **vals,
            }
        )
