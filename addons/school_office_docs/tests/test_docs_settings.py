from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestSettings(DocsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.receiver = cls._person("receiver", cls.school, "group_office_clerk")

    def test_the_school_administrator_sets_the_reception_of_documents(self):
        with Form(self.env["school.settings"].with_user(self.admin)) as form:
            form.school_doc_receiver_id = self.receiver
            form.school_doc_file_types = "pdf, ofd"
        self.assertEqual(self.school.school_doc_receiver_id, self.receiver)
        self.assertEqual(self.school._school_doc_receivers(), self.receiver)
        self.assertEqual(self.school._school_doc_file_endings(), {"pdf", "ofd"})

    def test_without_a_named_receiver_it_is_the_document_clerk(self):
        self.assertEqual(self.school._school_doc_receivers(), self.clerk)

    def test_a_receiver_works_at_the_school(self):
        with self.assertRaises(ValidationError):
            self.school.school_doc_receiver_id = self.stranger

    def test_a_receiver_may_register_documents(self):
        with self.assertRaisesRegex(ValidationError, "Office Clerk"):
            self.school.school_doc_receiver_id = self.teacher

    def test_nobody_else_sets_it(self):
        with self.assertRaises(AccessError):
            self.env["school.settings"].with_user(self.clerk).create({})
