from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestRegister(DocsCommon):
    def test_registration_gives_both_numbers_and_writes_the_book(self):
        document = self._document()
        self.assertFalse(document.number)
        document.action_register()
        self.assertEqual(document.state, "registered")
        today = self.school._school_date()
        self.assertIn(f"收-{today:%Y%m%d}-001", document.number)
        self.assertEqual(document.receipt_number, f"收文〔{today:%Y}〕1号")
        self.assertEqual(document.registered_by_id, self.clerk)
        self.assertEqual(self._events(document), ["registered"])

    def test_a_batch_is_numbered_in_order_of_arrival(self):
        now = fields.Datetime.now()
        late = self._document(received_at=now, sender_number="1")
        early = self._document(received_at=now - timedelta(hours=3), sender_number="2")
        (late | early).action_register()
        self.assertEqual(early.number[-3:], "001")
        self.assertEqual(late.number[-3:], "002")

    def test_urgent_documents_come_first_in_every_list(self):
        now = fields.Datetime.now()
        documents = self.Doc
        for hours, urgency in ((5, "2"), (3, "0"), (4, "1"), (1, "0")):
            documents |= self._document(
                urgency=urgency,
                received_at=now - timedelta(hours=hours),
                sender_number=f"{hours}",
            )
        listed = self.Doc.search([("id", "in", documents.ids)])
        self.assertEqual(listed.mapped("sender_number"), ["5", "4", "1", "3"])

    def test_a_registered_document_is_due_at_the_leader_in_two_service_hours(self):
        # Half past four on a Monday: one hour is left of the day (DOC-06).
        with freeze_time("2026-03-02 08:30:00"):
            document = self._registered(received_at=fields.Datetime.now())
            clock = document.clock_ids.filtered(
                lambda clock: clock.policy_id.code == "doc_to_leader"
            )
            self.assertEqual(clock.state, "running")
            self.assertEqual(str(clock.deadline_at), "2026-03-03 01:30:00")
            document.action_submit()
            self.assertEqual(clock.state, "met")

    def test_registration_waits_for_the_whole_check_list(self):
        document = self._document(checked=False)
        with self.assertRaisesRegex(UserError, "Title agrees"):
            document.action_register()
        document.action_check_all()
        document.action_register()
        self.assertEqual(document.state, "registered")
        self.assertTrue(document.checked_at)

    def test_registration_wants_a_sender(self):
        document = self._document(sender_id=False)
        with self.assertRaisesRegex(UserError, "sending unit"):
            document.action_register()
        request = self._document(kind="request", sender_id=False)
        with self.assertRaisesRegex(UserError, "requesting department"):
            request.action_register()
        request.sender_department_id = self.teaching
        request.action_register()
        self.assertEqual(request.sender_name, "Teaching")

    def test_the_next_number_is_shown(self):
        notification = self._document().action_register()
        self.assertIn("001", notification["params"]["message"])
        following = self._document(sender_number="x").action_register_and_next()
        self.assertEqual(
            following["params"]["next"]["res_model"], "school.doc.incoming"
        )

    def test_the_entry_holds_every_column_of_the_book(self):
        document = self._registered()
        entry = self.env["school.register.entry"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )
        for key in (
            "receipt_number", "number", "received_at", "document_date", "sender_name",
            "sender_number", "name", "secrecy_level_id", "copies", "pages", "urgency",
            "category_id", "department_id", "distribution_scope", "proposed_opinion",
            "instruction", "responsible_department_id", "state", "distributed_at",
            "signer_id", "signed_at", "kind", "handling_deadline", "damage_note",
        ):  # fmt: skip
            self.assertIn(f'"{key}"', entry.payload)
        self.assertEqual(entry.number, document.number)

    def test_a_void_document_keeps_its_number_in_the_book(self):
        document = self._registered()
        number = document.number
        document._void("Registered twice.")
        self.assertEqual(document.state, "void")
        self.assertEqual(document.number, number)
        self.assertEqual(document.number_id.state, "void")
        self.assertEqual(self._events(document), ["registered", "void"])
        following = self._registered(sender_number="another")
        self.assertNotEqual(following.number, number)

    def test_voiding_wants_a_reason(self):
        document = self._registered()
        with self.assertRaisesRegex(UserError, "reason"):
            document._void("  ")

    def test_a_correction_after_registration_is_on_record(self):
        document = self._registered()
        document.pages = 3
        self.assertEqual(self._events(document), ["registered"])
        document.pages = 4
        self.assertEqual(self._events(document), ["registered", "corrected"])

    def test_a_document_goes_back_to_its_sender_with_the_reason(self):
        document = self._document()
        document._return_to_sender("Meant for another school.")
        self.assertEqual(document.state, "returned")
        self.assertEqual(document.closed_reason, "Meant for another school.")
        with self.assertRaises(UserError):
            document.action_register()

    def test_dates_in_the_wrong_order_are_refused(self):
        tomorrow = self.school._school_date() + timedelta(days=1)
        with self.assertRaisesRegex(ValidationError, "after it was received"):
            self._document(document_date=tomorrow)
        with self.assertRaisesRegex(ValidationError, "before the receipt"):
            self._document(handling_deadline=tomorrow - timedelta(days=10))
        with self.assertRaisesRegex(ValidationError, "future"):
            self._document(received_at=fields.Datetime.now() + timedelta(days=2))

    def test_a_huge_title_is_refused_and_html_stays_text(self):
        with self.assertRaisesRegex(ValidationError, "400"):
            self._document(name="x" * 400)
        title = "<img src=x onerror=alert(1)> & “quotes”"
        self.assertEqual(self._document(name=title).name, title)

    @mute_logger("odoo.sql_db")
    def test_a_title_of_blanks_is_none(self):
        with self.assertRaisesRegex(ValidationError, "“Title” is empty"):
            self._document(name="   ")
        document = self._document(name="  On   safety ")
        self.assertEqual(document.name, "On safety")
        with self.assertRaisesRegex(ValidationError, "“Title” is empty"):
            document.name = " \u3000"

    def test_there_is_at_least_one_copy(self):
        with self.assertRaises(IntegrityError):
            self._document(copies=0)
            self.env.flush_all()

    def test_the_same_sender_and_number_warns(self):
        first = self._registered()
        second = self._document()
        self.assertEqual(second.duplicate_ids, first)
        self.assertFalse(self._document(sender_number="other").duplicate_ids)
        first._void("Wrong.")
        second.invalidate_recordset(["duplicate_ids"])
        self.assertFalse(second.duplicate_ids)

    def test_the_form_warns_while_the_clerk_types(self):
        first = self._registered()
        with Form(
            self.Doc.with_user(self.clerk),
            "school_office_docs.doc_incoming_view_form_quick",
        ) as form:
            form.name = "Twice"
            form.sender_id = self.bureau
            form.sender_number = first.sender_number
            self.assertEqual(form.duplicate_ids.ids, first.ids)

    def test_a_category_proposes_department_and_importance(self):
        category = self.env["school.doc.category"].search(
            [("company_id", "=", self.school.id), ("code", "=", "notice")]
        )
        category.department_id = self.logistics
        with Form(self.Doc.with_user(self.clerk)) as form:
            form.name = "Notice"
            form.category_id = category
            self.assertTrue(form.is_important)
            self.assertEqual(form.responsible_department_id, self.logistics)

    def test_setting_up_again_adds_nothing(self):
        count = self.env["school.doc.category"].search_count([])
        alias = self.school.school_doc_alias_id
        self.school._school_set_up()
        self.assertEqual(self.env["school.doc.category"].search_count([]), count)
        self.assertEqual(self.school.school_doc_alias_id, alias)

    def test_everything_is_found_by_two_characters(self):
        document = self._registered(name="关于做好防汛工作的通知")
        Doc = self.Doc.with_user(self.clerk)
        self.assertIn(document, Doc.search([("search_text", "=", "防汛")]))
        self.assertIn(document, Doc.search([("search_text", "=", "汛")]))
        self.assertNotIn(document, Doc.search([("search_text", "=", "防火")]))
