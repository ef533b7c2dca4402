import json
from datetime import datetime, timedelta

import vobject
from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import MeetingsCase


@tagged("post_install", "-at_install")
class TestMeetingsCallCalendar(MeetingsCase):
    def _event(self, meeting):
        return meeting.sudo().event_id

    def _attendee(self, meeting, user):
        return (
            self._event(meeting)
            .attendee_ids.filtered(lambda a: a.partner_id == user.partner_id)
            .with_user(user)
        )

    def test_an_answer_in_the_calendar_is_an_answer(self):
        meeting = self._called()
        event = self._event(meeting).with_user(self.teacher)
        event.change_attendee_status("accepted", "self_only")
        row = self._row(meeting, self.teacher)
        self.assertEqual(row.answer, "accepted")
        self.assertEqual(row.answer_channel, "calendar")
        event.change_attendee_status("declined", "self_only")
        self.assertEqual(row.answer, "declined")
        self.assertTrue(row.answer_reason)

    def test_nobody_forges_an_answer_in_the_calendar(self):
        meeting = self._called()
        attendee = self._attendee(meeting, self.head).with_user(self.teacher)
        for vals in (
            {"state": "declined"},
            {"partner_id": self.outsider.partner_id.id},
            {"access_token": "known"},
        ):
            with self.assertRaises(AccessError):
                attendee.write(vals)
        own = self._attendee(meeting, self.teacher)
        with self.assertRaises(AccessError):
            own.write({"state": "accepted", "access_token": "known"})
        with self.assertRaises(UserError):
            attendee.unlink()
        with self.assertRaises(UserError):
            self.env["calendar.attendee"].with_user(self.teacher).create(
                {
                    "event_id": self._event(meeting).id,
                    "partner_id": self.outsider.partner_id.id,
                }
            )
        self.assertFalse(any(self._event(meeting).attendee_ids.mapped("access_token")))

    def test_a_participant_does_not_move_or_edit_it(self):
        meeting = self._called()
        event = self._event(meeting).with_user(self.teacher)
        for vals in (
            {"start": event.start + timedelta(hours=1)},
            {"name": "Party"},
            {"partner_ids": [Command.unlink(self.head.partner_id.id)]},
            {"active": False},
            {"school_meeting_id": False},
            {"school_company_id": self.other.id},
        ):
            with self.assertRaises(UserError):
                event.write(vals)
        with self.assertRaises(UserError):
            event.unlink()
        with self.assertRaises(UserError):
            event.action_join_meeting(self.outsider.partner_id.id)

    def test_who_called_it_may_drag_it_and_everybody_is_told(self):
        meeting = self._called()
        start = meeting.start + timedelta(days=1)
        self._event(meeting).with_user(self.clerk).write(
            {"start": start, "stop": start + timedelta(hours=1)}
        )
        self.assertEqual(meeting.start, start)
        self.assertEqual(self._event(meeting).start, start)
        self._send_notices()
        self.assertEqual(len(self._notices(meeting, "meeting_moved")), 5)
        with self.assertRaises(UserError):
            self._event(meeting).with_user(self.clerk).write({"name": "Other"})

    def test_a_refusal_tells_strangers_nothing_of_a_restricted_meeting(self):
        self.body.sudo().visibility = "members"
        meeting = self._called(self.principal)
        event = self._event(meeting).with_user(self.outsider)
        for call in (
            lambda: event.write({"start": event.start + timedelta(hours=1)}),
            lambda: event.write({"alarm_ids": [Command.clear()]}),
            event.action_unlink_event,
        ):
            with self.assertRaises(AccessError) as refusal:
                call()
            self.assertNotIn(meeting.number, str(refusal.exception))
            self.assertNotIn(self.principal.name, str(refusal.exception))

    def test_reminders_of_all_are_set_by_who_called_it(self):
        meeting = self._called()
        event = self._event(meeting)
        before = event.alarm_ids
        self.assertTrue(before)
        with self.assertRaises(AccessError):
            event.with_user(self.teacher).write({"alarm_ids": [Command.clear()]})
        self.assertEqual(event.alarm_ids, before)
        event.with_user(self.clerk).write({"alarm_ids": [Command.clear()]})
        self.assertFalse(event.alarm_ids)

    def test_deleting_it_in_the_calendar_asks_why_and_writes_no_letter_before(self):
        meeting = self._called()
        event = self._event(meeting)
        dialog = event.with_user(self.clerk).action_unlink_event()
        self.assertEqual(dialog["res_model"], "school.meeting.step")
        self.assertEqual(dialog["context"]["default_step"], "cancel")
        self.assertEqual(dialog["views"], [(False, "form")])
        with self.assertRaises(AccessError):
            event.with_user(self.teacher).action_unlink_event()
        wizard = (
            self.env["calendar.popover.delete.wizard"]
            .with_user(self.clerk)
            .create({"calendar_event_id": event.id})
        )
        mails = self.env["mail.mail"].search_count([])
        for method in ("action_send_mail_and_delete", "action_delete"):
            with self.assertRaises(UserError), self.cr.savepoint():
                getattr(wizard, method)()
        with self.assertRaises(UserError):
            event.with_user(self.clerk).action_sendmail()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(meeting.state, "called")

    def test_entries_of_another_school_are_not_seen(self):
        meeting = self._called()
        event = self._event(meeting)
        private = (
            self.env["calendar.event"]
            .with_user(self.teacher)
            .create({"name": "Dentist", "start": fields.Datetime.now()})
        )
        self.env.invalidate_all()
        Event = self.env["calendar.event"].with_user(self.stranger)
        both = (event | private).ids
        self.assertFalse(Event.search([("id", "in", both)]))
        self.assertFalse(Event._read_group([("id", "in", both)], [], ["__count"])[0][0])
        for row in Event.browse(both):
            self.assertFalse(row.has_access("read"))
            with self.assertRaises(AccessError):
                row.write({"name": "Mine now"})
        Attendee = self.env["calendar.attendee"].with_user(self.stranger)
        self.assertFalse(Attendee.search([("event_id", "in", both)]))
        partners = self.teacher.partner_id.with_user(self.stranger)
        self.assertFalse(
            partners._get_busy_calendar_events(
                event.start.replace(hour=0), event.stop.replace(hour=23)
            )
        )
        # A colleague sees what stands in the calendars of his school.
        own = self.env["calendar.event"].with_user(self.outsider)
        self.assertEqual(len(own.search([("id", "in", both)])), 2)

    def test_messages_of_hidden_entries_are_passed_by(self):
        event = self._event(self._called())
        message = event.message_post(body="Bring the herons")
        self.env.flush_all()
        self.env.invalidate_all()
        Message = self.env["mail.message"].with_user(self.stranger)
        found = Message.search([("model", "=", "calendar.event")])
        self.assertNotIn(message.id, found.ids)
        own = self.env["mail.message"].with_user(self.teacher)
        self.assertIn(message.id, own.search([("id", "=", message.id)]).ids)

    def test_who_attends_at_another_school_sees_the_entry(self):
        private = (
            self.env["calendar.event"]
            .with_context(no_mail_to_attendees=True)
            .create(
                {
                    "name": "Exchange",
                    "user_id": self.teacher.id,
                    "start": fields.Datetime.now(),
                    "partner_ids": [
                        Command.set(
                            [self.teacher.partner_id.id, self.stranger.partner_id.id]
                        )
                    ],
                }
            )
        )
        self.env.invalidate_all()
        seen = private.with_user(self.stranger)
        self.assertEqual(seen.name, "Exchange")
        self.assertEqual(len(seen.attendee_ids), 2)

    def test_the_school_of_an_entry_is_not_chosen(self):
        Event = self.env["calendar.event"].with_user(self.teacher)
        event = Event.create({"name": "Mine", "start": fields.Datetime.now()})
        self.assertEqual(event.sudo().school_company_id, self.school)
        with self.assertRaises(AccessError):
            Event.create(
                {
                    "name": "Forged",
                    "start": fields.Datetime.now(),
                    "school_meeting_id": self._called().id,
                }
            )
        smuggled = Event.with_context(
            default_school_company_id=self.other.id,
            default_school_meeting_id=self._called().id,
        ).create({"name": "Smuggled", "start": fields.Datetime.now()})
        self.assertEqual(smuggled.sudo().school_company_id, self.school)
        self.assertFalse(smuggled.sudo().school_meeting_id)

    def test_filters_alarms_and_recurrences_stay_at_home(self):
        self.env["calendar.filters"].with_user(self.teacher).create(
            {"partner_id": self.head.partner_id.id}
        )
        alarm = (
            self.env["calendar.alarm"]
            .with_user(self.teacher)
            .create({"name": "Ours", "duration": 3})
        )
        event = (
            self.env["calendar.event"]
            .with_user(self.teacher)
            .create(
                {
                    "name": "Weekly",
                    "start": datetime(2027, 3, 1, 2, 0),
                    "stop": datetime(2027, 3, 1, 3, 0),
                    "recurrency": True,
                    "rrule_type": "weekly",
                    "count": 2,
                    "mon": True,
                }
            )
        )
        rule = event.recurrence_id
        self.assertTrue(rule)
        self.env.invalidate_all()
        for model, record in (
            ("calendar.alarm", alarm),
            ("calendar.recurrence", rule),
        ):
            other = self.env[model].with_user(self.stranger)
            self.assertFalse(other.search([("id", "=", record.id)]), model)
        with self.assertRaises(AccessError):
            alarm.with_user(self.outsider).write({"duration": 9})
        filters = self.env["calendar.filters"].with_user(self.outsider)
        self.assertFalse(filters.search([]))

    def test_all_day_is_the_day_of_the_school(self):
        # Midnight to midnight of 11 March in the school; 10 March in UTC.
        meeting = self._draft(
            start=datetime(2027, 3, 10, 16, 0),
            stop=datetime(2027, 3, 11, 16, 0),
            is_all_day=True,
        )
        meeting.action_call()
        self._send_notices()
        event = self._event(meeting)
        self.assertTrue(event.allday)
        self.assertEqual(event.start_date, datetime(2027, 3, 11).date())
        self.assertEqual(event.stop_date, datetime(2027, 3, 11).date())
        self.assertEqual(meeting.meeting_date, datetime(2027, 3, 11).date())

    def test_who_lives_by_another_clock_is_told_the_hour_of_the_school(self):
        meeting = self._draft(start="2026-09-09 06:00:00", stop="2026-09-09 07:00:00")
        for zone, told in (("Asia/Tokyo", True), ("Asia/Hong_Kong", False)):
            seen = meeting.with_context(tz=zone).school_time
            self.assertEqual(bool(seen), told, zone)
        self.assertIn("14:00", meeting.with_context(tz="Asia/Tokyo").school_time)

    def test_the_zone_of_the_school_decides_not_that_of_the_reader(self):
        self.teacher.tz = "America/New_York"
        meeting = self._called(
            start=datetime(2027, 3, 10, 23, 30), stop=datetime(2027, 3, 11, 0, 30)
        )
        seen = meeting.with_user(self.teacher).with_context(tz="America/New_York")
        self.assertIn("07:30–08:30", seen.when_text)
        self.assertEqual(seen.meeting_date, datetime(2027, 3, 11).date())


