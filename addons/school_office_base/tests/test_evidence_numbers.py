from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SchoolCommon
from .evidence_models import Letter


@tagged("post_install", "-at_install")
class TestNumbers(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_model(Letter)
        cls.Series = cls.env["school.number.series"]
        cls.series = cls.Series._ensure(cls.school, "test.letter", "Letters")
        cls.other_series = cls.Series._ensure(cls.other, "test.letter", "Letters")
        cls.Letter = cls.env["school.test.letter"].with_user(cls.teacher)

    def _letters(self, count):
        return self.Letter.create([{"name": f"Letter {n}"} for n in range(count)])

    def _numbered(self, count=1, at=None):
        letters = self._letters(count)
        letters._assign_numbers(at=at)
        return letters

    def test_numbers_follow_the_order_of_the_records(self):
        letters = self._numbered(3, at=date(2026, 3, 12))
        self.assertEqual(
            letters.mapped("number"),
            ["HILL-20260312-001", "HILL-20260312-002", "HILL-20260312-003"],
        )

    def test_a_number_opens_its_record_by_the_rights_of_whoever_asks(self):
        letter = self._numbered()
        number = self.env["school.number"].search(
            [("res_model", "=", letter._name), ("res_id", "=", letter.id)]
        )
        action = number.with_user(self.clerk).action_open_record()
        self.assertEqual(
            (action["res_model"], action["res_id"]), (letter._name, letter.id)
        )
        self.env["ir.rule"].create(
            {
                "name": "Nobody",
                "model_id": self.env["ir.model"]._get_id(letter._name),
                "domain_force": "[(0, '=', 1)]",
            }
        )
        with self.assertRaises(AccessError):
            number.with_user(self.clerk).action_open_record()

    def test_what_is_gone_is_said_in_a_sentence(self):
        Pointer = self.env["school.number"]
        gone = Pointer.new({"res_model": "school.test.letter", "res_id": 987654321})
        with self.assertRaisesRegex(UserError, "is gone"):
            gone.action_open_record()
        removed = Pointer.new({"res_model": "school.no.such.model", "res_id": 1})
        with self.assertRaisesRegex(UserError, "not installed"):
            removed.action_open_record()

    def test_a_record_keeps_the_number_it_has(self):
        letters = self._numbered(2)
        before = letters.mapped("number")
        (letters | self._letters(1))._assign_numbers()
        self.assertEqual(letters.mapped("number"), before)

    def test_the_day_is_that_of_the_school(self):
        # 17:00 UTC of the 11th is one in the morning of the 12th in Shanghai.
        letter = self._numbered(at=datetime(2026, 3, 11, 17, 0))
        self.assertEqual(letter.number, "HILL-20260312-001")

    def test_the_counter_starts_again_with_its_period(self):
        self._numbered(2, at=date(2026, 3, 12))
        self.assertEqual(
            self._numbered(at=date(2026, 3, 13)).number, "HILL-20260313-001"
        )
        self.series.write({"reset": "month"})
        self.assertEqual(
            self._numbered(at=date(2026, 3, 14)).number, "HILL-20260314-001"
        )
        self.assertEqual(
            self._numbered(at=date(2026, 3, 15)).number, "HILL-20260315-002"
        )

    def test_a_school_year_follows_the_terms(self):
        self.series.write(
            {"pattern": "{code}{school_year}-{seq}", "reset": "school_year"}
        )
        self.assertEqual(self._numbered(at=date(2026, 8, 31)).number, "HILL2025-2026-1")
        self.assertEqual(self._numbered(at=date(2026, 9, 1)).number, "HILL2026-2027-1")
        self.env["school.term"].create(
            {
                "name": "Autumn",
                "company_id": self.school.id,
                "date_from": date(2026, 8, 25),
                "date_to": date(2027, 1, 20),
                "school_year": "2026-2027",
            }
        )
        self.assertEqual(self._numbered(at=date(2026, 8, 31)).number, "HILL2026-2027-2")

    def test_schools_count_on_their_own(self):
        mine = self._numbered(at=date(2026, 3, 12))
        theirs = self.env["school.test.letter"].with_user(self.stranger).create({})
        theirs._assign_numbers(at=date(2026, 3, 12))
        self.assertEqual(mine.number, "HILL-20260312-001")
        self.assertEqual(theirs.number, "LAKE-20260312-001")

    def test_many_numbers_cost_as_many_queries_as_few(self):
        few, many = self._letters(2), self._letters(40)
        self._numbered()  # warm the caches
        self.env.flush_all()
        self.env.cr.flush()
        start = self.env.cr.sql_log_count
        few._assign_numbers()
        self.env.flush_all()
        cost = self.env.cr.sql_log_count - start
        start = self.env.cr.sql_log_count
        many._assign_numbers()
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - start, cost)

    def test_a_savepoint_rolled_back_leaves_no_gap(self):
        day = date(2026, 3, 12)
        self._numbered(at=day)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._numbered(5, at=day)
            raise ZeroDivisionError
        self.assertEqual(self._numbered(at=day).number, "HILL-20260312-002")

    def test_a_new_pattern_changes_no_number_given_and_goes_on_counting(self):
        day = date(2026, 3, 12)
        letter = self._numbered(at=day)
        self.series.with_user(self.admin).write({"pattern": "N{date:%y%m%d}/{seq}"})
        self.assertEqual(letter.number, "HILL-20260312-001")
        self.assertEqual(self._numbered(at=day).number, "N260312/2")

    def test_the_register_keeps_which_pattern_held_when(self):
        self.series.write({"pattern": "N{date:%y%m%d}/{seq}"})
        entry = self.env["school.register.entry"].search(
            [("register_id.code", "=", "number"), ("res_id", "=", self.series.id)],
            limit=1,
        )
        self.assertIn("{code}-{date:%Y%m%d}-{seq:03d}", entry.payload)
        self.assertIn("N{date:%y%m%d}/{seq}", entry.payload)

    def test_a_pattern_that_repeats_an_old_number_is_stopped_with_a_sentence(self):
        self.series.write({"pattern": "A{year}{seq:03d}", "reset": "year"})
        for _count in range(31):
            self._numbered(at=date(2026, 3, 1))
        self.series.write({"pattern": "A{date:%Y%m}{seq}", "reset": "month"})
        with self.assertRaisesRegex(UserError, "A2026031 was given before"):
            self._numbered(at=date(2026, 3, 2))

    def test_of_a_batch_with_a_repeated_number_none_is_given(self):
        self.series.write({"pattern": "A{year}{seq:03d}", "reset": "year"})
        for _count in range(31):
            self._numbered(at=date(2026, 3, 1))
        self.series.write({"pattern": "A{date:%Y%m}{seq}", "reset": "month"})
        before = self.series.number_ids
        with self.assertRaisesRegex(UserError, "A2026031 was given before"):
            self._numbered(3, at=date(2026, 3, 2))
        self.series.invalidate_recordset(["number_ids"])
        self.assertEqual(self.series.number_ids, before)

    def test_the_series_is_read_once_by_a_process_until_it_changes(self):
        self._numbered()
        letters = self._letters(2)
        self.env.flush_all()
        self.env.invalidate_all()
        # The head of the counter, the school, the records, the numbers; as written.
        with self.assertQueryCount(7):
            letters[0]._assign_numbers()
            self.env.flush_all()
        self.series.pattern = "NEW-{date:%Y%m%d}-{seq}"
        self.env.flush_all()
        self.env.invalidate_all()
        letters[1]._assign_numbers()
        self.assertTrue(letters[1].number.startswith("NEW-"))

    def test_a_new_row_takes_the_id_to_which_its_number_was_given(self):
        Letter = self.env["school.test.letter"]
        rows = [
            {"name": f"Letter {index}", "company_id": self.school.id}
            for index in range(3)
        ]
        Letter._number_new(rows)
        letters = Letter.create(rows)
        self.assertEqual(letters.number_id.mapped("res_id"), letters.ids)
        self.assertEqual(letters.mapped("number"), letters.number_id.mapped("text"))
        self.assertNotIn("id", rows[0])

    def test_a_number_exists_once_in_the_database(self):
        number = self._numbered().number_id
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            number.sudo().copy({"seq": 99})

    def test_a_bad_pattern_is_explained(self):
        for pattern, sentence in [
            ("{seq", "brace"),
            ("X", "exactly once"),
            ("{month}-{seq}", r"\{month\} is not a token"),
            ("{date}-{seq}", "%Y %y %m %d"),
            ("{seq:z}", "three digits"),
            ("{seq:03d}", "given twice"),
        ]:
            with (
                self.subTest(pattern=pattern),
                self.assertRaisesRegex(ValidationError, sentence),
            ):
                self.series.write({"pattern": pattern})

    def test_the_form_shows_the_next_number_while_one_types(self):
        self._numbered(2)
        form = self.series.with_user(self.admin).new(
            {"pattern": "T{date:%Y%m%d}-{seq:02d}"}, origin=self.series
        )
        self.assertRegex(form.preview, r"^T\d{8}-03$")
        form.pattern = "T{seq}"
        self.assertIn("given twice", form.preview)

    def test_a_school_without_code_is_told_so(self):
        self.school.school_code = False
        with self.assertRaisesRegex(UserError, "Hill School has none yet"):
            self._numbered()

    def test_an_unknown_kind_is_told_so(self):
        letter = self._letters(1)
        with self.assertRaisesRegex(UserError, "no number series “nothing”"):
            self.Series._issue({letter: "nothing"})

    def test_a_void_number_stays_with_its_reason(self):
        letter = self._numbered(at=date(2026, 3, 12))
        with self.assertRaisesRegex(UserError, "Say why"):
            letter._void_number("  ")
        letter._void_number("Registered twice")
        number = letter.sudo().number_id
        self.assertEqual(
            (number.state, number.void_reason, number.void_by_id),
            ("void", "Registered twice", self.teacher),
        )
        self.assertEqual(letter.number, "HILL-20260312-001")
        self.assertEqual(
            self._numbered(at=date(2026, 3, 12)).number, "HILL-20260312-002"
        )
        with self.assertRaisesRegex(UserError, "stays void"):
            number.write({"state": "used"})

    def _assert_refused(self, query, *params):
        self.env.flush_all()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "evidence"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, params)

    def test_the_database_refuses_to_change_or_remove_a_number(self):
        number = self._numbered().sudo().number_id
        self._assert_refused(
            "UPDATE school_number SET text = 'X' WHERE id = %s", number.id
        )
        self._assert_refused("DELETE FROM school_number WHERE id = %s", number.id)
        self._assert_refused("TRUNCATE school_number CASCADE")
        number._make_void("Mistake")
        self._assert_refused(
            "UPDATE school_number SET state = 'used' WHERE id = %s", number.id
        )

    def test_nobody_forges_a_number(self):
        letter = self._numbered()
        number = letter.sudo().number_id
        for person in (self.teacher, self.clerk, self.director, self.admin):
            with self.subTest(person=person.login):
                mine = number.with_user(person)
                for operation in (
                    lambda mine=mine: mine.write({"state": "void"}),
                    lambda mine=mine: mine.unlink(),
                    lambda mine=mine: mine.create({"text": "X"}),
                    lambda mine=mine: mine.series_id.with_user(self.teacher).write(
                        {"pattern": "X{seq}"}
                    ),
                ):
                    with self.assertRaises(AccessError):
                        operation()
        with self.assertRaises(AccessError):
            letter.write({"number": "X"})
        with self.assertRaises(AccessError):
            self.Letter.create({"number_id": number.id})
        self.assertFalse(self.Letter.with_context(default_number="X").create({}).number)

    def test_a_neighbour_sees_no_number_and_no_series(self):
        self._numbered()
        for model in ("school.number", "school.number.series", "school.number.gap"):
            rows = self.env[model].with_user(self.stranger).search([])
            self.assertLessEqual(rows.company_id, self.other)

    def test_a_missing_number_is_reported(self):
        self._numbered(2, at=date(2026, 3, 12))
        self.assertFalse(self.series.gap_count)
        self.env["school.number"].create(
            {
                "company_id": self.school.id,
                "series_id": self.series.id,
                "kind": "test.letter",
                "period": "2026-03-12",
                "date": date(2026, 3, 12),
                "seq": 6,
                "text": "HILL-20260312-006",
                "res_model": "school.test.letter",
                "res_id": 1,
            }
        )
        self.series.invalidate_recordset()
        gap = self.env["school.number.gap"].search([("series_id", "=", self.series.id)])
        self.assertEqual((gap.first_missing, gap.last_missing, gap.missing), (3, 5, 3))
        self.assertEqual(self.series.gap_count, 3)
