"""Many sign at once: real threads, committed transactions, one record."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from committed import CommittedCase

MODEL = "school.test.crowd.letter"
CROWD = 12


class SchoolTestCrowdLetter(models.Model):
    _module = None
    _name = MODEL
    _inherit = ["school.record", "school.receipt.mixin"]
    _description = "Letter that exists in tests of concurrency"

    name = fields.Char()
    times_done = fields.Integer()

    def _receipt_all_done(self):
        for letter in self:
            letter.times_done += 1


@tagged("standard", "post_install", "-at_install")
class TestConcurrentSigning(CommittedCase):
    school_code = "BUSYSIGN"
    definition = SchoolTestCrowdLetter

    def setUp(self):
        super().setUp()
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            users = env["res.users"].union(
                *(self._person(env, f"busy_signer_{number}") for number in range(CROWD))
            )
            department = env["hr.department"].create(
                {
                    "name": "Busy Department",
                    "company_id": school.id,
                    "receiver_ids": [Command.set(users.ids)],
                }
            )
            self.department_id = department.id
            letter = env[MODEL].create({"name": "Letter", "company_id": school.id})
            self.letter_id = letter.id
            receipts = letter._receipt_send(users)
            self.receipts = {receipt.user_id.id: receipt.id for receipt in receipts}
            shared = env[MODEL].create({"name": "Shared", "company_id": school.id})
            self.shared_id = shared._receipt_send(department).id

    def _remove_rest(self, env):
        env["hr.department"].browse(self.department_id).sudo().unlink()

    def _all_at_once(self, pairs):
        """Sign each receipt by its user; return what went wrong."""
        jobs = [
            lambda user_id=user_id, receipt_id=receipt_id: self._request(
                user_id,
                lambda env: env["school.receipt"].browse(receipt_id).action_sign(),
            )
            for user_id, receipt_id in pairs
        ]
        return self._crowd(jobs)[1]

    def test_a_crowd_signs_for_one_letter_and_every_signature_counts(self):
        self.assertEqual(self._all_at_once(list(self.receipts.items())), [])
        with self._env() as env:
            receipts = env["school.receipt"].browse(self.receipts.values())
            self.assertEqual(set(receipts.mapped("state")), {"signed"})
            # What found the letter busy is caught up by the scheduled action.
            env["school.receipt"]._cron_settle()
        with self._env() as env:
            letter = env[MODEL].browse(self.letter_id)
            self.assertEqual(
                (letter.receipt_total, letter.receipt_done, letter.receipt_open),
                (CROWD, CROWD, 0),
            )
            self.assertEqual(letter.times_done, 1)

    def test_two_receivers_of_a_department_sign_only_once(self):
        pairs = [(user_id, self.shared_id) for user_id in self.user_ids[:2]]
        errors = self._all_at_once(pairs)
        self.assertEqual([type(error) for error in errors], [UserError])
        self.assertIn("already signed for", str(errors[0]))
        with self._env() as env:
            receipt = env["school.receipt"].browse(self.shared_id)
            signed = receipt.log_ids.filtered(lambda line: line.event == "signed")
            self.assertEqual(len(signed), 1)
            self.assertEqual(signed.author_id, receipt.signed_by_id)
