"""One e-mail fetched by two nodes at once: real threads, committed transactions."""

import threading
import uuid

from odoo import SUPERUSER_ID
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from committed import Transaction

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
class TestConcurrentMail(BaseCase):
    """The rows are real; ``_clean_up`` removes them as the owner of the database."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self._env() as env:
            name = f"mail{uuid.uuid4().hex[:12]}.example.com"
            domain = env["mail.alias.domain"].create({"name": name})
            school = env["res.company"].create(
                {
                    "name": f"Busy Mailbox {uuid.uuid4()}",
                    "is_school": True,
                    "school_code": "BUSYMAIL",
                    "alias_domain_id": domain.id,
                }
            )
            school._school_set_up()
            self.domain_id, self.school_id = domain.id, school.id
            self.mailbox = school.school_doc_mailbox
            self.alias_id = school.school_doc_alias_id.id
        self.addCleanup(self._clean_up)

    def _env(self):
        return Transaction(self.registry, SUPERUSER_ID)

    def _clean_up(self):
        with self._env() as env:
            documents = env[DOCUMENT].search([("company_id", "=", self.school_id)])
            mail = [("model", "=", DOCUMENT), ("res_id", "in", documents.ids)]
            env["mail.message"].search(mail).unlink()
            links = [
                (field.relation, field.column1)
                for field in env[DOCUMENT]._fields.values()
                if field.type == "many2many" and field.store
            ]
            ids = tuple(documents.ids or [0])
        with self.registry.cursor() as cr:
            cr.execute("SET LOCAL session_replication_role = replica")
            for table, column in links:
                cr.execute(f"DELETE FROM {table} WHERE {column} IN %s", [ids])
            cr.execute(
                r"""SELECT relname
                      FROM pg_class
                      JOIN pg_attribute ON attrelid = pg_class.oid
                     WHERE relkind = 'r' AND attname = 'company_id'
                       AND relname LIKE 'school\_%'"""
            )
            for (table,) in cr.fetchall():
                cr.execute(
                    f"DELETE FROM {table} WHERE company_id = %s", [self.school_id]
                )
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            school.write(
                {
                    "is_school": False,
                    "school_code": False,
                    "active": False,
                    "school_doc_alias_id": False,
                    "alias_domain_id": False,
                }
            )
            env["mail.alias"].browse(self.alias_id).exists().unlink()
            env["mail.alias"].search(
                [("alias_domain_id", "=", self.domain_id)]
            ).alias_domain_id = False
            env["mail.alias.domain"].browse(self.domain_id).unlink()

    def _fetch(self, raw):
        """Hand a message over as the job that fetches mail does: without a retry."""
        with self._env() as env:
            env["mail.thread"].message_process(False, raw)

    def _fetch_all_at_once(self, letters):
        barrier = threading.Barrier(len(letters))
        errors = []

        def run(raw):
            barrier.wait()
            try:
                self._fetch(raw)
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=run, args=(raw,)) for raw in letters]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return errors

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
    def test_two_messages_at_once_make_two_documents(self):
        # The first one ever lets core note that the mailbox works.
        self._fetch(self._letter("first"))
        letters = [self._letter("one"), self._letter("two")]
        self.assertEqual(self._fetch_all_at_once(letters), [])
        self.assertEqual(self._count(), 3)
