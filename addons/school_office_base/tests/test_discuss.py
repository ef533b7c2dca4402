from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestDiscuss(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Channel = cls.env["discuss.channel"].with_user(cls.stranger)
        cls.channel = Channel.create(
            {"name": "Lake Staff Room", "channel_type": "channel"}
        )
        cls.thread = Channel.create(
            {
                "name": "Boats",
                "channel_type": "channel",
                "parent_channel_id": cls.channel.id,
            }
        )

    def test_a_channel_is_seen_in_its_own_school_only(self):
        colleague = self._person("lake_teacher", self.other)
        for channel in self.channel | self.thread:
            self.assertEqual(channel.company_id, self.other)
            self.assertTrue(channel.with_user(colleague).has_access("read"))
            for person in self.teacher | self.admin:
                mine = channel.with_user(person)
                self.assertFalse(mine.search([("id", "=", channel.id)]))
                with self.assertRaises(AccessError):
                    mine.read(["name"])

    def test_members_of_a_foreign_channel_are_not_listed(self):
        members = self.channel.channel_member_ids
        self.assertTrue(members)
        found = self.env["discuss.channel.member"].with_user(self.teacher)
        self.assertFalse(found.search([("id", "in", members.ids)]))

    def test_nobody_moves_his_channel_to_another_school(self):
        mine = (
            self.env["discuss.channel"]
            .with_user(self.teacher)
            .create({"name": "Hill", "channel_type": "channel"})
        )
        with self.assertRaises(AccessError):
            mine.company_id = self.other

    def test_new_people_of_a_school_do_not_join_the_common_channel(self):
        general = self.env.ref("mail.channel_all_employees")
        newcomer = self._person("newcomer", self.school)
        self.assertNotIn(newcomer.partner_id, general.channel_partner_ids)
        self.assertFalse(general.with_user(newcomer).has_access("read"))
