from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.school_office_base.models.clock_mixin import SchoolClockMixin

from .common import DeskCommon

DEADLINE = SchoolClockMixin._server_fields


@tagged("post_install", "-at_install")
class TestSpeed(DeskCommon):
    """Queries do not grow with the number of requests."""

    def _queries(self, call, *args):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        result = call(*args)
        self.env.flush_all()
        self.env.cr.precommit.run()
        return self.env.cr.sql_log_count - before, result

    def _entered(self, count):
        service = self._service("repair_building")
        return (
            self.Ticket.with_user(self.agent)
            .with_context(tracking_disable=False)
            .create(
                [
                    {
                        "name": f"Request {index}",
                        "service_id": service.id,
                        "urgency": "2",
                        "requester_name": "Li Lei",
                        "channel": "counter",
                    }
                    for index in range(count)
                ]
            )
        )

    def test_ten_times_the_requests_cost_the_same_queries(self):
        self._service("repair_building").is_major = True
        self._entered(2)
        few, small = self._queries(self._entered, 4)
        many, large = self._queries(self._entered, 40)
        self.assertEqual(len(large.sudo().clock_ids), 160)
        self.assertLessEqual(many, few + 3)
        self.assertLess(many / 40, 4)
        for step in (
            lambda tickets: tickets.with_user(self.mender).action_take(),
            lambda tickets: tickets.with_user(self.mender).action_on_site(),
            lambda tickets: tickets.with_user(self.mender)._set_waiting(
                self._wait_reason("requester")
            ),
            lambda tickets: tickets.with_user(self.mender).action_resume(),
        ):
            few, _result = self._queries(step, small)
            many, _result = self._queries(step, large)
            self.assertLessEqual(many, few + 5)

    def test_the_list_and_the_cards_read_nothing_row_by_row(self):
        def read(user, limit):
            self.env.invalidate_all()
            tickets = self.Ticket.with_user(user)
            return tickets.web_search_read(
                [("is_open", "=", True)],
                {
                    name: {}
                    for name in (
                        "number",
                        "name",
                        "state",
                        "is_red",
                        "deadline_info",
                        "forecast_text",
                        "can_handle",
                        "requester_name",
                    )
                },
                limit=limit,
            )

        self._entered(40)
        for user in (self.agent, self.mender):
            read(user, 2)
            few, _rows = self._queries(read, user, 4)
            many, rows = self._queries(read, user, 40)
            self.assertEqual(len(rows["records"]), 40)
            self.assertEqual(many, few)

    def test_my_office_asks_the_same_for_few_and_many(self):
        Overview = self.env["school.my.office"].with_user(self.mender)
        self._entered(2)
        Overview.get_overview()
        self.env.invalidate_all()
        few, _overview = self._queries(Overview.get_overview)
        self._entered(20)
        self.env.invalidate_all()
        many, _overview = self._queries(Overview.get_overview)
        self.assertLessEqual(many, few + 2)

    def test_the_forecast_of_many_costs_what_that_of_few_costs(self):
        self._service("repair_building").solution_amount = 1
        self._entered(4)
        few, _none = self._queries(self.Ticket._cron_forecast)
        self._entered(40)
        many, _none = self._queries(self.Ticket._cron_forecast)
        # One update for each different reason, never one question for each request.
        self.assertLessEqual(many, few + 4)

    def test_the_queue_is_read_from_its_index(self):
        """As the ORM asks for it, with the rules of whoever looks."""
        self._entered(3)
        self.env.flush_all()
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_sort = off")
        self.env.cr.execute("SET LOCAL enable_bitmapscan = off")
        # Of three rows any index is as good; one after the other is out of the way.
        self.env.cr.execute("DROP INDEX school_ticket_order_idx")
        is_open = Domain("is_open", "=", True)
        for domain, index in (
            (is_open, "school_ticket_queue_idx"),
            (is_open & Domain("state", "=", "assigned"), "school_ticket_state_idx"),
        ):
            queue = self.Ticket.with_user(self.agent).with_context(
                allowed_company_ids=self.school.ids
            )
            query = queue._search(domain, limit=40, order=queue._order)
            self.env.cr.execute(SQL("EXPLAIN %s", query.select("id")))
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            self.assertIn(f"using {index}", plan)
            self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(index)))

    def test_people_are_asked_for_only_where_a_request_is_restricted(self):
        """A list reads its rows once; what the rules look at comes with them."""
        self._entered(5)
        queue = self.Ticket.with_user(self.agent)
        specification = {"number": {}, "name": {}, "state": {}}
        domain = [("is_open", "=", True)]
        queue.web_search_read(domain, specification, limit=3)
        self.env.invalidate_all()
        self.env.flush_all()
        # The rows, and how many there are.
        with self.assertQueryCount(2):
            queue.web_search_read(domain, specification, limit=3)

    def test_one_request_is_written_once_with_its_number_and_its_deadline(self):
        """Whoever stands at the counter waits for these questions, one by one."""
        entry = {
            "name": "The lamp is broken",
            "service_id": self._service("general").id,
            "channel": "counter",
            "requester_name": "Li Lei",
        }
        desk = self.Ticket.with_user(self.agent)
        desk.create([entry])
        self.env.flush_all()
        self.env.invalidate_all()
        with (
            patch.object(type(self.Ticket), "_write_multi") as update,
            # The service, who is there; its id, the head of the counter (which a
            # transaction of its own would not ask here), the number; the clocks, the
            # row; what happened to both.
            self.assertQueryCount(8),
        ):
            ticket = desk.create([entry])
            self.env.flush_all()
        update.assert_not_called()
        self.assertTrue(ticket.number)
        self.assertEqual(
            ticket.deadline_at, min(ticket.sudo().clock_ids.mapped("deadline_at"))
        )
        row = self.env.execute_query(
            SQL("SELECT number, deadline_at FROM school_ticket WHERE id=%s", ticket.id)
        )
        self.assertEqual(row, [(ticket.number, ticket.deadline_at)])

    def test_what_a_new_request_shows_is_what_its_clocks_say(self):
        self._service("repair_building").is_major = True
        now = fields.Datetime.now()
        tickets = (
            self._entered(3).sudo()
            | self._incoming("complaint", requester_phone="1380000")
            | self._incoming(responded_at=now, solved_at=now, state="solved")
        )
        self.assertTrue(tickets.clock_ids)
        shown = tickets.read([*tickets._all_server_fields() & DEADLINE])
        tickets._clock_refresh()
        self.assertEqual(tickets.read([*shown[0]]), shown)
        self.assertFalse(tickets.clock_ids._rebuild_compare())
        tickets._clock_evaluate()
        self.assertEqual(tickets.read([*shown[0]]), shown)

    def test_how_many_are_open_is_counted_without_their_rows(self):
        self._entered(3)
        self.env.flush_all()
        for setting in ("seqscan", "bitmapscan"):
            self.env.cr.execute(f"SET LOCAL enable_{setting} = off")
        # Of three rows any index is as good; the others are out of the way.
        self.env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'school_ticket'"
            " AND indexdef ~ '^CREATE INDEX'"
            " AND indexname <> 'school_ticket_state_idx'"
        )
        for (index,) in self.env.cr.fetchall():
            self.env.cr.execute(SQL("DROP INDEX %s", SQL.identifier(index)))
        queue = self.Ticket.with_user(self.agent).with_context(
            allowed_company_ids=self.school.ids
        )
        query = queue._search([("is_open", "=", True)], limit=100)
        self.env.cr.execute(SQL("EXPLAIN %s", query.select(SQL("1"))))
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("Index Only Scan using school_ticket_state_idx", plan)

    def test_whoever_joins_the_staff_reads_more_at_once(self):
        ticket = self._incoming(requester_id=self.parent.partner_id.id)
        own = ticket.with_user(self.parent)
        with self.assertRaises(AccessError):
            own.read(["work_minutes"])
        self.parent.group_ids = self.env.ref("base.group_user")
        own.read(["work_minutes"])
