"""The director at his board, at the desk and on the phone, and the wall screen."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_base.models.demo import demo_time
from odoo.addons.school_office_service_desk.tests.common import DeskCommon


@tagged("standard", "post_install", "-at_install")
class TestTheDirectorsBoard(DeskCommon, HttpCase):
    def setUp(self):
        super().setUp()
        today = self.school._school_date()
        last_month = today.replace(day=1) - timedelta(days=15)
        start, _stop = self.school._school_span(last_month, last_month)
        with demo_time(start + timedelta(hours=2)):
            quick = self._incoming(count=1, name="The quick lamp")
            self.late = self._incoming(count=1, name="The late lamp")
            self.env.flush_all()
            quick.sudo().write(
                {
                    "responded_at": fields.Datetime.now(),
                    "solved_at": fields.Datetime.now(),
                    "closed_at": fields.Datetime.now(),
                    "state": "closed",
                }
            )
            self.env.flush_all()
        self.sheet = self.env["school.desk.kpi"]._ensure_period(
            self.school, "month", last_month
        )
        self.sheet._refresh()
        self.env.flush_all()

    def _walk(self, tour, user):
        self.start_tour("/odoo/desk-board", tour, login=user.login, timeout=120)
        self.env.invalidate_all()

    def test_below_the_alarm_he_finds_the_late_ticket_and_says_why(self):
        analysis = self.sheet.analysis_ids
        self.assertEqual(analysis.state, "required")
        self._walk("school_desk_board_analysis", self.director)
        self.assertEqual(analysis.state, "submitted")
        self.assertEqual(analysis.causes, "Two of three were ill.")
        self.assertEqual(analysis.submitted_by_id, self.director)
        self.sheet.with_user(self.director).action_close()
        self.assertEqual(self.sheet.state, "closed")

    def test_on_the_phone_one_tap_opens_what_is_late(self):
        self.browser_size, self.touch_enabled = "390x844", True
        self._walk("school_desk_board_phone", self.director)

    def test_the_wall_names_nobody(self):
        self._ask(name="A red matter", urgency="2")
        self.env.flush_all()
        self.start_tour(
            "/odoo/desk-wall", "school_desk_wall", login=self.agent.login, timeout=120
        )
