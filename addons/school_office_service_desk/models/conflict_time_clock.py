from odoo import models


class SchoolTimeClock(models.Model):
    _name = "school.time.clock"
    _inherit = ["school.time.clock", "school.ticket.evidence"]
