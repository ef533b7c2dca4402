from odoo.tests import tagged

from .common import SchoolCommon


@tagged("post_install", "-at_install")
class TestAccountWatch(SchoolCommon):
    """What others do to an account is told to its owner and logged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.teacher.partner_id.with_user(cls.teacher).sudo().write(
            {"email": "old@hill.example.com", "lang": "zh_CN"}
        )
        cls.teacher.notification_type = "inbox"
        cls.env["mail.mail"].search([]).unlink()

    def _wizard(self, **vals):
        person = self.env["hr.employee.public"].browse(
            self.teacher._school_employee(self.school).id
        )
        wizard = (
            self.env["school.person.wizard"]
            .with_user(self.admin)
            .create({"employee_id": person.id, "company_id": self.school.id})
        )
        wizard.write(vals)
        return wizard

    def _entries(self):
        return (
            self.env["school.register.entry"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.school.id),
                    ("register_code", "=", "accounts"),
                ],
                order="seq",
            )
        )

    def _mails(self):
        return self.env["mail.mail"].search([], order="id")

    def test_a_new_address_is_told_to_the_old_and_the_new_one(self):
        self._wizard(email="thief@elsewhere.example.com").action_confirm()
        self.assertEqual(self.teacher.email, "thief@elsewhere.example.com")
        mails = self._mails()
        self.assertEqual(
            set(mails.mapped("email_to")),
            {"old@hill.example.com", "thief@elsewhere.example.com"},
        )
        for mail in mails:
            self.assertIn(self.admin.name, mail.body_html)
            self.assertIn("old@hill.example.com", mail.body_html)
        entry = self._entries()
        self.assertEqual(entry.event, "email_changed")
        self.assertEqual(entry.user_id, self.admin)
        self.assertEqual(entry.res_id, self.teacher.id)
        self.assertIn(
            "old@hill.example.com → thief@elsewhere.example.com", entry.payload
        )
        notice = self.env["school.notice"].search([("kind", "=", "account")])
        self.assertEqual(notice.user_id, self.teacher)

    def test_a_new_sign_in_name_is_told_and_logged(self):
        self._wizard(login="teacher2").action_confirm()
        self.assertEqual(self._entries().event, "login_changed")
        self.assertIn("teacher → teacher2", self._entries().payload)
        self.assertEqual(self._mails().mapped("email_to"), ["old@hill.example.com"])

    def test_a_password_link_is_told_and_logged(self):
        self._wizard().action_send_link()
        self.assertEqual(self._entries().event, "link_sent")
        bodies = "".join(self._mails().mapped("body_html"))
        self.assertIn(self.admin.name, bodies)

    def test_the_operator_is_no_exception(self):
        operator = self.env.ref("base.user_admin")
        self.teacher.with_user(operator).sudo().write({"password": "Another-1-secret"})
        self.assertEqual(self._entries().event, "password_set")
        self.assertEqual(self._entries().user_id, operator)

    def test_the_owner_reads_it_in_his_language(self):
        said = []
        users = type(self.env["res.users"])

        def subject(_model, env, school):
            said.append(env.lang)
            return "…"

        self.patch(users, "_account_subject", subject)
        self._wizard(login="teacher2").action_confirm()
        self.assertEqual(set(said), {"zh_CN"})

    def test_what_one_does_oneself_needs_no_alarm(self):
        self.teacher.with_user(self.teacher).write({"email": "new@hill.example.com"})
        self.assertFalse(self._entries())
        # Odoo's own alert goes to the address that was his.
        self.assertEqual(self._mails().mapped("email_to"), ["old@hill.example.com"])

    def test_nothing_changed_is_no_news(self):
        self._wizard(name="Another Name").action_confirm()
        self.assertFalse(self._entries())
        self.assertFalse(self._mails())

    def test_markup_in_a_name_stays_text(self):
        self.admin.name = "<img src=x onerror=alert(1)>"
        self._wizard(login="teacher2").action_confirm()
        self.assertNotIn("<img", self._mails().body_html)

    def test_the_log_of_the_neighbour_is_not_touched_and_not_read(self):
        self._wizard(login="teacher2").action_confirm()
        theirs = self.env["school.register.entry"].with_user(self.stranger)
        self.assertFalse(theirs.search([("register_code", "=", "accounts")]))
