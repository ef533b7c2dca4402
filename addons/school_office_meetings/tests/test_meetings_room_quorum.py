import itertools
import random
from fractions import Fraction

from odoo.tests import BaseCase

from odoo.addons.school_office_meetings.tools import ballot_seal, sign_in_code
from odoo.addons.school_office_meetings.tools.quorum import (
    BASES,
    PASSED,
    REJECTED,
    TIE,
    Rules,
    Seat,
    Share,
    electorate,
    judge,
    standing,
)

SHARES = [
    Share(n, d, strict)
    for d in range(1, 8)
    for n in range(0, d + 1)
    for strict in (False, True)
]
HALF = Share(1, 2, strict=True)
THIRDS = Share(2, 3)


def rules(**values):
    return Rules(
        **{"quorum": HALF, "special_quorum": THIRDS, "majority": HALF, **values}
    )


class TestQuorum(BaseCase):
    def test_a_share_is_the_smallest_count_that_meets_it(self):
        for share, base in itertools.product(SHARES, range(0, 40)):
            needed = share.needed(base)
            part = Fraction(share.numerator, share.denominator) * base
            meets = [
                count
                for count in range(base + 2)
                if (count > part if share.strict else count >= part)
            ]
            if share.strict and share.numerator == share.denominator:
                self.assertEqual(needed, max(base, 1))  # all of them
            else:
                self.assertEqual(needed, meets[0], (share, base))

    def test_more_than_half_and_two_thirds_of_a_committee(self):
        seats = [Seat(person=i, present=i < 5) for i in range(9)]
        now = standing(rules(), seats)
        self.assertEqual((now.base, now.present, now.needed), (9, 5, 5))
        self.assertTrue(now.met)
        special = standing(rules(), seats, special=True)
        self.assertEqual((special.needed, special.met), (6, False))

    def test_half_of_an_even_body_is_no_quorum_if_more_is_asked(self):
        seats = [Seat(person=i, present=i < 4) for i in range(8)]
        self.assertFalse(standing(rules(), seats).met)
        self.assertTrue(standing(rules(quorum=Share(1, 2)), seats).met)

    def test_a_recusal_lowers_the_base_as_the_rule_says(self):
        seats = [Seat(person=i, present=i < 5, recused=i in (3, 4)) for i in range(8)]
        lowered = standing(rules(), seats)
        self.assertEqual((lowered.base, lowered.present), (6, 3))
        kept = standing(rules(recusal_lowers_base=False), seats)
        self.assertEqual((kept.base, kept.present, kept.met), (8, 3, False))

    def test_observers_never_count(self):
        seats = [Seat(person=i, present=True) for i in range(3)]
        more = seats + [Seat(person=9 + i, present=True, votes=False) for i in range(9)]
        self.assertEqual(standing(rules(), seats), standing(rules(), more))
        self.assertEqual(len(electorate(rules(), more)), 3)

    def test_deputies_vote_only_if_the_body_lets_them(self):
        seats = [
            Seat(person=1, present=True),
            Seat(person=2, present=True, by_deputy=True),
        ]
        self.assertEqual(standing(rules(), seats).present, 1)
        self.assertEqual(standing(rules(deputies_vote=True), seats).present, 2)

    def test_nobody_votes_twice(self):
        seats = [
            Seat(person=1, present=True),
            Seat(person=1, present=True, by_deputy=True),
            Seat(person=2, present=True, by_deputy=True),
            Seat(person=2, present=True, by_deputy=True),
        ]
        people = [seat.person for seat in electorate(rules(deputies_vote=True), seats)]
        self.assertEqual(people, [1, 2])

    def test_a_body_of_nobody_decides_nothing(self):
        self.assertFalse(standing(rules(quorum=Share(0, 1)), []).met)

    def test_what_holds_for_any_body_and_any_vote(self):
        """Properties over random bodies: more votes for never turn the result against.

        Seeded, so that a failure comes again.
        """
        dice = random.Random(20261122)
        for _round in range(4000):
            some = rules(
                quorum=dice.choice(SHARES),
                special_quorum=dice.choice(SHARES),
                majority=dice.choice(SHARES),
                majority_base=dice.choice(BASES),
                recusal_lowers_base=dice.random() < 0.5,
                deputies_vote=dice.random() < 0.5,
            )
            seats = [
                Seat(
                    person=index,
                    votes=dice.random() < 0.8,
                    present=dice.random() < 0.7,
                    recused=dice.random() < 0.2,
                    by_deputy=dice.random() < 0.2,
                )
                for index in range(dice.randrange(0, 12))
            ]
            now = standing(some, seats, special=dice.random() < 0.3)
            voters = electorate(some, seats)
            self.assertEqual(now.present, len(voters))
            self.assertLessEqual(now.base, now.members)
            self.assertTrue(all(s.votes and s.present for s in voters))
            self.assertFalse(any(s.recused for s in voters))
            # Who comes in never breaks a quorum.
            filled = [
                Seat(s.person, s.votes, True, s.recused, s.by_deputy) for s in seats
            ]
            if now.met:
                self.assertTrue(standing(some, filled, now.special).met)
            votes_for = dice.randrange(0, now.present + 1)
            against = dice.randrange(0, now.present - votes_for + 1)
            verdict = judge(some, now, votes_for, against)
            self.assertGreaterEqual(verdict.needed, 1)
            self.assertEqual(
                verdict.result == PASSED, now.met and votes_for >= verdict.needed
            )
            if verdict.result == PASSED:
                self.assertTrue(now.met and votes_for)
                if votes_for < now.present - against:
                    more = judge(some, now, votes_for + 1, against)
                    if some.majority_base != "cast" or some.majority != Share(
                        1, 1, True
                    ):
                        self.assertEqual(more.result, PASSED)
            if verdict.result == TIE:
                self.assertEqual(votes_for, against)

    def test_a_tie_is_no_majority_of_the_votes_cast(self):
        seats = [Seat(person=i, present=True) for i in range(6)]
        now = standing(rules(), seats)
        cast = rules(majority_base="cast")
        self.assertEqual(judge(cast, now, 3, 3).result, TIE)
        self.assertEqual(judge(cast, now, 3, 2, 1).result, PASSED)
        self.assertEqual(judge(cast, now, 0, 0, 6).result, REJECTED)
        self.assertEqual(
            judge(rules(majority_base="members"), now, 3, 2, 1).result, REJECTED
        )

    def test_impossible_counts_are_refused(self):
        now = standing(rules(), [Seat(person=1, present=True)])
        with self.assertRaises(ValueError):
            judge(rules(), now, 1, 1)
        with self.assertRaises(ValueError):
            judge(rules(), now, -1, 0)


