"""A meeting that is on, told as stories in a real browser."""

from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_meetings.tests.room_common import RoomCommon

from phone import PhoneMixin


@tagged("standard", "post_install", "-at_install")
class TestRoomJourneys(PhoneMixin, RoomCommon, HttpCase):
    def _room(self):
        return f"/odoo/{self.meeting.id}/meeting-room"

    def test_a_teacher_scans_signs_in_and_votes_on_the_phone(self):
        user = self.members[0]
        self.school.school_meeting_code_seconds = 120
        code = self.meeting._sign_in_code()[0]
        with self._phone(user) as phone:
            phone.open(f"/meetings/in/{self.meeting.id}/{code}")
            phone.sees("Council Meeting")
            phone.sees(user.name)
            phone.fits()
            phone.tap("button[name=sign_in]")
            phone.sees("You are signed in.")
        self.assertEqual(self._seat(user).sign_in_method, "qr")

        item = self._open(self.chair, *self.members[1:])
        vote = self._vote(item)
        with self._phone(user) as phone:
            phone.open(self._room())
            phone.sees("Agreed?")
            phone.fits()
            phone.tap(".o_room_vote button[name=for]")
            phone.sees("It cannot be changed")
            phone.tap(".modal .btn-primary")
            phone.sees("You have voted: For")
        self.assertEqual(vote.ballot_ids.mapped("choice"), ["for"])
        self.assertEqual(vote.ballot_ids.user_id, user)

        vote.with_user(self.chair).action_close()
        with self._phone(user) as phone:
            phone.open(self._room())
            phone.sees("Not passed")
            phone.tap("button[name=raise]")
            phone.write(".modal input[name=point]", "About the roof")
            phone.tap(".modal button[name=confirm]")
            phone.sees("About the roof")
        self.assertEqual(item.turn_ids.participant_id, self._seat(user))

    def test_somebody_types_the_code_and_confirms_what_he_said(self):
        user = self.members[0]
        # Read before the browser works with the same connection.
        self.school.school_meeting_code_seconds = 120
        code = self.meeting._sign_in_code()[0]
        with self._phone(user) as phone:
            phone.open(self._room())
            phone.sees("Scan the code on the screen of the room")
            phone.write("input[name=code]", code)
            phone.tap("button[name=sign_in]")
            phone.sees("You are signed in.")
            phone.fits()
        item = self._open(self.chair, *self.members[1:])
        item.with_user(self.recorder).action_state(
            self._seat(user).id, "We can pay half of it."
        )
        with self._phone(user) as phone:
            phone.open(self._room())
            phone.sees("We can pay half of it.")
            phone.tap("button[name=confirm_statement]")
            phone._until(
                "return !document.querySelector('button[name=confirm_statement]');",
                "is asked still",
            )
        self.assertEqual(item.statement_ids.state, "confirmed")

    def test_the_chair_consents_on_the_phone_and_leads_on(self):
        self._open(self.chair, *self.members)
        self.meeting.with_user(self.members[0]).action_propose_item("Heating")
        with self._phone(self.chair) as phone:
            phone.open(self._room())
            phone.tap("button[name=agenda]")
            phone.sees("Heating")
            phone.tap("button[name=consent]")
            phone.sees("the chair consented")
            phone.tap("button[name=next]")
            phone.tap("text=Now")
            phone.sees("Timetable")
        extra = self.meeting.item_ids.filtered("is_extra")
        self.assertEqual(extra.consent_by_id, self.chair)
        self.assertEqual(self.meeting.item_ids.mapped("state")[:2], ["done", "current"])

    def test_the_recorder_writes_and_nothing_is_lost(self):
        item = self._open(self.chair, *self.members)
        item.with_user(self.chair).save_texts(
            {"conclusion": {"text": "The chair's words.", "base": ""}}
        )
        with self._phone(self.recorder, size="1366x768") as desk:
            desk.open(self._room())
            desk.sees("Main discussion")
            desk.write("textarea[name=discussion]", "The head reports.")
            desk._until(
                "const el = document.querySelector('[data-name=discussion] small');"
                "return el && el.innerText === 'Saved';",
                "does not see the text saved",
            )
            desk._until(
                "return !Object.keys(localStorage).some("
                "(one) => one.startsWith('school-meeting-draft'));",
                "keeps a draft that was saved",
            )
            # A draft this browser kept from when there was no connection meets what
            # somebody else wrote meanwhile.
            desk._until(
                "localStorage.setItem('school-meeting-draft:' + odoo.info.db + ':"
                f"{self.recorder.id}:{item.id}:conclusion', JSON.stringify("
                "{text: 'My words.', base: '', at: Date.now()})); return true;",
                "has no memory",
            )
            desk.open(self._room())
            desk.sees("has written meanwhile")
            desk.sees("The chair's words.")
            desk.tap("text=Keep Both")
            desk._until(
                "return !document.querySelector('.o_room_conflict');",
                "sees the conflict still",
            )
            desk._until(
                "const el = document.querySelector('[data-name=conclusion] small');"
                "return el && el.innerText === 'Saved';",
                "does not see the text saved",
            )
        self.assertEqual(item.sudo().discussion, "The head reports.")
        text = item.sudo().conclusion
        self.assertIn("The chair's words.", text)
        self.assertIn("My words.", text)
