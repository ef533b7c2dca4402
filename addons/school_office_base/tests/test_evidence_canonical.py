from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import BaseCase

from ..tools.canonical import canonical_json, entry_hash, sha256_hex


class TestCanonical(BaseCase):
    def test_the_same_facts_give_the_same_text(self):
        self.assertEqual(
            canonical_json({"b": 1, "a": [True, None, "收文"], "c": {"y": 2, "x": 1}}),
            '{"a":[true,null,"收文"],"b":1,"c":{"x":1,"y":2}}',
        )

    def test_times_are_utc_to_the_second(self):
        moment = datetime(2026, 3, 12, 9, 30, 1, 5, timezone(timedelta(hours=8)))
        self.assertEqual(canonical_json(moment), '"2026-03-12T01:30:01Z"')
        self.assertEqual(canonical_json(moment.date()), '"2026-03-12"')
        self.assertEqual(
            canonical_json(datetime(2026, 3, 12, 1, 30, 1)), '"2026-03-12T01:30:01Z"'
        )

    def test_numbers_with_a_fraction_are_text(self):
        self.assertEqual(canonical_json([1.5, Decimal("2.50")]), '["1.5","2.50"]')

    def test_what_has_no_lasting_meaning_is_refused(self):
        for value in (b"x", {1, 2}, {1: "x"}, float("nan"), object(), date):
            with self.subTest(value=value), self.assertRaises(TypeError):
                canonical_json(value)

    def test_the_hash_is_what_it_has_always_been(self):
        # Pinned: a change here makes every printed book unverifiable.
        self.assertEqual(
            entry_hash("0" * 64, {"seq": 1, "event": "收文"}),
            sha256_hex("0" * 64 + '\n{"event":"收文","seq":1}'),
        )
        self.assertEqual(
            entry_hash("0" * 64, {"seq": 1}),
            "a453da8151216b5ae0a15c5377bc79da35cc4f629a9e9a3dcab70bf0b485609a",
        )
