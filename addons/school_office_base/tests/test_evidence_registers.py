import json
from datetime import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestRegisters(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Register = cls.env["school.register"]
        cls.register = cls.Register._ensure(cls.school, "test", "Test Book")
        cls.other_register = cls.Register._ensure(cls.other, "test", "Test Book")
        cls.Entry = cls.env["school.register.entry"]
        cls.record = cls.env["school.place"].create({"name": "Gate", "code": "GATE"})
        cls.auditor = cls._person("auditor", cls.school, "group_auditor")

    def _append(self, count=1, user=None, **row):
        rows = [
            {
                "event": "registered",
                "record": self.record,
                "payload": {"name": f"Gate {n}", "code": "GATE"},
                "number": f"N{n}",
                **row,
            }
            for n in range(count)
        ]
        register = self.Register.with_user(user or self.teacher)
        return register._append(self.school, "test", rows).sudo()

    def _tamper(self, query, *params):
        """Change rows as only the owner of the database could."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("ALTER TABLE school_register_entry DISABLE TRIGGER USER")
        cr.execute(query, params)
        cr.execute("ALTER TABLE school_register_entry ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def _verify(self, scope="full"):
        check = self.register._verify(scope)
        return check.state, check.broken_seq, check.broken_reason

    def test_entries_are_chained_in_order(self):
        entries = self._append(3)
        self.assertEqual(entries.mapped("seq"), [1, 2, 3])
        self.assertEqual(entries[1].prev_hash, entries[0].hash)
        self.assertEqual(self._append().prev_hash, entries[2].hash)
        self.assertEqual(self._verify(), ("ok", 0, False))

    def test_an_entry_keeps_who_did_it_and_for_whom(self):
        self.director.name = "Zhang Wei"
        entry = self._append(on_behalf_of=self.director)
        self.director.name = "Somebody else"
        self.assertEqual(entry.user_id, self.teacher)
        self.assertEqual(entry.on_behalf_of_name, "Zhang Wei")

    @freeze_time("2026-12-31 17:00:00")
    def test_the_year_is_that_of_the_school(self):
        self.assertEqual((self._append().year, self._append().seq), (2027, 2))

    def test_each_year_has_its_own_chain(self):
        with freeze_time("2026-05-05 03:00:00"):
            self._append(2)
        with freeze_time("2027-05-05 03:00:00"):
            entry = self._append()
        self.assertEqual((entry.year, entry.seq), (2027, 1))
        checks = self.register._verify("full")
        self.assertEqual(checks.mapped("entry_count"), [2, 1])

    def test_the_payload_is_canonical(self):
        entry = self._append(payload={"b": datetime(2026, 1, 1), "a": "字"})
        self.assertEqual(entry.payload, '{"a":"字","b":"2026-01-01T00:00:00Z"}')
        with self.assertRaises(TypeError):
            self._append(payload={"x": b"raw"})

    def test_many_entries_cost_as_many_queries_as_one(self):
        self._append(2)
        start = self.env.cr.sql_log_count
        self._append(1)
        cost = self.env.cr.sql_log_count - start
        start = self.env.cr.sql_log_count
        self._append(50)
        self.assertLessEqual(self.env.cr.sql_log_count - start, cost)

    def test_the_database_refuses_to_change_the_book(self):
        entry = self._append()
        self.register._verify("full")
        self.env.flush_all()
        for query in (
            f"UPDATE school_register_entry SET payload = '{{}}' WHERE id = {entry.id}",
            f"DELETE FROM school_register_entry WHERE id = {entry.id}",
            "TRUNCATE school_register_entry CASCADE",
            "UPDATE school_register_check SET state = 'broken'",
            "DELETE FROM school_register_check",
            "TRUNCATE school_register_check CASCADE",
        ):
            with (
                self.subTest(query=query),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, "evidence"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query)

    def test_superuser_cannot_change_the_book_through_the_orm(self):
        entry = self._append()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            entry.event = "other"
            self.env.flush_all()
        with self.assertRaises(UserError):
            entry.unlink()
        with self.assertRaises(UserError):
            self.register.unlink()

    def test_nobody_writes_into_the_book(self):
        entry = self._append()
        for person in (self.clerk, self.director, self.admin, self.auditor):
            mine = entry.with_user(person)
            with self.subTest(person=person.login):
                for operation in (
                    lambda mine=mine: mine.write({"event": "x"}),
                    lambda mine=mine: mine.unlink(),
                    lambda mine=mine: mine.create({"event": "x"}),
                    lambda mine=mine: mine.register_id.write({"name": "x"}),
                ):
                    with self.assertRaises(AccessError):
                        operation()

    def test_auditor_and_office_read_others_do_not(self):
        entry = self._append()
        for person in (self.clerk, self.director, self.auditor):
            self.assertTrue(entry.with_user(person).has_access("read"), person.login)
        for person in (self.teacher, self.admin, self.stranger):
            self.assertFalse(entry.with_user(person).has_access("read"), person.login)
        self.assertFalse(
            self.Entry.with_user(self.stranger).search([("number", "=", "N0")])
        )

    def test_a_changed_entry_is_found(self):
        self._append(3)
        for column, value in (
            ("payload", "{}"),
            ("user_name", "Nobody"),
            ("number", "N9"),
            ("at", "2020-01-01"),
            ("res_id", 0),
            ("is_marked", True),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self._tamper(
                    f"UPDATE school_register_entry SET {column} = %s "
                    "WHERE register_id = %s AND seq = 2",
                    value,
                    self.register.id,
                )
                self.assertEqual(self._verify(), ("broken", 2, "content"))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_missing_entry_is_found(self):
        self._append(3)
        self._tamper(
            "DELETE FROM school_register_entry WHERE register_id = %s AND seq = 2",
            self.register.id,
        )
        self.assertEqual(self._verify(), ("broken", 2, "missing"))

    def test_a_book_cut_off_or_written_anew_is_found(self):
        self._append(3)
        self.assertEqual(self._verify("new"), ("ok", 0, False))
        with self.env.cr.savepoint() as savepoint:
            self._tamper(
                "DELETE FROM school_register_entry WHERE register_id = %s AND seq = 3",
                self.register.id,
            )
            self.assertEqual(self._verify("new"), ("broken", 3, "cut"))
            self.assertEqual(self._verify("full"), ("broken", 3, "cut"))
            savepoint.rollback()
            self.env.invalidate_all()
        # All rows anew, with hashes that fit one another.
        self._tamper(
            "DELETE FROM school_register_entry WHERE register_id = %s", self.register.id
        )
        self._append(3, number="F")
        self.assertEqual(self._verify("new"), ("broken", 3, "anchor"))
        self.assertEqual(self._verify("full"), ("broken", 3, "anchor"))

    def test_the_nightly_check_reads_only_what_is_new(self):
        self._append(3)
        self.register._verify("full")
        self._append(2)
        self._tamper(
            "UPDATE school_register_entry SET payload = '{}' "
            "WHERE register_id = %s AND seq = 1",
            self.register.id,
        )
        check = self.register._verify("new")
        self.assertEqual((check.state, check.entry_count), ("ok", 5))
        self.assertEqual(self._verify("full"), ("broken", 1, "content"))

    def test_the_job_alerts_the_director_post_once(self):
        self._hold("director", self.director)
        self._append(2)
        self._tamper(
            "UPDATE school_register_entry SET payload = '{}' WHERE register_id = %s",
            self.register.id,
        )
        with self.enter_registry_test_mode():
            cron = self.env.ref("school_office_base.cron_register_verify")
            cron.method_direct_trigger()
        self.register.invalidate_recordset()
        self.assertEqual(self.register.verified_state, "broken")
        self.assertEqual(self.register.activity_ids.user_id, self.director)
        self.assertIn("entry 1", self.register.activity_ids.note)
        self.assertNotEqual(self.other_register.verified_state, "broken")
        self.register._verify("full")
        self.assertEqual(len(self.register.activity_ids), 1)

    def test_an_auditor_verifies_and_sees_the_result(self):
        self._append(4)
        action = self.register.with_user(self.auditor).action_verify()
        result = (
            self.env[action["res_model"]]
            .with_user(self.auditor)
            .browse(action["res_id"])
        )
        self.assertEqual((result.state, result.entry_count), ("ok", 4))
        with self.assertRaises(AccessError):
            result.with_user(self.clerk).check_ids.read(["state"])
            result.with_user(self.clerk).read(["state"])
        with self.assertRaises(AccessError):
            self.register.with_user(self.teacher).action_verify()
        with self.assertRaises(AccessError):
            self.register.with_user(self.stranger).action_verify()

    def test_the_form_shows_labels_and_escapes_what_people_typed(self):
        entry = self._append(payload={"name": "<img src=x onerror=alert(1)>"})
        self.assertIn("&lt;img src=x", entry.payload_html)
        self.assertNotIn("<img", entry.payload_html)
        self.assertIn("Name", entry.payload_html)
        self.assertEqual(json.loads(entry.payload)["name"][:4], "<img")

    def _print(self, user, register=None):
        register = (register or self.register).with_user(user)
        action = register.action_print()
        return (
            self.env["school.register.print"]
            .with_user(user)
            .with_context(**action["context"])
            .create({"year": fields_year(self)})
        )

    def test_the_printed_book_ends_with_the_head_hash(self):
        entries = self._append(2)
        book = self._print(self.auditor)
        book.action_print()
        html = (
            self.env["ir.actions.report"]
            .with_user(self.auditor)
            ._render_qweb_html(
                "school_office_base.report_register_book_document", book.ids
            )[0]
            .decode()
        )
        self.assertIn(entries[1].hash, html)
        self.assertIn("Test Book", html)
        self.assertIn("N1", html)

    def test_every_page_of_the_book_says_of_which_book_it_is(self):
        entries = self._append(80)
        book = self._print(self.auditor)
        book.book_reference = "Shelf 3"
        html = (
            self.env["ir.actions.report"]
            .with_user(self.auditor)
            ._render_qweb_html(
                "school_office_base.report_register_book_document", book.ids
            )[0]
            .decode()
        )
        pages = html.count('class="o_register_book"')
        self.assertGreater(pages, 1)
        self.assertEqual(html.count("Shelf 3"), pages)
        self.assertIn(f"Page {pages} of {pages}", html)
        self.assertEqual(html.count("<th>Hash</th>"), pages)
        self.assertEqual(html.count('class="hash"'), len(entries))

    def test_the_book_of_a_neighbour_is_not_printed(self):
        self._append(2)
        book = (
            self.env["school.register.print"]
            .with_user(self.stranger)
            .create({"register_id": self.register.id, "year": fields_year(self)})
        )
        with self.assertRaises(AccessError):
            book.action_print()
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.stranger)._render_qweb_html(
                "school_office_base.report_register_book_document", book.ids
            )

    def test_an_empty_choice_of_pages_is_explained(self):
        book = self._print(self.auditor)
        with self.assertRaisesRegex(UserError, "has no entry from no. 1"):
            book.action_print()

    def test_a_register_that_was_never_opened_is_explained(self):
        with self.assertRaisesRegex(UserError, "no register “nothing”"):
            self.Register._append(
                self.school,
                "nothing",
                [{"event": "x", "record": self.record, "payload": {}}],
            )

    def test_one_user_of_two_schools_writes_into_the_right_book(self):
        self.clerk.company_ids = [Command.link(self.other.id)]
        entry = self._append(user=self.clerk)
        self.assertEqual(entry.company_id, self.school)


def fields_year(case):
    return case.school._school_date().year
