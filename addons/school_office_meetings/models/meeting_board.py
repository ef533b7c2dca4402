from odoo import api, fields, models
from odoo.fields import Domain


class SchoolMeeting(models.Model):
    """What the lists and the form show at a glance, counted once for all of them."""

    _inherit = "school.meeting"

    participant_count = fields.Integer("Invited", compute="_compute_answers")
    accepted_count = fields.Integer("Come", compute="_compute_answers")
    declined_count = fields.Integer("Do Not Come", compute="_compute_answers")
    open_count = fields.Integer("No Answer", compute="_compute_answers")
    phone_count = fields.Integer("To Be Phoned", compute="_compute_answers")
    my_participant_id = fields.Many2one(
        "school.meeting.participant", compute="_compute_my_participant_id"
    )
    my_answer = fields.Selection(
        related="my_participant_id.answer", string="My Answer", depends=["state"]
    )
    can_manage = fields.Boolean(compute="_compute_can_manage")
    has_part = fields.Boolean(
        "I Take Part",
        compute="_compute_my_participant_id",
        search="_search_has_part",
    )
    is_body_member = fields.Boolean(
        compute="_compute_is_body_member",
        search="_search_is_body_member",
        help="The current user is a member of the body today. For record rules.",
    )

    @api.depends("participant_ids.answer", "participant_ids.phone_reached")
    def _compute_answers(self):
        counts = {meeting.id: {} for meeting in self._origin}
        phone = {}
        for meeting, answer, is_key, reached, number in self.env[
            "school.meeting.participant"
        ]._read_group(
            [("meeting_id", "in", self._origin.ids)],
            ["meeting_id", "answer", "is_key", "phone_reached"],
            ["__count"],
        ):
            answers = counts[meeting.id]
            answers[answer] = answers.get(answer, 0) + number
            if is_key and not reached:
                phone[meeting.id] = phone.get(meeting.id, 0) + number
        for meeting in self:
            answers = counts.get(meeting._origin.id, {})
            meeting.participant_count = sum(answers.values())
            meeting.accepted_count = answers.get("accepted", 0) + answers.get(
                "deputy", 0
            )
            meeting.declined_count = answers.get("declined", 0)
            meeting.open_count = answers.get("none", 0)
            meeting.phone_count = (
                phone.get(meeting._origin.id, 0)
                if meeting.type in ("important", "cross") and meeting.state == "called"
                else 0
            )

    @api.depends_context("uid")
    @api.depends("participant_ids")
    def _compute_my_participant_id(self):
        rows = self.env["school.meeting.participant"].search_fetch(
            [("meeting_id", "in", self._origin.ids), ("user_id", "=", self.env.uid)],
            ["meeting_id", "answer"],
        )
        mine = {row.meeting_id.id: row for row in rows}
        for meeting in self:
            meeting.my_participant_id = mine.get(meeting._origin.id, rows.browse())
            meeting.has_part = bool(meeting.my_participant_id)

    def _search_has_part(self, operator, value):
        if operator != "in":
            return NotImplemented
        uid = self.env.uid
        return (
            Domain("participant_ids.user_id", "=", uid)
            | Domain("participant_ids.deputy_id", "=", uid)
            | Domain("chair_id", "=", uid)
            | Domain("recorder_id", "=", uid)
        )

    @api.depends_context("uid")
    @api.depends("state", "organizer_id", "chair_id", "recorder_id")
    def _compute_can_manage(self):
        managed = set(self._origin._filtered_access("write").ids)
        for meeting in self:
            meeting.can_manage = not meeting._origin or meeting._origin.id in managed

    @api.depends_context("uid")
    @api.depends("body_id")
    def _compute_is_body_member(self):
        bodies = self._my_bodies()
        for meeting in self:
            meeting.is_body_member = meeting.body_id.id in bodies

    def _search_is_body_member(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("body_id", "in", list(self._my_bodies()))

    def _my_bodies(self):
        """Ids of the bodies the current user is a member of today."""
        # sudo: asked by record rules; only the user's own memberships are read
        rows = (
            self.env["school.meeting.member"]
            .sudo()
            .search_fetch(
                [("user_id", "=", self.env.uid)],
                ["body_id", "date_from", "date_to", "company_id"],
            )
        )
        today = {company: company._school_date() for company in rows.company_id}
        return {
            row.body_id.id
            for row in rows
            if (not row.date_from or row.date_from <= today[row.company_id])
            and (not row.date_to or row.date_to >= today[row.company_id])
        }

    # Answering from the form

    def action_accept(self):
        return self._my_row().action_accept()

    def action_decline(self):
        return self._my_row().action_decline()

    def action_send_deputy(self):
        return self._my_row().action_send_deputy()

    def _my_row(self):
        self.ensure_one()
        self.check_access("read")
        return self.my_participant_id

    def action_urge(self):
        """Urge all who have not answered."""
        self.check_access("write")
        self.participant_ids.filtered(lambda row: row.answer == "none").action_urge()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Those who have not answered are urged."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_open_answers(self):
        """The board of who comes, and who has not answered."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_meetings.participant_action_board"
        )
        action["domain"] = [("meeting_id", "=", self.id)]
        return action
