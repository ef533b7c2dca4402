from odoo import fields, models

STARS = [
    ("0", "–"),
    ("1", "Very Poor"),
    ("2", "Poor"),
    ("3", "Fair"),
    ("4", "Good"),
    ("5", "Very Good"),
]


class SchoolMeetingRate(models.TransientModel):
    """Four times one to five stars, and a word: nothing of it is linked to anybody."""

    _name = "school.meeting.rate"
    _description = "Answer about a Meeting"

    evaluation_id = fields.Many2one(
        "school.meeting.evaluation", required=True, readonly=True
    )
    meeting_name = fields.Char(
        related="evaluation_id.meeting_id.name", related_sudo=False, string="Meeting"
    )
    efficiency = fields.Selection(STARS, default="0")
    decisions = fields.Selection(STARS, "Quality of Decisions", default="0")
    organisation = fields.Selection(STARS, default="0")
    content = fields.Selection(STARS, default="0")
    word = fields.Text("In Own Words")

    def action_apply(self):
        """Put the answer into the box, and keep nothing here."""
        self.ensure_one()
        scores = {
            name: int(self[name] or 0)
            for name in ("efficiency", "decisions", "organisation", "content")
        }
        self.evaluation_id._answer(scores, self.word)
        # Superuser: a dialog has no right to be deleted, and must not tell later.
        self.sudo().unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Thank you. Nothing links the answer to you."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
