"""The parts of ./office that need no Odoo; plain pytest."""

import importlib.machinery
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def office():
    loader = importlib.machinery.SourceFileLoader("office", str(ROOT / "office"))
    sys.dont_write_bytecode = True
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader("office", loader)
    )
    loader.exec_module(module)
    return module


def make_addon(folder, name, **manifest):
    addon = folder / name
    (addon / "models").mkdir(parents=True)
    (addon / "tests").mkdir()
    (addon / "demo").mkdir()
    (addon / "__manifest__.py").write_text(repr({"name": name, **manifest}))
    (addon / "models" / "thing.py").write_text("A = 1\n")
    return addon


ADDONS = {
    "base": {"depends": ["hr", "mail"]},
    "docs": {"depends": ["base"]},
    "seals": {"depends": ["base"]},
    "docs_seals": {"depends": ["docs", "seals"], "auto_install": True},
    "seals_stock": {"depends": ["seals", "stock"], "auto_install": True},
}


def test_a_key_tells_parts_apart(office):
    assert office.digest("ab", "c") != office.digest("a", "bc")
    assert office.digest("ab", b"c") == office.digest("ab", "c")


def test_a_change_in_tests_keeps_the_prepared_database(office, tmp_path):
    addon = make_addon(tmp_path, "docs")
    before = office.addon_key(addon)
    (addon / "tests" / "test_x.py").write_text("pass\n")
    (addon / "README.rst").write_text("Docs\n")
    assert office.addon_key(addon) == before
    (addon / "models" / "thing.py").write_text("A = 2\n")
    assert office.addon_key(addon) != before


def test_demo_files_matter_only_to_a_database_with_demo(office, tmp_path):
    addon = make_addon(tmp_path, "docs")
    bare, demo = office.addon_key(addon), office.addon_key(addon, demo=True)
    (addon / "demo" / "month.xml").write_text("<odoo/>\n")
    assert office.addon_key(addon) == bare
    assert office.addon_key(addon, demo=True) != demo


def test_an_addon_that_is_not_installable_is_left_out(office, tmp_path):
    make_addon(tmp_path, "docs")
    make_addon(tmp_path, "later", installable=False)
    (tmp_path / "notes").mkdir()
    assert list(office.our_addons(tmp_path)) == ["docs"]


def test_dependencies_come_first(office):
    assert office.closure(["docs"], ADDONS) == ["base", "docs"]


def test_glue_comes_with_what_it_joins(office):
    assert office.closure(["seals", "docs"], ADDONS)[-1] == "docs_seals"


def test_glue_to_an_app_that_is_not_there_stays_out(office):
    assert "seals_stock" not in office.suite(ADDONS)
    assert office.closure(["seals_stock"], ADDONS) == ["base", "seals", "seals_stock"]
    pairs = list(office.plan_addons(ADDONS))
    assert pairs[0][1] == ["base", "docs", "seals", "docs_seals"]
    assert pairs[1] == (("base", "seals", "seals_stock"), ["seals_stock"])


def test_only_modules_of_odoo_are_outside(office):
    assert office.outside(["base", "docs"], ADDONS) == {"hr", "mail"}


@pytest.mark.parametrize(
    ("text", "mirror"),
    [
        (
            "Types: deb\nURIs: http://one.example/debian\nSuites: bookworm\n",
            "http://one.example/debian",
        ),
        (
            "Types: deb\nEnabled: no\nURIs: http://one.example/debian\n\n"
            "Types: deb\nURIs: http://x.example/debian-security "
            "http://two.example/debian/\n",
            "http://two.example/debian",
        ),
        (
            "# deb http://old.example/debian sid main\n"
            "deb [arch=amd64] http://three.example/debian trixie main\n",
            "http://three.example/debian",
        ),
        ("deb http://tools.example/node_20.x nodistro main\n", None),
        ("", None),
    ],
)
def test_the_mirror_is_read_from_apt_sources(office, text, mirror):
    assert office.parse_mirror(text) == mirror


