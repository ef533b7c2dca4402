from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class SchoolTraining(models.Model):
    """Retraining of those in whose work a check found faults (BASE-24)."""

    _inherit = "school.training"

    can_retrain = fields.Boolean(compute="_compute_can_retrain")

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
        return self._form_of(training)

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
