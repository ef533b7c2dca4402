from odoo import fields, models

METHODS = [("qr", "Code on the Screen"), ("list", "List"), ("clerk", "Clerk")]


class SchoolMeetingPresence(models.Model):
    """From when to when somebody was in the room (到会时段).

    A row is opened by signing in and closed by leaving or by the end of the meeting;
    who comes back opens another. So it is known who was there for an item. A row once
    closed never changes; a mistake is struck out, with who did so and why.
    """

    _name = "school.meeting.presence"
    _description = "Presence in a Meeting"
    _inherit = ["school.meeting.room.line"]
    _order = "meeting_id, since, id"
    _rec_name = "participant_id"

    _room_guard = """
        TG_OP = 'DELETE' AND NOT (
            SELECT state = 'draft' FROM school_meeting WHERE id = OLD.meeting_id)
        OR TG_OP = 'UPDATE' AND (
            OLD.void_at IS NOT NULL
            OR NEW.since IS DISTINCT FROM OLD.since
            OR NEW.participant_id IS DISTINCT FROM OLD.participant_id
            OR NEW.attended_by_id IS DISTINCT FROM OLD.attended_by_id
            OR OLD.until IS NOT NULL AND NEW.until IS DISTINCT FROM OLD.until)"""

    # An index of more columns begins with it.
    meeting_id = fields.Many2one(index=False)
    participant_id = fields.Many2one(
        "school.meeting.participant",
        required=True,
        index=True,
        check_company=True,
        readonly=True,
        ondelete="restrict",
    )
    attended_by_id = fields.Many2one(
        "res.users",
        "Who Came",
        readonly=True,
        help="The person himself or his deputy; empty for a guest.",
    )
    since = fields.Datetime("From", required=True, readonly=True)
    until = fields.Datetime(readonly=True)
    method = fields.Selection(METHODS, "Signed In by", required=True, readonly=True)
    by_id = fields.Many2one("res.users", "Entered by", readonly=True)
    # For whom it was told to, who read it on the sheet
    left_reason = fields.Char(
        "Reason for Leaving", readonly=True, groups=fields.NO_ACCESS
    )
    void_at = fields.Datetime("Struck Out at", readonly=True)
    void_by_id = fields.Many2one("res.users", "Struck Out by", readonly=True)
    void_reason = fields.Char("Why It Was Struck Out", readonly=True)

    _order_idx = models.Index("(meeting_id, since, id)")
    _times_check = models.Constraint(
        "CHECK (until IS NULL OR until >= since)", "Nobody leaves before he comes."
    )
    _open_uniq = models.UniqueIndex(
        "(participant_id) WHERE until IS NULL AND void_at IS NULL",
        "This person is in the room already.",
    )
