from odoo.tests import HttpCase, tagged

from .common import DeskCommon


@tagged("post_install", "-at_install")
class TestTours(DeskCommon, HttpCase):
    """The work of a morning in a real browser."""

    def test_the_clerk_works_off_the_morning_queue(self):
        self._ask(service="general", name="A chair")
        ticket = self._ask(service="repair_building", name="Water runs", urgency="2")
        self.start_tour("/odoo/desk", "school_desk_morning", login="clerk")
        self.assertEqual(ticket.state, "solved")
        self.assertEqual(ticket.handler_id, self.clerk)
        self.assertEqual(ticket.solution, "The valve is new.")
        self.assertEqual(self._clock(ticket, "ticket_response").state, "met")

    def test_a_teacher_asks_from_the_guide(self):
        self.start_tour("/odoo/ask", "school_desk_ask", login="teacher")
        ticket = self.Ticket.search([("name", "=", "Worksheets of class 3")])
        self.assertEqual(ticket.requester_user_id, self.teacher)
        self.assertEqual(ticket.answers["copies"], 30)
        self.assertEqual(ticket.service_id.code, "copying")


@tagged("post_install", "-at_install")
class TestToursOnThePhone(DeskCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_a_teacher_asks_from_the_guide_on_the_phone(self):
        self.start_tour("/odoo/ask", "school_desk_ask", login="teacher")
        self.assertTrue(self.Ticket.search([("name", "=", "Worksheets of class 3")]))
