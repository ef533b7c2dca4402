from odoo import models


class ResUsers(models.Model):
    """Whoever leaves hands over what procedures and reviews expect of him."""

    _inherit = "res.users"

    def _school_leaver_blockers(self, company):
        self.ensure_one()
        sentences = super()._school_leaver_blockers(company)
        # Superuser: the administrator reads neither trainings nor improvements.
        env = self.sudo().env
        here = [("company_id", "=", company.id)]
        for action in env["school.process.action"].search(
            [*here, ("owner_id", "=", self.id), ("state", "=", "open")]
        ):
            sentences.append(
                self.env._(
                    "Has to carry out “%(decision)s”: name another owner.",
                    decision=action.name,
                )
            )
        for training in env["school.training"].search(
            [*here, ("trainer_id", "=", self.id), ("state", "=", "planned")]
        ):
            sentences.append(
                self.env._(
                    "Holds the training “%(training)s”: name another trainer.",
                    training=training.name,
                )
            )
        for step in env["school.procedure.step"].search(
            [
                ("company_id", "=", company.id),
                ("user_id", "=", self.id),
                ("version_id.state", "=", "in_force"),
            ]
        ):
            sentences.append(
                self.env._(
                    "Is named in the procedure “%(procedure)s”: revise it.",
                    procedure=step.version_id.procedure_id.name,
                )
            )
        if env["school.restore.test"].search_count(
            [*here, ("tester_id", "=", self.id), ("state", "!=", "done")], limit=1
        ):
            sentences.append(
                self.env._("Does the next restore test: name another tester.")
            )
        return sentences
