from collections import Counter
from datetime import date

from odoo.tests import BaseCase

from ..tools import kpi, sampling


class TestSampling(BaseCase):
    def _items(self, count=200):
        return {
            number: (
                number % 5,
                number % 7,
                int(number % 20 == 0),
                int(number % 9 == 0),
            )
            for number in range(1, count + 1)
        }

    def test_a_share_is_rounded_up(self):
        sizes = {0: 0, 1: 1, 4: 1, 5: 1, 6: 2, 10: 2, 11: 3, 100: 20, 101: 21}
        for population, size in sizes.items():
            self.assertEqual(sampling.sample_size(population, 20), size)
        # 0.1 * 3 is not exact in floating point; the share of a sample is.
        self.assertEqual(sampling.sample_size(1000, 0.1), 1)
        self.assertEqual(sampling.sample_size(3, 100), 3)

    def test_a_share_beyond_the_whole_is_refused(self):
        for share in (-1, 101):
            with self.assertRaises(ValueError):
                sampling.sample_size(10, share)
        with self.assertRaises(ValueError):
            sampling.draw("s", self._items(3), 4)

    def test_the_same_seed_draws_the_same(self):
        items = self._items()
        drawn = sampling.draw("seed", items, 40)
        shuffled = dict(sorted(items.items(), reverse=True))
        self.assertEqual(sampling.draw("seed", shuffled, 40), drawn)
        self.assertEqual(len(set(drawn)), 40)
        self.assertNotEqual(sampling.draw("other", items, 40), drawn)

    def test_the_draw_of_a_known_seed_stays_what_it_is(self):
        # Kept for years: a change of the algorithm needs a new name.
        self.assertEqual(sampling.ALGORITHM, "sha256-balanced-1")
        items = {number: (number % 2,) for number in range(1, 11)}
        self.assertEqual(sampling.draw("known", items, 4), [5, 10, 1, 6])

    def test_every_stratum_has_its_share(self):
        items = self._items()
        for seed in ("a", "b", "c", "d", "e"):
            drawn = sampling.draw(seed, items, 40)
            whole, part = Counter(), Counter()
            for number, strata in items.items():
                whole.update(enumerate(strata))
                if number in drawn:
                    part.update(enumerate(strata))
            for stratum, count in whole.items():
                self.assertAlmostEqual(part[stratum], count / 5, delta=1.5)

    def test_no_ticket_is_preferred(self):
        items = {number: (number % 2,) for number in range(20)}
        hits = Counter()
        for seed in range(400):
            hits.update(sampling.draw(str(seed), items, 4))
        # 400 draws of 4 of 20: 80 times each, give or take four deviations.
        self.assertEqual(len(hits), 20)
        self.assertGreater(min(hits.values()), 48)
        self.assertLess(max(hits.values()), 112)

    def test_the_hash_of_what_was_drawn_from_sees_every_change(self):
        items = self._items(5)
        known = sampling.population_hash(items)
        self.assertEqual(sampling.population_hash(dict(reversed(items.items()))), known)
        self.assertNotEqual(sampling.population_hash({**items, 6: (0, 0, 0, 0)}), known)
        self.assertNotEqual(sampling.population_hash({**items, 5: (9, 0, 0, 0)}), known)

    def test_a_seed_cannot_be_told_from_its_hash(self):
        seed = sampling.new_seed()
        self.assertEqual(len(seed), 32)
        self.assertNotIn(seed, sampling.commitment(seed))
        self.assertNotEqual(sampling.new_seed(), seed)


class TestKpiRules(BaseCase):
    def test_nothing_out_of_nothing_is_no_rate(self):
        self.assertIsNone(kpi.rate(0, 0))
        self.assertEqual(kpi.rate(0, 3), 0.0)
        self.assertEqual(kpi.rate(2, 3), 66.7)

    def test_the_share_is_judged_not_its_rounded_picture(self):
        self.assertEqual(kpi.verdict(90, 100, 90, 85), "good")
        self.assertEqual(kpi.verdict(8999, 10000, 90, 85), "below")
        self.assertEqual(kpi.verdict(85, 100, 90, 85), "below")
        self.assertEqual(kpi.verdict(8499, 10000, 90, 85), "alarm")
        self.assertEqual(kpi.verdict(0, 0, 90, 85), "none")

    def test_less_than_five_percent_is_not_five(self):
        self.assertEqual(kpi.verdict(4, 100, 5, lower_is_better=True), "good")
        self.assertEqual(kpi.verdict(5, 100, 5, lower_is_better=True), "below")
        self.assertEqual(kpi.verdict(5, 100, 3, 5, lower_is_better=True), "alarm")

    def test_periods(self):
        self.assertEqual(
            kpi.month_of(date(2028, 2, 10)), (date(2028, 2, 1), date(2028, 2, 29))
        )
        self.assertEqual(
            kpi.month_of(date(2026, 12, 31)), (date(2026, 12, 1), date(2026, 12, 31))
        )
        for day, last in (
            (date(2026, 1, 1), date(2026, 3, 31)),
            (date(2026, 6, 30), date(2026, 6, 30)),
            (date(2026, 8, 31), date(2026, 9, 30)),
            (date(2026, 11, 2), date(2026, 12, 31)),
        ):
            self.assertEqual(kpi.quarter_of(day)[1], last)

    def test_two_who_agree_give_the_mean(self):
        self.assertIsNone(kpi.consensus([80], 15))
        self.assertEqual(kpi.consensus([80, 90], 15), 85)
        self.assertEqual(kpi.consensus([75, 90], 15), 82.5)
        self.assertIsNone(kpi.consensus([74, 90], 15))
        self.assertEqual(kpi.consensus([40, 90, 85], 15), 85)

    def test_few_answers_show_nothing(self):
        self.assertIsNone(kpi.satisfied({5: 4}, 5))
        self.assertEqual(kpi.satisfied({5: 3, 4: 1, 1: 1}, 5), 80.0)
        self.assertIsNone(kpi.satisfied({}, 0))
