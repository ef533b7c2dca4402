import json

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.school_office_base.tools.canonical import sha256_hex

from .minutes_common import NOW, MinutesCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMinutes(MinutesCommon):
    def test_minutes_begin_by_themselves_when_the_meeting_ends(self):
        minutes = self._minutes()
        self.assertEqual(minutes.state, "draft")
        self.assertEqual(minutes.sudo().ended_at, minutes.sudo().meeting_id.ended_at)
        self.assertEqual(minutes.deadline_state, "running")

    def test_nothing_is_typed_twice(self):
        minutes = self._submitted()
        view = minutes._reader_view()
        self.assertEqual(view["present"][0], self.chair.name)
        self.assertEqual(view["absent"][0]["reason"], "On a journey")
        part = view["items"][0]
        self.assertEqual(part["title"], "Safety")
        self.assertEqual(part["resolutions"][0]["owner"], self.owner.name)

    def test_the_texts_are_written_in_the_draft(self):
        minutes = self._minutes()
        item = minutes.sudo().item_ids
        minutes.write(
            {
                "closing": "The chair thanked everybody.",
                "item_ids": [
                    Command.update(
                        item.id,
                        {
                            "visibility": "all",
                            "discussion": "Six doors do not close.",
                            "resolution_ids": [
                                Command.create(
                                    {
                                        "name": "Mend them",
                                        "meeting_id": minutes.sudo().meeting_id.id,
                                        "owner_id": self.owner.id,
                                        "due_date": "2026-09-30",
                                    }
                                )
                            ],
                        },
                    )
                ],
            }
        )
        self.assertEqual(item.discussion, "Six doors do not close.")
        self.assertEqual(item.resolution_ids.owner_id, self.owner)
        self.assertIn("Six doors", str(minutes.reading))
        minutes.action_submit()
        with self.assertRaisesRegex(UserError, "under review"):
            item.sudo().write({"discussion": "Five doors."})

    def test_the_recorder_never_approves_his_own(self):
        minutes = self._submitted()
        self.assertEqual(self._task(minutes).user_id, self.chair | self.leader)
        meeting = self._meeting(chair_id=self.recorder.id)
        own = meeting._minutes().with_user(self.recorder)
        own.action_submit()
        self.assertEqual(self._task(own).user_id, self.leader)
        for user in (self.recorder, self.clerk, self.teacher):
            with self.assertRaises(UserError):
                self._task(own)[0].with_user(user).action_approve("Fine.")

    def test_only_who_keeps_the_meeting_sends_minutes_to_review(self):
        minutes = self._minutes()
        for user in (self.member, self.teacher, self.owner):
            with self.assertRaises(AccessError):
                minutes.with_user(user).action_submit()

    def test_approved_minutes_have_number_hash_and_entry(self):
        minutes = self._approved()
        self.assertRegex(minutes.number, r"^HILL纪要〔2026〕1号$")
        self.assertEqual(len(minutes.sha256), 64)
        self.assertTrue(minutes.is_frozen)
        self.assertEqual(minutes.reviewed_by_id, self.chair)
        entry = (
            self.env["school.register.entry"]
            .sudo()
            .search(
                [
                    ("register_code", "=", "minutes"),
                    ("res_id", "=", minutes.id),
                    ("event", "=", "approved"),
                ]
            )
        )
        self.assertEqual(json.loads(entry.payload)["sha256"], minutes.sha256)
        self.assertEqual(minutes.sudo().meeting_id.resolution_ids.state, "open")
        self.assertEqual(
            minutes.sudo().meeting_id.resolution_ids.reference, f"{minutes.number}-1"
        )

    def test_the_hash_can_be_computed_again_from_what_is_kept(self):
        minutes = self._approved().sudo()
        self.assertEqual(sha256_hex(minutes.content), minutes.sha256)
        parts = json.loads(minutes.content)["parts"]
        self.assertEqual(
            parts, [[b.sequence, sha256_hex(b.content)] for b in minutes.block_ids]
        )

    def test_nothing_of_final_minutes_changes(self):
        minutes = self._approved()
        meeting = minutes.sudo().meeting_id
        for record, vals in (
            (minutes, {"opening": "Better"}),
            (minutes, {"state": "draft"}),
            (minutes.block_ids, {"body": "Better"}),
            (meeting.item_ids, {"name": "Better"}),
            (meeting.participant_ids[0], {"attendance": "absent"}),
            (meeting.resolution_ids.with_user(self.recorder), {"name": "Better"}),
        ):
            for su in (True, False):
                with self.subTest(model=record._name, su=su):
                    with self.assertRaises(UserError):
                        record.sudo(su).write(vals)
        with self.assertRaises(UserError):
            self._draft(meeting)
        with self.assertRaises(UserError):
            minutes.sudo().unlink()
        with self.assertRaises(UserError):
            self.env["ir.attachment"].sudo().create(
                {
                    "name": "late.txt",
                    "raw": b"late",
                    "res_model": minutes._name,
                    "res_id": minutes.id,
                }
            )

    def test_what_is_under_review_waits(self):
        minutes = self._submitted()
        meeting = minutes.sudo().meeting_id
        with self.assertRaisesRegex(UserError, "under review"):
            meeting.item_ids.write({"name": "Something else"})
        with self.assertRaisesRegex(UserError, "under review"):
            self._draft(meeting)
        with self.assertRaises(UserError):
            minutes.write({"opening": "Also"})
        minutes.action_withdraw()
        self.assertEqual(minutes.state, "draft")
        minutes.write({"opening": "Also"})

    def test_what_changed_behind_the_review_is_not_approved(self):
        minutes = self._submitted()
        self.env.cr.execute(
            "UPDATE school_meeting_item SET name = 'Other' WHERE meeting_id = %s",
            [minutes.sudo().meeting_id.id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "no longer"):
            self._approve(minutes)

    def test_a_return_makes_a_draft_again(self):
        minutes = self._submitted()
        task = self._task(minutes).filtered(lambda t: t.user_id == self.chair)
        task.with_user(self.chair).action_return("The date is wrong.")
        self.assertEqual(minutes.state, "draft")
        minutes.action_submit()
        self.assertEqual(minutes.state, "review")

    def test_minutes_go_out_and_the_absent_get_a_message_of_their_own(self):
        minutes = self._approved(
            [{"name": "Safety", "department_id": self.logistics.id}]
        )
        self.assertEqual(minutes.state, "distributed")
        self.assertEqual(minutes.deadline_state, "met")
        receipts = minutes.sudo().receipt_ids
        self.assertEqual(receipts.department_id, self.logistics)
        readers = receipts.filtered("user_id")
        self.assertEqual(
            readers.user_id,
            self.chair
            | self.recorder
            | self.member
            | self.owner
            | self.absent
            | self.clerk,
        )
        absent = readers.filtered(lambda r: r.user_id == self.absent)
        others = readers - absent
        self.assertNotEqual(absent.purpose, others[0].purpose)
        self.assertEqual(minutes.sudo().absent_user_ids, self.absent)
        notices = self.env["school.notice"].search(
            [("res_model", "=", minutes._name), ("user_id", "=", self.absent.id)]
        )
        bodies = notices.mapped("body")
        self.assertEqual(len([b for b in bodies if "could not attend" in b]), 1)

    def test_minutes_may_wait_after_approval(self):
        minutes = self._minutes()
        minutes.distribute_at_once = False
        minutes.action_submit()
        self._approve(minutes)
        self.assertEqual(minutes.state, "final")
        self.assertFalse(minutes.sudo().receipt_ids)
        minutes.action_distribute()
        self.assertEqual(minutes.state, "distributed")

    def test_a_correction_goes_the_same_way(self):
        minutes = self._approved()
        note = minutes._make_correction("30 doors, not 24.", minutes.block_ids)
        self.assertEqual(note.kind, "correction")
        note.action_submit()
        self._approve(note)
        self.assertRegex(note.number, r"2号$")
        self.assertEqual(note.state, "distributed")
        self.assertTrue(note.is_frozen)
        self.assertIn(minutes.number, note.name)
        self.assertEqual(minutes.correction_ids, note)

    def test_one_meeting_has_one_set_of_minutes(self):
        minutes = self._minutes()
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env["school.meeting.minutes"].sudo().create(
                {"meeting_id": minutes.sudo().meeting_id.id}
            )

    def test_state_number_and_hash_cannot_be_forged(self):
        minutes = self._minutes()
        for vals in (
            {"state": "final"},
            {"number": "HILL纪要〔2026〕9号"},
            {"sha256": "0" * 64},
            {"kind": "correction"},
            {"reviewed_by_id": self.chair.id},
        ):
            with self.assertRaises(AccessError):
                minutes.write(vals)
        with self.assertRaisesRegex(UserError, "approval"):
            minutes.sudo().write({"state": "final"})
