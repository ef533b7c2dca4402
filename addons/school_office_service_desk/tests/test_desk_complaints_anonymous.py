import json
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools import receipt_code
from .common import DeskCommon
from .marker_scan import MARK, MarkerScan

WORDS = "wordsofthereportzzq"


@tagged("post_install", "-at_install")
class TestAnonymous(MarkerScan, DeskCommon):
    """A reporter whom nobody knows, not even the database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Everything that could tell of the reporter carries a mark.
        cls.reporter = new_test_user(
            cls.env,
            login=f"{MARK}@example.com",
            name=f"{MARK} Wang",
            email=f"{MARK}@example.com",
            groups="base.group_user",
            company_id=cls.school.id,
            company_ids=[(6, 0, cls.school.ids)],
        )
        cls.reporter.partner_id.phone = f"{MARK}-12345"

    def _mine(self, user=None):
        """The model as the page of a signed-in reporter has it."""
        return self.Ticket.with_user(user or self.reporter).with_context(
            **{
                "client_ip": MARK,
                "default_requester_name": MARK,
                "mail_post_autofollow": True,
            }
        )

    def _report(self, model=None, **vals):
        model = self._mine() if model is None else model
        code = model._anonymous_intake(
            self.school,
            {"name": "The canteen", "details": WORDS, **vals},
        )
        ticket = self.Ticket.sudo()._by_code(self.school, code)
        return code, ticket

    def test_nothing_of_the_reporter_is_anywhere_in_the_database(self):
        before = self._rows_with(MARK)
        code, ticket = self._report(
            attachments=[self._photo()],
            requester_name=MARK,
            requester_email=f"{MARK}@example.com",
            requester_id=self.reporter.partner_id.id,
            requester_user_id=self.reporter.id,
            received_by_id=self.reporter.id,
            email_message_id=MARK,
            ip=MARK,
        )
        ticket.with_user(self.clerk)._ask("Which day was it?")
        mine = self._mine()._by_code(self.school, code)
        mine._anonymous_reply("On Monday.", [self._photo()])
        ticket.with_user(self.clerk)._solve("It is clean now.")
        self._mine()._by_code(self.school, code)._anonymous_rate(4, "Better.")
        self.assertEqual(self._rows_with(MARK), before)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "school.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(len(files), 2)
        for file in files:
            self.assertNotIn(MARK.encode(), file.raw)
            self.assertNotIn(MARK, file.name)

    def test_no_row_was_written_in_the_name_of_the_reporter(self):
        before = self._rows_of_uid(self.reporter.id)
        code, ticket = self._report(attachments=[self._photo()])
        self._mine()._by_code(self.school, code)._anonymous_reply("More.", ())
        self.assertEqual(self._rows_of_uid(self.reporter.id), before)
        self.assertEqual(ticket.create_uid.id, SUPERUSER_ID)
        self.assertFalse(ticket.message_follower_ids)
        self.assertFalse(ticket.event_ids.user_id)
        self.assertFalse(
            ticket.message_ids.author_id & self.reporter.partner_id,
        )
        # The columns that name a user in any table of ours name not this one.
        for model in ("school.time.event", "school.register.entry", "school.notice"):
            rows = self.env[model].sudo().search([("user_id", "=", self.reporter.id)])
            self.assertFalse(rows, model)

    def test_the_code_itself_stands_nowhere(self):
        code, _ticket = self._report()
        self.assertFalse(self._rows_with(code))
        self.assertFalse(self._rows_with(receipt_code.normal(code)))

    def test_the_code_is_typed_forgivingly(self):
        code, ticket = self._report()
        for typed in (code.lower(), code.replace("-", " "), f" {code} "):
            self.assertEqual(self.Ticket._by_code(self.school, typed), ticket)

    def test_a_code_of_another_school_or_a_wrong_one_finds_nothing(self):
        code, _ticket = self._report()
        self.assertFalse(self.Ticket._by_code(self.other, code))
        self.assertFalse(self.Ticket._by_code(self.school, receipt_code.new()))
        for wrong in ("", None, code[:-1], "x" * 5000, "' OR 1=1 --", 7):
            self.assertFalse(self.Ticket._by_code(self.school, wrong))

    def test_a_typing_error_is_told_from_a_code_that_does_not_exist(self):
        code, _ticket = self._report()
        wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
        self.assertIn("typing error", self.Ticket._code_fault(wrong))
        self.assertIn("16", self.Ticket._code_fault(code[:4]))
        self.assertIn("never", self.Ticket._code_fault("0" + code[1:]))
        self.assertIsNone(self.Ticket._code_fault(receipt_code.new()))

    def test_the_reporter_comes_back_reads_answers_and_rates(self):
        code, ticket = self._report()
        clerk = ticket.with_user(self.clerk)
        clerk._ask("Which day was it?")
        view = self.Ticket._by_code(self.school, code)._anonymous_view()
        self.assertTrue(view["open_question"])
        self.assertEqual(
            [(m["from"], m["text"], m["is_question"]) for m in view["messages"]],
            [("office", "Which day was it?", True)],
        )
        self.assertFalse(view["may_rate"])
        self.Ticket._by_code(self.school, code)._anonymous_reply(
            "On Monday.", [("note.txt", b"the menu")]
        )
        self.assertNotEqual(ticket.state, "waiting")
        clerk.action_take()
        clerk._solve("It is clean now.")
        view = self.Ticket._by_code(self.school, code)._anonymous_view()
        self.assertEqual(view["solution"], "It is clean now.")
        self.assertEqual(view["messages"][1]["files"][0]["size"], 8)
        self.assertTrue(view["may_rate"])
        self.Ticket._by_code(self.school, code)._anonymous_rate(5, "Thanks")
        view = self.Ticket._by_code(self.school, code)._anonymous_view()
        self.assertEqual(view["score"], 5)
        self.assertFalse(view["may_rate"])
        with self.assertRaises(UserError):
            self.Ticket._by_code(self.school, code)._anonymous_rate(1, "")

    def test_the_view_holds_no_name_of_the_office(self):
        code, ticket = self._report()
        ticket.with_user(self.clerk)._answer("We look at it.")
        view = self.Ticket._by_code(self.school, code)._anonymous_view()
        self.assertNotIn(self.clerk.name, json.dumps(view, default=str))

    def test_a_rating_is_one_to_five(self):
        code, ticket = self._report()
        ticket.with_user(self.clerk)._solve("Done.")
        mine = self.Ticket._by_code(self.school, code)
        for score in (0, 6, -1, "5", None, 2.5):
            with self.subTest(score=score), self.assertRaises(UserError):
                mine._anonymous_rate(score, "")

    def test_a_reporter_does_not_flood_the_office(self):
        code, _ticket = self._report()
        mine = self.Ticket._by_code(self.school, code)
        for _i in range(30):
            mine._anonymous_reply("Again.")
        with self.assertRaisesRegex(UserError, "tomorrow"):
            mine._anonymous_reply("Again.")

    def test_files_that_cannot_be_cleaned_are_refused_with_a_sentence(self):
        for name, content in (
            ("old.doc", b"\xd0\xcf\x11\xe0 letter"),
            ("a.jpg", b"\xff\xd8\xff broken"),
            ("a.exe", b"MZ"),
            ("a.pdf", b""),
        ):
            with self.subTest(name=name), self.assertRaisesRegex(UserError, name):
                self._report(attachments=[(name, content)])
        with self.assertRaisesRegex(UserError, "at most"):
            self._report(attachments=[("a.txt", b"x")] * 6)

    def test_only_services_for_it_are_anonymous(self):
        with self.assertRaises(UserError):
            self._report(service=self._service("general"))
        with self.assertRaises(UserError):
            self._report(service=self._service("complaint", self.other))

    def test_choices_of_another_school_are_dropped(self):
        other = self.env["school.complaint.type"].search(
            [("company_id", "=", self.other.id)], limit=1
        )
        _code, ticket = self._report(
            problem_type_id=other.id, accused_user_ids=[self.stranger.id]
        )
        self.assertFalse(ticket.problem_type_id)
        self.assertFalse(ticket.accused_user_ids)

    def test_a_public_visitor_may_report(self):
        public = self.env.ref("base.public_user")
        _code, ticket = self._report(self.Ticket.with_user(public))
        self.assertTrue(ticket.number)
        self.assertEqual(ticket.create_uid.id, SUPERUSER_ID)

    def test_the_office_cannot_find_the_code_nor_forge_words(self):
        _code, ticket = self._report()
        message = ticket._exchange("reporter", "My words")
        for user in (self.clerk, self.director, self.admin):
            with self.assertRaises(AccessError):
                self.env["school.ticket.code"].with_user(user).search([])
            with self.assertRaises(AccessError):
                ticket.with_user(user).read(["code_ids"])
        for vals in ({"text": "Other words"}, {"user_id": self.clerk.id}):
            with self.assertRaises(AccessError):
                message.with_user(self.director).write(vals)
        with self.assertRaises(AccessError):
            self.env["school.ticket.message"].with_user(self.director).create(
                {"ticket_id": ticket.id, "direction": "reporter", "text": "Forged"}
            )

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_name_on_an_anonymous_ticket(self):
        _code, ticket = self._report()
        for vals in (
            {"requester_id": self.parent.partner_id.id},
            {"requester_name": "Li Lei"},
            {"received_by_id": self.clerk.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(IntegrityError) as caught:
                with self.env.cr.savepoint():
                    ticket.write(vals)
                    ticket.flush_recordset()
            self.assertIn("anonymous", str(caught.exception))

    def test_the_words_of_the_exchange_are_not_rewritten(self):
        _code, ticket = self._report()
        message = ticket._exchange("reporter", "My words")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                message.write({"text": "Other words"})
                message.flush_recordset()

    def test_an_anonymous_complaint_is_not_merged(self):
        _code, ticket = self._report()
        other = self._incoming("complaint")
        with self.assertRaisesRegex(UserError, "cause"):
            ticket.with_user(self.clerk)._merge(other.with_user(self.clerk))

    def test_the_history_and_notices_repeat_no_words(self):
        code, ticket = self._report()
        ticket.with_user(self.clerk).action_take()
        ticket.with_user(self.clerk)._answer("answerwordszzq")
        self.Ticket._by_code(self.school, code)._anonymous_reply("replywordszzq")
        for text in ("answerwordszzq", "replywordszzq", WORDS):
            tables = set(self._rows_with(text))
            self.assertLessEqual(
                tables, {"school_ticket", "school_ticket_message"}, text
            )

    # Keeping and erasing

    def _closed_long_ago(self):
        code, ticket = self._report(attachments=[("a.txt", WORDS.encode())])
        ticket.with_user(self.clerk).action_take()
        ticket.with_user(self.clerk)._answer(f"answer {WORDS}")
        self.Ticket._by_code(self.school, code)._anonymous_reply(f"reply {WORDS}")
        ticket.with_user(self.clerk)._solve(f"result {WORDS}")
        ticket.with_user(self.clerk).action_close()
        ticket.closed_at = fields.Datetime.now() - timedelta(days=400)
        return code, ticket

    def test_when_its_time_is_over_the_words_are_gone_and_the_figures_stay(self):
        code, ticket = self._closed_long_ago()
        _code, fresh = self._report()
        self.assertTrue(self._rows_with(WORDS))
        fresh.details = "other"
        kept = ticket.read(["number", "kind", "received_at", "closed_at", "channel"])
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_office_service_desk.cron_erase_anonymous"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(ticket.erased_at)
        self.assertFalse(fresh.erased_at)
        self.assertFalse(self._rows_with(WORDS))
        self.assertEqual(
            ticket.read(["number", "kind", "received_at", "closed_at", "channel"]), kept
        )
        self.assertFalse(self.Ticket._by_code(self.school, code))
        self.assertTrue(ticket.exchange_ids)
        self.assertTrue(all(ticket.exchange_ids.mapped("is_erased")))

    def test_a_school_that_keeps_for_ever_erases_nothing(self):
        self.school.school_complaint_keep_days = 0
        _code, ticket = self._closed_long_ago()
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_office_service_desk.cron_erase_anonymous"
            ).method_direct_trigger()
        self.assertFalse(ticket.erased_at)

    def test_nobody_erases_by_hand(self):
        _code, ticket = self._report()
        with self.assertRaises(AccessError):
            ticket.with_user(self.director)._erase()
        env = api.Environment(self.env.cr, self.director.id, {})
        with self.assertRaises(AccessError):
            env["school.ticket"].browse(ticket.id).write({"is_anonymous": False})
