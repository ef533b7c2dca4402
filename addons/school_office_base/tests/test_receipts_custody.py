from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .receipts_common import ReceiptsCommon


@tagged("post_install", "-at_install")
class TestCustody(ReceiptsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seal = cls.env["school.test.seal"].create(
            {"name": "Main seal", "company_id": cls.school.id}
        )
        cls.camera = cls.env["school.test.camera"].create(
            {"name": "Camera", "company_id": cls.school.id}
        )
        (cls.seal)._custody_start(cls.director)
        (cls.camera)._custody_start(cls.director)
        cls.seal_custody = cls.seal.custody_id
        cls.camera_custody = cls.camera.custody_id

    def _due(self):
        return fields.Datetime.now() + timedelta(days=3)

    def _lend(self, user, due=None):
        camera = self.camera.with_user(self.director)
        return camera._custody_hand_over(user, due or self._due())

    def test_the_receiver_has_it_only_when_he_accepts(self):
        handover = self._lend(self.teacher)
        self.assertEqual(self.camera.custody_holder_id, self.director)
        self.assertEqual(self.camera_custody.state, "offered")
        self.assertIn("Camera", self._notices(self.teacher).subject)
        handover.with_user(self.teacher).action_accept()
        self.assertEqual(self.camera.custody_holder_id, self.teacher)
        self.assertRecordValues(
            self.camera_custody,
            [
                {
                    "state": "out",
                    "is_out": True,
                    "custodian_id": self.director.id,
                    "pending_handover_id": False,
                }
            ],
        )

    def test_nobody_accepts_for_another(self):
        handover = self._lend(self.teacher)
        for user in (self.head, self.clerk, self.director):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                handover.with_user(user).action_accept()
        self.assertEqual(handover.state, "offered")

    def test_accepting_twice_is_refused(self):
        handover = self._lend(self.teacher).with_user(self.teacher)
        handover.action_accept()
        with self.assertRaisesRegex(UserError, "settled already"):
            handover.action_accept()

    def test_refusing_takes_a_reason_and_leaves_it_with_the_giver(self):
        handover = self._lend(self.teacher).with_user(self.teacher)
        with self.assertRaisesRegex(UserError, "why you refuse"):
            handover._refuse(" ")
        handover._refuse("The lens is broken")
        self.assertEqual(self.camera_custody.state, "kept")
        self.assertEqual(self.camera.custody_holder_id, self.director)
        self.assertIn("The lens is broken", self._notices(self.director)[0].subject)

    def test_the_giver_takes_his_offer_back(self):
        handover = self._lend(self.teacher)
        with self.assertRaises(AccessError):
            handover.with_user(self.teacher).action_withdraw()
        handover.with_user(self.director).action_withdraw()
        self.assertEqual(self.camera_custody.state, "kept")

    def test_only_the_holder_hands_it_over(self):
        for user in (self.teacher, self.clerk):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.camera.with_user(user)._custody_hand_over(self.head, self._due())

    def test_what_is_borrowed_is_not_passed_on(self):
        self._lend(self.teacher).with_user(self.teacher).action_accept()
        mine = self.camera.with_user(self.teacher)
        with self.assertRaisesRegex(UserError, "not passed on"):
            mine._custody_hand_over(self.head, self._due())
        with self.assertRaisesRegex(UserError, "not passed on"):
            mine._custody_hand_over(self.head)

    def test_it_goes_back_and_the_clock_stops(self):
        due = datetime(2026, 3, 5, 4, 0)
        with freeze_time("2026-03-02 02:00"):
            self._lend(self.teacher, due).with_user(self.teacher).action_accept()
            custody = self.camera_custody
            self.assertEqual(custody.deadline_at, due)
        with freeze_time("2026-03-04 02:00"):
            custody.with_user(self.teacher).action_return()
            custody.with_user(self.director).action_accept()
        self.assertEqual((custody.state, custody.is_out), ("kept", False))
        self.assertEqual(custody.deadline_state, "met")
        self.assertEqual(
            custody.handover_ids.sorted("id").mapped("kind"), ["loan", "return"]
        )

    def test_a_seal_is_never_lent(self):
        seal = self.seal.with_user(self.director)
        with self.assertRaisesRegex(UserError, "never lent"):
            seal._custody_hand_over(self.teacher, self._due())
        with self.assertRaisesRegex(UserError, "never lent"):
            self.seal_custody.with_user(self.clerk)._record_paper(
                self.teacher, "loan", due=self._due(), page_reference="p. 1"
            )

    def test_a_seal_changes_its_custodian(self):
        handover = self.seal.with_user(self.director)._custody_hand_over(self.head)
        self.assertEqual(handover.kind, "custodian")
        handover.with_user(self.head).action_accept()
        self.assertEqual(self.seal_custody.custodian_id, self.head)
        self.assertFalse(self.seal_custody.is_out)

    def test_a_seal_goes_out_with_its_custodian_after_approval_only(self):
        seal = self.seal.with_user(self.director)
        outing = {"kind": "outing", "outing": "Signing at the bureau"}
        with self.assertRaisesRegex(UserError, "only after approval"):
            seal._custody_hand_over(self.director, self._due(), **outing)
        self.seal.approved = "Signing at the bureau"
        with self.assertRaisesRegex(UserError, "goes with its custodian"):
            seal._custody_hand_over(self.teacher, self._due(), **outing)
        seal._custody_hand_over(self.director, self._due(), **outing)
        self.assertEqual(self.seal_custody.state, "out")
        self.assertEqual(self.seal_custody.outing, "Signing at the bureau")
        self.seal_custody.with_user(self.director).action_return()
        self.assertEqual(
            (self.seal_custody.state, self.seal_custody.outing), ("kept", False)
        )

    def test_the_office_records_a_handover_on_paper(self):
        custody = self.camera_custody
        with self.assertRaises(AccessError):
            custody.with_user(self.head)._record_paper(
                self.teacher, "loan", due=self._due(), page_reference="p. 1"
            )
        clerk = custody.with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "page of the paper book"):
            clerk._record_paper(self.teacher, "loan", due=self._due())
        handover = clerk._record_paper(
            self.teacher, "loan", due=self._due(), page_reference="Book 2, p. 7"
        )
        self.assertEqual((handover.mode, handover.state), ("paper", "accepted"))
        self.assertEqual(handover.offered_by_id, self.clerk)
        self.assertEqual(self.camera.custody_holder_id, self.teacher)

    def test_bad_input_gets_a_sentence(self):
        camera = self.camera.with_user(self.director)
        past = fields.Datetime.now() - timedelta(days=1)
        with self.assertRaisesRegex(UserError, "has passed"):
            camera._custody_hand_over(self.teacher, past)
        with self.assertRaisesRegex(UserError, "by when"):
            camera._custody_hand_over(self.teacher, kind="loan")
        with self.assertRaisesRegex(UserError, "does not work in this school"):
            camera._custody_hand_over(self.stranger, self._due())
        with self.assertRaisesRegex(UserError, "who takes it"):
            camera._custody_hand_over(self.env["res.users"], self._due())
        with self.assertRaisesRegex(UserError, "moves by a handover"):
            camera._custody_start(self.teacher)

    def test_who_leaves_hands_everything_over_first(self):
        self._lend(self.teacher).with_user(self.teacher).action_accept()
        self._send(self.teacher)
        said = " ".join(self.teacher._school_leaver_blockers(self.school))
        self.assertIn("Holds Camera", said)
        self.assertIn("Has not answered: Winter timetable", said)
        said = " ".join(self.director._school_leaver_blockers(self.school))
        self.assertIn("custodian of Camera", said)

    def test_no_role_writes_custody(self):
        handover = self._lend(self.teacher)
        for user in (self.teacher, self.clerk, self.director, self.admin):
            for record in (self.camera_custody, handover):
                for operation in (
                    lambda r: r.write({"state": "kept"}),
                    lambda r: r.unlink(),
                    lambda r: r.create({"company_id": self.school.id}),
                ):
                    with self.subTest(user=user.login), self.assertRaises(AccessError):
                        operation(record.with_user(user))
        with self.assertRaises(AccessError):
            self.camera.with_user(self.teacher).write(
                {"custody_id": self.seal_custody.id}
            )

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_a_second_custody_of_one_thing(self):
        with self.assertRaises(IntegrityError):
            self.camera_custody.sudo().copy({"state": "kept"}).flush_recordset()

    def test_the_other_school_and_the_uninvolved_see_nothing(self):
        handover = self._lend(self.teacher)
        for user in (self.stranger, self.head):
            self.assertFalse(self.camera_custody.with_user(user).has_access("read"))
            self.assertFalse(handover.with_user(user).has_access("read"))
            with self.assertRaises(AccessError):
                handover.with_user(user).action_accept()
        self.assertTrue(self.camera_custody.with_user(self.teacher).has_access("read"))

    def test_a_renamed_thing_keeps_its_custody(self):
        self.camera.name = "Video camera"
        self.assertEqual(self.camera_custody.title, "Video camera")
        with self.assertRaisesRegex(UserError, "stays on record"):
            self.camera.unlink()

    def test_what_is_destroyed_leaves_custody_and_can_be_kept_anew(self):
        handover = self._lend(self.teacher)
        with self.assertRaisesRegex(UserError, "still open"):
            self.camera._custody_end("Broken")
        handover.with_user(self.teacher).action_accept()
        self.camera._custody_end("Broken")
        self.assertRecordValues(
            self.camera_custody,
            [{"state": "ended", "is_out": False, "end_reason": "Broken"}],
        )
        with self.assertRaisesRegex(UserError, "no longer kept"):
            self.camera.with_user(self.teacher)._custody_hand_over(self.head)
        self.camera._custody_start(self.clerk)
        self.assertEqual(self.camera.custody_holder_id, self.clerk)
