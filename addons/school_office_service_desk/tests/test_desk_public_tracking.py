import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .public_common import PDF, PublicCommon


@tagged("post_install", "-at_install")
class TestDeskPublicTracking(PublicCommon):
    def test_the_link_shows_the_request_and_only_its_own(self):
        ticket, other = self._asked(), self._asked(details="Something else")
        page = self._get(self._link(ticket))
        self.assertIn(ticket.number, page.text)
        self.assertNotIn(other.number, page.text)
        token = self._link(ticket).partition("access_token=")[2]
        for path in (
            f"/my/tickets/{other.id}?access_token={token}",
            f"/my/tickets/{ticket.id}?access_token=",
            f"/my/tickets/{ticket.id}?access_token={token[:-1]}",
            f"/my/tickets/{ticket.id}",
            "/my/tickets/99999999?access_token=x",
            f"/my/tickets/{10**30}?access_token=x",
        ):
            with self.subTest(path=path):
                page = self._get(path)
                self.assertEqual(page.status_code, 404)
                self.assertNotIn(ticket.number, page.text)

    def test_the_requester_sees_who_has_it_and_until_when(self):
        ticket = self._asked()
        page = self._get(self._link(ticket)).text
        self.assertIn(ticket.post_id.name, page)
        self.assertIn("an answer by", page)
        desk = ticket.with_user(self.agent)
        desk.action_take()
        desk._answer("The part comes on Friday.", "2031-05-09")
        page = self._get(self._link(ticket)).text
        self.assertIn("9 May", page)
        self.assertNotIn("an answer by", page)
        self.assertIn("The part comes on Friday.", page)

    def test_what_waits_for_something_else_says_until_when(self):
        ticket = self._asked()
        desk = ticket.with_user(self.agent)
        desk.action_take()
        until = fields.Datetime.to_datetime("2031-05-08 02:00:00")
        desk._set_waiting(self._wait_reason("spare_part"), until=until)
        self.assertIn("it goes on by", self._get(self._link(ticket)).text)
        desk._answer("The part comes on Friday.", "2031-05-09")
        page = self._get(self._link(ticket)).text
        self.assertIn("9 May", page)
        desk.action_resume()
        desk._ask("Which lamp is it?")
        page = self._get(self._link(ticket)).text
        self.assertNotIn("9 May", page)
        self.assertNotIn("it goes on by", page)

    def test_no_colleague_reads_or_makes_the_link(self):
        ticket = self._asked()
        self._link(ticket)
        for user in (self.agent, self.director, self.mender):
            mine = ticket.with_user(user)
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    mine.read(["access_token"])
                with self.assertRaises(AccessError):
                    mine.get_portal_url()
                self.assertNotIn("access_token", mine._get_share_url())
                self.assertNotIn("access_token", mine.fields_get())
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).search([("access_token", "!=", False)])

    def test_the_chatters_routes_do_not_open_to_the_link(self):
        ticket = self._asked()
        token = self._link(ticket).partition("access_token=")[2]
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/mail/message/post",
                json={
                    "params": {
                        "thread_model": "school.ticket",
                        "thread_id": ticket.id,
                        "token": token,
                        "post_data": {"body": "hello", "message_type": "comment"},
                    }
                },
            ).json()
            self.assertIn("error", answer)
            answer = self.url_open(
                "/mail/chatter_fetch",
                json={
                    "params": {
                        "thread_model": "school.ticket",
                        "thread_id": ticket.id,
                        "token": token,
                    }
                },
            ).json()
            self.assertIn("error", answer)

    def test_the_requester_answers_and_the_clock_goes_on(self):
        ticket = self._asked()
        ticket.with_user(self.agent)._ask("Which room?")
        self.assertEqual(ticket.state, "waiting")
        link = self._link(ticket)
        self.assertIn("Which room?", self._get(link).text)
        answer = self._post(
            link.replace("?", "/answer?"),
            {"text": "Room 12 <script>alert(1)</script>"},
            {"files": ("plan.pdf", PDF, "application/pdf")},
            page=link,
        )
        self.assertIn("The office has your message.", answer.text)
        self.assertIn("Room 12 &lt;script&gt;", answer.text)
        self.assertNotIn("<script>alert", answer.text)
        self.assertIn(ticket.state, ("new", "in_progress"))

    def test_notes_among_colleagues_are_not_shown(self):
        ticket = self._asked()
        ticket.with_user(self.agent)._note_public_answer("We come at ten.", self.agent)
        ticket.with_user(self.agent).message_post(body="He is always late")
        page = self._get(self._link(ticket)).text
        self.assertIn("We come at ten.", page)
        self.assertNotIn("always late", page)

    def test_the_requester_confirms_or_opens_it_again(self):
        ticket = self._asked()
        ticket.with_user(self.agent)._solve("A new lamp is in")
        link = self._link(ticket)
        answer = self._post(
            link.replace("?", "/reopen?"), {"reason": "It is dark again"}, page=link
        )
        self.assertIn("open again", answer.text)
        self.assertTrue(ticket.is_open)
        ticket.with_user(self.agent)._solve("Now really")
        self._post(link.replace("?", "/confirm?"), page=link)
        self.assertEqual(ticket.state, "closed")
        answer = self._post(
            link.replace("?", "/confirm?"), page=f"/desk/{self.slug}/general"
        )
        self.assertEqual(answer.status_code, 400)

    def test_a_portal_user_touches_only_what_he_asked_for(self):
        mine = self._incoming(requester_id=self.parent.partner_id.id)
        foreign = self._incoming()
        elsewhere = self._incoming(school=self.other)
        self._sign_in(self.parent)
        self.assertEqual(self._get(f"/my/tickets/{mine.id}").status_code, 200)
        page = f"/my/tickets/{mine.id}"
        for ticket in (foreign, elsewhere):
            before = ticket.read(["state", "message_ids"])
            self.assertEqual(self._get(f"/my/tickets/{ticket.id}").status_code, 404)
            for action in ("answer", "confirm", "reopen", "rate"):
                with self.subTest(action=action):
                    answer = self._post(
                        f"/my/tickets/{ticket.id}/{action}",
                        {"text": "x", "reason": "x", "score": "1"},
                        page=page,
                    )
                    self.assertEqual(answer.status_code, 404)
            self.assertEqual(ticket.read(["state", "message_ids"]), before)

    def test_an_employee_finds_his_own_requests_on_the_phone(self):
        ticket = self._ask(self.teacher)
        self._sign_in(self.teacher)
        self.assertIn(ticket.number, self._get("/my/tickets").text)
        ticket.with_user(self.agent)._solve("Done")
        page = f"/my/tickets/{ticket.id}"
        self._post(f"{page}/confirm", page=page)
        self.assertEqual(ticket.state, "closed")
        self.assertEqual(ticket.confirmed_by_id, self.teacher.partner_id)

    def test_my_requests_need_a_login(self):
        answer = self._get("/my/tickets", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])

    def test_an_anonymous_request_has_no_link(self):
        ticket = self.Ticket._intake(
            self.school,
            [
                {
                    "service": self._service("complaint"),
                    "details": "Noise",
                    "anonymous": True,
                }
            ],
            "form",
        )
        self.assertIsNone(ticket._tracking_path())
        token = ticket.sudo()._portal_ensure_token()
        page = self._get(f"/my/tickets/{ticket.id}?access_token={token}")
        self.assertEqual(page.status_code, 404)

    def test_the_list_reads_as_much_for_many_as_for_few(self):
        desk = self.env["school.desk.public"].sudo()

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tickets, __ = desk._my_tickets(self.parent, 1)
            lines = [desk._ticket_line(ticket) for ticket in tickets]
            return len(lines), self.env.cr.sql_log_count - before

        self._incoming(count=2, requester_id=self.parent.partner_id.id)
        queries()
        few, cost = queries()
        self._incoming(count=18, requester_id=self.parent.partner_id.id)
        many, cost_of_many = queries()
        self.assertEqual((few, many), (2, 20))
        self.assertLessEqual(cost_of_many, cost)

    def test_the_list_is_paged(self):
        self._incoming(count=25, requester_id=self.parent.partner_id.id)
        self._sign_in(self.parent)
        page = self._get("/my/tickets")
        self.assertEqual(len(re.findall(r'href="/my/tickets/\d+"', page.text)), 20)
        self.assertIn("/my/tickets?page=2", page.text)
        page = self._get("/my/tickets?page=2")
        self.assertEqual(len(re.findall(r'href="/my/tickets/\d+"', page.text)), 5)
        for odd in ("0", "-1", "x", "9" * 30):
            self.assertEqual(self._get(f"/my/tickets?page={odd}").status_code, 200)


