from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestFiles(DocsCommon):
    def test_uploads_before_saving_belong_to_the_document_afterwards(self):
        attachment = self._file()
        document = self._document(file_ids=[(4, attachment.id)])
        self.assertEqual(
            (attachment.res_model, attachment.res_id), (document._name, document.id)
        )
        self.assertEqual(document.file_count, 1)

    def test_an_empty_file_is_refused(self):
        with self.assertRaisesRegex(UserError, "empty"):
            self._file(content=b"")

    def test_a_file_that_is_too_large_is_refused_with_its_size(self):
        self.school.school_attachment_max_mb = 1
        with self.assertRaisesRegex(UserError, "MB"):
            self._file(content=b"%PDF" + b"x" * (1024 * 1024 + 1))

    def test_a_wrong_type_is_refused_and_the_right_ones_are_named(self):
        with self.assertRaisesRegex(UserError, "program"):
            self._file("setup.exe", b"MZ\x90\x00 program")
        with self.assertRaisesRegex(UserError, "pdf"):
            self._file("letter.xyz", b"text")
        with self.assertRaisesRegex(UserError, "Accepted"):
            self._file("letter", b"no ending")

    def test_a_program_is_refused_whatever_it_calls_itself(self):
        with self.assertRaises(UserError):
            self._file("letter.pdf", b"MZ\x90\x00\x03 program")

    def test_renaming_is_no_way_round(self):
        attachment = self._file()
        with self.assertRaises(UserError):
            attachment.name = "letter.exe"

    def test_the_school_decides_on_the_types(self):
        self.school.school_doc_file_types = "pdf"
        with self.assertRaises(UserError):
            self._file("letter.docx", b"PK\x03\x04")
        with self.assertRaises(UserError):
            self.school.school_doc_file_types = "../etc"

    def test_the_same_file_warns_whatever_its_name(self):
        first = self._document(
            sender_number="1", file_ids=[(4, self._file("a.pdf").id)]
        )
        second = self._document(
            sender_number="2", file_ids=[(4, self._file("b.pdf").id)]
        )
        self.assertIn(first, second.duplicate_ids)
        third = self._document(
            sender_number="3",
            file_ids=[(4, self._file("c.pdf", b"%PDF-1.4 else").id)],
        )
        self.assertFalse(third.duplicate_ids)
