from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged

from ..tools.questions import WrongAnswerError, check_answers
from .common import DeskCommon


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

    def test_a_condition_without_an_answer_is_met_by_any(self):
        for kind, nothing, something in (
            ("multi", [], ["a"]),
            ("choice", "", "a"),
            ("yes_no", False, True),
        ):
            questions = [
                question("first", kind, choices=["a"]),
                question("why", required=True, condition_key="first"),
            ]
            with self.subTest(kind=kind):
                self.assertFalse(check_answers(questions, {"first": nothing})[1])
                self.assertTrue(check_answers(questions, {"first": something})[1])

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


@tagged("post_install", "-at_install")
class TestConditions(DeskCommon):
    """A condition is written down in one language and met in every other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.service = cls._service("general")
        cls.service.question_ids.unlink()
        cls.colour = cls.env["school.service.question"].create(
            {
                "service_id": cls.service.id,
                "key": "colour",
                "label": "Colour",
                "kind": "choice",
                "choices": "Red\nBlue",
            }
        )
        cls.colour.with_context(lang="zh_CN").choices = "红色\n蓝色"

    def _depending(self, value, on=None):
        return self.env["school.service.question"].create(
            {
                "service_id": self.service.id,
                "key": "shade",
                "label": "Which blue?",
                "required": True,
                "sequence": 20,
                "condition_question_id": (on or self.colour).id,
                "condition_value": value,
            }
        )

    def _missing(self, lang, answer):
        service = self.service.with_context(lang=lang)
        return bool(service._check_answers({"colour": answer})[1])

    def test_the_condition_is_met_in_the_language_of_the_list_that_was_read(self):
        for value in ("Blue", "蓝色"):
            question = self._depending(value)
            with self.subTest(value=value):
                self.assertTrue(self._missing("en_US", "Blue"))
                self.assertTrue(self._missing("zh_CN", "蓝色"))
                self.assertFalse(self._missing("en_US", "Red"))
                self.assertFalse(self._missing("zh_CN", "红色"))
            question.unlink()

    def test_yes_is_yes_in_the_words_of_any_language(self):
        self.colour.write({"kind": "yes_no"})
        for value, wanted in (("是", "yes"), ("YES", "yes"), ("否", "no"), ("", "yes")):
            question = self._depending(value)
            with self.subTest(value=value):
                held = self.service._question_dicts()[-1]
                self.assertEqual(held["condition_value"], wanted)
            question.unlink()

    def test_a_condition_that_no_answer_meets_is_refused_with_a_sentence(self):
        with self.assertRaises(ValidationError) as refused:
            self._depending("Green")
        self.assertRegex(str(refused.exception), "Green.*is no answer.*Colour")
        self._depending("Blue")
        with self.assertRaises(ValidationError):
            self.colour.with_context(lang="en_US").choices = "Red\nGreen"
            self.colour.with_context(lang="zh_CN").choices = "红色\n绿色"

    def test_answers_read_as_a_person_writes_them(self):
        self._depending("Blue")
        text = self.service._answers_text({"colour": "Blue", "shade": "Navy"})
        self.assertEqual(text, "Colour: Blue\nWhich blue? Navy")

    def test_an_open_question_is_compared_as_it_is_written(self):
        free = self.env["school.service.question"].create(
            {"service_id": self.service.id, "key": "free", "label": "Say"}
        )
        self._depending("whatever", on=free)
        held = self.service._question_dicts()[-1]
        self.assertEqual(held["condition_value"], "whatever")
