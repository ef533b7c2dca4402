from odoo import fields, models


class SchoolMeetingTurnout(models.Model):
    """The roll of a vote: who may vote, fixed when it opens, and who did.

    Each row is a ballot paper handed out. Casting changes the voter's own row, so that
    a second ballot at the same moment meets a changed row, and so does a ballot that
    comes while the vote is closed: closing rewrites all rows. No row says when somebody
    voted or in which order; of a secret vote the rows are written anew, sorted by the
    list of participants, in the transaction that closes it, and the sealed choices are
    gone.
    """

    _name = "school.meeting.turnout"
    _description = "Roll of a Vote"
    _inherit = ["school.meeting.room.line"]
    _order = "vote_id, participant_id"
    _rec_name = "participant_id"
    # Who changed a row last, and when, would be the order of the votes.
    _log_access = False

    _room_guard = """
        TG_OP = 'INSERT' AND (
            SELECT state NOT IN ('open', 'counting') FROM school_meeting_vote
             WHERE id = NEW.vote_id)
        OR TG_OP <> 'INSERT' AND OLD.is_closed
        OR TG_OP = 'DELETE' AND (
            SELECT state <> 'counting' FROM school_meeting_vote
             WHERE id = OLD.vote_id)
        OR TG_OP = 'UPDATE' AND (
            OLD.has_voted AND NOT NEW.has_voted
            OR NEW.user_id IS DISTINCT FROM OLD.user_id
            OR NEW.participant_id IS DISTINCT FROM OLD.participant_id
            OR NEW.vote_id IS DISTINCT FROM OLD.vote_id
            OR OLD.sealed IS NOT NULL AND NEW.sealed IS NOT NULL
                AND NEW.sealed <> OLD.sealed)"""

    _room_guard_sentence = "The roll of a vote stands from its opening on."

    vote_id = fields.Many2one(
        "school.meeting.vote",
        required=True,
        check_company=True,
        readonly=True,
        ondelete="restrict",
    )
    participant_id = fields.Many2one(
        "school.meeting.participant",
        "Voter",
        required=True,
        index=True,
        check_company=True,
        readonly=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Who Votes",
        required=True,
        index=True,
        check_company=True,
        readonly=True,
        ondelete="restrict",
        help="The member himself, or his deputy where the body lets deputies vote.",
    )
    has_voted = fields.Boolean("Voted", default=False, required=True, readonly=True)
    is_closed = fields.Boolean(default=False, required=True, readonly=True)
    sealed = fields.Char(readonly=True, groups=fields.NO_ACCESS)

    _participant_uniq = models.UniqueIndex(
        "(vote_id, participant_id)", "This person is on the roll already."
    )
    _user_uniq = models.UniqueIndex(
        "(vote_id, user_id)", "Everybody has one ballot of his own."
    )
    _sealed_check = models.Constraint(
        "CHECK (sealed IS NULL OR has_voted AND NOT is_closed)",
        "A sealed ballot lies on the roll only until the vote closes.",
    )

    def _is_deletable(self):
        # Rewritten by the transaction that counts; the trigger asks the same.
        return self.env.su and self.vote_id.state == "counting"
