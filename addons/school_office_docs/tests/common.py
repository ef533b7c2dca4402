from odoo import fields
from odoo.fields import Command

from odoo.addons.school_office_base.tests.common import SchoolCommon

CHECKS = (
    "check_title",
    "check_sender",
    "check_date",
    "check_copies",
    "check_pages",
    "check_number",
    "check_secrecy",
    "check_attachments",
    "check_intact",
)


class DocsCommon(SchoolCommon):
    """A school whose office works: posts held, two departments with heads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._person("leader", cls.school)
        cls.principal = cls._person("principal", cls.school)
        cls.head = cls._person("head", cls.school)
        cls.colleague = cls._person("colleague", cls.school)
        cls.other_head = cls._person("other_head", cls.school)
        cls._hold("director", cls.director)
        cls._hold("supervising_leader", cls.leader)
        cls._hold("top_management", cls.principal)
        cls._hold("document_clerk", cls.clerk)
        cls.teaching = cls._department("Teaching", cls.head, cls.colleague)
        cls.logistics = cls._department("Logistics", cls.other_head)
        cls.bureau = cls.env["res.partner"].create(
            {
                "name": "Education Bureau",
                "is_company": True,
                "email": "office@bureau.example.com",
                "company_id": cls.school.id,
            }
        )
        cls.Doc = cls.env["school.doc.incoming"]

    def _vals(self, **vals):
        return {
            "name": "On safety in the summer term",
            "kind": "superior",
            "sender_id": self.bureau.id,
            "sender_number": "教办〔2026〕15号",
            "copies": 1,
            "pages": 3,
            "received_at": fields.Datetime.now(),
            "responsible_department_id": self.teaching.id,
            **vals,
        }

    def _document(self, user=None, checked=True, **vals):
        """A received document, by default with its check list ticked."""
        if checked:
            vals = {**dict.fromkeys(CHECKS, True), **vals}
        return self.Doc.with_user(user or self.clerk).create(self._vals(**vals))

    def _registered(self, **vals):
        document = self._document(**vals)
        document.action_register()
        return document

    def _decide(self, document, user, opinion="Agreed.", **vals):
        """``user`` decides on his open task through the leader's dialog."""
        wizard = (
            self.env["school.doc.decide"]
            .with_user(user)
            .with_context(default_document_id=document.id)
            .create({"document_id": document.id, "opinion": opinion, **vals})
        )
        return wizard.action_approve()

    def _instructed(self, **vals):
        document = self._registered(**vals)
        document.action_submit()
        self._decide(document, self.director, "Proposed: teaching handles it.")
        self._decide(document, self.leader, "Do it by Friday.")
        return document

    def _distributed(self, **vals):
        document = self._instructed(**vals)
        document._distribute_as_instructed()
        return document

    def _in_hand(self, **vals):
        document = self._distributed(**vals)
        document.with_user(self.head).action_sign()
        return document

    def _finished(self, **vals):
        document = self._in_hand(**vals)
        document.with_user(self.head)._finish("Done.")
        return document

    def _events(self, document, code="doc_incoming"):
        return (
            self.env["school.register.entry"]
            .sudo()
            .search(
                [
                    ("register_code", "=", code),
                    ("res_model", "=", document._name),
                    ("res_id", "=", document.id),
                ],
                order="seq",
            )
            .mapped("event")
        )

    def _level(self, code, school=None):
        return self.env["school.secrecy.level"]._find(school or self.school, code)

    def _marked(self, readers, **vals):
        """A registered document that only ``readers`` may read."""
        return self._registered(
            secrecy_level_id=self._level("school").id,
            reader_ids=[Command.set(readers.ids)],
            **vals,
        )

    def _file(self, name="letter.pdf", content=b"%PDF-1.4 letter", user=None):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.clerk)
            .create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": "school.doc.incoming",
                    "res_id": 0,
                }
            )
        )