@tagged("post_install", "-at_install")
class TestDeskPublicLetters(PublicCommon):
    def _letters(self, ticket):
        return self.env["school.ticket.letter"].search(
            [("ticket_id", "=", ticket.id)], order="id"
        )

    def _send(self):
        mails = self.env["mail.mail"].search([])
        letters = self.env["school.ticket.letter"].search(
            [("state", "=", "waiting")], order="id"
        )
        for letter in letters:
            letter._send()
        return self.env["mail.mail"].search([]) - mails

    def test_a_guest_is_told_by_mail_and_nothing_is_written_inside_the_request(self):
        mails = self.env["mail.mail"].search_count([])
        ticket = self._asked(email="han@example.com")
        ticket.with_user(self.agent)._solve("A new lamp is in")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertEqual(self._letters(ticket).mapped("kind"), ["received", "solved"])
        received, solved = self._send().sorted("id")
        self.assertEqual(received.email_to, "han@example.com")
        self.assertIn(ticket.number, received.subject)
        self.assertIn(self._link(ticket).replace("&", "&amp;"), received.body_html)
        self.assertIn("A new lamp is in", solved.body_html)
        self.assertEqual(len(re.findall(r"\?score=\d", solved.body_html)), 5)
        self.assertFalse(solved.mail_message_id.res_id)

    def test_each_letter_says_what_it_is_about(self):
        ticket = self._asked(email="han@example.com")
        desk = ticket.with_user(self.agent)
        desk.action_take()
        until = fields.Datetime.to_datetime("2031-05-08 02:00:00")
        desk._set_waiting(self._wait_reason("spare_part"), until=until)
        desk._answer("The part comes on Friday.")
        desk.action_resume()
        desk._ask("Which lamp is it?")
        desk.action_resume()
        desk._solve("A new lamp is in")
        desk._answer("The old one is in the store.")
        self.assertEqual(
            self._letters(ticket).mapped("kind"),
            ["received", "answer", "asked", "solved", "answer"],
        )

    def test_no_colleague_finds_the_links_in_the_letters(self):
        ticket = self._asked(email="han@example.com")
        ticket.with_user(self.agent)._solve("Done")
        self._send()
        for user in (self.agent, self.director, self.admin):
            with self.subTest(user=user.login):
                texts = str(
                    self.env["school.ticket.letter"].with_user(user).search([]).read()
                    if self.env["school.ticket.letter"]
                    .with_user(user)
                    .has_access("read")
                    else ""
                )
                texts += str(
                    self.env["mail.message"].with_user(user).search([]).mapped("body")
                )
                self.assertNotIn("access_token", texts)
                self.assertNotIn("/desk/rate/", texts)
                with self.assertRaises(AccessError):
                    self.env["mail.mail"].with_user(user).search([]).mapped("body_html")

    def test_the_letter_speaks_the_language_of_the_page(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        ticket = self._incoming(
            requester_email="han@example.com", requester_lang="zh_CN"
        )
        ticket._letter("received")
        self.assertEqual(self._letters(ticket).lang, "zh_CN")

    def test_a_letter_that_fails_is_tried_again_and_then_named(self):
        ticket = self._incoming(requester_email="han@example.com")
        letter = ticket._letter("received")
        for _try in range(3):
            letter._note_failure(ValueError("no template"))
        self.assertEqual(letter.state, "failed")
        self.assertIn("no template", letter.error)

    def test_staff_and_anonymous_people_get_no_letter(self):
        staff = self._ask(self.teacher)
        unknown = self.Ticket._intake(
            self.school,
            [
                {
                    "service": self._service("complaint"),
                    "anonymous": True,
                    "details": "x",
                }
            ],
            "form",
        )
        (staff.sudo() | unknown)._letter("received")
        self.assertFalse(self._letters(staff) | self._letters(unknown))

    def test_old_counts_are_swept(self):
        self._asked()
        hits = self.env["school.outside.act"].sudo()
        self.assertTrue(hits.search_count([]))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE school_outside_act SET create_date = %s",
            [fields.Datetime.now() - timedelta(days=2)],
        )
        hits._gc_old()
        self.assertFalse(hits.search_count([]))
