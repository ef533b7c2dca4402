from odoo.tests import tagged

from .approval_common import ApprovalCommon


@tagged("post_install", "-at_install")
class TestApprovalMyOffice(ApprovalCommon):
    def _sections(self, user):
        overview = self.env["school.my.office"].with_user(user).get_overview()
        return {section["key"]: section for section in overview["sections"]}

    def test_a_decision_waits_on_the_page_of_him_whose_turn_it_is(self):
        self._flow(self.anna, self.bo)
        request = self._submit()
        self.assertEqual(self._sections(self.anna)["approvals"]["count"], 1)
        self.assertEqual(self._sections(self.bo)["approvals"]["count"], 0)
        asked = self._sections(request.create_uid)["requests"]
        self.assertEqual(asked["count"], 1)
        self.assertIn(self.anna.name, asked["items"][0]["subtitle"])

    def test_nothing_waits_any_more_when_it_is_decided(self):
        self._flow(self.anna, self.bo)
        request = self._submit()
        self._approve(request, self.anna, self.bo)
        for person in (self.anna, self.bo, request.create_uid):
            sections = self._sections(person)
            self.assertFalse(sections["approvals"]["items"])
            self.assertEqual(sections["requests"]["count"], 0)
