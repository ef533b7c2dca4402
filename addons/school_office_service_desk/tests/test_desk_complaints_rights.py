import re

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DeskCommon
from .marker_scan import MARK, MarkerScan
from .public_common import PublicCommon


@tagged("post_install", "-at_install")
class TestAnonymousPage(MarkerScan, PublicCommon):
    """The same over real HTTP, by somebody who is signed in while he reports."""

    def setUp(self):
        super().setUp()
        self.reporter = new_test_user(
            self.env,
            login=f"{MARK}1",
            name=f"{MARK} Wang",
            email=f"{MARK}@example.com",
            groups="base.group_user",
            company_id=self.school.id,
            company_ids=[(6, 0, self.school.ids)],
        )

    def _send(self, path, data, files=None):
        return self.url_open(
            path,
            data=data,
            files=files,
            method="POST",
            headers={"User-Agent": MARK, "X-Forwarded-For": MARK, "Referer": MARK},
        )

    def test_a_signed_in_reporter_leaves_no_trace(self):
        self.authenticate(self.reporter.login, self.reporter.login)
        path = f"/desk/{self.slug}/complaint"
        token = self._csrf(self._get(f"{path}?anonymous=1").text)
        code_token = self._csrf(self._get(f"/desk/{self.slug}/code").text)
        rows, own = self._rows_with(MARK), self._rows_of_uid(self.reporter.id)
        before = self._tickets()
        problem = self.env["school.complaint.type"].search(
            [("company_id", "=", self.school.id)], limit=1
        )
        name, content = self._photo()
        answer = self._send(
            path,
            {
                "csrf_token": token,
                "anonymous": "1",
                "details": "Something happened",
                "problem": str(problem.id),
                "person": MARK,
                "phone": MARK,
                "email": f"{MARK}@example.com",
            },
            {"files": (name, content, "image/jpeg")},
        )
        self.env.invalidate_all()
        ticket = self._tickets() - before
        self.assertEqual(len(ticket), 1, answer.text[:3000])
        self.assertTrue(ticket.is_anonymous)
        found = re.search(r"([2-9A-Z]{4}-){3}[2-9A-Z]{4}", answer.text)
        self.assertTrue(found, answer.text[:3000])
        answer = self._send(
            f"/desk/{self.slug}/code",
            {"csrf_token": code_token, "code": found.group(), "text": "One more word"},
        )
        self.env.invalidate_all()
        self.assertEqual(ticket.exchange_ids.mapped("text"), ["One more word"])
        self.assertEqual(self._rows_with(MARK), rows)
        after = self._rows_of_uid(self.reporter.id)
        # Odoo's own log of the devices of a session knows nothing of the report.
        for table in ("res_device_log", "res_users_log"):
            after.pop(table, None)
            own.pop(table, None)
        self.assertEqual(after, own)
        self.assertFalse(self._rows_with(found.group()))


@tagged("post_install", "-at_install")
class TestTwoSchools(DeskCommon):
    """Nothing of one school is seen, changed or found from the other."""

    MODELS = (
        "school.complaint.type",
        "school.complaint.cause",
        "school.complaint.analysis",
        "school.suggestion.box",
        "school.suggestion.opening",
        "school.improvement",
        "school.department.visit",
        "school.safeguarding.item",
        "school.ticket.message",
    )

    def test_the_neighbour_sees_nothing(self):
        box = self.env["school.suggestion.box"].create(
            {"name": "Entrance", "company_id": self.school.id}
        )
        improvement = self.env["school.improvement"].create(
            {"name": "A rack", "text": "Here", "company_id": self.school.id}
        )
        visit = self.env["school.department.visit"].create(
            {"department_id": self.teaching.id, "company_id": self.school.id}
        )
        code = self.Ticket._anonymous_intake(self.school, {"details": "Words"})
        ticket = self.Ticket._by_code(self.school, code)
        ticket._exchange("reporter", "More")
        env = self.env(user=self.stranger, su=False)
        for name in self.MODELS:
            rows = env[name].search([("company_id", "=", self.school.id)])
            self.assertFalse(rows, name)
        for record in (box, improvement, visit):
            with self.assertRaises(AccessError):
                record.with_user(self.stranger).read(["display_name"])
            with self.assertRaises(AccessError):
                record.with_user(self.stranger).write({"company_id": self.other.id})

    def test_both_schools_begin_with_their_own_lists(self):
        for name in ("school.complaint.type", "school.complaint.cause"):
            for school in (self.school, self.other):
                self.assertGreater(
                    self.env[name].search_count([("company_id", "=", school.id)]), 5
                )

    def test_setting_up_again_changes_nothing(self):
        Type = self.env["school.complaint.type"]
        before = Type.search_count([])
        Type.search([("company_id", "=", self.school.id)])[0].name = "Our own name"
        self.school._school_set_up()
        self.assertEqual(Type.search_count([]), before)
        self.assertTrue(Type.search([("name", "=", "Our own name")]))

    def test_roles_do_what_they_may_and_no_more(self):
        """``(model, right, who may)``; whoever is not named is refused."""
        people = {
            "teacher": self.teacher,
            "agent": self.agent,
            "clerk": self.clerk,
            "director": self.director,
            "admin": self.admin,
        }
        office = {"director"}
        for model, right, who in (
            ("school.complaint.type", "create", {"director", "admin"}),
            ("school.complaint.cause", "write", {"director", "admin"}),
            ("school.complaint.analysis", "read", office),
            ("school.complaint.analysis", "create", set()),
            ("school.complaint.analysis", "unlink", set()),
            ("school.complaint.analysis.line", "write", set()),
            ("school.suggestion.box", "create", {"director", "admin"}),
            ("school.suggestion.opening", "create", set()),
            ("school.suggestion.opening", "unlink", set()),
            ("school.improvement", "unlink", set()),
            ("school.department.visit", "create", {"agent", "clerk", "director"}),
            ("school.ticket.code", "read", set()),
            ("school.ticket.message", "create", set()),
            ("school.ticket.message", "write", set()),
            ("school.safeguarding.check", "create", set()),
        ):
            for name, user in people.items():
                with self.subTest(model=model, right=right, who=name):
                    self.assertEqual(
                        self.env[model].with_user(user).has_access(right), name in who
                    )
