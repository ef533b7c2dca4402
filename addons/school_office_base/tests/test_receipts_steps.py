from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .receipts_common import ReceiptsCommon


@tagged("post_install", "-at_install")
class TestDialogs(ReceiptsCommon):
    def _dialog(self, action, user):
        return Form(
            self.env[action["res_model"]]
            .with_user(user)
            .with_context(**action["context"])
        )

    def test_sending_from_a_record(self):
        letter = self._letter()
        with self._dialog(letter.action_receipt_send(), self.clerk) as form:
            form.purpose = "Tell your classes"
            form.department_ids.add(self.teaching)
            form.user_ids.add(self.teacher)
            form.in_order = True
        form.save().action_send()
        self.assertEqual(letter.receipt_ids.mapped("state"), ["pending", "waiting"])
        self.assertEqual(
            set(letter.receipt_ids.mapped("purpose")), {"Tell your classes"}
        )

    def test_the_dialog_sends_no_foreign_record(self):
        letter = self._letter()
        foreign = (
            self.env["school.test.letter"]
            .with_user(self.stranger)
            .create({"name": "Foreign"})
        )
        # The test letter has no rule of its own; take the right to write instead.
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "school.test.letter")]
        ).perm_write = False
        values = {"purpose": "x", "user_ids": [(6, 0, self.teacher.ids)]}
        for record in (letter, foreign):
            with self.assertRaises(AccessError):
                self.env["school.receipt.send"].with_user(self.teacher).create(
                    {
                        "res_model": "school.test.letter",
                        "record_ids": str(record.id),
                        **values,
                    }
                ).action_send()
        for model in ("res.users", "no.such.model", ""):
            with self.assertRaisesRegex(UserError, "cannot be sent"):
                self.env["school.receipt.send"].with_user(self.teacher).new(
                    {"res_model": model, "record_ids": "1", **values}
                ).action_send()

    def test_a_due_time_in_the_past_is_refused(self):
        letter = self._letter()
        with self._dialog(letter.action_receipt_send(), self.clerk) as form:
            form.purpose = "Late already"
            form.user_ids.add(self.teacher)
            form.due_at = fields.Datetime.now() - timedelta(hours=1)
        with self.assertRaisesRegex(UserError, "in the past"):
            form.save().action_send()

    def test_the_office_records_calls_paper_and_other_channels(self):
        receipts = self._send(self.teaching, self.teacher)
        for step, values in (
            ("phone", {"reached": True, "note": "Will come"}),
            ("delivery", {"channel": "board"}),
            ("paper", {"signer_name": "Old Wang", "page_reference": "p. 3"}),
        ):
            action = receipts[0].with_context(receipt_step=step).action_step()
            wizard = (
                self.env["school.receipt.step"]
                .with_user(self.clerk)
                .with_context(**action["context"])
                .create(values)
            )
            self.assertEqual(wizard.step, step)
            wizard.action_confirm()
        self.assertEqual(
            receipts[0].log_ids.sorted("id").mapped("event"),
            ["sent", "phoned", "delivered", "signed"],
        )
        self.assertEqual(receipts[0].state, "signed")

    def test_a_recipient_cannot_use_the_dialog_of_the_office(self):
        receipt = self._send(self.teacher)
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "school.test.letter")]
        ).perm_write = False
        for step in ("phone", "paper", "delivery", "recall", "close"):
            wizard = (
                self.env["school.receipt.step"]
                .with_user(self.teacher)
                .create(
                    {
                        "receipt_ids": [(6, 0, receipt.ids)],
                        "step": step,
                        "reason": "x",
                        "signer_name": "x",
                        "page_reference": "x",
                    }
                )
            )
            with self.subTest(step=step), self.assertRaises(AccessError):
                wizard.action_confirm()
        self.assertEqual(receipt.state, "pending")

    def test_the_custodian_hands_over_by_the_dialog(self):
        camera = self.env["school.test.camera"].create(
            {"name": "Camera", "company_id": self.school.id}
        )
        camera._custody_start(self.head)
        custody = camera.custody_id.with_user(self.head)
        action = custody.action_offer()
        wizard = (
            self.env["school.custody.offer"]
            .with_user(self.head)
            .with_context(**action["context"])
            .create(
                {
                    "receiver_id": self.teacher.id,
                    "due_at": fields.Datetime.now() + timedelta(days=1),
                }
            )
        )
        self.assertEqual(wizard.kind, "loan")
        wizard.action_confirm()
        refusal = custody.with_user(self.teacher).action_refuse()
        self.env["school.custody.offer"].with_user(self.teacher).with_context(
            **refusal["context"]
        ).create({"refusal": "Too heavy"}).action_confirm()
        self.assertEqual(custody.handover_ids.refusal, "Too heavy")

    def test_many_departments_cost_as_few_queries_as_two(self):
        departments = self.env["hr.department"].union(
            *(
                self._department(f"Department {number}", self.head, self.receiver)
                for number in range(20)
            )
        )
        few, many = self._letter(), self._letter()
        self._send(self.logistics)
        costs = []
        for letter, recipients in ((few, departments[:2]), (many, departments)):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            letter._receipt_send(recipients)
            self.env.flush_all()
            costs.append(self.cr.sql_log_count - start)
        self.assertLessEqual(costs[1], costs[0])

    def test_the_counts_are_caught_up_when_a_record_was_busy(self):
        letter = self._letter()
        receipt = self._send(self.teacher, letter=letter)
        # As if another signature had held the row of the letter.
        receipt.sudo().write(
            {
                "state": "signed",
                "mode": "electronic",
                "signed_at": fields.Datetime.now(),
                "signed_by_id": self.teacher.id,
                "unsettled": True,
            }
        )
        self.assertEqual(letter.receipt_done, 0)
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_office_base.cron_settle_receipts"
            ).method_direct_trigger()
        self.assertEqual((letter.receipt_done, letter.heard), (1, "!"))
        self.assertFalse(receipt.unsettled)

    def test_urgent_messages_go_by_e_mail_too(self):
        self.teacher.notification_type = "inbox"
        self.teacher.partner_id.email = "teacher@example.org"
        notice = (
            self.env["school.notice"]
            ._queue(self.teacher, "Fire drill now", company=self.school, urgent=True)
            .sudo()
        )
        with self.enter_registry_test_mode():
            self.env.ref("school_office_base.cron_send_notices").method_direct_trigger()
        mails = self.env["mail.mail"].search(
            [("recipient_ids", "in", self.teacher.partner_id.ids)]
        )
        self.assertEqual(mails.mapped("subject"), ["Fire drill now"])
        self.assertNotEqual(mails.mail_message_id, notice.mail_message_id)


