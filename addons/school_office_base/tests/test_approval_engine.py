import hashlib
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalModes(ApprovalCommon):
    def test_steps_follow_one_another_and_the_record_hears_of_each(self):
        self._flow(self.anna, self.bo)
        request = self._submit()
        self.assertEqual(self._waiting(request), ["anna"])
        self.assertEqual(request.approval_state, "running")
        self._approve(request, self.anna)
        self.assertEqual(self._waiting(request), ["bo"])
        self._approve(request, self.bo)
        self.assertEqual(request.approval_state, "approved")
        self.assertEqual(request.hook_log, "s1:ok anna s2:ok bo granted")
        self.assertEqual(request.state, "done")

    def test_any_one_is_enough_and_the_others_are_let_go(self):
        self._flow({"who": "users", "user_ids": (self.anna | self.bo).ids})
        request = self._submit()
        self._approve(request, self.bo)
        self.assertEqual(request.approval_state, "approved")
        task = self._case(request).task_ids.filtered(lambda t: t.user_id == self.anna)
        self.assertEqual((task.state, task.close_reason), ("cancelled", "sibling"))
        with self.assertRaisesRegex(UserError, "no longer needs this decision"):
            task.with_user(self.anna).action_approve("late")

    def test_all_must_agree_and_one_refusal_refuses(self):
        self._flow(
            {"who": "users", "user_ids": (self.anna | self.bo).ids, "mode": "all"}
        )
        request = self._submit()
        self._approve(request, self.anna)
        self.assertEqual(request.approval_state, "running")
        self._task(request, self.bo).action_refuse("The hall is taken.")
        self.assertEqual(request.approval_state, "refused")
        self.assertTrue(request.hook_log.endswith("refused"))
        self.assertEqual(request.state, "draft")

    def test_a_number_of_them_is_counted(self):
        people = self.anna | self.bo | self.chen
        self._flow(
            {
                "who": "users",
                "user_ids": people.ids,
                "mode": "count",
                "required_count": 2,
            }
        )
        request = self._submit()
        self._approve(request, self.anna)
        self._task(request, self.bo).action_refuse("No.")
        self.assertEqual(request.approval_state, "running")
        self._approve(request, self.chen)
        self.assertEqual(request.approval_state, "approved")

    def test_a_number_that_can_no_longer_be_reached_refuses(self):
        people = self.anna | self.bo | self.chen
        self._flow(
            {
                "who": "users",
                "user_ids": people.ids,
                "mode": "count",
                "required_count": 2,
            }
        )
        request = self._submit()
        self._task(request, self.anna).action_refuse("No.")
        self._task(request, self.bo).action_refuse("No.")
        self.assertEqual(request.approval_state, "refused")
        self.assertEqual(self._waiting(request), [])

    def test_one_after_another_keeps_the_order(self):
        people = self.anna | self.bo | self.chen
        self._flow({"who": "users", "user_ids": people.ids, "mode": "order"})
        request = self._submit()
        for user in people.sorted("id"):
            self.assertEqual(self._waiting(request), [user.login])
            self._approve(request, user)
        self.assertEqual(request.approval_state, "approved")

    def test_whose_turn_has_not_come_waits(self):
        people = self.anna | self.bo
        self._flow({"who": "users", "user_ids": people.ids, "mode": "order"})
        request = self._submit()
        with self.assertRaisesRegex(UserError, "not your turn yet"):
            self._task(request, people.sorted("id")[1], "waiting").action_approve()

    def test_a_step_whose_condition_does_not_hold_is_left_out(self):
        self._flow(
            self.anna,
            {
                "who": "users",
                "user_ids": self.bo.ids,
                "domain": [("amount", ">", 5000)],
            },
        )
        small, large = self._submit(amount=10), self._submit(amount=9000)
        self._approve(small, self.anna)
        self.assertEqual(small.approval_state, "approved")
        self._approve(large, self.anna)
        self.assertEqual(self._waiting(large), ["bo"])

    def test_the_first_flow_whose_condition_fits_is_used(self):
        self._flow(self.anna, sequence=20)
        self._flow(
            self.bo, domain=[("amount", ">", 5000)], code="large", sequence=5, name="L"
        )
        self.assertEqual(self._waiting(self._submit(amount=1)), ["anna"])
        self.assertEqual(self._waiting(self._submit(amount=6000)), ["bo"])

    def test_post_head_supervisor_and_field_find_their_people(self):
        department = self.env["hr.department"].create(
            {
                "name": "Languages",
                "company_id": self.school.id,
                "manager_id": self.anna.sudo()._school_employee(self.school).id,
                "school_supervisor_id": self.bo.id,
            }
        )
        self._flow(
            {"who": "department_head"},
            {"who": "supervisor"},
            {"who": "record_field", "user_field": "host_id"},
            {"post": "director"},
        )
        request = self._submit(department_id=department.id, host_id=self.chen.id)
        for user in (self.anna, self.bo, self.chen, self.director):
            self.assertEqual(self._waiting(request), [user.login])
            self._approve(request, user)
        self.assertEqual(request.approval_state, "approved")

    def test_the_applicant_chooses_where_the_flow_says_so(self):
        self._flow({"who": "choice", "user_ids": (self.anna | self.bo).ids})
        with self.assertRaisesRegex(UserError, "Choose who decides"):
            self._submit()
        with self.assertRaisesRegex(UserError, "Choose who decides"):
            self._submit(choices={"s1": self.chen.ids})
        request = self._submit(choices={"s1": self.bo.ids})
        self.assertEqual(self._waiting(request), ["bo"])

    def test_who_agreed_before_is_asked_once_if_the_flow_says_so(self):
        self._flow(self.anna, self.bo, self.anna, ask_once=True)
        request = self._submit()
        self._approve(request, self.anna, self.bo)
        self.assertEqual(request.approval_state, "approved")
        repeat = self._case(request).task_ids.filtered("is_repeat")
        self.assertEqual((len(repeat), repeat.user_id), (1, self.anna))
        self.assertIn("s3:ok anna", request.hook_log)

    def test_who_agreed_before_is_asked_again_if_the_flow_says_so(self):
        self._flow(self.anna, self.bo, self.anna, ask_once=False)
        request = self._submit()
        self._approve(request, self.anna, self.bo)
        self.assertEqual(self._waiting(request), ["anna"])

    def test_many_records_are_submitted_and_decided_at_once(self):
        self._flow(self.anna, self.bo)
        requests = (
            self.env["school.test.request"]
            .with_user(self.teacher)
            .create([{"name": f"Request {number}"} for number in range(5)])
        )
        requests._approval_submit("use")
        for user in (self.anna, self.bo):
            tasks = (
                self.env["school.approval.task"]
                .with_user(user)
                .search([("is_my_turn", "=", True)])
            )
            self.assertEqual(len(tasks), 5)
            tasks.action_approve("fine")
        self.assertEqual(set(requests.mapped("state")), {"done"})


