from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError


class SchoolPersonLeave(models.TransientModel):
    """The check-list of somebody who leaves the school."""

    _name = "school.person.leave"
    _description = "Person Leaves the School"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda s: s.env.company
    )
    employee_id = fields.Many2one("hr.employee.public", "Person", required=True)
    blockers = fields.Text("Still Open", compute="_compute_blockers")

    @api.depends("employee_id")
    def _compute_blockers(self):
        for wizard in self:
            sentences = wizard._person()._school_leaver_blockers(wizard.company_id)
            wizard.blockers = "\n".join(f"• {sentence}" for sentence in sentences)

    def _person(self):
        """Return the user who leaves, after asking who is calling."""
        self.company_id._check_school_admin()
        person = self.employee_id
        person.check_access("read")
        if person.company_id != self.company_id:
            raise AccessError(self.env._("This person works at another school."))
        if not person.user_id:
            raise ValidationError(
                self.env._("%(person)s has no login to close.", person=person.name)
            )
        person.user_id._school_check_manageable(self.company_id)
        return person.user_id

    def action_confirm(self):
        self.ensure_one()
        self._person()._school_leave(self.company_id)
        return {"type": "ir.actions.act_window_close"}
