"""Minutes and resolutions, told as stories in a real browser."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.school_office_base.tests.common import SchoolCommon

from held_meeting import approve, hold_meeting, resolve
from phone import PhoneMixin


@tagged("standard", "post_install", "-at_install")
class TestMinutesJourneys(PhoneMixin, SchoolCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls._person("chair", cls.school)
        cls.recorder = cls._person("recorder", cls.school)
        cls.owner = cls._person("owner", cls.school)
        cls._hold("director", cls.director)
        cls.meeting = hold_meeting(
            cls.env, cls.school, cls.chair, cls.recorder, cls.owner
        )
        cls.resolution = resolve(cls.meeting, cls.recorder, cls.owner)

    def test_from_the_draft_to_a_resolution_that_is_done(self):
        minutes = self.meeting._minutes()
        with self._phone(self.recorder) as phone:
            phone.open(f"/odoo/minutes/{minutes.id}")
            phone.sees("Fire doors")
            phone.tap("button[name=action_submit]")
            phone.tap(".modal button.btn-primary")
            phone.sees("Under Review")
        self.env.invalidate_all()
        self.assertEqual(minutes.state, "review")

        # The chair reads what he approves, and decides in his inbox.
        with self._phone(self.chair) as phone:
            phone.open(f"/odoo/minutes/{minutes.id}")
            phone.sees("Fire doors")
            phone.sees("Check the fire doors")
        approve(minutes, self.chair)
        self.assertEqual(minutes.state, "distributed")

        # The owner finds it in My Office and reports it done with what shows it.
        with self._phone(self.owner) as phone:
            phone.open("/odoo/my-office")
            phone.sees("My Resolutions")
            phone.sees("Check the fire doors")
            phone.open(f"/odoo/resolutions/{self.resolution.id}")
            phone.tap("button[name=action_progress]")
            phone.write(".modal [name=text] textarea", "Half of them are done")
            phone.tap(".modal button[name=action_confirm]")
            phone.sees("Half of them are done")
        self.resolution.with_user(self.owner)._report_done("All 24 doors close.")

        # The chair accepts it, and it is final.
        with self._phone(self.chair) as phone:
            phone.open(f"/odoo/resolutions/{self.resolution.id}")
            phone.sees("All 24 doors close.")
            phone.tap("button[name=action_accept]")
            phone.tap(".modal button.btn-primary")
            phone.sees("Accepted")
        self.env.invalidate_all()
        self.assertEqual(self.resolution.state, "done")
        self.assertTrue(self.resolution.is_frozen)

    def test_the_director_opens_the_summary_of_the_week(self):
        minutes = self.meeting._minutes().with_user(self.recorder)
        minutes.action_submit()
        approve(minutes, self.chair)
        self.resolution.sudo().due_date = self.school._school_date() - timedelta(days=3)
        Summary = self.env["school.meeting.summary"]
        self.school.school_meeting_summary_week = False
        summaries = Summary._make(
            self.school, self.school._school_date(), fields.Datetime.now()
        )
        mine = summaries.filtered(lambda s: s.user_id == self.director)
        with self._phone(self.director) as phone:
            phone.open(f"/odoo/school.meeting.summary/{mine.id}")
            phone.sees("Check the fire doors")
            phone.sees("Overdue")
            phone.tap("button[name=action_open_resolutions]")
            phone.sees("Check the fire doors")
