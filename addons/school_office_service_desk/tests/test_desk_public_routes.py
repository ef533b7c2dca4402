import re

from odoo.tests import tagged
from odoo.tools import mute_logger

from .public_common import PublicCommon

OURS = ("/desk/", "/q/", "/my/tickets")
IMG = "<img src=x onerror=alert(1)>"
# Rows of core that a request could leave behind.
TABLES = (
    "mail_message",
    "mail_mail",
    "mail_notification",
    "mail_followers",
    "mail_activity",
    "ir_attachment",
    "rating_rating",
    "res_partner",
    "res_users",
    "res_company",
    "maintenance_equipment",
    "maintenance_request",
)


@tagged("post_install", "-at_install")
class TestDeskPublicRoutes(PublicCommon):
    """Every route of ours, found in the routing map, called as nobody should."""

    def setUp(self):
        super().setUp()
        self.mine = self._incoming(
            "repair_equipment",
            requester_id=self.parent.partner_id.id,
            place_id=self.room.id,
        )
        self.solved = self._incoming(requester_email="han@example.com")
        self.solved.with_user(self.agent).action_take()
        self.solved.with_user(self.agent)._solve("Done")
        self.foreign = self._incoming(school=self.other)
        self.foreign_room = self.env["school.place"].create(
            {"name": "Far away", "kind": "room", "company_id": self.other.id}
        )
        self.foreign_room._desk_draw_tokens()
        for ticket in (self.mine, self.solved, self.foreign):
            ticket.sudo()._portal_ensure_token()
        self.env.flush_all()
        self._get("/desk/nowhere")  # the server makes its routing map when it is asked

    def _rules(self):
        """Yield ``(rule, methods)`` of ours."""
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if rule.rule.startswith(OURS):
                yield rule, rule.methods & {"GET", "POST"}

    def _paths(self, rule):
        """Paths of a rule: right ones, then of the other school, then invented."""
        rated = self.solved._rating_path().rpartition("/")[2]
        values = {
            "slug": [self.slug, self.other.school_desk_slug, "nowhere"],
            "code": ["general", "repair_equipment", "claims", "nothing"],
            "number": [1, 0, 2**31, 10**20],
            "ticket_id": [
                self.mine.id,
                self.solved.id,
                self.foreign.id,
                0,
                2**31,
                10**20,
            ],
            "token": [
                rated if "rate" in rule.rule else self.room.desk_token,
                self.foreign_room.desk_token,
                "p" + "a" * 16,
                "p" + "é" * 16,
                "x",
                "A" * 40,
            ],
        }
        names = re.findall(r"<(?:\w+:)?(\w+)>", rule.rule)
        paths = [rule.rule]
        for name in names:
            paths = [
                re.sub(rf"<(?:\w+:)?{name}>", str(value), path)
                for path in paths
                for value in values[name]
            ]
        return paths

    def _state(self):
        """Counts and checksums of every table a visitor could touch."""
        self.env.flush_all()
        tables = sorted(
            model._table
            for name in self.env.registry
            if name.startswith("school.")
            and (model := self.env[name])._auto
            and not model._abstract
            and not model._transient
            and name != "school.outside.act"
        )
        state = {}
        for table in (*tables, *TABLES):
            self.env.cr.execute(
                f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY id))"  # noqa: S608
                f' FROM "{table}" t'
            )
            state[table] = self.env.cr.fetchone()
        return state

    def _visitors(self):
        yield "guest", lambda: self.authenticate(None, None)
        yield "parent", lambda: self._sign_in(self.parent)
        yield "stranger", lambda: self._sign_in(self.stranger)

    def test_the_routing_map_holds_what_we_think(self):
        rules = {(rule.rule, *sorted(methods)) for rule, methods in self._rules()}
        self.assertGreater(len(rules), 15)
        for path, *methods in rules:
            with self.subTest(path=path):
                # No address both shows and changes.
                self.assertEqual(len(methods), 1)

    @mute_logger("odoo.http")
    def test_files_in_place_of_texts_are_no_error_of_the_server(self):
        names = ("access_token", "answer", "anonymous", "back", "code", "done", "new")
        names += ("page", "q", "reason", "score", "sheet", "text", "thanks", "word")
        files = {name: (f"{name}.txt", b"x", "text/plain") for name in names}
        self._sign_in(self.parent)
        token = self._csrf(self._get(f"/desk/{self.slug}/code").text)
        tried = 0
        for rule, methods in self._rules():
            for method in methods:
                answer = self.url_open(
                    self._paths(rule)[0],
                    data={"csrf_token": token},
                    files=files,
                    method=method,
                    allow_redirects=False,
                )
                tried += 1
                with self.subTest(path=rule.rule, method=method):
                    self.assertLess(answer.status_code, 500)
        self.assertGreater(tried, 15)

    @mute_logger("odoo.http")
    def test_looking_changes_nothing_whoever_looks(self):
        queries = ("", "?score=1&new=1&done=rate&anonymous=1&access_token=x&page=3")
        for visitor, sign_in in self._visitors():
            sign_in()
            before = self._state()
            for rule, methods in self._rules():
                if "GET" not in methods:
                    continue
                for path in self._paths(rule):
                    for query in queries:
                        answer = self.url_open(path + query, allow_redirects=False)
                        with self.subTest(visitor=visitor, path=path + query):
                            self.assertLess(answer.status_code, 500)
            self.env.invalidate_all()
            self.assertEqual(self._state(), before, visitor)

    @mute_logger("odoo.http")
    def test_what_changes_something_is_not_done_by_looking(self):
        before = self._state()
        for rule, methods in self._rules():
            if "POST" not in methods:
                continue
            twin = {
                path
                for other, others in self._rules()
                if "GET" in others
                for path in self._paths(other)
            }
            for path in set(self._paths(rule)) - twin:
                answer = self.url_open(
                    path + "?text=x&reason=x&score=5", allow_redirects=False
                )
                with self.subTest(path=path):
                    self.assertIn(answer.status_code, (404, 405))
        self.assertEqual(self._state(), before)

    @mute_logger("odoo.http")
    def test_nothing_is_taken_without_the_token_of_the_page(self):
        before = self._state()
        data = {"details": "x", "person": "x", "phone": "13800001234", "score": "5"}
        for rule, methods in self._rules():
            if "POST" not in methods:
                continue
            for path in self._paths(rule)[:3]:
                answer = self._post_with(path, data, follow=False)
                with self.subTest(path=path):
                    self.assertIn(answer.status_code, (400, 404))
        self.assertEqual(self._state(), before)

    @mute_logger("odoo.http")
    def test_nobody_changes_what_is_not_his(self):
        data = {
            "text": "x",
            "reason": "x",
            "score": "5",
            "word": "x",
            "access_token": self.foreign.sudo().access_token,
        }
        for visitor, sign_in in self._visitors():
            sign_in()
            token = self._csrf(self._get(f"/desk/{self.slug}/general").text)
            before = self._state()
            for ticket in (self.mine, self.solved):
                for action in ("answer", "confirm", "reopen", "rate"):
                    if visitor == "parent" and ticket == self.mine:
                        continue
                    answer = self._post_with(
                        f"/my/tickets/{ticket.id}/{action}",
                        {"csrf_token": token, **data},
                        follow=False,
                    )
                    with self.subTest(visitor=visitor, action=action):
                        self.assertEqual(answer.status_code, 404)
            self.assertEqual(self._state(), before)

    def test_a_posted_key_that_the_form_does_not_have_is_not_there(self):
        ticket = self._asked(
            company_id=str(self.other.id),
            state="closed",
            handler_id=str(self.teacher.id),
            post_id="1",
            urgency="2",
            is_anonymous="1",
            requester_id=str(self.parent.partner_id.id),
            requester_user_id=str(self.teacher.id),
            equipment_id=str(self.device.id),
            place_id=str(self.foreign_room.id),
            number="1",
            access_token="known",
            received_at="2020-01-01",
            channel="box",
            allowed_user_ids=str(self.stranger.id),
            service_id=str(self._service("complaint").id),
            solution="x",
            answers='{"a": 1}',
        )
        self.assertEqual(ticket.company_id, self.school)
        self.assertIn(ticket.state, ("new", "assigned"))
        self.assertNotEqual(ticket.handler_id, self.teacher)
        self.assertEqual(ticket.urgency, "0")
        self.assertFalse(ticket.requester_id | ticket.requester_user_id.partner_id)
        self.assertFalse(ticket.equipment_id)
        self.assertFalse(ticket.is_anonymous)
        self.assertFalse(ticket.place_id)
        self.assertEqual(ticket.channel, "form")
        self.assertNotEqual(ticket.access_token, "known")
        self.assertEqual(ticket.service_id, self._service("general"))
        self.assertFalse(ticket.solution or ticket.answers)

    def test_a_place_of_another_school_is_refused(self):
        answer = self._post(
            f"/desk/{self.slug}/repair_building",
            {
                "details": "x",
                "person": "x",
                "phone": "13800001234",
                "place": str(self.foreign_room.id),
            },
        )
        self.assertEqual(answer.status_code, 400)
        self.assertNotIn("Far away", answer.text)

    def test_no_text_becomes_markup(self):
        self.school.sudo().write({"name": f"{IMG} School"})
        self.school.school_office_counter = IMG
        self.room.name = IMG
        service = self._service("repair_equipment")
        service.write({"name": IMG, "description": IMG, "standard": IMG, "flow": IMG})
        service.question_ids[0].write({"label": IMG, "help": IMG})
        self.parent.partner_id.name = IMG
        ticket = self._incoming(
            "repair_equipment",
            name=IMG,
            details=IMG,
            requester_name=IMG,
            requester_id=self.parent.partner_id.id,
            place_id=self.room.id,
            requester_email="han@example.com",
        )
        ticket.with_user(self.agent)._note_public_answer(IMG, self.agent)
        ticket._requester_answers(IMG)
        ticket.with_user(self.agent)._solve(IMG)
        ticket._rate(1, IMG)
        link = self._link(ticket)
        paths = [
            f"/desk/{self.slug}",
            f"/desk/{self.slug}/repair_equipment",
            f"/q/{self.room.desk_token}",
            f"/q/{self.room.desk_token}/repair_equipment",
            link,
            ticket._rating_path(),
            "/my/tickets",
            f"/my/tickets/{ticket.id}",
        ]
        for path in paths:
            if path.startswith("/my/tickets") and "token" not in path:
                self._sign_in(self.parent)
            page = self._get(path)
            with self.subTest(path=path):
                self.assertEqual(page.status_code, 200)
                self.assertNotIn(IMG, page.text)
                self.assertIn("&lt;img", page.text)
        for letter in self.env["school.ticket.letter"].search([]):
            self.assertNotIn(IMG, letter._body())

    def test_a_wrong_code_of_a_form_is_answered_without_naming_services(self):
        page = self._get(f"/desk/{self.slug}/claims")
        self.assertEqual(page.status_code, 404)
        self.assertNotIn("expense", page.text)

    def test_the_login_of_a_page_leads_back_to_this_site_only(self):
        page = self._get(f"/desk/{self.slug}?x=//evil.example.com")
        login = re.search(r'href="(/web/login\?[^"]+)"', page.text).group(1)
        self.assertIn("redirect=%2Fdesk%2F", login)
