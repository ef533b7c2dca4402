from datetime import timedelta

from psycopg2.errors import CheckViolation, RestrictViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .minutes_common import NOW, MinutesCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestResolution(MinutesCommon):
    def _reported(self, **vals):
        resolution = self._open(**vals)
        resolution.with_user(self.owner)._report_done("All 24 doors close.")
        return resolution

    def test_a_resolution_is_taken_in_a_meeting_only(self):
        meeting = self._meeting(state="called")
        with self.assertRaisesRegex(UserError, "has not met"):
            self._draft(meeting)

    def test_only_those_who_keep_the_meeting_enter_resolutions(self):
        meeting = self._meeting()
        self._draft(meeting, user=self.clerk)
        for user in (self.teacher, self.owner):
            with self.assertRaises(AccessError):
                self._draft(meeting, user=user)

    def test_what_was_decided_is_not_rewritten(self):
        resolution = self._open()
        for user in (self.recorder, self.chair, self.owner):
            with self.assertRaises(UserError):
                resolution.with_user(user).write({"name": "Something easier"})
        draft = self._draft(self._meeting()).with_user(self.recorder)
        for forged in ({"state": "open"}, {"percent": 50}, {"evidence": "Done."}):
            with self.assertRaises(AccessError):
                draft.write(forged)

    def test_the_owner_gets_a_to_do_and_a_message(self):
        resolution = self._open()
        activity = resolution.activity_ids
        self.assertEqual(activity.user_id, self.owner)
        self.assertEqual(activity.date_deadline, resolution.due_date)
        notice = self.env["school.notice"].search([("res_id", "=", resolution.id)])
        self.assertEqual(notice.user_id, self.owner)

    def test_progress_is_added_and_never_changed(self):
        resolution = self._open()
        resolution.with_user(self.owner)._report_progress(40, "Half of the doors.")
        self.assertEqual((resolution.state, resolution.percent), ("in_progress", 40))
        row = resolution.progress_ids
        self.assertEqual(row.user_id, self.owner)
        with self.assertRaises(AccessError):
            row.with_user(self.owner).write({"percent": 90})
        with self.assertRaises(RestrictViolation), mute_logger("odoo.sql_db"):
            with self.cr.savepoint():
                row.sudo().write({"text": "All of them."})
                row.flush_recordset()

    def test_progress_is_a_share_and_done_is_reported_as_done(self):
        resolution = self._open().with_user(self.owner)
        for percent in (-1, 100, 150):
            with self.assertRaisesRegex(UserError, "between 0 and 99"):
                resolution._report_progress(percent, "Nearly")
        self.assertEqual(resolution.state, "open")

    def test_strangers_report_nothing(self):
        resolution = self._open()
        for user in (self.teacher, self.member):
            with self.assertRaises(AccessError):
                resolution.with_user(user)._report_progress(10, "Mine.")
        with self.assertRaisesRegex(UserError, "few words"):
            resolution.with_user(self.owner)._report_progress(10, "  ")
        with self.assertRaisesRegex(UserError, "99"):
            resolution.with_user(self.owner)._report_progress(100, "Done.")

    def test_it_ends_with_evidence_that_somebody_else_accepts(self):
        resolution = self._reported()
        self.assertEqual(resolution.state, "reported")
        for user in (self.owner, self.member, self.teacher):
            with self.assertRaises(AccessError):
                resolution.with_user(user).action_accept()
        resolution.with_user(self.chair).action_accept()
        self.assertEqual(resolution.state, "done")
        self.assertEqual(resolution.accepted_by_id, self.chair)
        self.assertTrue(resolution.is_frozen)
        self.assertFalse(resolution.activity_ids)
        with self.assertRaises(UserError):
            resolution.sudo().write({"evidence": "Better words"})

    def test_the_supervising_leader_accepts_too(self):
        resolution = self._reported()
        resolution.with_user(self.leader).action_accept()
        self.assertEqual(resolution.accepted_by_id, self.leader)

    def test_no_evidence_no_end_in_superuser_mode_either(self):
        resolution = self._open().sudo()
        with self.assertRaisesRegex(UserError, "evidence"):
            resolution.state = "done"
        with self.assertRaisesRegex(UserError, "evidence"):
            resolution.write(
                {
                    "state": "done",
                    "evidence": "I say so",
                    "accepted_by_id": self.owner.id,
                }
            )
        with self.assertRaisesRegex(UserError, "later"):
            resolution.state = "cancelled"
        with self.assertRaisesRegex(UserError, "later"):
            resolution.write(
                {"state": "superseded", "superseded_by_id": self._open().id}
            )

    @mute_logger("odoo.sql_db")
    def test_the_table_itself_wants_evidence(self):
        resolution = self._open()
        for state in ("done", "superseded", "cancelled"):
            with self.assertRaises(CheckViolation), self.cr.savepoint():
                self.cr.execute(
                    "UPDATE school_meeting_resolution SET state = %s WHERE id = %s",
                    [state, resolution.id],
                )

    def test_a_later_resolution_supersedes_or_cancels(self):
        first, second = self._open(), self._open()
        meeting = self._meeting()
        later = self._draft(meeting, replaces_ids=[first.id])
        self.assertEqual(first.state, "open")
        later.sudo()._open_resolutions()
        self.assertEqual(first.state, "superseded")
        self.assertEqual(first.superseded_by_id, later)
        self.assertTrue(first.is_frozen)
        last = self._draft(meeting, replaces_ids=[second.id], replace_kind="cancelled")
        last.sudo()._open_resolutions()
        self.assertEqual(second.state, "cancelled")
        with self.assertRaisesRegex(ValidationError, "not open"):
            self._draft(meeting, replaces_ids=[first.id])

    def test_evidence_may_be_sent_back(self):
        resolution = self._reported()
        with self.assertRaisesRegex(UserError, "missing"):
            resolution.with_user(self.chair)._send_back("")
        resolution.with_user(self.chair)._send_back("The cellar is missing.")
        self.assertEqual(resolution.state, "in_progress")
        self.assertFalse(resolution.reported_at)

    def test_a_later_date_needs_the_chairs_consent_and_keeps_its_history(self):
        resolution = self._open()
        first = resolution.due_date
        step = (
            self.env["school.meeting.resolution.step"]
            .with_user(self.owner)
            .create(
                {
                    "step": "extend",
                    "resolution_ids": resolution.ids,
                    "new_date": first + timedelta(days=7),
                    "reason": "The locks are delivered late.",
                }
            )
        )
        step.action_confirm()
        self.assertEqual(resolution.due_date, first)
        extension = resolution.extension_ids
        task = self.env["school.approval.task"].search(
            [("res_model", "=", extension._name), ("res_id", "=", extension.id)]
        )
        self.assertEqual(task.user_id, self.chair)
        task.with_user(self.chair).action_approve("Granted.")
        self.assertEqual(resolution.due_date, first + timedelta(days=7))
        self.assertEqual(resolution.first_due_date, first)
        self.assertIn("extended", resolution.progress_ids.mapped("kind"))
        self.assertEqual(resolution.activity_ids.date_deadline, resolution.due_date)
        with self.assertRaisesRegex(UserError, "later"):
            step.copy({"new_date": first}).with_user(self.owner).action_confirm()

    def test_late_ones_climb_to_head_and_supervising_leader(self):
        resolution = self._open()
        told = []
        for days in (8, 9, 12, 14):
            with self._later(days=days):
                self._cron("cron_time_clock", "school_office_base.")
                notices = self.env["school.notice"].search(
                    [("kind", "=", "clock"), ("res_id", "=", resolution.id)]
                )
                told.append(notices.user_id)
        self.assertIn(self.owner, told[0])
        self.assertIn(self.head, told[1] | told[2])
        self.assertIn(self.leader, told[3])
        self.assertEqual(resolution.deadline_state, "late")

    def test_a_new_owner_is_told_and_the_reason_kept(self):
        resolution = self._open()
        with self.assertRaises(AccessError):
            resolution.with_user(self.owner)._reassign(self.member, "Too much.")
        resolution.with_user(self.chair)._reassign(self.member, "He has time.")
        self.assertEqual(resolution.owner_id, self.member)
        self.assertEqual(resolution.activity_ids.user_id, self.member)
        self.assertIn("He has time.", resolution.progress_ids[0].text)
        with self.assertRaisesRegex(UserError, "works at this school"):
            resolution.with_user(self.chair)._reassign(self.stranger, "Far away.")

    def test_a_problem_is_told_to_those_who_lead(self):
        resolution = self._open()
        resolution.with_user(self.owner)._report_problem("No locks to be had.")
        self.assertTrue(resolution.has_problem)
        told = (
            self.env["school.notice"]
            .search([("res_id", "=", resolution.id)])
            .filtered(lambda n: "stuck" in n.subject)
            .user_id
        )
        self.assertEqual(told, self.chair | self.recorder | self.clerk)
        resolution.with_user(self.owner).action_problem_settled()
        self.assertFalse(resolution.has_problem)

    def test_who_sees_a_resolution(self):
        resolution = self._open()
        for user in (
            self.owner,
            self.chair,
            self.recorder,
            self.member,
            self.head,
            self.leader,
            self.clerk,
            self.director,
        ):
            self.assertTrue(resolution.with_user(user).has_access("read"), user.login)
        for user in (self.teacher, self.stranger):
            self.assertFalse(resolution.with_user(user).has_access("read"), user.login)

    def test_a_block_for_members_is_kept_from_the_office(self):
        meeting = self._meeting(
            [{"name": "Appointment", "kind": "election", "visibility": "members"}]
        )
        resolution = self._open(meeting)
        self.assertTrue(resolution.is_marked)
        for user in (self.owner, self.chair, self.recorder, self.member, self.absent):
            self.assertTrue(resolution.with_user(user).has_access("read"), user.login)
        for user in (self.teacher, self.head, self.leader, self.director):
            self.assertFalse(resolution.with_user(user).has_access("read"), user.login)
        notice = self.env["school.notice"].search(
            [("user_id", "=", self.owner.id)], order="id desc", limit=1
        )
        self.assertNotIn("fire doors", f"{notice.subject} {notice.body}")
        self.assertFalse(notice.res_id)

    def test_files_of_others_are_not_evidence(self):
        resolution = self._open()
        theirs = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"a"})
        with self.assertRaises(AccessError):
            resolution.with_user(self.owner)._report_done("See file.", theirs)
        own = (
            self.env["ir.attachment"]
            .with_user(self.owner)
            .create({"name": "doors.txt", "raw": b"24 doors"})
        )
        resolution.with_user(self.owner)._report_done("See file.", own)
        self.assertEqual(resolution.evidence_ids, own)
        resolution.with_user(self.chair).action_accept()
        with self.assertRaises(UserError):
            own.sudo().unlink()
        self.assertEqual(
            own.with_user(self.chair).read(["name"])[0]["name"], "doors.txt"
        )