@tagged("post_install", "-at_install")
class TestForgingOverHttp(ReceiptsCommon, HttpCase):
    """An ordinary teacher with a browser console."""

    def setUp(self):
        super().setUp()
        self.receipt = self._send(self.teaching)
        self.mine = self._send(self.teacher)
        self.env.flush_all()
        self.authenticate("teacher", "teacherx")

    def _call(self, model, method, *args, **kwargs):
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            json={
                "params": {
                    "model": model,
                    "method": method,
                    "args": list(args),
                    "kwargs": kwargs,
                }
            },
        ).json()
        return answer.get("error")

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_nothing_can_be_forged(self):
        self._forbid_writing()
        ids = self.receipt.ids
        forged = {"signed_by_id": self.teacher.id, "state": "signed"}
        for model, method, *args in (
            ("school.receipt", "action_sign", ids),
            ("school.receipt", "action_mark_read", ids),
            ("school.receipt", "action_urge", ids),
            ("school.receipt", "write", ids, forged),
            ("school.receipt", "write", self.mine.ids, forged),
            ("school.receipt", "web_save", self.mine.ids, forged, {"state": {}}),
            ("school.receipt", "unlink", self.mine.ids),
            ("school.receipt", "create", [{**forged, "title": "x"}]),
            ("school.receipt", "_recall", self.mine.ids, "x"),
            ("school.receipt", "_settle", self.mine.ids),
            ("school.receipt", "_record_paper_signature", self.mine.ids),
            ("school.receipt", "_open_turns", ids),
            ("school.receipt.log", "create", [{"receipt_id": self.mine.id}]),
            ("school.receipt.log", "write", self.mine.log_ids.ids, {"note": "x"}),
            ("school.notice", "_queue", [], "x"),
            ("school.notice", "create", [{"subject": "x"}]),
            ("school.notice", "_cron_send"),
            ("school.test.letter", "_receipt_send", [self.receipt.res_id], []),
            ("school.test.letter", "write", [self.receipt.res_id], {"receipt_done": 9}),
        ):
            with self.subTest(method=f"{model}.{method}"):
                self.assertTrue(self._call(model, method, *args))
        self.env.invalidate_all()
        self.assertEqual((self.receipt | self.mine).mapped("state"), ["pending"] * 2)
        self.assertFalse(self._call("school.receipt", "action_sign", self.mine.ids))
        self.assertTrue(self._call("school.receipt", "action_sign", self.mine.ids))

    def _forbid_writing(self):
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "school.test.letter")]
        ).perm_write = False
