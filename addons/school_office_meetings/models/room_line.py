from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_office_base.tools.pg_guard import guard_rows

FINAL = """(SELECT record_frozen_at IS NOT NULL FROM school_meeting
             WHERE id = COALESCE(NEW.meeting_id, OLD.meeting_id))"""
FINAL_SENTENCE = "The record of this meeting is final: it is evidence now."


class SchoolMeetingRoomLine(models.AbstractModel):
    """Something that happened in the room: seen by those of the room only.

    Who may see that a body meets (``is_meeting_visible``) does not thereby see who
    voted how, who left when, and what was said.

    Rows are written by the server's own methods. PostgreSQL refuses them once the
    record of the meeting is final; a model names further what may never change in
    ``_room_guard``, an SQL condition over TG_OP, OLD and NEW.
    """

    _name = "school.meeting.room.line"
    _description = "Happened in the Room"
    _inherit = ["school.meeting.line"]

    _room_guard = "FALSE"
    _room_guard_sentence = FINAL_SENTENCE

    is_room_visible = fields.Boolean(
        compute="_compute_is_room_visible",
        search="_search_is_room_visible",
        compute_sudo=False,
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        if self._abstract or not self._auto:
            return
        guard_rows(
            self.env.cr,
            self._table,
            f"{FINAL} OR {self._room_guard}",
            self._room_guard_sentence,
            insert=True,
        )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id")
    def _compute_is_room_visible(self):
        # Record rules are computed in superuser mode, but for this user.
        Meeting = self.env["school.meeting"].sudo(False)
        visible = Meeting.search(
            Domain("id", "in", self.sudo().meeting_id.ids)
            & Domain("is_in_room", "=", True)
        )
        for line, line_sudo in zip(self, self.sudo(), strict=True):
            line.is_room_visible = line_sudo.meeting_id.id in visible._ids

    @api.model
    def _search_is_room_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Meeting = self.env["school.meeting"].sudo(False)
        return Domain(
            "meeting_id", "in", Meeting._search(Domain("is_in_room", "=", True))
        )

    def _is_deletable(self):
        return False
