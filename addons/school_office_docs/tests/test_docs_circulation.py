from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestCirculation(DocsCommon):
    def _circulation(self, document, readers, **vals):
        return (
            self.env["school.doc.circulation"]
            .with_user(self.clerk)
            .create(
                {
                    "document_id": document.id,
                    "reason": "For information",
                    "line_ids": [
                        Command.create({"sequence": number, "user_id": user.id})
                        for number, user in enumerate(readers)
                    ],
                    **vals,
                }
            )
        )

    def test_one_after_another_in_the_order_given(self):
        document = self._instructed()
        circulation = self._circulation(document, self.other_head + self.teacher)
        circulation.action_start()
        second = document.with_user(self.teacher)
        self.assertTrue(document.with_user(self.other_head).waits_for_my_signature)
        self.assertFalse(second.waits_for_my_signature)
        document.with_user(self.other_head).action_sign()
        second.invalidate_recordset()
        self.assertTrue(second.waits_for_my_signature)
        second.action_sign()
        self.assertEqual(circulation.state, "done")
        self.assertEqual(circulation.progress, "2/2")
        self.assertEqual(self._events(document).count("read"), 2)

    def test_all_at_once(self):
        document = self._instructed()
        circulation = self._circulation(
            document, self.teacher + self.other_head, mode="once"
        )
        circulation.action_start()
        for user in (self.other_head, self.teacher):
            self.assertTrue(document.with_user(user).waits_for_my_signature)

    def test_nobody_reads_before_the_instruction(self):
        circulation = self._circulation(self._registered(), self.teacher)
        with self.assertRaisesRegex(UserError, "after the leader"):
            circulation.action_start()

    def test_the_readers_of_a_running_circulation_stay(self):
        circulation = self._circulation(self._instructed(), self.teacher)
        circulation.action_start()
        with self.assertRaisesRegex(UserError, "runs already"):
            circulation.write(
                {"line_ids": [Command.create({"user_id": self.other_head.id})]}
            )

    def test_stopping_takes_back_what_nobody_has_read(self):
        document = self._instructed()
        circulation = self._circulation(document, self.other_head + self.teacher)
        circulation.action_start()
        circulation.action_stop()
        self.assertEqual(circulation.state, "stopped")
        self.assertFalse(document.with_user(self.other_head).waits_for_my_signature)

    def _marked_instructed(self):
        readers = self.clerk + self.director + self.leader + self.head
        document = self._marked(readers)
        document.action_submit()
        self._decide(document, self.director)
        self._decide(document, self.leader)
        return document

    def test_marked_documents_circulate_after_the_supervisor_approved_the_readers(self):
        document = self._marked_instructed()
        circulation = self._circulation(document, self.other_head)
        with self.assertRaisesRegex(UserError, "approved by the supervising leader"):
            circulation.action_start()
        circulation.action_submit()
        task = (
            self.env["school.approval.task"]
            .with_user(self.leader)
            .search([("res_model", "=", "school.doc.circulation")])
        )
        task.action_approve("Yes.")
        self.assertFalse(document.with_user(self.other_head).has_access("read"))
        circulation.action_start()
        document.with_user(self.other_head).action_sign()
        self.assertIn("read", self._events(document, "doc_secret"))

    def test_another_reader_after_the_approval_asks_again(self):
        document = self._marked_instructed()
        circulation = self._circulation(document, self.other_head)
        circulation.action_submit()
        self.env["school.approval.task"].with_user(self.leader).search(
            [("res_model", "=", "school.doc.circulation")]
        ).action_approve("Yes.")
        circulation.write({"line_ids": [Command.create({"user_id": self.teacher.id})]})
        with self.assertRaises(UserError):
            circulation.action_start()
        self.assertFalse(document.with_user(self.teacher).has_access("read"))

    def test_marked_documents_go_to_named_readers_only(self):
        document = self._marked_instructed()
        with self.assertRaises(UserError):
            document._distribute({self.teaching: 1})
        with self.assertRaises(UserError):
            document._distribute({self.teacher: 1})
        document._distribute({self.head: 1})
        document.with_user(self.head).action_sign()
        self.assertEqual(document.state, "in_hand")

    def test_readers_are_not_added_by_hand_after_registration(self):
        document = self._marked_instructed()
        with self.assertRaises(UserError):
            document.write({"reader_ids": [Command.link(self.teacher.id)]})

    def test_marked_documents_are_registered_with_named_readers(self):
        document = self._document(secrecy_level_id=self._level("school").id)
        with self.assertRaisesRegex(UserError, "name the readers"):
            document.action_register()

    def test_every_stage_of_a_marked_document_is_logged(self):
        document = self._marked_instructed()
        copy = (
            self.env["school.doc.copy"]
            .with_user(self.clerk)
            .create({"document_id": document.id, "source": "made"})
        )
        self.assertEqual(copy.copy_number, "000001")
        with self.assertRaises(UserError):
            copy._hand_out(self.teacher)
        copy._hand_out(self.head)
        self.assertEqual(copy.holder_id, self.head)
        copy.action_take_back()
        document._distribute({self.head: 1})
        self.assertEqual(
            self._events(document, "doc_secret"),
            [
                "received",
                "registered",
                "instructed",
                "copied",
                "passed_on",
                "returned_copy",
                "distributed",
            ],
        )
