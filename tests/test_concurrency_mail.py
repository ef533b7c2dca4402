"""One e-mail fetched by two nodes at once: real threads, committed transactions."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from committed import CommittedMailCase

DOCUMENT = "school.doc.incoming"
ROUNDS = 4
LETTER = """\
From: Education Bureau <office@bureau.example.com>
To: {to}
Subject: Notice on safety
Message-ID: <{message_id}@bureau.example.com>
Date: Mon, 02 Mar 2026 09:00:00 +0800
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"

Please see to it.
"""


@tagged("standard", "post_install", "-at_install")
class TestConcurrentMail(CommittedMailCase):
    school_code = "BUSYMAIL"

    def setUp(self):
        super().setUp()
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            self.mailbox = school.school_doc_mailbox
            self.desk_mailbox = school.school_desk_mailbox

    def _fetch(self, raw):
        """Hand a message over as the job that fetches mail does: without a retry."""
        with self._env() as env:
            env["mail.thread"].message_process(False, raw)

    def _fetch_all_at_once(self, letters):
        jobs = [lambda raw=raw: self._fetch(raw) for raw in letters]
        return self._crowd(jobs)[1]

    def _letter(self, message_id):
        return LETTER.format(to=self.mailbox, message_id=message_id).encode()

    def _count(self):
        with self._env() as env:
            return env[DOCUMENT].search_count([("company_id", "=", self.school_id)])

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_two_nodes_that_fetch_one_message_make_one_document(self):
        for number in range(ROUNDS):
            raw = self._letter(f"same-{number}")
            self.assertEqual(self._fetch_all_at_once([raw, raw]), [])
            self.assertEqual(self._count(), number + 1)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_two_first_messages_at_once_make_two_documents(self):
        for number in range(ROUNDS):
            self._never_used()
            letters = [self._letter(f"one-{number}"), self._letter(f"two-{number}")]
            self.assertEqual(self._fetch_all_at_once(letters), [])
            self.assertEqual(self._count(), 2 * number + 2)
            self.assertEqual(self._status(), "valid")

    @mute_logger("odoo.addons.mail.models.mail_thread", "odoo.sql_db")
    def test_who_wrote_while_the_database_was_busy_is_not_told_of_a_failure(self):
        def busy(*args, **kwargs):
            raise SerializationFailure("somebody else was faster")

        Document = self.registry[DOCUMENT]
        with (
            patch.object(Document, "message_new", busy),
            self.assertRaises(SerializationFailure),
        ):
            self._fetch(self._letter("busy"))
        self.assertEqual(self._status(), "not_tested")
        self._fetch(self._letter("busy"))
        self.assertEqual(self._count(), 1)
        with self._env() as env:
            self.assertFalse(
                env["mail.mail"].search([("email_to", "like", "bureau.example.com")])
            )

    def _alias(self, env):
        return env["res.company"].browse(self.school_id).school_doc_alias_id

    def _never_used(self):
        with self._env() as env:
            self._alias(env).alias_status = "not_tested"

    def _status(self):
        with self._env() as env:
            return self._alias(env).alias_status
