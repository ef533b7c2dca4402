"""Quorum and majority: who is counted, what is needed, what came of it. Pure Python.

A share is a fraction of whole numbers and a base is a count of heads, so everything is
exact; no floating point number takes part. Rules of procedure say "more than half" or
"at least two thirds", of all members, of those present, or of the votes cast (domain
facts 3.7 and 4.7).
"""

from dataclasses import dataclass

PASSED, REJECTED, TIE = "passed", "rejected", "tie"
BASES = ("cast", "present", "members")


@dataclass(frozen=True)
class Share:
    """``numerator/denominator`` of a base; ``strict``: more than that."""

    numerator: int
    denominator: int
    strict: bool = False

    def needed(self, base):
        """Return the smallest count that is this share of ``base`` heads."""
        part = self.numerator * base
        if not self.strict:
            return -(-part // self.denominator)
        # Nobody can be more than all of them: all are meant.
        return min(part // self.denominator + 1, max(base, 1))


@dataclass(frozen=True)
class Rules:
    """The rules of procedure of a body."""

    quorum: Share
    special_quorum: Share
    majority: Share
    majority_base: str = "members"
    recusal_lowers_base: bool = True
    deputies_vote: bool = False
    portfolio: str = "warn"


@dataclass(frozen=True)
class Seat:
    """One member of the body, as he is for one item.

    :param person: whoever sits there now, the member or his deputy
    :param votes: a voting member; observers and guests never are
    :param present: somebody sits there while the item is dealt with
    :param recused: he left the item because it concerns him
    :param by_deputy: a deputy sits there
    """

    person: int | None = None
    votes: bool = True
    present: bool = False
    recused: bool = False
    by_deputy: bool = False


@dataclass(frozen=True)
class Standing:
    """Whether the body can decide an item, and the numbers that say so."""

    members: int
    recused: int
    base: int
    present: int
    needed: int
    special: bool

    @property
    def met(self):
        return self.base > 0 and self.present >= max(self.needed, 1)


@dataclass(frozen=True)
class Verdict:
    """What a vote came to: ``votes_for`` is measured against ``needed``."""

    base: int
    needed: int
    result: str


def electorate(rules, seats):
    """Return the seats whose holders vote on the item, each person once.

    Who sits on two seats, his own and as a deputy, votes on his own.
    """
    here = [seat for seat in seats if seat.votes and seat.present and not seat.recused]
    voting = [seat for seat in here if not seat.by_deputy]
    if rules.deputies_vote:
        taken = {seat.person for seat in seats if not seat.by_deputy}
        for seat in here:
            if seat.by_deputy and seat.person not in taken:
                taken.add(seat.person)
                voting.append(seat)
    return voting


def standing(rules, seats, special=False):
    """Return the :class:`Standing` of a body for one item."""
    members = [seat for seat in seats if seat.votes]
    recused = sum(seat.recused for seat in members)
    base = len(members) - (recused if rules.recusal_lowers_base else 0)
    share = rules.special_quorum if special else rules.quorum
    return Standing(
        members=len(members),
        recused=recused,
        base=base,
        present=len(electorate(rules, seats)),
        needed=share.needed(base),
        special=bool(special),
    )


def judge(rules, now, votes_for, against, abstain=0):
    """Return the :class:`Verdict` of a vote under ``now``, a :class:`Standing`."""
    if min(votes_for, against, abstain) < 0:
        raise ValueError("a count is never negative")
    if votes_for + against + abstain > now.present:
        raise ValueError("more votes than people who may vote")
    base = {
        "cast": votes_for + against,
        "present": now.present,
        "members": now.base,
    }[rules.majority_base]
    needed = max(rules.majority.needed(base), 1)
    if now.met and votes_for >= needed:
        result = PASSED
    elif votes_for and votes_for == against:
        result = TIE
    else:
        result = REJECTED
    return Verdict(base=base, needed=needed, result=result)
