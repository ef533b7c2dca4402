from odoo import models
from odoo.exceptions import UserError

from ..tools.quorum import Rules, Seat, Share, electorate, standing

# A meeting of no body has no rules of procedure: whoever is there decides, by more
# votes for than against.
FREE = Rules(
    quorum=Share(0, 1),
    special_quorum=Share(0, 1),
    majority=Share(1, 2, strict=True),
    majority_base="cast",
    portfolio="none",
)


class SchoolMeetingBody(models.Model):
    _inherit = "school.meeting.body"

    def _rules(self):
        """Return the rules by which the body decides; without a body, the free ones."""
        if not self:
            return FREE
        body = self.sudo()
        body.ensure_one()
        return Rules(
            quorum=Share(
                body.quorum_numerator, body.quorum_denominator, body.quorum_strict
            ),
            special_quorum=Share(
                body.special_quorum_numerator,
                body.special_quorum_denominator,
                body.special_quorum_strict,
            ),
            majority=Share(
                body.majority_numerator, body.majority_denominator, body.majority_strict
            ),
            majority_base=body.majority_base,
            recusal_lowers_base=body.recusal_lowers_base,
            deputies_vote=body.deputies_vote,
            portfolio=body.portfolio_rule,
        )


class SchoolMeetingItem(models.Model):
    """Quorum, recusal and the member in charge, as gates of a decision (MTG-17)."""

    _inherit = "school.meeting.item"

    def _may_decide(self):
        """Whether the item may be decided now, and why, or why not.

        A decision, a vote and a resolution ask this first.

        :return: ``(bool, sentence)``; the sentence also warns where it is True
        """
        self.ensure_one()
        item = self.sudo()
        meeting = item.meeting_id
        if meeting.state not in ("in_session", "ended") or not item.started_at:
            return False, self.env._(
                "“%(item)s” has not been dealt with in the room: nothing is decided by "
                "circulation.",
                item=item.name,
            )
        if item.state in ("deferred", "withdrawn"):
            return False, self.env._(
                "“%(item)s” was put off or withdrawn: it cannot be decided here.",
                item=item.name,
            )
        now = self._decision_standing()
        if not self._is_quorate(now):
            return False, self.env._(
                "No quorum for “%(item)s”: %(present)s of %(base)s are present for it, "
                "%(needed)s are needed.",
                item=item.name,
                present=now.present,
                base=now.base,
                needed=max(now.needed, 1),
            )
        return self._portfolio_allows()

    def _check_may_decide(self):
        """Raise unless the item may be decided now; return the numbers for it."""
        allowed, sentence = self._may_decide()
        if not allowed:
            raise UserError(sentence)
        return self._decision_standing()

    def _is_quorate(self, now):
        return not self.sudo().meeting_id.body_id or now.met

    def _decision_standing(self):
        """Return the :class:`~..tools.quorum.Standing` of the item at this moment."""
        rules = self.sudo().meeting_id.body_id._rules()
        seats = [seat for seat, _participant in self._decision_seats()]
        return standing(rules, seats, self.sudo().is_special)

    def _electorate(self):
        """Return the participants who vote on the item now."""
        self.ensure_one()
        rules = self.sudo().meeting_id.body_id._rules()
        pairs = self._decision_seats()
        chosen = {id(seat) for seat in electorate(rules, [seat for seat, _p in pairs])}
        participants = self.env["school.meeting.participant"].sudo()
        return participants.union(
            *(participant for seat, participant in pairs if id(seat) in chosen)
        )

    def _decision_seats(self):
        """Return ``[(Seat, participant)]`` of all who are counted for the item.

        The voting members of the body on that day, or, where nobody has been entered as
        a member, the voting participants. A member who was not even invited is counted,
        and is not there.
        """
        self.ensure_one()
        item = self.sudo()
        meeting = item.meeting_id
        participants = meeting.participant_ids
        here = participants._present_for(item)
        recused = item.recusal_ids.filtered(lambda r: not r.withdrawn_at).participant_id
        by_user = {seat.user_id: seat for seat in participants if seat.user_id}
        members = self._voting_members(meeting)
        people = members or [
            seat.user_id for seat in participants if seat._is_voting_seat()
        ]
        pairs = []
        for user in people:
            seat = by_user.get(user, participants.browse())
            came = seat.attended_by_id
            pairs.append(
                (
                    Seat(
                        person=came.id or user.id,
                        votes=True,
                        present=bool(seat)
                        and seat in here
                        and (not members or seat.is_voting),
                        recused=bool(seat) and seat in recused,
                        by_deputy=bool(came) and came != user,
                    ),
                    seat,
                )
            )
        return pairs

    def _voting_members(self, meeting):
        body = meeting.body_id
        if not body:
            return []
        members = body._members(meeting.start)
        return list(
            members.filtered(lambda m: m.is_voting and m.role != "observer").user_id
        )

    def _portfolio_allows(self):
        """Whether the member in charge of the matter is there (domain facts 3.7)."""
        self.ensure_one()
        item = self.sudo()
        meeting = item.meeting_id
        rule = meeting.body_id._rules().portfolio
        if rule == "none" or not item.department_id or not meeting.body_id:
            return True, ""
        members = meeting.body_id._members(meeting.start)
        chain = {
            int(part)
            for part in (item.department_id.parent_path or "").split("/")
            if part
        } | {item.department_id.id}
        charged = members.filtered(lambda member: member.department_id.id in chain)
        if not charged:
            return True, ""
        # Who recused himself is in the house; only absence puts a matter off.
        here = meeting.participant_ids._present_at(item)
        if here.attended_by_id & charged.user_id:
            return True, ""
        names = ", ".join(charged.user_id.mapped("name"))
        if rule == "postpone":
            return False, self.env._(
                "%(names)s, in charge of %(department)s, is absent: by the rules of "
                "the body the matter is put off.",
                names=names,
                department=item.department_id.name,
            )
        return True, self.env._(
            "%(names)s, in charge of %(department)s, is absent.",
            names=names,
            department=item.department_id.name,
        )
