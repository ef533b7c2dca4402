"""Pages of official documents, set to the millimetre (GB/T 9704-2012).

A document is a list of :class:`Text`, :class:`Line` and :class:`Gap`, put on pages of a
:class:`Geometry`. Nothing here knows of Odoo; texts come in ready.

The type area of an official document is 156 × 225 mm on A4, 37 mm below the upper and
28 mm from the left edge (mirrored on even pages), with 22 lines of 28 characters: the
pitch is 225/22 mm, and 16 pt type is set 0.207 pt closer. Numbers of clauses are given
where they apply.
"""

import io
import re
from dataclasses import dataclass, field

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from .paper_fonts import FACES, Faces

RED = HexColor("#FF0000")
BLACK = HexColor("#000000")
GREY = HexColor("#595959")
# Never at the beginning, never at the end of a line (禁则).
NOT_FIRST = set("，。、；：？！）》〉」』】〕”’％,.;:?!)]}%…—")
NOT_LAST = set("（《〈「『【〔“‘([{")
WORD = re.compile(r"[0-9A-Za-z_@#&+./:%°'\-]+|\s|.", re.DOTALL)
# Chinese type sizes in points (号)
TWO, THREE, FOUR = 22, 16, 14


@dataclass(frozen=True)
class Geometry:
    """The type area of a page, in millimetres, and its grid, in points."""

    top: float = 37
    bottom: float = 35
    inner: float = 28
    outer: float = 26
    size: float = THREE
    pitch: float = 225 / 22 * mm
    tracking: float = 156 / 28 * mm - THREE
    mirrored: bool = True
    numbered: bool = True

    @property
    def width(self):
        return A4[0] - (self.inner + self.outer) * mm

    def left(self, page):
        odd = page % 2 or not self.mirrored
        return (self.inner if odd else self.outer) * mm


OFFICIAL = Geometry()
PLAIN = Geometry(
    top=25,
    bottom=22,
    inner=25,
    outer=20,
    size=11,
    pitch=17,
    tracking=0,
    mirrored=False,
)


@dataclass
class Text:
    """A paragraph. Indents are in characters of the geometry's own size.

    ``label`` is set in its own face before the text; lines after the first then begin
    under the first character of the text (回行时与冒号后的首字对齐, 10.3).
    """

    text: str
    face: str = "body"
    size: float = None
    align: str = "left"
    first: float = 0
    rest: float = 0
    color: object = BLACK
    label: str = ""
    label_face: str = "head"
    pitch: float = None
    at: float = None  # top edge in mm below the top of the type area
    keep: bool = False  # on the same page as what follows


@dataclass
class Line:
    """A rule across the type area."""

    thickness: float = 0.35
    color: object = BLACK
    below: float = 4  # mm under the line of text before it


@dataclass
class Gap:
    """Empty lines of the grid."""

    lines: float = 1


@dataclass
class Break:
    """A new page."""


@dataclass
class Table:
    """A table with a rule around each cell; widths are shares of the type area."""

    widths: list
    rows: list
    size: float = 10.5
    head: bool = True


@dataclass
class Document:
    """What is to be set, and what stands on every page."""

    content: list
    geometry: Geometry = OFFICIAL
    title: str = ""
    author: str = ""
    foot: str = ""  # small print under the page number: number and hash
    colophon: list = field(default_factory=list)  # 版记: (left, right) rows


def render(document):
    """Return ``(pdf bytes, faces that were replaced)``."""
    texts = dict.fromkeys(FACES, "")
    for part in document.content:
        if isinstance(part, Text):
            texts[part.face] += part.text
            texts[part.label_face] += part.label
        elif isinstance(part, Table):
            cells = "".join(str(cell) for row in part.rows for cell in row)
            texts["body"] += cells
            texts["head"] += cells
    texts["body"] += document.foot + "— 0123456789·"
    texts["body"] += "".join(left + right for left, right in document.colophon)
    with Faces(texts) as faces:
        press = _Press(document, faces)
        return press.run(), list(faces.replaced)


