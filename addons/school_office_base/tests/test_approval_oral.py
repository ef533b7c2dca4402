from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .approval_common import ApprovalCommon


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
