"""What people confide and the key of a secret vote, through the calls of a browser."""

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.school_office_meetings.tests.room_common import RoomCommon

from test_forging import KEYS, Forger

WORDS = "My son is in hospital"
MODEL = "school.meeting.participant"


@tagged("standard", "post_install", "-at_install")
class TestForgingRoom(Forger, RoomCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sick = cls.members[0]
        cls.row = cls._seat(cls.sick)
        cls.row.with_user(cls.sick)._answer("declined", WORDS)
        cls.system = new_test_user(
            cls.env,
            login="room_system",
            groups="base.group_system,school_office_base.group_staff",
            company_id=cls.school.id,
            company_ids=[(6, 0, cls.school.ids)],
        )
        # Whoever looks after the server may take part as well.
        cls.env["school.meeting.participant"].create(
            {"meeting_id": cls.meeting.id, "user_id": cls.system.id, "role": "observer"}
        )
        cls.env.flush_all()

    def test_why_somebody_does_not_come_is_told_on_no_route(self):
        one = [("id", "=", self.row.id)]
        kept = "answer_reason_kept"
        calls = (
            ("read", [self.row.ids, ["answer", "answer_reason"]], {}),
            ("search_read", [[("answer_reason", "ilike", "hospital")]], {}),
            ("search_read", [one, ["answer_reason"]], {}),
            ("search_count", [[*one, ("answer_reason", "!=", False)]], {}),
            ("search_count", [[*one, (kept, "ilike", "hospital")]], {}),
            (
                "web_search_read",
                [one],
                {"specification": {"answer_reason": {}, "meeting_id": {}}},
            ),
            ("web_read", [self.row.ids], {"specification": {"answer_reason": {}}}),
            ("web_read", [self.row.ids], {"specification": {kept: {}}}),
            ("formatted_read_group", [one, [kept], ["__count"]], {}),
            ("web_read_group", [one, ["answer_reason"], ["__count"]], {}),
            ("export_data", [self.row.ids, ["answer_reason", kept]], {}),
            ("copy", [self.row.ids], {}),
            ("name_search", ["hospital"], {}),
        )
        for user in (self.members[1], self.observer, self.teacher, self.system):
            for method, args, kwargs in calls:
                with self.subTest(user=user.login, method=method, args=str(args)):
                    answer = self._call(user, MODEL, method, *args, **kwargs)
                    self.assertNotIn("hospital", str(answer))
                    if method == "search_count":
                        self.assertFalse(answer.get("result"))
            history = self._call(
                user,
                "school.meeting.event",
                "search_read",
                [("meeting_id", "=", self.meeting.id)],
                ["kind", "text"],
            )
            self.assertNotIn("hospital", str(history))
            page = self.url_open(
                f"/report/html/school_office_meetings.sign_in_sheet/{self.meeting.id}"
            )
            self.assertNotIn("hospital", page.text)
        read = self._call(
            self.recorder, MODEL, "read", self.row.ids, ["answer_reason"], context=KEYS
        )
        self.assertEqual(read["result"][0]["answer_reason"], WORDS)

    def test_nobody_reaches_the_key_of_a_secret_vote(self):
        item = self._open(self.chair, *self.members[1:])
        vote = self._vote(item, "secret")
        self._cast(vote, self.chair, "for")
        key = vote.sudo()._ballot_key()
        sealed = vote.sudo().turnout_ids.filtered("sealed").sealed
        name = vote.sudo().key_name
        self.env.flush_all()
        for user in (self.system, self.chair, self.teacher):
            for model, field in (
                (vote._name, "key_name"),
                ("school.meeting.turnout", "sealed"),
            ):
                for method, args in (
                    ("search_read", [[], [field]]),
                    ("search_read", [[(field, "!=", False)], ["id"]]),
                    ("formatted_read_group", [[], [field], ["__count"]]),
                ):
                    answer = self._call(user, model, method, *args)
                    self.assertNotIn(name, str(answer))
                    self.assertNotIn(sealed, str(answer))
                    self.assertIn("error", answer, (user.login, model, method))
            files = self._call(
                user,
                "ir.attachment",
                "search_read",
                ["|", ("res_field", "=", False), ("res_field", "!=", False)],
                ["name", "file_size", "store_fname"],
            )
            for file in files.get("result", ()):
                self.assertNotEqual(file["file_size"], len(key))
                self.assertNotIn("school_ballots", str(file))
            for path in (
                f"/web/content/{vote._name}/{vote.id}/key_name",
                f"/web/content?model={vote._name}&id={vote.id}&field=key_name",
                f"/web/content/school.meeting.turnout/{vote.turnout_ids[0].id}/sealed",
                f"/web/filestore/school_ballots/{name}",
            ):
                self.assertNotEqual(self.url_open(path).status_code, 200, path)
            if user != self.chair:
                self._refused(user, vote._name, "action_close", vote.ids, context=KEYS)
        # The chair may close it, but not with one ballot.
        answer = self._call(self.chair, vote._name, "action_close", vote.ids)
        self.assertIn("show who chose what", answer["error"]["data"]["message"])
        self.assertEqual(vote.state, "open")
