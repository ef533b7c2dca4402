"""Whole journeys through the browser, by the people who make them.

Each test is one story: several people sign in one after the other, at the desk or on
the phone, and between them the database is asked whether it became true.
"""

import os
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_docs.tests.common import DocsCommon

LETTER = "On fire drills in the summer term"


class Journey(DocsCommon, HttpCase):
    """A working school and people who sit at a desk or hold a telephone."""

    _tour_urls = {
        "school_doc_finished": "/odoo/documents-all",
        "school_doc_nothing": "/odoo/documents-all",
        "school_doc_change_flow": "/odoo/approval-flows",
        "school_doc_change_limit": "/odoo/time-limits",
        "school_open_third": "/odoo/schools",
        "school_own_people_only": "/odoo/people",
    }

    def setUp(self):
        super().setUp()
        # Odoo runs in UTC; the browsers stand where the school is.
        browser_place = patch.dict(os.environ, {"TZ": "Asia/Shanghai"})
        browser_place.start()
        self.addCleanup(browser_place.stop)

    @contextmanager
    def _on_the_phone(self):
        desk = self.browser_size, self.touch_enabled
        self.browser_size, self.touch_enabled = "390x844", True
        try:
            yield
        finally:
            self.browser_size, self.touch_enabled = desk

    def _walk(self, tour, user):
        """``user`` takes the steps of ``tour``; what he changed is read anew."""
        url = self._tour_urls.get(tour, "/odoo/my-office")
        self.start_tour(url, tour, login=user.login, timeout=120)
        self.env.invalidate_all()

    def _walk_on_the_phone(self, tour, user):
        with self._on_the_phone():
            self._walk(tour, user)

    def _letter(self):
        return self.Doc.search([("name", "=", LETTER)])


@tagged("post_install", "-at_install")
class TestTheWayOfALetter(Journey):
    def test_a_letter_goes_through_the_whole_house(self):
        self._walk("school_doc_register", self.clerk)
        letter = self._letter()
        self.assertEqual(len(letter), 1)
        self.assertEqual(letter.state, "registered")
        self.assertRegex(letter.number, r"^HILL收-\d{8}-001$")
        self.assertEqual(letter.sender_id, self.bureau)
        self.assertEqual(letter.registered_by_id, self.clerk)
        self.assertTrue(letter.check_intact)
        self.assertFalse(letter.submitted_at)

        self._walk("school_doc_send", self.clerk)
        self.assertTrue(letter.submitted_at)
        self.assertEqual(letter.approval_state, "running")
        self.assertEqual(letter.with_user(self.director).my_step, "propose")

        self._walk("school_doc_propose", self.director)
        self.assertEqual(letter.state, "proposed")
        self.assertEqual(letter.proposed_opinion, "Teaching plans the drill.")
        self.assertEqual(letter.responsible_department_id, self.teaching)
        self.assertEqual(letter.with_user(self.leader).my_step, "instruct")

        self._walk_on_the_phone("school_doc_instruct", self.leader)
        self.assertEqual(letter.state, "instructed")
        self.assertEqual(letter.instruction, "Logistics leads; report to me.")
        self.assertEqual(letter.instructed_by_id, self.leader)
        self.assertEqual(letter.responsible_department_id, self.logistics)
        self.assertEqual(
            letter.handling_deadline, self.school._school_date() + timedelta(days=10)
        )

        self._walk("school_doc_distribute", self.clerk)
        self.assertEqual(letter.state, "distributed")
        self.assertEqual(letter.receipt_ids.department_id, self.logistics)

        self._walk_on_the_phone("school_doc_sign", self.other_head)
        self.assertEqual(letter.receipt_ids.signed_by_id, self.other_head)
        self.assertEqual(letter.state, "in_hand")
        self.assertEqual(letter.handler_id, self.other_head)

        self._walk("school_doc_finish", self.other_head)
        self.assertEqual(letter.state, "finished")
        self.assertEqual(letter.finished_by_id, self.other_head)
        self.assertEqual(letter.on_time, "yes")

        self._walk("school_doc_finished", self.clerk)
        self.assertEqual(
            self._events(letter),
            [
                "registered",
                "proposed",
                "instructed",
                "distributed",
                "signed",
                "in_hand",
                "finished",
            ],
        )

    def test_nobody_else_sees_the_letter(self):
        document = self._finished(name=LETTER)
        neighbour = self._person("neighbour", self.other, "group_office_clerk")
        for user in (self.teacher, neighbour):
            with self.subTest(user=user.login):
                self.assertFalse(document.with_user(user).search([]))
                self._walk("school_doc_nothing", user)
                self._walk_on_the_phone("school_doc_nothing", user)


