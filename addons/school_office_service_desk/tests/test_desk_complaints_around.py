from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import DeskCommon

# A Tuesday, 10 o'clock in Shanghai.
TUESDAY = "2026-06-02 02:00:00"


@tagged("post_install", "-at_install")
class TestSuggestionBox(DeskCommon):
    """DESK-24: opened twice a week by two people, each letter becomes a request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(TUESDAY):
            cls.box = cls.env["school.suggestion.box"].create({"name": "Entrance"})
        cls.second = cls._person("second_agent", cls.school, "group_office_clerk")

    def setUp(self):
        super().setUp()
        freezer = freeze_time(TUESDAY)
        freezer.start()
        self.addCleanup(freezer.stop)
        self.opening = self.box.opening_ids.filtered(
            lambda o: str(o.due_on) == "2026-06-02"
        )

    def _sign(self, user):
        return self.opening.with_user(user).action_sign()

    def _opened(self, letters=1):
        self.opening.with_user(self.clerk).letter_count = letters
        self._sign(self.clerk)
        self._sign(self.second)

    def test_the_openings_of_the_week_are_on_the_list(self):
        self.assertEqual(
            self.box.opening_ids.sorted("due_on").mapped(lambda o: o.due_on.weekday()),
            [1, 4],
        )
        clock = self._clock(self.opening, "box_opening")
        self.assertEqual(clock.state, "running")

    def test_planning_again_adds_nothing(self):
        before = len(self.box.opening_ids)
        self._cron("plan_openings")
        self.assertEqual(len(self.box.opening_ids), before)

    def test_other_days_change_what_is_to_come(self):
        self.box.write({"tue": False, "fri": False, "wed": True})
        self.assertEqual(
            sorted(o.due_on.weekday() for o in self.box.opening_ids), [1, 2]
        )

    def test_no_opening_on_a_free_day(self):
        self.box.write({"sun": True})
        self.assertNotIn(6, [o.due_on.weekday() for o in self.box.opening_ids])

    def test_one_person_cannot_sign_for_both(self):
        self._sign(self.clerk)
        self.assertEqual(self.opening.state, "signed")
        with self.assertRaisesRegex(UserError, "second person"):
            self._sign(self.clerk)
        self._sign(self.second)
        self.assertEqual(self.opening.state, "done")
        self.assertEqual(self._clock(self.opening, "box_opening").state, "met")

    @mute_logger("odoo.sql_db")
    def test_the_database_refuses_one_person_for_both(self):
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.opening.write(
                {
                    "first_signer_id": self.clerk.id,
                    "second_signer_id": self.clerk.id,
                }
            )
            self.opening.flush_recordset()

    def test_the_number_of_letters_is_fixed_by_the_first_signature(self):
        self._sign(self.clerk)
        with self.assertRaisesRegex(UserError, "signed"):
            self.opening.with_user(self.second).letter_count = 3
        with self.assertRaises(UserError):
            self.opening.with_user(self.second).action_take_back()
        self.opening.with_user(self.clerk).action_take_back()
        self.opening.with_user(self.clerk).letter_count = 3
        self.assertEqual(self.opening.state, "due")

    def test_a_teacher_signs_nothing_unless_he_is_named(self):
        with self.assertRaises(AccessError):
            self._sign(self.teacher)
        self.box.opener_ids = self.teacher | self.head
        self._sign(self.teacher)
        with self.assertRaises(AccessError):
            self._sign(self.clerk)

    def test_a_single_opener_is_refused(self):
        with self.assertRaises(ValidationError):
            self.box.opener_ids = self.teacher

    def test_it_is_not_opened_before_its_day(self):
        friday = self.box.opening_ids - self.opening
        with self.assertRaisesRegex(UserError, "not before"):
            friday.with_user(self.clerk).action_sign()

    def test_a_missed_opening_is_late_until_it_is_made_up_for(self):
        with freeze_time("2026-06-04 02:00:00"):
            with self.enter_registry_test_mode():
                self.env.ref(
                    "school_office_base.cron_time_clock"
                ).method_direct_trigger()
            self.assertEqual(self.opening.deadline_state, "late")
            self.assertEqual(self.box.late_count, 1)
            self.opening.with_user(self.director)._skip("The building was closed.")
            self.assertEqual(self.box.late_count, 0)
        with self.assertRaises(UserError):
            self.opening.with_user(self.director)._skip("Again")

    def test_only_the_head_of_the_desk_excuses(self):
        with self.assertRaises(AccessError):
            self.opening.with_user(self.agent)._skip("I forgot.")

    def test_letters_become_requests_that_count_from_the_opening(self):
        self._opened(3)
        Letter = self.env["school.suggestion.letter"].with_user(self.clerk)
        kinds = (("complaint", "It is cold"), ("suggestion", "More trees"))
        for kind, matter in kinds:
            Letter.create(
                {
                    "opening_id": self.opening.id,
                    "kind": kind,
                    "matter": matter,
                    "text": f"Words about it: {matter}",
                }
            )
        with self.assertRaisesRegex(UserError, "3 letters"):
            self.opening.with_user(self.clerk).action_register_letters()
        Letter.create({"opening_id": self.opening.id, "kind": "thanks"})
        self.opening.with_user(self.clerk).action_register_letters()
        self.assertEqual(self.opening.state, "done")
        tickets = self.opening.letter_ids.ticket_id
        self.assertEqual(tickets.mapped("channel"), ["box", "box"])
        self.assertEqual(set(tickets.mapped("received_at")), {self.opening.opened_at})
        self.assertTrue(all(tickets.mapped("is_anonymous")))
        self.assertFalse(any(self.opening.letter_ids.mapped("text")))

    def test_a_letter_about_the_opener_is_out_of_his_sight(self):
        self._opened(1)
        self.env["school.suggestion.letter"].with_user(self.clerk).create(
            {
                "opening_id": self.opening.id,
                "kind": "complaint",
                "matter": "The clerk",
                "text": "He is rude.",
                "sender_name": "Li Lei",
                "accused_user_ids": [Command.set(self.clerk.ids)],
            }
        )
        self.opening.with_user(self.clerk).action_register_letters()
        ticket = self.opening.letter_ids.ticket_id
        with self.assertRaises(AccessError):
            ticket.with_user(self.clerk).read(["name"])
        self.assertNotIn(
            "The clerk",
            self.opening.letter_ids.with_user(self.clerk).ticket_id.display_name,
        )

    def test_letters_wait_for_both_signatures(self):
        with self.assertRaises(UserError):
            self.env["school.suggestion.letter"].with_user(self.clerk).create(
                {"opening_id": self.opening.id, "kind": "thanks"}
            )

    def test_a_signature_cannot_be_forged(self):
        for vals in (
            {"state": "done"},
            {"second_signer_id": self.second.id},
            {"opened_at": fields.Datetime.now()},
        ):
            with self.assertRaises(AccessError):
                self.opening.with_user(self.clerk).write(vals)


@tagged("post_install", "-at_install")
class TestImprovement(DeskCommon):
    """DESK-58: assessed, decided, planned, carried out, looked at."""

    def _suggest(self, user=None, **vals):
        return (
            self.env["school.improvement"]
            .with_user(user or self.teacher)
            .create({"name": "Bicycle rack", "text": "Behind the gate.", **vals})
        )

    def _assessed(self):
        record = self._suggest()
        desk = record.with_user(self.clerk)
        desk.write({"assessment": "Cheap.", "benefit": "2", "effort": "1"})
        desk.action_assess()
        return record

    def test_it_is_numbered_and_assessed_within_ten_working_days(self):
        record = self._suggest()
        self.assertIn("建议", record.number)
        clock = self._clock(record, "improvement_assess")
        self.assertEqual(clock.state, "running")
        self.assertEqual(record.assess_days, 10)

    def test_the_whole_way(self):
        record = self._assessed()
        self.assertEqual(self._clock(record, "improvement_assess").state, "met")
        boss = record.with_user(self.director)
        boss.write({"decision": "adopted", "decision_reason": "Good."})
        with self.assertRaisesRegex(UserError, "Owner"):
            boss.action_decide()
        boss.write(
            {
                "owner_id": self.mender.id,
                "due_on": fields.Date.today() + timedelta(days=30),
            }
        )
        boss.action_decide()
        notices = self.env["school.notice"].search([("kind", "=", "improvement")])
        self.assertEqual(notices.user_id, self.teacher | self.mender)
        owner = record.with_user(self.mender)
        owner.plan = "Buy it, place it."
        owner.action_start()
        owner.result = "It stands."
        owner.action_done()
        self.assertTrue(record.review_on)
        desk = record.with_user(self.clerk)
        desk.write({"effect": "40 bicycles", "effect_rating": "better"})
        desk.action_review()
        self.assertEqual(record.state, "reviewed")
        with self.assertRaises(UserError):
            desk.write({"effect": "400 bicycles"})

    def test_only_the_director_decides(self):
        record = self._assessed()
        with self.assertRaises(AccessError):
            record.with_user(self.agent).write({"decision": "declined"})
        with self.assertRaises(AccessError):
            record.with_user(self.agent).action_decide()

    def test_a_teacher_neither_assesses_nor_reads_others(self):
        record = self._suggest()
        with self.assertRaises(AccessError):
            record.with_user(self.teacher).write({"assessment": "Great."})
        with self.assertRaises(AccessError):
            record.with_user(self.teacher).action_assess()
        with self.assertRaises(AccessError):
            record.with_user(self.colleague).read(["name"])

    def test_nobody_suggests_in_anothers_name(self):
        with self.assertRaises(AccessError):
            self._suggest(author_id=self.colleague.id)
        self.assertEqual(
            self._suggest(self.clerk, author_id=self.colleague.id).author_id,
            self.colleague,
        )

    def test_the_words_are_fixed_once_it_is_assessed(self):
        record = self._assessed()
        with self.assertRaisesRegex(UserError, "assessed"):
            record.with_user(self.teacher).write({"text": "Something else."})

    def test_a_state_cannot_be_written(self):
        with self.assertRaises(AccessError):
            self._suggest().write({"state": "reviewed"})


@tagged("post_install", "-at_install")
class TestVisit(DeskCommon):
    """DESK-59: each department once a term."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = cls.school._school_date()
        cls.term = cls.env["school.term"].create(
            {
                "name": "First Term",
                "date_from": today - timedelta(days=10),
                "date_to": today + timedelta(days=80),
                "company_id": cls.school.id,
            }
        )
        cls.Visit = cls.env["school.department.visit"]
        cls.Visit._plan_visits(cls.school)

    def test_every_department_is_on_the_list_once(self):
        self._cron("plan_visits")
        visits = self.Visit.search([("term_id", "=", self.term.id)])
        self.assertEqual(visits.department_id, self.teaching | self.logistics)
        self.assertEqual(len(visits), 2)
        self.assertEqual(self._clock(visits[0], "department_visit").state, "running")

    def test_a_visit_ends_with_what_the_department_needs(self):
        visit = self.Visit.search([("department_id", "=", self.teaching.id)])
        mine = visit.with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "needs"):
            mine.action_done()
        mine.write({"needs": "Two projectors.", "people": "The head"})
        mine.action_done()
        self.assertEqual(visit.visitor_id, self.clerk)
        ticket = mine._follow_up("Two projectors", self._service("general"))
        self.assertEqual(ticket.visit_id, visit)
        self.assertEqual(ticket.requester_user_id, self.head)
        self.assertEqual(visit.ticket_count, 1)
        with self.assertRaises(UserError):
            mine.write({"needs": "Nothing."})

    def test_a_teacher_writes_no_visit(self):
        visit = self.Visit.search([("department_id", "=", self.teaching.id)])
        with self.assertRaises(AccessError):
            visit.with_user(self.teacher).action_done()
        self.assertTrue(visit.with_user(self.head).department_id)
        with self.assertRaises(AccessError):
            visit.with_user(self.head).write({"needs": "All."})


