from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .minutes_common import NOW, MinutesCommon

BLOCKS = ("all", "participants", "departments", "members")


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestReaders(MinutesCommon):
    """Each part of the minutes is read by its readers, on every path."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # In the department that is named, not in the meeting.
        cls.storekeeper = cls._person("mtg_store", cls.school)
        cls.storekeeper._school_employee(cls.school).department_id = cls.logistics

    def _four(self, approve=True, **vals):
        """Minutes with one part for each kind of readers."""
        items = [
            {
                "name": f"Secret of {readers}",
                "sequence": number,
                "visibility": readers,
                "visible_department_ids": [
                    Command.set(self.logistics.ids if readers == "departments" else [])
                ],
            }
            for number, readers in enumerate(BLOCKS)
        ]
        minutes = self._submitted(items, **vals)
        return self._approve(minutes) if approve else minutes

    def _reads(self, minutes, user):
        """Which parts ``user`` finds: by search, in his view and on his page agree."""
        Block = self.env["school.meeting.minutes.block"].with_user(user)
        found = Block.search([("minutes_id", "=", minutes.id)])
        names = {name.removeprefix("Secret of ") for name in found.mapped("name")}
        self.assertEqual(len(found), Block.search_count([("id", "in", found.ids)]))
        mine = minutes.with_user(user)
        if not mine.has_access("read"):
            self.assertFalse(names)
            with self.assertRaises(AccessError):
                mine._reader_view()
            return names
        view = {
            part["title"].removeprefix("Secret of ")
            for part in mine._reader_view()["items"]
            if not part.get("hidden")
        }
        self.assertEqual(view, names)
        for readers in BLOCKS:
            shown = f"Secret of {readers}" in str(mine.reading)
            self.assertEqual(shown, readers in names, readers)
        return names

    def test_each_reads_his_parts(self):
        minutes = self._four()
        every = set(BLOCKS)
        for user, parts in (
            (self.chair, every),
            (self.recorder, every),
            (self.clerk, every),  # the organiser
            (self.leader, every),  # was asked to review
            (self.member, {"all", "participants", "members"}),
            (self.owner, {"all", "participants"}),
            (self.absent, every),  # a member, and head of the named department
            (self.storekeeper, {"all", "departments"}),
            (self.teacher, {"all"}),
            (self.stranger, set()),
        ):
            with self.subTest(user=user.login):
                self.assertEqual(self._reads(minutes, user), parts)

    def test_another_clerk_and_the_director_read_what_the_office_may(self):
        minutes = self._four()
        second = self._person("clerk_two", self.school, "group_office_clerk")
        self.assertEqual(self._reads(minutes, second), {"all", "participants"})
        self.assertNotIn("members", self._reads(minutes, self.director))

    def test_nobody_else_reads_a_draft(self):
        minutes = self._four(approve=False)
        for user in (self.owner, self.member, self.teacher, self.storekeeper):
            self.assertEqual(self._reads(minutes, user), set(), user.login)

    def test_the_text_is_found_by_its_readers_only(self):
        minutes = self._four()
        Minutes = self.env["school.meeting.minutes"]
        domain = [("block_ids.search_text", "ilike", "Secret of members")]
        for user, found in (
            (self.member, True),
            (self.owner, False),
            (self.teacher, False),
        ):
            result = Minutes.with_user(user).search(domain)
            self.assertEqual(minutes in result.sudo(), found, user.login)

    def test_an_export_holds_only_what_one_reads(self):
        self.owner.group_ids = [Command.link(self.ref("base.group_allow_export"))]
        minutes = self._four().with_user(self.owner)
        self.env.invalidate_all()
        rows = minutes.export_data(["name", "block_ids/name", "block_ids/body"])
        self.assertNotIn("Secret of members", str(rows))
        self.assertIn("Secret of participants", str(rows))

    def test_messages_tell_no_text(self):
        minutes = self._four()
        notices = self.env["school.notice"].search([("res_id", "=", minutes.id)])
        self.assertTrue(notices)
        for notice in notices:
            self.assertNotIn("Secret", f"{notice.subject} {notice.body}")
        for message in minutes.sudo().message_ids:
            self.assertNotIn("Secret", message.body)

    def test_minutes_of_a_body_for_members_stay_among_them(self):
        self.body.visibility = "members"
        minutes = self._submitted()
        self.assertTrue(minutes.is_marked)
        # The supervising leader does not belong to the body: the chair reviews.
        self.assertEqual(self._task(minutes).user_id, self.chair)
        self._approve(minutes)
        second = self._person("clerk_two", self.school, "group_office_clerk")
        for user in (second, self.director, self.teacher, self.leader):
            self.assertFalse(minutes.with_user(user).has_access("read"), user.login)
        for user in (self.member, self.owner, self.absent, self.recorder):
            self.assertTrue(minutes.with_user(user).has_access("read"), user.login)
        self.assertFalse(minutes.sudo().receipt_ids.department_id)
        self.assertTrue(all(minutes.sudo().receipt_ids.mapped("is_marked")))
        entry = (
            self.env["school.register.entry"]
            .sudo()
            .search([("register_code", "=", "minutes"), ("res_id", "=", minutes.id)])
        )
        self.assertTrue(entry.is_marked)
        self.assertNotIn("Autumn", entry.payload)

    def test_a_new_member_reads_what_was_before_him_only_if_he_was_a_member(self):
        late = self._person("mtg_late", self.school)
        self.body.member_ids = [
            Command.create(
                {
                    "user_id": late.id,
                    "date_from": "2026-10-01",
                    "company_id": self.school.id,
                }
            )
        ]
        minutes = self._four()
        self.assertEqual(self._reads(minutes, late), {"all"})
