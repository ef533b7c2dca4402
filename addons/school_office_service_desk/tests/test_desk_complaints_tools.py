import io
import zipfile

from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, StreamObject
from reportlab.pdfgen.canvas import Canvas

from odoo.tests import BaseCase

from ..tools import clean_files, receipt_code, watch_words

NAME = "Zhang Reporter"


class TestReceiptCode(BaseCase):
    def test_a_new_code_is_sixteen_signs_in_four_groups(self):
        code = receipt_code.new()
        self.assertRegex(code, r"^([2-9A-HJKMNP-Z]{4}-){3}[2-9A-HJKMNP-Z]{4}$")
        self.assertIsNone(receipt_code.fault(code))

    def test_codes_do_not_repeat(self):
        self.assertEqual(len({receipt_code.new() for _i in range(500)}), 500)

    def test_it_is_typed_in_any_case_width_and_with_any_spaces(self):
        code = receipt_code.new()
        wide = "".join(
            chr(ord(sign) + 0xFEE0) if sign != "-" else "－" for sign in code
        )
        for typed in (
            code.lower(),
            code.replace("-", ""),
            f"  {code.replace('-', ' ')}\n",
            code.replace("-", "—"),
            wide,
        ):
            self.assertEqual(receipt_code.normal(typed), code.replace("-", ""))
            self.assertIsNone(receipt_code.fault(typed))

    def test_every_wrong_sign_is_told(self):
        signs = receipt_code.normal(receipt_code.new())
        for place, right in enumerate(signs):
            for wrong in receipt_code.ALPHABET.replace(right, ""):
                typed = signs[:place] + wrong + signs[place + 1 :]
                self.assertEqual(receipt_code.fault(typed), "typo", typed)

    def test_every_two_signs_that_changed_places_are_told(self):
        signs = receipt_code.normal(receipt_code.new())
        for a in range(16):
            for b in range(a):
                if signs[a] == signs[b]:
                    continue
                typed = list(signs)
                typed[a], typed[b] = typed[b], typed[a]
                self.assertEqual(receipt_code.fault("".join(typed)), "typo")

    def test_what_cannot_be_a_code_is_told_apart(self):
        code = receipt_code.new()
        self.assertEqual(receipt_code.fault(""), "empty")
        self.assertEqual(receipt_code.fault(None), "empty")
        self.assertEqual(receipt_code.fault(code[:-1]), "length")
        self.assertEqual(receipt_code.fault("x" * 100000), "length")
        self.assertEqual(receipt_code.fault("0" + code[1:]), "signs")

    def test_the_digest_depends_on_the_key_and_not_on_the_way_of_typing(self):
        code = receipt_code.new()
        digest = receipt_code.digest(b"a", code)
        self.assertEqual(digest, receipt_code.digest(b"a", code.lower()))
        self.assertNotEqual(digest, receipt_code.digest(b"b", code))
        self.assertNotIn(receipt_code.normal(code), digest.upper())


class TestWatchWords(BaseCase):
    def test_a_list_is_read_by_lines_and_commas(self):
        self.assertEqual(
            watch_words.word_list("霸凌，欺凌\n殴打、 Suicide ;suicide,"),
            ["霸凌", "欺凌", "殴打", "suicide"],
        )

    def test_chinese_words_are_found_anywhere(self):
        self.assertEqual(
            watch_words.found(["欺凌", "自杀"], "他一直被欺凌。"), ["欺凌"]
        )

    def test_signs_between_the_letters_hide_nothing(self):
        self.assertEqual(watch_words.found(["自杀"], "想 自·杀"), ["自杀"])

    def test_latin_words_count_as_whole_words(self):
        self.assertEqual(watch_words.found(["rape"], "Grapes in the canteen"), [])
        self.assertEqual(watch_words.found(["rape"], "RAPE!"), ["rape"])

    def test_no_text_no_word(self):
        self.assertEqual(watch_words.found(["欺凌"], None, ""), [])


