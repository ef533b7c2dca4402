import hashlib
import json

from odoo.exceptions import UserError
from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalContent(ApprovalCommon):
    def test_while_a_case_runs_what_was_submitted_is_fixed(self):
        self._flow(self.anna)
        request = self._submit(line_ids=[(0, 0, {"quantity": 1})])
        for change in (
            lambda: request.write({"name": "Another hall"}),
            lambda: request.sudo().write({"amount": 5}),
            lambda: request.line_ids.write({"quantity": 9}),
            lambda: request.line_ids.unlink(),
            lambda: request.write({"line_ids": [(0, 0, {"quantity": 2})]}),
            lambda: self._attach(request),
            lambda: request.message_post(body="see", attachments=[("a.txt", b"x")]),
        ):
            with self.assertRaisesRegex(UserError, "Withdraw it first"):
                change()
        self.assertEqual((request.name, request.amount), ("Hall for the concert", 0))
        request.write({"remark": "free", "name": "Hall for the concert"})
        self._approve(request, self.anna)

    def test_a_change_after_approval_voids_it(self):
        self._flow(self.anna)
        request = self._approved_not_done()
        request.write({"amount": 7})
        self.assertEqual(request.approval_state, "voided")
        self.assertEqual(request.hook_log, "voided")
        with self.assertRaisesRegex(UserError, "needs an approval"):
            request.state = "done"

    def test_a_file_added_after_approval_voids_it(self):
        self._flow(self.anna)
        request = self._approved_not_done()
        self._attach(request)
        self.assertEqual(request.approval_state, "voided")

    def test_what_is_approved_names_the_sha_256_of_every_file(self):
        self._flow(self.anna)
        request = self._request()
        file = self._attach(request)
        request._approval_submit("use")
        content = json.loads(self._case(request).content)
        digest = hashlib.sha256(file.raw).hexdigest()
        self.assertEqual(content["files"], [[file.name, len(file.raw), digest]])

    def test_a_file_removed_renamed_or_replaced_voids_it(self):
        self._flow(self.anna)
        for change in (
            lambda file: file.unlink(),
            lambda file: file.write({"name": "other.txt"}),
            lambda file: file.write({"raw": b"other content"}),
        ):
            request = self._request()
            file = self._attach(request)
            request._approval_submit("use")
            self._approve_without_gate(request)
            change(file)
            self.assertEqual(request.approval_state, "voided")

    def test_what_was_acted_upon_is_not_changed_any_more(self):
        self._flow(self.anna)
        request = self._submit()
        self._approve(request, self.anna)
        self.assertEqual(request.state, "done")
        with self.assertRaisesRegex(UserError, "acted upon"):
            request.sudo().write({"amount": 7})
        self.assertEqual((request.amount, request.approval_state), (0, "approved"))

    def test_a_change_that_went_round_the_guard_is_not_approved(self):
        self._flow(self.anna)
        request = self._submit()
        self.env.cr.execute(
            "UPDATE school_test_request SET amount = 99 WHERE id = %s", [request.id]
        )
        request.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "no longer what was submitted"):
            self._approve(request, self.anna)

    def test_the_gate_looks_at_the_content_again(self):
        self._flow(self.anna)
        request = self._approved_not_done()
        self.env.cr.execute(
            "UPDATE school_test_request SET amount = 99 WHERE id = %s", [request.id]
        )
        request.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "no longer what was approved"):
            request.sudo().state = "done"

    def test_an_approval_counts_for_its_purpose_only(self):
        self._flow(self.anna, purpose="loan")
        request = self._request()
        request._approval_submit("loan")
        self.env["school.approval.task"].with_user(self.anna).search(
            [("is_my_turn", "=", True)]
        )
        request.sudo().approval_case_id.state = "approved"
        with self.assertRaisesRegex(UserError, "needs an approval"):
            request.sudo().state = "done"

    def test_what_was_submitted_is_never_deleted(self):
        self._flow(self.anna)
        request = self._submit()
        with self.assertRaises(UserError):
            request.unlink()

    def _attach(self, request):
        return (
            self.env["ir.attachment"]
            .with_user(self.teacher)
            .create(
                {
                    "name": "plan.txt",
                    "raw": b"plan",
                    "res_model": request._name,
                    "res_id": request.id,
                }
            )
        )

    def _approve_without_gate(self, request):
        """Approve, with a record that does not act on it at once."""
        self.patch(
            type(self.env["school.test.request"]),
            "_approval_granted",
            lambda s, c: None,
        )
        self._approve(request, self.anna)
        request.sudo().hook_log = ""
        self.assertEqual((request.approval_state, request.state), ("approved", "draft"))

    def _approved_not_done(self):
        request = self._submit()
        self._approve_without_gate(request)
        return request
