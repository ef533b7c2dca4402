import random
from datetime import date, datetime, timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from .test_clock_engine import ClockCommon, at


@tagged("post_install", "-at_install")
class TestClockCalendar(ClockCommon):
    def _exception(self, first, last=None, kind="closed", school=None, **vals):
        return self.env["school.calendar.exception"].create(
            {
                "name": kind,
                "kind": kind,
                "date_from": first,
                "date_to": last or first,
                "company_id": (school or self.school).id,
                **vals,
            }
        )

    def _apply(self, exceptions, moment="2026-11-19 09:00"):
        with freeze_time(at(moment)):
            return exceptions._apply()

    def test_a_new_school_serves_as_the_state_announces(self):
        work = self.school._worktime()
        # 20 September and 10 October 2026 are make-up workdays, 1-7 October is free.
        for day, hours in (
            (date(2026, 9, 20), 9),
            (date(2026, 10, 1), 0),
            (date(2026, 10, 7), 0),
            (date(2026, 10, 10), 9),
            (date(2026, 10, 11), 0),
        ):
            with self.subTest(day=day):
                row = self.env["school.workday"].search(
                    [("company_id", "=", self.school.id), ("day", "=", day)]
                )
                self.assertEqual(row.hours, hours)
        self.assertFalse(work.provisional(at("2026-12-31 12:00")))
        self.assertTrue(work.provisional(at("2027-01-04 12:00")))

    def test_the_calendar_of_a_school_equals_plan_hours(self):
        calendar = self.school.resource_calendar_id
        self.env["school.calendar.exception"].search(
            [("company_id", "=", self.school.id)]
        )._apply()
        exceptions = self.env["school.calendar.exception"].search(
            [("company_id", "=", self.school.id), ("state", "=", "applied")]
        )
        self.env["school.calendar.exception"].browse()._apply(exceptions)
        rng = random.Random(5)
        leaves = []
        for _leave in range(25):
            start = datetime(2026, 1, 5) + timedelta(minutes=rng.randrange(700 * 1440))
            leaves.append(
                {
                    "calendar_id": calendar.id,
                    "date_from": start,
                    "date_to": start + timedelta(minutes=rng.randrange(60, 8000)),
                }
            )
        self.env["resource.calendar.leaves"].create(leaves)
        work = self.school._worktime()
        for _question in range(60):
            start = datetime(2026, 2, 1) + timedelta(minutes=rng.randrange(500 * 1440))
            hours = rng.randrange(1, 400) / 4
            self.assertEqual(
                work.add(start, hours, "service_hour"),
                calendar.plan_hours(hours, start, compute_leaves=True),
            )
            end = start + timedelta(minutes=rng.randrange(60 * 1440))
            self.assertAlmostEqual(
                work.between(start, end, "service_hour"),
                calendar.get_work_hours_count(start, end),
                5,
            )

    def test_a_closure_moves_only_the_clocks_it_meets(self):
        self._policy(3, "working_day")
        first = self._task("2026-11-20 09:00")  # until Wednesday 25
        later = self._task("2026-11-26 09:00")  # until Tuesday 1 December
        paused = self._task("2026-11-20 09:00")
        self._do("2026-11-20 10:00", paused, stage="wait")
        theirs = self._policy(3, "working_day", school=self.other)
        self.assertTrue(theirs)
        neighbour = self._task("2026-11-20 09:00", company_id=self.other.id)
        later_version = later.clock_ids.calendar_version_id
        moved = self._apply(self._exception("2026-11-24"), "2026-11-20 12:00")
        self.assertEqual(moved, first.clock_ids)
        self._deadline(first, "2026-11-26 17:30")
        self._deadline(later, "2026-12-01 17:30")
        self._deadline(neighbour, "2026-11-25 17:30")
        self.assertEqual(later.clock_ids.calendar_version_id, later_version)
        self.assertNotEqual(first.clock_ids.calendar_version_id, later_version)
        self.assertRebuilt()
        # Only the changed day got a new row.
        version = self.school.school_calendar_version_id
        self.assertEqual(version.changed_days, 1)
        self._do("2026-11-27 09:00", paused, stage="todo")
        self._deadline(paused, "2026-12-02 17:30")
        self.assertRebuilt()

    def test_a_make_up_workday_brings_a_deadline_forward(self):
        self._policy(3, "working_day")
        task = self._task("2026-11-19 09:00")  # Thursday, until Tuesday 24
        self._deadline(task, "2026-11-24 17:30")
        self._apply(self._exception("2026-11-21", kind="makeup", weekday="0"))
        self._deadline(task, "2026-11-23 17:30")

    def test_a_closed_cycle_keeps_its_calendar(self):
        self._policy(2)
        task = self._task("2026-11-20 09:00")
        self._do("2026-11-20 12:00", task, stage="done")
        clock = task.clock_ids
        version = clock.calendar_version_id
        self._apply(self._exception("2026-11-20"), "2026-11-21 09:00")
        self.assertEqual(clock.state, "missed")
        self.assertEqual(clock.calendar_version_id, version)
        self.assertRebuilt()

    def test_a_closure_entered_late_takes_back_a_miss_that_was_none(self):
        self._policy(2)
        task = self._task("2026-11-20 09:00")
        self._cron("2026-11-20 12:00")
        self.assertEqual(task.deadline_state, "late")
        self._apply(self._exception("2026-11-20"), "2026-11-20 12:10")
        self.assertEqual(task.deadline_state, "running")
        self._deadline(task, "2026-11-23 10:30")
        self.assertRebuilt()

    def test_closures_of_the_working_hours_count_and_stay_in_their_school(self):
        self._policy(3, "working_day")
        task = self._task("2026-11-20 09:00")
        other = self.other.resource_calendar_id
        leaves = self.env["resource.calendar.leaves"].sudo()
        with freeze_time(at("2026-11-20 10:00")):
            leaves.with_company(self.other).create(
                {
                    "calendar_id": other.id,
                    "date_from": at("2026-11-24 00:00"),
                    "date_to": at("2026-11-24 23:59:59"),
                }
            )
            # Without working hours it closes every calendar of its company.
            leaves.with_company(self.other).create(
                {
                    "company_id": self.other.id,
                    "date_from": at("2026-11-23 00:00"),
                    "date_to": at("2026-11-23 23:59:59"),
                }
            )
            self.cr.flush()
            self._deadline(task, "2026-11-25 17:30")
            leave = leaves.create(
                {
                    "calendar_id": self.school.resource_calendar_id.id,
                    "date_from": at("2026-11-24 00:00"),
                    "date_to": at("2026-11-24 23:59:59"),
                }
            )
            self.cr.flush()
            self._deadline(task, "2026-11-26 17:30")
            leave.unlink()
            self.cr.flush()
            self._deadline(task, "2026-11-25 17:30")

    def test_new_service_hours_move_deadlines_after_a_preview(self):
        self._policy(2)
        task = self._task("2026-11-20 16:30")
        self._deadline(task, "2026-11-23 09:30")
        with freeze_time(at("2026-11-20 16:40")):
            wizard = self.env["school.service.hours"].with_user(self.admin).create({})
            self.assertEqual(len(wizard.line_ids), 5)
            self.assertEqual(wizard.moved_count, 0)
            wizard.line_ids.filtered(lambda line: line.weekday == "4").hour_to = 17
            self.assertEqual(wizard.moved_count, 1)
            wizard.action_apply()
            self._deadline(task, "2026-11-23 10:00")
            wizard.line_ids = [Command.clear()]
            with self.assertRaisesRegex(UserError, "nothing can ever be due"):
                wizard.action_apply()
        with self.assertRaises(AccessError):
            self.env["school.service.hours"].with_user(self.director).create({})

    def test_the_preview_says_what_moves_and_changes_nothing(self):
        self._policy(3, "working_day")
        tasks = self._task("2026-11-20 09:00", 3)
        with freeze_time(at("2026-11-20 10:00")):
            exceptions = self._exception("2026-11-24").with_user(self.admin)
            action = exceptions.action_preview()
            preview = self.env["school.calendar.preview"].with_user(self.admin)
            preview = preview.browse(action["res_id"])
            self.assertEqual((preview.moved_count, preview.day_count), (3, 1))
            self.assertEqual(
                preview.line_ids.mapped("new_deadline"), [at("2026-11-26 17:30")] * 3
            )
            self._deadline(tasks[0], "2026-11-25 17:30")
            preview.action_apply()
            self._deadline(tasks[0], "2026-11-26 17:30")
            with self.assertRaisesRegex(UserError, "meanwhile"):
                preview.action_apply()
            preview = preview.browse(exceptions.action_take_back()["res_id"])
            self.assertEqual(preview.moved_count, 3)
            preview.action_apply()
            self._deadline(tasks[0], "2026-11-25 17:30")
        self.assertEqual(exceptions.state, "cancelled")

    def test_what_is_applied_is_not_edited(self):
        exception = self._exception("2026-11-24")
        self._apply(exception)
        mine = exception.with_user(self.admin)
        with self.assertRaises(UserError):
            mine.date_from = "2026-11-25"
        with self.assertRaises(UserError):
            mine.unlink()
        with self.assertRaises(AccessError):
            mine.create({"name": "x", "date_from": "2026-12-01", "state": "applied"})
        draft = mine.create({"name": "x", "date_from": "2026-12-01"})
        self.assertEqual(draft.date_to, date(2026, 12, 1))
        with self.assertRaises(AccessError):
            draft.state = "applied"
        draft.unlink()
        for user in (self.teacher, self.clerk, self.director):
            with self.assertRaises(AccessError):
                mine.with_user(user).create({"name": "x", "date_from": "2026-12-01"})
        with self.assertRaises(AccessError):
            mine.with_user(self.stranger).read(["name"])

    def test_bad_days_are_told_in_a_sentence(self):
        for vals in (
            {"kind": "makeup"},
            {"kind": "hours"},
            {"kind": "hours", "hours": "from nine to noon"},
            {"kind": "hours", "hours": "12:00-08:00"},
            {"kind": "hours", "hours": "08:61-12:00"},
            {"last": "2030-01-01"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._exception("2026-11-24", **vals)

    def test_a_year_the_package_does_not_know_is_said_clearly(self):
        wizard = self.env["school.calendar.import"].with_user(self.admin)
        with (
            freeze_time(at("2026-11-20 10:00")),
            self.assertRaisesRegex(UserError, "does not know 2031"),
        ):
            wizard.create({"year": 2031}).action_import()

    def test_a_pasted_list_makes_a_year_official(self):
        self._policy(0, code="date", date_field="due")
        task = self._task("2026-11-20 09:00", due="2027-01-04")
        self.assertTrue(task.deadline_provisional)
        self.assertTrue(task.deadline_info["provisional"])
        wizard = self.env["school.calendar.import"].with_user(self.admin)
        with freeze_time(at("2026-11-20 10:00")):
            wizard = wizard.create(
                {
                    "year": 2027,
                    "origin": "list",
                    "text": "从,到,类型,名称,按周几\n"
                    "2027-01-01,2027-01-03,放假,元旦\n"
                    "2027/1/9，上班，元旦调休，周一\n",
                }
            )
            action = wizard.action_import()
            preview = self.env["school.calendar.preview"].browse(action["res_id"])
            self.assertEqual(preview.official_year, 2027)
            # Until it is applied nothing counts.
            self.assertTrue(task.deadline_provisional)
            preview.with_user(self.admin).action_apply()
        self.assertFalse(task.deadline_provisional)
        rows = self.env["school.calendar.exception"].search(
            [("date_from", ">=", "2027-01-01"), ("official", "=", True)],
            order="date_from",
        )
        self.assertEqual(rows.mapped("kind"), ["holiday", "makeup"])
        self.assertEqual(rows[1].weekday, "0")
        self.assertFalse(self.school._worktime().provisional(at("2027-05-01 00:00")))
        self.assertTrue(self.other._worktime().provisional(at("2027-05-01 00:00")))
        for text in (
            "",
            "tomorrow, free",
            "2028-01-01, holiday, x",
            "2027-13-01, holiday",
        ):
            with self.subTest(text=text), self.assertRaises(UserError):
                wizard.text = text
                with freeze_time(at("2026-11-20 10:00")):
                    wizard.action_import()

    def test_importing_again_takes_back_what_the_list_no_longer_has(self):
        wizard = self.env["school.calendar.import"].with_user(self.admin)
        preview = self.env["school.calendar.preview"].with_user(self.admin)
        with freeze_time(at("2026-11-20 10:00")):
            action = wizard.create({"year": 2026}).action_import()
            same = preview.browse(action["res_id"])
            self.assertFalse(same.add_ids | same.remove_ids)
            action = wizard.create(
                {
                    "year": 2026,
                    "origin": "list",
                    "text": "2026-01-01, 2026-01-03, holiday, New Year",
                }
            ).action_import()
            less = preview.browse(action["res_id"])
            self.assertFalse(less.add_ids)
            self.assertGreater(len(less.remove_ids), 5)

    def test_a_question_beyond_the_calendar_builds_it_further(self):
        with freeze_time(at("2026-11-20 10:00")):
            last = self.school.school_calendar_version_id.last_day
            work = self.school._worktime()
            end = work.add(at("2026-11-20 10:00"), 60, "month")
            self.assertEqual(work.local(end), datetime(2031, 11, 20, 17, 30))
            version = self.school.school_calendar_version_id
            self.assertEqual((last.year, version.last_day.year), (2028, 2031))
            with self.assertRaisesRegex(UserError, "too far away"):
                work.add(at("2026-11-20 10:00"), 600, "month")

    def test_the_nightly_job_builds_two_years_ahead(self):
        with freeze_time("2028-01-02 01:00:00"), self.enter_registry_test_mode():
            self.env.ref(
                "school_office_base.cron_school_calendar"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(
            self.school.school_calendar_version_id.last_day, date(2030, 12, 31)
        )
        self.assertRebuilt()

    def test_a_school_without_hours_still_works_but_has_no_deadline(self):
        self.school.resource_calendar_id.attendance_ids.unlink()
        self._policy()
        task = self._task("2026-11-20 09:00")
        self.assertEqual(task.deadline_state, "running")
        self.assertFalse(task.deadline_at)
        self.assertEqual(task.clock_ids.problem, "no_hours")

    def test_a_limit_beyond_every_calendar_is_said_and_blocks_nothing(self):
        self._policy(600, "month")
        task = self._task("2026-11-20 09:00")
        self.assertFalse(task.deadline_at)
        self.assertEqual(task.clock_ids.problem, "horizon")
        self._do("2026-11-20 10:00", task, stage="done")
        self.assertEqual(task.deadline_state, "met")

    def test_a_date_beyond_every_calendar_is_kept_as_it_is(self):
        self._policy(0, code="date", date_field="due")
        task = self._task("2026-11-20 09:00", due="2060-05-01")
        self._deadline(task, "2060-05-01 23:59:59")
        self.assertGreater(task.deadline_info["seconds"], 30 * 365 * 86400)
        self.assertTrue(task.deadline_provisional)

    def test_another_time_zone_counts_in_its_own_time(self):
        self.school.resource_calendar_id.tz = "Europe/Berlin"
        self._policy()
        with freeze_time("2026-11-20 15:30:00"):  # 16:30 in Berlin
            task = self.Task.create({"stage": "todo"})
        self.assertEqual(task.deadline_at, datetime(2026, 11, 23, 8, 30))
        self.assertEqual(task.deadline_info["local"], "2026-11-23 09:30")

    def test_calendar_cannot_be_read_across_schools(self):
        user = new_test_user(
            self.env,
            login="both",
            groups="base.group_user",
            company_id=self.other.id,
            company_ids=[Command.set(self.other.ids)],
        )
        days = self.env["school.workday"].with_user(user)
        self.assertEqual(days.search([]).company_id, self.other)
