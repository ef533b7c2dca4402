import random
from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.rota import gaps, united
from .common import DeskCommon

MONDAY = "2026-03-02 02:00:00"  # 10:00 in Shanghai


@tagged("post_install", "-at_install")
class TestRota(BaseCase):
    def test_the_gaps_are_what_nobody_covers(self):
        dice = random.Random(14)
        start = datetime(2026, 3, 2)

        def spans(count):
            result = []
            for _each in range(count):
                begin = dice.randrange(100)
                result.append((begin, begin + dice.randrange(0, 20)))
            return result

        for _round in range(300):
            needed, covered = spans(dice.randrange(6)), spans(dice.randrange(9))
            as_time = [
                [(start + timedelta(hours=a), start + timedelta(hours=b)) for a, b in x]
                for x in (needed, covered)
            ]
            found = gaps(*as_time)
            hours = {
                hour
                for a, b in found
                for hour in range(
                    int((a - start).total_seconds() // 3600),
                    int((b - start).total_seconds() // 3600),
                )
            }
            wanted = {h for a, b in needed for h in range(a, b)}
            held = {h for a, b in covered for h in range(a, b)}
            self.assertEqual(hours, wanted - held)
            self.assertEqual(found, united(found))


@tagged("post_install", "-at_install")
@freeze_time(MONDAY)
class TestDeskRapid(DeskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["school.rapid.group"].search(
            [("company_id", "=", cls.school.id)]
        )
        cls.group.member_ids = [
            Command.set((cls.mender | cls.mender2 | cls.technician).ids)
        ]
        cls.Alarm = cls.env["school.rapid.alarm"]

    def _duty(self, user, hours=8, start=0, **vals):
        now = fields.Datetime.now()
        return self.env["school.rapid.duty"].create(
            {
                "group_id": self.group.id,
                "user_id": user.id,
                "date_from": now + timedelta(hours=start),
                "date_to": now + timedelta(hours=start + hours),
                **vals,
            }
        )

    def _urgent(self, service="network", **vals):
        return self._incoming(service, urgency="2", **vals).with_env(self.env)

    def _told(self, alarm, user):
        return self.env["school.notice"].search(
            [
                ("res_model", "=", "school.rapid.alarm"),
                ("res_id", "=", alarm.id),
                ("user_id", "=", user.id),
            ]
        )

    def test_every_school_has_a_group_for_the_matters_of_the_rule(self):
        self.assertEqual(len(self.group), 1)
        self.assertIn(self._service("network"), self.group.service_ids)
        self.assertIn(self._service("repair_building"), self.group.service_ids)
        self.assertEqual(self.group.service_ids.company_id, self.school)

    def test_an_urgent_request_alarms_who_is_on_duty_at_once(self):
        self._duty(self.mender2)
        alarm = self._urgent().alarm_ids
        self.assertEqual(alarm.user_ids, self.mender2)
        self.assertFalse(alarm.nobody_on_duty)
        notice = self._told(alarm, self.mender2)
        self.assertTrue(notice.is_urgent)
        self.assertEqual(notice.send_after, fields.Datetime.now())
        self.assertFalse(self._told(alarm, self.mender))
        clock = self.env["school.time.clock"].search(
            [("res_model", "=", alarm._name), ("res_id", "=", alarm.id)]
        )
        self.assertEqual(clock.deadline_at - alarm.at, timedelta(minutes=30))
        self.assertIn("alarm", self._kinds(alarm.ticket_id))

    def test_at_night_the_clock_of_an_alarm_runs_too(self):
        with freeze_time("2026-03-01 18:00:00"):  # Monday, 2:00 in Shanghai
            self._duty(self.mender2)
            alarm = self._urgent().alarm_ids
            clock = self.env["school.time.clock"].search(
                [("res_model", "=", alarm._name), ("res_id", "=", alarm.id)]
            )
            self.assertEqual(clock.deadline_at - alarm.at, timedelta(minutes=30))

    def test_where_nobody_is_on_duty_all_are_alarmed(self):
        self._duty(self.mender, start=5)
        alarm = self._urgent().alarm_ids
        self.assertEqual(alarm.user_ids, self.group.member_ids)
        self.assertTrue(alarm.nobody_on_duty)

    def test_what_is_not_urgent_or_not_theirs_alarms_nobody(self):
        self._duty(self.mender2)
        self.assertFalse(self._incoming("network").alarm_ids)
        self.assertFalse(self._urgent("copying").alarm_ids)
        self.env["school.rapid.duty"].search([]).unlink()
        self.group.member_ids = [Command.clear()]
        self.assertFalse(self._urgent().alarm_ids)

    def test_what_becomes_urgent_alarms_once(self):
        self._duty(self.mender2)
        ticket = self._incoming("network").with_env(self.env)
        ticket.with_user(self.agent)._set_urgency("2", "exam")
        self.assertEqual(len(ticket.alarm_ids), 1)
        ticket.with_user(self.agent)._set_urgency("0", "no")
        self.assertEqual(ticket.alarm_ids.state, "over")
        ticket.with_user(self.agent)._set_urgency("2", "yes")
        self.assertEqual(len(ticket.alarm_ids), 1)

    def test_who_answers_gets_the_request(self):
        self._duty(self.mender2)
        self._duty(self.mender)
        ticket = self._urgent()
        alarm = ticket.alarm_ids
        self.assertTrue(alarm.with_user(self.mender2).has_access("read"))
        self.assertTrue(alarm.with_user(self.mender2).can_answer)
        alarm.with_user(self.mender2).action_acknowledge()
        self.assertEqual(alarm.state, "acknowledged")
        self.assertEqual(alarm.acknowledged_by_id, self.mender2)
        self.assertEqual(ticket.handler_id, self.mender2)
        self.assertEqual(ticket.state, "in_progress")
        self.assertEqual(self._clock(ticket, "ticket_acknowledge").state, "met")
        self.assertIn("mender2", self._told(alarm, self.mender)[:1].subject)
        with self.assertRaises(UserError):
            alarm.with_user(self.mender).action_acknowledge()

    def test_taking_the_request_answers_the_alarm(self):
        self._duty(self.mender2)
        ticket = self._urgent()
        ticket.with_user(self.agent).action_take()
        self.assertEqual(ticket.alarm_ids.state, "acknowledged")
        other = self._urgent()
        other.with_user(self.agent)._void("a mistake")
        self.assertEqual(other.alarm_ids.state, "over")

    def test_without_an_answer_the_next_are_told(self):
        self._duty(self.mender2)
        alarm = self._urgent().alarm_ids
        Clock = self.env["school.time.clock"]
        for minutes, user in ((31, self.mender), (70, self.director)):
            with freeze_time(
                fields.Datetime.to_datetime(MONDAY) + timedelta(minutes=minutes)
            ):
                with self.enter_registry_test_mode():
                    self.env.ref(
                        "school_office_base.cron_time_clock"
                    ).method_direct_trigger()
                self.env.invalidate_all()
                self.assertTrue(self._told(alarm, user), user.login)
        self.assertTrue(Clock.search([("res_id", "=", alarm.id)]))

    def test_an_alarm_is_answered_by_who_was_called(self):
        self._duty(self.mender2)
        ticket = self._urgent(
            requester_id=self.teacher.partner_id.id,
        )
        alarm = ticket.alarm_ids
        for user in (self.teacher, self.colleague, self.stranger):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                alarm.with_user(user).action_acknowledge()
        for user in (self.mender2, self.agent, self.director):
            for vals in ({"state": "over"}, {"acknowledged_by_id": self.teacher.id}):
                with self.assertRaises(AccessError):
                    alarm.with_user(user).write(vals)
            with self.assertRaises(AccessError):
                alarm.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.Alarm.with_user(user).create(
                    {"ticket_id": ticket.id, "group_id": self.group.id}
                )

    def test_a_neighbour_sees_no_group_no_duty_no_alarm(self):
        duty = self._duty(self.mender2)
        alarm = self._urgent().alarm_ids
        for record in (self.group, duty, alarm):
            with self.subTest(record=record._name):
                self.assertFalse(record.with_user(self.stranger).has_access("read"))
        self.assertTrue(duty.with_user(self.teacher).has_access("read"))
        with self.assertRaises(AccessError):
            duty.with_user(self.teacher).unlink()
        with self.assertRaises(AccessError):
            self.group.with_user(self.teacher).name = "Mine"

    def test_only_members_are_on_the_roster(self):
        with self.assertRaises(ValidationError):
            self._duty(self.teacher)
        with self.assertRaises(ValidationError):
            self.group.member_ids = [Command.link(self.stranger.id)]
        self._duty(self.mender2)
        with self.assertRaises(ValidationError):
            self.group.member_ids = [Command.unlink(self.mender2.id)]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._duty(self.mender2, hours=-1)

    def test_gaps_of_the_roster_are_shown_and_overlaps_are_not(self):
        self.assertTrue(self.group.gap_text)
        self._duty(self.mender, hours=24 * 15)
        self._duty(self.mender2, hours=4)
        self.assertFalse(self.group.gap_text)
        self.assertEqual(self.group.duty_user_ids, self.mender | self.mender2)
        self.env["school.rapid.duty"].search([("user_id", "=", self.mender.id)]).write(
            {"date_to": fields.Datetime.now() + timedelta(hours=48)}
        )
        self.env.invalidate_all()
        self.assertTrue(self.group.gap_text)

    def test_nights_are_no_gap_unless_somebody_must_be_there(self):
        # Monday to Sunday, 8:00 to 18:00 in Shanghai
        for day in range(15):
            self._duty(self.mender, hours=10, start=24 * day - 2)
        self.assertFalse(self.group.gap_text)
        self.group.cover = "always"
        self.env.invalidate_all()
        self.assertTrue(self.group.gap_text)

    def test_the_channel_is_for_the_members_alone(self):
        self.group.use_channel = True
        channel = self.group.channel_id
        members = channel.channel_member_ids.partner_id
        self.assertEqual(members, self.group.member_ids.partner_id)
        self.group.member_ids = [Command.unlink(self.technician.id)]
        self.assertNotIn(
            self.technician.partner_id, channel.channel_member_ids.partner_id
        )
        self.assertFalse(channel.with_user(self.teacher).has_access("read"))
        self._duty(self.mender2)
        ticket = self._urgent()
        self.assertIn(ticket.number, channel.message_ids[:1].body)
        with self.assertRaises(UserError):
            self.group.with_user(self.teacher).action_channel()
        self.group.with_user(self.mender).action_channel()

    def test_whoever_is_on_duty_holds_the_post_of_rapid_response(self):
        post = self.env["school.post"]._find(self.school, "rapid_response")
        self.assertFalse(self.Ticket._present_users(post))
        self._duty(self.mender2)
        self.assertEqual(self.Ticket._present_users(post), self.mender2)

    def test_the_alarm_brings_place_and_telephones(self):
        self.env["school.emergency.contact"].create(
            {"name": "Power company", "phone": "95598", "company_id": self.school.id}
        )
        room = self.env["school.place"].create(
            {"name": "Room 101", "company_id": self.school.id}
        )
        self.mender._school_employee(self.school).work_phone = "13800138000"
        self._duty(self.mender2)
        alarm = self._urgent("repair_building", place_id=room.id).alarm_ids
        body = self._told(alarm, self.mender2).body
        for text in ("Room 101", "95598", "13800138000"):
            self.assertIn(text, body)
