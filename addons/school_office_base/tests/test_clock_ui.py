from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, freeze_time, tagged

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestClockUi(SchoolCommon, HttpCase):
    """The screens of the clocks in a real browser, as the school's own people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = (
            cls.env["school.time.policy"]
            .sudo()
            ._ensure(
                cls.school,
                "ui",
                "school.receipt",
                "Do it in time",
                start_domain=[("purpose", "=", "clock")],
                stop_domain=[("is_done", "=", True)],
                amount=2,
                unit="service_hour",
                start_text="registration",
            )
        )

    def _receipt(self):
        return self._receipt_for(self.clerk)

    def _receipt_for(self, user):
        return self.env["school.receipt"].create(
            {
                "company_id": self.school.id,
                "res_model": "school.place",
                "res_id": 1,
                "title": "Letter",
                "purpose": "clock",
                "user_id": user.id,
            }
        )

    def _clock(self, receipt):
        return receipt.clock_ids.filtered(lambda clock: clock.policy_id == self.policy)

    def test_the_administrator_changes_a_time_limit_without_settings_rights(self):
        self.assertFalse(self.admin.has_group("base.group_system"))
        running = self._clock(self._receipt())
        self.start_tour(
            "/odoo/time-limits", "school_time_limit_change", login=self.admin.login
        )
        self.assertEqual(self.policy.current_version_id.amount, 4)
        self.assertEqual(running.version_id.amount, 2)
        receipt = self._receipt_for(self.director)
        self.assertEqual(self._clock(receipt).version_id.amount, 4)

    def test_the_administrator_sees_what_a_closed_day_moves(self):
        clock = self._clock(self._receipt())
        day = self.school._worktime().local(clock.deadline_at).date()
        self.env["school.calendar.exception"].create(
            {
                "name": "Sports day",
                "company_id": self.school.id,
                "kind": "closed",
                "date_from": day,
            }
        )
        before = clock.deadline_at
        self.start_tour(
            "/odoo/school-calendar", "school_calendar_change", login=self.admin.login
        )
        self.assertGreater(clock.deadline_at, before)

    def test_the_badge_is_shown_in_the_list(self):
        self._receipt()
        self.browser_js(
            "/odoo/deadlines",
            "console.log('test successful');",
            ready="!!document.querySelector('.o_school_deadline.text-bg-success')",
            login=self.clerk.login,
        )

    def test_the_calendar_of_the_year_opens(self):
        for path in (
            "/odoo/school-calendar?view_type=calendar",
            "/odoo/action-school_office_base.workday_action",
        ):
            with self.subTest(path=path):
                self.browser_js(
                    path,
                    "console.log('test successful');",
                    ready="!!document.querySelector('.fc-event')",
                    login=self.admin.login,
                )

    def test_late_work_is_listed(self):
        """What is late is on the list before a timer has said so."""
        with freeze_time(fields.Datetime.now() - timedelta(days=20)):
            clock = self._clock(self._receipt())
            self.env.flush_all()
        self.assertFalse(clock.is_late)
        self.assertLess(clock.deadline_at, fields.Datetime.now())
        self.browser_js(
            "/odoo/action-school_office_base.time_clock_late_action",
            "console.log('test successful');",
            ready="!!document.querySelector('.o_data_row .o_school_deadline')",
            login=self.director.login,
        )

    def test_what_the_badge_says(self):
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={_hoot_id('@school_office_base/deadline')}",
            "",
            login="admin",
            timeout=120,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=lambda message: "[HOOT]" not in message,
        )


@tagged("post_install", "-at_install")
class TestClockPhone(SchoolCommon, HttpCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_cards_are_shown_on_the_phone(self):
        for path in ("/odoo/school-calendar", "/odoo/time-limits"):
            with self.subTest(path=path):
                self.browser_js(
                    path,
                    "console.log('test successful');",
                    ready="!!document.querySelector('.o_kanban_record .fw-bold')",
                    login=self.admin.login,
                )


def _hoot_id(name):
    """The id HOOT derives from a suite's name, to run one suite alone."""
    value = 0
    for char in name:
        value = ((value << 5) - value + ord(char)) & 0xFFFFFFFF
    return f"{value:08x}"
