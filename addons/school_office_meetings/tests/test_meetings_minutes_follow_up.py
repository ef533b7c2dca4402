from datetime import date, datetime, timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .minutes_common import NOW, MinutesCommon

# Friday of the same week, 15:59 and 16:00 in Shanghai
BEFORE, FRIDAY = "2026-09-11 07:59:00", "2026-09-11 08:00:00"
MONDAY = date(2026, 9, 7)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFollowUp(MinutesCommon):
    def setUp(self):
        super().setUp()
        schools = self.school | self.other
        schools.school_meeting_summary_week = MONDAY - timedelta(days=7)

    def _next(self, **vals):
        start = fields.Datetime.now() + timedelta(days=7)
        return (
            self.env["school.meeting"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "Next",
                    "body_id": self.body.id,
                    "chair_id": self.chair.id,
                    "recorder_id": self.recorder.id,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    **vals,
                }
            )
        )

    def _asked(self, resolution):
        return self.env["school.notice"].search_count(
            [("res_id", "=", resolution.id), ("subject", "like", "How far")]
        )

    def test_owners_are_asked_every_week(self):
        resolution = self._open()
        self._cron("cron_resolution_follow_up")
        self.assertEqual(self._asked(resolution), 0)
        with self._later(days=7):
            self._cron("cron_resolution_follow_up")
            self._cron("cron_resolution_follow_up")
        self.assertEqual(self._asked(resolution), 1)
        with self._later(days=14):
            self._cron("cron_resolution_follow_up")
        self.assertEqual(self._asked(resolution), 2)

    def test_who_reports_is_not_asked(self):
        resolution = self._open()
        with self._later(days=5):
            resolution.with_user(self.owner)._report_progress(20, "Begun.")
        with self._later(days=7):
            self._cron("cron_resolution_follow_up")
        self.assertEqual(self._asked(resolution), 0)

    def test_overdue_ones_come_before_the_next_meeting_once(self):
        resolution = self._open()
        with self._later(days=9):
            meeting = self._next()
            self.assertEqual(
                meeting.item_ids.overdue_resolution_id, resolution, "at creation"
            )
            self._cron("cron_resolution_follow_up")
            later = self._next(start=False, stop=False)
        items = self.env["school.meeting.item"].search(
            [("overdue_resolution_id", "=", resolution.id)]
        )
        self.assertEqual(items.meeting_id, meeting)
        self.assertFalse(later.item_ids.overdue_resolution_id)

    def test_a_meeting_in_preparation_gets_what_becomes_overdue(self):
        resolution = self._open()
        meeting = self._next(
            start=fields.Datetime.now() + timedelta(days=20),
            stop=fields.Datetime.now() + timedelta(days=21),
        )
        self.assertFalse(meeting.item_ids.overdue_resolution_id)
        with self._later(days=9):
            self._cron("cron_resolution_follow_up")
        self.assertEqual(meeting.item_ids.overdue_resolution_id, resolution)
        self.assertTrue(resolution.returned_at)
        self.assertIn("returned", resolution.progress_ids.mapped("kind"))

    def test_when_the_meeting_is_cancelled_the_next_one_takes_over(self):
        minutes = self._approved()
        resolution = minutes.sudo().meeting_id.resolution_ids
        with self._later(days=9):
            first, second = self._next(), self._next()
            self.assertEqual(first.item_ids.overdue_resolution_id, resolution)
            self.assertEqual(first.item_ids.confirms_minutes_id, minutes.sudo())
            first.with_user(self.clerk)._cancel("Snow.")
        self.assertEqual(second.item_ids.overdue_resolution_id, resolution)
        self.assertEqual(second.item_ids.confirms_minutes_id, minutes.sudo())

    def test_the_next_meeting_begins_with_the_last_minutes(self):
        minutes = self._approved()
        meeting = self._next()
        item = meeting.item_ids[0]
        self.assertEqual(item.confirms_minutes_id, minutes.sudo())
        self.assertEqual(minutes.sudo().confirm_item_id, item)
        self.assertFalse(minutes.may_confirm)
        meeting.sudo().write({"state": "in_session"})
        self.env.invalidate_all()
        self.assertTrue(minutes.may_confirm)
        self.assertFalse(minutes.with_user(self.member).may_confirm)
        minutes.action_confirm()
        self.assertEqual(minutes.confirm_state, "approved")

    def test_minutes_already_prepared_for_are_put_first_when_they_are_approved(self):
        minutes = self._submitted()
        meeting = self._next()
        self.assertFalse(meeting.item_ids.confirms_minutes_id)
        self._approve(minutes)
        self.assertEqual(meeting.item_ids.confirms_minutes_id, minutes.sudo())

    def test_approved_with_a_correction_begins_its_note(self):
        minutes = self._approved()
        meeting = self._next()
        meeting.sudo().write({"state": "in_session"})
        self.env.invalidate_all()
        action = minutes.action_confirm_corrected()
        note = self.env["school.meeting.minutes"].browse(action["res_id"])
        self.assertEqual(note.corrects_id, minutes)
        self.assertEqual(minutes.confirm_state, "corrected")

    # Friday

    def _summaries(self, school=None):
        return (
            self.env["school.meeting.summary"]
            .sudo()
            .search([("company_id", "=", (school or self.school).id)])
        )

    def test_on_friday_at_four_supervisors_get_what_is_open(self):
        late = self._open(due_date=MONDAY)
        fresh = self._open()
        done = self._open()
        done.with_user(self.owner)._report_done("Here.")
        done.with_user(self.chair).action_accept()
        with freeze_time(BEFORE):
            self._cron("cron_resolution_summary")
            self.assertFalse(self._summaries())
        with freeze_time(FRIDAY):
            self._cron("cron_resolution_summary")
            self._cron("cron_resolution_summary")
        summaries = self._summaries()
        self.assertEqual(summaries.user_id, self.director | self.leader)
        for summary in summaries:
            self.assertEqual(summary.week, MONDAY)
            self.assertEqual(
                (summary.open_count, summary.late_count, summary.finished_count),
                (2, 1, 1),
            )
            self.assertEqual(summary.line_ids.resolution_id[0], late)
            self.assertEqual(summary.line_ids.resolution_id, late | fresh)
        notices = self.env["school.notice"].search(
            [("kind", "=", "resolution_summary")]
        )
        self.assertEqual(len(notices), 2)
        self.assertIn(late.name, notices[0].body)

    def test_a_leader_gets_his_departments_only(self):
        vice = self._person("mtg_vice", self.school)
        self.logistics.school_supervisor_id = vice
        self._open()
        other = self._open(owner_id=self.absent.id)
        with freeze_time(FRIDAY):
            self._cron("cron_resolution_summary")
        by_user = {s.user_id: s.line_ids.resolution_id for s in self._summaries()}
        self.assertEqual(by_user[vice], other)
        self.assertNotIn(other, by_user[self.leader])
        self.assertEqual(len(by_user[self.director]), 2)
        mine = self.env["school.meeting.summary"].with_user(vice).search([])
        self.assertEqual(mine.user_id, vice)

    def test_confidential_ones_go_to_the_chair_alone(self):
        meeting = self._meeting([{"name": "Appointment", "visibility": "members"}])
        self._open(meeting)
        with freeze_time(FRIDAY):
            self._cron("cron_resolution_summary")
        self.assertEqual(self._summaries().user_id, self.chair)
        notice = self.env["school.notice"].search([("kind", "=", "resolution_summary")])
        self.assertNotIn("fire doors", notice.body)

    def _free(self, day, school=None):
        self.env["school.calendar.exception"].create(
            {
                "name": "Free",
                "kind": "holiday",
                "date_from": day,
                "date_to": day,
                "company_id": (school or self.school).id,
            }
        )._apply()

    def test_when_friday_is_free_it_comes_the_day_before(self):
        due = self.env["school.meeting.summary"]._due_moment
        self.assertEqual(due(self.school, MONDAY), datetime(2026, 9, 11, 8))
        self._free(date(2026, 9, 11))
        self.assertEqual(due(self.school, MONDAY), datetime(2026, 9, 10, 8))
        for day in range(7, 11):
            self._free(date(2026, 9, day))
        self.assertIsNone(due(self.school, MONDAY))

    def test_two_schools_in_two_zones(self):
        self.other.resource_calendar_id.tz = "Europe/Berlin"
        due = self.env["school.meeting.summary"]._due_moment
        self.assertEqual(due(self.school, MONDAY), datetime(2026, 9, 11, 8))
        self.assertEqual(due(self.other, MONDAY), datetime(2026, 9, 11, 14))
        with freeze_time(FRIDAY):
            self._cron("cron_resolution_summary")
        self.assertEqual(self.school.school_meeting_summary_week, MONDAY)
        self.assertNotEqual(self.other.school_meeting_summary_week, MONDAY)
        with freeze_time("2026-09-11 14:05:00"):
            self._cron("cron_resolution_summary")
        self.assertEqual(self.other.school_meeting_summary_week, MONDAY)

    def test_what_was_missed_is_caught_up_with(self):
        self._open()
        with freeze_time("2026-09-14 01:00:00"):
            self._cron("cron_resolution_summary")
        self.assertEqual(set(self._summaries().mapped("week")), {MONDAY})

    def test_as_many_queries_for_ten_times_as_many(self):
        def queries(week):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with freeze_time(FRIDAY):
                self.env["school.meeting.summary"]._make(
                    self.school, week, fields.Datetime.now()
                )
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        meeting = self._meeting()
        for _number in range(2):
            self._open(meeting)
        queries(MONDAY)  # warm
        few = queries(MONDAY + timedelta(days=7))
        for _number in range(18):
            self._open(meeting)
        self.assertLessEqual(queries(MONDAY + timedelta(days=14)), few + 2)
        self.assertGreater(few, 5)

    def test_asking_costs_as_many_queries_for_ten_times_as_many(self):
        def queries(number):
            meeting = self._meeting()
            resolutions = self.env["school.meeting.resolution"]
            for _number in range(number):
                resolutions |= self._open(meeting).sudo()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            resolutions._ask_how_far()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1)
        few = queries(2)
        self.assertLessEqual(queries(20), few + 3)
