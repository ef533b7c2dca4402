"""Files without the traces of who made them.

A photo knows the place, the time and the serial number of the telephone; a letter
written with an office program knows the name of its author. Both are taken out before
a file of an anonymous person is stored. A kind of file from which nobody can take them
out reliably is refused, never stored as it is. Pure Python; the caller makes the
sentences.
"""

import io
import re
import warnings
import zipfile

from lxml import etree
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import NameObject

PIXELS = 60_000_000
UNPACKED = 100 << 20
MEMBERS = 5_000

IMAGES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
OFFICE = frozenset({"docx", "xlsx", "pptx", "odt", "ods", "odp"})
TEXTS = frozenset({"txt", "csv"})
KINDS = frozenset({*IMAGES, *OFFICE, *TEXTS, "pdf"})

_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
# Parts of office files that say nothing but who, when and with what.
_DROPPED = re.compile(
    r"(^|/)(docProps/(app|custom|core)\.xml|docProps/thumbnail\.[a-z]+"
    r"|Thumbnails/.*|customXml/.*|word/people\.xml|xl/persons/.*|meta\.xml"
    r"|ppt/commentAuthors\.xml|ppt/authors\.xml|Configurations2/.*)$"
)
# Who changed or remarked what, inside the text.
_TRACES = frozenset({"author", "initials", "date", "userId", "providerId", "dateUtc"})
_TRACE_TEXTS = frozenset({"creator", "author", "date", "creator-initials"})
_RSID = re.compile(r"^rsid")


class NotCleanable(Exception):
    """The file cannot be cleaned; ``reason`` is 'kind', 'damaged' or 'large'."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def extension(name):
    stem, dot, last = (name or "").rstrip(". ").rpartition(".")
    return last.lower() if dot and stem else ""


def cleaned(name, content):
    """Return the content without its traces; raise ``NotCleanable``."""
    kind = extension(name)
    if kind not in KINDS:
        raise NotCleanable("kind")
    try:
        if kind in IMAGES:
            return _image(content, IMAGES[kind])
        if kind == "pdf":
            return _pdf(content)
        if kind in OFFICE:
            return _office(content)
    except NotCleanable:
        raise
    except (
        OSError,
        ValueError,
        SyntaxError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        zipfile.BadZipFile,
        etree.LxmlError,
        PyPdfError,
    ) as error:
        # Whatever a parser stumbles over: such a file is not taken unread.
        raise NotCleanable("damaged") from error
    return content


def _image(content, form):
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=[form]) as image:
            if image.width * image.height > PIXELS:
                raise NotCleanable("large")
            # Only the picture as one sees it is painted anew: no EXIF, no comment, no
            # thumbnail, no second picture behind the first.
            upright = ImageOps.exif_transpose(image)
            if form == "JPEG":
                bare = upright.convert("L" if upright.mode == "L" else "RGB")
            elif upright.mode in ("RGB", "RGBA", "L", "LA"):
                bare = upright
            else:
                bare = upright.convert("RGBA")
            painted = Image.new(bare.mode, bare.size)
            painted.paste(bare)
            result = io.BytesIO()
            painted.save(result, form, **({"quality": 88} if form == "JPEG" else {}))
    return result.getvalue()


def _pdf(content):
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise NotCleanable("damaged")
    if len(reader.pages) > 500:
        raise NotCleanable("large")
    writer = PdfWriter()
    for page in reader.pages:
        # Remarks carry the name of who made them; thumbnails, the text before it.
        for key in ("/Annots", "/Metadata", "/PieceInfo", "/Thumb", "/LastModified"):
            page.pop(NameObject(key), None)
        writer.add_page(page)
    _forget(writer)
    writer.metadata = None
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def _forget(writer):
    """Empty what says who and when, in every object that was taken over."""
    for item in writer._objects:
        if hasattr(item, "pop") and hasattr(item, "get"):
            for key in ("/Metadata", "/PieceInfo", "/LastModified"):
                item.pop(NameObject(key), None)


def _office(content):
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        members = source.infolist()
        if len(members) > MEMBERS or sum(m.file_size for m in members) > UNPACKED:
            raise NotCleanable("large")
        with zipfile.ZipFile(result, "w") as target:
            for member in members:
                if member.is_dir() or _DROPPED.search(member.filename):
                    continue
                info = zipfile.ZipInfo(member.filename, _FIXED_DATE)
                # ODF wants its first member, the type, uncompressed.
                info.compress_type = (
                    zipfile.ZIP_STORED
                    if member.filename == "mimetype"
                    else zipfile.ZIP_DEFLATED
                )
                target.writestr(info, _part(member.filename, source.read(member)))
    return result.getvalue()


def _part(name, content):
    kind = extension(name)
    if kind in IMAGES:
        return _image(content, IMAGES[kind])
    if kind in ("jfif", "tif", "tiff", "heic", "bin", "emf", "wmf", "ole"):
        if kind in ("emf", "wmf"):
            return content
        # A picture or an embedded document with traces of its own.
        raise NotCleanable("kind")
    if kind in OFFICE:
        return _office(content)
    if kind in ("xml", "rels", "vml"):
        return _xml(content)
    return content


def _xml(content):
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    root = etree.fromstring(content, parser)
    for node in list(root.iter()):
        if not isinstance(node.tag, str):
            continue
        for key in list(node.attrib):
            local = etree.QName(key).localname
            if local in _TRACES and _is_trace(node, key):
                node.attrib[key] = "1980-01-01T00:00:00Z" if "date" in local else "-"
            elif _RSID.match(local):
                # Word numbers its editing sessions: two files of one author share them.
                del node.attrib[key]
        local = etree.QName(node).localname
        if local in _TRACE_TEXTS and _is_trace_text(node):
            node.text = "1980-01-01T00:00:00" if local == "date" else "-"
        elif local in ("Relationship", "Override") and _points_to_dropped(node):
            node.getparent().remove(node)
        elif local == "rsids":
            for child in list(node):
                node.remove(child)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _is_trace(node, key):
    """Attributes of that name in the parts that mark changes and remarks."""
    namespace = etree.QName(key).namespace or etree.QName(node).namespace or ""
    return "main" in namespace or "office" in namespace or "word" in namespace


def _is_trace_text(node):
    namespace = etree.QName(node).namespace or ""
    if namespace == "http://purl.org/dc/elements/1.1/":
        return True
    return etree.QName(node).localname in ("author", "creator-initials")


def _points_to_dropped(node):
    target = node.get("Target") or node.get("PartName") or ""
    return bool(_DROPPED.search("/" + target.lstrip("./")))
