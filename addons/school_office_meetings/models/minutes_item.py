from odoo import models


class SchoolMeetingItem(models.Model):
    """An item of the agenda is a block of the minutes: it has readers of its own."""

    _name = "school.meeting.item"
    _inherit = ["school.meeting.item", "school.meeting.block.mixin"]
