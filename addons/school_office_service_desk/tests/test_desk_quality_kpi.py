from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.school_office_base.models.demo import demo_time

from .quality_common import NOVEMBER, OCTOBER, QualityCommon


@tagged("post_install", "-at_install")
class TestDeskKpi(QualityCommon):
    def _tickets(self, count, solved_after=None, **vals):
        """Repairs of a Tuesday morning, answered in time or ``solved_after`` hours."""
        with demo_time(OCTOBER):
            tickets = self._incoming(service="general", count=count, **vals)
            self.env.flush_all()
        if solved_after is not None:
            moment = OCTOBER + timedelta(hours=solved_after)
            with demo_time(moment):
                tickets.sudo().write(
                    {
                        "handler_id": self.mender.id,
                        "responded_at": moment,
                        "solved_at": moment,
                        "state": "solved",
                    }
                )
                self.env.flush_all()
        return tickets

    def _sheet(self, period="month"):
        sheet = self.env["school.desk.kpi"]._ensure_period(
            self.school, period, OCTOBER.date()
        )
        sheet._refresh()
        return sheet

    def _line(self, code, sheet=None):
        sheet = sheet or self._sheet()
        return sheet.line_ids.filtered(lambda line: line.code == code)

    def test_on_time_is_done_by_the_deadline_out_of_what_fell_due(self):
        early = self._tickets(9, solved_after=1)
        late = self._tickets(1, solved_after=24 * 20)
        self.at(NOVEMBER)
        line = self._line("on_time")
        self.assertEqual((line.part_count, line.whole_count), (9, 10))
        self.assertEqual((line.share, line.verdict), (90.0, "good"))
        self.assertEqual(set(line.part_ids), set(early.ids))
        self.assertEqual(set(line.whole_ids), set((early | late).ids))

    def test_a_ticket_that_still_runs_late_counts_as_late(self):
        self._tickets(1, solved_after=1)
        self._tickets(1)
        self.at(NOVEMBER)
        line = self._line("on_time")
        self.assertEqual((line.share, line.verdict), (50.0, "alarm"))

    def test_what_is_not_due_yet_does_not_count(self):
        self._tickets(3)
        self.at(OCTOBER + timedelta(minutes=5))
        self.assertEqual(self._line("on_time").whole_count, 0)
        self.assertEqual(self._line("on_time").verdict, "none")

    def test_a_complaint_counts_as_an_error_when_a_mistake_has_caused_it(self):
        with demo_time(OCTOBER):
            complaints = self._incoming("complaint", count=4)
            self._incoming(count=2)
            complaints[0].sudo().handling_mistake = "yes"
            complaints[1].sudo().handling_mistake = "no"
            self.env.flush_all()
        self.at(NOVEMBER)
        line = self._line("error_rate")
        self.assertEqual((line.part_count, line.whole_count), (1, 4))
        self.assertEqual(line.part_ids, complaints[0].ids)
        self.assertEqual((line.share, line.verdict), (25.0, "below"))

    def test_a_void_ticket_does_not_count(self):
        with demo_time(OCTOBER):
            tickets = self._incoming(count=2)
            tickets.sudo().state = "void"
            self.env.flush_all()
        self.at(NOVEMBER)
        self.assertEqual(self._line("on_time").whole_count, 0)

    def test_every_figure_says_by_which_rule_and_calendar(self):
        self._tickets(1, solved_after=1)
        self.at(NOVEMBER)
        sheet = self._sheet()
        self.assertRegex(self._line("on_time", sheet).rule_text, r" v1$")
        self.assertRegex(sheet.calendar_text, r"^v\d+")

    def test_every_figure_opens_the_list_behind_it(self):
        self._tickets(1, solved_after=1)
        late = self._tickets(1)
        self.at(NOVEMBER)
        line = self._line("on_time").with_user(self.director)
        for method, count in (
            (line.action_open_part, 1),
            (line.action_open_whole, 2),
            (line.action_open_rest, 1),
        ):
            action = method()
            found = self.env[action["res_model"]].search(action["domain"])
            self.assertEqual(len(found), count)
        self.assertEqual(found, late)

    def test_the_list_behind_a_figure_obeys_the_rights_of_the_reader(self):
        secret = self._tickets(1)
        secret.sudo().write(
            {
                "visibility": "named",
                "allowed_user_ids": [Command.set(self.leader.ids)],
            }
        )
        self.at(NOVEMBER)
        other = self._person("second_agent", self.school, "group_office_clerk")
        action = self._line("on_time").with_user(other).action_open_whole()
        self.assertEqual(action["domain"], [("id", "in", secret.ids)])
        found = self.Ticket.with_user(other).search(action["domain"])
        self.assertFalse(found)

    def test_solved_needs_a_yes_or_silence(self):
        tickets = self._tickets(4, solved_after=1)
        service = tickets.service_id
        service.silent_days = 3
        yes, silent, fresh, denied = tickets
        yes.sudo().confirmed_at = OCTOBER + timedelta(hours=2)
        (silent | denied).sudo().state = "closed"
        # Solved on the last day of October: the silent days are not over.
        fresh.sudo().write({"solved_at": "2026-10-30 08:00:00", "state": "closed"})
        self.env["school.desk.callback"].sudo().create(
            {
                "company_id": self.school.id,
                "ticket_id": denied.id,
                "state": "reached",
                "is_solved": "no",
            }
        )
        self.at(NOVEMBER)
        line = self._line("resolution_rate")
        self.assertEqual(set(line.part_ids), set((yes | silent).ids))
        self.assertEqual(line.whole_count, 4)
        self.assertEqual((line.asked_count, line.answered), (4, 25.0))

    def test_who_came_back_is_not_solved(self):
        ticket = self._tickets(1, solved_after=1)
        ticket.sudo().write(
            {
                "state": "in_progress",
                "solved_at": False,
                "last_reopened_at": OCTOBER + timedelta(days=2),
            }
        )
        self.at(NOVEMBER)
        line = self._line("resolution_rate")
        self.assertEqual((line.part_count, line.whole_count), (0, 1))

    def test_satisfaction_shows_how_many_answered(self):
        tickets = self._tickets(4, solved_after=1)
        for ticket, points in zip(tickets, (5, 4, 2, 0), strict=True):
            self.env.cr.execute(
                "UPDATE school_ticket SET rating_last_value = %s WHERE id = %s",
                [points, ticket.id],
            )
        tickets.invalidate_recordset()
        self.at(NOVEMBER)
        line = self._line("satisfaction_rate")
        self.assertEqual((line.part_count, line.whole_count), (2, 3))
        self.assertEqual((line.share, line.answered), (66.7, 75.0))
        self.assertAlmostEqual(line.average, 11 / 3, places=2)

    def test_another_school_has_its_own_figures(self):
        with demo_time(OCTOBER):
            self._incoming(count=3, school=self.other)
            self.env.flush_all()
        self._tickets(1, solved_after=1)
        self.at(NOVEMBER)
        self.assertEqual(self._line("on_time").whole_count, 1)
        self._sheet()
        sheets = self.env["school.desk.kpi"].with_user(self.stranger)
        self.assertFalse(sheets.search([("company_id", "=", self.school.id)]))

    def test_below_the_alarm_the_analysis_is_compulsory(self):
        self._tickets(1)
        self.at(NOVEMBER)
        sheet = self._sheet().with_user(self.director)
        analysis = sheet.analysis_ids
        self.assertEqual(analysis.owner_id, self.director)
        self.assertEqual(analysis.deadline_state, "running")
        with self.assertRaisesRegex(UserError, "analysis of the causes"):
            sheet.action_close()
        with self.assertRaisesRegex(UserError, "kind of cause"):
            analysis.action_submit()
        analysis.cause_people = True
        with self.assertRaisesRegex(UserError, "still empty"):
            analysis.action_submit()
        analysis.write({"causes": "Two ill.", "measures": "Clerk helps until Friday."})
        analysis.action_submit()
        self.assertEqual(analysis.deadline_state, "met")
        with self.assertRaisesRegex(UserError, "stays as it is"):
            analysis.causes = "None."
        sheet.action_close()
        self.assertEqual(sheet.state, "closed")

    def test_it_is_asked_for_once_and_lifted_when_the_rate_recovers(self):
        ticket = self._tickets(1)
        self.at(NOVEMBER)
        sheet = self._sheet()
        sheet._refresh()
        self.assertEqual(len(sheet.analysis_ids), 1)
        ticket.sudo().state = "void"
        self.env.flush_all()
        sheet._refresh()
        self.assertEqual(sheet.analysis_ids.state, "lifted")

    def test_only_the_month_asks_for_an_analysis(self):
        self._tickets(1)
        self.at(NOVEMBER)
        self.assertFalse(self._sheet("quarter").analysis_ids)

    def test_a_closed_period_never_changes(self):
        self._tickets(2, solved_after=1)
        self.at(NOVEMBER)
        sheet = self._sheet()
        sheet.with_user(self.director).action_close()
        line = self._line("on_time", self.env["school.desk.kpi"].browse(sheet.id))
        for attempt in (
            lambda: line.sudo().write({"share": 12}),
            lambda: sheet.sudo().write({"state": "open"}),
            lambda: sheet.with_user(self.director).action_refresh(),
        ):
            with self.assertRaises(UserError):
                attempt()
        with self.assertRaises(Exception), self.cr.savepoint():  # noqa: B017
            self.env.cr.execute(
                "UPDATE school_desk_kpi_line SET share = 1 WHERE id = %s", [line.id]
            )

    def test_a_running_period_is_not_closed_and_agents_close_none(self):
        self.at(OCTOBER)
        sheet = self._sheet()
        with self.assertRaisesRegex(UserError, "when it is over"):
            sheet.with_user(self.director).action_close()
        with self.assertRaises(AccessError):
            sheet.with_user(self.agent).action_close()
        with self.assertRaises(AccessError):
            sheet.with_user(self.teacher).read(["name"])

    def test_figures_are_the_server_s(self):
        self.at(NOVEMBER)
        sheet = self._sheet()
        for user in (self.director, self.agent, self.teacher):
            with self.assertRaises(AccessError):
                sheet.with_user(user).write({"alarm_count": 0})
            with self.assertRaises(AccessError):
                sheet.line_ids.with_user(user).write({"share": 100})
            with self.assertRaises(AccessError):
                sheet.line_ids.with_user(user).unlink()

    def test_counting_costs_the_same_for_ten_times_the_tickets(self):
        counts = []
        for count in (10, 100):
            self._tickets(count, solved_after=1)
            with demo_time(NOVEMBER):
                sheet = self._sheet()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                sheet._refresh()
                self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_the_scheduled_action_opens_month_quarter_and_term(self):
        self.env["school.term"].create(
            {
                "company_id": self.school.id,
                "name": "First Term",
                "date_from": "2026-09-01",
                "date_to": "2027-01-20",
            }
        )
        self.at(NOVEMBER)
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_office_service_desk.cron_desk_kpi"
            ).method_direct_trigger()
        sheets = self.env["school.desk.kpi"].search(
            [("company_id", "=", self.school.id)]
        )
        self.assertEqual(sorted(sheets.mapped("period")), ["month", "quarter", "term"])


