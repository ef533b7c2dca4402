from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.school_office_meetings.tests.room_common import RoomCommon


@tagged("post_install", "-at_install")
class TestMeetingSession(RoomCommon):
    def _code(self, meeting=None):
        return (meeting or self.meeting)._sign_in_code()[0]

    # Opening

    def test_the_chair_is_told_which_main_participants_are_missing(self):
        self._sign_in(self.chair, self.members[0])
        with self.assertRaisesRegex(UserError, "room_member_1"):
            self.meeting.with_user(self.chair).action_start()
        self.meeting.with_user(self.chair).action_start(confirmed=True)
        self.assertEqual(self.meeting.state, "in_session")
        self.assertIn("room_member_3", self.meeting.main_missing)
        self.assertEqual(self.meeting.main_checked_by_id, self.chair)

    def test_only_chair_and_recorder_open_a_meeting(self):
        for user in (self.members[0], self.observer, self.teacher, self.stranger):
            with self.assertRaises(AccessError):
                self.meeting.with_user(user).action_start(confirmed=True)
        self.meeting.with_user(self.recorder).action_start(confirmed=True)
        self.assertEqual(self.meeting.state, "in_session")

    def test_a_meeting_is_not_opened_days_too_early(self):
        meeting = self._called_meeting(start=fields.Datetime.now() + timedelta(days=2))
        with self.assertRaisesRegex(UserError, "Sign-in opens at"):
            meeting.with_user(self.chair).action_start(confirmed=True)

    def test_a_meeting_that_has_ended_is_not_opened_again(self):
        self._open(self.chair)
        self.meeting.with_user(self.chair).action_end(defer_rest=True)
        with self.assertRaisesRegex(UserError, "not opened again"):
            self.meeting.with_user(self.chair).action_start(confirmed=True)

    def test_the_deputy_of_the_chair_leads(self):
        deputy = self.members[0]
        self._seat(self.chair).sudo().write(
            {"answer": "deputy", "deputy_id": deputy.id}
        )
        self.meeting.with_user(deputy).action_start(confirmed=True)
        self.assertEqual(self.meeting.state, "in_session")

    # Signing in

    def test_a_participant_signs_in_with_the_code_on_the_screen(self):
        user = self.members[0]
        self.meeting.with_user(user).action_sign_in(self._code())
        seat = self._seat(user)
        self.assertEqual((seat.attendance, seat.sign_in_method), ("present", "qr"))
        self.assertEqual(seat.signed_in_by_id, user)
        self.assertTrue(seat.is_present)

    def test_a_wrong_or_old_code_signs_nobody_in(self):
        old = self._code()
        user = self.members[0]
        for code in ("", "AAAA AAAA", self._code(self._called_meeting())):
            with self.assertRaisesRegex(UserError, "code"):
                self.meeting.with_user(user).action_sign_in(code)
        with freeze_time(fields.Datetime.now() + timedelta(seconds=70)):
            with self.assertRaisesRegex(UserError, "code"):
                self.meeting.with_user(user).action_sign_in(old)
        self.assertFalse(self._seat(user).is_present)

    def test_who_is_not_on_the_list_signs_nobody_in(self):
        with self.assertRaises(AccessError):
            self.meeting.with_user(self.teacher).action_sign_in(self._code())
        with self.assertRaises(AccessError):
            self.meeting.with_user(self.stranger).action_sign_in(self._code())

    def test_nobody_signs_in_for_another(self):
        seat = self._seat(self.members[0])
        with self.assertRaises(AccessError):
            seat.with_user(self.members[1]).action_sign_in_for()
        with self.assertRaises(AccessError):
            seat.with_user(self.members[1]).write({"attendance": "present"})

    def test_a_deputy_signs_in_as_himself(self):
        deputy = self._person("room_deputy", self.school)
        seat = self._seat(self.members[0])
        seat.sudo().write({"answer": "deputy", "deputy_id": deputy.id})
        self.meeting.with_user(deputy).action_sign_in(self._code())
        self.assertEqual(seat.attended_by_id, deputy)
        self.assertEqual(seat.signed_in_by_id, deputy)

    def test_late_counts_from_the_start_and_the_grace(self):
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(minutes=10)
        meeting = self._called_meeting(start=start)
        for minutes, attendance in ((5, "present"), (6, "late")):
            user = self.members[minutes - 5]
            with freeze_time(start + timedelta(minutes=minutes)):
                self._sign_in(user, meeting=meeting)
            self.assertEqual(self._seat(user, meeting).attendance, attendance)

    def test_the_key_of_the_code_is_read_by_nobody(self):
        self._code()
        for user in (self.chair, self.recorder, self.director):
            with self.assertRaises(AccessError):
                self.meeting.with_user(user).read(["sign_in_key"])
            with self.assertRaises(AccessError):
                self.meeting.with_user(user).search([("sign_in_key", "=like", "a%")])

    def test_the_screen_is_shown_by_the_clerk_and_the_chair(self):
        screen = self.meeting.with_user(self.recorder).get_sign_in_screen()
        self.assertTrue(screen["code"] and screen["qr"].startswith("data:image/png"))
        self.assertEqual((screen["here"], screen["expected"]), (0, 7))
        for user in (self.members[0], self.teacher):
            with self.assertRaises(AccessError):
                self.meeting.with_user(user).get_sign_in_screen()

    def test_a_guest_link_is_of_one_guest(self):
        seat = self.meeting.participant_ids.filtered("partner_id")
        token = seat._guest_token()
        self.assertTrue(seat._is_guest_token(token))
        other = self._called_meeting().participant_ids.filtered("partner_id")
        self.assertFalse(other._is_guest_token(token))
        self.assertFalse(self._seat(self.chair)._is_guest_token(token))
        self.assertFalse(seat._is_guest_token(""))

    def test_a_sign_in_by_mistake_is_struck_out_and_stays_on_record(self):
        user = self.members[0]
        self._sign_in(user)
        seat = self._seat(user)
        with self.assertRaises(UserError):
            seat.with_user(self.recorder).action_undo_sign_in("")
        with self.assertRaises(AccessError):
            seat.with_user(user).action_undo_sign_in("Mine")
        seat.with_user(self.recorder).action_undo_sign_in("The wrong line")
        self.assertEqual((seat.attendance, seat.is_present), ("none", False))
        self.assertEqual(seat.presence_ids.void_reason, "The wrong line")
        self._sign_in(user)
        self.assertEqual(len(seat.presence_ids), 2)

    # Going and coming back

    def test_who_left_is_not_there_for_the_item_and_is_again_when_he_returns(self):
        user = self.members[0]
        item = self._open(self.chair, user)
        seat = self._seat(user)
        self.assertEqual(seat._present_for(item), seat)
        seat.with_user(user).action_leave("A lesson")
        self.assertEqual((seat.attendance, seat.left_reason), ("left", "A lesson"))
        self.assertFalse(seat._present_for(item))
        self._sign_in(user)
        self.assertEqual(seat._present_for(item), seat)
        self.assertEqual(len(seat.presence_ids), 2)

    def test_what_is_over_is_judged_by_its_own_moment(self):
        now = fields.Datetime.now().replace(microsecond=0)
        user = self.members[0]
        with freeze_time(now):
            item = self._open(self.chair, user)
        with freeze_time(now + timedelta(minutes=5)):
            item.with_user(self.chair).action_finish()
        seat = self._seat(user)
        with freeze_time(now + timedelta(minutes=6)):
            seat.with_user(user).action_leave("A lesson")
            self.assertEqual(seat._present_for(item), seat)
            second = self.meeting.item_ids[1]
            second.with_user(self.chair).action_begin()
            self.assertFalse(seat._present_for(second))

    @mute_logger("odoo.sql_db")
    def test_the_times_in_the_room_are_never_rewritten(self):
        user = self.members[0]
        self._open(self.chair, user)
        self._seat(user).with_user(user).action_leave("A lesson")
        row = self._seat(user).presence_ids
        for values in (
            {"since": "2020-01-01 00:00:00"},
            {"until": "2030-01-01 00:00:00"},
            {"participant_id": self._seat(self.chair).id},
        ):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                row.sudo().write(values)
                row.flush_recordset()
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self.cr.execute("DELETE FROM school_meeting_presence")

    # Ending

    def test_a_meeting_ends_when_every_item_is_settled(self):
        self._open(self.chair)
        with self.assertRaisesRegex(UserError, "Timetable"):
            self.meeting.with_user(self.chair).action_end()
        second, third = self.meeting.item_ids[1:]
        second.with_user(self.chair).action_defer("Papers are missing")
        third.with_user(self.chair).action_withdraw("Settled elsewhere")
        self.meeting.with_user(self.chair).action_end()
        self.assertEqual(self.meeting.state, "ended")
        self.assertEqual(
            self.meeting.item_ids.mapped("state"), ["done", "deferred", "withdrawn"]
        )

    def test_who_did_not_come_is_absent_with_the_reason_he_gave_or_is_asked(self):
        gave, silent = self.members[0], self.members[1]
        self._seat(gave).sudo().write(
            {"answer": "declined", "answer_reason": "Business trip"}
        )
        self._open(self.chair)
        self.meeting.with_user(self.recorder).action_end(defer_rest=True)
        self.assertEqual(self._seat(gave).attendance, "absent")
        self.assertEqual(self._seat(gave).absence_reason, "Business trip")
        seat = self._seat(silent)
        self.assertEqual((seat.attendance, seat.absence_reason), ("absent", False))
        asked = self.env["school.notice"].search([("user_id", "=", silent.id)])
        self.assertIn("Why could you not come", " ".join(asked.mapped("subject")))
        cards = self.env["school.my.office"].with_user(silent).get_overview()
        keys = [section["key"] for section in cards["sections"]]
        self.assertIn("meeting_absences", keys)
        with self.assertRaises(AccessError):
            seat.with_user(gave).action_give_reason("Was ill")
        seat.with_user(silent).action_give_reason("Was ill")
        self.assertEqual(seat.absence_reason, "Was ill")
        with self.assertRaisesRegex(UserError, "already"):
            seat.with_user(silent).action_give_reason("Was on a trip")

    def test_everybody_leaves_the_room_when_the_meeting_ends(self):
        self._open(self.chair, self.members[0])
        self.meeting.with_user(self.chair).action_end(defer_rest=True)
        seat = self._seat(self.members[0])
        self.assertFalse(seat.is_present)
        self.assertEqual(seat.attendance, "present")
        self.assertEqual(seat.presence_ids.until, self.meeting.ended_at)

    # The running order

    def test_one_item_at_a_time_and_time_runs_for_it(self):
        now = fields.Datetime.now().replace(microsecond=0)
        first, second = self.meeting.item_ids[:2]
        with freeze_time(now):
            self._open(self.chair)
        with freeze_time(now + timedelta(minutes=4)):
            second.with_user(self.chair).action_begin()
        self.assertEqual((first.state, first.seconds_used), ("waiting", 240))
        with freeze_time(now + timedelta(minutes=5)):
            first.with_user(self.chair).action_begin()
        with freeze_time(now + timedelta(minutes=7)):
            first.with_user(self.chair).action_finish()
        self.assertEqual((first.state, first.seconds_used), ("done", 360))
        self.assertEqual(first.started_at, now)

    def test_the_next_item_is_the_next_in_order(self):
        self._open(self.chair)
        self.meeting.with_user(self.recorder).action_next_item()
        states = self.meeting.item_ids.mapped("state")
        self.assertEqual(states, ["done", "current", "waiting"])

    def test_speaking_time_is_that_of_the_school(self):
        self.school.school_meeting_speaking_minutes = 7
        item = self.env["school.meeting.item"].create(
            {"name": "X", "meeting_id": self._draft().id}
        )
        self.assertEqual(item.minutes_planned, 7)

    def _draft(self):
        return self.env["school.meeting"].create(
            {"name": "Draft", "company_id": self.school.id}
        )

    def test_an_item_gets_more_time_on_record(self):
        item = self._open(self.chair)
        item.with_user(self.chair).action_extend(5)
        self.assertEqual(item.minutes_extra, 5)
        with self.assertRaises(UserError):
            item.with_user(self.chair).action_extend(0)
        with self.assertRaises(AccessError):
            item.with_user(self.members[0]).action_extend(5)

    # Extra items

    def test_an_extra_item_is_dealt_with_only_if_the_chair_consents(self):
        proposer = self.members[0]
        self._open(self.chair, proposer)
        item_id = self.meeting.with_user(proposer).action_propose_item("Heating")
        item = self.env["school.meeting.item"].browse(item_id)
        self.assertEqual((item.is_extra, item.consent_state), (True, "asked"))
        self.assertEqual(item.proposer_id, proposer)
        with self.assertRaisesRegex(UserError, "consent"):
            item.with_user(self.recorder).action_begin()
        for user in (proposer, self.recorder, self.members[1]):
            with self.assertRaises(AccessError):
                item.with_user(user).action_consent()
        item.with_user(self.chair).action_consent()
        self.assertEqual(item.consent_by_id, self.chair)
        self.assertTrue(item.consent_at)
        item.with_user(self.recorder).action_begin()
        self.assertEqual(item.state, "current")

    def test_a_refused_item_stays_out(self):
        self._open(self.chair, self.members[0])
        item = self.env["school.meeting.item"].browse(
            self.meeting.with_user(self.members[0]).action_propose_item("Heating")
        )
        item.with_user(self.chair).action_refuse_consent("Next time")
        self.assertEqual((item.state, item.consent_state), ("withdrawn", "refused"))
        with self.assertRaises(UserError):
            item.with_user(self.chair).action_begin()

    @mute_logger("odoo.sql_db")
    def test_the_database_knows_no_extra_item_without_consent(self):
        self._open(self.chair)
        item = (
            self.env["school.meeting.item"]
            .sudo()
            .create({"meeting_id": self.meeting.id, "name": "Smuggled"})
        )
        self.assertEqual(item.consent_state, "asked")  # superuser mode too
        for values in (
            {"state": "done"},
            {"started_at": fields.Datetime.now()},
            {"consent_state": "granted"},
            {"consent_state": "none"},
        ):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                item.sudo().write(values)
                item.flush_recordset()

    def test_nobody_enters_an_item_past_the_chair(self):
        # An AccessError is a UserError.
        with self.assertRaises(UserError):
            self.env["school.meeting.item"].with_user(self.recorder).create(
                {"meeting_id": self.meeting.id, "name": "Smuggled"}
            )
        with self.assertRaises(AccessError):
            self.meeting.with_user(self.teacher).action_propose_item("Mine")

    # Speakers

    def test_departments_speak_in_their_usual_order(self):
        Department = self.env["hr.department"]
        for number, user in enumerate(self.members[:2]):
            self._seat(user).department_id = Department.create(
                {
                    "name": f"Department {number}",
                    "company_id": self.school.id,
                    "distribution_sequence": 20 - number,
                }
            )
        item = self._open(self.chair, *self.members)
        item.with_user(self.chair).action_line_up()
        names = item.turn_ids.participant_id.mapped("user_id.login")
        self.assertEqual(names, ["room_member_1", "room_member_0"])
        item.turn_ids[0].with_user(self.chair).action_speak()
        item.turn_ids[1].with_user(self.chair).action_speak()
        self.assertEqual(item.turn_ids.mapped("state"), ["done", "speaking"])

    def test_a_point_is_raised_by_who_is_there(self):
        user, absent = self.members[0], self.members[1]
        item = self._open(self.chair, user)
        item.with_user(user).action_ask_floor("About the roof")
        self.assertEqual(item.turn_ids.point, "About the roof")
        with self.assertRaisesRegex(UserError, "already"):
            item.with_user(user).action_ask_floor("Again")
        for outsider in (absent,):
            with self.assertRaises(UserError):
                item.with_user(outsider).action_ask_floor("Me")
        with self.assertRaises(AccessError):
            item.turn_ids.with_user(absent).action_withdraw()
        item.turn_ids.with_user(user).action_withdraw()
        self.assertEqual(item.turn_ids.state, "withdrawn")

    def test_who_joins_the_body_that_day_counts_at_half_past_seven_already(self):
        # In Greenwich it is still the day before.
        start = fields.Datetime.to_datetime("2026-09-08 23:30:00")
        user = self.members[0]
        meeting = self._called_meeting(start=start)
        member = self.body.member_ids.filtered(lambda m: m.user_id == user)
        for first, counted in (("2026-09-09", True), ("2026-09-10", False)):
            member.date_from = first
            voters = meeting.item_ids[0]._voting_members(meeting)
            self.assertEqual(user in voters, counted, first)
