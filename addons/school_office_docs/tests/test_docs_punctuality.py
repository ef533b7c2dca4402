from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestPunctuality(DocsCommon):
    def _rate(self, user=None):
        rows = (
            self.env["school.doc.punctuality"]
            .with_user(user or self.director)
            ._read_group(
                [("company_id", "=", self.school.id)],
                [],
                ["due_count:sum", "late_count:sum", "on_time_rate:avg"],
            )
        )
        return rows[0]

    def test_the_rate_counts_what_fell_due(self):
        self._in_hand(sender_number="open")
        self.assertEqual(self._rate()[0] or 0, 0)
        for number in ("1", "2", "3"):
            self._finished(sender_number=number)
        late = self._in_hand(sender_number="late")
        late.sudo().handling_deadline = self.school._school_date()
        late.with_user(self.head)._finish("At last.")
        late.sudo().finished_at = fields.Datetime.now() + timedelta(days=2)
        self.assertEqual(self._rate(), (4, 1, 75.0))

    def test_what_is_overdue_and_not_finished_counts_as_late(self):
        late = self._in_hand()
        clock = late.clock_ids.filtered(
            lambda clock: clock.policy_id.code == "doc_handling"
        )
        late.sudo()._clock_breached(clock)
        self.env.flush_all()
        self.assertEqual(self._rate(), (1, 1, 0.0))

    def test_every_figure_opens_the_document(self):
        document = self._finished()
        row = (
            self.env["school.doc.punctuality"]
            .with_user(self.director)
            .search([("document_id", "=", document.id)])
        )
        self.assertEqual(row.action_open_document()["res_id"], document.id)

    def test_the_figures_are_for_the_office_of_the_school(self):
        self._finished()
        with self.assertRaises(AccessError):
            self._rate(self.teacher)
        self.assertEqual(self._rate(self.stranger)[0] or 0, 0)
