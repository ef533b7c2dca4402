"""``docs/coverage.md`` says which rule is kept where: it may not rot."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([A-Z]+-\d+) \|.*\| ([^|]+) \|$", re.M)
WHERE = {
    "base": "school_office_base",
    "docs": "school_office_docs",
    "desk": "school_office_service_desk",
    "meetings": "school_office_meetings",
}
# Rules of the addons that exist, first and last of each run.
RUNS = [
    ("BASE", 1, 32),
    ("DOC", 1, 17),
    ("DOC", 40, 41),
    ("MTG", 1, 40),
    ("DESK", 1, 28),
    ("DESK", 55, 61),
]


def _path(name):
    where, __, test = name.partition("/")
    folder = ROOT / "tests"
    if where != "tests":
        folder = ROOT / "addons" / WHERE.get(where, where) / "tests"
    return folder / f"test_{test}.py"


def test_every_rule_stands_in_the_list_once():
    expected = [
        f"{prefix}-{number:02d}"
        for prefix, first, last in RUNS
        for number in range(first, last + 1)
    ]
    assert [row[0] for row in ROW.findall(LIST)] == expected


def test_every_test_that_is_named_exists():
    named = {
        name.strip() for __, tests in ROW.findall(LIST) for name in tests.split(",")
    }
    assert named
    assert not sorted(name for name in named if not _path(name).is_file())


def test_every_rule_is_named_as_a_source_in_the_code():
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "addons").rglob("*")
        if path.suffix in (".py", ".xml") and "tests" not in path.parts
    )
    assert not [rule for rule, __ in ROW.findall(LIST) if rule not in code]
