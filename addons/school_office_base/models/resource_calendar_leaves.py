from odoo import api, models


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        leaves = super().create(vals_list)
        leaves._school_schools()._calendar_touch()
        return leaves

    def write(self, vals):
        schools = self._school_schools()
        result = super().write(vals)
        (schools | self._school_schools())._calendar_touch()
        return result

    def unlink(self):
        schools = self._school_schools()
        result = super().unlink()
        schools._calendar_touch()
        return result

    def _school_schools(self):
        """The schools that these close; a person's own time off closes none."""
        closures = self.sudo().filtered(lambda leave: not leave.resource_id)
        return closures.company_id.filtered("is_school")