def test_a_mirror_that_is_named_wins(office, monkeypatch):
    monkeypatch.setenv("SCHOOL_OFFICE_MIRROR", "http://own.example/debian/")
    assert office.debian_mirror() == "http://own.example/debian"


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("E: write error: No space left on device", "disk is full"),
        ("Temporary failure resolving 'one.example'", "network"),
        ("NewConnectionError('...: Failed to establish a new connection", "network"),
    ],
)
def test_a_failure_is_explained_in_one_sentence(office, output, word):
    sentence = office.explain("pip", output)
    assert word in sentence
    assert "\n" not in sentence


def test_an_unknown_failure_shows_the_end_of_the_output(office):
    text = office.explain("pip", "\n".join(f"line {n}" for n in range(100)))
    assert "line 99" in text
    assert "line 10\n" not in text
    assert text.endswith("then run the command again.")


def test_a_port_that_is_taken_is_refused(office):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with pytest.raises(office.Problem, match=f"--port {port + 1}"):
            office.need_port(port)
    office.need_port(office.free_port())


def test_a_full_disk_is_refused_before_the_work(office, tmp_path):
    with pytest.raises(office.Problem, match="free 1000000 GB"):
        office.need_disk(tmp_path, 1000000)


def test_a_small_disk_of_the_checkout_is_not_mended_by_another_cache(
    office, tmp_path, monkeypatch
):
    monkeypatch.setattr(office, "ROOT", tmp_path)
    with pytest.raises(office.Problem, match="put this checkout on a larger disk"):
        office.need_disk(tmp_path / ".office", 1000000)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    result = run_office("setup", XDG_CACHE_HOME=str(blocked))
    assert result.returncode == 1
    assert f"{blocked}/school-office cannot be made or written" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_odoo_home_without_odoo_is_refused(office, tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(office.Problem, match="ODOO_HOME"):
        office.find_odoo(Path(sys.executable))


def test_an_odoo_of_another_series_is_refused(office, tmp_path, monkeypatch):
    (tmp_path / "odoo").mkdir()
    release = tmp_path / "odoo" / "release.py"
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    release.write_text("version_info = (18, 0, 0, FINAL, 0, '')\n")
    with pytest.raises(office.Problem, match="no Odoo 19.0"):
        office.find_odoo(Path(sys.executable))
    release.write_text("version_info = (19, 0, 0, FINAL, 0, '')\n")
    assert office.find_odoo(Path(sys.executable))[0] == tmp_path


def test_without_a_suitable_python_it_says_what_to_install(office, monkeypatch):
    monkeypatch.setattr(office, "version_of", lambda python: (3, 9))
    monkeypatch.setattr(office.sys, "version_info", (3, 9, 0))
    with pytest.raises(office.Problem, match="python3-venv"):
        office.choose_python()


def test_who_is_not_root_is_told_the_line_to_type(office, monkeypatch):
    monkeypatch.setattr(office.os, "geteuid", lambda: 1000)
    with pytest.raises(office.Problem, match="sudo apt-get install chromium"):
        office.install_packages(["chromium"])


LOG = """\
2026-03-02 08:00:00,000 7 INFO demo odoo.modules.loading: fine
2026-03-02 08:00:01,000 7 WARNING demo py.warnings: deprecated
  of no interest
2026-03-02 08:00:02,000 7 ERROR demo odoo.schema: Table 'x': unable to add constraint
Traceback (most recent call last):
ValueError
2026-03-02 08:00:03,000 7 INFO demo odoo.registry: loaded
"""


def test_the_log_of_an_installation_is_judged(office):
    found = office.log_complaints(LOG)
    assert len(found) == 3
    assert "unable to add constraint" in found[0]
    assert found[-1] == "ValueError"


def test_a_test_file_that_never_names_odoo_needs_no_database(office, tmp_path):
    plain, real = tmp_path / "test_a.py", tmp_path / "test_b.py"
    plain.write_text("import json\nX = 'from odoo import api'\n")
    real.write_text("from odoo.tests import tagged\n")
    assert not office.needs_odoo(plain)
    assert office.needs_odoo(real)


def test_tests_with_and_without_demo_data_are_kept_apart(office, tmp_path, monkeypatch):
    monkeypatch.setattr(office, "ROOT", tmp_path)
    monkeypatch.setattr(office, "ADDONS", tmp_path / "addons")
    make_addon(tmp_path / "addons", "base")
    for name, text in (
        ("test_plain.py", ""),
        ("test_walk.py", "import odoo\n"),
        ("demo/test_month.py", "import odoo\n"),
    ):
        path = tmp_path / "tests" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    groups = office.plan_tests([], office.our_addons(tmp_path / "addons"))
    assert groups == {
        (("base",), False): [
            str(tmp_path / "addons/base/tests"),
            str(tmp_path / "tests/test_walk.py"),
        ],
        (("base",), True): [str(tmp_path / "tests/demo/test_month.py")],
        None: [str(tmp_path / "tests/test_plain.py")],
    }
    one = office.plan_tests(["base::TestX"], office.our_addons(tmp_path / "addons"))
    assert one == {(("base",), False): [str(tmp_path / "addons/base/tests::TestX")]}


def test_an_unknown_addon_is_named(office):
    with pytest.raises(office.Problem, match="no addon or test file `nothing`"):
        office.plan_tests(["nothing"], ADDONS)


def test_counts_of_several_runs_are_added(office):
    tally = office.Tally()
    tally.add({"counts": {"passed": 2}, "skips": []}, 0)
    tally.add({"counts": {"passed": 1, "skipped": 1}, "skips": ["test_x: no Y"]}, 0)
    assert not tally.bad
    assert " 3 passed, 1 skipped in " in tally.line()
    tally.add({}, 2)
    assert tally.bad


def test_the_table_of_people_lines_up_chinese_names(office, tmp_path):
    path = tmp_path / "people.json"
    assert office.people_table(path) == []
    people = [
        {"school": "东", "name": "王一", "login": "wang", "password": "x", "try": "A"},
        {"school": "Hill", "name": "Li", "login": "li", "password": "x", "try": "B"},
    ]
    path.write_text(json.dumps(people))
    table = office.people_table(path)
    widths = {office.display_width(line[: line.rindex(" ")]) for line in table}
    assert len(table) == 3
    assert len(widths) == 1


def run_office(*arguments, **env):
    return subprocess.run(
        [sys.executable, str(ROOT / "office"), *arguments],
        text=True,
        capture_output=True,
        env={**os.environ, **env},
    )


def test_help_names_every_command():
    result = run_office("help")
    assert result.returncode == 0
    for name in ("up", "test", "shell", "reset", "lint", "i18n", "shots"):
        assert f"  {name} " in result.stdout


@pytest.mark.parametrize("name", ["shots", "i18n"])
def test_help_names_what_a_command_hands_on(name):
    """Its further options are those of another program."""
    program = [sys.executable, ROOT / f"tools/{name}.py", "--help"]
    known = subprocess.check_output(program, text=True)
    given_by_office = {"--url", "--db", "--exported", "--help"}
    options = set(re.findall(r"--[a-z]+", known)) - given_by_office
    assert options
    text = run_office(name, "--help").stdout
    assert set(re.findall(r"--[a-z]+", text)) - given_by_office == options


def test_commands_of_the_readme_are_understood():
    """The command line and the program behind it take every option that is shown."""
    text = (ROOT / "README.md").read_text()
    commands = re.findall(r"^\./office (\w+)(.*?)(?: +#.*)?$", text, re.M)
    assert {"up", "test", "lint", "shell", "shots"} <= {name for name, _ in commands}
    for name, arguments in commands:
        text = run_office(name, "--help").stdout
        assert set(re.findall(r"--[a-z]+", arguments)) <= set(
            re.findall(r"--[a-z]+", text)
        ), name
    shots = dict(commands)["shots"].split()
    assert shots[shots.index("--lang") + 1] in ("en", "zh")


def test_a_problem_is_one_sentence_and_an_exit_code(tmp_path):
    result = run_office("test", "nothing")
    assert result.returncode == 1
    assert result.stderr.strip().startswith("office: There is no addon")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("port", ["0", "65536", "80x", "-1"])
def test_what_is_no_port_is_refused(port):
    result = run_office("up", f"--port={port}")
    assert result.returncode == 2
    assert "a number from 1 to 65535" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_server_that_does_not_answer_is_named(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        result = run_office("shots", "--url", url, "--path=/", f"--out={tmp_path}")
    assert result.returncode == 1
    assert f"No office answers at {url}" in result.stderr
    assert not list(tmp_path.iterdir())
