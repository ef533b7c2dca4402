from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .venues_common import VenuesCommon


@tagged("post_install", "-at_install")
class TestVenueDoor(VenuesCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.room._draw_door_codes()
        self.url = f"/venue/door/{self.room.sudo().door_token}"

    def _open(self, user, step=None):
        self.authenticate(user.login, user.login.ljust(8, "x"))
        if not step:
            return self.url_open(self.url)
        token = Request.csrf_token(self)
        return self.url_open(self.url, data={"step": step, "csrf_token": token})

    def test_the_token_is_read_by_nobody(self):
        for user in (self.teacher, self.clerk, self.keeper, self.admin):
            with self.assertRaises(AccessError):
                self.room.with_user(user).read(["door_token"])
            self.assertNotIn("door_token", self.room.with_user(user).read()[0])

    def test_at_the_door_who_booked_it_checks_in(self):
        booking = self._booked(self.teacher)
        self._tick(9.9)
        page = self._open(self.colleague)
        self.assertIn("Lesson talk", page.text)
        self.assertNotIn('value="check_in"', page.text)
        refused = self._open(self.colleague, "check_in")
        self.assertIn("Only who booked it", refused.text)
        self.assertEqual(booking.state, "confirmed")
        page = self._open(self.teacher)
        self.assertIn('value="check_in"', page.text)
        done = self._open(self.teacher, "check_in")
        self.assertIn("You are checked in", done.text)
        self.assertEqual(
            (booking.state, booking.check_in_method), ("checked_in", "door")
        )
        self.assertEqual(booking.checked_in_by_id, self.teacher)

    def test_nothing_is_done_without_the_token_of_the_form(self):
        booking = self._booked(self.teacher)
        self._tick(9.9)
        self.authenticate(self.teacher.login, self.teacher.login.ljust(8, "x"))
        answer = self.url_open(self.url, data={"step": "check_in"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(booking.state, "confirmed")

    def test_a_wrong_or_foreign_code_leads_nowhere(self):
        for user in (self.teacher, self.stranger):
            self.authenticate(user.login, user.login.ljust(8, "x"))
            answer = self.url_open("/venue/door/" + "x" * 24)
            self.assertEqual(answer.status_code, 404)
        answer = self._open(self.stranger)
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn("Room 302", answer.text)
        self.room._draw_door_codes()
        self.assertEqual(self._open(self.teacher).status_code, 404)

    @mute_logger("odoo.http")
    def test_what_no_browser_sends_is_a_wrong_code_or_no_step(self):
        self.authenticate(self.teacher.login, self.teacher.login.ljust(8, "x"))
        for code in ("%E9%97%A8" * 24, "%00" * 24, "%ff" * 24, "a" * 4000):
            answer = self.url_open(f"/venue/door/{code}")
            self.assertEqual(answer.status_code, 404)
        token = {"csrf_token": Request.csrf_token(self)}
        for data, files in (
            ({"step": "\x00"}, None),
            ({}, {"step": ("step.txt", b"check_in", "text/plain")}),
        ):
            answer = self.url_open(self.url, data={**data, **token}, files=files)
            self.assertEqual(answer.status_code, 200)

    def test_nobody_without_an_account_sees_the_room(self):
        self.authenticate(None, None)
        answer = self.url_open(self.url, allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303))
