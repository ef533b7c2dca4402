from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .approval_common import ApprovalCommon


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
