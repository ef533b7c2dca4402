"""Mail to the service desk by real LMTP and SMTP, with committed transactions.

A mail server of the test takes messages over LMTP and hands each to the gateway as
odoo-mailgate does: one call, one transaction, tried again when the database says so.
What the desk sends goes out by real SMTP into a second server, which keeps the bytes.
Nothing may be lost, nothing doubled, no two machines may answer each other for ever.
"""

import base64
import email
import email.policy
import hashlib
import os
import smtplib
import socket
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP

from odoo import api
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from committed import CommittedMailCase

HOST = "127.0.0.1"
MAXIMUM = 64 << 20
QUIET = (
    "odoo.addons.mail.models.mail_thread",
    "odoo.addons.school_office_base.models.mail_gateway",
    "odoo.sql_db",
    "odoo.http",
)


class _Delivery:
    """The last step of a mail server: hand the message to Odoo, or say "later"."""

    def __init__(self, registry):
        self.registry = registry
        self.failures = []

    async def handle_DATA(self, server, session, envelope):
        try:
            await server.loop.run_in_executor(None, self.deliver, envelope)
        except Exception as error:
            self.failures.append(error)
            return "451 4.3.0 Try again later"
        return "250 2.0.0 Delivered"

    def deliver(self, envelope):
        head = b"".join(
            b"Delivered-To: %s\r\n" % to.encode() for to in envelope.rcpt_tos
        )
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            retrying(
                lambda: env["mail.thread"].message_process(
                    False, head + envelope.original_content
                ),
                env,
            )


class _Lmtp(Controller):
    def factory(self):
        return LMTP(self.handler, data_size_limit=MAXIMUM)


