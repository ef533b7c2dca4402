"""Patterns of numbers such as ``{code}-{date:%Y%m%d}-{seq:03d}`` (BASE-12).

Pure Python: reads a pattern, says in one word what is wrong with it, and renders it. A
pattern is data typed by a school administrator, so nothing of it is ever handed to
``str.format``.
"""

import re
from string import Formatter

TOKENS = ("code", "office", "date", "year", "school_year", "seq")
# How finely a token tells one day from another. A number must show at least as much of
# the date as its counter restarts on, or two periods would give the same text.
GRAIN = {"day": 3, "month": 2, "year": 1, "never": 0}

_DATE_FORMAT = re.compile(r"(?:%[Yymd]|[^%{}])+")
_SEQ_FORMAT = re.compile(r"0?(\d?)d?")


class PatternError(ValueError):
    """A pattern that cannot be used; ``reason`` is a word, ``detail`` what
    it is about.
    """

    def __init__(self, reason, detail=""):
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class NumberPattern:
    """A checked pattern: ``NumberPattern(text).check(reset)``, then ``render(…)``."""

    def __init__(self, text):
        self.text = text or ""
        self.parts = []
        try:
            parsed = list(Formatter().parse(self.text))
        except ValueError:
            raise PatternError("braces") from None
        for literal, name, spec, conversion in parsed:
            if literal:
                self.parts.append((None, literal))
            if name is None:
                continue
            if conversion or name not in TOKENS:
                raise PatternError("token", f"{{{name}}}")
            self._check_format(name, spec)
            self.parts.append((name, spec))
        names = [name for name, _spec in self.parts if name]
        if names.count("seq") != 1:
            raise PatternError("seq")

    @staticmethod
    def _check_format(name, spec):
        if name == "seq":
            if spec and not _SEQ_FORMAT.fullmatch(spec):
                raise PatternError("seq_format", spec)
        elif name == "date":
            if not spec or not _DATE_FORMAT.fullmatch(spec) or "%" not in spec:
                raise PatternError("date_format", spec)
        elif spec:
            raise PatternError("format", f"{{{name}:{spec}}}")

    @property
    def tokens(self):
        return {name for name, _spec in self.parts if name}

    def grain(self):
        """Return 'day', 'month', 'year' or 'never': how much of the date it shows."""
        codes = set()
        for name, spec in self.parts:
            if name == "date":
                codes |= set(re.findall(r"%([Yymd])", spec))
            elif name == "year":
                codes.add("Y")
        if not codes & {"Y", "y"}:
            return "never"
        if "m" not in codes:
            return "year"
        return "day" if "d" in codes else "month"

    def check(self, reset):
        """Raise PatternError if two periods of ``reset`` could give the same text."""
        grain = self.grain()
        if reset == "school_year":
            if "school_year" not in self.tokens and grain != "day":
                raise PatternError("reset", reset)
        elif GRAIN[grain] < GRAIN[reset]:
            raise PatternError("reset", reset)
        return self

    def render(self, *, date, seq, school_year="", code="", office=""):
        values = {
            "code": code,
            "office": office,
            "year": f"{date.year:04d}",
            "school_year": school_year,
        }
        text = []
        for name, spec in self.parts:
            if name is None:
                text.append(spec)
            elif name == "seq":
                width = _SEQ_FORMAT.fullmatch(spec or "").group(1) or "0"
                text.append(str(seq).zfill(int(width)))
            elif name == "date":
                text.append(date.strftime(spec))
            else:
                text.append(values[name])
        return "".join(text)
