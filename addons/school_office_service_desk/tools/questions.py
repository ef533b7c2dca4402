"""The typed questions of a service, as rules that need no database.

A question is a mapping with ``key, label, kind, required, choices, condition_key,
condition_value``; answers are a mapping of key to value, as a form or a client sends
them.
"""

import re
from datetime import date, datetime

KINDS = (
    "text",
    "long",
    "choice",
    "multi",
    "number",
    "date",
    "datetime",
    "phone",
    "yes_no",
    "place",
    "file",
)
TEXT_LIMIT = 300
LONG_LIMIT = 5000
_PHONE = re.compile(r"\+?[0-9][0-9 ()\-]{4,24}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
YES = {"1", "true", "yes", "on", "是"}
NO = {"0", "false", "no", "off", "否"}


class WrongAnswerError(ValueError):
    """An answer that does not fit its question; ``problem`` says how."""

    def __init__(self, question, problem):
        super().__init__(f"{question['key']}: {problem}")
        self.question = question
        self.problem = problem


def clean_text(value, limit=LONG_LIMIT):
    """Return the text without control characters, not longer than ``limit``."""
    return _CONTROL.sub("", str(value)).strip()[:limit]


def is_asked(question, answers):
    """Whether the question is asked at all, after what was answered before."""
    condition = question.get("condition_key")
    if not condition:
        return True
    given = answers.get(condition)
    wanted = (question.get("condition_value") or "").strip()
    if isinstance(given, bool):
        return given == (not wanted or wanted.lower() in YES)
    if isinstance(given, list):
        return wanted in given if wanted else bool(given)
    if not wanted:
        return given not in (None, "", [])
    return str(given if given is not None else "") == wanted


def check_answers(questions, answers):
    """Return ``(clean answers, missing questions)``.

    What nobody asked is dropped; what does not fit raises :class:`WrongAnswerError`.
    A file is answered by an attachment, whose name stands in the answers.
    """
    if not isinstance(answers, dict):
        answers = {}
    clean, missing = {}, []
    for question in questions:
        if not is_asked(question, clean):
            continue
        value = _value(question, answers.get(question["key"]))
        if value in (None, "", []):
            if question.get("required"):
                missing.append(question)
            continue
        clean[question["key"]] = value
    return clean, missing


def _value(question, value):
    if value is None or value == "":
        return None
    return _READERS[question["kind"]](question, value)


def _text(question, value):
    return clean_text(value, TEXT_LIMIT)


def _long(question, value):
    return clean_text(value)


def _choice(question, value):
    value = clean_text(value, TEXT_LIMIT)
    if value and value not in question["choices"]:
        raise WrongAnswerError(question, "choice")
    return value


def _multi(question, value):
    values = value if isinstance(value, list | tuple) else [value]
    chosen = [_choice(question, item) for item in values]
    return [item for item in question["choices"] if item in chosen]


def _number(question, value):
    if isinstance(value, bool):
        raise WrongAnswerError(question, "number")
    try:
        number = float(str(value).replace(",", "."))
    except ValueError as error:
        raise WrongAnswerError(question, "number") from error
    if number != number or abs(number) > 1e12:
        raise WrongAnswerError(question, "number")
    return int(number) if number.is_integer() else number


def _date(question, value):
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise WrongAnswerError(question, "date") from error


def _datetime(question, value):
    text = str(value).strip().replace("T", " ")
    for pattern in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"):
        try:
            return datetime.strptime(text, pattern).strftime("%Y-%m-%d %H:%M")
        except ValueError:
            continue
    raise WrongAnswerError(question, "datetime")


def _phone(question, value):
    text = clean_text(value, 40)
    if text and not _PHONE.fullmatch(text):
        raise WrongAnswerError(question, "phone")
    return text


def _yes_no(question, value):
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise WrongAnswerError(question, "yes_no")


def _place(question, value):
    try:
        number = int(value)
    except (TypeError, ValueError) as error:
        raise WrongAnswerError(question, "place") from error
    if number <= 0:
        raise WrongAnswerError(question, "place")
    return number


_READERS = {
    "text": _text,
    "long": _long,
    "choice": _choice,
    "multi": _multi,
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "phone": _phone,
    "yes_no": _yes_no,
    "place": _place,
    "file": _text,
}