class _Sink:
    """Takes what the desk sends, and keeps it as it came over the wire."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(
            email.message_from_bytes(
                envelope.original_content, policy=email.policy.SMTP
            )
        )
        return "250 2.0.0 Kept"


@tagged("standard", "post_install", "-at_install")
class TestMailGateway(CommittedMailCase):
    school_code = "GATEWAY"
    school_count = 2

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*QUIET))
        with self._env() as env:
            schools = env["res.company"].browse(self.school_ids)
            self.mailbox, self.other_mailbox = schools.mapped("school_desk_mailbox")
        self.delivery = _Delivery(self.registry)
        self.port = self._serve(_Lmtp, self.delivery)

    def _serve(self, kind, handler):
        """Start a mail server; return its port."""
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            port = probe.getsockname()[1]
        server = kind(handler, hostname=HOST, port=port)
        server.start()
        self.addCleanup(server.stop)
        return port

    # Sending

    def _send(self, raw, to=None, port=None):
        """One message over LMTP, as a mail server delivers it."""
        if isinstance(raw, str):
            raw = raw.encode()
        recipients = to or [self.mailbox]
        with smtplib.LMTP(HOST, port or self.port) as client:
            client.sendmail("sender@parents.example.org", recipients, raw)

    def _mail(self, subject="Help", body="Text", **headers):
        lines = [
            f"From: {headers.pop('sender', 'Li <li@parents.example.org>')}",
            f"To: {self.mailbox}",
            f"Message-ID: {headers.pop('message_id', f'<{uuid.uuid4()}@example.org>')}",
            *(f"{name.replace('_', '-')}: {text}" for name, text in headers.items()),
        ]
        if subject is not None:
            lines.append(f"Subject: {subject}")
        return "\r\n".join([*lines, "", body, ""])

    def _multipart(self, *parts, **headers):
        body = "".join(f"--cut\r\n{part}\r\n" for part in parts) + "--cut--"
        return self._mail(
            body=body, Content_Type='multipart/mixed; boundary="cut"', **headers
        )

    # Looking

    def _tickets(self, env, index=0):
        return env["school.ticket"].search(
            [("company_id", "=", self.school_ids[index])], order="id"
        )

    def _outgoing(self, env):
        return env["mail.mail"].search(
            [("email_from", "like", self.domain)], order="id"
        )

    # What is told over the wire

    def test_odd_encodings_are_read(self):
        word = base64.b64encode("教务处-复印-20990101".encode("gb18030")).decode()
        name = "".join(f"%{byte:02X}" for byte in "报修单.pdf".encode("gb18030"))
        pdf = base64.b64encode(b"%PDF-1.4 x").decode()
        messages = [
            # an old name for a new charset
            self._mail(subject=f"=?gb2312?B?{word}?=").encode(),
            # no charset at all, raw bytes in subject and text
            self._mail(subject="SUBJECT", body="BODY")
            .encode()
            .replace(b"SUBJECT", "三楼漏水".encode("gb18030"))
            .replace(b"BODY", "快来人㐂".encode("gb18030")),
            # an unknown charset
            self._mail(
                body="停电了", Content_Type="text/plain; charset=x-nobody-knows"
            ).encode(),
            # emoji
            self._mail(subject="=?utf-8?B?8J+Ypg==?= broken", body="😦").encode(),
            # a name of a file after RFC 2231, and broken base64
            self._multipart(
                "Content-Type: text/plain; charset=utf-8\r\n\r\n见附件",
                "Content-Type: application/pdf\r\n"
                f"Content-Disposition: attachment; filename*=gb2312''{name}\r\n"
                f"Content-Transfer-Encoding: base64\r\n\r\n{pdf}",
                "Content-Type: application/pdf; name=broken.pdf\r\n"
                "Content-Disposition: attachment; filename=broken.pdf\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQ!!=*x=",
                subject="files",
            ).encode(),
            # a NUL, a half character, no From, a header that is no header
            b"To: " + self.mailbox.encode() + b"\r\nSubject: nul\x00 \xed\xa0\xbd\r\n"
            b"junk\r\n\r\nA\x00B\xed\xa0\xbd\r\n",
            # a boundary that never comes
            self._mail(Content_Type="multipart/mixed; boundary=never").encode(),
        ]
        for raw in messages:
            self._send(raw)
        self.assertEqual(self.delivery.failures, [])
        with self._env() as env:
            tickets = self._tickets(env)
            self.assertEqual(len(tickets), len(messages))
            self.assertEqual(tickets[0].name, "复印")
            self.assertEqual(str(tickets[0].needed_by.date()), "2099-01-01")
            self.assertEqual(tickets[1].name, "三楼漏水")
            self.assertEqual(tickets[1].details, "快来人㐂")
            self.assertEqual(tickets[2].details, "停电了")
            self.assertIn("😦", tickets[3].name)
            self.assertEqual(tickets[3].details, "😦")
            kept = env["ir.attachment"].search(
                [("res_model", "=", "school.ticket"), ("res_id", "=", tickets[4].id)]
            )
            aside = tickets[4].mail_log_ids.rejected_ids
            self.assertIn("报修单.pdf", kept.mapped("name"))
            self.assertIn("broken.pdf", (kept | aside).mapped("name"))
            self.assertIn("nul", tickets[5].name)

    def test_a_hundred_copies_from_two_servers_at_once_are_one_request(self):
        raw = self._mail(subject="Once", message_id="<the-same@example.org>").encode()

        def fifty(_number):
            for _copy in range(50):
                self._send(raw)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(fifty, range(2)))
        self.assertEqual(self.delivery.failures, [])
        with self._env() as env:
            self.assertEqual(len(self._tickets(env)), 1)
            self.assertEqual(len(self._outgoing(env)), 1)
            logs = env["school.mail.log"].search(
                [("company_id", "=", self.school_ids[0])]
            )
            self.assertEqual(len(logs), 1)

    def test_two_servers_at_once_lose_and_mix_nothing(self):
        def twenty(number):
            for copy in range(20):
                to = self.mailbox if (number + copy) % 2 else self.other_mailbox
                raw = self._mail(
                    subject=f"{number}-{copy}", sender=f"p{copy}@x.example.org"
                )
                self._send(raw.replace(f"To: {self.mailbox}", f"To: {to}"), to=[to])

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(twenty, range(2)))
        self.assertEqual(self.delivery.failures, [])
        with self._env() as env:
            tickets = self._tickets(env) | self._tickets(env, 1)
            self.assertEqual(len(tickets), 40)
            self.assertEqual(len(set(tickets.mapped("name"))), 40)
            self.assertEqual(len(set(tickets.mapped("number"))), 40)

    def test_an_empty_subject_and_an_empty_text_are_a_request(self):
        for subject, body in ((None, "Text"), ("", "Text"), ("   ", ""), (None, "")):
            self._send(self._mail(subject=subject, body=body))
        self.assertEqual(self.delivery.failures, [])
        with self._env() as env:
            tickets = self._tickets(env)
            self.assertEqual(len(tickets), 4)
            for ticket in tickets:
                self.assertIn("Li", ticket.name)

    def test_thirty_megabytes_are_kept_aside_byte_for_byte(self):
        content = b"%PDF-1.4" + os.urandom(30 << 20)
        part = (
            "Content-Type: application/pdf; name=big.pdf\r\n"
            "Content-Disposition: attachment; filename=big.pdf\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n"
        ) + base64.encodebytes(content).decode().replace("\n", "\r\n")
        self._send(self._multipart("Content-Type: text/plain\r\n\r\nSee file", part))
        self.assertEqual(self.delivery.failures, [])
        with self._env() as env:
            ticket = self._tickets(env)
            self.assertEqual(len(ticket), 1)
            aside = ticket.mail_log_ids.rejected_ids
            self.assertEqual(
                hashlib.sha256(aside.raw).digest(), hashlib.sha256(content).digest()
            )
            self.assertIn("big.pdf", self._outgoing(env).body_html)

    def test_one_mail_to_two_schools_is_one_request_at_each(self):
        raw = self._mail(subject="Both").replace(
            f"To: {self.mailbox}", f"To: {self.mailbox}, {self.other_mailbox}"
        )
        self._send(raw, to=[self.mailbox, self.other_mailbox])
        self._send(raw, to=[self.other_mailbox])
        with self._env() as env:
            self.assertEqual(len(self._tickets(env)), 1)
            self.assertEqual(len(self._tickets(env, 1)), 1)

    def test_two_machines_do_not_answer_each_other_for_ever(self):
        # The worst of machines: it says nothing of itself and refers to nothing.
        self._send(self._mail(sender="robot@machine.example.org"))
        answered = 0
        for _round in range(40):
            with self._env() as env:
                sent = self._outgoing(env)
                fresh = len(sent) - answered
                answered = len(sent)
            if not fresh:
                break
            for _mail in range(fresh):
                self._send(
                    self._mail(subject="I am away", sender="robot@machine.example.org")
                )
        self.assertEqual(self.delivery.failures, [])
        with self._env() as env:
            limit = (
                env["res.company"].browse(self.school_ids[0]).school_desk_mail_hourly
            )
            self.assertEqual(answered, limit)
            self.assertEqual(len(self._tickets(env)), limit + 1, "nothing is lost")

    def test_a_machine_that_says_what_it_is_gets_no_second_mail(self):
        self._send(self._mail(sender="robot@machine.example.org"))
        with self._env() as env:
            reference = self._outgoing(env).message_id
        for _round in range(5):
            self._send(
                self._mail(
                    subject="Out of office",
                    sender="robot@machine.example.org",
                    In_Reply_To=reference,
                    Auto_Submitted="auto-replied",
                )
            )
        with self._env() as env:
            self.assertEqual(len(self._tickets(env)), 1)
            self.assertEqual(len(self._outgoing(env)), 1)

    def test_the_answer_to_what_went_out_by_smtp_finds_its_request(self):
        sink = _Sink()
        port = self._serve(Controller, sink)
        self._send(self._mail(subject="Copies", message_id="<first@example.org>"))
        with self._env() as env:
            Server = type(env["ir.mail_server"])
            out = env["ir.mail_server"].create(
                {
                    "name": "sink",
                    "smtp_host": HOST,
                    "smtp_port": port,
                    "smtp_encryption": "none",
                }
            )
            with patch.object(Server, "_disable_send", lambda self: False):
                self._outgoing(env).send(raise_exception=True)
            out.unlink()
        [message] = sink.messages
        self.assertEqual(message["Auto-Submitted"], "auto-replied")
        self.assertEqual(message["X-Auto-Response-Suppress"], "All")
        self.assertIn("<first@example.org>", message["References"])
        self.assertIn(self.mailbox, message["Reply-To"])
        self.assertEqual(message["To"], "li@parents.example.org")
        with self._env() as env:
            ticket = self._tickets(env)
            self.assertIn(ticket.number, message["Subject"])
            ticket._ask("For which class?")
            self.assertEqual(ticket.state, "waiting")
        self._send(
            self._mail(
                subject=f"Re: {message['Subject']}",
                body="For class 3.",
                In_Reply_To=message["Message-ID"],
                References=f"<first@example.org> {message['Message-ID']}",
            )
        )
        with self._env() as env:
            ticket = self._tickets(env)
            self.assertEqual(len(ticket), 1)
            self.assertNotEqual(ticket.state, "waiting")
            self.assertTrue(
                any("For class 3." in (m.body or "") for m in ticket.message_ids)
            )

    def test_what_the_database_refuses_for_a_moment_is_delivered_again(self):
        first = self.registry.cursor()
        key = api.Environment(first, api.SUPERUSER_ID, {})["school.serial"]._key(
            f"mail:{self.school_ids[0]}:school.ticket:<late@example.org>"
        )
        first.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        timer = threading.Timer(0.3, first.close)
        timer.start()
        self.addCleanup(timer.join)
        self._send(self._mail(message_id="<late@example.org>"))
        self.assertEqual(self.delivery.failures, [])
        with self._env() as env:
            self.assertEqual(len(self._tickets(env)), 1)
