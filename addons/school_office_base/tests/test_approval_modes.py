from odoo.exceptions import UserError
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

    def test_the_book_of_approvals_reads_in_words(self):
        self._flow(self.anna)
        request = self._submit()
        self._approve(request, self.anna)
        entries = self.env["school.register.entry"].search(
            [
                ("register_code", "=", "approval"),
                ("res_model", "=", request._name),
                ("res_id", "=", request.id),
            ],
            order="seq",
        )
        self.assertEqual(
            entries.mapped("event_name"), ["Submitted", "Agreed", "Approved"]
        )
        facts = dict(entries[1]._payload_lines())
        self.assertEqual(facts["Opinion"], "ok anna")
        # Of the case, not of the record, which has a status of its own.
        self.assertEqual(facts["Status"], "Running")
        self.assertEqual(facts["Matter"], request.display_name)
        self.assertFalse({"Purpose", "Step name", "Content hash"} & facts.keys())
