from markupsafe import Markup
from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.rows import Later
from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestRows(SchoolCommon):
    """Rows that nobody reads before the end of a piece of work."""

    def setUp(self):
        super().setUp()
        self.Notice = self.env["school.notice"].sudo()
        self.before = self.Notice.search([])

    def _row(self, subject, **vals):
        return {
            "company_id": self.school.id,
            "user_id": self.teacher.id,
            "subject": subject,
            "channel": "preference",
            "state": "waiting",
            "send_after": "2030-01-01 08:00:00",
            **vals,
        }

    def _message(self):
        Message = self.env["mail.message"].sudo()
        return Message, [
            {
                "body": "later",
                "message_type": "notification",
                "message_id": "<rows@test>",
            }
        ]

    def _new(self):
        return (self.Notice.search([], order="id") - self.before).mapped("subject")

    def test_rows_of_several_models_go_in_by_one_statement_in_their_order(self):
        self.env.flush_all()
        self.env.cr.now()
        with self.assertQueryCount(1), Later(self.env):
            Later.insert(self.Notice, [self._row("one"), self._row("two")])
            Later.insert(*self._message())
            Later.insert(self.Notice, [self._row("three")])
        self.assertEqual(self._new(), ["one", "two", "three"])
        message = self.env["mail.message"].sudo()
        self.assertEqual(message.search_count([("message_id", "=", "<rows@test>")]), 1)

    def test_work_inside_other_work_waits_for_its_end(self):
        with Later(self.env):
            with Later(self.env):
                Later.insert(self.Notice, [self._row("inner")])
            self.assertFalse(self._new())
        self.assertEqual(self._new(), ["inner"])

    def test_what_fails_leaves_no_rows_for_the_next_work(self):
        with self.assertRaises(ZeroDivisionError), Later(self.env):
            Later.insert(self.Notice, [self._row("lost")])
            raise ZeroDivisionError
        Later.insert(self.Notice, [self._row("at once")])
        with Later(self.env):
            pass
        self.assertEqual(self._new(), ["at once"])

    def test_the_database_checks_them_as_ever(self):
        # No recipient.
        row = self._row("nobody", user_id=False)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            Later.insert(self.Notice, [row])

    def test_text_is_cleaned_and_what_was_escaped_before_stays(self):
        Message, rows = self._message()
        text = '<b onclick="alert()">later</b>'
        bodies = (text, Markup("<p>%s</p>") % text)
        Later.insert(Message, [{**rows[0], "body": body} for body in bodies])
        found = Message.search([("message_id", "=", "<rows@test>")], order="id")
        cleaned, escaped = found.mapped("body")
        self.assertNotIn("onclick", cleaned)
        self.assertEqual(escaped, bodies[1])

    def test_whoever_looks_for_a_row_has_it_written_before(self):
        with Later(self.env):
            Later.insert(self.Notice, [self._row("needed now")])
            Later.settle(self.env["mail.message"])
            self.assertFalse(self._new())
            Later.settle(self.Notice)
            self.assertEqual(self._new(), ["needed now"])
        self.assertEqual(self._new(), ["needed now"])

    def test_entries_of_one_book_follow_each_other_within_one_work(self):
        Register = self.env["school.register"]
        Register._ensure(self.school, "rows_test", "Rows")
        row = {"event": "noted", "record": self.school, "payload": {"a": 1}}
        with Later(self.env):
            Register._append(self.school, "rows_test", [row, row], later=True)
            Register._append(self.school, "rows_test", [row], later=True)
        entries = (
            self.env["school.register.entry"]
            .sudo()
            .search([("register_code", "=", "rows_test")], order="seq")
        )
        self.assertEqual(entries.mapped("seq"), [1, 2, 3])
        check = entries.register_id._verify("full")
        self.assertEqual(check.state, "ok")