@tagged("post_install", "-at_install")
class TestApprovalPeople(ApprovalCommon):
    def test_the_applicant_never_decides_his_own_case(self):
        self._flow({"who": "users", "user_ids": (self.teacher | self.anna).ids})
        request = self._submit()
        self.assertEqual(self._waiting(request), ["anna"])

    def test_the_author_never_decides_what_a_colleague_submits(self):
        self._flow({"who": "users", "user_ids": (self.bo | self.anna).ids})
        request = self._request(self.bo)
        request.with_user(self.teacher)._approval_submit("use")
        self.assertEqual(self._waiting(request), ["anna"])

    def test_who_benefits_never_decides(self):
        self._flow({"who": "users", "user_ids": (self.bo | self.anna).ids})
        request = self._submit(beneficiary_id=self.bo.id)
        self.assertEqual(self._waiting(request), ["anna"])

    def test_who_benefits_since_the_submission_does_not_decide_either(self):
        self._flow({"who": "users", "user_ids": (self.bo | self.anna).ids})
        request = self._submit()
        request.sudo().beneficiary_id = self.bo
        with self.assertRaisesRegex(AccessError, "have a part"):
            self._task(request, self.bo).action_approve("for me")

    def test_when_only_barred_people_are_found_the_fallback_decides(self):
        self._flow({"who": "users", "user_ids": self.teacher.ids})
        request = self._submit()
        self.assertEqual(self._waiting(request), ["director"])

    def test_when_nobody_is_found_the_sentence_says_what_is_empty_and_who_mends_it(
        self,
    ):
        self.env["school.post.holder"].search([]).unlink()
        self._flow({"post": "seal_custodian"})
        with self.assertRaisesRegex(
            UserError, "nobody holds the post “Seal Custodian”.*school_admin"
        ):
            self._submit()

    def test_a_deputy_decides_on_behalf_of_the_person(self):
        self._flow(self.anna)
        request = self._submit()
        task = self._task(request, self.anna).with_user(self.bo)
        with self.assertRaises(AccessError):
            task.action_approve("not yet a deputy")
        self._delegate(self.anna, self.bo)
        self.assertEqual(
            self._task(request, self.anna).with_user(self.bo).is_my_turn, True
        )
        task.action_approve("for her")
        done = task.sudo()
        self.assertEqual(
            (done.acting_user_id, done.on_behalf_of_id), (self.bo, self.anna)
        )
        opinion = self._case(request).opinion_ids.filtered(lambda o: o.task_id == done)
        self.assertEqual(opinion.on_behalf_of_id, self.anna)

    def test_a_deputy_of_certain_flows_decides_in_no_other(self):
        flow = self._flow(self.anna)
        other = self._flow(self.anna, code="other", sequence=99, name="Other")
        self._delegate(self.anna, self.bo, scope="flows", flow_ids=other.ids)
        request = self._submit()
        task = self._task(request, self.anna).with_user(self.bo)
        with self.assertRaises(AccessError):
            task.action_approve()
        self._delegate(self.anna, self.chen, scope="flows", flow_ids=flow.ids)
        task.with_user(self.chen).action_approve()
        self.assertEqual(request.approval_state, "approved")

    def test_a_deputy_decides_up_to_his_amount(self):
        self._flow(self.anna)
        self._delegate(self.anna, self.bo, amount_limit=100)
        small, large = self._submit(amount=100), self._submit(amount=101)
        with self.assertRaises(AccessError):
            self._task(large, self.anna).with_user(self.bo).action_approve()
        self._task(small, self.anna).with_user(self.bo).action_approve()

    def test_the_applicant_does_not_decide_as_a_deputy(self):
        self._flow(self.anna)
        self._delegate(self.anna, self.teacher)
        request = self._submit()
        with self.assertRaisesRegex(AccessError, "have a part"):
            self._task(request, self.anna).with_user(self.teacher).action_approve()

    def test_a_task_is_never_passed_on_to_the_applicant(self):
        self._flow(self.anna)
        request = self._submit()
        for position in (None, "before", "beside", "after"):
            task = self._task(request, self.anna)
            with self.assertRaisesRegex(UserError, "has a part"):
                if position:
                    task.action_add_signer(self.teacher.ids, position)
                else:
                    task.action_transfer(self.teacher.id, "you do it")

    def test_one_person_does_not_give_two_voices_of_a_number(self):
        self._flow(
            {
                "who": "users",
                "user_ids": (self.anna | self.bo | self.chen).ids,
                "mode": "count",
                "required_count": 2,
            }
        )
        self._delegate(self.anna, self.bo)
        request = self._submit()
        self._approve(request, self.bo)
        with self.assertRaisesRegex(UserError, "another person"):
            self._task(request, self.anna).with_user(self.bo).action_approve()

    def _delegate(self, user, deputy, **vals):
        return self.env["school.delegation"].create(
            {
                "user_id": user.id,
                "deputy_id": deputy.id,
                "company_id": self.school.id,
                "date_to": fields.Date.today() + timedelta(days=3),
                "reason": "Business trip",
                **vals,
            }
        )


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


