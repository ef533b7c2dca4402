from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SchoolCommon

STANDARD = {
    "director", "supervising_leader", "document_clerk", "archivist", "seal_custodian",
    "certificate_keeper", "storekeeper", "asset_custodian", "venue_administrator",
    "duty", "receptionist", "coordination", "counter_clerk", "meeting_team",
    "minutes_taker", "technical", "logistics", "finance", "teaching",
    "top_management", "destruction_supervisor", "rapid_response",
}  # fmt: skip


@tagged("-at_install", "post_install")
class TestPosts(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Post = cls.env["school.post"]
        cls.post = cls.Post._find(cls.school, "archivist")
        cls.today = cls.school._school_date()

    def _hold(self, user, post=None, **vals):
        return self.env["school.post.holder"].create(
            {"post_id": (post or self.post).id, "user_id": user.id, **vals}
        )

    def test_a_school_gets_every_standard_post_with_its_job_description(self):
        posts = self.Post.search([("company_id", "=", self.school.id)])
        self.assertEqual(set(posts.mapped("code")), STANDARD)
        for post in posts:
            self.assertTrue(post.duties and post.authority and post.working_relations)

    def test_setting_up_again_changes_nothing(self):
        before = self.Post.search([("company_id", "=", self.school.id)])
        before[0].name = "Renamed"
        self.school._school_set_up()
        after = self.Post.search([("company_id", "=", self.school.id)])
        self.assertEqual(before, after)
        self.assertEqual(before[0].name, "Renamed")

    def test_holders_are_found_by_date(self):
        self._hold(
            self.clerk,
            date_from=self.today - timedelta(days=30),
            date_to=self.today - timedelta(days=10),
        )
        self._hold(self.teacher, date_from=self.today - timedelta(days=9))
        self.assertEqual(self.post._users(), self.teacher)
        self.assertEqual(self.post._users(self.today - timedelta(days=20)), self.clerk)
        self.assertFalse(self.post._users(self.today - timedelta(days=40)))

    def test_the_day_of_the_school_counts_not_that_of_greenwich(self):
        self._hold(self.teacher, date_from="2026-03-02")
        before_midnight_utc = fields.Datetime.to_datetime("2026-03-01 16:30:00")
        self.assertEqual(self.post._users(before_midnight_utc), self.teacher)
        self.assertFalse(self.post._users(before_midnight_utc - timedelta(hours=1)))

    def test_somebody_who_left_holds_nothing(self):
        self._hold(self.teacher)
        self.teacher.active = False
        self.assertFalse(self.post._users())

    def test_many_posts_cost_as_much_as_one(self):
        posts = self.Post.search([("company_id", "=", self.school.id)])
        for post in posts:
            self._hold(self.teacher, post)
        self.env.flush_all()

        def count(records):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records._users_by_post()
            return self.env.cr.sql_log_count - start

        count(posts)
        self.assertEqual(count(posts[:2]), count(posts))

    def test_the_post_of_a_department_comes_before_that_of_the_school(self):
        department = self.env["hr.department"].create(
            {"name": "Science", "company_id": self.school.id}
        )
        school_wide = self.Post._find(self.school, "supervising_leader", department)
        self.assertFalse(school_wide.department_id)
        own = self.Post.create(
            {
                "name": "Leader of Science",
                "code": "supervising_leader",
                "department_id": department.id,
                "company_id": self.school.id,
            }
        )
        self.assertEqual(
            self.Post._find(self.school, "supervising_leader", department), own
        )
        self.assertEqual(
            self.Post._find(self.school, "supervising_leader"), school_wide
        )
        self.assertFalse(self.Post._find(self.school, "no_such_post"))

    def test_a_post_is_held_by_staff_of_the_school_only(self):
        with self.assertRaises(UserError):
            self._hold(self.stranger)
        with self.assertRaises(UserError):
            self._hold(self.teacher, deputy_id=self.stranger.id)

    def test_nobody_holds_a_post_twice_at_the_same_time(self):
        self._hold(self.teacher, date_to=self.today + timedelta(days=5))
        with (
            self.assertRaisesRegex(ValidationError, "already holds"),
            self.env.cr.savepoint(),
        ):
            self._hold(self.teacher, date_from=self.today + timedelta(days=5))

    def test_who_held_a_post_stays_on_record(self):
        holder = self._hold(self.teacher, date_from=self.today - timedelta(days=30))
        self.env.cr.execute(
            "UPDATE school_post_holder SET create_date = create_date"
            " - interval '20 days' WHERE id = %s",
            [holder.id],
        )
        holder.invalidate_recordset()
        holder = holder.with_user(self.admin)
        with (
            self.assertRaisesRegex(UserError, "stays on record"),
            self.env.cr.savepoint(),
        ):
            holder.user_id = self.clerk
        with self.assertRaises(UserError):
            holder.unlink()
        holder.date_to = self.today
        self.assertEqual(holder.date_to, self.today)

    def test_what_was_entered_today_can_be_corrected(self):
        holder = self._hold(self.teacher).with_user(self.admin)
        holder.user_id = self.clerk
        holder.unlink()
        self.assertFalse(holder.exists())

    def test_a_standard_post_keeps_its_code_and_cannot_be_deleted(self):
        post = self.post.with_user(self.admin)
        with (
            self.assertRaisesRegex(UserError, "standard post"),
            self.env.cr.savepoint(),
        ):
            post.code = "librarian"
        with self.assertRaises(UserError):
            post.unlink()
        with self.assertRaises(AccessError):
            post.is_standard = False

    def test_teachers_read_posts_and_change_nothing(self):
        post = self.post.with_user(self.teacher)
        self.assertTrue(post.name)
        with self.assertRaises(AccessError):
            post.name = "Mine"
        with self.assertRaises(AccessError):
            self.env["school.post.holder"].with_user(self.teacher).create(
                {"post_id": self.post.id, "user_id": self.teacher.id}
            )

    def test_the_neighbour_sees_neither_posts_nor_holders(self):
        holder = self._hold(self.teacher)
        for record in (self.post, holder):
            as_stranger = record.with_user(self.stranger).with_context(
                allowed_company_ids=self.other.ids
            )
            self.assertFalse(as_stranger.search([("id", "=", record.id)]))
            with self.assertRaises(AccessError):
                as_stranger.read(["display_name"])
        with self.assertRaises(AccessError):
            self.env["school.post.holder"].with_user(self.stranger).create(
                {"post_id": self.post.id, "user_id": self.stranger.id}
            )

    def test_vacant_posts_are_found(self):
        domain = [("company_id", "=", self.school.id), ("is_vacant", "=", True)]
        self.assertIn(self.post, self.Post.search(domain))
        self._hold(self.teacher)
        self.assertNotIn(self.post, self.Post.search(domain))
        self.assertEqual(self.post.current_user_ids, self.teacher)

    def test_seeded_names_are_there_in_every_installed_language(self):
        if not self.env["res.lang"]._get_data(code="zh_CN"):
            self.env["res.lang"]._activate_lang("zh_CN")
        fresh = self._open_school("Third School", "THIRD")
        post = self.Post._find(fresh, "archivist")
        self.assertEqual(post.with_context(lang="en_US").name, "Archivist")
        translations, __ = post.get_field_translations("name", ["zh_CN"])
        self.assertTrue(translations[0]["value"])
