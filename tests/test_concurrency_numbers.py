"""Numbers and registers with real threads and committed transactions."""

import time

from odoo import api
from odoo.tests import tagged

from committed import CommittedCase

PEOPLE = 20


@tagged("standard", "post_install", "-at_install")
class TestConcurrentNumbers(CommittedCase):
    """Twenty people register at once, each in a transaction of his own."""

    school_code = "CROWD"

    def setUp(self):
        super().setUp()
        with self._env() as env:
            school = env["res.company"].browse(self.school_id)
            env["school.number.series"]._ensure(school, "test.crowd", "Crowd")
            env["school.register"]._ensure(school, "test.crowd", "Crowd")
            self.user_id = self._person(env, "crowd_clerk").id
            self.place_ids = (
                env["school.place"]
                .create(
                    [
                        {"name": f"Desk {n}", "company_id": school.id}
                        for n in range(PEOPLE + 5)
                    ]
                )
                .ids
            )

    def _work(self, env, place_id, pause=0.0):
        """Register one thing: read a little, take a number, write into the book."""
        place = env["school.place"].browse(place_id)
        place.read(["name"])  # the snapshot is taken here, before the queue
        Series = env["school.number.series"]
        number = Series._issue({place: "test.crowd"})[place]
        env["school.register"]._append(
            place.company_id,
            "test.crowd",
            [
                {
                    "event": "registered",
                    "record": place,
                    "payload": {"name": place.name},
                    "number": number.text,
                }
            ],
        )
        time.sleep(pause)
        return number.seq

    def _register(self, place_id):
        with self._env(self.user_id) as env:
            return self._work(env, place_id)

    def _register_and_fail(self, place_id):
        with self._env(self.user_id) as env:
            self._work(env, place_id, pause=0.02)
            raise _ChangedHisMindError

    def _assert_intact(self, count):
        with self._env() as env:
            register = env["school.register"].search(
                [("company_id", "=", self.school_id), ("code", "=", "test.crowd")]
            )
            check = register._verify("full")
            self.assertEqual((check.state, check.entry_count), ("ok", count))
            series = env["school.number.series"].search(
                [("company_id", "=", self.school_id), ("kind", "=", "test.crowd")]
            )
            self.assertEqual(
                sorted(series.number_ids.mapped("seq")), list(range(1, count + 1))
            )

    def test_twenty_at_once_get_consecutive_numbers_without_a_second_try(self):
        jobs = [
            lambda place_id=place_id: self._register(place_id)
            for place_id in self.place_ids[:PEOPLE]
        ]
        results, errors = self._crowd(jobs)
        self.assertFalse(errors)
        self.assertEqual(sorted(results), list(range(1, PEOPLE + 1)))
        self._assert_intact(PEOPLE)

    def test_those_who_roll_back_leave_no_gap(self):
        jobs = [
            (lambda place_id=place_id: self._register_and_fail(place_id))
            if n % 3 == 0
            else (lambda place_id=place_id: self._register(place_id))
            for n, place_id in enumerate(self.place_ids[:PEOPLE])
        ]
        results, errors = self._crowd(jobs)
        self.assertEqual({type(error) for error in errors}, {_ChangedHisMindError})
        self.assertEqual(sorted(results), list(range(1, len(results) + 1)))
        self._assert_intact(len(results))

    def test_the_lock_is_free_once_the_transaction_has_ended(self):
        for leave in ("commit", "rollback", "close"):
            cr = self.registry.cursor()
            env = api.Environment(cr, self.user_id, {})
            self._work(env, self.place_ids[0])
            if leave != "close":
                getattr(cr, leave)()
            cr.close()
            with self.registry.cursor() as other:
                other.execute(
                    """SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database
                        WHERE locktype = 'advisory' AND datname = current_database()"""
                )
                self.assertEqual(other.fetchone()[0], 0, leave)


class _ChangedHisMindError(Exception):
    pass