@tagged("post_install", "-at_install")
class TestMeetingsCallLinks(MeetingsCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.guest = self.env["res.partner"].create(
            {
                "name": "Guest of the bureau",
                "email": "guest@example.com",
                "company_id": self.school.id,
            }
        )

    def _with_guest(self, **vals):
        meeting = self._draft(**vals)
        meeting.write(
            {"participant_ids": [Command.create({"partner_id": self.guest.id})]}
        )
        meeting.action_call()
        self._send_notices()
        return meeting, meeting.sudo().participant_ids.filtered("partner_id")

    def _csrf(self, page):
        return page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]

    def test_a_guest_answers_by_his_link(self):
        meeting, row = self._with_guest()
        notice = self._notices(meeting).filtered("partner_id")
        path = row._answer_url().split("://")[1].split("/", 1)[1]
        self.assertIn(path, notice.body)
        self.assertEqual(notice.channel, "email")
        page = self.url_open(f"/{path}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Spring term", page.text)
        self.assertEqual(row.answer, "none", "reading the page answers nothing")
        done = self.url_open(
            f"/{path}", data={"answer": "accepted", "csrf_token": self._csrf(page)}
        )
        self.assertEqual(done.status_code, 200)
        row.invalidate_recordset()
        self.assertEqual(row.answer, "accepted")
        self.assertEqual(row.answer_channel, "link")
        refused = self.url_open(
            f"/{path}", data={"answer": "declined", "csrf_token": self._csrf(done)}
        )
        self.assertIn("Say why", refused.text)
        row.invalidate_recordset()
        self.assertEqual(row.answer, "accepted")

    @mute_logger("odoo.http")
    def test_a_link_without_its_token_opens_nothing(self):
        meeting, row = self._with_guest()
        other = meeting.sudo().participant_ids.filtered("user_id")[0]
        token = row._answer_token()
        for path in (
            f"/meeting/answer/{row.id}/{'0' * 64}",
            f"/meeting/answer/{row.id}/{token[:-1]}",
            f"/meeting/answer/{other.id}/{token}",
            f"/meeting/answer/{other.id}/{other._answer_token()}",
            f"/meeting/answer/999999999/{token}",
        ):
            self.assertEqual(self.url_open(path).status_code, 404, path)
        # Without the CSRF token of the page nothing is written.
        answer = self.url_open(
            f"/meeting/answer/{row.id}/{token}", data={"answer": "accepted"}
        )
        self.assertEqual(answer.status_code, 400)
        row.invalidate_recordset()
        self.assertEqual(row.answer, "none")

    def test_the_letter_carries_the_entry(self):
        meeting, _row = self._with_guest(venue_note="Hall, upstairs")
        notice = self._notices(meeting).filtered("partner_id")
        [(name, content)] = notice._files()
        self.assertEqual(name, "meeting.ics")
        entry = vobject.readOne(content.decode()).vevent
        self.assertEqual(entry.summary.value, "Spring term")
        self.assertEqual(entry.location.value, "Hall, upstairs")
        self.assertEqual(entry.sequence.value, "0")
        notice._send()
        mail = (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "=", notice.mail_message_id.id)])
        )
        self.assertEqual(mail.attachment_ids.mapped("name"), ["meeting.ics"])
        self.assertEqual(mail.recipient_ids, self.guest)

    def test_the_entry_in_a_letter_is_no_paper_of_the_meeting(self):
        """Else what was approved would have changed, and versions be kept of it."""
        meeting, _row = self._with_guest()
        notices = self._notices(meeting).filtered("user_id")
        notices[0]._send()
        message = notices[0].mail_message_id
        self.assertEqual(message.attachment_ids.mapped("name"), ["meeting.ics"])
        self.assertEqual(message.attachment_ids.res_model, "mail.message")
        self.assertEqual(message.attachment_ids.res_id, message.id)
        papers = self.env["ir.attachment"].search_count(
            [("res_model", "=", "school.meeting"), ("res_id", "=", meeting.id)]
        )
        self.assertFalse(papers)
        # Whoever got the letter opens it; nobody else does.
        own = message.attachment_ids.with_user(notices[0].user_id)
        self.assertTrue(own.raw)
        with self.assertRaises(AccessError):
            own.with_user(self.outsider).read(["raw"])

    def _feed(self, user):
        action = self.env["school.meeting.feed"].with_user(user)._open_mine()
        return self.env["school.meeting.feed"].with_user(user).browse(action["res_id"])

    def test_a_subscription_shows_what_its_owner_may_see(self):
        meeting = self._called()
        other = self._body("Others", self.principal, self.head)
        self._called(body=other, name="Not for the teacher")
        gone = self._called(name="Called off", days=20)
        gone._cancel("No need")
        feed = self._feed(self.teacher)
        path = feed.url.split("://")[1].split("/", 1)[1]
        answer = self.url_open(f"/{path}")
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/calendar"))
        entries = {
            entry.summary.value: entry
            for entry in vobject.readOne(answer.text).vevent_list
        }
        self.assertEqual(set(entries), {"Spring term", "Called off"})
        self.assertEqual(entries["Called off"].status.value, "CANCELLED")
        self.assertEqual(entries["Called off"].sequence.value, "1")
        self.assertEqual(
            entries["Spring term"].dtstart.value.replace(tzinfo=None), meeting.start
        )
        for wrong in (
            f"/meeting/feed/{feed.id}/{'a' * 64}.ics",
            f"/meeting/feed/{feed.id + 1}/{feed._token()}.ics",
        ):
            self.assertEqual(self.url_open(wrong).status_code, 404)
        feed.action_renew()
        self.assertEqual(self.url_open(f"/{path}").status_code, 404)
        path = feed.url.split("://")[1].split("/", 1)[1]
        self.assertEqual(self.url_open(f"/{path}").status_code, 200)
        feed.action_revoke()
        self.assertEqual(self.url_open(f"/{path}").status_code, 404)

    @mute_logger("odoo.http")
    def test_a_subscription_is_read_so_often_and_no_more(self):
        feed = self._feed(self.teacher)
        path = feed.url.split("://")[1].split("/", 1)[1]
        with freeze_time(fields.Datetime.now()):
            codes = [self.url_open(f"/{path}").status_code for _n in range(22)]
        self.assertEqual(codes[0], 200)
        self.assertIn(429, codes)

    def test_a_subscription_belongs_to_one(self):
        feed = self._feed(self.teacher)
        for user in (self.head, self.director, self.stranger):
            self.assertFalse(feed.with_user(user).has_access("read"), user.login)
        self.assertFalse(feed.sudo().with_user(self.head).sudo().url)
        with self.assertRaises(AccessError):
            feed.with_user(self.head).action_renew()

    def _rpc(self, user, model, method, *args, **kwargs):
        self.authenticate(user.login, user.login.ljust(8, "x"))
        reply = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        ).json()
        return reply

    @mute_logger("odoo.http")
    def test_a_neighbour_gets_nothing_over_the_wire(self):
        meeting = self._called(name="Herons of the lake")
        event = meeting.sudo().event_id
        rows = meeting.sudo().participant_ids
        for user in (self.stranger, self.outsider):
            for model, ids in (
                ("school.meeting", meeting.ids),
                ("school.meeting.participant", rows.ids),
                ("school.meeting.event", meeting.sudo().log_ids.ids),
                ("school.meeting.item", meeting.sudo().item_ids.ids),
            ):
                reply = self._rpc(user, model, "read", ids)
                self.assertIn("error", reply, (user.login, model))
                reply = self._rpc(user, model, "search", [["id", "in", ids]])
                self.assertEqual(reply["result"], [], (user.login, model))
            for model, method, ids, args in (
                ("school.meeting", "action_cancel", meeting.ids, []),
                ("school.meeting", "action_postpone", meeting.ids, []),
                ("school.meeting", "action_call", meeting.ids, ["x"]),
                ("school.meeting", "write", meeting.ids, [{"name": "x"}]),
                ("school.meeting.participant", "action_accept", rows.ids, []),
                ("school.meeting.participant", "action_urge", rows.ids, []),
                ("school.meeting", "_cancel", meeting.ids, ["x"]),
                ("school.meeting", "_move", meeting.ids, [False, False, "x"]),
            ):
                reply = self._rpc(user, model, method, ids, *args)
                self.assertIn("error", reply, (user.login, method))
        reply = self._rpc(
            self.stranger, "calendar.event", "search_read", [["id", "=", event.id]]
        )
        self.assertEqual(reply["result"], [])
        reply = self._rpc(
            self.stranger,
            "calendar.attendee",
            "search_read",
            [["event_id", "=", event.id]],
        )
        self.assertEqual(reply["result"], [])
        reply = self._rpc(
            self.stranger,
            "res.partner",
            "get_attendee_detail",
            self.teacher.partner_id.ids,
            event.ids,
        )
        self.assertTrue("error" in reply or not reply["result"])
        self.assertEqual(meeting.state, "called")
