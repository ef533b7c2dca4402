from datetime import date

from odoo.tests import BaseCase

from ..tools.number_pattern import NumberPattern, PatternError

DAY = date(2026, 3, 12)


class TestNumberPattern(BaseCase):
    def _reason(self, text, reset="never"):
        with self.assertRaises(PatternError) as caught:
            NumberPattern(text).check(reset)
        return caught.exception.reason

    def test_the_pattern_of_the_requirement(self):
        pattern = NumberPattern("{office}办-{date:%Y%m%d}-{seq:03d}").check("day")
        self.assertEqual(
            pattern.render(date=DAY, seq=1, office="育才"), "育才办-20260312-001"
        )

    def test_a_document_number_of_the_year(self):
        pattern = NumberPattern("{code}〔{year}〕{seq}号").check("year")
        self.assertEqual(
            pattern.render(date=DAY, seq=12, code="育才"), "育才〔2026〕12号"
        )

    def test_a_number_grows_beyond_its_width(self):
        pattern = NumberPattern("{seq:03d}").check("never")
        self.assertEqual(pattern.render(date=DAY, seq=1000), "1000")

    def test_a_number_that_restarts_shows_when(self):
        for text, reset in [
            ("{year}-{seq}", "day"),
            ("{date:%d}-{seq}", "month"),
            ("{date:%m%d}-{seq}", "year"),
            ("{seq}", "year"),
            # 2026-005 of March and of October belong to two school years.
            ("{year}-{seq}", "school_year"),
            ("{date:%Y%m}-{seq}", "school_year"),
        ]:
            with self.subTest(text=text, reset=reset):
                self.assertEqual(self._reason(text, reset), "reset")

    def test_a_finer_date_than_needed_is_fine(self):
        for reset in ("day", "month", "year", "school_year", "never"):
            NumberPattern("{date:%y%m%d}{seq:02d}").check(reset)
        NumberPattern("{school_year}/{seq}").check("school_year")

    def test_what_is_wrong_is_named(self):
        for text, reason in [
            ("{seq", "braces"),
            ("seq}", "braces"),
            ("{year}", "seq"),
            ("{seq}{seq}", "seq"),
            ("{seq:x}", "seq_format"),
            ("{seq:03}{month}", "token"),
            ("{seq.__class__}", "token"),
            ("{seq!r}", "token"),
            ("{0}{seq}", "token"),
            ("{date}{seq}", "date_format"),
            ("{date:%H}{seq}", "date_format"),
            ("{date:day}{seq}", "date_format"),
            ("{year:4}{seq}", "format"),
            ("", "seq"),
        ]:
            with self.subTest(text=text):
                self.assertEqual(self._reason(text), reason)
