"""Before a meeting, on the phone: topics, a fault found, stars and seats."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_meetings.tests.prep_common import PrepCommon

from phone import PhoneMixin


@tagged("standard", "post_install", "-at_install")
class TestMeetingPreparation(PhoneMixin, PrepCommon, HttpCase):
    def test_a_head_answers_the_call_with_a_topic_and_hears_of_it(self):
        call = (
            self.env["school.meeting.topic.call"]
            .with_user(self.clerk)
            .create(
                {
                    "name": "Topics for October",
                    "body_id": self.body.id,
                    "department_ids": [Command.set(self.teaching.ids)],
                    "until": fields.Datetime.now() + timedelta(days=3),
                }
            )
        )
        call.action_open()
        with self._phone(self.head) as phone:
            phone.open("/odoo/my-office")
            phone.sees("Topics for October")
            phone.tap("text=Topics for October")
            phone.write("[name=name] textarea, [name=name] input", "Later lunch")
            phone.write("[name=summary] textarea", "The canteen is full at noon.")
            phone.write("[name=request] textarea", "Two shifts from spring on.")
            phone.fits()
            phone.tap("button[name=action_propose]")
            phone.sees("Proposed")
        topic = call.topic_ids
        self.assertEqual((topic.name, topic.state), ("Later lunch", "proposed"))
        self.assertEqual(topic.department_id, self.teaching)
        self.assertEqual(call.answer_ids.state, "proposed")

        # Who leads the body puts it on the agenda, on his phone as well.
        meeting = self._meeting()
        with self._phone(self.chair) as phone:
            phone.open(f"/odoo/meeting-topics/{topic.id}")
            phone.sees("Later lunch")
            phone.fits()
        topic.with_user(self.chair)._admit(meeting.with_user(self.chair))
        with self._phone(self.head) as phone:
            phone.open(f"/odoo/my-topics/{topic.id}")
            phone.sees("Admitted")
            phone.sees("Autumn term")

    def test_a_technician_ticks_the_equipment_and_finds_a_fault(self):
        meeting = self._called()
        equipment = meeting.task_ids.filtered(lambda t: t.kind == "equipment")
        projector, sound = equipment[0], equipment[1]
        with self._phone(self.technician) as phone:
            phone.open("/odoo/meeting-checks")
            phone.sees("Projector")
            phone.fits()
            phone.tap(".o_kanban_record button[name=action_ask_fault]")
            phone.write(".modal [name=text] textarea", "The lamp is dark")
            phone.tap(".modal button[name=action_apply]")
            phone._until(
                "return !document.querySelector('.modal');", "sees the dialog still"
            )
            phone.open("/odoo/meeting-checks")
            # The page opens with what it knew before, and asks the server then.
            phone._until(
                "return !document.body.innerText.includes('Projector')"
                " && document.body.innerText.includes('Sound');",
                "has the projector still to check",
            )
            phone.tap(".o_kanban_record button[name=action_ok]")
            phone._until(
                "return !document.body.innerText.includes('Sound');",
                "still has the sound to check",
            )
        self.assertEqual(
            (projector.state, projector.fault_note), ("fault", "The lamp is dark")
        )
        self.assertEqual(projector.ticked_by_id, self.technician)
        self.assertEqual(sound.state, "ok")
        self.assertTrue(self._notices(self.clerk, "meeting_fault"))

    def test_a_participant_gives_stars_with_a_few_taps(self):
        meeting = self._ended()
        with self._phone(self.head) as phone:
            phone.open("/odoo/my-office")
            phone.sees("How Was the Meeting?")
            phone.tap("text=Autumn term")
            for name in ("efficiency", "decisions", "organisation", "content"):
                phone.tap(f".modal [name={name}] .o_priority_star:nth-of-type(4)")
            phone.tap(".modal button[name=action_apply]")
            phone._until(
                "return !document.querySelector('.modal');", "sees the dialog still"
            )
        answer = (
            self.env["school.meeting.evaluation.answer"]
            .sudo()
            .search([("meeting_id", "=", meeting.id)])
        )
        self.assertEqual((answer.efficiency, answer.content), (4, 4))

    def test_the_clerk_seats_people_by_tapping(self):
        meeting = self._meeting(seat_rows=2, seat_columns=3)
        person = meeting.participant_ids[0]
        with self._phone(self.clerk) as phone:
            phone.open(f"/odoo/school.meeting/{meeting.id}")
            phone.tap(".o_notebook .nav-link[name=seats]")
            phone.tap(f"[data-person='{person.id}']")
            phone.tap("[data-seat='1-2']")
            phone._until(
                "return document.querySelector(\"[data-seat='1-2']\")"
                ".classList.contains('o_school_seat_taken');",
                "sees nobody on the seat",
            )
        self.assertEqual((person.seat_row, person.seat_column), (1, 2))
