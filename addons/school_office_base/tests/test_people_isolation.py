from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged

from .common import SchoolCommon

MARK = "Zzyzx"


@tagged("-at_install", "post_install")
class TestPeopleIsolation(SchoolCommon):
    """Nothing that Odoo itself shows leads from one school to the people of another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.neighbour = new_test_user(
            cls.env,
            login="zzyzx",
            name=f"{MARK} Person",
            email="zzyzx@lake.example.com",
            groups="base.group_user",
            company_id=cls.other.id,
            company_ids=[(6, 0, cls.other.ids)],
        )
        there = cls.env["hr.department"].with_company(cls.other)
        cls.foreign_department = there.create(
            {"name": f"{MARK} Department", "company_id": cls.other.id}
        )
        cls.foreign_employee = cls.env["hr.employee"].create(
            {
                "name": f"{MARK} Person",
                "user_id": cls.neighbour.id,
                "company_id": cls.other.id,
                "department_id": cls.foreign_department.id,
            }
        )
        cls.foreign_contact = (
            cls.env["res.partner"]
            .with_company(cls.other)
            .create({"name": f"{MARK} Mum"})
        )
        cls.foreign_department.message_subscribe(cls.neighbour.partner_id.ids)
        cls.foreign_department.message_post(
            body=f"{MARK} body", partner_ids=cls.neighbour.partner_id.ids
        )
        cls.foreign_department.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=cls.neighbour.id,
            summary=f"{MARK} task",
        )
        for model, values in (
            ("mail.template", {"name": MARK, "model_id": cls.env["ir.model"]._get_id(
                "res.partner")}),
            ("ir.filters", {"name": MARK, "model_id": "res.partner", "user_ids": []}),
        ):  # fmt: skip
            cls.env[model].with_user(cls.neighbour).sudo().create(values)
        cls.roles = cls.teacher | cls.clerk | cls.director | cls.admin

    def test_no_search_finds_a_person_of_the_other_school(self):
        for user in self.roles:
            for name in (
                "res.users", "res.partner", "hr.employee", "hr.employee.public",
                "hr.department", "resource.resource", "mail.template", "ir.filters",
            ):  # fmt: skip
                model = self.env[name].with_user(user).with_context(active_test=False)
                with self.subTest(user=user.login, model=name):
                    self.assertFalse(model.name_search(MARK))
                    self.assertFalse(model.search([("display_name", "ilike", MARK)]))
                    self.assertFalse(model.search_count([("name", "ilike", MARK)]))
                    if name == "hr.employee":
                        continue  # core refuses grouping here
                    self.assertFalse(
                        model.formatted_read_group(
                            [("name", "ilike", MARK)], ["name"], ["__count"]
                        )
                    )

    def test_nothing_is_read_by_a_guessed_id(self):
        for user in self.roles:
            for record in (
                self.neighbour,
                self.neighbour.partner_id,
                self.other.partner_id,
                self.foreign_contact,
                self.foreign_employee,
                self.env["hr.employee.public"].browse(self.foreign_employee.id),
                self.foreign_department,
                self.other,
                self.other.resource_calendar_id,
                self.other.resource_calendar_id.attendance_ids,
            ):
                with (
                    self.subTest(user=user.login, model=record._name),
                    self.assertRaises(AccessError),
                ):
                    record.with_user(user).read(["display_name"])

    def test_a_form_tells_nothing_of_a_guessed_person(self):
        employee = self.foreign_employee.id
        for model, values in (
            ("school.person.wizard", {"employee_id": employee}),
            ("school.person.leave", {"employee_id": employee}),
            ("hr.department", {"manager_id": employee}),
            ("hr.department", {"parent_id": self.foreign_department.id}),
            ("hr.department", {"child_ids": [[4, self.foreign_department.id, 0]]}),
            ("school.post.holder", {"user_id": self.neighbour.id}),
            ("mail.activity", {"user_id": self.neighbour.id}),
            (
                "mail.activity",
                {
                    "res_model": "hr.department",
                    "res_model_id": self.env["ir.model"]._get_id("hr.department"),
                    "res_id": self.foreign_department.id,
                },
            ),
        ):
            for changed in ([], list(values)):
                form = self.env[model].with_user(self.admin)
                with self.subTest(model=model), self.assertRaises(AccessError):
                    form.onchange(dict(values), changed, {name: {} for name in values})

    def test_no_stranger_is_made_the_head_of_a_department(self):
        department = self._department("Office", self.director)
        mine = department.with_user(self.admin)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            mine.manager_id = self.foreign_employee
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            mine.school_head_id = self.neighbour
        self.assertEqual(department.school_head_id, self.director)

    def test_followers_notifications_and_activities_stay_inside(self):
        for user in self.roles:
            env = self.env(user=user)
            self.assertFalse(
                env["mail.followers"].search(
                    [("partner_id", "=", self.neighbour.partner_id.id)]
                )
            )
            self.assertFalse(
                env["mail.notification"].search(
                    [("res_partner_id", "=", self.neighbour.partner_id.id)]
                )
            )
            self.assertFalse(env["mail.activity"].search([("summary", "like", MARK)]))
            self.assertFalse(env["mail.message"].search([("body", "like", MARK)]))
            suggested = env["res.partner"].get_mention_suggestions(MARK)
            self.assertNotIn(MARK, str(suggested))

    def test_members_of_a_group_are_shown_without_the_neighbours(self):
        group = self.env.ref("base.group_user").with_user(self.teacher)
        for field in ("user_ids", "all_user_ids"):
            seen = group.read([field])[0][field]
            self.assertNotIn(self.neighbour.id, seen)

    def test_colleagues_are_found(self):
        for user in self.roles:
            env = self.env(user=user)
            for colleague in self.roles:
                self.assertIn(colleague, env["res.users"].search([]))
                self.assertTrue(
                    env["res.partner"].name_search(colleague.partner_id.name)
                )
                self.assertTrue(
                    env["hr.employee.public"].search([("user_id", "=", colleague.id)])
                )
            self.assertIn(self.school.partner_id, env["res.partner"].search([]))
            self.assertTrue(env.ref("base.partner_root").name)

    def test_someone_of_two_schools_is_found_in_both(self):
        self.teacher.company_ids |= self.other
        self.assertFalse(self.teacher.partner_id.company_id)
        for user in (self.clerk, self.stranger):
            self.assertIn(
                self.teacher, self.env["res.users"].with_user(user).search([])
            )
            self.assertTrue(self.teacher.partner_id.with_user(user).name)
        self.teacher.company_ids = self.school
        self.assertEqual(self.teacher.partner_id.company_id, self.school)

    def test_the_operator_sees_everybody(self):
        operator = new_test_user(
            self.env, login="operator", groups="base.group_user,base.group_system"
        )
        found = self.env["res.users"].with_user(operator).search([])
        self.assertLessEqual(self.roles | self.neighbour, found)

    def test_a_contact_made_in_a_school_belongs_to_it(self):
        partner = self.env["res.partner"].with_company(self.school)
        self.assertEqual(
            partner.create({"name": "Dad", "company_id": False}).company_id, self.school
        )

    def test_the_mail_gateway_looks_among_the_contacts_of_the_school_only(self):
        self.foreign_contact.email = "parent@example.com"
        department = self.env["hr.department"].create({"name": "Office"})
        found = department._partner_find_from_emails_single(["parent@example.com"])
        self.assertTrue(found)
        self.assertNotEqual(found, self.foreign_contact)
        self.assertEqual(found.company_id, self.school)

    def test_people_read_their_own_user_and_change_their_language(self):
        me = self.teacher.with_user(self.teacher)
        self.assertTrue(me.read(["name", "login", "company_ids"]))
        me.signature = "Yours"
        self.assertEqual(me.context_get()["tz"], "Asia/Shanghai")

    def test_nobody_takes_the_name_of_another(self):
        for user in self.teacher | self.admin:
            me = user.with_user(user)
            with self.assertRaises(AccessError):
                me.write({"name": self.director.name})
            with self.assertRaises(AccessError):
                me.write({"job_title": "Headmaster"})
            me.write({"name": user.name, "signature": "<p>x</p>"})
        with self.assertRaises(AccessError):
            self.teacher.partner_id.with_user(self.teacher).name = self.director.name

    def test_nobody_gives_himself_groups_or_schools(self):
        for user in self.roles:
            for values in (
                {"group_ids": [(4, self.env.ref("base.group_system").id)]},
                {"company_ids": [(4, self.other.id)]},
                {"company_id": self.other.id},
            ):
                with self.subTest(user=user.login, values=values):
                    try:
                        with self.env.cr.savepoint():
                            user.with_user(user).write(values)
                    except AccessError:
                        continue
                    # Core drops a company that is not allowed instead of refusing it.
                    self.assertEqual(user.company_ids, self.school)
                    self.assertEqual(user.company_id, self.school)
                    self.assertFalse(user.has_group("base.group_system"))


@tagged("-at_install", "post_install")
class TestPeopleIsolationOverHttp(HttpCase, SchoolCommon):
    def test_the_picture_of_a_stranger_is_not_served(self):
        self.authenticate("teacher", "teacher")
        mine = self.url_open(f"/web/image/res.users/{self.clerk.id}/avatar_128")
        theirs = self.url_open(f"/web/image/res.users/{self.stranger.id}/avatar_128")
        nobody = self.url_open("/web/image/res.users/999999999/avatar_128")
        self.assertEqual(theirs.content, nobody.content)
        self.assertNotEqual(theirs.content, mine.content)

    def test_logging_in_opens_the_web_client(self):
        self.authenticate("teacher", "teacher")
        self.assertEqual(self.url_open("/odoo").status_code, 200)
        answer = self.make_jsonrpc_request(
            "/web/dataset/call_kw",
            {
                "model": "res.partner",
                "method": "web_search_read",
                "args": [[("id", "=", self.stranger.partner_id.id)], {"name": {}}],
                "kwargs": {},
            },
        )
        self.assertEqual(answer["records"], [])

    def _press(self, model, method, ids=()):
        return self.make_jsonrpc_request(
            "/web/dataset/call_button",
            {"model": model, "method": method, "args": [list(ids)], "kwargs": {}},
        )

    def test_the_buttons_above_the_lists_open_their_forms(self):
        self.authenticate("school_admin", "school_admin")
        action = self._press("hr.employee.public", "action_school_add")
        self.assertEqual(action["res_model"], "school.person.wizard")
        self.authenticate("admin", "admin")
        action = self._press("res.company", "action_school_open")
        self.assertEqual(action["res_model"], "school.open.wizard")

    def test_teachers_press_none_of_them(self):
        self.authenticate("teacher", "teacher")
        for model, method, ids in (
            ("hr.employee.public", "action_school_add", []),
            ("res.company", "action_school_open", []),
            ("res.company", "action_school_close", self.school.ids),
            ("res.company", "action_school_export", self.school.ids),
        ):
            with self.subTest(method=method), self.assertRaises(JsonRpcException):
                self._press(model, method, ids)
