from datetime import datetime, timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import SchoolCommon


class ClockTask(models.Model):
    _name = "school.test.task"
    _description = "Task with a time limit"
    _inherit = ["school.clock.mixin", "mail.thread", "mail.activity.mixin"]
    _module = None

    name = fields.Char()
    stage = fields.Selection(
        [("new", "New"), ("todo", "To Do"), ("wait", "Waiting"), ("done", "Done")],
        default="new",
    )
    urgent = fields.Boolean()
    days = fields.Integer()
    due = fields.Date()
    sent_at = fields.Datetime()
    done_at = fields.Datetime()
    user_id = fields.Many2one("res.users")
    department_id = fields.Many2one("hr.department")
    part_ids = fields.One2many("school.test.part", "task_id")
    finished = fields.Boolean(compute="_compute_finished", store=True)
    steps = fields.Char(default="")

    @api.depends("part_ids.done")
    def _compute_finished(self):
        for task in self:
            task.finished = bool(task.part_ids) and all(task.part_ids.mapped("done"))

    def _clock_step_reached(self, clock, step):
        result = super()._clock_step_reached(clock, step)
        self.steps += f"{step.name},"
        return result

    def _clock_breached(self, clock):
        result = super()._clock_breached(clock)
        self.steps += "breach,"
        return result


class ClockPart(models.Model):
    _name = "school.test.part"
    _description = "Part of a task"
    _inherit = ["school.record"]
    _module = None

    task_id = fields.Many2one("school.test.task")
    done = fields.Boolean()


def at(text):
    """UTC of a wall time in Shanghai."""
    return datetime.fromisoformat(text) - timedelta(hours=8)


