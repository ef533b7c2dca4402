"""A repair from the door to the workshop and back, on the telephones of its people."""

from odoo.tests import tagged

from odoo.addons.school_office_service_desk.tests.public_common import PublicCommon

from phone import PhoneMixin


@tagged("standard", "post_install", "-at_install")
class TestTheWayOfARepair(PhoneMixin, PublicCommon):
    def test_a_repair_goes_to_the_workshop_and_comes_back_twice(self):
        with self._phone(self.teacher) as phone:
            phone.open(f"/q/{self.device.desk_token}")
            phone.sees("Projector")
            phone.tap("text=Repair of teaching equipment")
            phone.write("textarea[name=details]", "The picture is green")
            phone.tap("input[name=q_lesson][value=no]")
            phone.tap("text=Send")
            phone.sees("We have it")
        ticket = self._tickets()[-1]
        order = ticket.repair_id
        self.assertEqual(order.equipment_id, self.device)
        self.assertEqual(order.user_id, self.technician)
        self.assertIn("The picture is green", order.description)

        # The technician finds the order on the request, and mends.
        with self._phone(self.technician) as phone:
            phone.open(f"/odoo/tickets/{ticket.id}")
            phone.tap(".fa-bolt")
            phone.tap("button[name=action_repair_order]")
            self._moves_to(phone, "In Progress")
            phone.tap("text=Repair Record")
            phone.write("[name=school_work_done] textarea", "Cleaned the colour wheel")
            phone.tap("[name=school_is_working] input")
            phone.fits()
            self._moves_to(phone, "Repaired")
        self.assertEqual(ticket.state, "solved")
        self.assertEqual(ticket.solution, "Cleaned the colour wheel")
        self.assertTrue(ticket.acknowledged_at)
        self.assertEqual(order.school_tested_by_id, self.technician)
        self.assertTrue(order.close_date)

        # It is not what the teacher sees: one tap, and a reason.
        with self._phone(self.teacher) as phone:
            phone.open(f"/my/tickets/{ticket.id}")
            phone.sees("Cleaned the colour wheel")
            phone.fits()
            phone.tap("summary")
            phone.write("[name=reason]", "Green again after five minutes")
            phone.tap("text=Open it again")
            phone.sees("It is open again")
        self.assertEqual(ticket.state, "in_progress")
        self.assertEqual(ticket.reopen_count, 1)
        self.assertFalse(order.stage_id.done)

        # At his desk this time; the lamp was it.
        with self._phone(self.technician, size="1366x768") as desk:
            desk.open(f"/odoo/maintenance.request/{order.id}")
            desk.tap("text=Repair Record")
            desk.write("[name=school_work_done] textarea", "A new lamp is in")
            desk.tap("text=Repaired")
            self._is_at(desk, "Repaired")
        self.assertEqual(ticket.state, "solved")

        with self._phone(self.teacher) as phone:
            phone.open(f"/my/tickets/{ticket.id}")
            phone.sees("A new lamp is in")
            phone.tap("text=Yes, it is done")
            phone.sees("The request is closed")
            phone.tap("button[name=score][value='5']")
            phone.sees("Thank you for your rating.")
        self.assertEqual(ticket.state, "closed")
        self.assertTrue(order.stage_id.done)
        self.assertEqual(ticket._rating_given().rating, 5)

    def _moves_to(self, phone, stage):
        """Choose a stage of the order from the list that a phone shows."""
        phone.tap(".o_statusbar_status .dropdown-toggle")
        phone.tap(f"text={stage}")
        self._is_at(phone, stage)

    def _is_at(self, screen, stage):
        """Wait until the order is saved in a stage."""
        screen._until(
            "const now = document.querySelectorAll("
            "'.o_statusbar_status .dropdown-toggle, .o_arrow_button_current');"
            "return Array.from(now).some((el) => el.getClientRects().length"
            f" && norm(el.innerText) === '{stage}')"
            " && !document.querySelector("
            "'.o_form_status_indicator_buttons:not(.invisible)');",
            f"is not at {stage}",
        )
