"""Final minutes and their readers, through the HTTP calls of a browser."""

import base64

from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_base.tests.common import SchoolCommon

from held_meeting import approve, hold_meeting, resolve
from test_forging import KEYS, Forger


@tagged("standard", "post_install", "-at_install")
class TestForgingMinutes(Forger, SchoolCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls._person("chair", cls.school)
        cls.recorder = cls._person("recorder", cls.school)
        cls.owner = cls._person("owner", cls.school)
        cls.meeting = hold_meeting(
            cls.env, cls.school, cls.chair, cls.recorder, cls.owner
        )
        cls.meeting.item_ids.write({"visibility": "members"})
        cls.resolution = resolve(cls.meeting, cls.recorder, cls.owner)
        cls.minutes = cls.meeting._minutes().with_user(cls.recorder)
        cls.minutes.action_submit()
        approve(cls.minutes, cls.chair)
        cls.minutes = cls.minutes.sudo()
        cls.env.flush_all()

    def test_nobody_changes_final_minutes(self):
        block = self.minutes.block_ids
        seat = self.meeting.participant_ids[0]
        targets = (
            (self.minutes, {"opening": "Otherwise"}),
            (self.minutes, {"state": "draft"}),
            (self.minutes, {"sha256": "0" * 64}),
            (block, {"body": "Otherwise"}),
            (block, {"visibility": "all"}),
            (self.meeting.item_ids, {"name": "Otherwise"}),
            (self.meeting.item_ids, {"visibility": "all"}),
            (seat, {"attendance": "absent"}),
            (self.resolution, {"name": "Otherwise"}),
            (self.resolution, {"state": "done"}),
            (self.resolution, {"due_date": "2099-01-01"}),
            (self.resolution, {"owner_id": self.teacher.id}),
        )
        for user in (self.recorder, self.chair, self.clerk, self.owner):
            for record, vals in targets:
                before = self._row(record)
                self._refused(
                    user, record._name, "write", record.ids, vals, context=KEYS
                )
                self.assertEqual(self._row(record), before)
            for record in (self.minutes, block, self.resolution):
                self._refused(user, record._name, "unlink", record.ids)

    def test_nobody_adds_a_file_to_final_minutes(self):
        vals = {
            "name": "late.txt",
            "datas": base64.b64encode(b"late").decode(),
            "res_model": self.minutes._name,
            "res_id": self.minutes.id,
        }
        for user in (self.recorder, self.chair, self.clerk):
            self._refused(user, "ir.attachment", "create", [vals])

    def test_nobody_makes_minutes_or_resolutions_past_the_meeting(self):
        for user in (self.teacher, self.recorder, self.clerk):
            self._refused(
                user,
                "school.meeting.minutes",
                "create",
                [
                    {
                        "meeting_id": self.meeting.id,
                        "state": "final",
                        "number": "HILL纪要〔2026〕9号",
                    }
                ],
                context=KEYS,
            )
            self._refused(
                user,
                "school.meeting.resolution",
                "create",
                [
                    {
                        "meeting_id": self.meeting.id,
                        "item_id": self.meeting.item_ids.id,
                        "name": "Mine",
                        "owner_id": self.teacher.id,
                        "state": "open",
                    }
                ],
                context=KEYS,
            )

    def test_a_part_is_kept_from_others_on_every_route(self):
        """RPC, read_group, export, the report and the page of the set."""
        model = "school.meeting.minutes.block"
        for user, sees in ((self.owner, True), (self.teacher, False)):
            found = self._call(user, model, "search_read", [], ["name", "body"])
            self.assertEqual("Fire doors" in str(found), sees)
            grouped = self._call(
                user, model, "formatted_read_group", [], ["name"], ["__count"]
            )
            self.assertEqual("Fire doors" in str(grouped), sees)
            read = self._call(user, model, "read", self.minutes.block_ids.ids, ["body"])
            self.assertEqual("error" not in read, sees)
            for converter in ("html", "pdf"):
                page = self.url_open(
                    f"/report/{converter}/school_office_meetings.minutes/"
                    f"{self.minutes.id}"
                )
                self.assertEqual(page.status_code == 200, sees, converter)
        self.authenticate("stranger", "stranger")
        for path in (
            f"/report/pdf/school_office_meetings.minutes/{self.minutes.id}",
            f"/report/pdf/school_office_meetings.meeting_set/{self.meeting.id}",
            f"/school/meeting/{self.meeting.id}/set.zip",
        ):
            self.assertNotEqual(self.url_open(path).status_code, 200, path)

    def test_the_set_comes_to_those_who_keep_the_meeting(self):
        path = f"/school/meeting/{self.meeting.id}/set.zip"
        self.authenticate("recorder", "recorder")
        answer = self.url_open(path)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.authenticate("owner", "ownerxxx")
        self.assertNotEqual(self.url_open(path).status_code, 200)
