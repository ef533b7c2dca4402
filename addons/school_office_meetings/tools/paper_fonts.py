"""The four faces of an official document, embedded in the PDF.

GB/T 9704 asks for 小标宋, 仿宋, 黑体 and 楷体. The usual ones are commercial,
so none is shipped: of each face the first that is installed is taken, its free
relatives last, and ``Faces.replaced`` says which were replaced. Only the glyphs a
document needs go into it; those of OpenType/CFF fonts, which reportlab cannot embed,
are turned into TrueType outlines. Without any font, or without fontTools, the reader's
own Song type is used.
"""

import functools
import hashlib
import io
import subprocess
import threading
import uuid

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

try:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import TTFont as Source
except ImportError:  # the reader's own type then
    Source = None

# face: (the ones the standard means, their free relatives)
FACES = {
    "title": (
        ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体"),
        ("Noto Serif CJK SC:bold", "Noto Serif SC:bold", "AR PL UMing CN"),
    ),
    "body": (
        ("FangSong", "FangSong_GB2312", "STFangsong", "仿宋"),
        ("FandolFang R", "FandolFang", "Noto Serif CJK SC", "AR PL UMing CN"),
    ),
    "head": (
        ("SimHei", "STHeiti", "黑体"),
        ("FandolHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei"),
    ),
    "kai": (
        ("KaiTi", "KaiTi_GB2312", "STKaiti", "楷体"),
        ("FandolKai", "AR PL UKai CN", "Noto Serif CJK SC"),
    ),
}
FALLBACK = "STSong-Light"
UNITS = 1000
_lock = threading.Lock()


@functools.lru_cache(maxsize=64)
def _match(pattern):
    """Return ``(file, index)`` of the font fontconfig knows by this name, or None."""
    try:
        found = subprocess.run(
            ["fc-match", "-f", "%{file}\n%{index}\n%{family}\n%{style}", pattern],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        ).stdout.split("\n")
    except (OSError, subprocess.SubprocessError):
        return None
    path, index, families, _style = (*found, "", "", "", "")[:4]
    wanted = pattern.partition(":")[0].lower()
    # fontconfig always answers, with the nearest it has.
    if wanted not in [family.strip().lower() for family in families.split(",")]:
        return None
    # Named instances of variable fonts sit in the upper half.
    return path, int(index or 0) & 0xFFFF


@functools.lru_cache(maxsize=8)
def _source(path, index):
    """Open a font once per process; its tables are read when they are needed."""
    return Source(path, fontNumber=index, lazy=True), {}


@functools.lru_cache(maxsize=8)
def installed(face):
    """Return ``(path, index, is the standard's own)`` of a face, or None."""
    own, relatives = FACES[face]
    for patterns, is_own in ((own, True), (relatives, False)):
        for pattern in patterns:
            found = _match(pattern)
            if found:
                return (*found, is_own)
    return None


def _outline(font, cache, char):
    """The TrueType outline and width of a character, None if the font lacks it."""
    if char not in cache:
        name = font.getBestCmap().get(ord(char))
        if name is None:
            cache[char] = None
        else:
            glyphs = font.getGlyphSet()
            pen = TTGlyphPen(None)
            is_cff = "CFF " in font or "CFF2" in font
            scale = UNITS / font["head"].unitsPerEm
            glyphs[name].draw(
                Cu2QuPen(_Scaled(pen, scale), 1.0, reverse_direction=is_cff)
            )
            cache[char] = pen.glyph(), round(glyphs[name].width * scale)
    return cache[char]


class _Scaled:
    """A pen that brings the outlines of every font to the same units."""

    def __init__(self, pen, scale):
        self._pen, self._scale = pen, scale

    def _points(self, points):
        return [
            point and (round(point[0] * self._scale), round(point[1] * self._scale))
            for point in points
        ]

    def moveTo(self, point):  # noqa: N802 (the protocol of pens)
        self._pen.moveTo(*self._points([point]))

    def lineTo(self, point):  # noqa: N802
        self._pen.lineTo(*self._points([point]))

    def qCurveTo(self, *points):  # noqa: N802
        self._pen.qCurveTo(*self._points(points))

    def closePath(self):  # noqa: N802
        self._pen.closePath()

    def endPath(self):  # noqa: N802
        self._pen.endPath()

    def addComponent(self, name, transformation):  # noqa: N802
        raise NotImplementedError("outlines are drawn decomposed")


def _build(path, index, chars):
    """Return a TrueType font of these characters, and those it lacks."""
    with _lock:
        font, cache = _source(path, index)
        outlines = {char: _outline(font, cache, char) for char in sorted(chars)}
    missing = {char for char, outline in outlines.items() if outline is None}
    order = [".notdef"]
    cmap, glyphs, metrics = {}, {".notdef": TTGlyphPen(None).glyph()}, {}
    metrics[".notdef"] = (UNITS, 0)
    for char, outline in outlines.items():
        if outline is None:
            continue
        name = f"u{ord(char):05X}"
        order.append(name)
        cmap[ord(char)] = name
        glyphs[name], width = outline
        metrics[name] = (width, 0)
    builder = FontBuilder(UNITS, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(cmap)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {
            name: (width, getattr(glyphs[name], "xMin", 0) or 0)
            for name, (width, _bearing) in metrics.items()
        }
    )
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    # reportlab knows a font by this name alone; each document has glyphs of its own.
    part = hashlib.sha256("".join(map(chr, sorted(cmap))).encode()).hexdigest()[:8]
    family = f"{font['name'].getDebugName(6) or 'Face'}-{part}"
    builder.setupNameTable(
        {"familyName": family, "styleName": "Regular", "psName": family}
    )
    builder.setupOS2(sTypoAscender=880, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    stream = io.BytesIO()
    builder.save(stream)
    stream.seek(0)
    return stream, missing


class Faces:
    """The fonts of one document; use it in a ``with`` statement.

    :param texts: ``{face: all that is set in it}``
    """

    def __init__(self, texts):
        self.names, self.replaced, self._made = {}, [], []
        # Faces that share a font share what is embedded: it goes by its own name.
        by_source = {}
        for face in FACES:
            found = installed(face) if Source else None
            if not found or not found[2]:
                self.replaced.append(face)
            if found:
                by_source.setdefault(found[:2], []).append(face)
            else:
                self.names[face] = self._readers_own()
        for (path, index), faces in by_source.items():
            chars = set().union(*(texts.get(face, "") for face in faces))
            name = self._embed(path, index, chars - {"\n"} | {" ", "?"})
            self.names.update(dict.fromkeys(faces, name))

    @staticmethod
    def _readers_own():
        if FALLBACK not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(FALLBACK))
        return FALLBACK

    def _embed(self, path, index, chars):
        stream, _missing = _build(path, index, chars)
        name = f"school-{uuid.uuid4().hex}"
        pdfmetrics.registerFont(TTFont(name, stream))
        self._made.append(name)
        return name

    def __getitem__(self, face):
        return self.names[face]

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        # reportlab keeps every font it has ever seen.
        for name in self._made:
            font = pdfmetrics._fonts.pop(name, None)
            if font is not None:
                pdfmetrics._dynFaceNames.pop(font.face.name, None)

    def width(self, face, text, size):
        return pdfmetrics.stringWidth(text, self.names[face], size)
