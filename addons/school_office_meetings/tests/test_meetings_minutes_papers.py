import hashlib
import io
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..tools.paper import OFFICIAL, Document, Text, render
from .minutes_common import NOW, MinutesCommon

DPI = 254  # ten dots a millimetre


def text_pages(pdf):
    """The text of each page as poppler finds it."""
    found = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    return found.stdout.decode().split("\f")[:-1]


def pages(pdf):
    """The pages of a PDF as poppler shows them, ten dots a millimetre."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "a.pdf")
        source.write_bytes(pdf)
        subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-png", str(source), f"{folder}/p"], check=True
        )
        return [
            Image.open(path).convert("RGB").copy()
            for path in sorted(Path(folder).glob("p*.png"))
        ]


def box(image, wanted, area=None):
    """Bounding box in mm of the dots for which ``wanted(r, g, b)`` holds."""
    area = area or (0, 0, *image.size)
    part = image.crop(area)
    mask = Image.new("1", part.size)
    mask.putdata([wanted(*dot) for dot in part.getdata()])
    found = mask.getbbox()
    return found and tuple(
        (edge + offset) / 10
        for edge, offset in zip(found, (area[0], area[1]) * 2, strict=True)
    )


def is_red(r, g, b):
    return r > 180 and g < 120 and b < 120


def is_black(r, g, b):
    return r < 128 and g < 128 and b < 128


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPapers(MinutesCommon):
    def _text(self, pdf):
        return "\n".join(text_pages(pdf))

    def _pdf(self, minutes, user=None, lang="en_US"):
        report = (
            self.env["ir.actions.report"]
            .with_user(user or self.recorder)
            .with_context(lang=lang)
        )
        return report._render_qweb_pdf("school_office_meetings.minutes", minutes.ids)[0]

    def test_the_printed_minutes_carry_number_and_hash(self):
        minutes = self._approved()
        for lang in ("en_US", "zh_CN"):
            text = self._text(self._pdf(minutes, lang=lang)).replace("\n", "")
            for words in (minutes.number, minutes.sha256, "Safety", "fire doors"):
                self.assertIn(words, text)
        self.assertIn("Minutes: Autumn term", self._text(self._pdf(minutes)))

    def test_a_draft_says_so(self):
        minutes = self._minutes()
        self.assertIn("Draft", self._text(self._pdf(minutes)))

    def test_each_prints_his_parts_only(self):
        minutes = self._approved(
            [
                {"name": "For everybody", "visibility": "all"},
                {"name": "Of the body", "visibility": "members"},
            ]
        )
        text = self._text(self._pdf(minutes, self.owner))
        self.assertIn("For everybody", text)
        self.assertNotIn("Of the body", text)
        self.assertIn("other readers", text)
        self.assertIn("Of the body", self._text(self._pdf(minutes, self.member)))
        with self.assertRaises(AccessError):
            self._pdf(minutes, self.stranger)

    def test_the_millimetres_of_the_standard(self):
        """GB/T 9704-2012 7.1, 7.2.4, 7.2.7, 10.3, measured on the page."""
        self.assertTrue(shutil.which("pdftoppm"), "poppler-utils is missing")
        items = [{"name": f"安全工作第{n}项", "sequence": n} for n in range(12)]
        minutes = self._approved(items, name="秋季学期安全工作会议")
        images = pages(self._pdf(minutes, lang="zh_CN"))
        self.assertGreater(len(images), 1)
        first = images[0]
        self.assertAlmostEqual(first.size[0], 2100, delta=2)
        self.assertAlmostEqual(first.size[1], 2970, delta=2)
        # The mark: red, its upper edge 35 mm below the type area, which begins at 37.
        mark = box(first, is_red, (0, 0, 2100, 1000))
        self.assertAlmostEqual(mark[1], 72, delta=1.5)
        self.assertAlmostEqual((mark[0] + mark[2]) / 2, 106, delta=2.5)
        # The red line is as wide as the type area: 156 mm from 28 mm.
        below = int(mark[3] * 10) + 20
        line = box(first, is_red, (0, below, 2100, 2970))
        self.assertAlmostEqual(line[0], 28, delta=0.3)
        self.assertAlmostEqual(line[2], 184, delta=0.3)
        # Nothing but the page number stands below the type area (35 mm from below).
        body = box(first, is_black, (0, 0, 2100, 2620))
        self.assertGreaterEqual(body[0], 27.7)
        self.assertLessEqual(body[2], 184.8)
        number = box(first, is_black, (0, 2635, 2100, 2780))
        self.assertAlmostEqual((number[1] + number[3]) / 2 - 262, 7, delta=1)
        self.assertGreater(number[0], 105, "odd pages: at the right")
        # Even pages are mirrored: 26 mm at the left, their number too.
        second = images[1]
        number = box(second, is_black, (0, 2635, 2100, 2780))
        self.assertLess(number[2], 105, "even pages: at the left")
        self.assertGreaterEqual(box(second, is_black, (0, 0, 2100, 2620))[0], 25.7)

    def test_twenty_two_lines_of_twenty_eight_characters(self):
        text = "会" * 28 * 30
        pdf, _replaced = render(Document([Text(text)], geometry=OFFICIAL))
        lines = text_pages(pdf)[0].split("\n")
        full = [line for line in lines if set(line) == {"会"}]
        self.assertEqual(len(full), 22)
        self.assertEqual({len(line) for line in full}, {28})

    def test_each_document_embeds_its_own_glyphs(self):
        for text in ("一二三", "四五六", "一四七"):
            pdf, _replaced = render(Document([Text(text)], geometry=OFFICIAL))
            self.assertIn(text, text_pages(pdf)[0])

    def test_no_line_begins_with_a_comma(self):
        text = "会" * 28 + "，" + "议" * 10
        pdf, _replaced = render(Document([Text(text)], geometry=OFFICIAL))
        lines = text_pages(pdf)[0].split("\n")
        self.assertFalse([line for line in lines if line.startswith("，")])
        self.assertIn("，", "".join(lines))

    def test_markup_in_a_text_is_text(self):
        minutes = self._approved([{"name": "<img src=x onerror=alert(1)>"}])
        self.assertIn("<img", self._text(self._pdf(minutes)))
        self.assertNotIn("<img src", str(minutes.reading))

    # The set

    def _filed(self):
        minutes = self._approved()
        meeting = minutes.sudo().meeting_id
        slides = self.env["ir.attachment"].create({"name": "list.txt", "raw": b"a, b"})
        self.env["school.meeting.material"].sudo().create(
            {
                "meeting_id": meeting.id,
                "company_id": self.school.id,
                "name": "List of doors",
                "state": "sent",
                "attachment_ids": [Command.link(slides.id)],
            }
        )
        return meeting.with_user(self.clerk)

    def test_the_set_holds_everything_with_its_hash(self):
        meeting = self._filed()
        with zipfile.ZipFile(io.BytesIO(meeting._draw_set_zip())) as archive:
            names = archive.namelist()
            sums = archive.read("SHA256SUMS").decode()
            for line in sums.splitlines():
                digest, name = line.split("  ")
                self.assertEqual(hashlib.sha256(archive.read(name)).hexdigest(), digest)
        for part in (
            "0-index.pdf",
            "1-notice.pdf",
            "2-agenda.pdf",
            "3-01-list.txt",
            "4-1-minutes.pdf",
            "5-sign-in.pdf",
        ):
            self.assertIn(part, names)
        text = self._text(meeting._draw_set())
        for words in (
            "Complete.",
            "Notice of Meeting",
            "Sign-in Sheet",
            "On a journey",
        ):
            self.assertIn(words, text)

    def test_what_is_missing_is_named_and_keeps_the_file_open(self):
        minutes = self._minutes()
        meeting = minutes.sudo().meeting_id.with_user(self.clerk)
        sentence = " ".join(meeting._missing_to_close())
        self.assertIn("minutes", sentence)
        meeting.sudo().participant_ids.write({"attendance": "none"})
        self.assertIn("sign-in sheet", " ".join(meeting._missing_to_close()))
        with self.assertRaisesRegex(UserError, "missing"):
            meeting.action_close()

    def test_a_complete_file_is_closed_and_its_parts_are_in_the_book(self):
        meeting = self._filed()
        meeting.sudo().task_ids.write({"state": "void"})
        meeting.action_close()
        self.assertEqual(meeting.state, "closed")
        entry = (
            self.env["school.register.entry"]
            .sudo()
            .search([("register_code", "=", "minutes"), ("event", "=", "filed")])
        )
        self.assertIn("5-sign-in.pdf", entry.payload)

    def test_the_set_is_for_those_who_keep_the_meeting(self):
        meeting = self._filed()
        for user in (self.teacher, self.member, self.stranger):
            with self.assertRaises(AccessError):
                meeting.with_user(user)._draw_set_zip()
