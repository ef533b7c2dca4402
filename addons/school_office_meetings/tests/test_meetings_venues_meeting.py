from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .venues_common import VenuesCommon


@tagged("post_install", "-at_install")
class TestVenueMeeting(VenuesCommon):
    def _set_state(self, meeting, state):
        self.env.cr.execute(
            "UPDATE school_meeting SET state = %s WHERE id = %s", [state, meeting.id]
        )
        meeting.invalidate_recordset(["state"])

    def _booked_meeting(self, state="called", **vals):
        meeting = self._meeting(**vals)
        self._set_state(meeting, state)
        # As the organiser does it: whoever writes the row stands in the row.
        Booking = self.env["school.venue.booking"].with_user(self.teacher)
        Booking._book_for_meetings(meeting.with_user(self.teacher))
        return meeting

    def test_a_planned_meeting_holds_its_room_and_a_called_one_has_it(self):
        meeting = self._booked_meeting("planned")
        self.assertEqual(meeting.booking_id.state, "requested")
        with self.assertRaisesRegex(UserError, "taken"):
            self._booked(self.colleague)
        self._set_state(meeting, "called")
        self.env["school.venue.booking"]._book_for_meetings(meeting)
        self.assertEqual(meeting.booking_id.state, "confirmed")

    def test_a_meeting_learns_who_has_the_room(self):
        self._booked(self.colleague)
        meeting = self._meeting()
        self.assertIn("by colleague", meeting.venue_conflict)
        self._set_state(meeting, "called")
        with self.assertRaisesRegex(UserError, "by colleague"):
            self.env["school.venue.booking"]._book_for_meetings(meeting)

    def test_the_room_moves_with_the_meeting(self):
        meeting = self._booked_meeting()
        booking = meeting.booking_id
        meeting.write({"start": self._at(14), "stop": self._at(15)})
        self.assertEqual(meeting.booking_id, booking)
        self.assertEqual((booking.start, booking.state), (self._at(14), "confirmed"))
        self._booked(self.colleague)
        with self.assertRaisesRegex(UserError, "taken"):
            meeting.write({"start": self._at(10), "stop": self._at(11)})

    def test_two_meetings_swap_their_rooms(self):
        one = self._booked_meeting()
        two = self._booked_meeting(venue_id=self.small.id, name="Plan")
        self.cr.execute(
            """UPDATE school_meeting SET venue_id = CASE id WHEN %s THEN %s ELSE %s END
                WHERE id IN %s""",
            [one.id, self.small.id, self.room.id, (one.id, two.id)],
        )
        (one | two).invalidate_recordset(["venue_id"])
        self.env["school.venue.booking"]._book_for_meetings(one | two)
        self.assertEqual(one.booking_id.venue_id, self.small)
        self.assertEqual(two.booking_id.venue_id, self.room)

    def test_a_cancelled_meeting_gives_the_room_back(self):
        meeting = self._booked_meeting()
        booking = meeting.booking_id
        self._set_state(meeting, "cancelled")
        self.env["school.venue.booking"]._book_for_meetings(meeting)
        self.assertEqual(booking.state, "cancelled")
        self.assertFalse(meeting.booking_id)
        self._booked(self.colleague)

    def test_an_important_meeting_goes_before_others_with_a_reason(self):
        loser = self._booked(self.colleague)
        meeting = self._meeting(type="important")
        self._set_state(meeting, "called")
        self.env["school.venue.booking"]._book_for_meetings(
            meeting, displace_reason="Inspection"
        )
        self.assertEqual(meeting.booking_id.state, "confirmed")
        self.assertEqual(meeting.booking_id.rank_id.code, "important")
        self.assertEqual(loser.state, "displaced")
        self.assertTrue(self._notices("venue_displaced", self.colleague))

    def test_of_a_restricted_meeting_only_taken_is_seen(self):
        self.env["ir.rule"].create(
            {
                "name": "Nobody sees restricted meetings",
                "model_id": self.env["ir.model"]._get_id("school.meeting"),
                "domain_force": [("is_restricted", "=", False)],
            }
        )
        body = self.env["school.meeting.body"].create(
            {
                "name": "Party Committee",
                "company_id": self.school.id,
                "visibility": "members",
            }
        )
        meeting = self._booked_meeting(body_id=body.id, name="Secret matter")
        booking = meeting.booking_id
        for user in (self.colleague, self.clerk, self.keeper):
            seen = booking.with_user(user)
            seen.invalidate_recordset()
            values = str(seen.read()[0])
            for secret in ("Secret matter", "Party Committee", "teacher", "Science"):
                self.assertNotIn(secret, values, user.login)
            self.assertEqual(seen.title, "Taken")
        with self.assertRaises(UserError) as caught:
            self._booked(self.colleague)
        self.assertNotIn("teacher", str(caught.exception))
        self.assertIn("taken from", str(caught.exception))

    def test_what_becomes_restricted_later_is_hidden_then(self):
        body = self.env["school.meeting.body"].create(
            {"name": "Council", "company_id": self.school.id}
        )
        meeting = self._booked_meeting(body_id=body.id)
        self.assertEqual(meeting.booking_id.user_id, self.teacher)
        body.visibility = "members"
        booking = meeting.booking_id
        self.assertTrue(booking.is_restricted)
        self.env.flush_all()
        booking.invalidate_recordset()
        self.assertNotIn("teacher", str(booking.with_user(self.colleague).read()))
        self.assertNotIn(self.teacher.partner_id, booking.message_ids.author_id)

    def test_who_uses_the_room_of_a_restricted_meeting_is_not_told(self):
        body = self.env["school.meeting.body"].create(
            {
                "name": "Party Committee",
                "company_id": self.school.id,
                "visibility": "members",
            }
        )
        booking = self._booked_meeting(body_id=body.id).booking_id
        self._tick(10)
        mine = booking.with_user(self.teacher)
        self.assertTrue(mine._is_participant())
        mine._check_in("door")
        self._tick(10.5)
        mine._finish()
        mine._hand_over(True, True, True)
        self.env.flush_all()
        booking.invalidate_recordset()
        self.assertEqual(booking.state, "finished")
        self.assertNotIn("teacher", str(booking.with_user(self.colleague).read()))
        self.assertNotIn(self.teacher.partner_id, booking.message_ids.author_id)

    def _all_about(self, booking, user):
        """Everything ``user`` can read that points to the booking, as text."""
        texts = []
        for name, model in self.env.items():
            if model._abstract or model._transient or not model._auto:
                continue
            own = [f for f in model._fields.values() if f.store]
            links = [
                [(field.name, "in", booking.ids)]
                for field in own
                if field.type in ("many2one", "many2many")
                and field.comodel_name == booking._name
            ]
            names = {field.name for field in own}
            for pair in (("res_model", "res_id"), ("model", "res_id")):
                if names.issuperset(pair):
                    links.append(
                        [(pair[0], "=", booking._name), (pair[1], "in", booking.ids)]
                    )
            rows = model.with_user(user)
            if name == booking._name:
                texts.append((name, rows.browse(booking.ids).read()))
            if not links or not rows.has_access("read"):
                continue
            for domain in links:
                texts.append((name, rows.search(domain).read()))
        return repr(texts)

    def test_nothing_around_a_booking_names_people_of_a_restricted_meeting(self):
        body = self.env["school.meeting.body"].create(
            {
                "name": "Party Committee",
                "company_id": self.school.id,
                "visibility": "members",
            }
        )
        self.room.asks_feedback = True
        used = self._booked_meeting(body_id=body.id, name="Secret matter").booking_id
        moved = self._booked_meeting(
            body_id=body.id, name="Secret matter", venue_id=self.small.id
        )
        # As the steps of the meeting do it, in superuser mode for him.
        moved = moved.with_user(self.teacher).sudo()
        moved.write({"start": self._at(14), "stop": self._at(15)})
        gone = moved.booking_id.sudo(False).with_env(self.env)
        moved.write({"state": "cancelled", "cancel_reason": "The teacher was arrested"})
        self._tick(10)
        mine = used.with_user(self.teacher)
        mine._check_in("door")
        self._tick(10.5)
        mine._finish()
        mine._hand_over(True, True, False, "A window is open")
        self.env.flush_all()
        self.assertEqual((used.state, gone.state), ("finished", "cancelled"))
        people = {
            self.teacher.name,
            self.teacher.partner_id.name,
            "teacher was arrested",
            "Secret matter",
            "Party Committee",
        }
        for user in (self.colleague, self.keeper, self.clerk, self.director):
            self.env.invalidate_all()
            text = self._all_about(used | gone, user)
            self.assertIn("Room 302", text)
            for word in people:
                self.assertNotIn(word, text, user.login)
        # What the reader of the table sees: nobody is named there either.
        self.cr.execute(
            "SELECT to_jsonb(b) FROM school_venue_booking b WHERE id IN %s",
            [tuple((used | gone).ids)],
        )
        for (row,) in self.cr.fetchall():
            named = {k for k, v in row.items() if v == self.teacher.id and "uid" in k}
            named |= {
                k for k in row if k.endswith("by_id") and row[k] == self.teacher.id
            }
            self.assertFalse(named)

    def test_the_room_of_a_meeting_is_changed_with_the_meeting_only(self):
        meeting = self._booked_meeting()
        booking = meeting.booking_id.with_user(self.teacher)
        with self.assertRaisesRegex(UserError, "moves with the meeting"):
            booking.write({"start": self._at(9)})
        with self.assertRaisesRegex(UserError, "with the meeting"):
            booking._cancel("x")
        with self.assertRaises(AccessError):
            meeting.with_user(self.teacher).write({"booking_id": False})

    def test_whoever_is_called_checks_in(self):
        meeting = self._booked_meeting()
        self.env["school.meeting.participant"].create(
            {"meeting_id": meeting.id, "user_id": self.colleague.id}
        )
        booking = meeting.booking_id
        self.assertTrue(booking.with_user(self.colleague)._is_participant())
        self.assertFalse(booking.with_user(self.head)._is_participant())
        self.assertTrue(booking.with_user(self.teacher)._is_participant())

    def test_a_hundred_meetings_ask_as_many_queries_as_ten(self):
        def count(number, day):
            meetings = self.env["school.meeting"].create(
                [
                    {
                        "company_id": self.school.id,
                        "name": f"Meeting {n}",
                        "start": self._at(8 + n % 12, day),
                        "stop": self._at(9 + n % 12, day),
                        "venue_id": rooms[n // 12].id,
                    }
                    for n in range(number)
                ]
            )
            self.env.flush_all()
            self.cr.execute(
                "UPDATE school_meeting SET state = 'called' WHERE id = ANY(%s)",
                [meetings.ids],
            )
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["school.venue.booking"]._book_for_meetings(meetings)
            self.env.flush_all()
            self.assertEqual(set(meetings.booking_id.mapped("state")), {"confirmed"})
            return self.cr.sql_log_count - before

        rooms = self.env["school.venue"].browse()
        for number in range(9):
            rooms |= self._venue(f"Room {number}")
        count(2, 3)
        few = count(10, 4)
        self.assertLessEqual(count(100, 5), few + 6)
