from datetime import datetime
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .receipts_common import ReceiptsCommon


@tagged("post_install", "-at_install")
class TestNotice(ReceiptsCommon):
    def _queue(self, users, **options):
        return (
            self.env["school.notice"]
            .with_user(self.clerk)
            ._queue(users, "Come to room 3", "At ten.", company=self.school, **options)
            .sudo()
        )

    def _run(self):
        with self.enter_registry_test_mode():
            self.env.ref("school_office_base.cron_send_notices").method_direct_trigger()

    def test_nothing_is_mailed_inside_the_request(self):
        before = self.env["mail.message"].search_count([])
        notice = self._queue(self.teacher)
        self.assertEqual(notice.state, "waiting")
        self.assertEqual(self.env["mail.message"].search_count([]), before)

    def test_one_message_reaches_everyone_and_is_proven(self):
        (self.teacher | self.head).notification_type = "inbox"
        notices = self._queue(self.teacher | self.head)
        self._run()
        self.assertEqual(set(notices.mapped("state")), {"sent"})
        message = notices.mail_message_id
        self.assertEqual(len(message), 1)
        self.assertEqual(
            message.notified_partner_ids, (self.teacher | self.head).partner_id
        )
        message.with_user(self.teacher).set_message_done()
        mine, other = notices
        self.assertEqual(mine.state, "received")
        self.assertTrue(mine.received_at)
        self.assertEqual(other.state, "sent")

    def test_those_who_prefer_e_mail_get_a_queued_mail(self):
        self.teacher.notification_type = "email"
        notice = self._queue(self.teacher)
        self._run()
        mail = self.env["mail.mail"].search(
            [("mail_message_id", "=", notice.mail_message_id.id)]
        )
        self.assertEqual(mail.state, "outgoing")

    def test_a_failed_mail_is_seen_in_the_log(self):
        self.teacher.notification_type = "email"
        notice = self._queue(self.teacher)
        self._run()
        notice.mail_message_id.notification_ids.write(
            {"notification_status": "exception", "failure_reason": "Mailbox is full"}
        )
        self.assertEqual((notice.state, notice.error), ("failed", "Mailbox is full"))

    def test_texts_are_made_once_per_language(self):
        asked = []

        def subject(env):
            asked.append(env.lang)
            return "Hello"

        self.head.lang = "zh_CN"
        self.env["school.notice"]._queue(
            self.teacher | self.head | self.receiver, subject, company=self.school
        )
        self.assertEqual(sorted(asked), ["en_US", "zh_CN"])

    def test_a_marked_record_leaves_no_trace_in_the_text(self):
        letter = self._letter(name="The secret plan", is_marked=True)
        notice = self._queue(self.teacher, record=letter)
        self.assertNotIn("room 3", notice.subject + notice.body)
        self.assertFalse(notice.res_model)

    def test_messages_wait_for_service_hours_unless_urgent(self):
        self.school.school_quiet_hours = True
        opening = datetime(2026, 3, 9, 0, 30)
        with freeze_time("2026-03-07 14:00"):  # a Saturday night
            calm = self._queue(self.teacher)
            urgent = self._queue(self.teacher, urgent=True)
            self._run()
            self.assertEqual((calm.state, urgent.state), ("waiting", "sent"))
            self.assertEqual(calm.send_after, opening)
        with freeze_time("2026-03-09 00:31"):
            self._run()
            self.assertEqual(calm.state, "sent")

    @mute_logger("odoo.addons.school_office_base.models.outbox_mixin")
    def test_a_message_that_cannot_be_sent_does_not_stop_the_others(self):
        bad = self._queue(self.teacher)
        good = self._queue(self.head)
        Notice = self.registry["school.notice"]
        send = Notice._send

        def break_down(notices):
            if bad in notices:
                raise ValueError("The template is broken")
            return send(notices)

        # Not the same message as the other's, which would go out together with it.
        bad.subject = "Broken"
        with patch.object(Notice, "_send", break_down):
            for _try in range(3):
                bad.send_after = "2020-01-01"
                self._run()
        self.assertEqual(good.state, "sent")
        self.assertEqual(bad.state, "failed")
        self.assertEqual(bad.error, "The template is broken")

    def test_everyone_sees_his_own_messages_only(self):
        notice = self._queue(self.teacher)
        self.assertTrue(notice.with_user(self.teacher).has_access("read"))
        for user in (self.head, self.clerk, self.director, self.stranger):
            self.assertFalse(notice.with_user(user).has_access("read"))
        with self.assertRaises(AccessError):
            notice.with_user(self.teacher).write({"state": "received"})

    def test_queueing_costs_the_same_for_many(self):
        people = self.env["res.users"].union(
            *(self._person(f"p{number}", self.school) for number in range(20))
        )
        self._queue(people[:1])
        costs = []
        for batch in (people[:2], people):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.cr.sql_log_count
            self._queue(batch)
            self.env.flush_all()
            costs.append(self.cr.sql_log_count - start)
        self.assertLessEqual(costs[1], costs[0])
