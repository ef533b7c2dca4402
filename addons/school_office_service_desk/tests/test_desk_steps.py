from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DeskCommon

# A Wednesday morning, service hours.
MORNING = "2026-09-02 01:00:00"


@tagged("post_install", "-at_install")
@freeze_time(MORNING)
class TestSteps(DeskCommon):
    def _late(self, **delta):
        return freeze_time(fields.Datetime.to_datetime(MORNING) + timedelta(**delta))

    # Order

    def test_red_comes_first_then_what_was_moved_up_then_arrival(self):
        first = self._ask()
        second = self._ask()
        red = self._ask(urgency="2")
        second.with_user(self.director)._jump("The inspectors come at ten.")
        queue = self.Ticket.with_user(self.agent).search([("is_open", "=", True)])
        self.assertEqual(queue.ids, (red | second | first).ids)
        self.assertEqual(second.jumped_by_id, self.director)
        self.assertIn("jumped", self._kinds(second))

    def test_only_the_desk_manager_moves_up_and_says_why(self):
        ticket = self._ask()
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent)._jump("Please")
        with self.assertRaises(UserError):
            ticket.with_user(self.director)._jump(" ")

    def test_what_was_moved_up_goes_back_to_its_place_with_the_reason(self):
        first, second = self._ask(), self._ask()
        manager = second.with_user(self.director)
        with self.assertRaisesRegex(UserError, "not been moved up"):
            manager.action_jump_back()
        manager._jump("The inspectors come at ten.")
        with self.assertRaises(AccessError):
            second.with_user(self.agent)._jump_back("Why?")
        with self.assertRaises(UserError):
            manager._jump_back(" ")
        self.env["school.ticket.step"].with_user(self.director).create(
            {
                "step": "jump_back",
                "ticket_ids": second.ids,
                "reason": "They come tomorrow.",
            }
        ).action_confirm()
        queue = self.Ticket.with_user(self.agent).search([("is_open", "=", True)])
        self.assertEqual(queue.ids, (first | second).ids)
        self.assertFalse(second.jumped_by_id or second.jump_reason)
        event = second.sudo().event_ids.filtered(lambda e: e.kind == "moved_back")
        self.assertEqual(event.reason, "They come tomorrow.")
        self.assertEqual(event.value_from, "The inspectors come at ten.")
        self.assertEqual(event.user_id, self.director)
        manager._jump("Today after all.")
        self.assertEqual(
            self.Ticket.with_user(self.agent).search([("is_open", "=", True)]).ids,
            (second | first).ids,
        )

    def test_urgency_changes_by_the_step_and_moves_the_deadline(self):
        ticket = self._ask()
        before = self._clock(ticket, "ticket_response").deadline_at
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).write({"urgency": "2"})
        ticket.with_user(self.agent)._set_urgency("2", "Water runs.")
        self.assertTrue(ticket.is_red)
        self.assertLess(self._clock(ticket, "ticket_response").deadline_at, before)
        event = self._last_event(ticket)
        self.assertEqual((event.kind, event.reason), ("urgency", "Water runs."))

    def test_a_pause_is_not_forgotten_when_the_urgency_changes(self):
        ticket = self._ask(service="copying", answers={"copies": 30})
        ticket.with_user(self.clerk)._ask("Which paper?")
        with self._late(hours=4):
            ticket._requester_answers("A3")
            clock = self._clock(ticket, "ticket_solution")
            ticket.with_user(self.clerk)._set_urgency("1", "Soon.", is_major=True)
            after = self._clock(ticket, "ticket_solution")
            self.assertEqual(after, clock)
            self.assertEqual(after.elapsed, 0)
            self.assertEqual((after.amount, after.unit), (3, "working_day"))

    # Waiting

    def _reply(self, ticket, user, words="", **vals):
        """Answer through the dialog, as the button does."""
        action = ticket.with_user(user).action_reply()
        step = self.env[action["res_model"]].with_user(user)
        step = step.with_context(**action["context"])
        return step.create({"reason": words, **vals}).action_confirm()

    def test_whoever_asked_answers_in_the_office_and_it_goes_on(self):
        ticket = self._ask()
        ticket.with_user(self.agent).action_take()
        ticket.with_user(self.agent)._ask("Which lamp? A photo, please.")
        mine = ticket.with_user(self.teacher)
        self.assertTrue(mine.is_asked)
        photo = (
            self.env["ir.attachment"]
            .with_user(self.teacher)
            .create(
                {
                    "name": "lamp.pdf",
                    "raw": b"%PDF-1.4 lamp",
                    "res_model": "school.ticket.step",
                    "res_id": 0,
                }
            )
        )
        self._reply(ticket, self.teacher, "The one in the hall.", file_ids=photo.ids)
        self.assertEqual(ticket.state, "in_progress")
        self.assertFalse(mine.is_asked)
        self.assertEqual((photo.res_model, photo.res_id), (ticket._name, ticket.id))
        self.assertIn(
            "The one in the hall.", str(ticket.message_ids[:2].mapped("body"))
        )
        self.assertIn("resumed", self._kinds(ticket))

    def test_nobody_else_answers_and_an_empty_answer_is_none(self):
        ticket = self._ask()
        ticket.with_user(self.agent)._ask("Which lamp?")
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).action_reply()
        with self.assertRaisesRegex(UserError, "Write something"):
            self._reply(ticket, self.teacher, "  ")
        # A file of somebody else does not come along.
        theirs = self.env["ir.attachment"].create({"name": "x.pdf", "raw": b"%PDF-1"})
        step = self.env["school.ticket.step"].with_user(self.teacher)
        step = step.create({"step": "reply", "ticket_ids": ticket.ids, "reason": "A"})
        step.sudo().file_ids = theirs
        with self.assertRaises(AccessError):
            step.action_confirm()
        self.assertEqual(ticket.state, "waiting")

    def test_what_waits_for_a_day_reminds_nobody_but_goes_on(self):
        ticket = self._ask()
        reason = self._wait_reason("third_party")
        reason.needs_date = False
        ticket.with_user(self.agent).action_take()
        until = fields.Datetime.now() + timedelta(days=1)
        ticket.with_user(self.agent)._set_waiting(reason, until=until)
        with self._late(days=1, minutes=1):
            self._cron()
        self.assertEqual(ticket.state, "in_progress")
        self.assertNotIn("follow_up", self._kinds(ticket))

    def test_the_requester_is_reminded_by_himself_and_not_for_ever(self):
        self.school.school_desk_follow_up_limit = 2
        ticket = self._ask()
        ticket.with_user(self.agent)._ask("Which room?")
        counts = []
        for days in (1, 2, 5, 7, 9, 12):
            with self._late(days=days):
                self._cron()
                counts.append(ticket.follow_up_count)
        self.assertEqual(counts, [0, 1, 1, 2, 2, 2])
        self.assertEqual(ticket.state, "waiting")
        self.assertFalse(ticket.follow_up_at)
        self.assertEqual(self._kinds(ticket).count("follow_up"), 2)

    def test_it_goes_on_when_the_day_has_come(self):
        ticket = self._ask()
        until = fields.Datetime.now() + timedelta(days=2)
        ticket.with_user(self.agent)._set_waiting(
            self._wait_reason("spare_part"), "Ordered", until
        )
        self._cron()
        self.assertEqual(ticket.state, "waiting")
        with self._late(days=2, minutes=1):
            self._cron()
        self.assertEqual(ticket.state, "in_progress")

    def test_waiting_for_a_part_needs_a_day(self):
        ticket = self._ask()
        with self.assertRaises(UserError):
            ticket.with_user(self.agent)._set_waiting(self._wait_reason("spare_part"))

    # The end

    def test_silence_closes_after_the_days_of_the_service(self):
        ticket = self._ask()
        ticket.with_user(self.agent)._solve("Done.")
        with self._late(days=5):
            self._cron()
            self.assertEqual(ticket.state, "solved")
        with self._late(days=8):
            self._cron()
        self.assertEqual(ticket.state, "closed")
        self.assertFalse(ticket.confirmed_at)

    def test_what_needs_a_call_is_not_closed_without_it(self):
        self._service("general").phone_confirmation = True
        ticket = self._ask()
        ticket.with_user(self.agent)._solve("Done.")
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).action_close()
        with self._late(days=8):
            self._cron()
            self.assertEqual(ticket.state, "solved")
        ticket.with_user(self.agent)._phone_confirm("He is content.")
        self.assertEqual(ticket.state, "closed")
        self.assertEqual(ticket.phoned_by_id, self.agent)

    def test_reopening_goes_on_with_the_time_left(self):
        ticket = self._ask(service="copying", answers={"copies": 30})
        with self._late(hours=2):
            ticket.with_user(self.clerk)._solve("Printed.")
        with self._late(hours=5):
            ticket.with_user(self.teacher)._reopen("The pages are mixed up.")
            clock = self._clock(ticket, "ticket_solution")
            self.assertEqual((clock.cycle, clock.state), (2, "running"))
            self.assertGreater(clock.elapsed, 3600)
        self.assertEqual(ticket.reopen_count, 1)

    def test_reopening_starts_again_where_the_service_says_so(self):
        self._service("copying").reopening = "new_cycle"
        ticket = self._ask(service="copying", answers={"copies": 30})
        with self._late(hours=2):
            ticket.with_user(self.clerk)._solve("Printed.")
        with self._late(hours=5):
            ticket.with_user(self.teacher)._reopen("The pages are mixed up.")
            self.assertEqual(self._clock(ticket, "ticket_solution").elapsed, 0)

    def test_coordination_is_not_reopened_but_continued(self):
        ticket = self._ask(service="coordination", answers={"departments": "Teaching"})
        ticket.with_user(self.clerk)._solve("Agreed.")
        with self.assertRaises(UserError):
            ticket.with_user(self.teacher)._reopen("More, please.")
        more = ticket.with_user(self.teacher)._further_help("The hall, too")
        self.assertEqual(more.continues_id, ticket)
        self.assertEqual(more.requester_user_id, self.teacher)
        self.assertEqual(more.handler_id, self.clerk)

    def test_a_closed_one_is_reopened_only_for_some_days(self):
        ticket = self._ask()
        ticket.with_user(self.agent)._solve("Done.")
        ticket.with_user(self.teacher).action_confirm()
        with self._late(days=8), self.assertRaises(UserError):
            ticket.with_user(self.teacher)._reopen("Again")
        with self._late(days=6):
            ticket.with_user(self.teacher)._reopen("Again")
        self.assertEqual(ticket.state, "in_progress")

    def test_a_referral_says_where_to_and_why(self):
        ticket = self._ask()
        agent = ticket.with_user(self.agent)
        with self.assertRaises(UserError):
            agent._refer("Education bureau", "")
        with self.assertRaises(UserError):
            agent._refer("", "Not ours")
        agent._refer("", "They plan the buses.", self.logistics)
        self.assertEqual(ticket.state, "referred")
        self.assertEqual(ticket.referral_target, "Logistics")
        self.assertTrue(ticket.responded_at)

    def test_a_refusal_says_why(self):
        agent = self._ask().with_user(self.agent)
        for reason in ("", "  ", None):
            with self.assertRaisesRegex(UserError, "Say why"):
                agent._refuse(reason)
        agent._refuse("The bureau decides on it.")
        self.assertEqual(agent.state, "refused")
        self.assertEqual(agent.end_reason, "The bureau decides on it.")

    def test_a_void_number_stays_in_the_book(self):
        ticket = self._ask()
        ticket.with_user(self.agent)._void("Entered twice")
        self.assertEqual(ticket.sudo().number_id.state, "void")
        self.assertFalse(self._clock(ticket, "ticket_response").state == "running")

    # Together and apart

    def test_merging_keeps_the_voices(self):
        ticket, twin = self._ask(), self._ask(self.colleague)
        twin.with_user(self.agent)._merge(ticket.with_user(self.agent))
        self.assertEqual(twin.state, "merged")
        self.assertEqual(ticket.voice_count, 1)
        self.assertEqual(ticket.voice_ids.partner_id, self.colleague.partner_id)
        with self.assertRaises(UserError):
            ticket.with_user(self.agent)._merge(ticket.with_user(self.agent))

    def test_a_split_part_has_waited_since_the_beginning(self):
        ticket = self._ask()
        with self._late(hours=3):
            part = ticket.with_user(self.agent)._split(
                "The window", self._service("repair_building")
            )
        self.assertEqual(part.split_from_id, ticket)
        self.assertEqual(part.received_at, ticket.received_at)
        self.assertEqual(part.handler_id, self.mender)

    def test_solving_the_cause_solves_what_comes_of_it(self):
        cause, one, two = self._ask(), self._ask(), self._ask(self.colleague)
        effects = (one | two).with_user(self.agent)
        effects._link_cause(cause.with_user(self.agent))
        wizard = (
            self.env["school.ticket.step"]
            .with_user(self.agent)
            .create({"step": "solve", "ticket_ids": cause.ids, "text": "Pump mended."})
        )
        self.assertEqual(wizard.effect_count, 2)
        wizard.action_confirm()
        self.assertEqual((cause | one | two).mapped("state"), ["solved"] * 3)
        self.assertEqual(one.solution, "Pump mended.")

    def test_another_service_means_another_post_and_other_limits(self):
        ticket = self._ask()
        ticket.with_user(self.agent)._set_service(
            self._service("repair_building"), "A lamp is a repair."
        )
        self.assertEqual(ticket.handler_id, self.mender)
        self.assertEqual(ticket.kind, "repair")
        self.assertEqual(self._clock(ticket, "ticket_on_site").state, "running")
        self.assertEqual(self._clock(ticket, "ticket_response").unit, "service_hour")

    # Several departments

    def test_each_department_has_its_share_and_its_clock(self):
        ticket = self._ask(service="coordination", answers={"departments": "Both"})
        lead = ticket.with_user(self.clerk)
        lead._involve(self.teaching, "Name the classes", lead=True)
        helper = lead._involve(self.logistics, "Open the hall")
        self.assertEqual(ticket.lead_department_id, self.teaching)
        self.assertTrue(ticket.with_user(self.other_head).has_access("read"))
        clock = self._clock(helper, "ticket_part")
        self.assertEqual(clock.department_id, self.logistics)
        mine = helper.with_user(self.other_head)
        mine.action_accept()
        self.assertEqual(helper.user_id, self.other_head)
        with self.assertRaises(AccessError):
            helper.with_user(self.head)._finish("Done")
        mine._finish("Opened.")
        self.assertEqual(self._clock(helper, "ticket_part").state, "met")

    def test_a_finished_share_is_neither_finished_nor_refused_again(self):
        ticket = self._ask(service="coordination", answers={"departments": "Both"})
        lead = ticket.with_user(self.clerk)
        mine = lead._involve(self.logistics, "Open the hall").with_user(self.other_head)
        mine._finish("Opened.")
        for again in (
            mine.action_accept,
            mine.action_finish,
            mine.action_refuse,
            lambda: mine._finish("Once more."),
            lambda: mine._refuse("Not ours."),
        ):
            with self.assertRaisesRegex(UserError, "is finished"):
                again()
        self.assertEqual((mine.state, mine.result), ("done", "Opened."))

    def test_nobody_is_chased_for_his_share_of_what_is_over(self):
        for end in (
            lambda desk: desk._solve("Both agree.") and desk.action_close(),
            lambda desk: desk._refuse("It is settled."),
        ):
            ticket = self._ask(service="coordination", answers={"departments": "Both"})
            desk = ticket.with_user(self.clerk)
            part = desk._involve(self.teaching, "Say when it suits.")
            done = desk._involve(self.logistics, "Bring chairs.")
            done.with_user(self.other_head)._finish("They are there.")
            end(desk)
            self.assertEqual(part.state, "done")
            self.assertIn("ended before", part.result)
            self.assertEqual(done.result, "They are there.")
            clock = self.env["school.time.clock"].search(
                [("res_model", "=", part._name), ("res_id", "=", part.id)]
            )
            self.assertEqual(clock.mapped("state"), ["met"])

    def test_the_head_above_answers_for_a_department_without_one(self):
        vacant = self.env["hr.department"].create(
            {"name": "Vacant", "company_id": self.school.id}
        )
        ticket = self._ask(service="coordination", answers={"departments": "Both"})
        share = ticket.with_user(self.clerk)._involve(vacant, "Open the hall")
        by_head = share.with_user(self.other_head)
        self.assertFalse(by_head.has_access("read"))
        with self.assertRaises(AccessError):
            by_head.action_accept()
        vacant.parent_id = self.logistics
        self.env.invalidate_all()
        self.assertIn(
            share, self.env[share._name].with_user(self.other_head).search([])
        )
        self.assertTrue(ticket.with_user(self.other_head).has_access("read"))
        by_head.action_accept()
        self.assertEqual((share.state, share.user_id), ("working", self.other_head))

    def test_one_department_leads(self):
        ticket = self._ask(service="coordination", answers={"departments": "Both"})
        lead = ticket.with_user(self.clerk)
        first = lead._involve(self.teaching, "Name the classes", lead=True)
        second = lead._involve(self.logistics, "Open the hall", lead=True)
        self.assertEqual((first.is_lead, second.is_lead), (False, True))
        self.assertEqual(ticket.lead_department_id, self.logistics)

    def test_the_result_goes_to_the_departments_that_had_a_share(self):
        ticket = self._ask(service="coordination", answers={"departments": "Both"})
        lead = ticket.with_user(self.clerk)
        lead._involve(self.logistics, "Open the hall")
        refused = lead._involve(self.teaching, "Name the classes")
        refused.with_user(self.head)._refuse("No class takes part.")
        about = [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        before = self.env["school.notice"].search(about)
        lead._solve("All agreed.")
        told = self.env["school.notice"].search(about) - before
        self.assertIn(self.other_head, told.user_id)
        self.assertNotIn(self.head, told.user_id)
        copy = told.filtered(lambda notice: notice.user_id == self.other_head)
        self.assertIn("All agreed.", copy.body)

    def test_coordination_gets_a_word_each_working_day(self):
        ticket = self._ask(service="coordination", answers={"departments": "Both"})
        ticket.with_user(self.clerk)._answer("We look into it.", "2026-09-07")
        self.assertEqual(str(ticket.expected_date), "2026-09-07")
        due = ticket.progress_due_at
        self.assertTrue(due)
        with self._late(days=2):
            self._cron()
            self.assertGreater(ticket.progress_due_at, due)
        ticket.with_user(self.clerk)._solve("Done.")
        self.assertFalse(ticket.progress_due_at)

    # The escalation ladder

    def test_what_is_late_climbs_the_ladder(self):
        ticket = self._ask(service="repair_building")
        with self._late(hours=3, minutes=5):
            self._cron("time_clock")
        with self._late(days=3):
            self._cron("time_clock")
        told = (
            self.env["school.notice"]
            .search([("res_model", "=", ticket._name), ("res_id", "=", ticket.id)])
            .mapped("user_id")
        )
        for user in (self.mender, self.clerk, self.director):
            self.assertIn(user, told)
        self.assertIn("escalated", self._kinds(ticket))
