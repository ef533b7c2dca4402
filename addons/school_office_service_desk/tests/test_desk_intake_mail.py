import base64
from datetime import timedelta
from email.message import EmailMessage

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DeskCommon

AUTHSERV = "school_office.mail_authserv_id"
GATEWAY = "odoo.addons.mail.models.mail_thread"


@tagged("post_install", "-at_install")
class TestDeskMail(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "schools.example.com"})
        for school in cls.school + cls.other:
            school.alias_domain_id = domain
        cls.mailbox = cls.school.school_desk_mailbox
        cls.other_mailbox = cls.other.school_desk_mailbox
        cls.serial = 0

    def _mail(
        self,
        subject="Teaching-Copying and printing-20990305",
        text="Forty copies, please.",
        sender="Li Lei <li@parents.example.com>",
        to=None,
        files=(),
        **headers,
    ):
        type(self).serial += 1
        message = EmailMessage()
        message["From"] = sender
        message["To"] = to or self.mailbox
        if subject is not None:
            message["Subject"] = subject
        message["Message-ID"] = headers.pop(
            "message_id", f"<{self.serial}@parents.example.com>"
        )
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(text)
        for name, content in files:
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        return message.as_bytes()

    @mute_logger(GATEWAY)
    def _receive(self, raw=None, **values):
        """Process a message; return the tickets it made in any school."""
        before = self.Ticket.search([])
        self.env["mail.thread"].message_process(False, raw or self._mail(**values))
        return self.Ticket.search([]) - before

    def _outgoing(self):
        """The messages that the desk has queued, newest first."""
        return self.env["mail.mail"].search(
            [("message_id", "=like", "<ticket-%")], order="id desc"
        )

    def _log(self, **domain):
        return self.env["school.mail.log"].search(
            [(name, "=", value) for name, value in domain.items()], limit=1
        )

    # New requests

    def test_a_mail_in_the_published_form_is_taken_apart(self):
        ticket = self._receive()
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.company_id, self.school)
        self.assertEqual(ticket.channel, "email")
        self.assertEqual(ticket.service_id, self._service("copying"))
        self.assertEqual(ticket.department_id, self.teaching)
        self.assertEqual(ticket.name, "Copying and printing")
        self.assertEqual(ticket.details, "Forty copies, please.")
        self.assertEqual(ticket.requester_email, "li@parents.example.com")
        self.assertEqual(ticket.requester_name, "Li Lei")
        self.assertEqual(str(ticket.needed_by.date()), "2099-03-05")
        self.assertIn("Forty copies", ticket.message_ids[-1:].body)
        self.assertTrue(ticket.number)

    def test_the_sender_is_told_number_and_link(self):
        ticket = self._receive()
        mail = self._outgoing()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.email_to, "li@parents.example.com")
        self.assertIn(ticket.number, mail.subject)
        self.assertIn(ticket.number, mail.body_html)
        self.assertIn(f"/{ticket.id}", mail.body_html)
        self.assertIn("auto-replied", mail.headers)
        self.assertIn(self.mailbox, mail.reply_to)
        self.assertEqual(mail.references, ticket.email_message_id)
        self.assertNotIn("written like this", mail.body_html)

    def test_a_wrong_subject_is_registered_and_the_form_explained(self):
        ticket = self._receive(subject="help!!")
        self.assertEqual(ticket.name, "help!!")
        self.assertEqual(ticket.service_id, self.school.school_desk_service_id)
        self.assertIn("written like this", self._outgoing().body_html)

    def test_a_mail_without_a_subject_says_who_wrote(self):
        ticket = self._receive(subject=None)
        self.assertIn("Li Lei", ticket.name)

    def test_a_department_is_known_by_its_name_in_any_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.teaching.with_context(lang="zh_CN").name = "教导处"
        ticket = self._receive(subject="教导处-复印-20990305")
        self.assertEqual(ticket.department_id, self.teaching)

    def test_coordination_is_known_by_department_and_contact(self):
        ticket = self._receive(subject="借用礼堂（Teaching，张老师 13800138000）")
        self.assertEqual(ticket.service_id, self._service("coordination"))
        self.assertEqual(ticket.department_id, self.teaching)
        self.assertEqual(ticket.requester_name, "张老师")
        self.assertEqual(ticket.requester_phone, "13800138000")

    def test_words_of_the_school_choose_the_service(self):
        self._service("copying").mail_words = "油印, mimeograph"
        ticket = self._receive(subject="教研组-油印-20990101")
        self.assertEqual(ticket.service_id, self._service("copying"))

    def test_a_day_in_the_past_is_not_when_it_is_needed(self):
        self.assertFalse(self._receive(subject="Teaching-copies-20200101").needed_by)

    def test_the_same_message_is_entered_once_per_school(self):
        raw = self._mail(to=f"{self.mailbox}, {self.other_mailbox}")
        tickets = self._receive(raw)
        self.assertEqual(tickets.company_id, self.school + self.other)
        self.assertEqual(len(tickets), 2)
        self.assertFalse(self._receive(raw))
        self.assertEqual(len(self._outgoing()), 2)

    def test_other_recipients_are_kept_but_not_our_own_mailboxes(self):
        ticket = self._receive(
            Cc=f"Han <han@parents.example.com>, {self.mailbox}, {self.other_mailbox}"
        )[:1]
        self.assertIn("han@parents.example.com", ticket.email_cc)
        self.assertNotIn(self.mailbox, ticket.email_cc)

    # Who writes

    def test_a_forged_sender_is_never_an_employee(self):
        self.teacher.email = "teacher@school.example.com"
        ticket = self._receive(sender="Teacher <teacher@school.example.com>")
        self.assertFalse(ticket.requester_user_id)
        self.assertFalse(ticket.requester_id)
        self.assertEqual(ticket.requester_email, "teacher@school.example.com")
        authors = ticket.message_ids.author_id
        self.assertNotIn(self.teacher.partner_id, authors)

    def test_an_employee_is_known_when_the_own_server_vouches_for_him(self):
        self.teacher.email = "teacher@school.example.com"
        passed = "mx.school.example.com; dkim=pass header.d=school.example.com"
        values = {
            "sender": "Teacher <teacher@school.example.com>",
            "Authentication_Results": passed,
        }
        self.assertFalse(self._receive(**values).requester_user_id)
        self.env["ir.config_parameter"].set_param(AUTHSERV, "mx.school.example.com")
        ticket = self._receive(**values)
        self.assertEqual(ticket.requester_user_id, self.teacher)
        self.assertEqual(ticket.department_id, self.teaching)

    def test_an_employee_cannot_vouch_for_himself(self):
        self.env["ir.config_parameter"].set_param(AUTHSERV, "mx.school.example.com")
        self.director.email = "director@school.example.com"
        raw = self._mail(
            sender="Director <director@school.example.com>",
            Authentication_Results="mx.school.example.com; dkim=pass "
            "header.d=school.example.com",
        )
        before = self.Ticket.search([])
        with mute_logger(GATEWAY):
            self.env["mail.thread"].with_user(self.teacher).message_process(False, raw)
        ticket = self.Ticket.search([]) - before
        self.assertEqual(len(ticket), 1)
        self.assertFalse(ticket.requester_user_id)

    def test_nobody_hands_a_request_of_his_own_making_to_the_gateway(self):
        raw = self._mail(to="nobody@elsewhere.example")
        ticket = self._ask()
        for values in (
            {"custom_values": {"company_id": self.other.id, "state": "closed"}},
            {"thread_id": ticket.id},
        ):
            with self.assertRaises(AccessError):
                self.env["mail.thread"].with_user(self.teacher).message_process(
                    "school.ticket", raw, **values
                )
        for method in ("message_new", "message_update"):
            with self.assertRaises(AccessError):
                getattr(ticket.with_user(self.agent), method)({"subject": "x"})
            with self.assertRaises(AccessError):
                getattr(ticket.sudo(), method)({"subject": "x"})

    # Answers

    def _waiting(self):
        ticket = self._receive()
        ticket.with_user(self.agent)._ask("For which class?")
        self.assertEqual(ticket.state, "waiting")
        return ticket, self._outgoing()[-1:]

    def test_the_answer_of_the_requester_lets_the_clocks_go_on(self):
        ticket, confirmation = self._waiting()
        sent = self._outgoing()
        made = self._receive(
            subject=f"Re: {confirmation.subject}",
            text="For class 3.",
            In_Reply_To=confirmation.message_id,
            References=confirmation.message_id,
        )
        self.assertFalse(made)
        self.assertNotEqual(ticket.state, "waiting")
        self.assertIn("For class 3.", ticket.message_ids[:1].body)
        self.assertEqual(self._clock(ticket, "ticket_response").state, "running")
        self.assertEqual(self._outgoing(), sent, "answers are not confirmed")
        self.assertEqual(self._log(ticket_id=ticket.id).outcome, "answer")

    def test_an_answer_is_found_by_the_address_too(self):
        ticket, __ = self._waiting()
        local, __, domain = self.mailbox.partition("@")
        address = f"{local}+{ticket.sudo()._mail_tag()}@{domain}"
        self.assertFalse(self._receive(to=address, subject="no mark at all"))
        self.assertNotEqual(ticket.state, "waiting")

    def test_the_reply_address_carries_the_mark_where_the_server_can(self):
        self.env["ir.config_parameter"].set_param(
            "school_office.mail_plus_addresses", "1"
        )
        ticket = self._receive()
        self.assertIn(f"+{ticket.sudo()._mail_tag()}@", self._outgoing().reply_to)

    def test_a_second_mail_that_refers_to_the_first_goes_on(self):
        ticket, __ = self._waiting()
        self.assertFalse(
            self._receive(text="Class 3", References=ticket.email_message_id)
        )
        self.assertNotEqual(ticket.state, "waiting")

    def test_an_answer_delivered_again_is_added_once(self):
        ticket, confirmation = self._waiting()
        raw = self._mail(text="Once.", In_Reply_To=confirmation.message_id)
        self._receive(raw)
        self._receive(raw)
        bodies = [m.body for m in ticket.message_ids if "Once." in (m.body or "")]
        self.assertEqual(len(bodies), 1)

    def test_a_stranger_changes_nothing(self):
        ticket, confirmation = self._waiting()
        before = ticket.read(["state", "email_cc", "details", "requester_email"])
        self._receive(
            sender="Eve <eve@evil.example.com>",
            text="Close it, all done.",
            files=[("proof.pdf", b"%PDF-1.4 x")],
            In_Reply_To=confirmation.message_id,
            Cc="mallory@evil.example.com",
        )
        after = ticket.read(["state", "email_cc", "details", "requester_email"])
        self.assertEqual(before, after)
        note = ticket.message_ids[:1]
        self.assertIn("Close it", note.body)
        self.assertTrue(note.subtype_id.internal)
        self.assertFalse(
            self.env["ir.attachment"].search(
                [("res_model", "=", "school.ticket"), ("res_id", "=", ticket.id)]
            )
        )
        log = self._log(sender="eve@evil.example.com")
        self.assertEqual(log.outcome, "note")
        self.assertEqual(log.rejected_ids.mapped("name"), ["proof.pdf"])

    def test_a_guessed_mark_opens_nothing(self):
        ticket, __ = self._waiting()
        made = self._receive(References=f"<ticket-{ticket.id}-{'0' * 32}.1@x.example>")
        self.assertEqual(len(made), 1)
        self.assertEqual(ticket.state, "waiting")

    def test_a_sender_whom_the_own_server_finds_forged_is_a_stranger(self):
        ticket, confirmation = self._waiting()
        self.env["ir.config_parameter"].set_param(AUTHSERV, "mx.school.example.com")
        self._receive(
            In_Reply_To=confirmation.message_id,
            Authentication_Results="mx.school.example.com; "
            "spf=fail smtp.mailfrom=li@parents.example.com",
        )
        self.assertEqual(ticket.state, "waiting")

    def test_a_mark_of_one_school_means_nothing_at_the_other(self):
        ticket, confirmation = self._waiting()
        made = self._receive(to=self.other_mailbox, In_Reply_To=confirmation.message_id)
        self.assertEqual(made.company_id, self.other)
        self.assertEqual(ticket.state, "waiting")

    def test_a_reply_to_a_notification_of_odoo_is_a_note(self):
        ticket, __ = self._waiting()
        message = ticket.message_post(body="internal")
        made = self._receive(
            to="catchall@schools.example.com, someone@schools.example.com",
            sender="Eve <eve@evil.example.com>",
            In_Reply_To=message.message_id,
        )
        self.assertFalse(made)
        self.assertEqual(ticket.state, "waiting")
        self.assertTrue(ticket.message_ids[:1].subtype_id.internal)

    def test_what_answers_a_merged_request_goes_to_the_one_that_lives(self):
        ticket, confirmation = self._waiting()
        other = self._receive()
        ticket.with_user(self.director)._merge(other, "the same")
        self._receive(text="One more word.", In_Reply_To=confirmation.message_id)
        self.assertIn("One more word.", other.message_ids[:1].body)

    # Loops

    def test_machines_are_entered_and_not_answered(self):
        for number, headers in enumerate(
            (
                {"Auto_Submitted": "auto-replied"},
                {"Auto_Submitted": "auto-generated"},
                {"Precedence": "bulk"},
                {"Precedence": "auto_reply"},
                {"X_Auto_Response_Suppress": "All"},
                {"X_Autoreply": "yes"},
                {"List_Id": "<news.example.com>"},
                {"Return_Path": "<>"},
            )
        ):
            with self.subTest(headers=headers):
                ticket = self._receive(sender=f"m{number}@x.example.com", **headers)
                self.assertEqual(len(ticket), 1)
                self.assertTrue(ticket.mail_note)
                self.assertFalse(self._outgoing())

    def test_our_own_mailboxes_are_not_answered(self):
        for sender in (self.other_mailbox, "catchall@schools.example.com"):
            with self.subTest(sender=sender):
                self.assertEqual(len(self._receive(sender=sender)), 1)
                self.assertFalse(self._outgoing())

    def test_who_sends_too_much_is_entered_and_not_answered(self):
        self.school.school_desk_mail_hourly = 3
        tickets = self.Ticket.union(*(self._receive() for _round in range(6)))
        self.assertEqual(len(tickets), 6)
        self.assertEqual(len(self._outgoing()), 3)
        self.assertEqual(len(tickets.filtered("mail_note")), 3)
        self.assertEqual(len(self._receive(sender="han@x.example.com")), 1)
        self.assertEqual(len(self._outgoing()), 4)
        self._receive(to=self.other_mailbox)
        self.assertEqual(len(self._outgoing()), 5, "counted for each school")
        self.env["school.mail.log"].search([]).write(
            {"received_at": fields.Datetime.now() - timedelta(hours=2)}
        )
        self._receive()
        self.assertEqual(len(self._outgoing()), 6)

    def test_an_automatic_answer_to_our_confirmation_makes_no_request(self):
        ticket = self._receive()
        made = self._receive(
            subject="Out of office",
            In_Reply_To=self._outgoing().message_id,
            Auto_Submitted="auto-replied",
        )
        self.assertFalse(made)
        self.assertEqual(self._log(ticket_id=ticket.id).outcome, "note")
        again = self._receive(
            subject=f"Out of office: [{ticket.number}] We have received",
            Auto_Submitted="auto-replied",
        )
        self.assertFalse(again)
        self.assertEqual(len(self._outgoing()), 1)

    def test_what_comes_back_undelivered_is_told_to_the_desk(self):
        ticket = self._receive()
        ticket.with_user(self.agent).action_take()
        returned = (
            b"From: MAILER-DAEMON@mx.example.com\r\nTo: "
            + self.mailbox.encode()
            + b"\r\nSubject: Undelivered\r\nMessage-ID: <b1@mx.example.com>\r\n"
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"'
            b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nNo such user\r\n--b\r\n"
            b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n"
            b"\r\nFinal-Recipient: rfc822; li@parents.example.com\r\n\r\n--b\r\n"
            b"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: "
            + self._outgoing().message_id.encode()
            + b"\r\n\r\n--b--\r\n"
        )
        self.assertFalse(self._receive(returned))
        self.assertIn("could not be delivered", ticket.message_ids[:1].body)
        notice = self.env["school.notice"].search(
            [("res_id", "=", ticket.id), ("user_id", "=", self.agent.id)],
            order="id desc",
            limit=1,
        )
        self.assertIn("li@parents.example.com", notice.body)

    # Files

    def test_files_of_other_kinds_are_kept_aside_and_named(self):
        ticket = self._receive(
            files=[
                ("plan.pdf", b"%PDF-1.4 plan"),
                ("photo.jpg", b"\xff\xd8\xff photo"),
                ("setup.exe", b"MZ\x90"),
                ("empty.pdf", b""),
                ("big.pdf", b"%PDF" + b"x" * (6 << 20)),
            ]
        )
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", "school.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(kept.mapped("name"), ["plan.pdf"])
        log = self._log(ticket_id=ticket.id)
        self.assertEqual(
            set(log.rejected_ids.mapped("name")),
            {"photo.jpg", "setup.exe.zip", "empty.pdf", "big.pdf"},
        )
        self.assertEqual(
            len(log.rejected_ids.filtered(lambda a: a.name == "big.pdf").raw),
            4 + (6 << 20),
        )
        body = self._outgoing().body_html
        for name in ("photo.jpg", "setup.exe", "empty.pdf", "big.pdf"):
            self.assertIn(name, body)
        self.assertEqual(ticket.rejected_count, 4)
        action = ticket.with_user(self.agent).action_rejected_files()
        found = self.env["ir.attachment"].with_user(self.agent).search(action["domain"])
        self.assertEqual(len(found), 4)

    def test_repairs_take_photographs(self):
        ticket = self._receive(
            subject="Teaching-Repair of teaching equipment-20990101",
            files=[("photo.jpg", b"\xff\xd8\xff photo")],
        )
        self.assertEqual(ticket.service_id, self._service("repair_equipment"))
        self.assertFalse(ticket.rejected_count)

    # Rights

    def test_the_log_of_a_mail_is_seen_with_its_request(self):
        ticket = self._receive()
        log = self._log(ticket_id=ticket.id)
        self.assertTrue(log.with_user(self.agent).has_access("read"))
        self.assertTrue(log.with_user(self.director).has_access("read"))
        self.assertFalse(log.with_user(self.colleague).has_access("read"))
        self.assertFalse(log.with_user(self.stranger).has_access("read"))
        ticket.sudo().write(
            {"visibility": "named", "excluded_user_ids": [(4, self.director.id)]}
        )
        self.env.invalidate_all()
        self.assertFalse(log.with_user(self.director).has_access("read"))
        with self.assertRaises(AccessError):
            log.with_user(self.agent).write({"subject": "x"})
        with self.assertRaises(AccessError):
            log.with_user(self.director).unlink()

    def test_a_year_later_nobody_knows_who_wrote_when(self):
        self._receive(files=[("a.exe", b"MZ")])
        log = self._log(company_id=self.school.id)
        files = log.rejected_ids
        log.sudo().received_at = fields.Datetime.now() - timedelta(days=400)
        self.env["school.mail.log"]._gc_old()
        self.assertFalse(log.exists() or files.exists())

    def test_ten_mails_need_ten_times_the_queries_of_one_and_no_more(self):
        self._receive()
        with self.assertQueryCount(self._count(1) * 10 + 20):
            for _round in range(10):
                self._receive()
            self.env.flush_all()

    def _count(self, times):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        for _round in range(times):
            self._receive()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_old_encodings_of_the_subject_find_the_service(self):
        word = base64.b64encode("油印".encode("gb18030")).decode()
        self._service("copying").mail_words = "油印"
        ticket = self._receive(
            self._mail(subject="X").replace(
                b"Subject: X", f"Subject: =?gb2312?b?{word}?=".encode()
            )
        )
        self.assertEqual(ticket.service_id, self._service("copying"))
