from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .test_clock_engine import ClockCommon, at


@tagged("post_install", "-at_install")
class TestClockTimers(ClockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.head = cls._person("head", cls.school)
        cls.department = cls.env["hr.department"].create(
            {
                "name": "Teaching",
                "company_id": cls.school.id,
                "manager_id": cls.head.employee_ids.id,
            }
        )

    def _notices(self, user=None):
        domain = [("kind", "=", "clock")]
        if user:
            domain.append(("user_id", "=", user.id))
        return self.env["school.notice"].search(domain)

    def _mine(self, moment, **vals):
        return self._task(
            moment, user_id=self.teacher.id, department_id=self.department.id, **vals
        )

    def test_the_default_chase_follows_the_settings_of_the_school(self):
        policy = self._policy(5, "working_day", steps=None)
        self.assertEqual(
            [
                (s.moment, s.amount, s.unit, s.repeat, s.who)
                for s in policy.current_version_id.step_ids
            ],
            [
                ("before", 2, "working_day", False, "responsible"),
                ("due", 0, "working_day", False, "responsible"),
                ("after", 1, "working_day", True, "responsible"),
                ("after", 3, "working_day", False, "head"),
            ],
        )
        task = self._mine("2026-11-20 09:00")  # until Friday 27
        for moment, count, state in (
            ("2026-11-25 08:29", 0, "running"),
            ("2026-11-25 08:31", 1, "warning"),
            ("2026-11-27 08:31", 2, "warning"),
            ("2026-11-27 17:31", 2, "late"),
            ("2026-11-30 08:31", 3, "late"),
            ("2026-12-01 08:31", 4, "late"),
            ("2026-12-01 12:00", 4, "late"),
            ("2026-12-02 08:31", 5, "late"),
        ):
            with self.subTest(moment=moment):
                self._cron(moment)
                self.assertEqual(len(self._notices(self.teacher)), count)
                self.assertEqual(task.deadline_state, state)
        self.assertEqual(len(self._notices(self.head)), 1)
        self.assertEqual(task.clock_ids.urge_count, 6)
        self._do("2026-12-02 09:00", task, stage="done")
        self._cron("2026-12-03 09:00")
        self.assertEqual(len(self._notices()), 6)
        self.assertRebuilt()

    def test_each_step_is_carried_out_once(self):
        self._policy(steps=[{"name": "Now", "moment": "due"}])
        self._mine("2026-11-20 09:00")
        for minute in (0, 1, 2):
            self._cron(f"2026-11-20 11:0{minute}")
        self.assertEqual(len(self._notices()), 1)
        self.assertEqual(self.env["school.time.reminder"].search_count([]), 1)

    def test_after_a_standstill_only_the_last_repetition_is_sent(self):
        self._policy(
            steps=[
                {
                    "name": "Late",
                    "moment": "after",
                    "amount": 1,
                    "unit": "working_day",
                    "repeat": True,
                }
            ]
        )
        task = self._mine("2026-11-20 09:00")
        self._cron("2026-11-27 09:00")
        self.assertEqual(len(self._notices()), 1)
        reminders = self.env["school.time.reminder"].search([], order="occurrence")
        self.assertEqual(reminders.mapped("result"), ["skipped"] * 4 + ["sent"])
        self.assertEqual(task.clock_ids.urge_count, 1)

    def test_people_are_told_in_service_hours_unless_the_policy_says_otherwise(self):
        steps = [{"name": "Now", "moment": "due"}]
        for any_hour, minutes in ((False, 0), (True, 1)):
            with self.subTest(any_hour=any_hour):
                policy = self._policy(
                    8,
                    "clock_hour",
                    code=f"hour{any_hour}",
                    any_hour=any_hour,
                    steps=steps,
                )
                task = self._mine("2026-11-20 16:00")
                before = len(self._notices())
                self._cron("2026-11-21 00:30")
                self.assertEqual(task.deadline_state, "late")
                self.assertEqual(len(self._notices()) - before, minutes)
                self._cron("2026-11-23 08:31")
                self.assertEqual(len(self._notices()) - before, 1)
                policy.active = False
                self._do("2026-11-23 08:40", task, stage="done")

    def test_a_closed_school_is_left_alone_until_it_opens(self):
        self._policy(steps=[{"name": "Now", "moment": "due"}])
        task = self._mine("2026-11-20 09:00")
        self.school.school_state = "closed"
        self._cron("2026-11-20 12:00")
        clock = task.clock_ids
        self.assertFalse(clock.is_late)
        self.assertFalse(clock.next_timer_at)
        self.school.school_state = "open"
        self._cron("2026-11-23 12:00")
        self.assertEqual(clock.missed_at, at("2026-11-20 11:00"))
        self.assertEqual(len(self._notices()), 1)

    def test_deputies_are_told_too_and_strangers_never(self):
        self._policy(steps=[{"name": "Now", "moment": "due"}])
        with freeze_time(at("2026-11-19 09:00")):
            self.env["school.delegation"].create(
                {
                    "company_id": self.school.id,
                    "user_id": self.teacher.id,
                    "deputy_id": self.clerk.id,
                    "reason": "Travel",
                    "date_from": "2026-11-19",
                    "date_to": "2026-11-25",
                }
            )
        self._mine("2026-11-20 09:00")
        self._task("2026-11-20 09:00", user_id=self.stranger.id)
        self._cron("2026-11-20 11:01")
        self.assertEqual(self._notices().user_id, self.teacher | self.clerk)

    def test_who_may_not_read_the_record_is_not_told_its_name(self):
        rule = self.env["ir.rule"].create(
            {
                "name": "secret",
                "model_id": self.env["ir.model"]._get_id("school.test.task"),
                "domain_force": "[('user_id', '=', user.id)]",
            }
        )
        self.assertTrue(rule)
        self._policy(
            steps=[
                {"name": "Now", "moment": "due"},
                {"name": "Head", "moment": "due", "who": "head"},
            ]
        )
        self._mine("2026-11-20 09:00", name="Secret matter")
        self._cron("2026-11-20 11:01")
        self.assertIn("Secret matter", self._notices(self.teacher).body)
        notice = self._notices(self.head)
        self.assertNotIn("Secret", f"{notice.subject}{notice.body}")
        self.assertFalse(notice.res_id)

    def test_every_kind_of_recipient_is_found(self):
        supervisor = self._person("boss", self.school)
        self.department.school_supervisor_id = supervisor
        post = self._hold("archivist", self.clerk).post_id
        self._hold("director", self.director)
        for who, expected, vals in (
            ("responsible", self.teacher, {}),
            ("head", self.head, {}),
            ("supervisor", supervisor, {}),
            ("director", self.director, {}),
            ("post", self.clerk, {"post_id": post.id}),
            ("users", self.admin, {"user_ids": self.admin.ids}),
            ("record", self.teacher, {}),
        ):
            with self.subTest(who=who):
                policy = self._policy(
                    code=who,
                    steps=[{"name": who, "moment": "due", "who": who, **vals}],
                )
                task = self._mine("2026-11-20 09:00")
                self._cron("2026-11-20 11:01")
                reminder = task.clock_ids.sudo().reminder_ids
                self.assertEqual(reminder.user_ids, expected)
                policy.active = False
                self._do("2026-11-20 11:02", task, stage="done")

    def test_a_to_do_goes_away_when_it_is_done(self):
        self._policy(steps=[{"name": "Now", "moment": "due", "what": "activity"}])
        task = self._mine("2026-11-20 09:00")
        self._cron("2026-11-20 11:01")
        self.assertEqual(task.activity_ids.user_id, self.teacher)
        self.assertEqual(task.activity_ids.summary, "Do the task")
        self._do("2026-11-20 11:02", task, stage="done")
        self.assertFalse(task.activity_ids)

    @mute_logger("odoo.addons.school_office_base.models.time_clock")
    def test_one_bad_record_does_not_stop_the_others(self):
        self._policy(steps=[{"name": "Now", "moment": "due"}])
        bad = self._mine("2026-11-20 09:00", name="bad")
        good = self._mine("2026-11-20 09:00", name="good")

        def fail(records):
            if records.name == "bad":
                raise UserError("broken")  # pylint: disable=translation-required
            return self.teacher

        self.patch(self.registry["school.test.task"], "_clock_responsible_users", fail)
        self._cron("2026-11-20 11:01")
        self.assertEqual(bad.clock_ids.sudo().reminder_ids.result, "failed")
        self.assertEqual(good.clock_ids.sudo().reminder_ids.result, "sent")
        self.assertEqual(bad.deadline_state, "late")

    def test_the_job_works_in_batches_and_says_what_is_left(self):
        self._policy()
        self._task("2026-11-20 09:00", 5)
        with freeze_time(at("2026-11-20 11:01")), self.enter_registry_test_mode():
            cron = self.env.ref("school_office_base.cron_time_clock")
            cron.code = "model._cron_timers(limit=2)"
            self.env.flush_all()
            counts = []
            for _run in range(3):
                cron.method_direct_trigger()
                self.env.invalidate_all()
                counts.append(self.Clock.search_count([("is_late", "=", True)]))
        self.assertEqual(counts[-1], 5)

    def test_the_cost_of_the_job_follows_what_is_due(self):
        self._policy(steps=[{"name": "Now", "moment": "due"}])
        counts = []
        for idle in (5, 10, 200):
            self._task("2026-11-20 17:00", idle, user_id=self.teacher.id)
            self._task("2026-11-20 09:00", 3, user_id=self.teacher.id)
            self.env.flush_all()
            self.env.invalidate_all()
            with freeze_time(at("2026-11-20 12:00")):
                before = self.cr.sql_log_count
                self.env.cr.execute(
                    "SELECT id FROM school_time_clock WHERE state = 'running' "
                    "AND next_timer_at <= %s",
                    [at("2026-11-20 12:00")],
                )
                due = self.Clock.sudo().browse(row[0] for row in self.cr.fetchall())
                self.assertEqual(len(due), 3)
                due._run_timers(at("2026-11-20 12:00"))
                self.env.flush_all()
                counts.append(self.cr.sql_log_count - before)
        # The first run fills caches.
        self.assertEqual(counts[1], counts[2])

    def test_the_badge_is_told_what_is_left(self):
        self._policy(3, "working_day")
        task = self._task("2026-11-20 09:00")
        with freeze_time(at("2026-11-25 14:10")):
            task.invalidate_recordset()
            info = task.deadline_info
            self.assertEqual(info["seconds"], 3 * 3600 + 1200)
            self.assertEqual(info["ticks"], 3 * 3600 + 1200)
            self.assertEqual(info["local"], "2026-11-25 17:30")
            self.assertEqual(info["day"], 9 * 3600)
            self.assertFalse(info["late"])
        with freeze_time(at("2026-11-27 08:00")):
            task.invalidate_recordset()
            self.assertEqual(task.deadline_info["seconds"], 9 * 3600)
            self.assertTrue(task.deadline_info["late"])
            self.assertEqual(task.deadline_info["ticks"], 0)
