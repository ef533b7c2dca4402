from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.school_office_meetings.tests.minutes_common import NOW, MinutesCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMinutesAsDocument(MinutesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.body.department_id = cls.teaching

    def test_distributed_minutes_are_registered_once_with_their_set(self):
        minutes = self._approved().with_user(self.clerk)
        action = minutes.action_register_document()
        document = self.env["school.doc.incoming"].browse(action["res_id"])
        self.assertEqual(document.state, "registered")
        self.assertTrue(document.number)
        self.assertEqual(document.category_id.code, "minutes")
        self.assertTrue(document.is_important)
        self.assertEqual(document.minutes_id, minutes)
        self.assertEqual(minutes.document_id, document)
        names = document.file_ids.mapped("name")
        self.assertEqual(len(names), 2)
        self.assertTrue(any(name.endswith("set.zip") for name in names))
        self.assertIn(minutes.sha256, document.note)
        again = minutes.action_register_document()
        self.assertEqual(again["res_id"], document.id)

    def test_only_the_office_registers_minutes(self):
        minutes = self._approved()
        for user in (self.recorder, self.teacher, self.stranger):
            with self.assertRaises(AccessError):
                minutes.with_user(user).action_register_document()

    def test_a_draft_is_no_document(self):
        minutes = self._minutes().with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "not possible"):
            minutes.action_register_document()

    def test_what_is_for_members_stays_out(self):
        self.body.visibility = "members"
        minutes = self._approved().with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "for its members"):
            minutes.action_register_document()

    def test_a_notice_from_outside_shows_its_meeting(self):
        document = (
            self.env["school.doc.incoming"]
            .with_user(self.clerk)
            .create({"name": "Come to the bureau", "sender_number": "9", "pages": 1})
        )
        meeting = self._meeting(state="draft", source_document_id=document.id)
        self.assertEqual(document.meeting_count, 1)
        self.assertEqual(meeting.source_document_id, document)
