from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SchoolCommon


@tagged("-at_install", "post_install")
class TestSchool(SchoolCommon):
    def test_defaults_of_the_requirements_stand_on_the_school(self):
        expected = {
            "school_doc_sign_hours": 2,
            "school_doc_sign_urgent_hours": 1,
            "school_doc_propose_hours": 2,
            "school_doc_damage_days": 3,
            "school_doc_circulation_days": 1,
            "school_doc_handling_days": 5,
            "school_doc_on_time_target": 95,
            "school_doc_reception_time": 9,
            "school_remind_before_days": 2,
            "school_escalate_after_days": 3,
            "school_directory_month_1": 6,
            "school_directory_month_2": 12,
            "school_directory_days": 10,
        }
        self.assertEqual({name: self.school[name] for name in expected}, expected)

    @mute_logger("odoo.sql_db")
    def test_two_schools_never_share_a_short_code(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.other.school_code = "hill"
            self.env.flush_all()

    def test_a_short_code_is_short(self):
        for code in ("a b", "x" * 17, "<b>"):
            with self.assertRaises(ValidationError):
                self.school.school_code = code

    def test_negative_limits_are_refused(self):
        with (
            self.assertRaisesRegex(ValidationError, "negative"),
            self.env.cr.savepoint(),
        ):
            self.school.school_doc_handling_days = -1

    def test_a_closed_school_is_read_only(self):
        post = self.env["school.post"]._find(self.school, "director")
        self.school.school_state = "closed"
        for attempt in (
            lambda: post.write({"name": "X"}),
            lambda: post.sudo().write({"name": "X"}),
            lambda: self.env["school.place"].create({"name": "Room"}),
            lambda: self.env["hr.department"].create(
                {"name": "D", "company_id": self.school.id}
            ),
        ):
            with (
                self.assertRaisesRegex(UserError, "is closed"),
                self.env.cr.savepoint(),
            ):
                attempt()
        self.assertTrue(post.with_user(self.teacher).name)

    def test_places_form_a_tree_from_wide_to_narrow(self):
        Place = self.env["school.place"].with_user(self.admin)
        campus = Place.search([("kind", "=", "campus")])
        building = Place.create(
            {"name": "Hall", "kind": "building", "parent_id": campus.id}
        )
        room = Place.create({"name": "101", "kind": "room", "parent_id": building.id})
        self.assertEqual(room.complete_name, f"{campus.name} / Hall / 101")
        with (
            self.assertRaisesRegex(ValidationError, "cannot be part of"),
            self.env.cr.savepoint(),
        ):
            Place.create({"name": "2", "kind": "floor", "parent_id": room.id})
        with self.assertRaises(UserError):
            Place.create(
                {
                    "name": "Theirs",
                    "kind": "building",
                    "parent_id": Place.sudo()
                    .search([("company_id", "=", self.other.id)], limit=1)
                    .id,
                }
            )
        with self.assertRaises(AccessError):
            room.with_user(self.teacher).name = "102"

    def test_a_day_belongs_to_one_term(self):
        Term = self.env["school.term"].with_user(self.admin)
        term = Term.create(
            {"name": "Autumn", "date_from": "2026-09-01", "date_to": "2027-01-20"}
        )
        self.assertEqual(term.school_year, "2026-2027")
        with (
            self.assertRaisesRegex(ValidationError, "overlap"),
            self.env.cr.savepoint(),
        ):
            Term.create(
                {"name": "Winter", "date_from": "2027-01-20", "date_to": "2027-02-20"}
            )
        with (
            self.assertRaisesRegex(ValidationError, "written like"),
            self.env.cr.savepoint(),
        ):
            term.school_year = "2026"
        other = Term.create(
            {"name": "Spring", "date_from": "2027-02-20", "date_to": "2027-07-10"}
        )
        self.assertEqual(other.school_year, "2026-2027")
        self.assertEqual(Term._at(self.school, other.date_from), other)
        self.assertFalse(Term._at(self.other, other.date_from))

    def test_the_school_year_is_known_without_terms(self):
        day = self.school._school_date()
        for month, expected in ((8, "2025-2026"), (9, "2026-2027")):
            self.assertEqual(
                self.school._school_year(day.replace(2026, month, 1)), expected
            )


@tagged("-at_install", "post_install")
class TestDepartment(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Department = cls.env["hr.department"]
        cls.parent = Department.create({"name": "Teaching"})
        cls.department = Department.create(
            {"name": "Maths", "parent_id": cls.parent.id}
        )

    def test_the_administrator_sets_the_head_without_rights_over_employees(self):
        department = self.department.with_user(self.admin)
        department.school_head_id = self.teacher
        self.assertEqual(self.department.manager_id.user_id, self.teacher)
        self.assertEqual(self.department._head_users(), self.teacher)
        with self.assertRaises(UserError):
            department.school_head_id = self.stranger
        with self.assertRaises(AccessError):
            self.department.with_user(self.teacher).school_head_id = self.teacher

    def test_a_department_without_a_head_answers_to_the_one_above(self):
        self.parent.school_head_id = self.clerk
        self.assertEqual(self.department._head_users(), self.clerk)

    def test_supervisors_come_from_the_department_then_from_the_post(self):
        self._hold("supervising_leader", self.director)
        self.assertEqual(self.department._supervisor_users(), self.director)
        self.parent.school_supervisor_id = self.clerk
        self.assertEqual(self.department._supervisor_users(), self.clerk)

    def test_the_head_and_the_receivers_sign(self):
        self.department.school_head_id = self.teacher
        self.department.receiver_ids = self.clerk
        self.assertEqual(self.department._receiver_users(), self.teacher | self.clerk)

    def test_people_of_another_school_cannot_lead_or_receive(self):
        for values in (
            {"school_supervisor_id": self.stranger.id},
            {"receiver_ids": [(4, self.stranger.id)]},
        ):
            with self.assertRaises(UserError):
                self.department.write(values)

    def test_a_department_stays_in_its_school(self):
        with (
            self.assertRaisesRegex(UserError, "stays in its school"),
            self.env.cr.savepoint(),
        ):
            self.department.company_id = self.other

    def test_many_departments_cost_as_much_as_two(self):
        departments = self.env["hr.department"].create(
            [{"name": f"Group {n}", "parent_id": self.parent.id} for n in range(12)]
        )
        self.parent.school_head_id = self.teacher
        self.env.flush_all()

        def count(records):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records._receivers()
            records._supervisors()
            return self.env.cr.sql_log_count - start

        count(departments)
        self.assertEqual(count(departments[:2]), count(departments))