class _Press:
    """Puts the parts of one document on pages."""

    def __init__(self, document, faces):
        self.document, self.geometry, self.faces = document, document.geometry, faces
        self.stream = io.BytesIO()
        self.canvas = Canvas(self.stream, pagesize=A4, invariant=1)
        self.canvas.setTitle(document.title)
        self.canvas.setAuthor(document.author)
        self.page = 1
        self.y = self._top()

    def _top(self):
        return A4[1] - self.geometry.top * mm

    def _floor(self):
        return self.geometry.bottom * mm

    def run(self):
        for part in self.document.content:
            getattr(self, f"_put_{type(part).__name__.lower()}")(part)
        self._colophon()
        self._close_page()
        self.canvas.save()
        return self.stream.getvalue()

    # Pages

    def _close_page(self):
        geometry, canvas = self.geometry, self.canvas
        left, floor = geometry.left(self.page), self._floor()
        if geometry.numbered:
            # 7.5: 4号, the dashes 7 mm below the type area; odd right − 1 character,
            # even left + 1.
            size = FOUR if geometry is OFFICIAL else 9
            number = f"— {self.page} —"
            canvas.setFillColor(BLACK)
            canvas.setFont(self.faces["body"], size)
            width = self.faces.width("body", number, size)
            y = floor - 7 * mm - size * 0.35
            if not geometry.mirrored:
                x = left + (geometry.width - width) / 2
            elif self.page % 2:
                x = left + geometry.width - width - size
            else:
                x = left + size
            canvas.drawString(x, y, number)
        if self.document.foot:
            canvas.setFillColor(GREY)
            canvas.setFont(self.faces["body"], 6.5)
            lines = self._wrap(self.document.foot, "body", 6.5, 0, geometry.width, 0, 0)
            for index, line in enumerate(lines):
                canvas.drawString(left, 12 * mm - index * 8, line)
        canvas.showPage()

    def _new_page(self):
        self._close_page()
        self.page += 1
        self.y = self._top()

    def _room(self, height):
        if self.y - height < self._floor() - 0.5:
            self._new_page()

    # Parts

    def _put_break(self, _part):
        self._new_page()

    def _put_gap(self, part):
        self.y -= part.lines * self.geometry.pitch
        if self.y < self._floor():
            self._new_page()

    def _put_line(self, part):
        left = self.geometry.left(self.page)
        # Under the foot of the letters, not under the grid line.
        y = self.y + self._slack(self.geometry.size) - part.below * mm
        self.canvas.setStrokeColor(part.color)
        self.canvas.setLineWidth(part.thickness * mm)
        self.canvas.line(left, y, left + self.geometry.width, y)
        self.y = min(self.y, y)

    def _slack(self, size):
        """How far the foot of the letters stands above the end of their grid line."""
        return (self.geometry.pitch - size) / 2 + size * 0.12

    def _put_text(self, part):
        geometry = self.geometry
        size = part.size or geometry.size
        tracking = geometry.tracking if size == geometry.size else 0
        cell = geometry.size + geometry.tracking
        first, rest = part.first * cell, part.rest * cell
        if part.label:
            label_width = self._measure(part.label, part.label_face, size, tracking)
            rest = first + label_width
            lines = self._wrap(
                part.text, part.face, size, tracking, geometry.width, rest, rest
            )
        else:
            label_width = 0
            lines = self._wrap(
                part.text, part.face, size, tracking, geometry.width, first, rest
            )
        pitch = part.pitch or geometry.pitch * max(1, round(size / geometry.size))
        if geometry is not OFFICIAL:
            pitch = part.pitch or geometry.pitch * size / geometry.size
        if part.at is not None:
            # The top edge of the letters stands there (7.2.4, 10.3).
            self.y = self._top() - part.at * mm + (pitch - size) / 2 + size * 0.02
        if part.keep:
            self._room(pitch * (min(len(lines), 2) + 1))
        for index, line in enumerate(lines or [""]):
            self._room(pitch)
            left = geometry.left(self.page)
            indent = (first if not part.label else rest) if not index else rest
            width = self._measure(line, part.face, size, tracking)
            if part.align == "center":
                x = left + (geometry.width - width) / 2
            elif part.align == "right":
                x = left + geometry.width - width - rest
            else:
                x = left + indent
            # The letters stand in the middle of their grid line.
            baseline = self.y - (pitch - size) / 2 - size * 0.88
            if part.label and not index:
                self._show(
                    part.label,
                    part.label_face,
                    size,
                    tracking,
                    left + first,
                    baseline,
                    part.color,
                )
            self._show(line, part.face, size, tracking, x, baseline, part.color)
            self.y -= pitch

    def _show(self, text, face, size, tracking, x, y, color):
        line = self.canvas.beginText(x, y)
        line.setFont(self.faces[face], size)
        line.setFillColor(color)
        line.setCharSpace(tracking)
        line.textOut(text)
        line.setCharSpace(0)
        self.canvas.drawText(line)

    def _put_table(self, part):
        geometry = self.geometry
        total = sum(part.widths)
        widths = [geometry.width * share / total for share in part.widths]
        size, pitch, pad = part.size, part.size * 1.45, 3
        for number, row in enumerate(part.rows):
            face = "head" if part.head and not number else "body"
            cells = [
                self._wrap(str(cell or ""), face, size, 0, width - 2 * pad, 0, 0)
                for cell, width in zip(row, widths, strict=True)
            ]
            height = max(1, *(len(cell) for cell in cells)) * pitch + 2 * pad
            self._room(min(height, self._top() - self._floor()))
            x = geometry.left(self.page)
            self.canvas.setStrokeColor(BLACK)
            self.canvas.setLineWidth(0.5)
            for cell, width in zip(cells, widths, strict=True):
                self.canvas.rect(x, self.y - height, width, height)
                for index, line in enumerate(cell):
                    baseline = self.y - pad - index * pitch - size * 1.05
                    self._show(line, face, size, 0, x + pad, baseline, BLACK)
                x += width
            self.y -= height

    def _colophon(self):
        """版记 (7.4): its last line stands on the lower edge of the type area."""
        rows = self.document.colophon
        if not rows:
            return
        size, pitch = FOUR, self.geometry.pitch
        height = pitch * len(rows)
        self._room(height + pitch)
        left, width = self.geometry.left(self.page), self.geometry.width
        floor = self._floor()
        canvas = self.canvas
        canvas.setStrokeColor(BLACK)
        for index in range(len(rows) + 1):
            thick = index in (0, len(rows))
            canvas.setLineWidth((0.35 if thick else 0.25) * mm)
            y = floor + height - index * pitch
            canvas.line(left, y, left + width, y)
        for index, (one, other) in enumerate(rows):
            baseline = floor + height - index * pitch - (pitch + size * 0.76) / 2
            self._show(one, "body", size, 0, left + size, baseline, BLACK)
            other_width = self._measure(other, "body", size, 0)
            x = left + width - size - other_width
            self._show(other, "body", size, 0, x, baseline, BLACK)
        self.y = floor

    # Lines

    def _measure(self, text, face, size, tracking):
        return self.faces.width(face, text, size) + tracking * len(text)

    def _wrap(self, text, face, size, tracking, width, first, rest):
        """Break a text into lines by the rules of Chinese and Latin typesetting."""
        lines = []
        for paragraph in str(text or "").split("\n"):
            line, room = "", width - (first if not lines else rest)
            for token in self._tokens(paragraph, face, size, tracking, width - rest):
                used = self._measure(line + token, face, size, tracking)
                if used <= room + 0.05 or not line.strip():
                    line += token
                    continue
                if token in NOT_FIRST and len(line) > 1:
                    # Take the last character along rather than begin with a comma.
                    cut = len(line) - 1
                    while cut > 1 and line[cut] in NOT_FIRST:
                        cut -= 1
                    if not line[cut].isascii():
                        line, token = line[:cut], line[cut:] + token
                elif line[-1] in NOT_LAST:
                    line, token = line[:-1], line[-1] + token
                lines.append(line.rstrip())
                line, room = token.lstrip(), width - rest
            lines.append(line.rstrip())
        return lines

    def _tokens(self, text, face, size, tracking, width):
        for token in WORD.findall(text):
            if len(token) > 1 and self._measure(token, face, size, tracking) > width:
                yield from token
            else:
                yield token
