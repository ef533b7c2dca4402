from odoo import fields, models


class SchoolMeetingPrepStep(models.TransientModel):
    """Report the fault in the same dialog in which it is told."""

    _inherit = "school.meeting.prep.step"

    report_fault = fields.Boolean("Report It at the Service Desk", default=True)

    def action_apply(self):
        action = super().action_apply()
        if self.step == "fault" and self.report_fault:
            self.task_ids.action_report_fault()
        return action
