from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.school_office_meetings.tests.room_common import RoomCommon


@tagged("post_install", "-at_install")
class TestMeetingRecord(RoomCommon):
    def _save(self, item, user, text, base="", name="discussion"):
        return item.with_user(user).save_texts({name: {"text": text, "base": base}})

    # Live minutes

    def test_the_recorder_writes_while_the_meeting_is_on(self):
        with self.assertRaises(UserError):
            self._save(self.item, self.recorder, "Too early")
        item = self._open(self.chair)
        answer = self._save(item, self.recorder, "First words")
        self.assertEqual(
            answer, {"saved": {"discussion": "First words"}, "conflicts": {}}
        )
        self.assertEqual(item.with_user(self.recorder).discussion, "First words")
        self.assertEqual(item.text_ids.written_by_id, self.recorder)

    def test_what_somebody_else_typed_meanwhile_is_not_overwritten(self):
        item = self._open(self.chair)
        self._save(item, self.recorder, "One")
        self._save(item, self.chair, "One, and two", base="One")
        answer = self._save(item, self.recorder, "One!", base="One")
        self.assertEqual(answer["saved"], {})
        self.assertEqual(answer["conflicts"]["discussion"]["text"], "One, and two")
        self.assertEqual(answer["conflicts"]["discussion"]["by"], self.chair.name)
        self.assertEqual(item.sudo().discussion, "One, and two")

    def test_what_was_saved_is_saved_again_without_a_conflict(self):
        # The answer was lost with the connection; the browser sends once more.
        item = self._open(self.chair)
        self._save(item, self.recorder, "One")
        answer = self._save(item, self.recorder, "One")
        self.assertEqual(answer, {"saved": {"discussion": "One"}, "conflicts": {}})

    def test_nobody_else_writes_the_record(self):
        item = self._open(self.chair, *self.members)
        for user in (self.members[0], self.observer, self.teacher, self.stranger):
            with self.assertRaises(AccessError):
                self._save(item, user, "Mine")
            with self.assertRaises(AccessError):
                item.with_user(user).write({"discussion": "Mine"})
        for change in (
            {"name": {"text": "x", "base": ""}},
            {"discussion": "x"},
            {"discussion": {"text": "x" * 100001, "base": ""}},
        ):
            with self.assertRaises(UserError):
                item.with_user(self.recorder).save_texts(change)

    def test_text_that_looks_like_code_stays_text(self):
        item = self._open(self.chair)
        nasty = "<img src=x onerror=alert(1)> =1+1"
        self._save(item, self.recorder, nasty)
        room = self.meeting.with_user(self.recorder).get_room()
        self.assertEqual(room["items"][0]["texts"]["discussion"], nasty)

    # Who reads

    def test_the_record_is_read_by_those_in_the_room_until_it_is_final(self):
        item = self._open(self.chair, self.members[0])
        self._save(item, self.recorder, "What was said")
        item.visibility = "all"
        for user in (self.members[0], self.members[3], self.observer, self.chair):
            self.assertEqual(item.with_user(user).discussion, "What was said")
        # The agenda is seen by all staff, what is said is not, before it is final.
        self.assertEqual(item.with_user(self.teacher).name, "Budget")
        self.assertFalse(item.with_user(self.teacher).discussion)
        text = item.text_ids
        self.assertFalse(
            text.with_user(self.teacher).search([("discussion", "ilike", "said")])
        )
        self.meeting.with_user(self.chair).action_end(defer_rest=True)
        self.meeting.sudo()._freeze_record()
        self.env.invalidate_all()
        self.assertEqual(item.with_user(self.teacher).discussion, "What was said")

    def test_who_recused_himself_does_not_read_along(self):
        user = self.members[0]
        item = self._open(self.chair, *self.members)
        item.with_user(user).action_recuse("My brother applied")
        self._save(item, self.recorder, "About the brother")
        self.assertFalse(item.with_user(user).discussion)
        self.assertEqual(
            item.with_user(self.members[1]).discussion, "About the brother"
        )

    def test_who_leads_and_recused_himself_neither_reads_nor_writes(self):
        item = self._open(self.chair, *self.members)
        self.meeting.sudo().organizer_id = self.members[0]
        for user in (self.chair, self.members[0]):
            item.with_user(user).action_recuse("My brother applied")
        self._save(item, self.recorder, "About the brother")
        for user in (self.chair, self.members[0]):
            own = item.with_user(user)
            self.assertFalse(own.discussion)
            # A wrong guess at what stands there would be answered with it.
            with self.assertRaisesRegex(UserError, "concerns you"):
                own.save_texts({"discussion": {"text": "Nothing", "base": "?"}})
            with self.assertRaisesRegex(UserError, "concerns you"):
                own.write({"discussion": "Nothing"})
        # Where nobody takes the minutes, the organiser has to.
        self.meeting.sudo().recorder_id = False
        self._save(item, self.members[0], "Written all the same", "About the brother")
        self.assertEqual(item.sudo().discussion, "Written all the same")

    def test_a_record_for_members_is_not_for_guests_and_others(self):
        item = self._open(self.chair, self.members[0])
        self._save(item, self.recorder, "Confidential")
        item.with_user(self.recorder).action_set_visibility("members")
        self.env.invalidate_all()
        self.assertEqual(item.with_user(self.members[0]).discussion, "Confidential")
        self.body.member_ids.filtered(lambda m: m.user_id == self.observer).unlink()
        self.env.invalidate_all()
        self.assertFalse(item.with_user(self.observer).discussion)
        with self.assertRaises(UserError):
            item.with_user(self.recorder).action_set_visibility("departments")
        with self.assertRaises(AccessError):
            item.with_user(self.members[0]).action_set_visibility("all")

    def test_the_page_costs_the_same_for_many_as_for_few(self):
        item = self._open(self.chair, *self.members)
        self._save(item, self.recorder, "x")
        self._vote(item)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            room = self.meeting.with_user(self.recorder)
            room.get_room()  # caches of the process
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            room.get_room()
            return self.cr.sql_log_count - start

        def add(numbers):
            for number in numbers:
                extra = self.env["school.meeting.item"].create(
                    {"meeting_id": self.meeting.id, "name": f"No. {number}"}
                )
                extra.with_user(self.chair)._decide_consent("granted")
                user = self._person(f"room_crowd_{number}", self.school)
                self.env["school.meeting.participant"].create(
                    {"meeting_id": self.meeting.id, "user_id": user.id}
                )

        add(range(1))
        few = count()
        add(range(1, 30))
        self.assertLessEqual(count(), few + 1)

    # Statements

    def test_a_speaker_confirms_what_was_recorded(self):
        user = self.members[0]
        item = self._open(self.chair, *self.members)
        statement = self.env["school.meeting.statement"].browse(
            item.with_user(self.recorder).action_state(
                self._seat(user).id, "We can pay it."
            )
        )
        self.assertEqual(statement.state, "asked")
        cards = self.env["school.my.office"].with_user(user).get_overview()["sections"]
        self.assertIn("meeting_statements", [card["key"] for card in cards])
        for other in (self.members[1], self.recorder, self.chair):
            with self.assertRaises(AccessError):
                statement.with_user(other).action_confirm()
        statement.with_user(user).action_confirm()
        self.assertEqual(statement.state, "confirmed")
        self.assertTrue(statement.confirmed_at)
        with self.assertRaises(UserError):
            statement.with_user(user).action_correct("Never said so")

    @mute_logger("odoo.sql_db")
    def test_his_own_wording_stands_beside_the_record(self):
        user = self.members[0]
        item = self._open(self.chair, *self.members)
        statement = self.env["school.meeting.statement"].browse(
            item.with_user(self.recorder).action_state(
                self._seat(user).id, "We can pay it."
            )
        )
        statement.with_user(user).action_correct("We can pay half of it.")
        self.assertEqual(statement.text, "We can pay it.")
        self.assertEqual(statement.own_text, "We can pay half of it.")
        for values in ({"text": "x"}, {"own_text": "x"}, {"state": "recorded"}):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                statement.sudo().write(values)
                statement.flush_recordset()
        with self.assertRaises(AccessError):
            item.with_user(user).action_state(self._seat(user).id, "I said more")
        with self.assertRaises(UserError):
            item.with_user(self.recorder).action_state(
                self.meeting.participant_ids.filtered("partner_id").id, "Never came"
            )

    # My Office

    def test_my_office_says_that_a_meeting_is_on(self):
        user = self.members[0]

        def card(key):
            sections = self.env["school.my.office"].with_user(user).get_overview()
            return {s["key"]: s for s in sections["sections"]}.get(key)

        now = card("meeting_room")
        self.assertEqual(now["items"][0]["badge"], "Sign in")
        item = self._open(self.chair, *self.members)
        self.assertIsNone(card("meeting_room")["items"][0]["badge"])
        vote = self._vote(item)
        self.assertEqual(card("meeting_room")["items"][0]["badge"], "Vote now")
        self._cast(vote, user, "for")
        self.assertIsNone(card("meeting_room")["items"][0]["badge"])
        self.meeting.with_user(user).action_propose_item("Heating")
        user = self.chair
        self.assertEqual(card("meeting_consent")["count"], 1)
        user = self.teacher
        self.assertIsNone(card("meeting_room"))

    def test_changes_are_told_to_those_in_the_room_only(self):
        self._open(self.chair)
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.cr.execute("DELETE FROM bus_bus")
        self.meeting._room_changed()
        self.env.cr.precommit.run()
        self.cr.execute("SELECT channel, message FROM bus_bus")
        rows = self.cr.fetchall()
        told = {row[0].rsplit(",", 1)[-1].strip(" ]") for row in rows}
        room = self.meeting._room_users().partner_id
        self.assertEqual(told, {str(partner.id) for partner in room})
        self.assertNotIn(str(self.teacher.partner_id.id), told)
        self.assertFalse([row for row in rows if "Budget" in row[1]])
