from odoo.exceptions import UserError
from odoo.tests import tagged

from .venues_common import VenuesCommon


@tagged("post_install", "-at_install")
class TestVenueDesk(VenuesCommon):
    @property
    def desk(self):
        return self.env["school.venue.desk"].with_user(self.teacher)

    def _vals(self, **vals):
        return {
            "venue_id": self.room.id,
            "day": "2026-03-04",
            "hour_from": 10,
            "hour_to": 11,
            "purpose": "Talk",
            "people": 5,
            "rules_accepted": True,
            **vals,
        }

    def test_four_taps_book_a_room(self):
        choices = self.desk.get_choices()
        self.assertEqual(choices["days"][0]["date"], "2026-03-02")
        self.assertEqual(len(choices["periods"]), 9)
        self.assertNotIn("Emergency", [rank["name"] for rank in choices["ranks"]])
        period = choices["periods"][2]
        rooms = self.desk.get_rooms("2026-03-04", period["from"], period["to"])
        self.assertEqual(rooms["free"][0]["name"], "Room 105")
        done = self.desk.book(
            self._vals(hour_from=period["from"], hour_to=period["to"])
        )
        self.assertEqual(done["state"], "confirmed")
        rooms = self.desk.get_rooms("2026-03-04", period["from"], period["to"])
        self.assertIn("by teacher", rooms["taken"][0]["text"])

    def test_what_has_been_is_offered_to_nobody_but_who_keeps_the_rooms(self):
        rooms = self.desk.get_rooms("2026-03-01", 10, 11)
        self.assertFalse(rooms["free"])
        self.assertIn("passed", rooms["taken"][0]["text"])

    def test_the_table_of_hours_shows_what_everybody_may_know(self):
        self._booked(self.colleague)
        day = self.desk.get_day("2026-03-04")
        room = next(row for row in day["rooms"] if row["id"] == self.room.id)
        [block] = room["blocks"]
        self.assertEqual((block["from"], block["to"]), (10, 11))
        self.assertFalse(block["mine"])
        self.assertEqual(room["open"], [[7, 21.5]])

    def test_who_decides_is_said(self):
        self.room.approval = "office"
        done = self.desk.book(self._vals())
        self.assertEqual(done["state"], "requested")
        self.assertIn("team", done["text"])

    def test_nonsense_gets_a_sentence(self):
        cases = [
            ({"venue_id": 2**40}, "Choose a room"),
            ({"venue_id": "x"}, "Choose a room"),
            ({"day": "yesterday"}, "when it is used"),
            ({"day": None}, "when it is used"),
            ({"hour_from": "a"}, "when it is used"),
            ({"hour_from": 12}, "ends after it begins"),
            ({"hour_to": 1e9}, "ends after it begins"),
            ({"purpose": ""}, "what it is used for"),
            ({"rules_accepted": False}, "house rules"),
            ({"day": "2026-03-02", "hour_from": 15, "hour_to": 16}, "Urgent"),
        ]
        for vals, sentence in cases:
            with self.subTest(vals), self.assertRaisesRegex(UserError, sentence):
                self.desk.book(self._vals(**vals))

    def test_the_neighbours_rooms_are_not_booked_here(self):
        foreign = self._venue("Lake room", self.other)
        with self.assertRaisesRegex(UserError, "Choose a room"):
            self.desk.book(self._vals(venue_id=foreign.id))
        names = str(self.desk.get_rooms("2026-03-04", 10, 11))
        self.assertNotIn("Lake room", names)
        self.assertNotIn("Lake room", str(self.desk.get_day("2026-03-04")))

    def test_the_page_asks_as_many_queries_for_forty_rooms_as_for_four(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.desk.get_rooms("2026-03-04", 10, 11)
            self.desk.get_day("2026-03-04")
            return self.cr.sql_log_count - before

        self._booked(self.colleague)
        count()
        few = count()
        for number in range(36):
            venue = self._venue(f"More {number}", feature_ids=self.features["sound"])
            self._booked(self.colleague, venue, start=9, stop=10)
        self.assertLessEqual(count(), few + 1)

    def test_my_office_shows_what_waits(self):
        Office = self.env["school.my.office"]
        self.room.feature_ids = self.features["projector"]
        self._booked(self.teacher, feature_ids=self._set(self.features["projector"]))

        def cards(user):
            overview = Office.with_user(user).get_overview()
            return {
                section["key"]: section["count"] for section in overview["sections"]
            }

        self.assertEqual(cards(self.teacher)["venue_bookings"], 1)
        self.assertNotIn("venue_prepare", cards(self.teacher))
        self.assertEqual(cards(self.keeper)["venue_prepare"], 1)
