"""What every addon and file of the repository must have; plain pytest."""

import ast
import csv
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent for path in ROOT.glob("addons/*/__manifest__.py"))
OURS = {addon.name for addon in ADDONS}
# Words that would tell where something was made, or that only work there.
MACHINE_PATHS = re.compile(r"/root/|/work/|/home/\w+/")
every_addon = pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)


def manifest_of(addon):
    return ast.literal_eval((addon / "__manifest__.py").read_text())


def tracked(*patterns):
    """Files under version control that match."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--", *patterns]
    names = subprocess.check_output(command, text=True).split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


@every_addon
def test_manifest(addon):
    manifest = manifest_of(addon)
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest["version"])
    assert manifest["license"] == "LGPL-3"
    assert manifest["author"] == "School Office Suite"
    assert manifest["summary"]
    assert "description" not in manifest


@every_addon
def test_files_of_the_manifest_exist_and_none_is_forgotten(addon):
    manifest = manifest_of(addon)
    named = set(manifest.get("data", [])) | set(manifest.get("demo", []))
    missing = {name for name in named if not (addon / name).is_file()}
    assert not missing
    present = {
        path.relative_to(addon).as_posix()
        for folder in ("data", "demo", "report", "security", "views", "wizards")
        for suffix in ("xml", "csv")
        for path in (addon / folder).rglob(f"*.{suffix}")
    }
    assert present <= named, "neither in data nor in demo"


@every_addon
def test_readme_and_icon(addon):
    assert len((addon / "README.rst").read_text()) > 200
    assert (addon / "static" / "description" / "icon.png").is_file()


@every_addon
def test_no_addon_depends_on_heavy_apps_or_on_its_siblings(addon):
    manifest = manifest_of(addon)
    if manifest.get("auto_install"):
        return
    depends = set(manifest["depends"])
    assert not depends & {"account", "purchase", "website", "sale"}
    assert depends & OURS <= {"school_office_base"}


@every_addon
def test_every_access_line_names_a_group(addon):
    for path in (addon / "security").glob("ir.model.access*.csv"):
        for line in csv.DictReader(path.read_text().splitlines()):
            assert line["group_id:id"], f"{path.name}: {line['id']}"


@every_addon
def test_tests_do_not_use_demo_records(addon):
    ids = set()
    for path in (addon / "demo").rglob("*.xml"):
        ids |= set(
            re.findall(r"<(?:record|template)[^>]*?\bid=\"([\w.]+)\"", path.read_text())
        )
    own = {f"{addon.name}.{name}" for name in ids if "." not in name}
    for path in (addon / "tests").rglob("*.py"):
        used = {name for name in own if f'"{name}"' in path.read_text()}
        assert not used, path.name


@every_addon
def test_every_test_file_is_imported_for_the_native_runner(addon):
    folder = addon / "tests"
    if not folder.is_dir():
        pytest.fail("an addon without tests")
    imports = (folder / "__init__.py").read_text()
    for path in folder.glob("test_*.py"):
        assert path.stem in imports, path.name


def test_no_file_names_a_path_of_somebodys_machine():
    for path in tracked(
        "*.py", "*.sh", "*.toml", "*.cfg", "*.y*ml", "*.json", "office"
    ):
        if path == Path(__file__).resolve():
            continue
        found = MACHINE_PATHS.search(path.read_text())
        assert not found, f"{path.relative_to(ROOT)}: {found.group()}"


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_requirements_are_pinned():
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            text = line.partition("#")[0].strip()
            assert not text or "==" in text, f"{path.name}: {line}"


def anchors(path):
    """What GitHub makes of the headings of a document."""
    found = set()
    for title in re.findall(r"(?m)^#+ (.+)$", path.read_text()):
        found.add(re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-"))
    return found


def test_links_of_the_documents_lead_somewhere():
    dead = []
    for path in tracked("*.md"):
        for link in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
            if link.startswith(("http:", "https:", "mailto:")):
                continue
            name, _, anchor = link.partition("#")
            target = path.parent / name if name else path
            if not target.exists() or (anchor and anchor not in anchors(target)):
                dead.append(f"{path.relative_to(ROOT)}: {link}")
    assert not dead


def test_the_guides_list_all_their_parts():
    for name in ("guide.md", "guide.zh.md"):
        path = ROOT / "docs" / name
        titles = re.findall(r"(?m)^## (.+)$", path.read_text())
        listed = re.findall(r"(?m)^- \[(.+)\]\(#", path.read_text())
        assert listed == titles, name
