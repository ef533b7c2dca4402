"""Rooms, told as stories in a real browser on a phone."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_base.tests.common import SchoolCommon

from phone import PhoneMixin


@tagged("standard", "post_install", "-at_install")
class TestVenueJourneys(PhoneMixin, SchoolCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rooms = cls.env["school.venue"].create(
            [
                {
                    "name": name,
                    "company_id": cls.school.id,
                    "capacity": seats,
                    "approval": "none",
                    "lead_rule": "none",
                    "keeps_holidays": False,
                }
                for name, seats in (("Room 105", 8), ("Room 302", 40))
            ]
        )
        # Open at all hours, so that the story can be told on any day.
        cls.rooms.hours_ids.unlink()

    def test_a_teacher_books_a_room_in_four_taps(self):
        with self._phone(self.teacher) as phone:
            phone.open("/odoo/book-room")
            phone.tap(".o_book_room_day:nth-child(3)")
            phone.tap("text=3rd lesson")
            phone.sees("2 free")
            phone.fits()
            phone.tap(f".o_book_room_choose[data-room='{self.rooms[1].id}']")
            phone.write(".o_book_room_purpose", "Parents of class 3")
            phone.tap(".o_book_room_book")
            phone.sees("It is yours.")
            phone.fits()
        booking = self.env["school.venue.booking"].search(
            [("venue_id", "=", self.rooms[1].id)]
        )
        self.assertEqual((booking.state, booking.user_id), ("confirmed", self.teacher))
        self.assertEqual(booking.purpose, "Parents of class 3")
        day = self.school._school_date() + timedelta(days=2)
        self.assertEqual(self.school._school_date(booking.start), day)

        # A colleague looks for the same lesson and finds the other room only.
        with self._phone(self.clerk) as phone:
            phone.open("/odoo/book-room")
            phone.tap(".o_book_room_day:nth-child(3)")
            phone.tap("text=3rd lesson")
            phone.sees("1 free")
            phone.tap("text=1 not free")
            phone.sees("by teacher")

    def test_whoever_stands_at_the_door_checks_in_and_leaves(self):
        room = self.rooms[0]
        room._draw_door_codes()
        start = fields.Datetime.now().replace(microsecond=0) - timedelta(minutes=5)
        booking = (
            self.env["school.venue.booking"]
            .with_user(self.clerk)
            .create(
                {
                    "venue_id": room.id,
                    "user_id": self.teacher.id,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "purpose": "Lesson study",
                    "rules_accepted": True,
                }
            )
        )
        booking.action_request()
        door = f"/venue/door/{room.sudo().door_token}"
        with self._phone(self.clerk) as phone:
            phone.open("/venue/door/" + "x" * 24)
            phone.sees("This code leads to no room of yours")
        with self._phone(self.teacher) as phone:
            phone.open(door)
            phone.sees("Lesson study")
            phone.fits()
            phone.tap("text=Check In")
            phone.sees("You are checked in.")
            phone.tap("text=I Am Done, the Room Is Free")
            phone.sees("Thank you. The room is free for others.")
            phone.fits()
        self.assertEqual(booking.state, "finished")
        self.assertEqual(booking.check_in_method, "door")
        self.assertEqual(booking.checked_in_by_id, self.teacher)
        self.assertLess(booking.block_stop, booking.stop)
