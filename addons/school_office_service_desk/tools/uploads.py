"""What a visitor may attach to a request: DESK-05, judged by name and content.

Pure Python. The caller reads the files, hands them in as ``(name, bytes)`` and makes
sentences of the faults.
"""

import io
import re
import zipfile

from PIL import Image

from odoo.addons.school_office_base.tools import files

MEGABYTE = 1024 * 1024
IMAGES = frozenset(("jpg", "jpeg", "png"))
# More pixels than any telephone takes; a small file can claim to be billions of them.
MAX_PIXELS = 60_000_000
# A small Word file can unpack to fill a disk.
MAX_UNPACKED = 200 * MEGABYTE
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")
NAME_LIMIT = 120


def endings(text):
    """Return the set of file endings in ``text``: ``"pdf, .DOC"`` → {pdf, doc}."""
    parts = re.split(r"[\s,;，；、]+", text or "")
    return {part.lstrip(".").lower() for part in parts if part.strip(".")}


def clean_name(name):
    """Return a file name that shows as what it is and fits everywhere."""
    name = _UNSAFE.sub("_", name or "").strip(" ._") or "file"
    ending = files.extension(name)
    if len(name) > NAME_LIMIT:
        stem = name[: NAME_LIMIT - len(ending) - 1]
        name = f"{stem}.{ending}" if ending else stem
    return name


def fault(name, content, accepted, limit_mb):
    """Return what is wrong with one file, or None.

    'size' and 'type' are ours; the others are those of
    :func:`school_office_base.tools.files.fault`.
    """
    if limit_mb and len(content) > limit_mb * MEGABYTE:
        return "size"
    problem = files.fault(name, content)
    if problem:
        return problem
    ending = files.extension(name)
    if ending not in accepted:
        return "type"
    if ending in IMAGES:
        return None if _is_image(content, ending) else "mismatch"
    if ending == "doc":
        return None if content.startswith(_OLE) else "mismatch"
    if ending == "docx":
        return _docx_fault(content)
    return None


def _is_image(content, ending):
    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            return image.format == _FORMATS[ending] and width * height <= MAX_PIXELS
    except Exception:  # whatever the decoder cannot read is no picture
        return False


def _docx_fault(content):
    if content.startswith(_OLE):
        return None  # with a password, Word writes the old container
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            unpacked = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return "mismatch"
    if "[Content_Types].xml" not in names or "word/document.xml" not in names:
        return "mismatch"
    if unpacked > MAX_UNPACKED:
        return "mismatch"
    if any(name.endswith("vbaProject.bin") for name in names):
        return "program"
    return None
