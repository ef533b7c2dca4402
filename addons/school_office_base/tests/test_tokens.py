from odoo.tests import BaseCase, tagged

from ..tools import tokens


@tagged("post_install", "-at_install")
class TestTokens(BaseCase):
    def test_the_secret_itself_matches_and_nothing_else(self):
        self.assertTrue(tokens.matches("s3cret", "s3cret"))
        for given in ("s3cre", "s3cret ", "S3CRET", "", None, "sécret", "\ud800"):
            with self.subTest(given=given):
                self.assertFalse(tokens.matches("s3cret", given))

    def test_where_no_secret_is_nothing_matches(self):
        for expected in ("", None, False):
            for given in ("", None, "------", "x"):
                with self.subTest(expected=expected, given=given):
                    self.assertFalse(tokens.matches(expected, given))

    def test_a_number_beyond_all_ids_is_no_id(self):
        self.assertTrue(tokens.possible_id(1))
        self.assertTrue(tokens.possible_id(2**31 - 1))
        for number in (0, -1, 2**31, 10**30):
            self.assertFalse(tokens.possible_id(number))
