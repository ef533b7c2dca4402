from odoo.tests import tagged

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestRobotLanguage(SchoolCommon):
    """What is written without a person speaks the language of the school."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={})
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.school.partner_id.lang = "zh_CN"
        cls.other.partner_id.lang = "en_US"

    def _line(self, env, school):
        """The first line in the chatter of a post made in ``env``."""
        post = env["school.post"].create(
            {"name": "Lamp", "code": "lamp", "company_id": school.id}
        )
        return post.sudo().message_ids[-1:].preview

    def test_a_scheduled_action_writes_in_the_language_of_each_school(self):
        lines = [self._line(self.env, school) for school in self.school | self.other]
        self.assertEqual(lines[1], "Post created")
        self.assertNotIn("created", lines[0])
        self.assertIn("岗位", lines[0])

    def test_the_robot_does_so_whatever_language_a_visitor_has(self):
        env = self.env(context={"lang": "en_US"})
        self.assertNotIn("created", self._line(env, self.school))

    def test_who_takes_a_post_over_is_told_in_the_language_of_the_school(self):
        post = self.env["school.post"]._find(self.school, "director")
        self.env["school.post.holder"].create(
            {
                "post_id": post.id,
                "user_id": self.teacher.id,
                "date_from": "2026-09-01",
            }
        )
        self.assertNotIn("takes the post", post.message_ids[0].preview)

    def test_a_shipped_flow_is_put_in_force_in_the_language_of_the_school(self):
        school = self.env["res.company"].create(
            {"name": "Reed School", "is_school": True, "school_code": "REED"}
        )
        school.partner_id.lang = "zh_CN"
        school._school_set_up()
        flow = self.env["school.approval.flow"].search(
            [("company_id", "=", school.id)], limit=1
        )
        self.assertIn("版生效", flow.message_ids[0].preview)

    def test_a_person_of_the_staff_writes_in_his_own_language(self):
        env = self.env(user=self.admin, context={"lang": "en_US"})
        self.assertEqual(self._line(env, self.school), "Post created")

    def test_records_of_many_schools_speak_each_its_own_language(self):
        posts = self.env["school.post"].create(
            [
                {"name": "Lamp", "code": "lamp", "company_id": school.id}
                for school in self.school | self.other
            ]
        )
        self.assertEqual(
            ["created" in post.message_ids[-1:].preview for post in posts],
            [False, True],
        )
