from odoo import models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"manager_id", "parent_id", "school_supervisor_id"}:
            self.env["school.ticket"]._conflict_people_moved(self)
        return result
