from odoo import api, fields, models


class SchoolMeetingStep(models.TransientModel):
    """Ask for what a step of a meeting needs; its method checks the caller."""

    _name = "school.meeting.step"
    _description = "Step of a Meeting"

    step = fields.Selection(
        [
            ("call", "Call"),
            ("move", "Postpone"),
            ("cancel", "Cancel"),
            ("channel", "Also Made Known"),
        ],
        required=True,
    )
    meeting_ids = fields.Many2many("school.meeting", required=True)
    reason = fields.Text()
    start = fields.Datetime("New Start")
    stop = fields.Datetime("New End")
    channel = fields.Selection(
        [
            ("board", "Notice Board"),
            ("chat", "Group Chat"),
            ("phone", "Phone"),
            ("paper", "Paper"),
        ],
        default="chat",
    )
    preview_subject = fields.Char(compute="_compute_preview")
    preview = fields.Text("What They Will Read", compute="_compute_preview")
    recipients = fields.Char(compute="_compute_preview")
    warning = fields.Text(compute="_compute_preview")
    is_late = fields.Boolean(compute="_compute_preview")

    @api.model
    def default_get(self, fields_list):
        defaults = super().default_get(fields_list)
        if defaults.get("step") == "move" and defaults.get("meeting_ids"):
            commands = defaults["meeting_ids"]
            ids = commands[0][2] if commands and len(commands[0]) == 3 else []
            meeting = self.env["school.meeting"].browse(ids[:1])
            meeting.check_access("read")
            defaults.update(start=meeting.start, stop=meeting.stop)
        return defaults

    @api.depends("meeting_ids", "step")
    def _compute_preview(self):
        for wizard in self:
            meetings = wizard.meeting_ids._origin
            meetings.check_access("read")
            wizard.preview_subject = wizard.preview = wizard.recipients = False
            wizard.warning = wizard.is_late = False
            if wizard.step != "call" or len(meetings) != 1:
                continue
            wizard.preview_subject = meetings._notice_subject(self.env)
            wizard.preview = meetings._notice_body(self.env)
            wizard.recipients = self.env._(
                "%(count)s people: %(names)s",
                count=len(meetings.participant_ids),
                names=meetings._names(meetings.participant_ids),
            )
            wizard.is_late = meetings._is_late_notice()
            sentences = meetings.sudo()._missing_to_call()
            if wizard.is_late:
                sentences.insert(0, meetings._lead_sentence())
            guests = meetings.sudo().participant_ids.filtered("partner_id")
            unreached = guests.filtered(lambda guest: not guest.partner_id.email)
            if unreached:
                sentences.append(
                    self.env._(
                        "No e-mail address is known of %(names)s: tell them yourself.",
                        names=meetings._names(unreached),
                    )
                )
            wizard.warning = "\n".join(sentences)

    def action_confirm(self):
        self.ensure_one()
        # The list of meetings came through the client: only what the user may see.
        meetings = self.meeting_ids
        meetings.check_access("write")
        match self.step:
            case "call":
                meetings._call((self.reason or "").strip())
            case "move":
                meetings._move(self.start, self.stop, self.reason)
            case "cancel":
                meetings._cancel(self.reason)
            case "channel":
                meetings._note_channel(self.channel, self.reason)
        return {"type": "ir.actions.act_window_close"}
