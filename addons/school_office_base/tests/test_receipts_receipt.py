from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .receipts_common import ReceiptsCommon


@tagged("post_install", "-at_install")
class TestReceipt(ReceiptsCommon):
    def test_each_recipient_gets_a_line_and_a_message(self):
        letter = self._letter()
        receipts = self._send(
            self.teaching, self.teacher, letter=letter, purpose="Tell your classes"
        )
        self.assertEqual(
            receipts.mapped("recipient_name"), ["Teaching", self.teacher.name]
        )
        self.assertEqual(set(receipts.mapped("state")), {"pending"})
        self.assertEqual(receipts.sent_by_id, self.clerk)
        self.assertEqual(letter.receipt_ids, receipts)
        self.assertEqual(
            (letter.receipt_total, letter.receipt_done, letter.receipt_open), (2, 0, 2)
        )
        notices = self._notices(self.receiver, self.head, self.teacher)
        self.assertEqual(notices.user_id, self.receiver | self.teacher)
        self.assertIn("Winter timetable", notices[0].subject)
        self.assertIn("Tell your classes", notices[0].body)

    def test_a_department_without_receivers_is_told_through_its_head(self):
        self._send(self.logistics)
        self.assertEqual(self._notices(self.deputy).user_id, self.deputy)

    def test_a_receiver_signs_for_his_department(self):
        letter = self._letter()
        receipt = self._send(self.teaching, letter=letter).with_user(self.receiver)
        receipt.action_sign("Received complete")
        self.assertRecordValues(
            receipt,
            [
                {
                    "state": "signed",
                    "mode": "electronic",
                    "signed_by_id": self.receiver.id,
                    "on_behalf_of_id": False,
                    "remark": "Received complete",
                    "is_done": True,
                    "is_open": False,
                }
            ],
        )
        self.assertEqual(receipt.read_by_id, self.receiver)
        self.assertEqual((letter.receipt_done, letter.receipt_open), (1, 0))
        self.assertEqual(letter.heard, "s!")

    def test_the_head_signs_for_his_department(self):
        receipt = self._send(self.teaching).with_user(self.head)
        receipt.action_sign()
        self.assertEqual(receipt.signed_by_id, self.head)

    def test_a_deputy_signs_and_names_the_absent(self):
        self._delegate(self.teacher, self.deputy)
        receipt = self._send(self.teacher).with_user(self.deputy)
        receipt.action_sign()
        self.assertEqual(receipt.signed_by_id, self.deputy)
        self.assertEqual(receipt.on_behalf_of_id, self.teacher)
        log = receipt.sudo().log_ids.filtered(lambda line: line.event == "signed")
        self.assertEqual(log.on_behalf_of_id, self.teacher)

    def test_a_deputy_of_the_head_signs_for_the_department(self):
        self._delegate(self.head, self.teacher)
        receipt = self._send(self.teaching).with_user(self.teacher)
        self.assertTrue(receipt.is_mine)
        receipt.action_sign()
        self.assertEqual(receipt.on_behalf_of_id, self.head)

    def test_a_deputy_signs_nothing_when_the_delegation_is_over(self):
        with freeze_time("2026-03-02 02:00"):
            self._delegate(self.teacher, self.deputy)
        with freeze_time("2026-03-20 02:00"):
            receipt = self._send(self.teacher)
            with self.assertRaises(AccessError):
                receipt.with_user(self.deputy).action_sign()

    def _delegate(self, person, deputy):
        start = self.school._school_date()
        self.env["school.delegation"].with_user(person).create(
            {
                "user_id": person.id,
                "deputy_id": deputy.id,
                "date_from": start,
                "date_to": start + timedelta(days=5),
                "company_id": self.school.id,
                "reason": "Training",
            }
        )

    def test_nobody_signs_for_another(self):
        receipt = self._send(self.teaching)
        for user in (self.teacher, self.clerk, self.admin, self.director):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                receipt.with_user(user).action_sign()
        self.assertEqual(receipt.state, "pending")

    def test_signing_twice_is_refused_by_name(self):
        receipt = self._send(self.teaching)
        receipt.with_user(self.receiver).action_sign()
        with self.assertRaisesRegex(UserError, "already signed for by receiver"):
            receipt.with_user(self.head).action_sign()
        self.assertEqual(receipt.signed_by_id, self.receiver)

    def test_what_is_only_to_be_read_is_done_when_read(self):
        letter = self._letter()
        receipt = self._send(self.teacher, letter=letter, kind="read")
        receipt = receipt.with_user(self.teacher)
        with self.assertRaisesRegex(UserError, "only to be read"):
            receipt.action_sign()
        receipt.action_mark_read()
        self.assertTrue(receipt.is_done)
        self.assertEqual(letter.heard, "s!")
        receipt.action_mark_read()
        self.assertEqual(letter.heard, "s!")

    def test_opening_the_record_marks_it_read(self):
        receipt = self._send(self.teacher).with_user(self.teacher)
        action = receipt.action_open_record()
        self.assertEqual(action["res_model"], "school.test.letter")
        self.assertEqual(receipt.state, "read")
        self.assertTrue(receipt.is_open)

    def test_the_office_may_look_without_marking_it_read(self):
        receipt = self._send(self.teacher)
        receipt.with_user(self.director).action_open_record()
        self.assertEqual(receipt.state, "pending")

    def test_state_secrets_are_signed_on_paper_only(self):
        receipt = self._send(self.teacher)
        receipt.sudo().paper_only = True
        with self.assertRaisesRegex(UserError, "on paper"):
            receipt.with_user(self.teacher).action_sign()

    # Order

    def test_the_next_reader_gets_it_when_the_former_has_signed(self):
        letter = self._letter()
        receipts = self._send(self.head, self.teacher, letter=letter, order=True)
        self.assertEqual(receipts.mapped("state"), ["pending", "waiting"])
        self.assertFalse(self._notices(self.teacher))
        self.assertFalse(receipts[1].with_user(self.teacher).is_mine)
        with self.assertRaises(UserError):
            receipts[1].with_user(self.teacher).action_sign()
        receipts[0].with_user(self.head).action_sign()
        self.assertEqual(receipts.mapped("state"), ["signed", "pending"])
        self.assertTrue(receipts[1].opened_at)
        self.assertTrue(self._notices(self.teacher))
        self.assertEqual(letter.heard, "s")
        receipts[1].with_user(self.teacher).action_sign()
        self.assertEqual(letter.heard, "ss!")

    def test_recalling_the_first_hands_it_to_the_second(self):
        receipts = self._send(self.head, self.teacher, order=True)
        receipts[0]._recall("On leave")
        self.assertEqual(receipts.mapped("state"), ["recalled", "pending"])

    def test_readers_added_later_queue_behind(self):
        letter = self._letter()
        first = self._send(self.head, letter=letter, order=True)
        second = self._send(self.teacher, letter=letter, order=True)
        self.assertEqual(second.state, "waiting")
        self.assertGreater(second.sequence, first.sequence)
        first.with_user(self.head).action_sign()
        self.assertEqual(second.state, "pending")

    # Time limits

    def test_a_department_has_two_service_hours_and_one_if_urgent(self):
        with freeze_time("2026-03-02 08:30"):  # Monday, an hour before closing
            calm = self._send(self.teaching)
            urgent = self._send(self.teaching, letter=self._letter(is_urgent=True))
        self.assertEqual(calm.deadline_at, datetime(2026, 3, 3, 1, 30))
        self.assertEqual(urgent.deadline_at, datetime(2026, 3, 2, 9, 30))
        with freeze_time("2026-03-03 01:00"):
            calm.with_user(self.head).action_sign()
            urgent.with_user(self.head).action_sign()
        self.assertEqual(
            (calm.deadline_state, urgent.deadline_state), ("met", "missed")
        )

    def test_a_setting_of_the_school_counts_for_what_is_sent_next(self):
        with freeze_time("2026-03-02 01:00"):
            before = self._send(self.teaching)
            self.school.school_doc_sign_hours = 4
            after = self._send(self.logistics)
        self.assertEqual(before.deadline_at, datetime(2026, 3, 2, 3, 0))
        self.assertEqual(after.deadline_at, datetime(2026, 3, 2, 5, 0))

    def test_in_circulation_each_reader_has_a_working_day(self):
        with freeze_time("2026-03-06 02:00"):  # Friday
            receipts = self._send(self.head, self.teacher, kind="read", order=True)
        self.assertEqual(receipts[0].deadline_at, datetime(2026, 3, 9, 9, 30))
        self.assertFalse(receipts[1].deadline_at)
        with freeze_time("2026-03-09 02:00"):
            receipts[0].with_user(self.head).action_mark_read()
        self.assertEqual(receipts[1].deadline_at, datetime(2026, 3, 10, 9, 30))

    def test_a_time_asked_for_replaces_the_limit(self):
        due = datetime(2026, 3, 20, 4, 0)
        with freeze_time("2026-03-02 02:00"):
            receipt = self._send(self.teaching, due=due)
        self.assertEqual(receipt.deadline_at, due)

    def test_recalling_ends_the_time_limit(self):
        receipt = self._send(self.teaching)
        receipt._recall("Mistake")
        self.assertFalse(receipt.deadline_at)

    # Sending

    def test_who_has_it_already_is_not_asked_twice(self):
        letter = self._letter()
        self._send(self.teacher, letter=letter)
        again = self._send(self.teacher, self.head, letter=letter)
        self.assertEqual(again.user_id, self.head)
        self.assertEqual(letter.receipt_total, 2)

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_open_line(self):
        receipt = self._send(self.teacher)
        with self.assertRaises(IntegrityError):
            receipt.sudo().copy({"state": "pending"}).flush_recordset()

    def test_a_department_nobody_signs_for_is_named(self):
        empty = self.env["hr.department"].create(
            {"name": "Empty", "company_id": self.school.id}
        )
        with self.assertRaisesRegex(UserError, "Empty"):
            self._send(empty)
        with self.assertRaisesRegex(UserError, "at least one"):
            self._send()

    def test_a_marked_document_goes_to_its_approved_readers_only(self):
        letter = self._letter(is_marked=True, reader_id=self.teacher.id)
        with self.assertRaisesRegex(UserError, "named, approved readers"):
            self._send(self.teaching, letter=letter)
        with self.assertRaisesRegex(UserError, "head"):
            self._send(self.teacher, self.head, letter=letter)
        receipt = self._send(self.teacher, letter=letter)
        self.assertNotIn("Winter", receipt.title)
        self.assertNotIn("Winter", str(self._notices(self.teacher).read()))
        self.assertTrue(receipt.with_user(self.teacher).is_mine)
        self.assertTrue(receipt.with_user(self.clerk).has_access("read"))
        self.assertFalse(receipt.with_user(self.director).has_access("read"))

    def test_marking_a_document_later_hides_its_name(self):
        letter = self._letter()
        receipt = self._send(self.teacher, letter=letter)
        letter.is_marked = True
        self.assertNotIn("Winter", receipt.title)
        self.assertFalse(receipt.with_user(self.director).has_access("read"))

    def test_key_posts_are_put_on_the_list_to_phone(self):
        post = self.env["school.post"]._find(self.school, "director")
        post.is_key_post = True
        self.env["school.post.holder"].create(
            {
                "post_id": post.id,
                "user_id": self.head.id,
                "date_from": self.school._school_date(),
                "company_id": self.school.id,
            }
        )
        receipts = self._send(
            self.teaching, self.teacher, letter=self._letter(must_phone=True)
        )
        self.assertEqual(receipts.mapped("phone_required"), [True, False])

    # Steps of the office

    def test_recall_is_possible_before_reading_only(self):
        receipts = self._send(self.teacher, self.head)
        receipts[0].with_user(self.teacher).action_mark_read()
        with self.assertRaisesRegex(UserError, "has already read"):
            receipts[0]._recall("Wrong version")
        with self.assertRaisesRegex(UserError, "reason"):
            receipts[1]._recall(" ")
        receipts[1]._recall("Wrong version")
        self.assertEqual(receipts[1].state, "recalled")
        self.assertEqual(receipts[1].recalled_by_id, self.clerk)
        self.assertIn("Recalled", self._notices(self.head)[0].subject)

    def test_recalled_lines_are_not_counted(self):
        letter = self._letter()
        receipts = self._send(self.teacher, self.head, letter=letter)
        receipts[0]._recall("Mistake")
        self.assertEqual((letter.receipt_total, letter.receipt_open), (1, 1))

    def test_urging_keeps_the_interval_and_counts(self):
        with freeze_time("2026-03-02 02:00"):
            receipts = self._send(self.teacher, self.head)
        with freeze_time("2026-03-02 05:00"):
            receipts[0].action_urge()
            self.assertEqual(receipts.mapped("urge_count"), [1, 0])
            with self.assertRaisesRegex(UserError, "was urged at"):
                receipts[0].action_urge()
            receipts.action_urge()
            self.assertEqual(receipts.mapped("urge_count"), [1, 1])
        with freeze_time("2026-03-02 08:00"):
            receipts.action_urge()
            self.assertEqual(receipts.mapped("urge_count"), [2, 2])
        urged = receipts.log_ids.filtered(lambda line: line.event == "urged")
        self.assertEqual(len(urged), 4)
        self.assertEqual(urged.author_id, self.clerk)

    def test_who_has_answered_is_not_urged(self):
        receipt = self._send(self.teacher)
        receipt.with_user(self.teacher).action_sign()
        with self.assertRaisesRegex(UserError, "Everyone has answered"):
            receipt.action_urge()

    def test_closing_ends_the_waiting_with_a_reason(self):
        letter = self._letter()
        receipts = self._send(self.teacher, self.head, letter=letter, order=True)
        receipts._close("Matter settled in the meeting")
        self.assertEqual(set(receipts.mapped("state")), {"closed"})
        self.assertEqual((letter.receipt_open, letter.receipt_done), (0, 0))
        self.assertEqual(letter.heard, "!")
        with self.assertRaisesRegex(UserError, "recalled or closed"):
            receipts[0].with_user(self.teacher).action_sign()

    def test_a_phone_call_is_logged_with_its_result(self):
        receipt = self._send(self.teacher)
        receipt._record_phone_call(False, "No answer")
        receipt._record_phone_call(True)
        calls = receipt.log_ids.filtered(lambda line: line.event == "phoned")
        self.assertEqual(calls.sorted("id").mapped("reached"), [False, True])
        self.assertTrue(receipt.phone_reached)
        with self.assertRaisesRegex(UserError, "future"):
            receipt._record_phone_call(
                True, at=fields.Datetime.now() + timedelta(hours=1)
            )

    def test_a_paper_signature_needs_a_signer_and_a_place(self):
        receipt = self._send(self.teaching)
        with self.assertRaisesRegex(UserError, "who signed"):
            receipt._record_paper_signature(page_reference="B3 p. 12")
        with self.assertRaisesRegex(UserError, "page of the paper book"):
            receipt._record_paper_signature(signer_name="Old Wang")
        receipt._record_paper_signature(
            signer_name="Old Wang", page_reference="B3 p. 12"
        )
        self.assertRecordValues(
            receipt,
            [
                {
                    "state": "signed",
                    "mode": "paper",
                    "signer_name": "Old Wang",
                    "signed_by_id": False,
                    "recorded_by_id": self.clerk.id,
                }
            ],
        )

    def test_a_paper_signature_before_sending_is_refused(self):
        receipt = self._send(self.teaching)
        with self.assertRaisesRegex(ValidationError, "before it was sent"):
            receipt._record_paper_signature(
                signer=self.head,
                page_reference="p. 1",
                at=fields.Datetime.now() - timedelta(days=1),
            )

    def test_a_paper_signature_is_judged_by_the_time_on_the_paper(self):
        with freeze_time("2026-11-16 01:00:00"):
            in_time = self._send(self.teaching)
            too_late = self._send(self.logistics, letter=self._letter())
            self.env.flush_all()
        deadline = in_time.deadline_at
        with freeze_time(deadline + timedelta(days=2)):
            for receipt, minutes in ((in_time, 0), (too_late, 1)):
                receipt._record_paper_signature(
                    signer_name="Old Wang",
                    page_reference="B3 p. 12",
                    at=deadline + timedelta(minutes=minutes),
                )
            self.env.flush_all()
        self.assertEqual(in_time.deadline_state, "met")
        self.assertEqual(too_late.deadline_state, "missed")
        self.assertEqual(in_time.answered_at, deadline)

    def test_a_paper_signature_in_the_future_is_refused(self):
        receipt = self._send(self.teaching)
        with self.assertRaisesRegex(UserError, "future"):
            receipt._record_paper_signature(
                signer_name="Old Wang",
                page_reference="p. 1",
                at=fields.Datetime.now() + timedelta(minutes=5),
            )

    def test_a_paper_signature_by_another_names_the_addressee(self):
        receipt = self._send(self.teacher)
        receipt._record_paper_signature(signer=self.head, page_reference="p. 1")
        self.assertEqual(receipt.on_behalf_of_id, self.teacher)

    def test_staff_do_not_run_the_steps_of_the_office(self):
        receipt = self._send(self.teacher)
        mine = receipt.with_user(self.teacher)
        for step in (
            lambda: mine.action_urge(),
            lambda: mine._recall("x"),
            lambda: mine._close("x"),
            lambda: mine._record_phone_call(True),
            lambda: mine._record_delivery("board"),
            lambda: mine._record_paper_signature(signer_name="x", page_reference="1"),
        ):
            # The addressee may write the record itself in this test model; take that.
            with self.subTest():
                self._forbid_writing()
                with self.assertRaises(AccessError):
                    step()

    def _forbid_writing(self):
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "school.test.letter")]
        ).perm_write = False

    def test_outside_bodies_answer_on_paper_or_phone(self):
        bureau = self.env["res.partner"].create(
            {"name": "Education Bureau", "email": "bureau@example.org"}
        )
        receipt = self._send(bureau, channel="email", copies={bureau: 3})
        self.assertEqual(receipt.copies, 3)
        notice = self.env["school.notice"].sudo().search([], limit=1)
        self.assertEqual(notice.partner_id, bureau)
        receipt._record_paper_signature(signer_name="Ms Li", page_reference="p. 4")
        self.assertTrue(receipt.is_done)

    # Forging and isolation

    def test_no_role_writes_receipts_or_their_log(self):
        receipt = self._send(self.teacher)
        log = receipt.log_ids
        for user in (self.teacher, self.clerk, self.director, self.admin):
            with self.subTest(user=user.login):
                for record in (receipt.with_user(user), log.with_user(user)):
                    for operation in (
                        lambda r: r.write({"note": "x"}),
                        lambda r: r.unlink(),
                        lambda r: r.create({"company_id": self.school.id}),
                        lambda r: r.copy(),
                    ):
                        with self.assertRaises(AccessError):
                            operation(record)
        with self.assertRaises(AccessError):
            receipt.with_user(self.teacher).write({"signed_by_id": self.teacher.id})
        with self.assertRaises(UserError):
            receipt.sudo().unlink()

    def test_the_counts_cannot_be_entered(self):
        letter = self._letter()
        with self.assertRaises(AccessError):
            letter.write({"receipt_done": 5})
        with self.assertRaises(AccessError):
            self._letter(receipt_total=5)

    def test_a_sent_record_is_not_deleted(self):
        letter = self._letter()
        self._send(self.teacher, letter=letter)
        with self.assertRaisesRegex(UserError, "stays on record"):
            letter.unlink()

    def test_staff_see_only_what_concerns_them(self):
        mine = self._send(self.teacher)
        others = self._send(self.teaching)
        seen = self.env["school.receipt"].with_user(self.teacher).search([])
        self.assertEqual(seen, mine)
        self.assertFalse(others.with_user(self.teacher).has_access("read"))
        self.assertTrue(others.with_user(self.head).has_access("read"))
        self.assertTrue(others.with_user(self.receiver).has_access("read"))

    def test_the_other_school_sees_and_does_nothing(self):
        receipt = self._send(self.teacher)
        stranger = receipt.with_user(self.stranger)
        self.assertFalse(self.env["school.receipt"].with_user(self.stranger).search([]))
        for step in (
            stranger.action_sign,
            stranger.action_mark_read,
            stranger.action_urge,
            stranger.action_open_record,
            lambda: stranger.read(["title"]),
        ):
            with self.assertRaises(AccessError):
                step()

    def test_a_person_of_the_other_school_receives_nothing(self):
        with self.assertRaises(UserError):
            self._send(self.stranger)

    # Speed

    def test_sending_costs_the_same_for_many(self):
        self._send(self.teacher)
        few, many = self._letter(), self._letter()
        people = [self._person(f"reader{number}", self.school) for number in range(20)]
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        few._receipt_send(people[:2])
        self.env.flush_all()
        two = self.cr.sql_log_count - start
        self.env.invalidate_all()
        start = self.cr.sql_log_count
        many._receipt_send(people)
        self.env.flush_all()
        twenty = self.cr.sql_log_count - start
        self.assertLessEqual(twenty, two)

    def test_signing_many_costs_the_same(self):
        letters = [self._letter(name=f"Letter {number}") for number in range(20)]
        receipts = self.env["school.receipt"].union(
            *(self._send(self.teacher, letter=letter) for letter in letters)
        )
        receipts = receipts.with_user(self.teacher)
        costs = []
        for batch in (receipts[:2], receipts[2:]):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            batch.action_sign()
            self.env.flush_all()
            costs.append(self.cr.sql_log_count - start)
        # The test letter writes its own note per letter: one UPDATE for each.
        self.assertLessEqual(costs[1], costs[0] + 16)