class TestSignInCode(BaseCase):
    KEY = "k" * 64

    def test_a_code_holds_for_its_slot_and_a_little_longer(self):
        code = sign_in_code.make(self.KEY, 7, sign_in_code.slot(1000, 25))
        for moment, valid in ((1000, True), (1024, True), (1025, True), (1034, True)):
            self.assertEqual(
                sign_in_code.is_valid(self.KEY, 7, code, moment, 25, 10), valid
            )
        self.assertFalse(sign_in_code.is_valid(self.KEY, 7, code, 1035, 25, 10))
        self.assertFalse(sign_in_code.is_valid(self.KEY, 7, code, 999, 25, 10))

    def test_a_code_is_of_one_meeting_and_one_key(self):
        code = sign_in_code.make(self.KEY, 7, 40)
        self.assertFalse(sign_in_code.is_valid(self.KEY, 8, code, 1000, 25, 10))
        self.assertFalse(sign_in_code.is_valid("x" * 64, 7, code, 1000, 25, 10))
        self.assertFalse(sign_in_code.is_valid(self.KEY, 7, "", 1000, 25, 10))
        self.assertFalse(sign_in_code.is_valid(self.KEY, 7, None, 1000, 25, 10))

    def test_a_code_is_read_as_people_type_it(self):
        code = sign_in_code.make(self.KEY, 7, 40)
        typed = f" {sign_in_code.spaced(code).lower()} "
        self.assertTrue(sign_in_code.is_valid(self.KEY, 7, typed, 1000, 25, 10))


class TestBallotSeal(BaseCase):
    def test_a_seal_gives_its_choice_back_and_nothing_away(self):
        key = ballot_seal.new_key()
        seals = {c: ballot_seal.seal(key, 1, 2, c) for c in ballot_seal.CHOICES}
        self.assertEqual(len({len(text) for text in seals.values()}), 1)
        self.assertNotEqual(seals["for"], ballot_seal.seal(key, 1, 2, "for"))
        for choice, text in seals.items():
            self.assertEqual(ballot_seal.unseal(key, 1, 2, text), choice)

    def test_a_seal_is_of_one_voter_and_one_vote(self):
        key = ballot_seal.new_key()
        text = ballot_seal.seal(key, 1, 2, "against")
        for vote, voter, other in ((1, 3, key), (2, 2, key), (1, 2, bytes(32))):
            with self.assertRaises(ValueError):
                ballot_seal.unseal(other, vote, voter, text)
