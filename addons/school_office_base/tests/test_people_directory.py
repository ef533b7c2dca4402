from datetime import timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SchoolCommon


@tagged("-at_install", "post_install")
class TestDirectory(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.department = cls.env["hr.department"].create(
            {"name": "Science", "company_id": cls.school.id}
        )
        cls.employee = cls.teacher._school_employee(cls.school)
        (cls.employee | cls.clerk._school_employee(cls.school)).write(
            {"department_id": cls.department.id}
        )
        cls.department.school_head_id = cls.teacher
        cls.Campaign = cls.env["school.directory.campaign"]

    def _start(self):
        campaign = self.Campaign._start(self.school)
        return campaign, campaign.confirmation_ids.filtered(
            lambda c: c.department_id == self.department
        )

    def _told(self, confirmation):
        return self.env["school.notice"].search(
            [("res_model", "=", confirmation._name), ("res_id", "=", confirmation.id)]
        )

    def test_each_department_is_asked_once_in_a_month(self):
        campaign, confirmation = self._start()
        self.assertEqual(self.Campaign._start(self.school), campaign)
        self.assertEqual(len(confirmation.line_ids), 2)
        self.assertGreater(campaign.date_due, campaign.date_from + timedelta(days=9))
        self.assertEqual(self._told(confirmation).user_id, self.teacher)

    def test_the_head_confirms_and_new_contact_data_is_taken_over(self):
        campaign, confirmation = self._start()
        mine = confirmation.with_user(self.teacher)
        line = mine.line_ids.filtered(lambda x: x.employee_id.id == self.employee.id)
        line.work_phone = "8001"
        mine.action_confirm()
        self.assertEqual(confirmation.confirmed_by_id, self.teacher)
        self.assertEqual(self.employee.work_phone, "8001")
        with self.assertRaises(UserError):
            mine.action_confirm()
        with self.assertRaises(AccessError):
            line.work_phone = "8002"
        campaign.invalidate_recordset()
        self.assertEqual(campaign.waiting_count, len(campaign.confirmation_ids) - 1)

    def test_no_head_takes_over_the_address_of_a_login(self):
        _campaign, confirmation = self._start()
        mine = confirmation.with_user(self.teacher)
        member = self._person("member", self.school)
        employee = member._school_employee(self.school)
        employee.department_id = confirmation.department_id
        employee.work_email = "member@school.example.com"
        member.email = "member@school.example.com"
        line = self.env["school.directory.line"].create(
            {
                "company_id": self.school.id,
                "confirmation_id": confirmation.id,
                "employee_id": employee.id,
                "name": employee.name,
            }
        )
        line.with_user(self.teacher).write(
            {"work_email": "thief@example.com", "work_phone": "8003"}
        )
        mine.action_confirm()
        self.assertEqual(member.email, "member@school.example.com")
        self.assertEqual(employee.work_phone, "8003")

    def test_nobody_else_answers_for_a_department(self):
        _campaign, confirmation = self._start()
        for user in (self.clerk, self.director):
            theirs = confirmation.with_user(user)
            for attempt in (
                theirs.action_confirm,
                lambda r=theirs: r.write({"remark": "x"}),
                lambda r=theirs: r.write({"state": "confirmed"}),
                lambda r=theirs: r.line_ids[0].write({"work_phone": "1"}),
            ):
                with self.assertRaises(AccessError):
                    attempt()
        with self.assertRaises(AccessError):
            confirmation.with_user(self.teacher).write({"state": "confirmed"})
        self.assertFalse(
            self.env["school.directory.confirmation"]
            .with_user(self.stranger)
            .search([("id", "=", confirmation.id)])
        )
        self.assertEqual(confirmation.state, "waiting")

    def test_it_starts_by_itself_in_the_months_of_the_school(self):
        month = self.school._school_date().month
        self.school.school_directory_month_1 = month
        self.other.write(
            {
                "school_directory_month_1": month % 12 + 1,
                "school_directory_month_2": month % 12 + 1,
            }
        )
        with self.enter_registry_test_mode():
            self.env.ref("school_office_base.cron_directory").method_direct_trigger()
        found = self.Campaign.search([]).company_id
        self.assertIn(self.school, found)
        self.assertNotIn(self.other, found)

    def test_a_head_is_asked_in_his_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.teacher.lang = "zh_CN"
        _campaign, confirmation = self._start()
        self.assertEqual(self._told(confirmation).subject, "请核对本部门人员")

    def test_without_a_head_those_who_sign_for_the_department_are_asked(self):
        self.department.school_head_id = False
        self.department.receiver_ids = self.clerk
        _campaign, confirmation = self._start()
        self.assertEqual(self._told(confirmation).user_id, self.clerk)
        confirmation.with_user(self.clerk).action_confirm()
        self.assertEqual(confirmation.confirmed_by_id, self.clerk)

    def test_a_head_finds_the_waiting_rows_of_his_own_department_only(self):
        action = self.env.ref("school_office_base.school_directory_confirmation_action")
        arch = self.env[action.res_model].get_view(view_type="search")["arch"]
        view = etree.fromstring(arch)
        between = view.xpath("//filter[@name='waiting']/following-sibling::*[1]")
        self.assertEqual(between[0].tag, "separator", "one or the other")

    def test_only_the_administrator_starts_and_reminds(self):
        campaign, confirmation = self._start()
        with self.assertRaises(AccessError):
            self.Campaign.with_user(self.teacher).action_start()
        with self.assertRaises(AccessError):
            campaign.with_user(self.teacher).action_urge()
        campaign.with_user(self.admin).action_urge()
        self.assertEqual(confirmation.reminder_count, 2)
