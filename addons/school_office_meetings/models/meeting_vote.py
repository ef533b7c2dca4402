from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.school_office_base.tools import triggers

from ..tools import ballot_seal

KINDS = [
    ("open", "Open, by Phone"),
    ("secret", "Secret, by Phone"),
    ("hands", "Show of Hands"),
]
STATES = [
    ("open", "Voting"),
    ("counting", "Being Counted"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
RESULTS = [("passed", "Passed"), ("rejected", "Not Passed"), ("tie", "Tie")]
COUNTS = ("for", "against", "abstain")
# With two, each knows what the other chose.
SECRET_FROM = 3


class SchoolMeetingVote(models.Model):
    """A vote on an item (表决): opened, cast in the room, counted, kept (MTG-17).

    Opening judges the quorum and fixes the roll of voters and the majority that is
    needed; closing counts and judges by what the body's rules were then. Both sets of
    numbers stay with the vote, and a closed vote never changes. There is no way to vote
    from elsewhere or later: who is on the roll was signed in and present for the item
    when the vote was opened.
    """

    _name = "school.meeting.vote"
    _description = "Vote"
    _inherit = ["school.meeting.room.line"]
    _order = "meeting_id, id"
    _rec_name = "question"

    # A trigger and not a check: what older versions counted stands as it was.
    _room_guard = f"""
        TG_OP = 'DELETE'
        OR TG_OP = 'INSERT' AND (NEW.state <> 'open' OR (
            SELECT state <> 'in_session' FROM school_meeting
             WHERE id = NEW.meeting_id))
        OR TG_OP <> 'DELETE' AND NEW.kind = 'secret' AND (
            NEW.present_count < {SECRET_FROM}
            OR NEW.state = 'closed'
                AND NEW.count_for + NEW.count_against + NEW.count_abstain
                    BETWEEN 1 AND {SECRET_FROM - 1})
        OR TG_OP = 'UPDATE' AND NEW.state = 'closed' AND NEW.kind = 'open'
            AND EXISTS (
                SELECT 1
                  FROM (SELECT count(*) FILTER (WHERE choice = 'for') AS pro,
                               count(*) FILTER (WHERE choice = 'against') AS con,
                               count(*) FILTER (WHERE choice = 'abstain') AS idle
                          FROM school_meeting_ballot
                         WHERE vote_id = NEW.id) AS in_time
                 WHERE pro IS DISTINCT FROM NEW.count_for
                    OR con IS DISTINCT FROM NEW.count_against
                    OR idle IS DISTINCT FROM NEW.count_abstain)
        OR TG_OP = 'UPDATE' AND NEW.state = 'closed' AND NEW.kind = 'secret'
            AND NEW.count_for + NEW.count_against + NEW.count_abstain
                IS DISTINCT FROM (
                    SELECT count(*) FROM school_meeting_turnout
                     WHERE vote_id = NEW.id AND has_voted)"""
    _room_guard_sentence = (
        "A vote is opened in a meeting in session and closed with what was cast; "
        "a secret one never with fewer than three ballots."
    )

    # An index of more columns begins with it.
    meeting_id = fields.Many2one(index=False)
    item_id = fields.Many2one(
        "school.meeting.item",
        "Agenda Item",
        required=True,
        index=True,
        check_company=True,
        readonly=True,
        ondelete="restrict",
    )
    question = fields.Char(required=True, readonly=True)
    kind = fields.Selection(KINDS, "How", required=True, readonly=True)
    state = fields.Selection(
        STATES, "Status", default="open", required=True, readonly=True, index=True
    )
    opened_at = fields.Datetime("Opened on", required=True, readonly=True)
    opened_by_id = fields.Many2one(
        "res.users", "Opened by", required=True, readonly=True
    )
    closed_at = fields.Datetime("Closed on", readonly=True)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True)
    cancel_reason = fields.Char("Why It Was Cancelled", readonly=True)
    # judged at the opening
    is_special = fields.Boolean("Special Matter", readonly=True)
    members_count = fields.Integer("Voting Members", readonly=True)
    recused_count = fields.Integer("Recused", readonly=True)
    quorum_base = fields.Integer("Counted for the Quorum", readonly=True)
    present_count = fields.Integer("Present for the Item", readonly=True)
    quorum_needed = fields.Integer("Needed for a Quorum", readonly=True)
    # the rule of the body at the opening: nobody changes it while votes come in
    majority_base = fields.Selection(
        [
            ("cast", "Votes Cast For and Against"),
            ("present", "Voting Members Present"),
            ("members", "All Voting Members"),
        ],
        "Majority Of",
        readonly=True,
    )
    majority_numerator = fields.Integer("Majority", readonly=True)
    majority_denominator = fields.Integer("Majority of", readonly=True)
    majority_strict = fields.Boolean("Majority: More Than", readonly=True)
    # judged at the closing
    base_count = fields.Integer("Counted for the Majority", readonly=True)
    needed_count = fields.Integer("Votes Needed", readonly=True)
    count_for = fields.Integer("For", readonly=True)
    count_against = fields.Integer("Against", readonly=True)
    count_abstain = fields.Integer("Abstained", readonly=True)
    result = fields.Selection(RESULTS, readonly=True)

    turnout_ids = fields.One2many("school.meeting.turnout", "vote_id", "Roll")
    ballot_ids = fields.One2many("school.meeting.ballot", "vote_id", "Ballots")
    key_name = fields.Char(readonly=True, copy=False, groups=fields.NO_ACCESS)
    _list_idx = models.Index("(meeting_id, id)")
    _open_uniq = models.UniqueIndex(
        "(meeting_id) WHERE state IN ('open', 'counting')",
        "One vote at a time: close the one that is open.",
    )
    _numbers_check = models.Constraint(
        """CHECK (
            present_count >= quorum_needed
            AND (state <> 'closed' OR COALESCE(
                closed_at IS NOT NULL
                AND result IS NOT NULL
                AND base_count >= 0
                AND needed_count >= 1
                AND LEAST(count_for, count_against, count_abstain) >= 0
                AND count_for + count_against + count_abstain <= present_count
                AND (result = 'passed') = (count_for >= needed_count),
                FALSE))
        )""",
        "A result is kept with the numbers it was judged by, and only with a quorum.",
    )
    _key_check = models.Constraint(
        "CHECK (key_name IS NULL OR kind = 'secret' AND state IN ('open', 'counting'))",
        "Only a secret vote has a key, and only until it is closed.",
    )
    _cancel_check = models.Constraint(
        "CHECK (state <> 'cancelled' OR cancel_reason IS NOT NULL)",
        "A vote is cancelled for a reason.",
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        triggers.guard_columns(
            self.env.cr,
            self._table,
            {"write_date", "write_uid"},
            when="OLD.state IN ('closed', 'cancelled')",
            name="school_guard_closed",
        )

    @api.model_create_multi
    def create(self, vals_list):
        # In superuser mode too: no vote without a quorum of those present for the item.
        items = self.env["school.meeting.item"].sudo()
        for vals in vals_list:
            item = items.browse(vals["item_id"])
            now = item._check_may_decide()
            rules = item.meeting_id.body_id._rules()
            vals |= {
                "meeting_id": item.meeting_id.id,
                "is_special": now.special,
                "members_count": now.members,
                "recused_count": now.recused,
                "quorum_base": now.base,
                "present_count": now.present,
                "quorum_needed": now.needed,
                "majority_base": rules.majority_base,
                "majority_numerator": rules.majority.numerator,
                "majority_denominator": rules.majority.denominator,
                "majority_strict": rules.majority.strict,
            }
        return super().create(vals_list)

    # Voting

    def action_cast(self, choice):
        """Put one's ballot in: once, for oneself, while the vote is open."""
        self.ensure_one()
        self.sudo().meeting_id.with_env(self.env)._check_in_room()
        if choice not in COUNTS:
            raise UserError(self.env._("Vote for, against, or abstain."))
        vote = self.sudo()
        if vote.kind == "hands":
            raise UserError(self.env._("Raise your hand: this vote is counted aloud."))
        paper = vote.turnout_ids.filtered(lambda row: row.user_id == self.env.user)
        if not paper:
            raise UserError(
                self.env._(
                    "You are not on the roll of this vote: it holds those who may vote "
                    "and were present for the item when it was opened."
                )
            )
        if vote.state != "open":
            raise UserError(self.env._("The vote is closed."))
        if paper.has_voted:
            raise UserError(self.env._("You have voted: everybody has one ballot."))
        if not paper.participant_id.is_present:
            raise UserError(self.env._("Only who is in the room votes."))
        if vote.kind == "secret":
            sealed = ballot_seal.seal(
                vote._ballot_key(), vote.id, paper.participant_id.id, choice
            )
            paper.write({"has_voted": True, "sealed": sealed})
        else:
            paper.write({"has_voted": True})
            # The trigger of the ballots looks at the roll.
            self.env.flush_all()
            self.env["school.meeting.ballot"].sudo().create(
                {
                    "meeting_id": vote.meeting_id.id,
                    "vote_id": vote.id,
                    "participant_id": paper.participant_id.id,
                    "user_id": self.env.uid,
                    "choice": choice,
                    "cast_at": fields.Datetime.now(),
                }
            )
        vote.meeting_id._room_changed()
        return True

    def _vote_note(self, text):
        vote = self.sudo()
        vote.meeting_id.with_env(self.env)._room_note("vote", text)
        vote.meeting_id._room_changed()

    def _choice_of(self, user):
        """What somebody chose in an open vote; of a secret one nothing is known."""
        return self.ballot_ids.filtered(lambda ballot: ballot.user_id == user).choice

    def _rule_text(self):
        """The rule the vote was judged by, in words."""
        self.ensure_one()
        bases = dict(self._fields["majority_base"]._description_selection(self.env))
        values = {
            "share": f"{self.majority_numerator}/{self.majority_denominator}",
            "base": bases.get(self.majority_base, ""),
            "needed": self.needed_count,
            "count": self.base_count,
        }
        if self.majority_strict:
            return self.env._(
                "More than %(share)s of %(base)s (%(count)s): %(needed)s needed.",
                **values,
            )
        return self.env._(
            "At least %(share)s of %(base)s (%(count)s): %(needed)s needed.", **values
        )


class SchoolMeetingItem(models.Model):
    _inherit = "school.meeting.item"

    vote_ids = fields.One2many("school.meeting.vote", "item_id", "Votes")

    def action_open_vote(self, question=None, kind=None):
        """Open a vote on the current item among those who are present for it."""
        self.ensure_one()
        self._check_runs()
        item = self.sudo()
        if item.state != "current":
            raise UserError(self.env._("A vote is held on the current item."))
        kind = kind or ("secret" if item.meeting_id.body_id.secret_ballot else "open")
        if kind not in dict(KINDS):
            raise UserError(self.env._("Vote openly, secretly, or by show of hands."))
        if item.meeting_id.vote_ids.filtered(lambda v: v.state == "open"):
            raise UserError(
                self.env._("One vote at a time: close the one that is open.")
            )
        self._check_may_decide()
        voters = item._electorate()
        if not voters:
            raise UserError(self.env._("Nobody who may vote is present."))
        if kind == "secret" and len(voters) < SECRET_FROM:
            raise UserError(
                self.env._(
                    "Only %(voters)s may vote on this: a vote is secret among at least "
                    "three. Hold it openly or by show of hands.",
                    voters=len(voters),
                )
            )
        vote = (
            self.env["school.meeting.vote"]
            .sudo()
            .create(
                {
                    "item_id": item.id,
                    "question": ((question or "").strip() or item.name)[:300],
                    "kind": kind,
                    "opened_at": fields.Datetime.now(),
                    "opened_by_id": self.env.uid,
                }
            )
        )
        if kind == "secret":
            vote._make_key()
        self.env.flush_all()
        self.env["school.meeting.turnout"].sudo().create(
            [
                {
                    "meeting_id": item.meeting_id.id,
                    "vote_id": vote.id,
                    "participant_id": voter.id,
                    "user_id": voter.attended_by_id.id or voter.user_id.id,
                }
                for voter in voters.sorted("id")
            ]
        )
        vote.with_env(self.env)._vote_note(
            self.env._("A vote on “%(item)s” was opened.", item=item.name)
        )
        return vote.id
