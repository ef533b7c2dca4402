from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestDecisionsInMyOffice(ApprovalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._flow(cls.anna, cls.bo)

    def _card(self, user, key):
        self.env.flush_all()
        overview = self.env["school.my.office"].with_user(user).get_overview()
        return next(s for s in overview["sections"] if s["key"] == key)

    def test_a_decision_waits_for_its_approver(self):
        self._submit()
        card = self._card(self.anna, "approval_tasks")
        self.assertEqual(card["count"], 1)
        self.assertEqual(card["items"][0]["title"], "Hall for the concert")
        self.assertIn(self.teacher.name, card["items"][0]["subtitle"])
        self.assertEqual(card["items"][0]["buttons"][0]["method"], "action_ask_approve")
        self.assertFalse(self._card(self.bo, "approval_tasks")["count"])

    def test_the_applicant_sees_who_has_his_request(self):
        request = self._submit()
        item = self._card(self.teacher, "approval_cases")["items"][0]
        self.assertIn(self.anna.name, item["subtitle"])
        self._approve(request, self.anna)
        item = self._card(self.teacher, "approval_cases")["items"][0]
        self.assertIn(self.bo.name, item["subtitle"])
        self._approve(request, self.bo)
        self.assertFalse(self._card(self.teacher, "approval_cases")["count"])

    def test_the_other_school_sees_no_decision(self):
        self._submit()
        for key in ("approval_tasks", "approval_cases"):
            self.assertFalse(self._card(self.stranger, key)["count"])

    def test_the_page_costs_the_same_for_many_decisions(self):
        costs = []
        for number in (2, 20):
            for _index in range(number):
                self._submit()
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            for user in (self.anna, self.teacher):
                self.env["school.my.office"].with_user(user).get_overview()
            costs.append(self.cr.sql_log_count - start)
        # The number of requests is asked for only when there are more than shown.
        self.assertLessEqual(costs[1], costs[0] + 1)
