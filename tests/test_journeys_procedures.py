"""Procedures and reviews on the telephone, by those whom they concern."""

from datetime import date

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_base.tests.procedures_common import ProceduresCommon


@tagged("standard", "post_install", "-at_install")
class TestProceduresOnThePhone(ProceduresCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def _walk(self, tour, user):
        self.start_tour("/odoo/my-office", tour, login=user.login, timeout=120)
        self.env.invalidate_all()

    def test_a_teacher_reads_a_new_procedure(self):
        procedure = self._procedure(name="Use of seals")
        draft = procedure.draft_version_id
        draft.write(
            {
                "step_ids": [
                    Command.create(
                        {
                            "sequence": 30,
                            "name": "Apply the seal",
                            "user_id": self.teacher.id,
                        }
                    )
                ]
            }
        )
        draft.action_submit()
        self._decide(draft, self.director, self.principal)
        self.assertIn(self.teacher, draft.receipt_ids.user_id)
        self._walk("school_procedure_read", self.teacher)
        receipt = draft.receipt_ids.filtered(lambda r: r.user_id == self.teacher)
        self.assertEqual(receipt.state, "read")
        self.assertEqual(receipt.read_by_id, self.teacher)

    def test_a_head_answers_what_the_office_asks(self):
        review = (
            self.env["school.process.review"]
            .sudo()
            ._start(
                self.school, "quarter", 2026, 2, date(2026, 4, 1), date(2026, 6, 30)
            )
        )
        self._walk("school_process_answer", self.head)
        feedback = review.feedback_ids.filtered(
            lambda f: f.department_id == self.teaching
        )
        self.assertEqual(feedback.state, "answered")
        self.assertEqual(feedback.answered_by_id, self.head)
        self.assertEqual(feedback.problem, "Three signatures for a box of chalk.")
        self.assertEqual(feedback.suggestion, "One is enough.")
