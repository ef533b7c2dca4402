from odoo import models


class SchoolTimeStep(models.Model):
    _inherit = "school.time.step"

    def _users(self, clock, record):
        """Nobody is chased about, or told of, a complaint that is kept from him."""
        users = super()._users(clock, record)
        if record._name != "school.ticket" or not record.sudo().has_accused:
            return users
        left = users - record.sudo().excluded_user_ids
        if not left:
            left = record._complaint_dealers()
        return left.sudo()
