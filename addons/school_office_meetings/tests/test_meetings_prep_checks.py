from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .prep_common import PrepCommon

MONDAY = datetime(2026, 9, 7, 2)


@tagged("post_install", "-at_install")
class TestChecks(PrepCommon):
    def _local(self, moment):
        return self.school._worktime().local(moment).strftime("%a %H:%M")

    def _tasks(self, meeting, kind):
        return meeting.task_ids.filtered(lambda t: t.kind == kind)

    def test_a_school_begins_with_five_lists(self):
        lists = self.env["school.meeting.checklist"].search(
            [("company_id", "=", self.school.id)]
        )
        self.assertEqual(
            set(lists.mapped("kind")),
            {"consumables", "equipment", "set_up", "support", "tidying"},
        )
        self.school._school_set_up()
        again = self.env["school.meeting.checklist"].search(
            [("company_id", "=", self.school.id)]
        )
        self.assertEqual(lists, again)

    def test_calling_a_meeting_copies_the_lists_to_it(self):
        meeting = self._called()
        self.assertEqual(len(self._tasks(meeting, "equipment")), 7)
        pens = self._tasks(meeting, "consumables").filtered(lambda t: t.name == "Pens")
        self.assertEqual(pens.quantity, 3)
        self.assertEqual(self._tasks(meeting, "equipment").post_id.code, "technical")
        meeting.sudo()._dispatch("called", {})
        self.assertEqual(len(self._tasks(meeting, "equipment")), 7)

    def test_a_list_for_another_type_or_body_is_not_copied(self):
        lists = self.env["school.meeting.checklist"].search(
            [("company_id", "=", self.school.id)]
        )
        lists.filtered(lambda c: c.kind == "tidying").meeting_type = "cross"
        lists.filtered(lambda c: c.kind == "support").body_ids = self.party
        meeting = self._called()
        self.assertFalse(self._tasks(meeting, "tidying"))
        self.assertFalse(self._tasks(meeting, "support"))

    def test_the_room_is_ready_the_working_day_before(self):
        with freeze_time(MONDAY):
            start = MONDAY + timedelta(days=7)
            times = {"start": start, "stop": start + timedelta(hours=1)}
            ordinary = self._called(**times)
            cross = self._called(type="cross", **times)
            urgent = self._called(type="urgent", **times)
        self.assertEqual(
            self._local(self._tasks(ordinary, "set_up")[0].due_at), "Fri 17:30"
        )
        self.assertEqual(
            self._local(self._tasks(cross, "set_up")[0].due_at), "Wed 17:30"
        )
        self.assertEqual(self._tasks(urgent, "set_up")[0].due_at, start)
        self.assertEqual(self._tasks(ordinary, "support")[0].due_at, times["stop"])
        self.assertEqual(
            self._local(self._tasks(ordinary, "tidying")[0].due_at), "Mon 13:00"
        )

    def test_the_day_never_lies_before_the_notice(self):
        with freeze_time(MONDAY):
            start = MONDAY + timedelta(hours=3)
            meeting = self._called(start=start, stop=start + timedelta(hours=1))
        self.assertEqual(self._tasks(meeting, "set_up")[0].due_at, start)

    def test_who_holds_the_post_ticks_and_is_chased(self):
        meeting = self._called()
        task = self._tasks(meeting, "equipment")[0]
        self.env.flush_all()
        self.assertEqual(self._clock(task, "meeting_set_up").state, "running")
        self.assertEqual(task._clock_responsible_users(), self.technician)
        self.assertFalse(meeting.with_user(self.technician).task_ids - meeting.task_ids)
        task.with_user(self.technician).action_ok()
        self.assertEqual((task.state, task.ticked_by_id), ("ok", self.technician))
        self.env.flush_all()
        self.assertEqual(self._clock(task, "meeting_set_up").state, "met")
        task.with_user(self.technician).action_reopen()
        self.assertEqual((task.state, task.ticked_at), ("open", False))

    def test_a_fault_is_not_tapped_away(self):
        task = self._tasks(self._called(), "equipment")[0].with_user(self.technician)
        task.action_ok()
        task.action_ok()
        task._fault("The lamp is dark")
        told = len(self._notices(self.clerk, "meeting_fault"))
        task._fault("The lamp is dark")
        self.assertEqual(len(self._notices(self.clerk, "meeting_fault")), told)
        for step in (task.action_ok, task.action_void):
            with self.assertRaisesRegex(UserError, "ticked as “Fault” by"):
                step()
        self.assertEqual((task.state, task.fault_note), ("fault", "The lamp is dark"))
        task.action_reopen()
        self.assertEqual(task.fault_note, "The lamp is dark")
        task.action_ok()
        self.assertEqual(task.state, "ok")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_somebody_else_does_not_tick(self):
        task = self._tasks(self._called(), "equipment")[0]
        for user in (self.teacher, self.mender, self.stranger):
            with self.assertRaises(AccessError):
                task.with_user(user).action_ok()
        with self.assertRaises(AccessError):
            task.with_user(self.member).action_ok()
        with self.assertRaises(AccessError):
            task.with_user(self.technician).write({"state": "ok"})
        with self.assertRaises(AccessError):
            task.with_user(self.technician).write({"name": "x"})
        with self.assertRaises(AccessError):
            task.with_user(self.technician).create(
                {"meeting_id": task.meeting_id.id, "name": "x"}
            )
        self.assertEqual(task.state, "open")

    def test_who_does_not_take_part_finds_his_rows(self):
        self._called()
        Task = self.env["school.meeting.task"].with_user(self.technician)
        self.assertEqual(Task.search_count([("can_tick", "=", True)]), 7)
        office = self.env["school.my.office"].with_user(self.technician)
        [card] = [
            section
            for section in office.get_overview()["sections"]
            if section["key"] == "meeting_checks"
        ]
        self.assertEqual(card["count"], 7)

    def test_a_fault_says_what_is_wrong_and_the_organiser_hears_at_once(self):
        meeting = self._called()
        task = self._tasks(meeting, "equipment")[0].with_user(self.technician)
        wizard = self.env["school.meeting.prep.step"].with_user(self.technician)
        with self.assertRaisesRegex(UserError, "what is wrong"):
            wizard.create({"step": "fault", "task_ids": task.ids}).action_apply()
        photo = (
            self.env["ir.attachment"]
            .with_user(self.technician)
            .create({"name": "lamp.txt", "raw": b"dark"})
        )
        wizard.create(
            {
                "step": "fault",
                "task_ids": task.ids,
                "text": "The lamp is dark",
                "photo_ids": photo.ids,
            }
        ).action_apply()
        self.assertEqual((task.state, task.fault_note), ("fault", "The lamp is dark"))
        self.assertEqual(task.attachment_ids, photo)
        self.assertEqual(photo.sudo().res_model, "school.meeting.task")
        notice = self._notices(self.clerk, "meeting_fault")
        self.assertTrue(notice.is_urgent)
        self.assertIn("The lamp is dark", notice.body)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_photograph_of_somebody_else_is_not_taken(self):
        task = self._tasks(self._called(), "equipment")[0].with_user(self.technician)
        foreign = (
            self.env["ir.attachment"]
            .with_user(self.teacher)
            .create({"name": "secret.txt", "raw": b"x"})
        )
        with self.assertRaises(AccessError):
            self.env["school.meeting.prep.step"].with_user(self.technician).create(
                {
                    "step": "fault",
                    "task_ids": task.ids,
                    "text": "x",
                    "photo_ids": foreign.ids,
                }
            ).action_apply()
            self.env.flush_all()

    def test_open_rows_keep_the_file_open(self):
        meeting = self._called()

        def about_the_list():
            return [s for s in meeting._missing_to_close() if "check list" in s]

        self.assertEqual(len(about_the_list()), 1)
        meeting.with_user(self.clerk).action_tick_all()
        self.assertFalse(about_the_list())

    def test_another_day_moves_the_rows_and_a_cancelled_meeting_ends_them(self):
        meeting = self._called()
        task = self._tasks(meeting, "set_up")[0]
        before = task.due_at
        old = {meeting.sudo(): (meeting.start, meeting.stop, None)}
        meeting.sudo().write(
            {
                "start": meeting.start + timedelta(days=7),
                "stop": meeting.stop + timedelta(days=7),
            }
        )
        meeting.sudo()._meeting_moved(old)
        self.assertEqual((task.due_at - before).days, 7)
        meeting.sudo()._meeting_cancelled("Flu")
        self.assertEqual(task.state, "void")

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_of_a_closed_circle_no_post_learns(self):
        meeting = self._called(body=self.party)
        task = self._tasks(meeting, "equipment")[0]
        self.assertFalse(task.with_user(self.technician).has_access("read"))
        task.sudo().user_id = self.technician
        self.assertTrue(task.with_user(self.technician).has_access("read"))

    def test_calling_ten_meetings_takes_hardly_more_queries_than_one(self):
        def queries(count):
            meetings = self.env["school.meeting"].union(
                *(self._meeting() for _n in range(count))
            )
            meetings = meetings.sudo()
            meetings.write({"state": "called", "called_at": MONDAY})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            meetings._copy_checklists()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1)
        one, ten = queries(1), queries(10)
        self.assertLessEqual(ten, one + 5, (one, ten))
