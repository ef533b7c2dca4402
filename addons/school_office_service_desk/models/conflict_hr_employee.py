from odoo import api, models

MOVES = {"department_id", "user_id", "company_id", "active"}


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        moved = employees.filtered(lambda e: e.user_id and e.department_id)
        if moved:
            self.env["school.ticket"]._conflict_people_moved(moved.department_id)
        return employees

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & MOVES:
            departments = self.department_id
            if "user_id" in vals:
                # Whoever signs in as a head leads what he heads.
                departments |= (
                    self.env["hr.department"]
                    .sudo()
                    .with_context(active_test=False)
                    .search([("manager_id", "in", self.ids)])
                )
            if departments:
                self.env["school.ticket"]._conflict_people_moved(departments)
        return result