@tagged("post_install", "-at_install")
class TestTheWayOfALetterOnThePhone(Journey):
    """The same house with telephones only."""

    browser_size = "390x844"
    touch_enabled = True

    def test_a_letter_is_handled_with_telephones_only(self):
        # The school has no supervising leader: the principal instructs.
        self.env["school.post.holder"].search(
            [("post_id.code", "=", "supervising_leader")]
        ).date_to = "2020-12-31"
        self._walk("school_doc_register", self.clerk)
        letter = self._letter()
        self.assertEqual(letter.state, "registered")
        self._walk("school_doc_send", self.clerk)
        self._walk("school_doc_propose", self.director)
        self._walk("school_doc_instruct", self.principal)
        self.assertEqual(letter.instructed_by_id, self.principal)
        self._walk("school_doc_distribute", self.clerk)
        self._walk("school_doc_sign", self.other_head)
        self._walk("school_doc_finish", self.other_head)
        self.assertEqual(letter.state, "finished")
        self._walk("school_doc_finished", self.clerk)


@tagged("post_install", "-at_install")
class TestTheAdministratorsWay(Journey):
    def test_a_changed_flow_counts_for_the_next_document(self):
        self.assertFalse(self.admin.has_group("base.group_system"))
        self._hold("archivist", self.colleague)
        running = self._registered()
        running.action_submit()
        before = running.approval_case_id.version_id
        self._walk("school_doc_change_flow", self.admin)
        self.assertEqual(running.approval_case_id.version_id, before)
        following = self._registered(sender_number="教办〔2026〕16号")
        following.action_submit()
        version = following.approval_case_id.version_id
        self.assertEqual(version.number, before.number + 1)
        self.assertEqual(version.published_by_id, self.admin)

        for document in (running, following):
            self._decide(document, self.director)
            self._decide(document, self.leader)
        self.assertEqual(running.state, "instructed")
        self.assertEqual(following.state, "proposed")
        task = self.env["school.approval.task"].with_user(self.colleague)
        task._my_open_tasks([("res_id", "=", following.id)]).action_approve("Read.")
        self.assertEqual(following.state, "instructed")

    def test_a_changed_time_limit_counts_for_the_next_document(self):
        running = self._registered()
        clock = running.clock_ids.filtered(
            lambda c: c.policy_id.code == "doc_to_leader"
        )
        deadline = clock.deadline_at
        self._walk("school_doc_change_limit", self.admin)
        self.assertEqual(clock.deadline_at, deadline)
        following = self._registered(sender_number="教办〔2026〕16号")
        new = following.clock_ids.filtered(lambda c: c.policy_id == clock.policy_id)
        self.assertEqual(new.version_id.amount, 6)
        self.assertNotEqual(new.version_id, clock.version_id)
        self.assertEqual(
            new.deadline_at,
            self.school._worktime().add(new.started_at, 6, "service_hour"),
        )


@tagged("post_install", "-at_install")
class TestTheOperatorsWay(Journey):
    def test_a_third_school_is_opened_and_sees_only_itself(self):
        document = self._finished(name=LETTER)
        self._walk("school_open_third", self.env.ref("base.user_admin"))
        school = self.env["res.company"].search([("school_code", "=", "FOREST")])
        self.assertTrue(school.is_school)
        admin = self.env["res.users"].search([("login", "=", "forest-admin")])
        self.assertEqual(admin.company_ids, school)
        self.assertTrue(admin.has_group("school_office_base.group_school_admin"))
        self.assertFalse(admin.has_group("base.group_system"))
        wizard = self.env["school.open.wizard"].search([("company_id", "=", school.id)])
        password = wizard.person_ids.filtered("password").password
        self.authenticate(None, None)
        session = self.make_jsonrpc_request(
            "/web/session/authenticate",
            {"db": self.cr.dbname, "login": "forest-admin", "password": password},
        )
        self.assertEqual(session["uid"], admin.id)

        self._walk("school_own_school_only", admin)
        self._walk("school_own_people_only", admin)
        self._walk_on_the_phone("school_own_people_only", admin)
        self.assertFalse(document.with_user(admin).search([]))
        self.assertEqual(self.env["res.company"].with_user(admin).search([]), school)
