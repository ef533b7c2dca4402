import io
import random
import zipfile

from odoo.tests import BaseCase

from ..tools import bigrams, files, paper

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


class TestBigrams(BaseCase):
    def test_chinese_gives_characters_and_pairs(self):
        self.assertEqual(
            bigrams.index_tokens("学生会"), {"学", "生", "会", "学生", "生会"}
        )

    def test_letters_give_pairs_and_triples(self):
        self.assertEqual(bigrams.index_tokens("2026"), {"20", "02", "26", "202", "026"})

    def test_width_and_case_do_not_matter(self):
        self.assertEqual(bigrams.normalise(" ＡＢc　１２ "), "abc 12")

    def test_punctuation_parts_words(self):
        self.assertNotIn("号关", bigrams.index_tokens(bigrams.normalise("5号，关于")))

    def test_whatever_stands_in_a_text_is_found(self):
        # The property LIKE relies on: a text has all tokens of each of its substrings.
        chance = random.Random(20260312)
        letters = "学生会收文处理的2026aB-_〔〕 号，ＡéЖ\u3005𠀀"
        for _round in range(500):
            text = bigrams.normalise("".join(chance.choices(letters, k=30)))
            start = chance.randrange(len(text))
            word = text[start : start + chance.randint(1, 6)]
            with self.subTest(text=text, word=word):
                self.assertLessEqual(
                    bigrams.query_tokens(word), bigrams.index_tokens(text)
                )

    def test_a_word_of_two_characters_needs_one_token(self):
        self.assertEqual(bigrams.query_tokens("防汛"), {"防汛"})
        self.assertEqual(bigrams.query_tokens("汛"), {"汛"})


class TestFiles(BaseCase):
    def _office(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("word/document.xml", "<w:document/>")
        return buffer.getvalue()

    def test_documents_are_welcome(self):
        for name, content in [
            ("a.pdf", PDF),
            ("扫描件.PDF", b"\n\n" + PDF),
            ("a.docx", self._office()),
            ("locked.docx", b"\xd0\xcf\x11\xe0rest"),
            ("a.doc", b"\xd0\xcf\x11\xe0rest"),
            ("a.doc", b"{\\rtf1 x}"),
            ("p.jpg", b"\xff\xd8\xff\xe0rest"),
            ("notes.txt", "通知 <b>".encode()),
            ("data.xml", b"<?xml version='1.0'?><invoice/>"),
            ("mail.eml", b"From: a@example.com\n\nHello"),
        ]:
            with self.subTest(name=name):
                self.assertIsNone(files.fault(name, content))

    def test_what_could_do_harm_is_recognised_by_content(self):
        for name, content, fault in [
            ("a.pdf", b"", "empty"),
            ("a.exe", b"anything", "runnable"),
            ("invoice.pdf.js", b"x", "runnable"),
            ("page.HTML. ", b"x", "runnable"),
            ("picture.svg", b"x", "runnable"),
            ("a.pdf", b"MZ\x90", "program"),
            ("a.txt", b"#!/bin/sh", "program"),
            ("a.pdf", b"<!DOCTYPE html><p>", "markup"),
            ("a.txt", b"\xef\xbb\xbf <svg onload=x>", "markup"),
            ("a.txt", b"\xff\xfe" + "<script>".encode("utf-16-le"), "markup"),
            ("a.xml", b"<?xml version='1.0'?><svg/>", "markup"),
            ("a.pdf", b"PK\x03\x04", "mismatch"),
            ("a.png", b"\xff\xd8\xff", "mismatch"),
            ("a.docx", b"plain", "mismatch"),
        ]:
            with self.subTest(name=name, fault=fault):
                self.assertEqual(files.fault(name, content), fault)

    def test_a_wrapped_file_is_kept_and_harmless(self):
        name, content = files.wrapped("坏.exe", b"MZ")
        self.assertIsNone(files.fault(name, content))
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.assertEqual(archive.read("坏.exe"), b"MZ")


class TestPaper(BaseCase):
    def _pages(self, texts, first=4, full=6):
        return paper.split_pages(texts, lambda text: (text, ""), (10, 3), first, full)

    def test_a_chinese_character_takes_the_room_of_two_letters(self):
        self.assertEqual(paper.line_count("消防安全隐患排查整改", 10), 1)
        self.assertEqual(paper.line_count("消防安全隐患排查整改吧", 10), 2)
        self.assertEqual(paper.line_count("fire exercise", 10), 1)
        self.assertEqual(paper.line_count("a\nb\n", 10), 3)
        self.assertEqual(paper.line_count(False, 10), 1)

    def test_rows_keep_their_order_and_none_is_lost(self):
        texts = [str(number) for number in range(11)]
        pages = self._pages(texts)
        self.assertEqual([len(page) for page in pages], [2, 4, 4, 1])
        self.assertEqual(sum(pages, []), texts)

    def test_a_row_taller_than_a_page_has_one_of_its_own(self):
        tall = "\n" * 20
        self.assertEqual(self._pages(["a", tall, "b"]), [["a"], [tall], ["b"]])

    def test_a_book_without_rows_has_one_page(self):
        self.assertEqual(self._pages([]), [[]])

    def test_the_rooms_of_columns_share_the_width(self):
        self.assertEqual(paper.rooms_of((1, 3), 40, edge=2), [8, 28])