@tagged("post_install", "-at_install")
class TestDeskCallback(QualityCommon):
    def setUp(self):
        super().setUp()
        self.school.school_desk_callback_share = 50
        with demo_time(OCTOBER):
            asked = self._incoming(
                count=4, service="general", requester_phone="13800000000"
            )
        moment = OCTOBER + timedelta(hours=1)
        asked.sudo().write(
            {
                "handler_id": self.mender.id,
                "solved_at": moment,
                "closed_at": moment,
                "state": "closed",
            }
        )
        asked[0].sudo().confirmed_at = moment
        self.sample = self._drawn(0)
        self.callbacks = self.env["school.desk.callback"].search(
            [("company_id", "=", self.school.id)]
        )

    def _call(self, user, callback=None, reached=True, **vals):
        step = "reached" if reached else "unreached"
        self.env["school.desk.quality.step"].with_user(user).create(
            {
                "step": step,
                "text": "Spoke with the mother.",
                "callback_ids": [Command.set((callback or self.callbacks[0]).ids)],
                **vals,
            }
        ).action_apply()

    def test_half_of_the_silent_ones_are_called(self):
        self.assertEqual(len(self.callbacks), 2)
        self.assertFalse(self.callbacks.ticket_id.filtered("confirmed_at"))
        self.assertEqual(set(self.callbacks.mapped("deadline_state")), {"running"})

    def test_a_call_says_whether_it_is_solved(self):
        with self.assertRaisesRegex(UserError, "whether it is solved"):
            self._call(self.agent)
        self._call(self.agent, is_solved="no")
        callback = self.callbacks[0]
        self.assertEqual((callback.state, callback.is_solved), ("reached", "no"))
        with self.assertRaisesRegex(UserError, "has been made"):
            self._call(self.agent, is_solved="yes")

    def test_whoever_is_not_reached_may_be_called_again(self):
        self._call(self.agent, reached=False)
        self.assertEqual(self.callbacks[0].state, "unreached")
        self._call(self.agent, is_solved="yes")
        self.assertEqual(self.callbacks[0].state, "reached")

    def test_the_handler_does_not_call(self):
        self.mender.group_ids = [
            Command.link(self.env.ref("school_office_service_desk.group_desk_agent").id)
        ]
        with self.assertRaisesRegex(AccessError, "worked on the ticket"):
            self._call(self.mender, is_solved="yes")

    def test_the_desk_alone_sees_and_makes_calls(self):
        for user in (self.teacher, self.stranger):
            with self.assertRaises(AccessError):
                self._call(user, is_solved="yes")
        with self.assertRaises(AccessError):
            self.callbacks[0].with_user(self.agent).write({"is_solved": "yes"})
