from odoo.exceptions import AccessError

from .common import DeskCommon


class TestTicket(DeskCommon):
    def test_a_request_is_numbered_routed_and_timed(self):
        ticket = self._ask(service="repair_building")
        self.assertTrue(ticket.number)
        self.assertEqual(ticket.handler_id, self.mender)
        self.assertEqual(ticket.state, "assigned")
        self.assertEqual(ticket.requester_user_id, self.teacher)
        self.assertEqual(ticket.department_id, self.teaching)
        self.assertEqual(self._clock(ticket, "ticket_response").state, "running")
        self.assertEqual(self._kinds(ticket), ["received", "routed"])

    def test_it_goes_from_the_question_to_the_end(self):
        ticket = self._ask(service="repair_building")
        work = ticket.with_user(self.mender)
        work.action_take()
        self.assertEqual(ticket.state, "in_progress")
        self.assertTrue(ticket.acknowledged_at)
        work._answer("We come at ten.")
        self.assertEqual(self._clock(ticket, "ticket_response").state, "met")
        work.action_on_site()
        work._solve("A new lamp.")
        self.assertEqual(ticket.state, "solved")
        ticket.with_user(self.teacher).action_confirm()
        self.assertEqual(ticket.state, "closed")
        self.assertEqual(ticket.confirmed_by_id, self.teacher.partner_id)

    def test_my_office_shows_what_was_asked_beside_the_approvals(self):
        ticket = self._ask(service="repair_building")
        overview = self.env["school.my.office"].with_user(self.teacher).get_overview()
        keys = [section["key"] for section in overview["sections"]]
        # The page cannot be drawn with two cards of one key.
        self.assertEqual(len(keys), len(set(keys)))
        self.assertIn("approval_cases", keys)
        card = next(s for s in overview["sections"] if s["key"] == "desk_requests")
        self.assertEqual(card["column"], "asked")
        self.assertEqual(
            [tuple(item["open_record"]) for item in card["items"]],
            [("school.ticket", ticket.id)],
        )

    def test_my_office_names_first_what_waits_for_whoever_asked(self):
        asked, solved, waiting = self._ask(), self._ask(), self._ask()
        asked.with_user(self.agent)._ask("Which lamp?")
        solved.with_user(self.agent)._solve("It is new.")
        waiting.with_user(self.agent)._set_waiting(
            self._wait_reason("spare_part"), until="2031-05-08 02:00:00"
        )
        overview = self.env["school.my.office"].with_user(self.teacher).get_overview()
        card = next(s for s in overview["sections"] if s["key"] == "desk_answers")
        self.assertEqual(card["column"], "todo")
        self.assertEqual(
            {item["open_record"][1] for item in card["items"]}, {asked.id, solved.id}
        )
        buttons = [button for item in card["items"] for button in item["buttons"]]
        self.assertEqual(
            [(b["ids"], b["method"]) for b in buttons],
            [([solved.id], "action_confirm")],
        )

    def test_what_the_form_asks_and_nobody_answered_is_listed(self):
        service = self._service("general")
        questions = self.env["school.service.question"].create(
            [
                {
                    "service_id": service.id,
                    "key": key,
                    "label": label,
                    "kind": "text",
                    "required": needed,
                }
                for key, label, needed in (
                    ("heads", "How many people?", True),
                    ("when", "When is it used?", True),
                    ("wish", "Any wish?", False),
                )
            ]
        )
        self.assertEqual(len(questions), 3)
        ticket = self._incoming(answers={"heads": "12"})
        self.assertEqual(ticket.missing_items, "When is it used?")
        self.assertIn("12", ticket.answers_text)

    def test_what_is_missing_pauses_the_clocks(self):
        ticket = self._ask(service="general")
        ticket.with_user(self.agent)._ask("Which room?")
        self.assertEqual(ticket.state, "waiting")
        self.assertEqual(self._clock(ticket, "ticket_response").state, "paused")
        ticket._requester_answers("Room 101")
        self.assertEqual(ticket.state, "in_progress")
        self.assertEqual(self._clock(ticket, "ticket_response").state, "running")

    def test_a_channel_without_a_form_brings_it_in(self):
        tickets = self._incoming("repair_building", count=3, requester_phone="123456")
        self.assertEqual(tickets.mapped("state"), ["assigned"] * 3)
        self.assertEqual(len(set(tickets.mapped("number"))), 3)

    def test_the_history_says_the_channel_in_the_words_of_the_school(self):
        self.school.partner_id.lang = "zh_CN"
        ticket = self._incoming(channel="phone")
        received = ticket.event_ids.filtered(lambda event: event.kind == "received")
        words = dict(
            ticket.with_context(lang="zh_CN")
            ._fields["channel"]
            ._description_selection(ticket.with_context(lang="zh_CN").env)
        )
        self.assertEqual(received.value_to, words["phone"])
        self.assertNotEqual(received.value_to, "Telephone")

    def test_a_complaint_is_for_named_people(self):
        ticket = self._incoming("complaint", anonymous=True)
        ticket = ticket.with_env(self.env)
        self.assertTrue(ticket.is_restricted)
        self.assertFalse(ticket.requester_name)
        self.assertFalse(ticket.with_user(self.agent).has_access("read"))
        self.assertFalse(ticket.with_user(self.teacher).has_access("read"))
        self.assertTrue(ticket.with_user(ticket.handler_id).has_access("read"))

    def test_staff_do_not_work_on_each_others_requests(self):
        ticket = self._ask()
        with self.assertRaises(AccessError):
            ticket.with_user(self.colleague).action_take()
        with self.assertRaises(AccessError):
            ticket.with_user(self.teacher).action_take()

    def test_the_server_alone_sets_the_course(self):
        for vals in (
            {"state": "closed"},
            {"handler_id": self.teacher.id},
            {"jump_rank": 5},
            {"number": "1"},
            {"access_token": "x"},
            {"clock_ids": [(0, 0, {})]},
            {"allowed_user_ids": [(4, self.teacher.id)]},
            {"company_id": self.other.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self._ask(**vals)

    def test_a_neighbour_sees_nothing(self):
        ticket = self._ask()
        self.assertFalse(ticket.with_user(self.stranger).has_access("read"))
        self.assertFalse(self.Ticket.with_user(self.stranger).search([]))

    def test_a_parent_reads_what_he_asked(self):
        mine = self._incoming(requester_id=self.parent.partner_id.id)
        other = self._incoming(requester_name="Han")
        found = self.Ticket.with_user(self.parent).search([])
        self.assertEqual(found.ids, mine.ids)
        self.assertFalse(other.with_user(self.parent).sudo(False).has_access("read"))
