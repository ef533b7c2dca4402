from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestDamage(DocsCommon):
    def test_damage_is_described_photographed_and_settled(self):
        document = self._document(condition="damaged", damage_note="Page 3 is torn.")
        photo = self._file("torn.jpg", b"\xff\xd8\xff\xe0 photo")
        document.damage_photo_ids = photo
        self.assertEqual(photo.res_id, document.id)
        self.assertEqual(document.damage_state, "open")
        document.action_register()

        with self.assertRaisesRegex(UserError, "whom you spoke to"):
            document.action_sender_contacted()
        document.contact_note = "Mr. Li sends it again."
        document.action_sender_contacted()
        self.assertEqual(document.damage_state, "contacted")
        self.assertEqual(document.contacted_by_id, self.clerk)
        document.action_replacement_received()
        self.assertEqual(document.damage_state, "settled")
        self.assertEqual(
            self._events(document), ["registered", "sender_contacted", "replaced"]
        )

    def test_damage_without_a_word_is_not_registered(self):
        document = self._document(condition="missing")
        with self.assertRaisesRegex(UserError, "damaged or missing"):
            document.action_register()

    def test_an_open_damage_keeps_it_from_the_archive(self):
        document = self._finished(condition="damaged", damage_note="Torn.")
        with self.assertRaisesRegex(UserError, "replacement"):
            document.action_to_file()

    def test_the_follow_up_has_three_working_days(self):
        # From Thursday over a weekend to the end of Tuesday (DOC-03).
        with freeze_time("2026-03-05 02:00:00"):
            document = self._document(condition="damaged", damage_note="Torn.")
            clock = document.clock_ids.filtered(
                lambda clock: clock.policy_id.code == "doc_damage"
            )
            self.assertEqual(clock.state, "running")
            self.assertEqual(str(clock.deadline_at), "2026-03-10 09:30:00")
            document.contact_note = "Called."
            document.action_sender_contacted()
            document.action_replacement_received()
            self.assertEqual(clock.state, "met")

    def test_damage_on_record_is_not_written_away(self):
        document = self._document(condition="damaged", damage_note="Torn.")
        document.action_register()
        with self.assertRaisesRegex(UserError, "on record"):
            document.condition = "intact"
        document.condition = "missing"
        self.assertEqual(document.damage_state, "open")
        self.assertEqual(self._events(document), ["registered", "corrected"])

    def test_a_damage_entered_by_mistake_is_withdrawn_with_the_reason(self):
        document = self._document(condition="damaged", damage_note="Torn.")
        document.action_register()
        action = document.action_undo_damage()
        dialog = self.env[action["res_model"]].with_user(self.clerk)
        dialog = dialog.with_context(**action["context"])
        with self.assertRaisesRegex(UserError, "reason"):
            dialog.create({}).action_confirm()
        dialog.create({"reason": "Only the envelope was torn"}).action_confirm()
        self.assertEqual(
            (document.condition, document.damage_state), ("intact", "none")
        )
        self.assertEqual(self._events(document), ["registered", "undamaged"])
        self.assertIn("Only the envelope", document.message_ids[:1].body)
        with self.assertRaisesRegex(UserError, "no open damage"):
            document._undo_damage("Again")
