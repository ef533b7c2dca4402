from odoo import fields, models


class SchoolMeetingReason(models.TransientModel):
    """Says why one was absent from a meeting (MTG-13)."""

    _name = "school.meeting.reason"
    _description = "Reason of Absence"

    participant_id = fields.Many2one(
        "school.meeting.participant", required=True, readonly=True
    )
    meeting_name = fields.Char("Meeting", readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        # The method checks that he speaks for himself, or that the clerk does.
        self.participant_id.action_give_reason(self.reason)
        return {"type": "ir.actions.act_window_close"}
