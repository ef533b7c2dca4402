from odoo import models


class SchoolNumber(models.Model):
    _name = "school.number"
    _inherit = ["school.number", "school.ticket.evidence"]
