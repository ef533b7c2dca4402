"""Keep the translation catalogues of our addons in step; started by ./office i18n.

Reads what Odoo exported into a folder (<addon>.pot), compares it with the addon's
i18n/ folder and either writes (export, update) or reports (check).
"""

import argparse
import re
import sys
from pathlib import Path

import polib

ADDONS = Path(__file__).resolve().parent.parent / "addons"
LANGUAGE = "zh_CN"
HEADERS = {
    "Project-Id-Version": "Odoo Server 19.0",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdf]|\$?\{[\w.]+\}|<\/?[a-z][\w-]*")


def key(entry):
    return entry.msgctxt, entry.msgid


def content(catalogue):
    """What matters of a catalogue: its terms, where they occur and their texts."""
    return {
        key(e): (e.comment, sorted(e.occurrences), e.msgstr)
        for e in catalogue
        if not e.obsolete
    }


def normalised(path):
    """An exported catalogue without dates and line numbers, in a stable order."""
    catalogue = polib.pofile(str(path), wrapwidth=0)
    catalogue.metadata = dict(HEADERS)
    catalogue.header = f"Translation of {path.stem}"
    for entry in catalogue:
        entry.occurrences = sorted({(name, "0") for name, _line in entry.occurrences})
    catalogue.sort(key=lambda e: (e.msgid, e.msgctxt or ""))
    return catalogue


def merged(template, path):
    """The translations of a file for the terms of a template, in its order."""
    known = {}
    if path.exists():
        known = {key(e): e for e in polib.pofile(str(path)) if not e.obsolete}
    result = polib.POFile(wrapwidth=0)
    result.metadata = {**HEADERS, "Language": LANGUAGE}
    result.header = template.header
    for entry in template:
        old = known.get(key(entry))
        result.append(
            polib.POEntry(
                msgid=entry.msgid,
                msgctxt=entry.msgctxt,
                comment=entry.comment,
                occurrences=entry.occurrences,
                flags=old.flags if old else [],
                msgstr=old.msgstr if old else "",
            )
        )
    return result


def write(catalogue, path):
    """Write a catalogue when its content differs from the file; say so."""
    if path.exists() and content(polib.pofile(str(path))) == content(catalogue):
        return
    path.parent.mkdir(exist_ok=True)
    catalogue.save(str(path))
    print(f"  {path.relative_to(ADDONS.parent)}: {len(catalogue)} terms")


def complaints_about(entry):
    """What is wrong with one translated term."""
    if entry.fuzzy:
        yield "is fuzzy"
    if not entry.msgstr.strip():
        yield "is not translated"
    elif sorted(PLACEHOLDER.findall(entry.msgid)) != sorted(
        PLACEHOLDER.findall(entry.msgstr)
    ):
        yield "has other placeholders or tags than its source"


def complaints(addon, template):
    """Everything that is wrong with the catalogues of an addon."""
    folder = ADDONS / addon / "i18n"
    pot, po = folder / f"{addon}.pot", folder / f"{LANGUAGE}.po"
    if not len(template):
        return
    if not pot.exists() or content(polib.pofile(str(pot))) != content(template):
        yield f"{pot.name} does not match the sources"
    if not po.exists():
        yield f"{po.name} is missing"
        return
    terms = {key(e) for e in template}
    for entry in polib.pofile(str(po)):
        if entry.obsolete or key(entry) not in terms:
            yield f"{po.name}: {entry.msgid!r} is no longer a term"
            continue
        terms.discard(key(entry))
        for complaint in complaints_about(entry):
            yield f"{po.name}: {entry.msgid!r} {complaint}"
    for _context, msgid in sorted(terms, key=lambda term: term[1]):
        yield f"{po.name}: {msgid!r} is missing"


def main():
    """Check the catalogues of the addons named, or write them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exported", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help="report, write nothing")
    parser.add_argument("--update", action="store_true", help="write the .po as well")
    parser.add_argument("addons", nargs="*")
    options = parser.parse_args()
    bad = False
    for file in sorted(options.exported.glob("*.pot")):
        addon = file.stem
        if options.addons and addon not in options.addons:
            continue
        template = normalised(file)
        folder = ADDONS / addon / "i18n"
        if not options.check:
            write(template, folder / file.name)
            if options.update:
                po = folder / f"{LANGUAGE}.po"
                write(merged(template, po), po)
        found = list(complaints(addon, template))
        bad |= bool(found)
        for complaint in found:
            print(f"  {addon}: {complaint}")
    if bad:
        print("office: run ./office i18n --update and translate what is listed above.")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
