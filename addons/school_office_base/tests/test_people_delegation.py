from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SchoolCommon


@tagged("-at_install", "post_install")
class TestDelegation(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Delegation = cls.env["school.delegation"]
        cls.today = cls.school._school_date()

    def _delegate(self, user, deputy, author=None, **vals):
        return self.Delegation.with_user(author or user).create(
            {
                "user_id": user.id,
                "deputy_id": deputy.id,
                "date_from": self.today,
                "date_to": self.today + timedelta(days=7),
                "reason": "Training",
                **vals,
            }
        )

    def _deputies(self, **case):
        """Who acts for the director."""
        found = self.Delegation._deputies(self.director, self.school, **case)
        return found[self.director]

    def test_a_deputy_acts_within_the_dates(self):
        self._delegate(
            self.director, self.clerk, date_from=self.today + timedelta(days=2)
        )
        self.assertFalse(self._deputies())
        for days, expected in ((2, True), (7, True), (8, False)):
            deputies = self._deputies(at=self.today + timedelta(days=days))
            self.assertEqual(self.clerk in deputies, expected)

    def test_deputies_do_not_pass_on_what_they_were_given(self):
        self._delegate(self.director, self.clerk)
        self._delegate(self.clerk, self.teacher)
        deputies = self.Delegation._deputies(self.director | self.clerk, self.school)
        self.assertEqual(
            deputies, {self.director: self.clerk, self.clerk: self.teacher}
        )
        self.assertEqual(
            self.Delegation._represented(self.teacher, self.school), self.clerk
        )

    def test_periods_may_overlap(self):
        self._delegate(self.director, self.clerk)
        self._delegate(self.director, self.teacher)
        self.assertEqual(
            self.Delegation._deputies(self.director, self.school)[self.director],
            self.clerk | self.teacher,
        )
        self.assertEqual(
            self.Delegation._represented(self.teacher, self.school), self.director
        )

    def test_a_limit_is_a_limit(self):
        self._delegate(self.director, self.clerk, amount_limit=5000)
        self.assertEqual(self._deputies(amount=5000), self.clerk)
        self.assertFalse(self._deputies(amount=5000.01))

    @mute_logger("odoo.sql_db")
    def test_nobody_is_his_own_deputy(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._delegate(self.director, self.director)

    def test_a_teacher_cannot_act_in_the_name_of_the_director(self):
        with (
            self.assertRaisesRegex(AccessError, "for yourself"),
            self.env.cr.savepoint(),
        ):
            self._delegate(self.director, self.teacher, author=self.teacher)

    def test_an_administrator_cannot_make_himself_the_deputy(self):
        with (
            self.assertRaisesRegex(AccessError, "yourself the deputy"),
            self.env.cr.savepoint(),
        ):
            self._delegate(self.director, self.admin, author=self.admin)
        self.assertTrue(self._delegate(self.director, self.clerk, author=self.admin))

    def test_the_person_is_told_what_others_enter_for_him(self):
        delegation = self._delegate(self.director, self.clerk, author=self.admin)
        told = self.env["school.notice"].search(
            [("res_model", "=", delegation._name), ("res_id", "=", delegation.id)]
        )
        self.assertEqual(told.user_id, self.director | self.clerk)
        self.assertIn("Entered by", told[0].body)

    def test_people_of_another_school_are_refused(self):
        with self.assertRaises(UserError):
            self._delegate(self.director, self.stranger)

    def test_the_past_cannot_be_covered_afterwards(self):
        with (
            self.assertRaisesRegex(UserError, "today or later"),
            self.env.cr.savepoint(),
        ):
            self._delegate(
                self.director, self.clerk, date_from=self.today - timedelta(days=1)
            )

    def test_it_is_revoked_with_a_reason_and_never_changed_or_deleted(self):
        delegation = self._delegate(self.director, self.clerk)
        for values in (
            {"deputy_id": self.teacher.id},
            {"state": "revoked"},
            {"date_to": self.today + timedelta(days=90)},
        ):
            with self.assertRaises(UserError):
                delegation.write(values)
        with self.assertRaises(UserError):
            delegation.unlink()
        with self.assertRaises(UserError):
            delegation._revoke("  ")
        with self.assertRaises(AccessError):
            delegation.with_user(self.clerk)._revoke("I will not")
        delegation._revoke("Back early")
        self.assertEqual(delegation.status, "revoked")
        self.assertEqual(delegation.revoked_by_id, self.director)
        self.assertFalse(self._deputies())

    def test_server_fields_cannot_be_sent_along(self):
        with self.assertRaises(AccessError):
            self._delegate(self.director, self.clerk, revoked_by_id=self.clerk.id)

    def test_colleagues_do_not_read_each_others_delegations(self):
        delegation = self._delegate(self.director, self.clerk)
        seen = self.Delegation.with_user(self.teacher).search([])
        self.assertNotIn(delegation, seen)
        self.assertIn(delegation, self.Delegation.with_user(self.clerk).search([]))
        self.assertIn(delegation, self.Delegation.with_user(self.admin).search([]))

    def test_statuses_are_searched_as_they_are_shown(self):
        delegations = self._delegate(self.director, self.clerk)
        delegations |= self._delegate(
            self.director, self.clerk, date_from=self.today + timedelta(days=1)
        )
        delegations |= self._delegate(self.director, self.teacher)
        delegations[2]._revoke("Mistake")
        for status in ("planned", "in_force", "ended", "revoked"):
            found = delegations.search(
                [("id", "in", delegations.ids), ("status", "=", status)]
            )
            self.assertEqual(
                found, delegations.filtered(lambda d, s=status: d.status == s)
            )

    def test_many_people_cost_one_query(self):
        people = self.env["res.users"]
        for number in range(10):
            people |= self._person(f"leader{number}", self.school)
        for person in people:
            self._delegate(person, self.clerk)
        self.env.flush_all()

        def count(users):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.Delegation._deputies(users, self.school)
            return self.env.cr.sql_log_count - start

        self.assertEqual(count(people[:1]), count(people))

    def test_a_delegation_of_certain_approvals_names_them(self):
        with self.assertRaisesRegex(UserError, "Choose the approvals"):
            self._delegate(self.director, self.clerk, scope="flows")
