from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MeetingsCase


@tagged("post_install", "-at_install")
class TestMeetingsCallSteps(MeetingsCase):
    def test_the_form_fills_itself_from_the_body(self):
        with Form(self.Meeting.with_user(self.clerk)) as form:
            form.body_id = self.body
            form.start = fields.Datetime.now() + timedelta(days=3)
        meeting = form.record
        self.assertEqual(meeting.name, "Council")
        self.assertEqual(len(meeting.participant_ids), 5)
        self.assertEqual(meeting.stop - meeting.start, timedelta(hours=1))

    def test_what_is_missing_is_said_at_once(self):
        meeting = self.Meeting.with_user(self.director).create({"name": "Nothing yet"})
        with self.assertRaises(UserError) as refused:
            meeting.action_submit_plan()
        self.assertIn("begins", str(refused.exception))
        self.assertIn("takes part", str(refused.exception))

    @mute_logger("odoo.addons.school_office_meetings.models.meeting_dispatch")
    def test_what_could_not_be_sent_is_told_and_sent_again(self):
        meeting = self._draft()
        meeting.action_call()
        jobs = self.env["school.meeting.dispatch"].sudo()
        waiting = [("meeting_id", "=", meeting.id), ("state", "=", "waiting")]

        def fail(meetings, kind, rows):
            # pylint: disable-next=translation-required
            raise UserError("No sender is set up")

        with patch.object(type(self.env["school.meeting"]), "_dispatch", fail):
            for _try in range(3):
                jobs.search(waiting)._send()
        self.assertEqual(
            (meeting.dispatch_state, meeting.dispatch_error),
            ("failed", "No sender is set up"),
        )
        self.assertEqual(meeting.activity_ids.user_id, meeting.organizer_id)
        with self.assertRaises(AccessError):
            meeting.with_user(self.teacher).action_send_again()
        meeting.action_send_again()
        self.assertEqual(meeting.dispatch_state, "waiting")
        jobs.search(waiting)._send()
        meeting.invalidate_recordset(["dispatch_state"])
        self.assertEqual(meeting.dispatch_state, "done")
        with self.assertRaises(UserError):
            meeting.action_send_again()

    def test_a_late_notice_needs_a_reason_that_is_kept(self):
        meeting = self._draft(days=1, type="important")
        action = meeting.action_call()
        self.assertEqual(action["res_model"], "school.meeting.step")
        self.assertEqual(meeting.state, "draft")
        wizard = (
            self.env["school.meeting.step"]
            .with_user(self.clerk)
            .create({"step": "call", "meeting_ids": meeting.ids})
        )
        self.assertTrue(wizard.is_late)
        self.assertIn("Spring term", wizard.preview_subject)
        with self.assertRaises(UserError):
            wizard.action_confirm()
        wizard.reason = "The bureau asked this morning"
        wizard.action_confirm()
        self.assertEqual(meeting.state, "called")
        self.assertEqual(meeting.late_reason, "The bureau asked this morning")
        self.assertIn("late", self._kinds(meeting))

    def test_lead_times_by_type(self):
        # Wednesday 2026-03-11, 10:00 in the school; UTC+8.
        wednesday = datetime(2026, 3, 11, 2, 0)
        for kind, due in (
            ("ordinary", datetime(2026, 3, 10, 15, 59, 59)),
            ("important", datetime(2026, 3, 6, 15, 59, 59)),
            ("cross", datetime(2026, 3, 4, 15, 59, 59)),
            ("urgent", wednesday),
        ):
            meeting = self.Meeting.new(
                {
                    "company_id": self.school.id,
                    "type": kind,
                    "start": wednesday,
                }
            )
            self.assertEqual(meeting.call_by, due, kind)
        # Of a meeting on Monday, Friday is the working day before; of one on Sunday too
        for day in (9, 8):
            meeting = self.Meeting.new(
                {
                    "company_id": self.school.id,
                    "type": "ordinary",
                    "start": datetime(2026, 3, day, 2, 0),
                }
            )
            self.assertEqual(meeting.call_by, datetime(2026, 3, 6, 15, 59, 59), day)

    def test_a_new_lead_time_holds_for_what_is_not_called_yet(self):
        draft = self._draft(days=20)
        called = self._called(days=20)
        before = draft.call_by
        self.school.school_meeting_lead_ordinary = 4
        self.assertLess(draft.call_by, before)
        self.assertEqual(draft.call_by, draft._notice_due(draft.start))
        # What went out was judged by the rule of its day.
        self.assertEqual(called.call_by, before)

    def test_days_that_make_no_sense_are_refused(self):
        for days in (-1, 400):
            with self.assertRaises(ValidationError):
                self.school.school_meeting_lead_important = days

    def test_key_people_have_the_days_that_the_school_sets(self):
        self.school.school_meeting_receipt_days = 3
        meeting = self._draft(days=20)
        row = self._row(meeting, self.head)
        row.sudo().is_key = True
        meeting.action_call()
        self._send_notices()
        clock = self.env["school.time.clock"].search(
            [("res_model", "=", row._name), ("res_id", "=", row.id)]
        )
        worktime = self.school._worktime()
        self.assertEqual(
            clock.deadline_at, worktime.add(row.notified_at, 3, "working_day")
        )

    def test_postponing_tells_everybody_and_asks_again(self):
        meeting = self._called()
        self._row(meeting, self.teacher).action_accept()
        later = meeting.start + timedelta(days=1)
        meeting._move(later, later + timedelta(hours=2), "The room is being painted")
        self.assertEqual(meeting.state, "called")
        self.assertEqual(self._row(meeting, self.teacher).answer, "none")
        self._send_notices()
        event = meeting.event_id.sudo()
        self.assertEqual(event.start, later)
        self.assertEqual(event.stop, later + timedelta(hours=2))
        self.assertEqual(len(self._notices(meeting, "meeting_moved")), 5)
        self.assertEqual(meeting.sudo().notice_sequence, 1)
        self.assertIn("moved", self._kinds(meeting))

    def test_postponing_does_not_undo_the_approval_of_the_plan(self):
        body = self._body("Panel", self.principal, self.teacher, needs_plan=True)
        meeting = self._approved(body)
        meeting.action_call()
        later = meeting.start + timedelta(days=1)
        meeting._move(later, later + timedelta(hours=1), "Illness")
        self.assertEqual(meeting.state, "called")
        self.assertEqual(meeting.approval_state, "approved")

    def test_a_plan_changed_after_its_approval_is_a_draft_again(self):
        body = self._body("Panel", self.principal, self.teacher, needs_plan=True)
        meeting = self._approved(body)
        meeting.write({"start": meeting.start + timedelta(hours=-1)})
        self.assertEqual(meeting.state, "draft")
        with self.assertRaises(UserError):
            meeting.action_call()

    def _approved(self, body):
        meeting = self._draft(body=body)
        meeting.action_submit_plan()
        tasks = self.env["school.approval.task"].sudo()
        tasks.search(
            [("res_model", "=", meeting._name), ("res_id", "=", meeting.id)]
        ).filtered(lambda t: t.state == "open").with_user(self.leader).action_approve(
            "Good."
        )
        self.assertEqual(meeting.state, "approved")
        return meeting

    def test_a_plan_that_waits_is_not_changed(self):
        body = self._body("Panel", self.principal, self.teacher, needs_plan=True)
        meeting = self._draft(body=body)
        meeting.action_submit_plan()
        with self.assertRaises(UserError):
            meeting.write({"name": "Another theme"})

    def test_cancelling_tells_everybody_and_empties_calendars(self):
        meeting = self._called()
        event = meeting.event_id.sudo()
        meeting._cancel("No quorum to be expected")
        self.assertEqual(meeting.state, "cancelled")
        self._send_notices()
        self.assertFalse(event.active)
        notices = self._notices(meeting, "meeting_cancelled")
        self.assertEqual(len(notices), 5)
        self.assertIn("No quorum", notices[0].body)
        with self.assertRaises(UserError):
            self._row(meeting, self.teacher).action_accept()

    def test_a_draft_that_is_cancelled_troubles_nobody(self):
        meeting = self._draft()
        meeting._cancel("Not needed")
        self.assertFalse(meeting.sudo().log_ids.filtered(lambda e: e.kind == "sent"))
        self.assertFalse(
            self.env["school.meeting.dispatch"]
            .sudo()
            .search([("meeting_id", "=", meeting.id)])
        )

    def test_a_reason_is_asked_for(self):
        meeting = self._called()
        with self.assertRaises(UserError):
            meeting._cancel(" ")
        with self.assertRaises(UserError):
            self._row(meeting, self.teacher)._answer("declined", "")
        with self.assertRaises(UserError):
            meeting._move(meeting.start, meeting.stop, "Same time")

    def test_key_people_have_a_working_day_to_answer(self):
        self._hold("archivist", self.teacher)
        self.env["school.post"]._find(self.school, "archivist").is_key_post = True
        with freeze_time("2026-03-02 02:00:00"):
            meeting = self._called()
            row = self._row(meeting, self.teacher).sudo()
            self.assertTrue(row.is_key)
            self.assertEqual(row.deadline_state, "running")
            self.assertEqual(row.deadline_at, datetime(2026, 3, 3, 9, 30))
            other = self._row(meeting, self.colleague).sudo()
            self.assertEqual(other.deadline_state, "none")
            self._row(meeting, self.teacher).action_accept()
            self.assertEqual(row.deadline_state, "met")

    def test_somebody_invited_later_is_told_alone(self):
        meeting = self._called()
        before = len(self._notices(meeting))
        meeting.write({"participant_ids": [(0, 0, {"user_id": self.outsider.id})]})
        self._send_notices()
        new = self._notices(meeting, "meeting_invited")
        self.assertEqual(new.user_id, self.outsider)
        self.assertEqual(len(self._notices(meeting)), before + 1)
        self.assertIn(
            self.outsider.partner_id, meeting.event_id.sudo().attendee_ids.partner_id
        )

    def test_only_who_has_not_answered_is_urged_and_not_too_often(self):
        meeting = self._called()
        self._row(meeting, self.teacher).action_accept()
        meeting.action_urge()
        self._send_notices()
        self.assertEqual(len(self._notices(meeting, "meeting_urged")), 4)
        with self.assertRaises(UserError):
            meeting.action_urge()

    def test_a_call_is_noted_with_caller_and_time(self):
        meeting = self._called(type="important")
        row = self._row(meeting, self.head).with_user(self.clerk)
        row._record_phone_call(True, "He comes")
        self.assertEqual(row.phoned_by_id, self.clerk)
        self.assertTrue(row.phoned_at)
        self.assertIn("phoned", self._kinds(meeting))

    def test_calling_costs_as_many_queries_for_ten_as_for_one(self):
        def cost(people):
            users = [
                self._person(f"many{people}_{n}", self.school) for n in range(people)
            ]
            body = self._body(f"Body {people}", self.principal, *users)
            meeting = self._draft(body=body)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            meeting.action_call()
            self.env.flush_all()
            called = self.cr.sql_log_count
            self.env.invalidate_all()
            self._send_notices()
            self.env.flush_all()
            return called - before, self.cr.sql_log_count - called

        cost(1)
        few, many = cost(2), cost(20)
        self.assertEqual(few[0], many[0])
        self.assertLessEqual(many[1], few[1] + 3)