@tagged("post_install", "-at_install")
class TestMediation(DeskCommon):
    """DESK-22: positions of each side, proposal, outcome, parties."""

    def setUp(self):
        super().setUp()
        self.ticket = self.Ticket.with_user(self.head).create(
            {"name": "The sports hall", "service_id": self._service("mediation").id}
        )
        Party = self.env["school.mediation.party"].with_user(self.director)
        self.one, self.two = Party.create(
            [
                {"ticket_id": self.ticket.id, "department_id": self.teaching.id},
                {"ticket_id": self.ticket.id, "department_id": self.logistics.id},
            ]
        )
        self.mediator = self.ticket.with_user(self.director)
        self.mediator.action_take()

    def _positions(self):
        self.one.with_user(self.head)._state_position("Every morning.")
        self.two.with_user(self.other_head)._state_position("Cleaning at eight.")

    def test_each_side_speaks_for_itself_and_sees_the_case(self):
        self.assertEqual(self.one.user_id, self.head)
        self._positions()
        self.assertTrue(self.ticket.with_user(self.other_head).name)
        with self.assertRaises(AccessError):
            self.one.with_user(self.other_head)._state_position("Never.")

    def test_no_proposal_before_every_side_was_heard(self):
        self.one.with_user(self.head)._state_position("Every morning.")
        with self.assertRaisesRegex(UserError, "Logistics"):
            self.mediator._mediation_propose("By turns.")

    def test_positions_close_with_the_proposal(self):
        self._positions()
        self.mediator._mediation_propose("By turns.")
        with self.assertRaisesRegex(UserError, "already"):
            self.one.with_user(self.head)._state_position("Afternoons, too.")

    def test_an_agreement_needs_every_side(self):
        self._positions()
        self.mediator._mediation_propose("By turns.")
        self.one.with_user(self.head)._answer_proposal("agreed", "")
        with self.assertRaisesRegex(UserError, "Say what"):
            self.two.with_user(self.other_head)._answer_proposal("refused", "")
        with self.assertRaisesRegex(UserError, "not agreed"):
            self.mediator._mediation_end("agreed", "By turns.")
        self.two.with_user(self.other_head)._answer_proposal("agreed", "")
        self.mediator._mediation_end("agreed", "By turns, from May on.")
        self.assertEqual(self.ticket.sudo().state, "solved")

    def test_a_party_does_not_mediate(self):
        self.one.sudo().user_id = self.director
        with self.assertRaises(AccessError):
            self.mediator._mediation_propose("All for us.")

    def test_it_is_not_solved_without_an_outcome(self):
        with self.assertRaisesRegex(UserError, "outcome"):
            self.mediator._solve("Done.")

    def test_a_position_cannot_be_written_past_the_step(self):
        with self.assertRaises(AccessError):
            self.one.with_user(self.director).write({"position": "Nothing."})


