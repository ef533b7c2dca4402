from odoo import api, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        moved = employees.filtered(lambda e: e.user_id and e.department_id)
        if moved:
            self.env["school.ticket"]._conflict_people_moved(moved.company_id)
        return employees

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"department_id", "user_id"}:
            self.env["school.ticket"]._conflict_people_moved(self.company_id)
        return result
