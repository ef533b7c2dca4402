from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .common import DeskCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-09-02 01:00:00")
class TestRouting(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._hold("logistics", cls.mender2)

    def test_who_has_the_least_work_due_gets_it(self):
        first = self._ask(service="repair_building")
        second = self._ask(service="repair_building")
        self.assertEqual(
            first.handler_id | second.handler_id, self.mender | self.mender2
        )
        second.sudo().work_minutes = 500
        third = self._ask(service="repair_building")
        self.assertEqual(third.handler_id, first.handler_id)
        why = third.sudo().event_ids.filtered(lambda e: e.kind == "routed").reason
        self.assertIn("500", why)

    def test_a_batch_is_shared_out(self):
        tickets = self._incoming("repair_building", count=6)
        shares = tickets.grouped("handler_id")
        self.assertEqual({len(part) for part in shares.values()}, {3})

    def test_who_is_on_leave_gets_nothing(self):
        now = fields.Datetime.now()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Ill",
                "resource_id": self.mender._school_employee(self.school).resource_id.id,
                "company_id": self.school.id,
                "date_from": now - timedelta(hours=1),
                "date_to": now + timedelta(hours=8),
            }
        )
        tickets = self._incoming("repair_building", count=3)
        self.assertEqual(tickets.handler_id, self.mender2)

    def test_whom_a_deputy_stands_in_for_gets_nothing(self):
        self.env["school.delegation"].create(
            {
                "user_id": self.mender.id,
                "deputy_id": self.colleague.id,
                "company_id": self.school.id,
                "date_from": "2026-09-02",
                "date_to": "2026-09-10",
                "reason": "Course",
            }
        )
        tickets = self._incoming("repair_building", count=3)
        self.assertEqual(tickets.handler_id, self.mender2)

    def test_a_post_that_was_left_routes_to_nobody(self):
        self.env["school.post.holder"].search(
            [("user_id", "in", (self.mender | self.mender2).ids)]
        ).date_to = "2026-09-01"
        ticket = self._ask(service="repair_building")
        self.assertFalse(ticket.handler_id)
        self.assertEqual(ticket.state, "new")
        self.assertIn("routed", self._kinds(ticket))

    def test_nobody_works_on_his_own_request(self):
        tickets = self.Ticket.browse()
        for _index in range(4):
            tickets |= self._ask(self.mender, service="repair_building")
        self.assertEqual(tickets.sudo().handler_id, self.mender2)

    def test_the_school_may_share_out_by_hand(self):
        self.school.school_desk_auto_assign = False
        ticket = self._ask(service="repair_building")
        self.assertFalse(ticket.handler_id)
        self.assertTrue(ticket.with_user(self.mender).has_access("read"))
        self.assertIn(
            ticket, self.Ticket.with_user(self.mender).search([("is_mine", "=", True)])
        )
        ticket.with_user(self.mender).action_take()
        self.assertEqual(ticket.handler_id, self.mender)

    def test_a_hand_over_names_both_and_the_reason(self):
        ticket = self._ask(service="repair_building")
        old = ticket.handler_id
        new = (self.mender | self.mender2) - old
        ticket.with_user(old)._assign(new, reason="I am at the other campus.")
        self.assertEqual(ticket.handler_id, new)
        event = self._last_event(ticket)
        self.assertEqual(
            (event.kind, event.value_from, event.value_to, event.reason),
            ("handed", old.name, new.name, "I am at the other campus."),
        )

    def test_first_contact_stays_named_to_the_end(self):
        ticket = self.Ticket.with_user(self.agent).create(
            {
                "name": "A window",
                "channel": "phone",
                "requester_name": "Mrs Wang",
                "service_id": self._service("repair_building").id,
            }
        )
        self.assertEqual(ticket.first_contact_id, self.agent)
        ticket.with_user(self.agent)._assign(self.mender2)
        ticket.with_user(self.mender2)._solve("Done.")
        self.assertEqual(ticket.first_contact_id, self.agent)
        self.assertEqual(ticket.handler_id, self.mender2)

    def test_the_forecast_names_what_comes_before(self):
        self._service("repair_building").solution_amount = 1
        self._service("repair_building").solution_unit = "working_day"
        self.env["school.post.holder"].search(
            [("user_id", "=", self.mender2.id)]
        ).date_to = "2026-09-01"
        tickets = self._incoming("repair_building", count=12)
        self._cron("forecast")
        first, last = tickets[0], tickets[-1]
        self.assertFalse(first.forecast_minutes)
        self.assertGreater(last.forecast_minutes, 60)
        self.assertIn("11", last.forecast_reason)
        self.assertTrue(last.forecast_text)
        tickets[:11].with_env(self.env)._solve("Done.", tell=False)
        self._cron("forecast")
        self.assertFalse(last.forecast_minutes)

    def test_only_the_queues_that_changed_are_forecast(self):
        with freeze_time("2026-09-01 01:00:00"):
            self._incoming("repair_building", count=2)
            self._cron("forecast")
        self.assertFalse(self.Ticket._handlers_changed_since(fields.Datetime.now()))
        ticket = self._ask(service="repair_building")
        changed = self.Ticket._handlers_changed_since(fields.Datetime.now())
        self.assertEqual(changed, ticket.sudo().handler_id)
