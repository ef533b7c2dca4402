from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalSpeed(ApprovalCommon):
    """The number of queries follows the steps of a flow, not the number of records."""

    def _queries(self, work):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _requests(self, count):
        return (
            self.env["school.test.request"]
            .with_user(self.teacher)
            .create([{"name": f"Request {number}"} for number in range(count)])
        )

    def _costs(self, count):
        """Queries of submitting ``count`` records and of each decision on all."""
        requests = self._requests(count)
        costs = [self._queries(lambda: requests._approval_submit("use"))]
        for user in (self.anna, self.bo):
            tasks = (
                self.env["school.approval.task"]
                .with_user(user)
                .search([("is_my_turn", "=", True)])
            )
            self.assertEqual(len(tasks), count)
            costs.append(self._queries(lambda t=tasks: t.action_approve("fine")))
        self.assertEqual(set(requests.mapped("state")), {"done"})
        return costs

    def test_ten_times_the_records_cost_the_same_number_of_queries(self):
        # A model that writes its records together, as one that approves many would.
        Request = type(self.env["school.test.request"])
        self.patch(Request, "_approval_node_done", lambda *args: None)
        self.patch(
            Request,
            "_approval_granted_batch",
            lambda records, cases: records.write({"state": "done"}),
        )
        self._flow(
            {**self._step(self.anna), "limit": 2, "unit": "service_hour"},
            self._step(self.bo),
        )
        self._costs(2)
        few, many = self._costs(3), self._costs(30)
        for step, (one, other) in enumerate(zip(few, many, strict=True)):
            self.assertLessEqual(other, one + 3, f"step {step}: {few} {many}")

    def test_a_decision_on_one_record_is_written_with_few_queries(self):
        """The time limits, the message, the chatter and the register included."""
        Request = type(self.env["school.test.request"])
        self.patch(Request, "_approval_node_done", lambda *args: None)
        self.patch(
            Request,
            "_approval_granted_batch",
            lambda records, cases: records.write({"state": "done"}),
        )
        self._flow(
            {**self._step(self.anna), "limit": 2, "unit": "service_hour"},
            {**self._step(self.bo), "limit": 2, "unit": "service_hour"},
        )
        self._costs(1)
        # To submit it, to pass the first step, to pass the last.
        for cost, most in zip(self._costs(1), (14, 16, 15), strict=True):
            self.assertLessEqual(cost, most)

    def test_the_end_of_a_case_asks_no_other_model_whose_case_it_is(self):
        self._flow(self._step(self.anna))
        requests = self._requests(2)
        requests._approval_submit("use")
        self.env.flush_all()

        def ask(*args, **kwargs):
            raise AssertionError("another model was searched")

        self.patch(type(self.env["school.procedure.version"]), "search", ask)
        task = self.env["school.approval.task"].with_user(self.anna)
        first, second = task.search([("is_my_turn", "=", True)], order="id")
        first.action_approve("fine")
        second.action_refuse("no")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(requests.mapped("approval_state"), ["approved", "refused"])

    def test_what_is_said_stands_in_the_chatter_as_text(self):
        self._flow(self._step(self.anna))
        request = self._requests(1)
        request._approval_submit("use")
        known = request.message_ids
        task = self.env["school.approval.task"].with_user(self.anna)
        task.search([("is_my_turn", "=", True)]).action_approve("<b>fine</b><script>")
        message = request.message_ids - known
        self.assertEqual(len(message), 1)
        self.assertIn("&lt;b&gt;fine&lt;/b&gt;&lt;script&gt;", message.body)
        self.assertEqual(message.author_id, self.anna.partner_id)
        self.assertEqual(message.create_uid, self.anna)
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_note"))
        self.assertTrue(message.is_internal)
        self.assertFalse(message.notified_partner_ids)
        self.assertIn(f"{request.id}-{request._name}", message.message_id)

    def _waiting(self, tasks):
        """Counts as My Office does."""
        return tasks.sudo().search_count(tasks._my_turn_domain())

    def test_the_inbox_is_counted_with_two_queries_however_full_it_is(self):
        self._flow(self._step(self.anna))
        Task = self.env["school.approval.task"].with_user(self.anna)
        for count in (1, 40):
            self._requests(count)._approval_submit("use")
            self.env.flush_all()
            self._waiting(Task)
            self.env.invalidate_all()
            self.assertLessEqual(self._queries(lambda: self._waiting(Task)), 2)
        self.assertEqual(self._waiting(Task), 41)

    def test_a_list_of_the_inbox_costs_the_same_for_a_page_as_for_a_few(self):
        self._flow(self._step(self.anna))
        Task = self.env["school.approval.task"].with_user(self.anna)
        specification = {
            name: {}
            for name in ("name", "subject", "opened_at", "deadline_at", "facts")
        }

        def page(count):
            return self._queries(
                lambda: Task.web_search_read(
                    [("is_my_turn", "=", True)], specification, limit=count
                )
            )

        self._requests(40)._approval_submit("use")
        page(2)
        self.assertLessEqual(page(40), page(4) + 1)

    def _step(self, user):
        return {"who": "users", "user_ids": user.ids}
