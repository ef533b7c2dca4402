"""What is wrong with an uploaded file, judged by its content and its name.

A browser runs HTML, SVG and scripts in the name of the office, Windows runs programs;
none of them is a document. A file that is not what its name says cannot be opened by
whoever receives it. Pure Python; the sentence is made by the caller.
"""

import io
import zipfile

RUNNABLE = frozenset(
    "bat chm cmd com cpl dll exe hta htm html inf jar js jse lnk mhtml mht mjs msi msp "
    "php pif ps1 psm1 py reg scf scr sh shtml svg svgz swf url vb vbe vbs wsf wsh xht "
    "xhtml xsl xslt".split()
)
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK"
# The first bytes that files of these names begin with. An office file with a password
# is an OLE container whatever its name.
_BEGINNINGS = {
    "pdf": (b"%PDF",),
    "png": (b"\x89PNG",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "gif": (b"GIF8",),
    "docx": (_ZIP, _OLE),
    "xlsx": (_ZIP, _OLE),
    "pptx": (_ZIP, _OLE),
    "odt": (_ZIP,),
    "ods": (_ZIP,),
    "ofd": (_ZIP,),
    "zip": (_ZIP,),
}
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
_MARKUP = (
    b"<!doctype html",
    b"<html",
    b"<svg",
    b"<script",
    b"<body",
    b"<iframe",
    b"<head",
)
_HEAD = 1024


def extension(name):
    """Return the last extension of a file name, in lower case, as Windows sees it."""
    stem, dot, last = (name or "").rstrip(". ").rpartition(".")
    return last.lower() if dot else ""


def fault(name, content):
    """Return 'empty', 'runnable', 'program', 'markup', 'mismatch' or None."""
    if not content:
        return "empty"
    kind = extension(name)
    if kind in RUNNABLE:
        return "runnable"
    head = content[:_HEAD].lstrip(b"\xef\xbb\xbf\x00\t\r\n ")
    if head.startswith(_PROGRAMS):
        return "program"
    if _is_markup(head):
        return "markup"
    expected = _BEGINNINGS.get(kind)
    if kind == "pdf" and b"%PDF" in content[:_HEAD]:
        return None
    if expected and not head.startswith(expected):
        return "mismatch"
    return None


def _is_markup(head):
    lowered = head.lower()
    for encoding in ("utf-16-le", "utf-16-be"):
        if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
            lowered = head[2:].decode(encoding, "ignore").lower().strip().encode()
            if lowered.startswith(b"<"):
                break
    if lowered.startswith(_MARKUP):
        return True
    return lowered.startswith((b"<?xml", b"<!--")) and any(
        mark in lowered for mark in (b"<svg", b"<html", b"<script")
    )


def wrapped(name, content):
    """Return (name, content) of a zip that holds the file: kept, but nothing
    runs it.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name or "file", content)
    return f"{name}.zip", buffer.getvalue()
