from datetime import timedelta

from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .venues_common import VenuesCommon

LATE = {"is_urgent": True, "urgent_reason": "Now"}


@tagged("post_install", "-at_install")
class TestVenueUse(VenuesCommon):
    # re-allocation

    def _contest(self):
        """Somebody teaches in the room in which others are; returns both bookings."""
        loser = self._booked(self.colleague)
        self.small.approval = "none"
        winner = self._draft(self.teacher, rank_id=self.ranks["teaching"].id)
        return loser, winner

    def test_what_goes_before_asks_the_office_and_nobody_loses_in_silence(self):
        loser, winner = self._contest()
        winner.action_contest()
        self.assertEqual(winner.state, "requested")
        self.assertFalse(winner.holds_slot)
        self.assertEqual(loser.state, "confirmed")
        facts = winner.sudo().approval_case_id
        self.assertIn("colleague", str(facts.facts))
        self._approve(winner, self.team, "Exams go first")
        self.assertEqual(winner.state, "confirmed")
        self.assertEqual(loser.state, "displaced")
        notice = self._notices("venue_displaced", self.colleague)
        self.assertIn("Exams go first", notice.body)
        self.assertIn("Room 105", notice.body)
        log = self.env["school.venue.displacement"].search(
            [("loser_id", "=", loser.id)]
        )
        self.assertEqual(log.winner_id, winner)
        self.assertEqual(log.from_rank_id.code, "other")
        self.assertEqual(log.to_rank_id.code, "teaching")
        self.assertEqual(log.user_id, self.team)

    def test_an_equal_rank_does_not_push_anybody_out(self):
        self._booked(self.colleague)
        with self.assertRaisesRegex(UserError, "does not go before"):
            self._draft(self.teacher).action_contest()

    def test_the_office_gives_the_room_away_with_a_reason(self):
        loser = self._booked(self.colleague)
        winner = self._draft(self.clerk, rank_id=self.ranks["important"].id)
        with self.assertRaises(AccessError):
            winner.with_user(self.teacher)._displace("Mine")
        with self.assertRaisesRegex(UserError, "why"):
            winner._displace("")
        wizard = (
            self.env["school.venue.step"]
            .with_user(self.clerk)
            .create(
                {
                    "step": "displace",
                    "booking_ids": self._set(winner),
                    "reason": "Visit",
                }
            )
        )
        self.assertIn("colleague", wizard.losers_text)
        self.assertIn("Room 105", wizard.free_text)
        wizard.action_confirm()
        self.assertEqual((loser.state, winner.state), ("displaced", "confirmed"))
        self.assertEqual(loser.ended_reason, "Visit")

    def test_whoever_lost_his_room_takes_another_one(self):
        loser, winner = self._contest()
        winner.action_contest()
        self._approve(winner, self.team)
        action = loser.with_user(self.colleague)._take_alternative(self.small)
        moved = self.env["school.venue.booking"].browse(action["res_id"])
        self.assertEqual(moved.state, "confirmed")
        self.assertEqual(moved.moved_from_id, loser)
        self.assertEqual(moved.user_id, self.colleague)
        with self.assertRaisesRegex(UserError, "already"):
            loser.with_user(self.colleague)._take_alternative(self.room)
        with self.assertRaises(AccessError):
            loser.with_user(self.teacher)._take_alternative(self.small)

    def test_a_re_allocation_stays_as_it_was_written(self):
        loser, winner = self._contest()
        winner.action_contest()
        self._approve(winner, self.team)
        log = self.env["school.venue.displacement"].search(
            [("loser_id", "=", loser.id)]
        )
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(RestrictViolation),
            self.cr.savepoint(),
        ):
            self.cr.execute(
                "UPDATE school_venue_displacement SET reason = 'x' WHERE id = %s",
                [log.id],
            )
        for user in (self.teacher, self.clerk, self.director):
            with self.assertRaises(AccessError):
                log.with_user(user).write({"reason": "x"})

    # preparation

    def test_equipment_is_confirmed_a_working_day_before(self):
        self.room.feature_ids = self.features["projector"]
        booking = self._booked(
            self.teacher,
            day=5,
            feature_ids=self._set(self.features["projector"]),
        )
        self.assertTrue(booking.needs_preparation)
        self.assertEqual(self.school._school_date(booking.deadline_at).day, 4)
        self.assertIn(self.keeper, booking._clock_responsible_users())
        with self.assertRaises(AccessError):
            booking._prepared("ok", "")
        with self.assertRaisesRegex(UserError, "does not work"):
            booking.with_user(self.keeper)._prepared("fault", "")
        booking.with_user(self.keeper)._prepared("fault", "The lamp is dark")
        self.assertEqual(booking.prepared_by_id, self.keeper)
        self.assertEqual(booking.deadline_state, "met")
        self.assertTrue(self._notices("venue_fault", self.teacher))

    # check-in

    def test_check_in_has_its_time(self):
        booking = self._booked(self.teacher)
        self._tick(9.5)
        with self.assertRaisesRegex(UserError, "20 minutes before"):
            booking.action_check_in()
        self._tick(9.75)
        with self.assertRaises(AccessError):
            booking.with_user(self.colleague).action_check_in()
        booking.action_check_in()
        self.assertEqual(booking.state, "checked_in")
        self.assertEqual(booking.check_in_method, "button")
        with self.assertRaisesRegex(UserError, "not to be checked in"):
            booking.action_check_in()

    def test_where_there_is_a_code_it_is_scanned(self):
        self.room._draw_door_codes()
        booking = self._booked(self.teacher)
        self._tick(10)
        with self.assertRaisesRegex(UserError, "Scan the code"):
            booking.action_check_in()
        booking.with_user(self.keeper).action_check_in()
        self.assertEqual(booking.check_in_method, "office")

    def test_who_does_not_come_loses_the_room_to_who_wants_it(self):
        booking = self._booked(self.teacher)
        self._tick(10.2)
        with self.assertRaisesRegex(UserError, "taken"):
            self._booked(self.clerk, start=10.3, stop=11, **LATE)
        self._tick(10.25)
        other = self._booked(self.clerk, start=10.3, stop=11, **LATE)
        self.assertEqual(other.state, "confirmed")
        self.assertEqual(booking.state, "released")
        self.assertTrue(self._notices("venue_released", self.teacher))

    def test_the_job_releases_and_ends_in_constant_queries(self):
        def run(count, day):
            for number in range(count):
                venue = self._venue(f"{day} {number}")
                self._booked(self.teacher, venue, day=day)
                other = self._booked(self.teacher, venue, start=8, stop=9, day=day)
                other.sudo().write({"state": "checked_in"})
            self._tick(10.5, day)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            with self.enter_registry_test_mode():
                self.env.ref(
                    "school_office_meetings.cron_follow_bookings"
                ).method_direct_trigger()
            return self.cr.sql_log_count - before

        few = run(2, 4)
        many = run(12, 5)
        states = self.env["school.venue.booking"]._read_group(
            [("company_id", "=", self.school.id)], ["state"], ["__count"]
        )
        self.assertEqual(dict(states), {"released": 14, "finished": 14})
        self.assertLess(many, few * 2.5)

    def test_a_closed_school_is_left_alone_by_the_job(self):
        booking = self._booked(self.teacher)
        self.school.sudo().write({"school_state": "closed"})
        self._tick(10.5)
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_office_meetings.cron_follow_bookings"
            ).method_direct_trigger()
        self.assertEqual(booking.state, "confirmed")

    def test_a_request_nobody_decided_ends_with_its_time(self):
        self.room.approval = "office"
        booking = self._booked(self.teacher)
        self._tick(11.1)
        with self.enter_registry_test_mode():
            self.env.ref(
                "school_office_meetings.cron_follow_bookings"
            ).method_direct_trigger()
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(
            booking.sudo().approval_case_id.task_ids.filtered(
                lambda t: t.state == "open"
            )
        )

    # after use

    def _used(self):
        booking = self._booked(self.teacher)
        self._tick(10)
        booking.action_check_in()
        return booking

    def test_an_early_end_frees_the_rest_after_cleaning(self):
        self.room.cleaning_minutes = 10
        booking = self._used()
        self._tick(10.5)
        booking._finish()
        self.assertEqual(booking.state, "finished")
        self.assertEqual(booking.block_stop, self._now + timedelta(minutes=10))
        with self.assertRaisesRegex(UserError, "taken"):
            self._booked(self.clerk, start=10.6, stop=11, **LATE)
        self._booked(self.clerk, start=10.75, stop=11.5, **LATE)

    def test_the_hand_over_takes_three_ticks_or_a_word(self):
        booking = self._used()
        self._tick(10.9)
        wizard = (
            self.env["school.venue.step"]
            .with_user(self.teacher)
            .create(
                {
                    "step": "finish",
                    "booking_ids": self._set(booking),
                    "is_clean": True,
                    "is_power_off": True,
                }
            )
        )
        with self.assertRaisesRegex(UserError, "left to do"), self.cr.savepoint():
            wizard.action_confirm()
        wizard.reason = "The beamer hangs"
        wizard.action_confirm()
        self.assertTrue(booking.handed_over_at)
        self.assertEqual(booking.handed_over_by_id, self.teacher)
        self.assertTrue(self._notices("venue_left_to_do", self.keeper))
        with self.assertRaisesRegex(UserError, "handed over already by teacher"):
            booking._hand_over(True, True, True)

    def test_the_picture_of_the_room_is_put_in_by_the_hand_over_only(self):
        booking = self._used()
        picture = {
            "name": "hand_over_image",
            "res_model": booking._name,
            "res_id": booking.id,
            "res_field": "hand_over_image",
            "raw": b"x",
        }
        stored = self.env["ir.attachment"].sudo().create(picture)
        Files = self.env["ir.attachment"].with_user(self.teacher)
        self.assertTrue(booking.with_user(self.teacher).has_access("write"))
        with self.assertRaisesRegex(AccessError, "cannot be entered"):
            Files.create(picture)
        own = Files.create({"name": "Mine", "raw": b"y"})
        for file, values in (
            (stored.with_user(self.teacher), {"raw": b"z"}),
            (
                own,
                {name: picture[name] for name in ("res_model", "res_id", "res_field")},
            ),
        ):
            with self.assertRaisesRegex(AccessError, "cannot be entered"):
                file.write(values)
        with self.assertRaisesRegex(AccessError, "cannot be entered"):
            stored.with_user(self.teacher).unlink()
        self.assertEqual(stored.raw, b"x")

    def test_strangers_to_a_booking_do_not_end_it(self):
        booking = self._used()
        for call in (
            lambda b: b.action_ask_finish(),
            lambda b: b.action_ask_hand_over(),
            lambda b: b.action_feedback(),
        ):
            with self.assertRaises(AccessError):
                call(booking.with_user(self.colleague))

    def test_feedback_is_asked_for_and_stays_as_it_was_given(self):
        booking = self._used()
        self._tick(11)
        booking._finish()
        self.assertEqual(booking.feedback_state, "open")
        self.assertEqual(booking.deadline_state, "running")
        self.assertEqual(self.school._school_date(booking.deadline_at).day, 5)
        Feedback = self.env["school.venue.feedback"]
        vals = {"booking_id": booking.id, "use_made": "Talk", "problems": "Too hot"}
        with self.assertRaises(AccessError):
            Feedback.with_user(self.colleague).create(vals)
        feedback = Feedback.with_user(self.teacher).create(vals)
        self.assertEqual(booking.feedback_state, "given")
        self.assertEqual(booking.deadline_state, "met")
        with self.assertRaises(AccessError):
            feedback.problems = "None"
        self.assertFalse(feedback.with_user(self.colleague).has_access("read"))
        kept = feedback.with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "improved"):
            kept.action_review()
        kept.measure = "A fan is bought"
        kept.action_review()
        self.assertEqual(feedback.state, "reviewed")

    # equipment

    def _pool(self, count=3):
        pool = self._venue(
            "Tablet", kind="equipment", is_pool=True, capacity=0, lead_rule="none"
        )
        self.env["school.venue.units"].with_user(self.clerk).create(
            {"pool_id": pool.id, "count": count}
        ).action_add()
        return pool

    def _units(self, user, pool, count, **vals):
        return (
            self.env["school.venue.series"]
            .with_user(user)
            ._book_units(
                pool,
                count,
                {
                    "start": self._at(10),
                    "stop": self._at(11),
                    "purpose": "Lesson",
                    "rules_accepted": True,
                    **vals,
                },
            )
        )

    def test_there_are_as_many_tablets_as_there_are(self):
        pool = self._pool()
        self.assertEqual(pool.unit_count, 3)
        self.assertEqual(pool.unit_ids.mapped("name")[:1], ["Tablet 1"])
        first = self._units(self.teacher, pool, 2)
        self.assertEqual(first.booking_ids.mapped("state"), ["confirmed"] * 2)
        self.assertEqual(len(first.booking_ids.venue_id), 2)
        with self.assertRaisesRegex(UserError, "1 of 3 are free"):
            self._units(self.colleague, pool, 2)
        self._units(self.colleague, pool, 1)

    def test_a_pool_itself_is_not_booked(self):
        pool = self._pool()
        with self.assertRaisesRegex(UserError, "several pieces"):
            self._booked(self.teacher, pool)

    def test_a_piece_is_lent_and_comes_back_in_a_state(self):
        pool = self._pool()
        booking = self._units(self.teacher, pool, 1).booking_ids
        self._tick(10)
        with self.assertRaises(AccessError):
            booking.with_user(self.teacher).action_lend()
        booking.with_user(self.keeper).action_lend()
        handover = booking.venue_id.custody_id.pending_handover_id
        handover.with_user(self.teacher).action_accept()
        self.assertEqual(booking.state, "checked_in")
        self.assertEqual(booking.venue_id.custody_holder_id, self.teacher)
        self._tick(10.8)
        with self.assertRaisesRegex(UserError, "damaged or missing"):
            booking.with_user(self.keeper)._take_back("damaged", "")
        booking.with_user(self.keeper)._take_back("damaged", "A crack")
        self.assertEqual(booking.state, "finished")
        self.assertEqual(booking.return_condition, "damaged")
        self.assertEqual(booking.venue_id.custody_holder_id, self.keeper)

    def test_the_keeper_of_a_piece_uses_it_himself(self):
        booking = self._units(self.keeper, self._pool(), 1).booking_ids
        self._tick(10)
        booking.with_user(self.keeper).action_lend()
        self.assertEqual(booking.state, "checked_in")
        booking.with_user(self.keeper)._take_back("intact", "")
        self.assertEqual(booking.state, "finished")

    # series

    def _series(self, user=None, **vals):
        series = (
            self.env["school.venue.series"]
            .with_user(user or self.teacher)
            .create(
                {
                    "venue_id": self.room.id,
                    "purpose": "Robotics club",
                    "people_count": 12,
                    "date_from": "2026-03-04",
                    "date_to": "2026-04-30",
                    "weekday": "2",
                    "hour_from": 16,
                    "hour_to": 17,
                    "rules_accepted": True,
                    **vals,
                }
            )
        )
        series.action_check()
        return series

    def test_every_date_of_a_series_is_tried_and_reported(self):
        self._booked(self.colleague, start=16.5, stop=18, day=11)
        self._holiday("2026-03-18", name="Sports day")
        self._holiday("2026-03-21", "makeup", weekday="2", name="For sports day")
        self._holiday("2026-03-25", "makeup", weekday="4", name="Friday's plan")
        series = self._series()
        report = {d.day.strftime("%m-%d"): d.result for d in series.date_ids}
        self.assertEqual(
            report,
            {
                "03-04": "free",
                "03-11": "taken",
                "03-18": "holiday",
                "03-21": "free",
                "03-25": "moved",
                "04-01": "free",
                "04-08": "free",
                "04-15": "free",
                "04-22": "free",
                "04-29": "free",
            },
        )
        taken = series.date_ids.filtered(lambda d: d.result == "taken")
        self.assertIn("by colleague", taken.note)
        self.assertEqual((series.conflict_count, series.skipped_count), (1, 2))
        series.date_ids.filtered(lambda d: d.day.month == 4)[-1].is_chosen = False
        with self.assertRaisesRegex(UserError, "Only what is free"):
            taken.is_chosen = True
        series.action_book()
        self.assertEqual(series.state, "confirmed")
        self.assertEqual(series.booked_count, 6)
        self.assertTrue(series.number)
        self.assertFalse(self._notices("venue_confirmed"))

    def test_what_was_taken_meanwhile_is_reported_and_the_rest_is_booked(self):
        series = self._series()
        self._booked(self.colleague, start=16, stop=17, day=4)
        series.action_book()
        self.assertEqual(series.conflict_count, 1)
        self.assertEqual(series.booked_count, 8)

    def test_a_series_asks_for_one_approval(self):
        self.room.approval = "office"
        series = self._series()
        series.action_book()
        self.assertEqual(series.state, "requested")
        self.assertEqual(set(series.booking_ids.mapped("state")), {"requested"})
        with self.assertRaisesRegex(UserError, "needs an approval"):
            series.booking_ids[0].sudo().write({"state": "confirmed"})
        self._approve(series, self.team)
        self.assertEqual(series.state, "confirmed")
        self.assertEqual(set(series.booking_ids.mapped("state")), {"confirmed"})
        self.assertFalse(series.booking_ids.approval_case_id)

    def test_a_refused_series_frees_all_its_dates(self):
        self.room.approval = "office"
        series = self._series()
        series.action_book()
        task = series.sudo().approval_case_id.task_ids
        task.with_user(self.team).action_refuse("No")
        self.assertEqual(set(series.booking_ids.mapped("state")), {"cancelled"})
        self._booked(self.colleague, start=16, stop=17)

    def test_one_date_or_the_rest_is_cancelled(self):
        series = self._series()
        series.action_book()
        first = series.booking_ids.sorted("start")[:1]
        first._cancel("Trip")
        self.assertEqual(series.booked_count, 8)
        self._tick(12, 12)
        with self.assertRaises(AccessError):
            series.with_user(self.colleague)._cancel_rest("x")
        series._cancel_rest("Club ends")
        self.assertEqual(series.state, "cancelled")
        states = series.booking_ids.sorted("start").mapped("state")
        self.assertEqual(states[:2], ["cancelled", "confirmed"])
        self.assertEqual(set(states[2:]), {"cancelled"})

    def test_a_series_of_any_length_asks_the_same_number_of_queries(self):
        def count(weeks, hour):
            series = (
                self.env["school.venue.series"]
                .with_user(self.teacher)
                .create(
                    {
                        "venue_id": self.room.id,
                        "purpose": "Club",
                        "date_from": "2026-03-04",
                        "date_to": f"2026-03-{4 + 7 * (weeks - 1):02d}"
                        if weeks < 4
                        else "2026-12-30",
                        "weekday": "2",
                        "hour_from": hour,
                        "hour_to": hour + 1,
                        "rules_accepted": True,
                    }
                )
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            series.action_check()
            series.action_book()
            self.env.flush_all()
            return self.cr.sql_log_count - before, len(series.booking_ids)

        count(2, 8)
        few, short = count(3, 10)
        many, long = count(40, 12)
        self.assertEqual(short, 3)
        self.assertGreater(long, 30)
        self.assertLess(many, few * 1.5)

    # the report

    def test_utilisation_is_what_was_used_of_what_is_open(self):
        self.room.hours_ids.unlink()
        self.env["school.venue.hours"].create(
            {
                "company_id": self.school.id,
                "venue_id": self.room.id,
                "weekday": "2",
                "hour_from": 8,
                "hour_to": 18,
            }
        )
        self._holiday("2026-03-18")
        booking = self._booked(self.teacher, start=10, stop=13)
        self._tick(10)
        booking.action_check_in()
        self._tick(12)
        booking._finish()
        missed = self._booked(self.teacher, start=10, stop=11, day=11)
        self._tick(10.5, 11)
        missed._release_no_show()
        self._tick(10, 31)
        self.env.flush_all()
        row = self.env["school.venue.use"].search(
            [("venue_id", "=", self.room.id), ("month", "=", "2026-03-01")]
        )
        # Wednesdays 4, 11 and 25; the 18th is a holiday
        self.assertEqual(row.open_hours, 30)
        self.assertEqual(row.used_hours, 2)
        self.assertEqual(row.booked_hours, 4)
        self.assertEqual((row.booking_count, row.no_show_count), (2, 1))
        self.assertAlmostEqual(row.utilisation, 100 * 2 / 30, 3)
        [(total,)] = self.env["school.venue.use"]._read_group(
            [("month", "=", "2026-03-01"), ("venue_id", "in", (self.room.id,))],
            [],
            ["utilisation:avg"],
        )
        self.assertAlmostEqual(total, 100 * 2 / 30, 3)
        self.assertFalse(
            self.env["school.venue.use"]
            .with_user(self.stranger)
            .search([("company_id", "=", self.school.id)])
        )
