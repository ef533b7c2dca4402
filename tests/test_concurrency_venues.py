"""Twenty-four people press "Book" together: real threads, committed transactions."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from committed import CommittedCase

PEOPLE = 24


@tagged("standard", "post_install", "-at_install")
class TestConcurrentVenues(CommittedCase):
    school_code = "ROOMS"

    def setUp(self):
        super().setUp()
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            self.people = [
                self._person(env, f"rooms_{number}").id for number in range(PEOPLE)
            ]
            room = env["school.venue"].create(
                {
                    "company_id": self.school_id,
                    "name": "Room 302",
                    "approval": "none",
                    "lead_rule": "none",
                    "horizon_days": 0,
                    "hours_ids": [],
                }
            )
            room.hours_ids.unlink()
            room.keeps_holidays = False
            self.room_id = room.id
            ranks = env["school.venue.rank"].search(
                [("company_id", "=", school.id), ("office_only", "=", False)]
            )
            self.rank_ids = ranks.ids
            pool = env["school.venue"].create(
                {
                    "company_id": self.school_id,
                    "name": "Tablet",
                    "kind": "equipment",
                    "is_pool": True,
                    "approval": "none",
                    "lead_rule": "none",
                    "keeps_holidays": False,
                }
            )
            pool.hours_ids.unlink()
            env["school.venue.units"].create(
                {"pool_id": pool.id, "count": 5}
            ).action_add()
            self.pool_id = pool.id

    def _vals(self, number, start="2099-03-04 02:00:00", stop="2099-03-04 03:00:00"):
        return {
            "company_id": self.school_id,
            "venue_id": self.room_id,
            "start": start,
            "stop": stop,
            "purpose": f"Lesson {number}",
            "rules_accepted": True,
            "rank_id": self.rank_ids[number % len(self.rank_ids)],
        }

    def _book(self, number, **times):
        def work(env):
            booking = env["school.venue.booking"].create(self._vals(number, **times))
            booking.action_request()
            return booking.id

        return lambda: self._request(self.people[number], work)

    def _held(self):
        with self._env() as env:
            return env["school.venue.booking"].search_count(
                [("venue_id", "=", self.room_id), ("holds_slot", "=", True)]
            )

    def test_of_twenty_four_one_gets_the_room_and_the_others_read_who_has_it(self):
        results, errors = self._crowd([self._book(n) for n in range(PEOPLE)])
        self.assertEqual((len(results), len(errors)), (1, PEOPLE - 1), errors[:1])
        self.assertEqual(self._held(), 1)
        with self._env() as env:
            winner = env["school.venue.booking"].browse(results).user_id.name
        for error in errors:
            self.assertIsInstance(error, UserError)
            self.assertIn(f"by {winner}", str(error))

    def test_who_wants_different_hours_is_not_held_up(self):
        jobs = [
            self._book(
                n,
                start=f"2099-03-{4 + n // 12:02d} {n % 12 + 1:02d}:00:00",
                stop=f"2099-03-{4 + n // 12:02d} {n % 12 + 2:02d}:00:00",
            )
            for n in range(PEOPLE)
        ]
        results, errors = self._crowd(jobs)
        self.assertEqual(errors, [])
        self.assertEqual(len(results), PEOPLE)

    def test_five_tablets_are_lent_to_five_people(self):
        def take(number):
            def work(env):
                vals = self._vals(number)
                vals.pop("venue_id")
                pool = env["school.venue"].browse(self.pool_id)
                return env["school.venue.series"]._book_units(pool, 1, vals).id

            return lambda: self._request(self.people[number], work)

        results, errors = self._crowd([take(n) for n in range(12)])
        self.assertEqual((len(results), len(errors)), (5, 7), errors[:1])
        for error in errors:
            self.assertIn("0 of 5 are free", str(error))
        with self._env() as env:
            bookings = env["school.venue.booking"].search(
                [("venue_id.pool_id", "=", self.pool_id)]
            )
            self.assertEqual(len(bookings.venue_id), 5)
            self.assertEqual(set(bookings.mapped("state")), {"confirmed"})

    def test_the_constraint_has_the_last_word_where_nobody_queues(self):
        """As if another program wrote the rows: exactly one of them stays."""
        with self._env() as env:
            drafts = env["school.venue.booking"].create(
                [{**self._vals(n), "user_id": self.people[n]} for n in range(PEOPLE)]
            )

        def seize(draft):
            def work(env):
                env.cr.execute(
                    """UPDATE school_venue_booking
                          SET state = 'confirmed', holds_slot = TRUE WHERE id = %s""",
                    [draft],
                    log_exceptions=False,
                )
                env.cr.commit()
                return draft

            def job():
                with self._env() as env:
                    return work(env)

            return job

        results, errors = self._crowd([seize(draft) for draft in drafts.ids])
        self.assertEqual((len(results), len(errors)), (1, PEOPLE - 1))
        self.assertEqual({error.pgcode for error in errors}, {"23P01"})
        self.assertEqual(self._held(), 1)

    def _remove_rest(self, env):
        env["hr.employee"].search([("company_id", "=", self.school_id)]).unlink()
