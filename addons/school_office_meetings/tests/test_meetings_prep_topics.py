from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .prep_common import PrepCommon


@tagged("post_install", "-at_install")
class TestTopics(PrepCommon):
    def _proposed(self, **vals):
        topic = self._topic(**vals)
        topic.action_propose()
        return topic

    def test_a_head_proposes_for_his_department_at_once(self):
        with Form(self.env["school.meeting.topic"].with_user(self.head)) as form:
            form.name = "Later lunch"
            form.body_id = self.body
            form.summary = "The canteen is too full."
            form.request = "Two shifts."
        topic = form.save()
        self.assertEqual(topic.department_id, self.teaching)
        topic.action_propose()
        self.assertEqual(topic.state, "proposed")
        self.assertTrue(self._notices(self.chair, "topic"))

    def test_a_teachers_topic_goes_through_his_head(self):
        topic = self._proposed(user=self.teacher)
        self.assertEqual(topic.state, "head")
        self.assertTrue(self._notices(self.head, "topic"))
        with self.assertRaises(AccessError):
            topic.action_endorse()
        topic.with_user(self.head).action_endorse()
        self.assertEqual((topic.state, topic.endorsed_by_id), ("proposed", self.head))

    def test_the_head_sends_a_topic_back_with_a_reason(self):
        topic = self._proposed(user=self.teacher)
        with self.assertRaisesRegex(UserError, "Say why"):
            topic.with_user(self.head)._send_back(" ")
        topic.with_user(self.head)._send_back("Which figures?")
        self.assertEqual((topic.state, topic.review_note), ("draft", "Which figures?"))
        self.assertTrue(self._notices(self.teacher, "topic"))

    def test_a_topic_says_what_it_is_about_and_what_is_asked(self):
        topic = self._topic(summary="")
        with self.assertRaisesRegex(UserError, "what the meeting is asked"):
            topic.action_propose()

    def test_an_admitted_topic_is_an_item_with_its_papers(self):
        file = (
            self.env["ir.attachment"]
            .with_user(self.head)
            .create({"name": "counts.txt", "raw": b"1, 2, 3"})
        )
        topic = self._proposed(attachment_ids=[Command.link(file.id)], kind="decision")
        meeting = self._meeting()
        topic.with_user(self.clerk)._admit(meeting.with_user(self.clerk))
        item = topic.item_id
        self.assertEqual((topic.state, topic.meeting_id), ("admitted", meeting))
        self.assertEqual(
            (item.name, item.kind, item.department_id, item.speaker_id),
            ("Later lunch", "decision", self.teaching, self.head),
        )
        self.assertEqual(item.sudo().topic_id, topic)
        material = meeting.material_ids
        self.assertEqual((material.name, material.state), ("Later lunch", "delivered"))
        self.assertEqual(material.attachment_ids.raw, b"1, 2, 3")
        self.assertNotEqual(material.attachment_ids, file)
        self.assertIn(
            "Admitted: Later lunch", self._notices(self.head).mapped("subject")
        )

    def test_several_topics_keep_their_order_on_the_agenda(self):
        topics = self._proposed(name="One") | self._proposed(name="Two")
        meeting = self._meeting()
        topics.with_user(self.chair)._admit(meeting.with_user(self.chair))
        self.assertEqual(meeting.item_ids.mapped("name"), ["One", "Two"])
        self.assertEqual(meeting.waiting_topic_count, 0)

    def test_who_defers_or_rejects_says_why_and_the_proposer_hears(self):
        for step, state in (("_defer", "deferred"), ("_reject", "rejected")):
            topic = self._proposed()
            with self.assertRaisesRegex(UserError, "Say why"):
                getattr(topic.with_user(self.chair), step)("")
            getattr(topic.with_user(self.chair), step)("Not this term")
            self.assertEqual(topic.state, state)
            self.assertEqual(topic.review_note, "Not this term")
        self.assertEqual(len(self._notices(self.head, "topic")), 2)

    def test_a_deferred_topic_is_admitted_later(self):
        topic = self._proposed()
        topic.with_user(self.chair)._defer("Next month")
        topic.with_user(self.chair)._admit(self._meeting().with_user(self.chair))
        self.assertEqual(topic.state, "admitted")

    def test_only_who_leads_the_body_or_the_clerk_decides(self):
        topic = self._proposed()
        meeting = self._meeting()
        for user in (self.member, self.head):
            with self.assertRaises(AccessError):
                topic.with_user(user)._admit(meeting.with_user(user))

    def test_a_meeting_of_no_body_takes_topics_from_who_calls_it_only(self):
        topic = self._proposed()
        meeting = self._meeting(body_id=False)
        meeting.sudo().chair_id = self.mender
        # He leads the body of the topic and keeps the sheet here, which is reading.
        asked = meeting.with_user(self.chair)
        meeting.sudo().sign_in_clerk_id = self.chair
        self.assertTrue(asked.has_access("read"))
        self.assertFalse(asked.has_access("write"))
        with self.assertRaisesRegex(AccessError, "a meeting of no body"):
            topic.with_user(self.chair)._admit(asked)
        self.assertFalse(meeting.item_ids)
        topic.with_user(self.clerk)._admit(meeting.with_user(self.clerk))
        self.assertEqual(meeting.item_ids.name, "Later lunch")

    def test_no_topic_joins_a_meeting_that_is_called(self):
        topic = self._proposed()
        meeting = self._called()
        with self.assertRaisesRegex(UserError, "extra"):
            topic.with_user(self.chair)._admit(meeting.with_user(self.chair))

    def test_a_topic_goes_to_the_body_it_is_meant_for(self):
        topic = self._proposed()
        meeting = self._meeting(body=self.party)
        with self.assertRaisesRegex(UserError, "another body"):
            topic.with_user(self.chair)._admit(meeting.with_user(self.chair))

    def test_after_the_days_of_the_body_a_reason_is_asked_for(self):
        self.body.topic_lead_days = 2
        start = fields.Datetime.now() + timedelta(days=1)
        meeting = self._meeting(start=start, stop=start + timedelta(hours=1))
        topic = self._proposed()
        with self.assertRaisesRegex(UserError, "2 days before"):
            topic.with_user(self.chair)._admit(meeting.with_user(self.chair))
        topic.with_user(self.chair)._admit(
            meeting.with_user(self.chair), "The authority asks for it"
        )
        self.assertEqual(topic.review_note, "The authority asks for it")

    def test_an_item_taken_off_the_agenda_makes_the_topic_wait_again(self):
        topic = self._proposed()
        meeting = self._meeting()
        topic.with_user(self.chair)._admit(meeting.with_user(self.chair))
        topic.item_id.with_user(self.clerk).unlink()
        self.assertEqual((topic.state, topic.meeting_id.id), ("proposed", False))

    def test_the_proposer_finds_his_topic_though_the_meeting_is_a_draft(self):
        topic = self._proposed(user=self.teacher)
        topic.with_user(self.head).action_endorse()
        topic.with_user(self.chair)._admit(self._meeting().with_user(self.chair))
        office = self.env["school.my.office"].with_user(self.teacher)
        [card] = [
            section
            for section in office.get_overview()["sections"]
            if section["key"] == "my_topics"
        ]
        self.assertEqual([item["title"] for item in card["items"]], [topic.name])

    def test_a_cancelled_meeting_gives_its_topics_back(self):
        topic = self._proposed()
        meeting = self._meeting()
        topic.with_user(self.chair)._admit(meeting.with_user(self.chair))
        meeting.sudo()._meeting_cancelled("Flu")
        self.assertEqual(topic.state, "proposed")

    def test_the_proposer_withdraws_until_it_is_on_an_agenda(self):
        topic = self._proposed()
        with self.assertRaises(AccessError):
            topic.with_user(self.chair).action_withdraw()
        topic.action_withdraw()
        self.assertEqual(topic.state, "withdrawn")
        topic.action_edit_again()
        topic.action_propose()
        topic.with_user(self.chair)._admit(self._meeting().with_user(self.chair))
        with self.assertRaises(UserError):
            topic.action_withdraw()

    def test_a_proposed_topic_is_no_longer_the_proposers_to_change(self):
        topic = self._proposed()
        with self.assertRaises(AccessError):
            topic.name = "Something else"
        topic.with_user(self.chair).name = "Lunch"
        self.assertEqual(topic.name, "Lunch")

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_writes_a_state_by_hand(self):
        topic = self._topic()
        for vals in ({"state": "admitted"}, {"meeting_id": self._meeting().id}):
            with self.assertRaises(AccessError):
                topic.write(vals)
            with self.assertRaises(AccessError):
                self._topic(**vals)
        smuggled = {"default_state": "proposed", "default_meeting_id": 1}
        topic = topic.with_context(**smuggled).create(
            {
                "name": "x",
                "body_id": self.body.id,
                "department_id": self.teaching.id,
                "summary": "x",
                "request": "x",
            }
        )
        self.assertEqual((topic.state, topic.meeting_id.id), ("draft", False))
        topic.action_propose()
        with self.assertRaises(UserError):
            topic.unlink()

    def test_staff_propose_in_their_own_name_only(self):
        topic = self._topic(user=self.teacher, proposer_id=self.head.id)
        self.assertEqual(topic.proposer_id, self.teacher)
        with self.assertRaises(AccessError):
            topic.proposer_id = self.head
        by_clerk = self._topic(user=self.clerk, proposer_id=self.head.id)
        self.assertEqual(by_clerk.proposer_id, self.head)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_draft_is_seen_by_its_author_alone(self):
        topic = self._topic(user=self.teacher)
        for user in (self.head, self.chair, self.clerk):
            self.assertFalse(topic.with_user(user).has_access("read"), user.login)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_topic_for_a_closed_circle_is_hidden_from_the_office(self):
        topic = self._proposed(body_id=self.party.id)
        self.assertTrue(topic.with_user(self.chair).has_access("read"))
        for user in (self.clerk, self.director, self.teacher, self.admin):
            self.assertFalse(topic.with_user(user).has_access("read"), user.login)
            self.assertFalse(
                self.env["school.meeting.topic"]
                .with_user(user)
                .search([("id", "=", topic.id)])
            )
        notice = self._notices(self.chair, "topic")[-1:]
        self.assertNotIn("Later lunch", notice.subject)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_the_neighbour_school_sees_nothing(self):
        topic = self._proposed()
        self.assertFalse(topic.with_user(self.stranger).has_access("read"))
        with self.assertRaises(UserError):
            self._topic(user=self.stranger)

    def test_deciding_ten_topics_takes_as_many_queries_as_one(self):
        def proposed(count):
            topics = self.env["school.meeting.topic"].union(
                *(self._proposed(name=f"T{n}") for n in range(count))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            return topics.with_user(self.chair)

        def queries(topics):
            meeting = self._meeting().with_user(self.chair)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            topics._admit(meeting)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(proposed(1))
        one, ten = queries(proposed(1)), queries(proposed(10))
        self.assertLessEqual(ten, one + 20, (one, ten))


@tagged("post_install", "-at_install")
class TestTopicCall(PrepCommon):
    def _call(self, **vals):
        return (
            self.env["school.meeting.topic.call"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "Topics for October",
                    "body_id": self.body.id,
                    "department_ids": [
                        Command.set((self.teaching | self.logistics).ids)
                    ],
                    "until": fields.Datetime.now() + timedelta(days=5),
                    **vals,
                }
            )
        )

    def test_the_heads_of_the_departments_are_asked(self):
        call = self._call()
        call.action_open()
        self.assertEqual(call.state, "open")
        self.assertEqual(call.answer_ids.department_id, self.teaching | self.logistics)
        for head in (self.head, self.mender):
            self.assertTrue(self._notices(head, "topic_call"))
        clock = self._clock(call.answer_ids[0], "topic_call")
        self.assertEqual(clock.state, "running")

    def test_a_topic_for_the_call_answers_it(self):
        call = self._call()
        call.action_open()
        answer = call.answer_ids.filtered(lambda a: a.department_id == self.teaching)
        topic = self._topic(call_id=call.id)
        topic.action_propose()
        self.assertEqual(answer.state, "proposed")
        self.assertEqual(call.topic_count, 1)
        self.assertEqual(self._clock(answer, "topic_call").state, "met")

    def test_a_head_says_that_there_is_nothing(self):
        call = self._call()
        call.action_open()
        answer = call.answer_ids.filtered(lambda a: a.department_id == self.teaching)
        with self.assertRaises(AccessError):
            answer.with_user(self.teacher).action_nothing()
        answer.with_user(self.head).action_nothing()
        self.assertEqual((answer.state, answer.answered_by_id), ("none", self.head))
        self.assertEqual(call.answered_count, 1)

    def test_after_the_end_no_topic_comes_in_and_silence_is_noted(self):
        call = self._call()
        call.action_open()
        topic = self._topic(call_id=call.id)
        call.action_close()
        self.assertEqual(set(call.answer_ids.mapped("state")), {"missed"})
        with self.assertRaisesRegex(UserError, "no longer collects"):
            topic.action_propose()

    def test_the_last_day_lies_ahead(self):
        call = self._call(until=fields.Datetime.now() - timedelta(hours=1))
        with self.assertRaisesRegex(UserError, "later last day"):
            call.action_open()

    def test_urging_counts_and_tells_the_silent_ones(self):
        call = self._call()
        call.action_open()
        call.answer_ids.filtered(lambda a: a.department_id == self.teaching).with_user(
            self.head
        ).action_nothing()
        before = len(self._notices(self.mender, "topic_call"))
        call.action_urge()
        self.assertEqual(len(self._notices(self.mender, "topic_call")), before + 1)
        self.assertEqual(sum(call.answer_ids.mapped("urge_count")), 1)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_staff_neither_call_for_topics_nor_answer_for_others(self):
        with self.assertRaises(AccessError):
            self.env["school.meeting.topic.call"].with_user(self.teacher).create(
                {
                    "name": "x",
                    "body_id": self.body.id,
                    "until": fields.Datetime.now() + timedelta(days=1),
                }
            )
        call = self._call()
        call.action_open()
        for method in ("action_close", "action_cancel", "action_urge"):
            with self.assertRaises(AccessError):
                getattr(call.with_user(self.teacher), method)()
        answer = call.answer_ids[0].with_user(self.head)
        with self.assertRaises(AccessError):
            answer.write({"state": "none"})
        with self.assertRaises(AccessError):
            answer.unlink()
