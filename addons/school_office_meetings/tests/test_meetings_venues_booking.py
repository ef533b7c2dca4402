from psycopg2 import IntegrityError
from psycopg2.errors import CheckViolation, ExclusionViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .venues_common import VenuesCommon


@tagged("post_install", "-at_install")
class TestVenueBooking(VenuesCommon):
    def test_the_database_has_the_constraint_that_keeps_rooms_from_double_use(self):
        self.env.cr.execute(
            """SELECT pg_get_constraintdef(oid) FROM pg_constraint
                WHERE conrelid = 'school_venue_booking'::regclass AND contype = 'x'"""
        )
        [(definition,)] = self.env.cr.fetchall()
        self.assertIn("holds_slot IS TRUE", definition)
        self.assertIn("tsrange(block_start, block_stop", definition)

    @mute_logger("odoo.sql_db")
    def test_postgresql_refuses_a_second_booking_whoever_writes_it(self):
        first = self._booked(self.teacher)
        second = self._draft(self.colleague)
        with self.assertRaises(ExclusionViolation), self.cr.savepoint():
            self.cr.execute(
                "UPDATE school_venue_booking SET state = 'confirmed', holds_slot = TRUE"
                " WHERE id = %s",
                [second.id],
            )
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            self.cr.execute(
                "UPDATE school_venue_booking SET holds_slot = FALSE WHERE id = %s",
                [first.id],
            )

    def test_who_has_the_room_and_until_when_is_said(self):
        self._booked(self.teacher)
        with self.assertRaisesRegex(
            UserError, r"Room 302 is taken from .*10:00 to 11:00 by teacher.*Science"
        ):
            self._booked(self.colleague, start=10.5, stop=12)

    def test_one_after_the_other_is_no_clash(self):
        self._booked(self.teacher, start=10, stop=11)
        self.assertEqual(
            self._booked(self.colleague, start=11, stop=12).state, "confirmed"
        )

    def test_setting_up_and_cleaning_are_kept_free(self):
        self.room.write({"set_up_minutes": 15, "cleaning_minutes": 10})
        self._booked(self.teacher, start=10, stop=11)
        with self.assertRaisesRegex(UserError, "free again at 11:10, after cleaning"):
            self._booked(self.colleague, start=11.25, stop=12)
        self._booked(self.colleague, start=11.5, stop=12)

    def test_a_request_keeps_its_time_while_it_is_decided(self):
        self.room.approval = "office"
        first = self._booked(self.teacher)
        self.assertEqual((first.state, first.holds_slot), ("requested", True))
        with self.assertRaisesRegex(UserError, "taken"):
            self._booked(self.colleague)
        self._approve(first, self.team)
        self.assertEqual(first.state, "confirmed")

    def test_a_refused_request_frees_the_room(self):
        self.room.approval = "office"
        first = self._booked(self.teacher)
        task = first.sudo().approval_case_id.task_ids
        task.with_user(self.team).action_refuse("Exam that day")
        self.assertEqual(first.state, "rejected")
        self.assertEqual(first.ended_reason, "Exam that day")
        self._booked(self.colleague)

    def test_an_event_venue_asks_the_head_and_then_the_office(self):
        booking = self._booked(self.teacher, self.hall, day=12, people_count=200)
        self.assertEqual(booking.state, "requested")
        self._approve(booking, self.head)
        self.assertEqual(booking.state, "requested")
        self._approve(booking, self.director)
        self.assertEqual(booking.state, "confirmed")

    def test_the_leader_decides_for_a_director_who_heads_his_department(self):
        leader = self._person("leader", self.school)
        self._hold("supervising_leader", leader)
        self._department("Office", self.director)
        booking = self._booked(self.director, self.hall, day=12)
        case = booking.sudo().approval_case_id
        self._approve(booking, leader)
        if booking.state == "requested":
            self._approve(booking, leader)
        self.assertEqual(booking.state, "confirmed")
        self.assertNotIn(self.director, case.task_ids.user_id)

    def test_nobody_confirms_what_needs_an_approval_without_it(self):
        booking = self._booked(self.teacher, self.hall, day=12)
        with self.assertRaisesRegex(UserError, "needs an approval"):
            booking.sudo().write({"state": "confirmed"})

    def test_what_was_approved_is_not_changed_behind_the_approver(self):
        self.room.approval = "office"
        booking = self._booked(self.teacher)
        with self.assertRaisesRegex(UserError, "waits for approval"):
            booking.stop = self._at(12)
        self._approve(booking, self.team)
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            booking.stop = self._at(12)

    def test_a_booking_moves_to_what_is_free_only(self):
        self._booked(self.colleague, start=13, stop=14)
        booking = self._booked(self.teacher)
        booking.write({"start": self._at(11), "stop": self._at(12)})
        self.assertEqual(booking.block_stop, self._at(12))
        with self.assertRaisesRegex(UserError, "taken"):
            booking.write({"start": self._at(12.5), "stop": self._at(13.5)})

    def test_the_lead_time_is_kept_unless_the_office_is_asked(self):
        with self.assertRaisesRegex(UserError, "1 working days ahead"):
            self._booked(self.teacher, day=2, start=15, stop=16)
        with self.assertRaisesRegex(UserError, "3 working days ahead"):
            self._booked(self.teacher, self.hall, day=4)
        urgent = self._booked(
            self.teacher,
            day=2,
            start=15,
            stop=16,
            is_urgent=True,
            urgent_reason="Parents came",
        )
        # Late requests are decided by the office, also where it lets people help
        # themselves otherwise.
        self.assertEqual(urgent.state, "requested")
        self._approve(urgent, self.team)
        self.assertEqual(urgent.state, "confirmed")

    def test_late_without_a_reason_is_refused(self):
        with self.assertRaisesRegex(UserError, "why it is so late"):
            self._booked(self.teacher, day=2, start=15, stop=16, is_urgent=True)

    def test_what_does_not_fit_is_said_before_anything_is_asked(self):
        cases = [
            (dict(venue=self.small, people_count=20), "too few for 20 people"),
            (dict(rules_accepted=False), "house rules"),
            (dict(purpose=" "), "what it is used for"),
            (dict(refreshments=True), "nobody eats or drinks"),
            (dict(feature_ids=self._set(self.features["stage"])), "has no Stage"),
            (dict(start=5, stop=6), "not open all that time"),
            (dict(start=21, stop=23), "not open all that time"),
            (dict(day=7), "not open all that time"),
        ]
        for vals, sentence in cases:
            with self.subTest(sentence), self.assertRaisesRegex(UserError, sentence):
                self._booked(self.teacher, **vals)

    def test_the_horizon_is_kept(self):
        self.room.horizon_days = 20
        with self.assertRaisesRegex(UserError, "at most 20 days ahead"):
            self._booked(self.teacher, day=30)

    def test_who_may_book_is_kept(self):
        other = self.env["hr.department"].create(
            {"name": "Arts", "company_id": self.school.id}
        )
        self.room.write(
            {"who_books": "departments", "department_ids": self._set(other)}
        )
        with self.assertRaisesRegex(UserError, "not booked by everybody"):
            self._booked(self.teacher)
        self.room.department_ids |= self.department
        self._booked(self.teacher)

    def test_a_holiday_closes_and_a_make_up_day_opens(self):
        self._holiday("2026-03-04")
        with self.assertRaisesRegex(UserError, "closed on 2026-03-04: Spring outing"):
            self._booked(self.teacher)
        self._holiday("2026-03-07", "makeup", weekday="2", name="Instead")
        self.assertEqual(self._booked(self.teacher, day=7).state, "confirmed")

    def test_a_room_without_hours_is_used_across_midnight(self):
        self.room.hours_ids.unlink()
        booking = self._booked(self.teacher, start=22, stop=26)
        self.assertEqual(booking.stop, self._at(2, 5))
        with self.assertRaisesRegex(UserError, "taken from .* to .* 02:00"):
            self._booked(self.colleague, start=1, stop=3, day=5)

    def test_all_day_is_as_long_as_the_room_is_open(self):
        booking = (
            self.env["school.venue.booking"]
            .with_user(self.teacher)
            .create({"venue_id": self.room.id, "day": "2026-03-04", "all_day": True})
        )
        self.assertEqual(booking.start, self._at(7))
        self.assertEqual(booking.stop, self._at(21.5))

    def test_periods_of_the_day_stand_for_their_times(self):
        periods = self.env["school.venue.period"].search(
            [("company_id", "=", self.school.id)]
        )
        booking = (
            self.env["school.venue.booking"]
            .with_user(self.teacher)
            .create(
                {
                    "venue_id": self.room.id,
                    "day": "2026-03-04",
                    "period_from_id": periods[2].id,
                    "period_to_id": periods[3].id,
                }
            )
        )
        self.assertEqual(booking.start, self._at(10 + 20 / 60))
        self.assertEqual(booking.stop, self._at(11 + 50 / 60))

    def test_the_wall_of_the_school_counts_in_summer_too(self):
        self.school.resource_calendar_id.tz = "Europe/Berlin"
        booking = self._draft(self.teacher, day=27, start=10, stop=11)
        self.assertEqual(booking.start.hour, 9)
        after = self._draft(self.teacher, day=30, start=10, stop=11)
        self.assertEqual(after.start.hour, 8)
        self.assertFalse(after._hour_faults([(after.start, after.stop)]))

    @mute_logger("odoo.sql_db")
    def test_a_booking_ends_after_it_begins(self):
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._draft(self.teacher, start=11, stop=10)

    # rights

    def test_nobody_books_in_the_name_of_others_but_the_office(self):
        with self.assertRaises(AccessError):
            self._draft(self.teacher, user_id=self.colleague.id)
        booking = self._booked(self.clerk, user_id=self.colleague.id)
        self.assertTrue(self._notices("venue_confirmed", self.colleague))
        with self.assertRaises(AccessError):
            booking.with_user(self.teacher)._cancel("Mine")

    def test_only_the_office_gives_the_highest_rank(self):
        with self.assertRaises(AccessError):
            self._draft(self.teacher, rank_id=self.ranks["emergency"].id)
        self._draft(self.clerk, rank_id=self.ranks["emergency"].id)

    def test_steps_cannot_be_forged(self):
        booking = self._draft(self.teacher)
        forged = {
            "state": "confirmed",
            "holds_slot": True,
            "is_contested": True,
            "confirmed_at": "2026-03-01 00:00:00",
            "approval_kind": "none",
            "checked_in_at": "2026-03-01 00:00:00",
            "handed_over_at": "2026-03-01 00:00:00",
            "block_start": "2020-01-01 00:00:00",
            "is_from_meeting": True,
            "is_restricted": True,
            "feedback_state": "given",
        }
        for name, value in forged.items():
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    booking.write({name: value})
                if name == "approval_kind":
                    continue
                with self.assertRaises(AccessError):
                    self._draft(self.teacher, **{name: value})
        hidden = booking.with_context(default_state="confirmed").copy()
        self.assertEqual(hidden.state, "draft")

    def test_others_see_that_it_is_taken_and_change_nothing(self):
        booking = self._booked(self.teacher)
        seen = booking.with_user(self.colleague)
        self.assertEqual(seen.title, "Lesson talk")
        with self.assertRaises(AccessError):
            seen.write({"purpose": "Mine"})
        with self.assertRaises(AccessError):
            seen.action_ask_cancel()
        self.assertFalse(seen.with_user(self.stranger).has_access("read"))

    def test_what_has_begun_is_changed_by_the_office_only(self):
        booking = self._booked(self.teacher)
        self._tick(10.1)
        with self.assertRaisesRegex(UserError, "has begun"):
            booking.with_user(self.teacher).write({"purpose": "Later"})
        with self.assertRaisesRegex(UserError, "has begun"):
            booking.with_user(self.teacher)._cancel("No")
        booking.with_user(self.clerk).write({"purpose": "Later"})

    def test_cancelling_frees_the_room_and_ends_the_approval(self):
        self.room.approval = "office"
        booking = self._booked(self.teacher)
        case = booking.sudo().approval_case_id
        with self.assertRaisesRegex(UserError, "why"):
            booking._cancel(" ")
        booking._cancel("Moved online")
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(case.task_ids.filtered(lambda t: t.state == "open"))
        self._booked(self.colleague)

    def test_a_room_with_bookings_is_not_put_away(self):
        self._booked(self.teacher)
        with self.assertRaisesRegex(UserError, "(?s)still booked.*10:00"):
            self.room.active = False
        with self.assertRaisesRegex(UserError, "archive it"):
            self.room.unlink()
        self.small.active = False

    def test_a_closed_school_books_nothing(self):
        self.school.sudo().write({"school_state": "closed"})
        with self.assertRaisesRegex(UserError, "is closed"):
            self._draft(self.teacher)

    def test_a_room_of_another_school_is_not_booked(self):
        foreign = self._venue("Lake room", self.other)
        with self.assertRaises(UserError):
            self._draft(self.teacher, foreign)

    # finding a room

    def test_free_rooms_are_those_that_fit_and_are_open(self):
        self.room.feature_ids = self.features["projector"]
        Venue = self.env["school.venue"]
        span = (self.school, self._at(10), self._at(11))
        free = Venue._free_between(*span)
        self.assertEqual(free[:2], self.small | self.room)
        self.assertEqual(
            Venue._free_between(*span, features=self.features["projector"]), self.room
        )
        self._booked(self.teacher)
        self.assertNotIn(self.room, Venue._free_between(*span))
        self.assertEqual(Venue._free_between(*span, capacity=100), self.hall)
        self.assertFalse(Venue._free_between(self.school, self._at(3), self._at(4)))

    def test_setting_up_of_the_room_itself_counts_when_it_is_looked_for(self):
        self._booked(self.clerk, self.small, start=10, stop=11)
        self.small.set_up_minutes = 30
        free = self.env["school.venue"]._free_between(
            self.school, self._at(11.25), self._at(12)
        )
        self.assertNotIn(self.small, free)

    def test_the_form_says_what_is_wrong_before_it_is_saved(self):
        self._booked(self.colleague)
        booking = (
            self.env["school.venue.booking"]
            .with_user(self.teacher)
            .new(
                {
                    "venue_id": self.room.id,
                    "start": self._at(10.5),
                    "stop": self._at(11.5),
                    "people_count": 50,
                }
            )
        )
        self.assertIn("by colleague", booking.conflict_text)
        self.assertIn("too few for 50", booking.fault_text)
        self.assertIn(self.hall, booking.free_venue_ids._origin)

    def test_looking_for_a_room_asks_the_same_number_of_queries_for_any_many(self):
        Venue = self.env["school.venue"]
        span = (self.school, self._at(10), self._at(11))

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            Venue._free_between(*span)
            return self.cr.sql_log_count - before

        Venue._free_between(*span)
        few = count()
        for number in range(30):
            self._venue(f"More {number}")
        self.assertEqual(count(), few)
        self.assertLess(few, 8)
