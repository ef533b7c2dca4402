from odoo.tests import BaseCase

from ..tools.questions import WrongAnswerError, check_answers


def question(key, kind="text", **more):
    return {"key": key, "label": key.title(), "kind": kind, "choices": [], **more}


class TestQuestions(BaseCase):
    def test_a_required_question_left_open_is_named(self):
        clean, missing = check_answers(
            [question("pages", "number", required=True), question("note")], {}
        )
        self.assertEqual(clean, {})
        self.assertEqual([item["key"] for item in missing], ["pages"])

    def test_what_nobody_asked_is_dropped(self):
        clean, _missing = check_answers(
            [question("note")], {"note": " x ", "state": "closed"}
        )
        self.assertEqual(clean, {"note": "x"})

    def test_a_question_is_asked_only_under_its_condition(self):
        questions = [
            question("colour", "yes_no"),
            question(
                "why",
                required=True,
                condition_key="colour",
                condition_value="yes",
            ),
        ]
        self.assertFalse(check_answers(questions, {"colour": False})[1])
        self.assertTrue(check_answers(questions, {"colour": "yes"})[1])

    def test_an_answer_of_the_wrong_kind_is_refused(self):
        for kind, wrong in (
            ("number", "many"),
            ("number", "nan"),
            ("number", True),
            ("date", "31.12.2026"),
            ("datetime", "tomorrow"),
            ("phone", "call me"),
            ("choice", "green"),
            ("multi", ["red", "green"]),
            ("yes_no", "perhaps"),
            ("place", "-1"),
        ):
            with self.subTest(kind=kind), self.assertRaises(WrongAnswerError):
                check_answers([question("q", kind, choices=["red"])], {"q": wrong})

    def test_answers_are_kept_in_one_form(self):
        questions = [
            question("number", "number"),
            question("day", "date"),
            question("moment", "datetime"),
            question("all", "multi", choices=["a", "b", "c"]),
        ]
        clean, _missing = check_answers(
            questions,
            {
                "number": "12.0",
                "day": "2026-09-01",
                "moment": "2026-09-01T08:30",
                "all": ["c", "a"],
            },
        )
        self.assertEqual(
            clean,
            {
                "number": 12,
                "day": "2026-09-01",
                "moment": "2026-09-01 08:30",
                "all": ["a", "c"],
            },
        )
