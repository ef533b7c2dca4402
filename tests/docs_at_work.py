"""Letters in the neighbour school, for the tests that span addons.

Each method lets one part of the register work, by the methods its people call; whatever
they write carries ``cls.marker``.
"""

import base64
from datetime import timedelta

from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.school_office_docs.tests.common import CHECKS

MAIL = """\
From: {marker} Bureau <bureau-7341@example.com>
To: {to}
Subject: {marker} notice
Message-ID: <heron-7341@example.com>
Date: Mon, 02 Mar 2026 09:00:00 +0800
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="cut"

--cut
Content-Type: text/plain; charset="utf-8"

{marker} words of a mail
--cut
Content-Type: application/pdf; name="{marker}.exe"
Content-Disposition: attachment; filename="{marker}.exe"
Content-Transfer-Encoding: base64

{content}
--cut--
"""


class DocsAtWork:
    """Mixed into ``SchoolsAtWork``."""

    @classmethod
    def _run_documents(cls, school, clerk):
        cls._handle_documents(school, clerk)
        cls._receive_mail(school)

    @classmethod
    def _handle_documents(cls, school, clerk):
        """Let a letter go all its way in ``school``, and a second one wait."""
        people = {}
        for code in ("director", "supervising_leader", "document_clerk"):
            people[code] = cls._person(f"heron_{code}", school)
            people[code].name = f"{cls.marker} {code}"
            cls._hold(code, people[code], school)
        head = people["document_clerk"]
        department = cls.env["hr.department"].create(
            {"name": f"{cls.marker} Department", "company_id": school.id}
        )
        employee = head._school_employee(school)
        employee.department_id = department
        department.manager_id = employee
        sender = cls.env["res.partner"].create(
            {
                "name": f"{cls.marker} Bureau",
                "is_company": True,
                "company_id": school.id,
            }
        )
        tag_id, __ = cls.env["school.tag"].with_user(clerk).name_create(cls.marker)
        letters = cls.env["school.doc.incoming"].with_user(clerk)
        for number in ("1", "2"):
            letters |= letters.create(
                {
                    "tag_ids": [Command.link(tag_id)],
                    "name": f"{cls.marker} letter {number}",
                    "kind": "superior",
                    "sender_id": sender.id,
                    "sender_number": f"{cls.marker} {number}",
                    "copies": 1,
                    "pages": 3,
                    "responsible_department_id": department.id,
                    "note": f"{cls.marker} note",
                    **dict.fromkeys(CHECKS, True),
                }
            )
        for letter in letters:
            letter.message_post(
                body=f"{cls.marker} remark",
                attachments=[(f"{cls.marker}.pdf", b"%PDF-1.4 x")],
            )
        letters.action_register()
        letters.action_submit()
        letter = letters[0]
        for code in ("director", "supervising_leader"):
            task = letter.with_user(people[code])._my_task()
            task.action_approve(f"{cls.marker} opinion")
        cls._circulate(letter, clerk, people["director"])
        letter._distribute_as_instructed()
        letter.with_user(head).action_sign()
        cls._chase_and_extend(letter, clerk, head, people["director"])
        letter.with_user(head)._finish(f"{cls.marker} result")
        cls._keep_copies(school, letter, clerk, head)
        letter.action_to_file()

    @classmethod
    def _circulate(cls, letter, clerk, reader):
        circulation = (
            cls.env["school.doc.circulation"]
            .with_user(clerk)
            .create(
                {
                    "document_id": letter.id,
                    "reason": f"{cls.marker} purpose",
                    "line_ids": [Command.create({"user_id": reader.id})],
                }
            )
        )
        circulation.action_start()
        letter.with_user(reader).action_sign()

    @classmethod
    def _chase_and_extend(cls, letter, clerk, head, director):
        cls.env["school.doc.chase"].with_user(clerk).create(
            {
                "document_id": letter.id,
                "user_id": head.id,
                "note": f"{cls.marker} hurry",
            }
        )
        extension = (
            cls.env["school.doc.extension"]
            .with_user(head)
            .create(
                {
                    "document_id": letter.id,
                    "new_deadline": letter.handling_deadline + timedelta(days=5),
                    "reason": f"{cls.marker} reason",
                }
            )
        )
        extension.action_submit()
        cls.env["school.approval.task"].with_user(director).search(
            [("res_model", "=", extension._name)]
        ).action_approve(f"{cls.marker} granted")

    @classmethod
    def _keep_copies(cls, school, letter, clerk, reader):
        """A marked document, and a numbered copy of it in somebody's hands."""
        level = cls.env["school.secrecy.level"]._find(school, "school")
        marked = letter.with_user(clerk).create(
            {
                "name": f"{cls.marker} marked letter",
                "kind": "superior",
                "sender_id": letter.sender_id.id,
                "sender_number": f"{cls.marker} 3",
                "copies": 1,
                "pages": 1,
                "secrecy_level_id": level.id,
                "reader_ids": [Command.set((clerk | reader).ids)],
                **dict.fromkeys(CHECKS, True),
            }
        )
        marked.action_register()
        copy = (
            cls.env["school.doc.copy"]
            .with_user(clerk)
            .create(
                {
                    "document_id": marked.id,
                    "source": "made",
                    "place": f"{cls.marker} safe",
                    "note": f"{cls.marker} note",
                }
            )
        )
        copy._hand_out(reader)

    @classmethod
    def _receive_mail(cls, school):
        """An e-mail becomes a document; its program is kept aside."""
        school.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": "herons-7341.example.com"}
        )
        raw = MAIL.format(
            marker=cls.marker,
            to=school.school_doc_mailbox,
            content=base64.b64encode(b"MZ 7341").decode(),
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            cls.env["mail.thread"].message_process(False, raw)
