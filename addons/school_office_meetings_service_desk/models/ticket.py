from odoo import api, fields, models


class SchoolTicket(models.Model):
    """A request that began on the check list of a meeting, or with a resolution."""

    _inherit = "school.ticket"

    meeting_task_ids = fields.One2many(
        "school.meeting.task", "ticket_id", "Check List Rows", readonly=True
    )
    meeting_resolution_ids = fields.One2many(
        "school.meeting.resolution", "ticket_id", "Resolutions", readonly=True
    )
    meeting_start = fields.Datetime(
        "Needed for a Meeting",
        compute="_compute_meeting_start",
        compute_sudo=True,
        help="When the meeting begins whose check found the fault.",
    )

    @api.depends("meeting_task_ids.meeting_id.start")
    def _compute_meeting_start(self):
        for ticket in self:
            starts = ticket.meeting_task_ids.meeting_id.filtered("start")
            ticket.meeting_start = min(starts.mapped("start"), default=False)

    def _ticket_solved(self):  # pylint: disable=missing-return
        super()._ticket_solved()
        self.sudo().meeting_task_ids._look_again()
        self.sudo().meeting_resolution_ids._tell_coordinated()