@tagged("post_install", "-at_install")
class TestApprovalFlows(ApprovalCommon):
    def test_a_published_version_is_fixed_also_for_the_superuser(self):
        flow = self._flow(self.anna)
        version = flow.version_id
        for change in (
            lambda: version.write({"ask_once": False}),
            lambda: version.write({"state": "draft"}),
            lambda: version.node_ids.write({"name": "x"}),
            lambda: version.node_ids.unlink(),
            lambda: version.write({"node_ids": [(0, 0, {"name": "x"})]}),
            lambda: version.node_ids.write({"user_ids": [(4, self.bo.id)]}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_a_running_case_keeps_its_version(self):
        flow = self._flow(self.anna, self.bo).with_user(self.admin)
        running = self._submit()
        flow.action_edit()
        draft = flow.draft_id
        draft.node_ids[1].user_ids = self.chen
        draft.action_publish()
        self.assertEqual((draft.state, flow.version_id), ("published", draft))
        new = self._submit()
        self._approve(running, self.anna)
        self._approve(new, self.anna)
        self.assertEqual(
            (self._waiting(running), self._waiting(new)), (["bo"], ["chen"])
        )

    def test_a_four_eyes_step_cannot_be_removed_or_weakened(self):
        people = (self.anna | self.bo | self.chen).ids
        flow = self._flow(
            self.director,
            {
                "who": "users", "user_ids": people, "mode": "count",
                "required_count": 2, "four_eyes": True,
            },
        ).with_user(self.admin)  # fmt: skip
        flow.action_edit()
        draft = flow.draft_id
        supervised = draft.node_ids[1]
        for weaken in (
            {"four_eyes": False},
            {"required_count": 1},
            {"mode": "any"},
            {"domain": "[('amount', '>', 100)]"},
        ):
            with (
                self.assertRaisesRegex(UserError, "four-eyes"),
                self.env.cr.savepoint(),
            ):
                supervised.write(weaken)
                draft.action_publish()
        with self.assertRaisesRegex(UserError, "four-eyes"), self.env.cr.savepoint():
            supervised.unlink()
            draft.action_publish()
        supervised.write({"required_count": 3})
        draft.node_ids[0].unlink()
        draft.action_publish()
        self.assertEqual(flow.version_id, draft)

    def test_another_flow_does_not_get_round_a_four_eyes_step(self):
        self._flow(
            {"who": "users", "user_ids": self.anna.ids, "four_eyes": True}, sequence=50
        )
        other = (
            self.env["school.approval.flow"]
            .with_user(self.admin)
            .create(
                {
                    "name": "Short cut",
                    "subject": "school.test.request:use",
                    "sequence": 1,
                }
            )
        )
        other.draft_id.node_ids = [
            (0, 0, {"name": "Me", "who": "users", "user_ids": self.bo.ids})
        ]
        other.draft_id.action_publish()
        with self.assertRaisesRegex(UserError, "two pairs of eyes"):
            self._submit()

    def test_a_four_eyes_step_wants_another_person(self):
        self._flow(
            {"who": "users", "user_ids": (self.anna | self.bo).ids},
            {
                "who": "users",
                "user_ids": (self.anna | self.chen).ids,
                "four_eyes": True,
            },
        )
        request = self._submit()
        self._approve(request, self.anna)
        self.assertEqual(self._waiting(request), ["chen"])
        with self.assertRaisesRegex(UserError, "second pair of eyes"):
            self._task(request, self.chen).action_transfer(self.anna.id)

    def test_the_school_administrator_has_no_settings_right_and_edits_his_flows(self):
        self.assertFalse(self.admin.has_group("base.group_system"))
        flow = self._flow(self.anna).with_user(self.admin)
        flow.action_edit()
        wizard = (
            self.env["school.approval.publish"]
            .with_user(self.admin)
            .browse(flow.draft_id.action_preview_publish()["res_id"])
        )
        self.assertEqual(wizard.steps[0]["people"][0]["name"], self.anna.name)
        wizard.action_publish()
        self.assertEqual(flow.version_id.number, 2)

    def test_a_teacher_edits_no_flow(self):
        flow = self._flow(self.anna)
        with self.assertRaises(AccessError):
            flow.with_user(self.teacher).action_edit()
        flow.action_edit()
        with self.assertRaises(AccessError):
            flow.draft_id.with_user(self.teacher).action_publish()

    def test_conditions_are_literals_over_fields_of_the_record(self):
        flow = self._flow(self.anna)
        for bad, sentence in (
            ("__import__('os').system('true')", "cannot be read"),
            ("[('nothing', '=', 1)]", "cannot be used"),
            ("[('create_uid.totp_secret', '=like', 'a%')]", "cannot be used"),
            ("[('name', 'any', [])]", "cannot be used"),
            ("[('amount', '>', uid)]", "cannot be read"),
            ("[['&']]", "cannot be read"),
        ):
            with self.assertRaisesRegex(ValidationError, sentence):
                flow.domain = bad
        flow.domain = "['|', ('amount', '>', 5), ('department_id.name', 'ilike', 'a')]"

    def test_setting_up_again_changes_nothing_the_school_has_changed(self):
        flow = self._flow(self.anna)
        self.assertEqual(self._flow(self.anna), flow)
        self.assertEqual(flow.version_id.number, 1)
        self._flow(self.bo)
        self.assertEqual(flow.version_id.node_ids.user_ids, self.bo)
        flow.with_user(self.admin).action_edit()
        flow.draft_id.with_user(self.admin).action_publish()
        self._flow(self.chen)
        self.assertEqual(flow.version_id.node_ids.user_ids, self.bo)

    def test_the_preview_says_who_will_sign_and_what_stands_in_the_way(self):
        self._flow(
            {"who": "supervisor"},
            {"who": "users", "user_ids": self.bo.ids, "domain": [("amount", ">", 5)]},
            {"post": "storekeeper", "fallback": None},
        )
        department = self.env["hr.department"].create(
            {"name": "Sports", "company_id": self.school.id}
        )
        request = self._request(department_id=department.id)
        preview = request._approval_preview("use")[0]
        first, second, third = preview["steps"]
        self.assertEqual([p["id"] for p in first["people"]], self.director.ids)
        self.assertIn("No supervising leader is named for Sports", first["note"])
        self.assertFalse(second["applies"])
        self.assertIn("Storekeeper", third["problem"])
        self.assertEqual(preview["problems"], [third["problem"]])
        action = request.action_approval_preview()
        self.assertEqual(action["res_model"], "school.approval.submit")

    def test_a_draft_can_be_thrown_away_a_published_version_cannot(self):
        flow = self._flow(self.anna).with_user(self.admin)
        flow.action_edit()
        flow.draft_id.action_discard()
        self.assertFalse(flow.draft_id)
        with self.assertRaises(UserError):
            flow.unlink()
        with self.assertRaises(UserError):
            flow.version_id.unlink()


@tagged("post_install", "-at_install")
class TestApprovalOral(ApprovalCommon):
    def _consent(self, request, **vals):
        case = self._case(request)
        values = {
            "user_id": self.anna.id,
            "at": fields.Datetime.now(),
            "how": "phone",
            "reason": "Burst pipe",
            **vals,
        }
        return case.with_user(self.teacher).action_oral_consent(**values)

    def test_work_goes_on_and_the_person_confirms_later(self):
        self._flow(self.anna, oral=True, oral_limit=1, oral_unit="working_day")
        request = self._submit()
        self._consent(request)
        case = self._case(request)
        self.assertEqual((request.state, case.confirm_pending), ("done", 1))
        task = self._task(request, self.anna)
        self.assertEqual(
            (task.kind, task.limit_amount, task.limit_unit),
            ("confirm", 1, "working_day"),
        )
        task.action_approve("Yes, by phone.")
        self.assertEqual(case.confirm_pending, 0)
        events = case.opinion_ids.mapped("event")
        self.assertEqual(events, ["submit", "oral", "confirm"])

    def test_a_consent_that_is_denied_voids_the_approval(self):
        self._flow(self.anna, oral=True)
        request = self._submit()
        self._consent(request)
        self._task(request, self.anna).action_refuse("Nobody called me.")
        self.assertEqual(request.approval_state, "voided")
        self.assertTrue(request.hook_log.endswith("voided"))

    def test_it_is_refused_where_the_flow_does_not_allow_it(self):
        self._flow(self.anna)
        with self.assertRaisesRegex(UserError, "not possible"):
            self._consent(self._submit())

    def test_it_is_never_possible_for_what_is_locked_or_has_four_eyes(self):
        flow = self._flow(self.anna, oral_locked=True)
        with self.assertRaises(ValidationError):
            flow._make_draft().oral = True
        self._flow(
            {"who": "users", "user_ids": self.anna.ids, "four_eyes": True},
            code="eyes", sequence=1, oral=True, name="Eyes",
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, "not possible"):
            self._consent(self._submit())

    def test_the_time_is_neither_in_the_future_nor_before_the_request(self):
        self._flow(self.anna, oral=True)
        request = self._submit()
        now = fields.Datetime.now()
        for at in (now + timedelta(hours=1), now - timedelta(days=1)):
            with self.assertRaisesRegex(UserError, "mend the time"):
                self._consent(request, at=at)

    def test_a_stranger_to_the_case_notes_no_consent_and_nobody_his_own(self):
        self._flow(self.anna, oral=True)
        request = self._submit()
        case = self._case(request)
        with self.assertRaises(UserError):
            self._consent(request, user_id=self.bo.id)
        with self.assertRaises(UserError):
            case.with_user(self.anna).action_oral_consent(
                self.anna.id, fields.Datetime.now(), "phone", "x"
            )
