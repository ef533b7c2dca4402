from odoo import fields, models

CHOICES = [("for", "For"), ("against", "Against"), ("abstain", "Abstain")]


class SchoolMeetingBallot(models.Model):
    """One vote in an open ballot: who, what. Rows are only ever added.

    There is none for a secret vote.
    """

    _name = "school.meeting.ballot"
    _description = "Open Ballot"
    _inherit = ["school.meeting.room.line"]
    _order = "vote_id, id"
    _rec_name = "participant_id"

    _room_guard = """
        TG_OP <> 'INSERT'
        OR NOT EXISTS (
            SELECT 1
              FROM school_meeting_vote vote
              JOIN school_meeting_turnout roll ON roll.vote_id = vote.id
             WHERE vote.id = NEW.vote_id
               AND vote.state = 'open'
               AND vote.kind = 'open'
               AND roll.participant_id = NEW.participant_id
               AND roll.user_id = NEW.user_id
               AND roll.has_voted
               AND NOT roll.is_closed)"""
    _room_guard_sentence = (
        "A ballot is cast once, by who is on the roll of an open vote."
    )

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
        "res.users", "Who Voted", required=True, readonly=True, ondelete="restrict"
    )
    choice = fields.Selection(CHOICES, required=True, readonly=True)
    cast_at = fields.Datetime("When", required=True, readonly=True)

    _participant_uniq = models.UniqueIndex(
        "(vote_id, participant_id)", "Everybody has one ballot."
    )
    _user_uniq = models.UniqueIndex("(vote_id, user_id)", "Everybody has one ballot.")
