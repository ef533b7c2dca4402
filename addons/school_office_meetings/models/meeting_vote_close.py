from dataclasses import replace

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.school_office_base.tools.canonical import canonical_json, sha256_hex

from ..tools import ballot_seal
from ..tools.quorum import Share, Standing, judge
from .meeting_vote import COUNTS, SECRET_FROM
from .room_company import REGISTER


class SchoolMeetingVote(models.Model):
    """Closing a vote: nobody votes any more, what was cast is counted and judged."""

    _inherit = "school.meeting.vote"

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
