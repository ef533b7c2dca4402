from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import config

from odoo.addons.school_office_base.tools import triggers
from odoo.addons.school_office_base.tools.canonical import canonical_json, sha256_hex

from ..tools import ballot_key, ballot_seal
from ..tools.quorum import Share, Standing, judge
from .room_company import REGISTER

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
# A key that no open vote names after so many seconds was left by a request that failed.
STRAY_KEY = 24 * 3600


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

    # Closing

    def action_close(self):
        """Close the vote, count what was cast, and judge."""
        self.ensure_one()
        self._check_closable()
        vote = self.sudo()
        if vote.kind == "hands":
            raise UserError(self.env._("Enter the hands that were counted."))
        vote._lock_roll()
        vote._check_stays_secret()
        vote._close(vote._count())
        return True

    def _check_stays_secret(self):
        """Refuse to count so few secret ballots that the result names their voters."""
        self.ensure_one()
        cast = len(self.turnout_ids.filtered("has_voted"))
        if self.kind == "secret" and 0 < cast < SECRET_FROM:
            raise UserError(
                self.env._(
                    "Only %(cast)s of %(roll)s have voted: from so few ballots the "
                    "result would show who chose what, so fewer than %(least)s are "
                    "not counted. Wait for the others, or cancel the vote and hold it "
                    "openly or by show of hands.",
                    cast=cast,
                    roll=len(self.turnout_ids),
                    least=SECRET_FROM,
                )
            )

    def action_close_hands(self, votes_for, votes_against, votes_abstain=0):
        """Close a show of hands with what was counted in the room."""
        self.ensure_one()
        self._check_closable()
        vote = self.sudo()
        if vote.kind != "hands":
            raise UserError(
                self.env._("The ballots of this vote are counted by the system.")
            )
        counts = dict(
            zip(
                COUNTS,
                (int(votes_for), int(votes_against), int(votes_abstain)),
                strict=True,
            )
        )
        if min(counts.values()) < 0 or sum(counts.values()) > vote.present_count:
            raise UserError(
                self.env._(
                    "%(present)s people may vote: the hands cannot be more, nor fewer "
                    "than none.",
                    present=vote.present_count,
                )
            )
        vote._lock_roll()
        vote._close(counts)
        return True

    def action_cancel(self, reason):
        """Cancel a vote that was opened by mistake; nothing is counted."""
        self.ensure_one()
        self._check_closable()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the vote is cancelled."))
        vote = self.sudo()
        vote._lock_roll()
        vote.state = "counting"
        self.env.flush_all()
        vote._rewrite_roll()
        vote._destroy_key()
        vote.write(
            {
                "state": "cancelled",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                "cancel_reason": reason[:200],
            }
        )
        self._vote_note(
            self.env._("A vote on “%(item)s” was cancelled.", item=vote.item_id.name)
        )
        return True

    def _check_closable(self):
        vote = self.sudo()
        vote.item_id.with_env(self.env)._check_runs()
        if vote.state != "open":
            raise UserError(self.env._("The vote is closed."))

    def _lock_roll(self):
        """Let nobody vote from here on, and see every ballot that was in time.

        A row that somebody changed since this transaction began is a serialization
        failure, which Odoo runs again; whoever comes later finds the row rewritten.
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id FROM school_meeting_turnout WHERE vote_id = %s"
            " ORDER BY id FOR UPDATE",
            [self.id],
        )
        self.turnout_ids.invalidate_recordset()

    def _count(self):
        self.ensure_one()
        counts = dict.fromkeys(COUNTS, 0)
        if self.kind == "secret":
            key = self._ballot_key()
            for paper in self.turnout_ids.filtered("has_voted"):
                choice = ballot_seal.unseal(
                    key, self.id, paper.participant_id.id, paper.sealed
                )
                counts[choice] += 1
        else:
            for ballot in self.ballot_ids:
                counts[ballot.choice] += 1
        return counts

    def _close(self, counts):
        """Judge and keep the result; in superuser mode, with the roll locked."""
        self.ensure_one()
        rules = replace(
            self.meeting_id.body_id._rules(),
            majority_base=self.majority_base,
            majority=Share(
                self.majority_numerator, self.majority_denominator, self.majority_strict
            ),
        )
        now = Standing(
            members=self.members_count,
            recused=self.recused_count,
            base=self.quorum_base,
            present=self.present_count,
            needed=self.quorum_needed,
            special=self.is_special,
        )
        verdict = judge(rules, now, counts["for"], counts["against"], counts["abstain"])
        self.state = "counting"
        self.env.flush_all()
        self._rewrite_roll()
        self.env.flush_all()
        self._destroy_key()
        self.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "closed_by_id": self.env.uid,
                "base_count": verdict.base,
                "needed_count": verdict.needed,
                "count_for": counts["for"],
                "count_against": counts["against"],
                "count_abstain": counts["abstain"],
                "result": verdict.result,
            }
        )
        self.env.flush_all()
        self._vote_note(
            self.env._("A vote on “%(item)s” was closed.", item=self.item_id.name)
        )
        self._append_to_register()

    def _rewrite_roll(self):
        """Close all rows of the roll at once.

        Those of a secret vote are removed and written anew in the order of the list of
        participants: neither their numbers nor their place in the table, nor the
        transaction that wrote them, tells when somebody voted.
        """
        roll = self.turnout_ids
        if self.kind != "secret":
            roll.write({"is_closed": True})
            return
        rows = [
            {
                "meeting_id": self.meeting_id.id,
                "vote_id": self.id,
                "participant_id": paper.participant_id.id,
                "user_id": paper.user_id.id,
                "has_voted": paper.has_voted,
                "is_closed": True,
            }
            for paper in roll.sorted(lambda paper: paper.participant_id.id)
        ]
        roll.unlink()
        roll.create(rows)

    def _append_to_register(self):
        """Enter the result into the register of votes, which nobody can rewrite.

        Those who read registers need not be of the body: of a restricted meeting the
        entry holds no more than a digest, by which the vote can be proved.
        """
        meeting = self.meeting_id
        facts = {
            "meeting": meeting.number or meeting.id,
            "item": self.item_id.name,
            "question": self.question,
            "kind": self.kind,
            "closed_at": fields.Datetime.to_string(self.closed_at),
            "members": self.members_count,
            "recused": self.recused_count,
            "present": self.present_count,
            "quorum_needed": self.quorum_needed,
            "base": self.base_count,
            "needed": self.needed_count,
            **{name: self[f"count_{name}"] for name in COUNTS},
            "result": self.result,
        }
        if meeting.is_restricted:
            facts = {
                "meeting": meeting.number or meeting.id,
                "sha256": sha256_hex(canonical_json(facts)),
            }
        self.env["school.register"]._append(
            meeting.company_id,
            REGISTER,
            [
                {
                    "event": "closed",
                    "record": self,
                    "number": meeting.number,
                    "payload": facts,
                }
            ],
        )

    def _vote_note(self, text):
        vote = self.sudo()
        vote.meeting_id.with_env(self.env)._room_note("vote", text)
        vote.meeting_id._room_changed()

    # The key of a secret vote

    def _make_key(self):
        """Make the key of a secret vote: a file that no user of Odoo reaches."""
        store = self._key_store()
        for vote in self:
            name = ballot_key.keep(store, ballot_seal.new_key())
            # Named by nothing if the vote is not opened after all
            self.env.cr.postrollback.add(lambda name=name: ballot_key.wipe(store, name))
            vote.key_name = name

    def _ballot_key(self):
        self.ensure_one()
        key = self.key_name and ballot_key.read(self._key_store(), self.key_name)
        if len(key or b"") != ballot_seal.KEY_BYTES:
            # Wiped since this transaction began? Then the roll was written anew, and
            # locking it is a serialization failure: Odoo runs this again and finds
            # the vote closed.
            self._lock_roll()
            raise UserError(
                self.env._(
                    "The key of this vote is not on this server, so no ballot can be "
                    "sealed or counted. Cancel the vote, hold it openly or by show of "
                    "hands, and tell the operator."
                )
            )
        return key

    def _destroy_key(self):
        """Forget the key, and wipe its file once the count has been committed."""
        name, store = self.key_name, self._key_store()
        if name:
            self.key_name = False
            self.env.cr.postcommit.add(lambda: ballot_key.wipe(store, name))

    @api.model
    def _key_store(self):
        return config.filestore(self.env.cr.dbname)

    @api.autovacuum
    def _wipe_stray_keys(self):
        """Wipe keys that no vote needs: a server stopped before it could do so."""
        store = self._key_store()
        stray = set(ballot_key.names(store, STRAY_KEY))
        if stray:
            # Read last: what is opened in this moment is not among the old ones.
            votes = self.sudo().search([("key_name", "in", list(stray))])
            for name in stray - set(votes.mapped("key_name")):
                ballot_key.wipe(store, name)

    # For people

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
