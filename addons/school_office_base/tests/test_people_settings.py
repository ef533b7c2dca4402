from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SchoolCommon


@tagged("-at_install", "post_install")
class TestSettings(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Settings = cls.env["school.settings"]

    def test_the_administrator_changes_a_limit_without_settings_rights(self):
        self.assertFalse(self.admin.has_group("base.group_erp_manager"))
        action = self.Settings.with_user(self.admin).action_open()
        settings = self.Settings.with_user(self.admin).browse(action["res_id"])
        with Form(settings) as form:
            self.assertEqual(form.school_doc_sign_hours, 2)
            form.school_doc_sign_hours = 4
            form.school_office_hotline = "8000"
        self.assertEqual(self.school.school_doc_sign_hours, 4)
        self.assertEqual(self.school.school_office_hotline, "8000")
        self.assertEqual(self.other.school_doc_sign_hours, 2)

    def test_nobody_else_changes_settings(self):
        for user in (self.teacher, self.clerk, self.director):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.Settings.with_user(user).create({"school_doc_sign_hours": 99})
        self.assertEqual(self.school.school_doc_sign_hours, 2)

    def test_where_there_is_no_school_it_says_so(self):
        trust = self.env["res.company"].create({"name": "Trust"})
        operator = self._person("operator", trust, "group_school_admin")
        with self.assertRaisesRegex(AccessError, "Trust is not a school"):
            self.env["school.settings"].with_user(operator).create({})

    def test_the_neighbours_settings_are_out_of_reach(self):
        mine = self.Settings.with_user(self.admin)
        with self.assertRaises(AccessError):
            mine.create({"company_id": self.other.id, "school_doc_sign_hours": 99})
        settings = mine.create({})
        with self.assertRaises(UserError):
            settings.write({"company_id": self.other.id})
        theirs = self.Settings.with_user(self.stranger).create({})
        with self.assertRaises(AccessError):
            theirs.with_user(self.admin).write({"school_doc_sign_hours": 99})
        self.assertEqual(self.other.school_doc_sign_hours, 2)

    def test_only_what_the_form_shows_can_be_written(self):
        settings = self.Settings.with_user(self.admin).create({})
        for name in ("school_state", "parent_id", "user_ids"):
            with self.subTest(field=name), self.assertRaises(ValueError):
                settings.write({name: False})
        # The short code is shown, not changed: numbers that exist carry it.
        settings.write({"school_code": "LAKE2"})
        self.assertEqual(self.school.school_code, "HILL")

    def test_a_place_of_the_neighbour_cannot_be_chosen(self):
        place = self.env["school.place"].search(
            [("company_id", "=", self.other.id)], limit=1
        )
        with self.assertRaises(AccessError):
            self.Settings.with_user(self.admin).create(
                {"school_doc_reception_place_id": place.id}
            )

    def test_bad_figures_are_refused_in_a_sentence(self):
        settings = self.Settings.with_user(self.admin).create({})
        with self.assertRaisesRegex(ValidationError, "cannot be negative"):
            settings.school_doc_handling_days = -3

    def test_every_setting_is_a_column_with_a_default_and_a_unit(self):
        company = self.env["res.company"]
        for name, column in self.Settings._setting_fields().items():
            field = company._fields[column]
            if column == "logo" or field.type in (
                "char",
                "many2one",
                "many2many",
                "boolean",
            ):
                continue
            with self.subTest(setting=name):
                self.assertTrue(field.store and field.default and field.help)


@tagged("-at_install", "post_install")
class TestPeople(SchoolCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Wizard = cls.env["school.person.wizard"].with_user(cls.admin)
        cls.department = cls.env["hr.department"].create(
            {"name": "Science", "company_id": cls.school.id}
        )
        cls.post = cls.env["school.post"]._find(cls.school, "archivist")

    def _add(self, **vals):
        wizard = self.Wizard.create({"name": "Wang Fang", "login": "wang.fang", **vals})
        wizard.action_confirm()
        return wizard, self.env["res.users"].search(
            [("login", "=", vals.get("login", "wang.fang"))]
        )

    def _public(self, user):
        return (
            self.env["hr.employee.public"]
            .with_user(self.admin)
            .search([("user_id", "=", user.id)])
        )

    def test_the_administrator_adds_a_person_of_his_school_only(self):
        wizard, user = self._add(
            department_id=self.department.id,
            post_ids=self.post.ids,
            group_ids=self.env.ref("school_office_base.group_office_clerk").ids,
        )
        self.assertEqual(user.company_ids, self.school)
        self.assertEqual(user.partner_id.company_id, self.school)
        self.assertTrue(user.has_group("school_office_base.group_office_clerk"))
        self.assertFalse(user.has_group("base.group_erp_manager"))
        self.assertEqual(self.post._users(), user)
        employee = user._school_employee(self.school)
        self.assertEqual(employee.department_id, self.department)
        self.assertTrue(wizard.password)
        credential = {
            "type": "password",
            "login": "wang.fang",
            "password": wizard.password,
        }
        info = user.with_user(user)._check_credentials(
            credential, {"interactive": True}
        )
        self.assertEqual(info["uid"], user.id)

    def test_an_invitation_goes_out_by_mail_and_not_in_the_request(self):
        wizard, user = self._add(access="invite", email="wang@example.com")
        self.assertFalse(wizard.password)
        mail = self.env["mail.mail"].search([("email_to", "=", "wang@example.com")])
        self.assertEqual(mail.mapped("state"), ["outgoing"])
        self.assertTrue(user.partner_id.signup_type)

    def test_a_login_of_another_school_is_refused_without_saying_whose(self):
        sentences = set()
        for login in ("stranger", "STRANGER", "clerk"):
            with self.assertRaises(ValidationError) as caught:
                self._add(login=login)
            sentences.add(caught.exception.args[0].replace(login, "…"))
        self.assertEqual(len(sentences), 1)
        self.assertNotIn("Lake", sentences.pop())

    def test_bad_input_gets_a_sentence(self):
        for vals in (
            {"name": "  "},
            {"login": "a b"},
            {"login": ""},
            {"email": "nobody", "login": "somebody"},
            {"access": "invite", "login": "somebody"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self._add(**vals)

    def test_roles_over_the_instance_are_never_given(self):
        for xmlid in (
            "base.group_system",
            "base.group_erp_manager",
            "hr.group_hr_user",
        ):
            with self.subTest(group=xmlid), self.assertRaises(AccessError):
                self._add(group_ids=self.env.ref(xmlid).ids, login=f"x{xmlid}")
        grantable = self.env["res.groups"]._school_grantable_groups()
        self.assertIn(self.env.ref("school_office_base.group_school_admin"), grantable)
        self.assertFalse(
            grantable.all_implied_ids & self.env.ref("base.group_erp_manager")
        )

    def test_a_role_that_leads_to_the_instance_stops_being_given(self):
        auditor = self.env.ref("school_office_base.group_auditor")
        auditor.implied_ids |= self.env.ref("base.group_erp_manager")
        self.assertNotIn(auditor, self.env["res.groups"]._school_grantable_groups())
        with self.assertRaises(AccessError):
            self._add(group_ids=auditor.ids)

    def test_others_cannot_add_anybody(self):
        for user in (self.teacher, self.clerk, self.director):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["school.person.wizard"].with_user(user).create(
                    {"name": "X", "login": "x"}
                )

    def test_a_person_cannot_be_put_into_another_school(self):
        with self.assertRaises(AccessError):
            self.Wizard.create({"name": "X", "login": "x", "company_id": self.other.id})
        foreign = self.env["school.post"]._find(self.other, "archivist")
        with self.assertRaises(UserError):
            self._add(post_ids=foreign.ids)

    def test_a_password_cannot_be_chosen_by_the_client(self):
        wizard = self.Wizard.create(
            {"name": "X", "login": "x", "password": "known", "is_done": True}
        )
        self.assertFalse(wizard.password or wizard.is_done)

    def test_posts_and_roles_of_a_person_are_changed_and_logged(self):
        wizard, user = self._add(post_ids=self.post.ids)
        change = self.Wizard.create({"employee_id": self._public(user).id})
        self.assertEqual(change.post_ids, self.post)
        other_post = self.env["school.post"]._find(self.school, "duty")
        change.write(
            {
                "name": "Wang Fangfang",
                "post_ids": [(6, 0, other_post.ids)],
                "group_ids": [
                    (6, 0, self.env.ref("school_office_base.group_auditor").ids)
                ],
            }
        )
        change.action_confirm()
        self.assertEqual(user.name, "Wang Fangfang")
        self.assertFalse(self.post._users())
        self.assertEqual(other_post._users(), user)
        self.assertTrue(user.has_group("school_office_base.group_auditor"))
        log = user._school_employee(self.school).message_ids.mapped("body")
        self.assertTrue(any("Auditor" in body for body in log))

    def test_operators_are_not_managed_from_a_school(self):
        operator = self._person("operator", self.school)
        operator.group_ids |= self.env.ref("base.group_erp_manager")
        change = self.Wizard.create({"employee_id": self._public(operator).id})
        change.name = "Taken over"
        with self.assertRaisesRegex(UserError, "operator"):
            change.action_confirm()
        with self.assertRaisesRegex(UserError, "operator"):
            change.action_send_link()

    def test_someone_of_two_schools_is_not_managed_from_one(self):
        self.teacher.company_ids |= self.other
        change = self.Wizard.create({"employee_id": self._public(self.teacher).id})
        with self.assertRaisesRegex(UserError, "operator"):
            change.action_confirm()

    def test_a_person_leaves_when_nothing_is_left(self):
        wizard, user = self._add(post_ids=self.post.ids)
        self.department.receiver_ids = user
        leave = self.env["school.person.leave"].with_user(self.admin)
        leave = leave.create({"employee_id": self._public(user).id})
        self.assertIn("Archivist", leave.blockers)
        self.assertIn("Science", leave.blockers)
        with self.assertRaisesRegex(UserError, "cannot leave yet"):
            leave.action_confirm()
        self.post.holder_ids.unlink()
        self.department.receiver_ids = False
        today = self.school._school_date()
        delegation = self.env["school.delegation"].create(
            {
                "user_id": self.director.id,
                "deputy_id": user.id,
                "date_from": today,
                "date_to": today,
                "reason": "x",
            }
        )
        leave.invalidate_recordset()
        self.assertFalse(leave.blockers)
        leave.action_confirm()
        self.assertFalse(user.active)
        self.assertEqual(delegation.state, "revoked")

    def test_the_directory_shows_posts_in_a_constant_number_of_queries(self):
        people = self.env["hr.employee.public"].with_user(self.teacher).search([])
        self.assertGreaterEqual(len(people), 4)
        for person in people:
            self.env["school.post.holder"].create(
                {"post_id": self.post.id, "user_id": person.user_id.id}
            )
        self.env.flush_all()

        def count(records):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            records.mapped("school_posts")
            return self.env.cr.sql_log_count - start

        count(people)
        self.assertEqual(count(people[:1]), count(people))
        self.assertIn("Archivist", people[0].school_posts)
