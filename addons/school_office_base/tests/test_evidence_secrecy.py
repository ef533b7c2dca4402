from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import SchoolCommon
from .evidence_models import Letter
from .secrecy_checks import SecrecyChecks


@tagged("post_install", "-at_install")
class TestSecrecyLevels(SchoolCommon):
    def test_no_level_is_opened_to_read_what_it_marks(self):
        level = self.env["school.secrecy.level"]._find(self.school, "school")
        with self.assertRaises(UserError):
            level.with_user(self.admin).needs_named_readers = False
        level.with_user(self.admin).write({"name": "For few", "rank": 21})

    def test_a_school_starts_with_six_levels_once(self):
        Level = self.env["school.secrecy.level"]
        mine = Level.search([("company_id", "=", self.school.id)])
        self.assertEqual(len(mine), 6)
        self.assertEqual(len(mine.filtered("is_state_secret")), 3)
        self.school._school_set_up()
        self.assertEqual(Level.search_count([("company_id", "=", self.school.id)]), 6)

    def test_the_caps_of_the_law_hold(self):
        level = self.env["school.secrecy.level"]._find(self.school, "secret")
        level.with_user(self.admin).max_years = 5
        with self.assertRaisesRegex(ValidationError, "at most 10 years"):
            level.with_user(self.admin).max_years = 11
        with self.assertRaisesRegex(ValidationError, "at most 10 years"):
            level.with_user(self.admin).max_years = 0

    def test_a_level_of_the_state_cannot_be_loosened(self):
        level = self.env["school.secrecy.level"]._find(self.school, "top_secret")
        with self.assertRaises(ValidationError):
            level.with_user(self.admin).needs_named_readers = False
        with self.assertRaises(AccessError):
            level.with_user(self.admin).is_state_secret = False

    def test_the_administrator_adds_levels_of_the_school(self):
        level = (
            self.env["school.secrecy.level"]
            .with_user(self.admin)
            .create({"name": "Staff only", "rank": 15})
        )
        self.assertEqual(level.company_id, self.school)
        with self.assertRaises(AccessError):
            level.with_user(self.teacher).write({"name": "x"})
        self.assertFalse(level.with_user(self.stranger).has_access("read"))


@tagged("post_install", "-at_install")
class TestSecrecyMixin(SecrecyChecks, SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_model(Letter)
        cls.env["ir.rule"].create(
            [
                {
                    "name": name,
                    "model_id": cls.env["ir.model"]._get_id("school.test.letter"),
                    "domain_force": domain,
                }
                for name, domain in (
                    ("school", "[('company_id', 'in', company_ids)]"),
                    (
                        "secrecy",
                        "['|', '|', ('is_marked', '=', False),"
                        " ('reader_ids', 'in', [user.id]),"
                        " ('create_uid', '=', user.id)]",
                    ),
                )
            ]
        )
        cls.Letter = cls.env["school.test.letter"]
        cls.reader = cls._person("reader", cls.school)
        cls.outsider = cls._person("outsider", cls.school)
        cls.secret_title = "Appointment of the deputy head"

    def _marked_record(self):
        return self.Letter.with_user(self.clerk).create(
            {
                "name": self.secret_title,
                "secrecy_level_id": self._level("school").id,
                "reader_ids": [Command.link(self.reader.id)],
            }
        )

    def _level(self, code, school=None):
        return self.env["school.secrecy.level"]._find(school or self.school, code)

    def test_a_new_record_is_internal(self):
        letter = self.Letter.with_user(self.teacher).create({})
        self.assertEqual(letter.secrecy_level_id, self._level("internal"))
        self.assertFalse(letter.is_marked)

    def test_the_mark_is_printed_as_the_standard_says(self):
        letter = self.Letter.create(
            {"secrecy_level_id": self._level("confidential").id, "secrecy_years": 1}
        )
        self.assertEqual(letter.secrecy_mark, "机密★1年")

    def test_a_period_beyond_the_law_is_refused(self):
        for code, years in (("secret", 11), ("confidential", 21), ("top_secret", 31)):
            with (
                self.subTest(code=code),
                self.assertRaisesRegex(ValidationError, f"at most {years - 1}"),
            ):
                self.Letter.create(
                    {
                        "secrecy_level_id": self._level(code).id,
                        "secrecy_years": years,
                    }
                )

    def test_the_text_of_a_state_secret_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "art. 29 and 30.*Body"):
            self.Letter.create(
                {"secrecy_level_id": self._level("secret").id, "body": "x"}
            )
        letter = self.Letter.create({"body": "x"})
        with self.assertRaisesRegex(ValidationError, "Body"):
            letter.secrecy_level_id = self._level("secret")

    def test_a_level_of_another_school_is_refused(self):
        with self.assertRaises(UserError):
            self.Letter.create(
                {"secrecy_level_id": self._level("public", self.other).id}
            )
