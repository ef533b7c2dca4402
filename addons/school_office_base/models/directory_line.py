from odoo import fields, models
from odoo.exceptions import AccessError


class SchoolDirectoryLine(models.Model):
    """One person in a directory update, with contact data to check."""

    _name = "school.directory.line"
    _description = "Person in a Directory Update"
    _inherit = ["school.record"]
    _order = "confirmation_id, name, id"
    _server_fields = frozenset({"confirmation_id", "employee_id", "name"})

    confirmation_id = fields.Many2one(
        "school.directory.confirmation",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="cascade",
    )
    employee_id = fields.Many2one(
        "hr.employee.public",
        "Person",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
    )
    name = fields.Char(required=True, readonly=True)
    work_phone = fields.Char()
    work_email = fields.Char()
    is_gone = fields.Boolean("No Longer Here")

    def write(self, vals):
        if not self.env.su:
            for confirmation in self.confirmation_id:
                if not confirmation.can_answer:
                    raise AccessError(
                        self.env._(
                            "Only the head or a receiver of “%(department)s” changes "
                            "this, before it is confirmed.",
                            department=confirmation.department_id.name,
                        )
                    )
        return super().write(vals)

    def _take_over(self):
        """Write what was confirmed to the employees of the same school.

        The address of somebody else's login is not taken over: whoever reads its mail
        can set a new password. The person or the administrator changes it.
        """
        is_admin = self.env.user.has_group("school_office_base.group_school_admin")
        for line in self:
            employee = self.env["hr.employee"].sudo().browse(line.employee_id.id)
            names = ["work_phone"]
            if is_admin or employee.user_id in (self.env.user, self.env["res.users"]):
                names.append("work_email")
            changes = {
                name: line[name] or False
                for name in names
                if (line[name] or False) != (employee[name] or False)
            }
            if changes and employee.company_id == line.company_id:
                employee.write(changes)
