from odoo.fields import Command
from odoo.tests import tagged

from .common import DocsCommon

TITLE = "Complaint about a named teacher"


@tagged("post_install", "-at_install")
class TestRegisterSecrecy(DocsCommon):
    """What was written before a document was marked is as secret as the document."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague_clerk = cls._person("clerk2", cls.school, "group_office_clerk")
        cls.auditor = cls._person("auditor", cls.school, "group_auditor")

    def _mark(self, document):
        document.write(
            {
                "secrecy_level_id": self._level("school").id,
                "reader_ids": [Command.set(self.head.ids)],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()

    def _entries(self, user):
        return self.env["school.register.entry"].with_user(user)

    def _found(self, user, document):
        Entry = self._entries(user)
        return Entry.search([("res_id", "=", document.id)]) | Entry.search(
            [("payload", "ilike", TITLE)]
        )

    def test_a_title_registered_before_the_mark_is_kept_from_other_clerks(self):
        document = self._registered(name=TITLE)
        Entry = self._entries(self.colleague_clerk)
        entry = Entry.search([("res_id", "=", document.id)])
        self.assertIn(TITLE, entry.payload)
        self._mark(document)
        self.assertTrue(entry.sudo().is_secret)
        self.assertFalse(entry.sudo().is_marked)
        self.assertFalse(self._found(self.colleague_clerk, document))
        self.assertFalse(Entry.name_search(TITLE))
        self.assertFalse(
            Entry._read_group([("res_id", "=", document.id)], ["payload"], ["__count"])
        )
        self.assertFalse(entry.has_access("read"))

    def test_the_writer_the_director_and_the_auditor_still_read_it(self):
        document = self._registered(name=TITLE)
        self._mark(document)
        for user in (self.clerk, self.director, self.auditor):
            self.assertTrue(self._found(user, document), user.name)
        for user in (self.teacher, self.stranger):
            self.assertFalse(
                self._entries(user).has_access("read") and self._found(user, document)
            )

    def test_other_entries_stay_to_be_read(self):
        marked = self._registered(name=TITLE)
        other = self._registered(name="On the sports day", sender_number="2")
        self._mark(marked)
        self.assertTrue(self._found(self.colleague_clerk, other))

    def test_the_printed_book_of_a_clerk_leaves_it_out(self):
        document = self._registered(name=TITLE)
        self._mark(document)
        register = self.env["school.register"].search(
            [("code", "=", "doc_incoming"), ("company_id", "=", self.school.id)]
        )
        wizard = (
            self.env["school.register.print"]
            .with_user(self.colleague_clerk)
            .create({"register_id": register.id})
        )
        self.assertNotIn(TITLE, "".join(wizard._entries().mapped("payload")))