class TestCleanFiles(BaseCase):
    def _jpeg(self):
        image = Image.new("RGB", (40, 20), "red")
        exif = Image.Exif()
        exif[0x010F] = NAME
        exif[0x0112] = 6
        exif.get_ifd(0x8825)[1] = "N"
        result = io.BytesIO()
        image.save(result, "JPEG", exif=exif, comment=NAME.encode())
        return result.getvalue()

    def test_a_photo_loses_its_exif_and_stands_upright(self):
        before = self._jpeg()
        self.assertIn(NAME.encode(), before)
        after = clean_files.cleaned("IMG_1.JPG", before)
        self.assertNotIn(NAME.encode(), after)
        self.assertNotIn(b"Exif", after)
        with Image.open(io.BytesIO(after)) as image:
            self.assertEqual(image.size, (20, 40))

    def test_a_screenshot_loses_its_text(self):
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text("Author", NAME)
        result = io.BytesIO()
        Image.new("RGBA", (5, 5)).save(result, "PNG", pnginfo=info)
        after = clean_files.cleaned("a.png", result.getvalue())
        self.assertIn(NAME.encode(), result.getvalue())
        self.assertNotIn(NAME.encode(), after)

    def test_a_pdf_loses_author_and_keeps_its_page(self):
        drawn = io.BytesIO()
        canvas = Canvas(drawn, pageCompression=0)
        canvas.setAuthor(NAME)
        canvas.drawString(100, 100, "The words of the letter")
        canvas.save()
        writer = PdfWriter(clone_from=io.BytesIO(drawn.getvalue()))
        metadata = StreamObject()
        metadata.set_data(b"<x:xmpmeta>" + NAME.encode() + b"</x:xmpmeta>")
        writer.root_object[NameObject("/Metadata")] = writer._add_object(metadata)
        result = io.BytesIO()
        writer.write(result)
        self.assertIn(NAME.encode(), result.getvalue())
        after = clean_files.cleaned("a.pdf", result.getvalue())
        self.assertNotIn(NAME.encode(), after)
        reader = PdfReader(io.BytesIO(after))
        self.assertFalse((reader.metadata or {}).get("/Author"))
        self.assertIn("The words", reader.pages[0].extract_text())

    def _docx(self):
        result = io.BytesIO()
        word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        with zipfile.ZipFile(result, "w") as archive:
            archive.writestr(
                "[Content_Types].xml",
                '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
                'content-types"><Override PartName="/docProps/core.xml" '
                'ContentType="a"/><Override PartName="/word/document.xml" '
                'ContentType="b"/></Types>',
            )
            archive.writestr("docProps/core.xml", f"<a>{NAME}</a>")
            archive.writestr(
                "word/document.xml",
                f'<w:document xmlns:w="{word}"><w:ins w:author="{NAME}" '
                'w:date="2026-05-01T10:00:00Z"><w:r w:rsidR="00AB12CD"><w:t>Text kept'
                "</w:t></w:r></w:ins></w:document>",
            )
            archive.writestr("word/media/image1.jpg", self._jpeg())
        return result.getvalue()

    def test_an_office_file_loses_authors_dates_and_the_photos_inside_theirs(self):
        after = clean_files.cleaned("letter.docx", self._docx())
        with zipfile.ZipFile(io.BytesIO(after)) as archive:
            names = archive.namelist()
            parts = b"".join(archive.read(name) for name in names)
            dates = {info.date_time[0] for info in archive.infolist()}
        self.assertNotIn("docProps/core.xml", names)
        self.assertNotIn(NAME.encode(), parts)
        self.assertNotIn(b"00AB12CD", parts)
        self.assertNotIn(b"2026-05-01", parts)
        self.assertNotIn(b"docProps", parts)
        self.assertIn(b"Text kept", parts)
        self.assertEqual(dates, {1980})

    def test_what_cannot_be_cleaned_is_refused(self):
        for name, content, reason in (
            ("old.doc", b"\xd0\xcf\x11\xe0", "kind"),
            ("noname", b"x", "kind"),
            ("a.heic", b"x", "kind"),
            ("a.jpg", b"\xff\xd8\xff broken", "damaged"),
            ("a.pdf", b"%PDF-1.4 broken", "damaged"),
            ("a.docx", b"PK broken", "damaged"),
        ):
            with (
                self.subTest(name=name),
                self.assertRaises(clean_files.NotCleanable) as caught,
            ):
                clean_files.cleaned(name, content)
            self.assertEqual(caught.exception.reason, reason)

    def test_a_bomb_is_not_unpacked(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", b"0" * (clean_files.UNPACKED + 1))
        with self.assertRaises(clean_files.NotCleanable) as caught:
            clean_files.cleaned("a.docx", packed.getvalue())
        self.assertEqual(caught.exception.reason, "large")

    def test_plain_text_stays_as_it_is(self):
        self.assertEqual(clean_files.cleaned("a.txt", b"words"), b"words")
