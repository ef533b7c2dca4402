from odoo import fields
from odoo.tests import HttpCase, freeze_time, tagged

from .receipts_common import ReceiptsCommon


@tagged("post_install", "-at_install")
class TestMyOffice(ReceiptsCommon):
    def _overview(self, user):
        self.env.flush_all()
        return self.env["school.my.office"].with_user(user).get_overview()

    def _card(self, user, key):
        return next(
            section
            for section in self._overview(user)["sections"]
            if section["key"] == key
        )

    def test_what_waits_for_my_signature_is_shown_with_its_deadline(self):
        with freeze_time("2026-03-02 02:00"):
            self._send(self.teaching, purpose="Tell your classes")
            card = self._card(self.receiver, "receipts_sign")
        self.assertEqual((card["count"], card["late"]), (1, 0))
        item = card["items"][0]
        self.assertEqual(item["title"], "Winter timetable")
        self.assertIn("Tell your classes", item["subtitle"])
        self.assertIn("Teaching", item["subtitle"])
        self.assertEqual(item["deadline_info"]["seconds"], 7200)
        self.assertEqual(item["buttons"][0]["method"], "action_sign")

    def test_a_button_does_what_it_says(self):
        receipt = self._send(self.teacher)
        button = self._card(self.teacher, "receipts_sign")["items"][0]["buttons"][0]
        records = self.env[button["model"]].with_user(self.teacher)
        getattr(records.browse(button["ids"]), button["method"])()
        self.assertEqual(receipt.state, "signed")
        self.assertFalse(self._card(self.teacher, "receipts_sign")["count"])

    def test_at_most_five_lines_and_the_true_count(self):
        for number in range(8):
            self._send(self.teacher, letter=self._letter(name=f"Letter {number}"))
        card = self._card(self.teacher, "receipts_sign")
        self.assertEqual((card["count"], len(card["items"])), (8, 5))

    def test_the_sender_sees_who_is_missing(self):
        receipts = self._send(self.teacher, self.head)
        receipts[0].with_user(self.teacher).action_sign()
        card = self._card(self.clerk, "receipts_sent")
        self.assertEqual(card["count"], 1)
        self.assertIn(self.head.name, card["items"][0]["subtitle"])
        self.assertNotIn(self.teacher.name, card["items"][0]["subtitle"])

    def test_hand_overs_wait_for_the_receiver(self):
        camera = self.env["school.test.camera"].create(
            {"name": "Camera", "company_id": self.school.id}
        )
        camera._custody_start(self.head)
        camera.with_user(self.head)._custody_hand_over(
            self.teacher, fields.Datetime.add(fields.Datetime.now(), days=2)
        )
        card = self._card(self.teacher, "custody_offered")
        self.assertEqual(card["items"][0]["title"], "Camera")
        camera.custody_id.with_user(self.teacher).action_accept()
        card = self._card(self.teacher, "custody_held")
        self.assertEqual(card["count"], 1)

    def test_nobody_sees_what_is_not_his(self):
        self._send(self.teaching)
        for user in (self.teacher, self.stranger, self.admin):
            for section in self._overview(user)["sections"]:
                self.assertFalse(section["count"], (user.login, section["key"]))

    def test_the_page_knows_the_day_of_the_school(self):
        with freeze_time("2026-03-02 02:00"):
            today = self._overview(self.teacher)["today"]
        self.assertEqual(today["hour"], 10)
        self.assertTrue(today["service"]["open"])
        self.assertIn("17:30", today["service"]["text"])
        with freeze_time("2026-03-07 02:00"):
            today = self._overview(self.teacher)["today"]
        self.assertFalse(today["service"]["open"])

    def test_the_page_costs_the_same_for_many(self):
        costs = []
        for first in (0, 2):
            for number in range(first, first * 10 + 2):
                letter = self._letter(name=f"Letter {number}")
                self._send(self.teacher, letter=letter)
                self._send(self.teaching, letter=letter, kind="read")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self._overview(self.teacher)
            self._overview(self.clerk)
            costs.append(self.cr.sql_log_count - start)
        self.assertLessEqual(costs[1], costs[0])

    def test_late_is_late_before_the_timers_have_run(self):
        with freeze_time("2026-03-02 02:00"):
            self._send(self.teacher)
            self._send(self.teacher, letter=self._letter(name="Second"), kind="read")
        with freeze_time("2026-03-02 06:00"):
            overview = self._overview(self.teacher)
            card = self._card(self.teacher, "receipts_sign")
        self.assertEqual((card["count"], card["late"]), (1, 1))
        self.assertEqual(overview["counters"]["late"], 1)
        item = card["items"][0]
        self.assertTrue(item["deadline_info"]["late"])
        self.assertEqual(item["deadline_state"], "late")


@tagged("post_install", "-at_install")
class TestMyOfficeInTheBrowser(ReceiptsCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.receipt = self._send(self.teacher, purpose="Tell your classes")
        self.reading = self._send(
            self.teacher, letter=self._letter(name="Safety rules"), kind="read"
        )

    def test_a_teacher_signs_and_reads_from_the_page(self):
        self.start_tour("/odoo/my-office", "school_my_office", login="teacher")
        self.assertEqual(self.receipt.state, "signed")
        self.assertTrue(self.reading.is_done)


@tagged("post_install", "-at_install")
class TestMyOfficeOnThePhone(TestMyOfficeInTheBrowser):
    browser_size = "390x844"
    touch_enabled = True
