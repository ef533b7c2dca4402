from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalMoves(ApprovalCommon):
    def test_passing_on_gives_the_task_to_the_colleague(self):
        self._flow(self.anna)
        request = self._submit()
        self._task(request, self.anna).action_transfer(self.chen.id, "You know this.")
        self.assertEqual(self._waiting(request), ["chen"])
        with self.assertRaises(UserError):
            self._task(request, self.anna, "done").action_approve()
        self._approve(request, self.chen)
        self.assertEqual(request.approval_state, "approved")

    def test_a_signer_added_before_decides_first(self):
        self._flow(self.anna)
        request = self._submit()
        self._task(request, self.anna).action_add_signer(self.bo.ids, "before", "Check")
        self.assertEqual(self._waiting(request), ["bo"])
        self._approve(request, self.bo)
        self.assertEqual(self._waiting(request), ["anna"])
        self._approve(request, self.anna)
        self.assertEqual(request.approval_state, "approved")

    def test_a_signer_added_beside_is_needed_as_well(self):
        self._flow(self.anna)
        request = self._submit()
        self._task(request, self.anna).action_add_signer(self.bo.ids, "beside")
        self.assertEqual(self._waiting(request), ["anna", "bo"])
        self._approve(request, self.anna)
        self.assertEqual(request.approval_state, "running")
        self._approve(request, self.bo)
        self.assertEqual(request.approval_state, "approved")

    def test_a_signer_added_after_decides_after_me(self):
        self._flow(self.anna)
        request = self._submit()
        self._task(request, self.anna).action_add_signer(self.bo.ids, "after")
        self.assertEqual(self._waiting(request), ["anna"])
        self._approve(request, self.anna)
        self.assertEqual(self._waiting(request), ["bo"])
        self._approve(request, self.bo)
        self.assertEqual(request.approval_state, "approved")

    def test_an_added_signer_who_refuses_refuses(self):
        self._flow(self.anna)
        request = self._submit()
        self._task(request, self.anna).action_add_signer(self.bo.ids, "before")
        self._task(request, self.bo).action_refuse("Against the rules.")
        self.assertEqual(request.approval_state, "refused")

    def test_added_signers_survive_the_decision_of_a_colleague_only_beside(self):
        self._flow({"who": "users", "user_ids": (self.anna | self.bo).ids})
        request = self._submit()
        self._task(request, self.anna).action_add_signer(self.chen.ids, "before")
        self._approve(request, self.bo)
        self.assertEqual(request.approval_state, "approved")
        request = self._submit()
        self._task(request, self.anna).action_add_signer(self.chen.ids, "beside")
        self._approve(request, self.bo)
        self.assertEqual(self._waiting(request), ["anna", "chen"])

    def test_returning_to_the_applicant_closes_everything_and_opens_a_round(self):
        self._flow(
            self.anna,
            {"who": "users", "user_ids": (self.bo | self.chen).ids, "mode": "all"},
        )
        request = self._submit()
        self._approve(request, self.anna, self.bo)
        self._task(request, self.chen).action_return("Name the hall.")
        case = self._case(request)
        self.assertEqual((case.state, self._waiting(request)), ("returned", []))
        self.assertIn("returned:Name the hall.", request.hook_log)
        request.name = "Great hall for the concert"
        request._approval_submit("use")
        self.assertEqual((case.state, case.round), ("running", 2))
        self.assertEqual(self._waiting(request), ["anna"])
        self._approve(request, self.anna, self.bo, self.chen)
        self.assertEqual(request.approval_state, "approved")

    def test_a_return_may_come_straight_back_to_me(self):
        self._flow(self.anna, self.bo, self.chen)
        request = self._submit()
        self._approve(request, self.anna, self.bo)
        self._task(request, self.chen).action_return("Mend", resume="back")
        request.name = "Great hall"
        request._approval_submit("use")
        self.assertEqual(self._waiting(request), ["chen"])
        self._approve(request, self.chen)
        self.assertEqual(request.approval_state, "approved")

    def test_a_return_to_an_earlier_step_runs_again_from_there(self):
        self._flow(self.anna, self.bo, self.chen)
        request = self._submit()
        self._approve(request, self.anna, self.bo)
        self._task(request, self.chen).action_return("Ask again", to="s1")
        self.assertEqual(self._waiting(request), ["anna"])
        self.assertEqual(self._case(request).round, 2)
        self._approve(request, self.anna)
        self.assertEqual(self._waiting(request), ["bo"])

    def test_a_return_to_an_earlier_step_may_come_straight_back(self):
        self._flow(self.anna, self.bo, self.chen)
        request = self._submit()
        self._approve(request, self.anna, self.bo)
        self._task(request, self.chen).action_return("Clear", to="s1", resume="back")
        self._approve(request, self.anna)
        self.assertEqual(self._waiting(request), ["chen"])
        self._approve(request, self.chen)
        self.assertEqual(request.approval_state, "approved")

    def test_a_case_is_not_returned_forward_or_without_a_word(self):
        self._flow(self.anna, self.bo)
        request = self._submit()
        with self.assertRaisesRegex(UserError, "earlier step"):
            self._task(request, self.anna).action_return("On", to="s2")
        with self.assertRaisesRegex(UserError, "Say why"):
            self._task(request, self.anna).action_return("  ")

    def test_a_step_grants_only_the_rights_it_names(self):
        self._flow(
            {
                "who": "users",
                "user_ids": self.anna.ids,
                "can_return": False,
                "can_transfer": False,
                "can_add_signer": False,
                "can_copy": False,
            }
        )
        task = self._task(self._submit(), self.anna)
        for call in (
            lambda: task.action_return("x"),
            lambda: task.action_transfer(self.bo.id),
            lambda: task.action_add_signer(self.bo.ids),
            lambda: task.action_copy_to(self.bo.ids),
        ):
            with self.assertRaisesRegex(UserError, "one cannot"):
                call()

    def test_the_applicant_withdraws_while_nobody_has_decided(self):
        self._flow(self.anna, self.bo)
        request = self._submit()
        case = self._case(request).with_user(self.teacher)
        with self.assertRaises(AccessError):
            case.with_user(self.anna).action_withdraw()
        case.action_withdraw("No longer needed.")
        self.assertEqual(request.approval_state, "withdrawn")
        self.assertEqual(request.hook_log, "withdrawn")
        request._approval_submit("use")
        self.assertEqual(self._waiting(request), ["anna"])
        self._approve(request, self.anna)
        with self.assertRaisesRegex(UserError, "no longer be withdrawn"):
            self._case(request).with_user(self.teacher).action_withdraw()

    def test_withdrawing_until_the_last_decision_if_the_flow_allows_it(self):
        self._flow(self.anna, self.bo, withdraw="running")
        request = self._submit()
        self._approve(request, self.anna)
        self._case(request).with_user(self.teacher).action_withdraw()
        self.assertEqual(request.approval_state, "withdrawn")

    def test_reminders_are_counted_and_keep_their_distance(self):
        self._flow(self.anna, remind_hours=2)
        request = self._submit()
        case = self._case(request).with_user(self.teacher)
        case.action_remind()
        self.assertEqual((case.remind_count, case.task_ids.remind_count), (1, 1))
        with self.assertRaisesRegex(UserError, "Leave a little time"):
            case.action_remind()
        case.sudo().task_ids.last_reminded_at -= timedelta(hours=2)
        case.action_remind()
        self.assertEqual(case.remind_count, 2)
        with self.assertRaises(AccessError):
            case.with_user(self.bo).action_remind()

    def test_a_copy_is_sent_to_be_read_and_opens_the_case_to_the_reader(self):
        self._flow(self.anna)
        request = self._submit()
        case = self._case(request)
        self.assertFalse(case.with_user(self.bo).has_access("read"))
        self._task(request, self.anna).action_copy_to(self.bo.ids, "For information")
        case.invalidate_recordset()
        self.assertTrue(case.with_user(self.bo).has_access("read"))
        self.assertEqual(
            (case.receipt_ids.kind, case.receipt_ids.user_id), ("read", self.bo)
        )

    def test_a_second_submission_while_one_runs_is_refused(self):
        self._flow(self.anna)
        request = self._submit()
        with self.assertRaisesRegex(UserError, "already submitted"):
            request._approval_submit("use")

    def test_a_post_that_falls_empty_meanwhile_is_reported_and_resumed(self):
        self._flow(self.anna, {"post": "seal_custodian", "fallback": None})
        holder = self._hold("seal_custodian", self.bo)
        request = self._submit()
        holder.sudo().unlink()
        self._approve(request, self.anna)
        case = self._case(request)
        self.assertEqual(case.state, "running")
        self.assertIn("Seal Custodian", case.stuck_reason)
        self._hold("seal_custodian", self.chen)
        case.with_user(self.teacher).action_resume()
        self.assertEqual((self._waiting(request), case.stuck_reason), (["chen"], False))

    def test_who_left_the_school_is_replaced_when_asked(self):
        self._flow({"post": "seal_custodian"})
        self._hold("seal_custodian", self.bo)
        request = self._submit()
        self.bo.active = False
        self._hold("seal_custodian", self.chen)
        self._case(request).with_user(self.teacher).action_resume()
        self.assertEqual(self._waiting(request), ["chen"])
