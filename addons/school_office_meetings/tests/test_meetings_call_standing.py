from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MeetingsCase


@tagged("post_install", "-at_install")
class TestMeetingsStanding(MeetingsCase):
    def _schedule(self, **vals):
        return self.env["school.meeting.schedule"].create(
            {
                "body_id": self.body.id,
                "organizer_id": self.clerk.id,
                "date_from": "2026-03-02",
                "weekday": "0",
                "hour": 15.5,
                **vals,
            }
        )

    def _holiday(self, first, last, free=True):
        self.env["school.calendar.exception"].create(
            {
                "name": "Exception",
                "company_id": self.school.id,
                "date_from": first,
                "date_to": last,
                "kind": "closed" if free else "workday",
            }
        )

    def _drafts(self, schedule):
        return (
            self.env["school.meeting"]
            .search([("schedule_id", "=", schedule.id)])
            .sorted("start")
        )

    def test_drafts_are_prepared_ahead_once(self):
        schedule = self._schedule()
        with freeze_time("2026-03-02 01:00:00"):
            schedule._prepare()
            self.assertEqual(
                self._drafts(schedule).mapped("start"),
                [
                    datetime(2026, 3, 2, 7, 30),
                    datetime(2026, 3, 9, 7, 30),
                    datetime(2026, 3, 16, 7, 30),
                ],
            )
            self.assertFalse(schedule._prepare())
        draft = self._drafts(schedule)[0]
        self.assertEqual(draft.state, "draft")
        self.assertEqual(draft.organizer_id, self.clerk)
        self.assertEqual(len(draft.participant_ids), 5)
        # After some days without the job, only what still comes is made up for.
        with freeze_time("2026-03-20 01:00:00"):
            schedule._prepare()
        self.assertEqual(
            self._drafts(schedule).mapped("schedule_date"),
            [
                date(2026, 3, 2),
                date(2026, 3, 9),
                date(2026, 3, 16),
                date(2026, 3, 23),
                date(2026, 3, 30),
            ],
        )

    def test_a_draft_that_was_deleted_does_not_come_back(self):
        schedule = self._schedule()
        with freeze_time("2026-03-02 01:00:00"):
            schedule._prepare()
            self._drafts(schedule)[1].unlink()
            self.assertFalse(schedule._prepare())

    def test_holidays_are_left_out_or_moved(self):
        # Labour Day of 2026: 1 to 5 May are free; Monday is 4 May
        for rule, expected in (
            ("skip", [date(2026, 4, 27), date(2026, 5, 11)]),
            ("after", [date(2026, 4, 27), date(2026, 5, 6), date(2026, 5, 11)]),
            ("before", [date(2026, 4, 27), date(2026, 4, 30), date(2026, 5, 11)]),
        ):
            schedule = self._schedule(on_holiday=rule)
            dates = schedule._dates(date(2026, 4, 27), date(2026, 5, 11))
            self.assertEqual([day for _slot, day in dates], expected, rule)

    def test_make_up_days_are_working_days(self):
        # Saturday 9 May 2026 makes up for the holidays.
        schedule = self._schedule(rhythm="daily")
        days = [day for _s, day in schedule._dates(date(2026, 5, 6), date(2026, 5, 11))]
        self.assertEqual(
            days,
            [
                date(2026, 5, 6),
                date(2026, 5, 7),
                date(2026, 5, 8),
                date(2026, 5, 9),
                date(2026, 5, 11),
            ],
        )

    def test_monthly_and_every_second_week(self):
        monthly = self._schedule(rhythm="monthly", week="-1", weekday="4")
        self.assertEqual(
            [d for _s, d in monthly._dates(date(2026, 3, 1), date(2026, 5, 31))],
            [date(2026, 3, 27), date(2026, 4, 24), date(2026, 5, 29)],
        )
        biweekly = self._schedule(interval=2)
        self.assertEqual(
            [d for _s, d in biweekly._dates(date(2026, 3, 2), date(2026, 3, 31))],
            [date(2026, 3, 2), date(2026, 3, 16), date(2026, 3, 30)],
        )

    def test_it_calls_itself_while_the_notice_is_in_time(self):
        schedule = self._schedule(auto_call=True)
        with freeze_time("2026-03-04 01:00:00"):
            schedule._prepare()
            self.env["school.meeting.schedule"]._due_meetings()._call_by_itself()
            self.assertEqual(set(self._drafts(schedule).mapped("state")), {"draft"})
        with freeze_time("2026-03-06 01:00:00"):
            self.env["school.meeting.schedule"]._due_meetings()._call_by_itself()
            drafts = self._drafts(schedule)
            self.assertEqual(drafts[0].state, "called")
            self.assertEqual(drafts[0].called_by_id, self.clerk)
            self.assertFalse(drafts[0].late_reason)
            self.assertEqual(drafts[1].state, "draft")

    def test_teachers_plan_nothing(self):
        with self.assertRaises(AccessError):
            self.env["school.meeting.schedule"].with_user(self.teacher).create(
                {"body_id": self.body.id}
            )
        schedule = self._schedule()
        self.assertFalse(schedule.with_user(self.stranger).has_access("read"))
        with self.assertRaises(AccessError):
            schedule.with_user(self.teacher).action_prepare()
