from odoo import api, fields, models


class SchoolMeetingAnswer(models.TransientModel):
    """Ask why somebody does not come, who comes instead, or what was said by phone."""

    _name = "school.meeting.answer"
    _description = "Answer to a Meeting Notice"

    step = fields.Selection(
        [
            ("decline", "Cannot Come"),
            ("deputy", "Send a Deputy"),
            ("record", "Enter an Answer"),
            ("phone", "Phone Call"),
        ],
        required=True,
    )
    participant_ids = fields.Many2many("school.meeting.participant", required=True)
    answer = fields.Selection(
        [
            ("accepted", "Comes"),
            ("declined", "Cannot Come"),
            ("deputy", "Sends a Deputy"),
        ],
        default="accepted",
    )
    reason = fields.Char()
    deputy_id = fields.Many2one("res.users")
    deputies_vote = fields.Boolean(compute="_compute_candidate_ids")
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    reached = fields.Boolean(default=True)
    note = fields.Char()

    @api.depends("participant_ids")
    def _compute_candidate_ids(self):
        for wizard in self:
            meetings = wizard.participant_ids._origin.meeting_id
            meetings.check_access("read")
            taken = (
                meetings.participant_ids.user_id | meetings.participant_ids.deputy_id
            )
            wizard.candidate_ids = self.env["res.users"].search(
                [
                    ("share", "=", False),
                    ("company_ids", "in", meetings.company_id.ids),
                    ("id", "not in", taken.ids),
                ]
            )
            wizard.deputies_vote = bool(meetings.body_id.deputies_vote)

    def action_confirm(self):
        self.ensure_one()
        # The rows came through the client: only what the user may see.
        rows = self.participant_ids
        rows.check_access("read")
        match self.step:
            case "decline":
                rows._check_answers_himself()
                rows._answer("declined", self.reason, channel="office")
            case "deputy":
                rows._check_answers_himself()
                rows._answer("deputy", self.reason, self.deputy_id, channel="office")
            case "record":
                rows.meeting_id.check_access("write")
                rows._answer(self.answer, self.reason, self.deputy_id, channel="clerk")
            case "phone":
                rows._record_phone_call(self.reached, self.note)
        return {"type": "ir.actions.act_window_close"}
