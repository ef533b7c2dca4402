"""The demonstration that `./office up` opens is whole: the README promises it."""

from odoo.tests import TransactionCase, tagged


@tagged("standard", "post_install", "-at_install")
class TestDemonstration(TransactionCase):
    def test_every_addon_brings_its_month_of_work(self):
        failures = self.env["ir.demo_failure"].search([])
        self.assertFalse(failures.mapped("error"))
        schools = self.env["res.company"].search([("is_school", "=", True)])
        self.assertEqual(len(schools), 2)
        for name in (
            "school.doc.incoming",
            "school.ticket",
            "school.desk.survey",
            "school.meeting",
            "school.meeting.resolution",
            "school.venue.booking",
        ):
            for school in schools:
                with self.subTest(model=name, school=school.name):
                    self.assertTrue(
                        self.env[name].search_count(
                            [("company_id", "=", school.id)], limit=1
                        )
                    )