class ClockCommon(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        # The calendars of the schools are built as in November 2026.
        with freeze_time("2026-11-02 01:00:00"):
            super().setUpClass()
        cls._add_model(ClockTask, ClockPart)
        cls.env.invalidate_all()
        cls.Task = cls.env["school.test.task"]
        cls.Policy = cls.env["school.time.policy"].sudo()
        cls.Clock = cls.env["school.time.clock"]

    def _policy(self, amount=2, unit="service_hour", school=None, **options):
        options.setdefault("steps", [])
        options.setdefault("code", "do")
        options.setdefault("pause_domain", [("stage", "=", "wait")])
        return self.Policy._ensure(
            school or self.school,
            res_model="school.test.task",
            name="Do the task",
            start_domain=[("stage", "=", "todo")],
            stop_domain=[("stage", "=", "done")],
            amount=amount,
            unit=unit,
            **options,
        )

    def _task(self, moment, count=1, **vals):
        vals = {"name": "Task", "stage": "todo", "company_id": self.school.id, **vals}
        with freeze_time(at(moment)):
            return self.Task.create([vals] * count)

    def _do(self, moment, tasks, **vals):
        with freeze_time(at(moment)):
            tasks.write(vals)
            self.env.flush_all()

    def _cron(self, moment):
        with freeze_time(at(moment)), self.enter_registry_test_mode():
            self.env.ref("school_office_base.cron_time_clock").method_direct_trigger()
        self.env.invalidate_all()

    def _deadline(self, task, expected):
        self.assertEqual(task.deadline_at, at(expected))

    def assertRebuilt(self):
        self.env.invalidate_all()
        self.assertFalse(self.Clock.search([])._rebuild_compare())


@tagged("post_install", "-at_install")
class TestClockEngine(ClockCommon):
    def test_a_clock_starts_pauses_goes_on_and_stops(self):
        self._policy()
        # Friday
        task = self._task("2026-11-20 15:00", stage="new")
        self.assertEqual(task.deadline_state, "none")
        self.assertFalse(task.clock_ids)
        self._do("2026-11-20 16:00", task, stage="todo")
        self._deadline(task, "2026-11-23 09:00")
        self.assertEqual(task.deadline_state, "running")
        self.assertEqual(task.deadline_name, "Do the task")
        self._do("2026-11-20 17:00", task, stage="wait")
        self.assertEqual(task.deadline_state, "paused")
        self.assertFalse(task.deadline_at)
        self._do("2026-11-24 09:00", task, stage="todo")
        self._deadline(task, "2026-11-24 10:00")
        self._do("2026-11-24 09:30", task, stage="done")
        self.assertEqual(task.deadline_state, "met")
        clock = task.clock_ids
        self.assertEqual(clock.state, "met")
        self.assertEqual(clock.elapsed, 90 * 60)
        self.assertEqual(clock.met_at, at("2026-11-24 09:30"))
        self.assertEqual(
            clock.sudo().event_ids.mapped("kind"), ["start", "pause", "resume", "stop"]
        )
        self.assertRebuilt()

    def test_a_paused_clock_never_breaches(self):
        self._policy()
        task = self._task("2026-11-20 16:00")
        self._do("2026-11-20 16:30", task, stage="wait")
        self._cron("2026-12-20 12:00")
        self.assertEqual(task.deadline_state, "paused")
        self._do("2026-12-21 09:00", task, stage="done")
        self.assertEqual(task.deadline_state, "met")
        self.assertRebuilt()

    def test_a_breach_is_noted_at_the_deadline_even_if_seen_late(self):
        self._policy()
        task = self._task("2026-11-20 09:00")
        self._cron("2026-11-25 15:00")
        self.assertEqual(task.deadline_state, "late")
        self.assertEqual(task.clock_ids.missed_at, at("2026-11-20 11:00"))
        self.assertEqual(task.steps, "breach,")
        self._do("2026-11-26 09:00", task, stage="done")
        self.assertEqual(task.deadline_state, "missed")
        self.assertEqual(task.clock_ids.missed_at, at("2026-11-20 11:00"))
        unseen = self._task("2026-11-20 09:00")
        self._do("2026-11-20 11:00", unseen, stage="wait")
        self.assertEqual(unseen.deadline_state, "paused")
        self._do("2026-11-20 11:01", unseen, stage="todo")
        self._do("2026-11-20 11:02", unseen, stage="done")
        self.assertEqual(unseen.deadline_state, "missed")
        self.assertRebuilt()

    def test_reopening_follows_the_rule_of_the_policy(self):
        for reopening, deadline, counted in (
            ("resume", "2026-11-24 11:00", 1),
            ("restart", "2026-11-24 12:00", 1),
            ("new_cycle", "2026-11-24 12:00", 2),
        ):
            with self.subTest(reopening=reopening):
                policy = self._policy(reopening=reopening, code=reopening)
                task = self._task("2026-11-20 09:00")
                self._do("2026-11-20 10:00", task, stage="done")
                self._do("2026-11-24 10:00", task, stage="todo")
                self._deadline(task, deadline)
                self._do("2026-11-24 10:30", task, stage="done")
                clocks = task.clock_ids.filtered(lambda c, p=policy: c.policy_id == p)
                self.assertEqual(clocks.sorted("cycle").mapped("state"), ["met", "met"])
                self.assertEqual(
                    len(clocks.filtered(lambda c: not c.superseded_by_id)), counted
                )
                policy.active = False
        self.assertRebuilt()

    def test_the_amount_may_come_from_the_record_or_from_a_date(self):
        self._policy(5, "working_day", code="days", amount_field="days")
        task = self._task("2026-11-20 09:00", days=2)
        self._deadline(task, "2026-11-24 17:30")
        self._deadline(self._task("2026-11-20 09:00"), "2026-11-27 17:30")
        self._do("2026-11-20 10:00", task, days=3)
        self._deadline(task, "2026-11-25 17:30")
        self.Policy.search([("code", "=", "days")]).active = False
        self._policy(0, code="date", date_field="due")
        self._deadline(
            self._task("2026-11-20 09:00", due="2026-11-25"), "2026-11-25 17:30"
        )
        # A free day that somebody fixed stays that day.
        task = self._task("2026-11-20 09:00", due="2026-11-28")
        self._deadline(task, "2026-11-28 23:59:59")
        self._do("2026-11-20 10:00", task, stage="wait")
        self._do("2026-11-24 10:00", task, stage="todo")
        self._deadline(task, "2026-11-28 23:59:59")
        self.assertEqual(self._task("2026-11-20 09:00").deadline_state, "none")
        self.assertRebuilt()

    def test_another_case_changes_the_limit_and_keeps_the_pauses(self):
        self._policy(
            4,
            variants=[
                {
                    "name": "Urgent",
                    "domain": [("urgent", "=", True)],
                    "amount": 2,
                    "unit": "service_hour",
                }
            ],
        )
        task = self._task("2026-11-20 09:00")
        self._do("2026-11-20 10:00", task, stage="wait")
        self._do("2026-11-20 12:00", task, stage="todo")
        self._deadline(task, "2026-11-20 15:00")
        self._do("2026-11-20 12:30", task, urgent=True)
        self._deadline(task, "2026-11-20 13:00")
        # Longer again after the shorter limit has been missed: missed it stays.
        self._do("2026-11-20 14:00", task, urgent=False)
        self._deadline(task, "2026-11-20 15:00")
        self._do("2026-11-20 14:30", task, stage="done")
        self.assertEqual(task.clock_ids.missed_at, at("2026-11-20 13:00"))
        self.assertEqual(task.deadline_state, "missed")
        # A shorter limit is missed at the earliest when it was imposed.
        task = self._task("2026-11-20 09:00")
        self._do("2026-11-20 12:00", task, urgent=True)
        self._cron("2026-11-20 12:01")
        self.assertEqual(task.clock_ids.missed_at, at("2026-11-20 12:00"))
        self.assertRebuilt()

    def test_dates_entered_afterwards_are_judged_by_those_dates(self):
        self._policy(start_field="sent_at", stop_field="done_at")
        task = self._task(
            "2026-11-25 09:00",
            sent_at=at("2026-11-20 09:00"),
            done_at=at("2026-11-20 10:00"),
            stage="todo",
        )
        self._deadline(task, "2026-11-20 11:00")
        self._cron("2026-11-25 09:10")
        self.assertEqual(task.deadline_state, "late")
        self._do("2026-11-25 09:20", task, stage="done")
        self.assertEqual(task.deadline_state, "met")
        self.assertFalse(task.clock_ids.missed_at)
        self.assertRebuilt()

    def test_what_was_done_in_time_and_entered_late_was_done_in_time(self):
        self._policy(stop_field="done_at")
        tasks = self._task("2026-11-20 09:00", count=2)
        self._cron("2026-11-20 14:00")
        self.assertEqual(tasks.mapped("deadline_state"), ["late", "late"])
        self._do("2026-11-20 15:00", tasks, user_id=self.teacher.id)
        early, late = tasks
        self._do(
            "2026-11-20 16:00", early, stage="done", done_at=at("2026-11-20 11:00")
        )
        self._do("2026-11-20 16:00", late, stage="done", done_at=at("2026-11-20 11:01"))
        self.assertEqual(early.deadline_state, "met")
        self.assertEqual(early.clock_ids.met_at, at("2026-11-20 11:00"))
        self.assertFalse(early.clock_ids.is_late)
        self.assertEqual(late.deadline_state, "missed")
        self.assertRebuilt()

    def test_a_limit_extended_after_the_miss_counts_from_then_on_only(self):
        self._policy(unit="working_day", amount_field="days")
        granted, asked_late = self._task("2026-11-16 09:00", count=2, days=2)
        self._do("2026-11-17 09:00", granted, days=5)
        # Nobody needs to have looked: the miss is noted at the deadline then in force.
        self._do("2026-11-19 09:00", asked_late, days=5)
        self._deadline(asked_late, "2026-11-23 17:30")
        self.assertEqual(asked_late.deadline_state, "running")
        self.assertEqual(asked_late.clock_ids.missed_at, at("2026-11-18 17:30"))
        self._do("2026-11-20 09:00", granted + asked_late, stage="done")
        self.assertEqual(granted.deadline_state, "met")
        self.assertEqual(asked_late.deadline_state, "missed")
        self.assertRebuilt()

    def test_a_reset_starts_anew_and_a_cancelled_clock_is_not_judged(self):
        self._policy(
            reset_domain=[("urgent", "=", True)], cancel_domain=[("name", "=", "Void")]
        )
        task = self._task("2026-11-20 09:00")
        self._do("2026-11-20 10:00", task, urgent=True)
        self._deadline(task, "2026-11-20 12:00")
        self._do("2026-11-20 10:30", task, urgent=True)
        self._deadline(task, "2026-11-20 12:00")
        self.assertEqual(
            task.clock_ids.sorted("cycle").mapped("state"), ["cancelled", "running"]
        )
        self._do("2026-11-20 10:30", task, name="Void")
        self.assertEqual(task.deadline_state, "none")
        self.assertFalse(task.deadline_at)
        self.assertRebuilt()

    def test_a_computed_condition_is_noticed_before_the_transaction_ends(self):
        self._policy(code="parts")
        self.Policy.search([("code", "=", "parts")]).active = False
        self.Policy._ensure(
            self.school,
            "computed",
            "school.test.task",
            "Finish the parts",
            start_domain=[("stage", "=", "todo")],
            stop_domain=[("finished", "=", True)],
            amount=1,
            unit="working_day",
            steps=[],
        )
        task = self._task("2026-11-20 09:00", part_ids=[Command.create({})])
        self.assertEqual(task.deadline_state, "running")
        with freeze_time(at("2026-11-20 10:00")):
            task.part_ids.done = True
            self.env.flush_all()
            self.cr.precommit.run()
        self.assertEqual(task.deadline_state, "met")

    def test_a_deleted_record_leaves_its_facts(self):
        self._policy()
        task = self._task("2026-11-20 09:00")
        clock = task.clock_ids
        with freeze_time(at("2026-11-20 10:00")):
            task.unlink()
        self.assertEqual(clock.state, "cancelled")
        self.assertEqual(clock.sudo().event_ids.mapped("kind"), ["start", "cancel"])
        self.assertTrue(clock.record_name)

    def test_time_is_attributed_to_whoever_held_it(self):
        self._policy(8)
        task = self._task("2026-11-20 09:00", user_id=self.clerk.id)
        self.assertEqual(task.clock_ids.user_id, self.clerk)
        self._do("2026-11-20 11:00", task, user_id=self.teacher.id)
        self._deadline(task, "2026-11-20 17:00")
        self._do("2026-11-20 16:00", task, stage="done")
        holds = self.env["school.time.hold"].search(
            [("clock_id", "=", task.clock_ids.id)]
        )
        self.assertEqual(
            {hold.user_id: hold.hours for hold in holds},
            {self.clerk: 2, self.teacher: 5},
        )
        self.assertRebuilt()

    def test_a_running_clock_keeps_its_version(self):
        policy = self._policy()
        old = self._task("2026-11-20 09:00")
        draft = self.env["school.time.policy.version"].browse(
            policy.with_user(self.admin).action_edit()["res_id"]
        )
        self.assertEqual(draft.state, "draft")
        draft.with_user(self.admin).amount = 4
        draft.with_user(self.admin).action_publish()
        new = self._task("2026-11-20 09:00")
        self._deadline(old, "2026-11-20 11:00")
        self._deadline(new, "2026-11-20 13:00")
        self._do("2026-11-20 10:00", old | new, stage="wait")
        self._do("2026-11-20 11:00", old | new, stage="todo")
        self._deadline(old, "2026-11-20 12:00")
        self._deadline(new, "2026-11-20 14:00")
        versions = policy.version_ids.sorted("number")
        self.assertEqual(versions.mapped("number"), [1, 2])
        self.assertEqual(versions.mapped("state"), ["retired", "published"])

    def test_ensure_leaves_what_the_school_changed(self):
        policy = self._policy()
        self.assertEqual(self._policy(9), policy)
        self.assertEqual(policy.current_version_id.amount, 2)

    def test_the_rule_is_told_in_plain_words(self):
        policy = self._policy(
            start_text="distribution",
            steps=[
                {
                    "name": "Soon",
                    "moment": "before",
                    "amount": 30,
                    "unit": "service_minute",
                }
            ],
        )
        self.assertEqual(
            policy.summary,
            "2 service hours after distribution; "
            "tell who is responsible 30 service minutes before",
        )

    def test_conditions_that_cannot_be_understood_are_refused(self):
        for options in (
            {"cancel_domain": [("nothing", "=", 1)]},
            {"start_field": "name"},
            {"amount_field": "stage"},
        ):
            with self.subTest(options=options), self.assertRaises(ValidationError):
                self._policy(**options)
        with self.assertRaises(ValidationError):
            self._policy(1.5, "working_day")

    def test_ten_times_the_records_cost_the_same_queries(self):
        self._policy(steps=None)
        self._task("2026-11-20 09:00")
        self.env.flush_all()
        counts = []
        # The first round fills what the process remembers.
        for count in (1, 3, 30):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            tasks = self._task("2026-11-20 09:00", count)
            self.env.flush_all()
            created = self.cr.sql_log_count
            self.env.invalidate_all()
            self._do("2026-11-20 10:00", tasks, stage="wait")
            paused = self.cr.sql_log_count
            counts.append((created - before, paused - created))
        self.assertEqual(counts[1], counts[2])

    def test_rows_put_in_with_their_clocks_are_timed_as_those_that_were_created(self):
        self._policy(steps=None)
        values = {
            "name": "Task",
            "stage": "todo",
            "company_id": self.school.id,
            "user_id": self.teacher.id,
        }
        created = self._task("2026-11-20 15:00", user_id=self.teacher.id)
        self.env.flush_all()
        with freeze_time(at("2026-11-20 15:00")):
            before = self.cr.sql_log_count
            rows = self.Task.sudo()._insert_timed(
                [values, {**values, "stage": "new", "days": 3}]
            )
            # The ids, the clocks, and all else together.
            self.assertLessEqual(self.cr.sql_log_count - before, 3)
        timed, untimed = rows
        shown = ("deadline_at", "deadline_state", "deadline_policy_id", "deadline_unit")
        for _cached in (True, False):
            for name in shown:
                self.assertEqual(timed[name], created[name], name)
            self.assertEqual(timed.user_id, self.teacher)
            self.assertEqual(timed.create_uid, self.env.user)
            self.assertEqual((timed.days, untimed.days), (0, 3))
            self.assertEqual(untimed.deadline_state, "none")
            self.assertFalse(untimed.clock_ids)
            for name in ("state", "user_id", "warning_at", "next_timer_at"):
                self.assertEqual(timed.clock_ids[name], created.clock_ids[name], name)
            self.env.invalidate_all()
        self._do("2026-11-20 15:30", timed, stage="done")
        self.assertEqual(timed.deadline_state, "met")
        self.assertEqual(
            timed.clock_ids.sudo().event_ids.mapped("kind"), ["start", "stop"]
        )
        self.assertRebuilt()

    # Forging and isolation

    def test_nobody_writes_clocks_or_facts(self):
        policy = self._policy(
            steps=[{"name": "On it", "moment": "due", "who": "responsible"}]
        )
        task = self._task("2026-11-20 09:00", user_id=self.teacher.id)
        self._cron("2026-11-20 12:00")
        clock = task.clock_ids
        for user in (self.teacher, self.clerk, self.director, self.admin):
            for record in (
                clock,
                clock.sudo().event_ids,
                clock.sudo().reminder_ids,
                self.school.school_calendar_version_id,
                self.env["school.workday"].search([], limit=1),
            ):
                mine = record.with_user(user)
                for forge in (
                    lambda r=mine: r.write({"company_id": self.school.id}),
                    lambda r=mine: r.unlink(),
                    lambda r=mine: r.create({"company_id": self.school.id}),
                ):
                    with self.assertRaises(AccessError):
                        forge()
        for vals in (
            {"deadline_at": "2030-01-01"},
            {"deadline_state": "met"},
            {"deadline_policy_id": policy.id},
        ):
            with self.assertRaises(AccessError):
                task.with_user(self.teacher).write(vals)
            with self.assertRaises(AccessError):
                self.Task.with_user(self.teacher).create(vals)
        for user in (self.teacher, self.clerk, self.director):
            for record in (policy, policy.current_version_id):
                with self.assertRaises(AccessError):
                    record.with_user(user).write({"active": False})
            with self.assertRaises(UserError):
                policy.with_user(user).action_edit()

    @mute_logger("odoo.sql_db")
    def test_what_is_published_closed_or_recorded_stays_in_the_database(self):
        policy = self._policy(
            steps=[{"name": "On it", "moment": "due", "who": "responsible"}],
            variants=[{"name": "U", "domain": [], "amount": 2, "unit": "service_hour"}],
        )
        version = policy.current_version_id
        task = self._task("2026-11-20 09:00")
        self._do("2026-11-20 10:00", task, stage="done")
        self.env.flush_all()
        with self.assertRaises(UserError):
            version.with_user(self.admin).amount = 9
        with self.assertRaises(UserError):
            version.sudo().amount = 9
        with self.assertRaises(UserError):
            version.step_ids.sudo().write({"amount": 9})
        with self.assertRaises(UserError):
            policy.with_user(self.admin).unlink()
        with self.assertRaises(UserError):
            policy.with_user(self.admin).code = "other"
        for query in (
            f"UPDATE school_time_policy_version SET amount = 9 WHERE id = {version.id}",
            f"DELETE FROM school_time_policy_version WHERE id = {version.id}",
            "UPDATE school_time_step SET amount = 9",
            "DELETE FROM school_time_variant",
            f"INSERT INTO school_time_variant (version_id, company_id, domain, amount,"
            f" unit) VALUES ({version.id}, {self.school.id}, '[]', 1, 'month')",
            "UPDATE school_time_clock SET missed_at = NULL, state = 'met', elapsed = 0",
            "DELETE FROM school_time_clock",
            "UPDATE school_time_event SET at = now()",
            "DELETE FROM school_time_event",
            "TRUNCATE school_time_event",
            "UPDATE school_time_hold SET hours = 0",
            "UPDATE school_workday SET kind = 'rest'",
            "DELETE FROM school_workday",
            "UPDATE school_calendar_version SET tz = 'UTC'",
        ):
            with (
                self.subTest(query=query),
                self.assertRaises(psycopg2.errors.RestrictViolation),
                self.cr.savepoint(),
            ):
                self.cr.execute(query)

    def test_a_school_sees_nothing_of_the_other(self):
        self._policy()
        self._policy(school=self.other)
        self._task("2026-11-20 09:00")
        theirs = self._task("2026-11-20 09:00", company_id=self.other.id)
        self.assertEqual(theirs.deadline_state, "running")
        for model in (
            "school.time.policy",
            "school.time.policy.version",
            "school.time.clock",
            "school.time.event",
            "school.calendar.version",
            "school.calendar.exception",
            "school.calendar.year",
            "school.workday",
        ):
            for user, school in (
                (self.admin, self.school),
                (self.stranger, self.other),
            ):
                with self.subTest(model=model, user=user.login):
                    found = self.env[model].with_user(user).search([])
                    found = found.with_context(allowed_company_ids=school.ids).search(
                        []
                    )
                    self.assertTrue(found)
                    self.assertEqual(found.company_id, school)

    def test_staff_see_the_clocks_of_their_own_work(self):
        self._policy()
        mine = self._task("2026-11-20 09:00", user_id=self.teacher.id)
        self._task("2026-11-20 09:00", user_id=self.clerk.id)
        self.assertEqual(self.Clock.with_user(self.teacher).search([]), mine.clock_ids)
        self.assertEqual(len(self.Clock.with_user(self.clerk).search([])), 2)
