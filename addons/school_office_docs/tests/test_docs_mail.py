import base64

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DocsCommon

LETTER = """\
From: {sender}
To: {to}
Subject: {subject}
Message-ID: {message_id}
Date: Mon, 02 Mar 2026 09:00:00 +0800
{extra}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="cut"

--cut
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: 8bit

Please find the notice attached.
--cut
{parts}
--cut--
"""
PART = """\
Content-Type: {mime}; name="{name}"
Content-Disposition: attachment; filename="{name}"
Content-Transfer-Encoding: base64

{content}
"""


@tagged("post_install", "-at_install")
class TestMail(DocsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "schools.example.com"})
        for school in cls.school + cls.other:
            school.alias_domain_id = domain
        cls.mailbox = cls.school.school_doc_mailbox
        cls.other_mailbox = cls.other.school_doc_mailbox

    def _part(
        self, name="notice.pdf", content=b"%PDF-1.4 notice", mime="application/pdf"
    ):
        return PART.format(
            name=name, mime=mime, content=base64.b64encode(content).decode()
        )

    def _letter(self, **values):
        values = {
            "sender": "Education Bureau <office@bureau.example.com>",
            "to": self.mailbox,
            "subject": "Notice on safety",
            "message_id": "<1@bureau.example.com>",
            "extra": "",
            "parts": self._part(),
            **values,
        }
        return LETTER.format(**values)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def _receive(self, raw=None, **values):
        """Process a message; return the documents it made in any school."""
        before = self.Doc.search([])
        raw = raw or self._letter(**values)
        self.env["mail.thread"].message_process(
            False, raw if isinstance(raw, bytes) else raw.encode()
        )
        return self.Doc.search([]) - before

    def test_the_named_receiver_is_told_else_the_document_clerk(self):
        Notice = self.env["school.notice"]
        told = []
        receiver = self._person("receiver", self.school, "group_office_clerk")
        for number, named in enumerate((False, receiver), 1):
            self.school.school_doc_receiver_id = named
            document = self._receive(message_id=f"<told{number}@bureau.example.com>")
            notices = Notice.search(
                [("res_model", "=", document._name), ("res_id", "=", document.id)]
            )
            self.assertIn("Notice on safety", notices.subject)
            told.append(notices.user_id)
        self.assertEqual(told, [self.clerk, receiver])

    def test_a_letter_becomes_a_received_document(self):
        document = self._receive()
        self.assertEqual(len(document), 1)
        self.assertEqual(document.company_id, self.school)
        self.assertEqual(document.state, "received")
        self.assertEqual(document.name, "Notice on safety")
        self.assertEqual(document.channel, "email")
        self.assertEqual(document.sender_id, self.bureau)
        self.assertEqual(document.file_ids.mapped("name"), ["notice.pdf"])
        self.assertEqual(document.file_ids.raw, b"%PDF-1.4 notice")
        self.assertIn("notice attached", document.message_ids[-1:].body or "")
        self.assertFalse(document.number)
        document.with_user(self.clerk).action_check_all()
        document.with_user(self.clerk).action_register()
        self.assertTrue(document.number)

    def test_the_same_message_is_registered_once(self):
        self.assertEqual(len(self._receive()), 1)
        self.assertFalse(self._receive())
        self.assertFalse(self._receive(subject="The same again"))

    def test_one_letter_to_two_schools_is_two_documents(self):
        documents = self._receive(to=f"{self.mailbox}, {self.other_mailbox}")
        self.assertEqual(documents.company_id, self.school + self.other)
        self.assertEqual(len(documents), 2)
        for document in documents:
            self.assertEqual(len(document.file_ids), 1)
            self.assertEqual(document.file_ids.res_id, document.id)

    def test_the_second_school_gets_it_even_when_it_is_delivered_later(self):
        self.assertEqual(self._receive().company_id, self.school)
        self.assertEqual(self._receive(to=self.other_mailbox).company_id, self.other)

    def test_a_sender_is_known_to_his_own_school_only(self):
        document = self._receive(to=self.other_mailbox)
        self.assertFalse(document.sender_id)
        self.assertIn("bureau.example.com", document.email_from)

    def test_a_forged_sender_is_never_an_employee(self):
        self.director.email = "director@school.example.com"
        document = self._receive(sender="Director <director@school.example.com>")
        self.assertFalse(document.sender_id)
        self.assertNotEqual(document.create_uid, self.director)
        self.assertFalse(
            document.message_ids.filtered(
                lambda m: m.author_id == self.director.partner_id
            )
        )

    def test_an_answer_to_a_foreign_document_lands_at_home(self):
        first = self._receive()
        reference = first.message_ids.filtered("message_id")[:1].message_id
        answer = self._receive(
            to=self.other_mailbox,
            message_id="<2@bureau.example.com>",
            extra=f"References: {reference}\nIn-Reply-To: {reference}\n",
        )
        self.assertEqual(answer.company_id, self.other)
        self.assertNotIn(answer, first)
        self.assertEqual(
            len(first.message_ids.filtered(lambda m: m.message_type == "email")), 1
        )

    def test_automatic_answers_are_ignored(self):
        for number, header in enumerate(
            (
                "Auto-Submitted: auto-replied\n",
                "Precedence: auto_reply\n",
                "X-Autoreply: yes\n",
                "Return-Path: <>\n",
            )
        ):
            with self.subTest(header=header):
                self.assertFalse(
                    self._receive(extra=header, message_id=f"<auto{number}@x.example>")
                )

    def test_system_mails_of_a_superior_are_registered(self):
        self.assertTrue(self._receive(extra="Auto-Submitted: auto-generated\n"))

    def test_a_letter_without_a_subject_says_who_wrote(self):
        document = self._receive(subject="")
        self.assertIn("Education Bureau", document.name)

    def test_a_huge_subject_is_kept_whole_in_the_remark(self):
        subject = "安全" * 400
        encoded = base64.b64encode(subject.encode()).decode()
        document = self._receive(subject=f"=?utf-8?b?{encoded}?=")
        self.assertLessEqual(len(document.name), 300)
        self.assertEqual(document.note, subject)

    def test_old_encodings_are_read(self):
        encoded = base64.b64encode("关于防汛的通知".encode("gb18030")).decode()
        document = self._receive(subject=f"=?gb2312?b?{encoded}?=")
        self.assertEqual(document.name, "关于防汛的通知")

    def test_bytes_that_are_no_text_lose_nothing(self):
        raw = self._letter().encode().replace(b"notice attached", b"\xff\xfe\xb0\xa1")
        self.assertEqual(len(self._receive(raw)), 1)

    def test_control_characters_and_paths_are_cleaned(self):
        document = self._receive(
            subject="A\tB", parts=self._part(name="../../etc/notice.pdf")
        )
        self.assertEqual(document.name, "A B")
        self.assertNotIn("/", document.file_ids.name)

    def test_what_is_wrong_with_a_file_is_said_in_the_language_of_the_school(self):
        self.school.partner_id.lang = "zh_CN"
        document = self._receive(parts=self._part(content=b"no pdf at all"))
        self.assertEqual(document.condition, "missing")
        self.assertRegex(document.damage_note, "notice.pdf”.*[\u4e00-\u9fff]{5}")

    def test_what_was_sent_is_kept_and_what_is_wrong_with_it_is_named(self):
        self.school.school_attachment_max_mb = 1
        parts = "\n--cut\n".join(
            (
                self._part(),
                self._part("setup.exe", b"MZ\x90", "application/octet-stream"),
                self._part("empty.pdf", b""),
                self._part("big.pdf", b"%PDF" + b"x" * 1100000),
            )
        )
        document = self._receive(parts=parts)
        self.assertEqual(
            set(document.file_ids.mapped("name")),
            {"notice.pdf", "setup.exe.zip", "big.pdf"},
        )
        self.assertEqual(document.condition, "missing")
        for name in ("setup.exe", "empty.pdf", "big.pdf"):
            self.assertIn(name, document.damage_note)

    def test_nobody_hands_a_document_of_his_own_making_to_the_gateway(self):
        raw = self._letter(to="nobody@elsewhere.example").encode()
        with self.assertRaises(AccessError):
            self.env["mail.thread"].with_user(self.teacher).message_process(
                "school.doc.incoming",
                raw,
                custom_values={"company_id": self.other.id, "state": "finished"},
            )
        document = self._registered()
        with self.assertRaises(AccessError):
            self.env["mail.thread"].with_user(self.teacher).message_process(
                "school.doc.incoming",
                raw,
                thread_id=document.id,
            )