@tagged("post_install", "-at_install")
class TestSafeguarding(DeskCommon):
    """A child may be in danger: named people, at any hour, with a list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.counsellor = cls._person("counsellor", cls.school)
        cls.school.school_safeguarding_user_ids = cls.counsellor

    def _danger(self, **vals):
        return self._incoming("general", details="他被同学欺凌了", **vals)

    def test_a_word_of_the_list_turns_any_request_red_and_closes_it(self):
        ticket = self._danger()
        self.assertTrue(ticket.is_safeguarding)
        self.assertEqual(ticket.safeguarding_words, "欺凌")
        self.assertTrue(ticket.is_red)
        self.assertEqual(ticket.allowed_user_ids, self.counsellor)
        self.assertEqual(ticket.handler_id, self.counsellor)
        for user in (self.agent, self.clerk, self.director):
            with self.assertRaises(AccessError):
                ticket.with_user(user).read(["name"])
        self.assertTrue(ticket.with_user(self.counsellor).name)

    def test_the_people_are_told_at_once_without_the_words(self):
        ticket = self._danger()
        notice = self.env["school.notice"].search([("kind", "=", "safeguarding")])
        self.assertEqual(notice.user_id, self.counsellor)
        self.assertTrue(notice.is_urgent)
        self.assertNotIn("欺凌", f"{notice.subject}{notice.body}")
        self.assertIn(ticket.number, notice.subject)

    def test_its_clocks_know_no_night_and_no_holiday(self):
        with freeze_time("2026-06-06 15:00:00"):  # Saturday, 23 o'clock
            ticket = self._danger()
        clock = self._clock(ticket, "safeguarding_take")
        self.assertEqual(str(clock.deadline_at), "2026-06-06 16:00:00")
        self.assertEqual(
            str(self._clock(ticket, "safeguarding_list").deadline_at),
            "2026-06-06 21:00:00",
        )

    def test_the_list_is_gone_through_before_it_is_solved(self):
        ticket = self._danger()
        mine = ticket.with_user(self.counsellor)
        mine.action_safeguarding_take()
        self.assertEqual(self._clock(ticket, "safeguarding_take").state, "met")
        with self.assertRaisesRegex(UserError, "list"):
            mine._solve("Talked to both.")
        checks = mine.safeguarding_check_ids
        self.assertGreaterEqual(len(checks), 6)
        with self.assertRaisesRegex(UserError, "why"):
            checks[0].action_not_needed()
        checks[0].note = "The boy is at home."
        checks[0].action_not_needed()
        checks[1:].action_done()
        self.assertEqual(self._clock(ticket, "safeguarding_list").state, "met")
        with self.assertRaises(UserError):
            checks[0].action_done()
        mine._solve("Talked to both.")

    def test_nobody_else_answers_the_list(self):
        ticket = self._danger()
        check = ticket.safeguarding_check_ids[0]
        with self.assertRaises(AccessError):
            check.with_user(self.clerk).action_done()
        with self.assertRaises(AccessError):
            check.with_user(self.counsellor).write({"answer": "done"})

    def test_a_false_alarm_is_ended_with_a_reason(self):
        ticket = self._danger()
        mine = ticket.with_user(self.counsellor)
        with self.assertRaises(UserError):
            mine._safeguarding_end("")
        mine._safeguarding_end("It is about a novel.")
        self.assertFalse(ticket.is_safeguarding)
        self.assertTrue(ticket.with_user(self.agent).name)
        self.assertEqual(self._clock(ticket, "safeguarding_take").state, "cancelled")

    def test_a_word_said_later_is_heard(self):
        ticket = self._incoming("general", details="The gate")
        self.assertFalse(ticket.is_safeguarding)
        ticket.details = "The gate, and he wrote of suicide"
        self.assertTrue(ticket.is_safeguarding)

    def test_a_reporter_who_says_it_in_an_answer_is_heard(self):
        code = self.Ticket._anonymous_intake(self.school, {"details": "The gate"})
        ticket = self.Ticket._by_code(self.school, code)
        ticket._anonymous_reply("他说不想活了")
        self.assertTrue(ticket.is_safeguarding)

    def test_whoever_is_accused_is_not_told_although_he_is_named_for_it(self):
        ticket = self._incoming(
            "complaint",
            details="欺凌",
            accused_user_ids=[Command.set(self.counsellor.ids)],
        )
        self.assertNotIn(self.counsellor, ticket.allowed_user_ids)
        self.assertFalse(
            self.env["school.notice"].search(
                [("kind", "=", "safeguarding"), ("user_id", "=", self.counsellor.id)]
            )
        )
