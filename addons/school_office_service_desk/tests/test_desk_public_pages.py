import re
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .public_common import PDF, PNG, PublicCommon


@tagged("post_install", "-at_install")
class TestDeskPublicPages(PublicCommon):
    def test_the_guide_shows_what_is_public_and_nothing_else(self):
        page = self._get(f"/desk/{self.slug}")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Lost and found", page.text)
        self.assertIn(self.school.name, page.text)
        self.assertNotIn("Guidance on expense claims", page.text)
        self._sign_in(self.teacher)
        page = self._get(f"/desk/{self.slug}")
        self.assertIn("Guidance on expense claims", page.text)
        self._sign_in(self.stranger)
        page = self._get(f"/desk/{self.slug}")
        self.assertNotIn("Guidance on expense claims", page.text)

    def test_what_is_not_published_is_offered_to_no_guest(self):
        service = self._service("general")
        self.assertEqual((service.audience, service.is_public), ("everyone", True))
        self.assertIn(service.name, self._get(f"/desk/{self.slug}").text)
        service.is_public = False
        for user in (None, self.parent, self.stranger):
            if user:
                self._sign_in(user)
            with self.subTest(user=user and user.login):
                page = self._get(f"/desk/{self.slug}")
                self.assertNotIn(f"/desk/{self.slug}/general", page.text)
                form = self._get(f"/desk/{self.slug}/general")
                self.assertEqual(form.status_code, 404)
        self._sign_in(self.teacher)
        form = self._get(f"/desk/{self.slug}/general")
        self.assertEqual(form.status_code, 200)

    def test_a_page_that_is_off_looks_like_one_that_never_was(self):
        unknown = self._get("/desk/nowhere-at-all")
        self.school.school_desk_public = False
        off = self._get(f"/desk/{self.slug}")
        self.assertEqual(off.status_code, 404)
        self.assertEqual(unknown.status_code, 404)
        self.assertEqual(
            off.text.replace(self.slug, ""), unknown.text.replace("nowhere-at-all", "")
        )
        self.assertNotIn(self.school.name, off.text)

    def test_a_closed_school_says_so(self):
        self.school.sudo().write({"school_state": "closed"})
        for path in (f"/desk/{self.slug}", f"/q/{self.room.desk_token}"):
            page = self._get(path)
            self.assertEqual(page.status_code, 410)
            self.assertIn("closed", page.text)

    def test_every_page_is_kept_from_search_engines_frames_and_foreign_scripts(self):
        for path in (
            f"/desk/{self.slug}",
            f"/desk/{self.slug}/general",
            f"/desk/{self.slug}/code",
            f"/q/{self.room.desk_token}",
            "/desk/nowhere-at-all",
        ):
            page = self._get(path)
            with self.subTest(path=path):
                self.assertIn("noindex", page.headers["X-Robots-Tag"])
                self.assertIn(
                    "default-src 'none'", page.headers["Content-Security-Policy"]
                )
                self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
                self.assertNotIn("<script>", page.text)
                self.assertNotIn("unsafe", page.headers["Content-Security-Policy"])

    def test_a_guest_asks_and_gets_a_number_and_a_link(self):
        answer = self._post(
            f"/desk/{self.slug}/certificate",
            {
                "details": "My son changes school",
                "q_proof": "Proof of attendance",
                "person": "Han Mei",
                "email": "Han@Example.com",
            },
        )
        self.assertEqual(answer.status_code, 200)
        ticket = self._tickets()[-1]
        self.assertIn(ticket.number, answer.text)
        self.assertIn(f"/my/tickets/{ticket.id}?access_token=", answer.url)
        self.assertEqual(ticket.channel, "form")
        self.assertEqual(ticket.requester_name, "Han Mei")
        self.assertEqual(ticket.requester_email, "han@example.com")
        self.assertEqual(ticket.answers, {"proof": "Proof of attendance"})
        self.assertFalse(ticket.requester_id)
        letter = self.env["school.ticket.letter"].search(
            [("ticket_id", "=", ticket.id)]
        )
        self.assertEqual(letter.kind, "received")

    def test_what_is_missing_or_wrong_is_said_at_the_field_and_nothing_is_lost(self):
        before = self._tickets()
        answer = self._post(
            f"/desk/{self.slug}/lost_found",
            {"details": "A blue umbrella <b>", "person": "Han Mei", "phone": "call me"},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._tickets(), before)
        self.assertIn("A blue umbrella &lt;b&gt;", answer.text)
        self.assertIn("this is no telephone number", answer.text)
        self.assertIn('href="#f-q_which"', answer.text)

    def test_a_complaint_says_what_kind_of_matter_it_is(self):
        url = f"/desk/{self.slug}/complaint"
        data = {"details": "Cold food", "person": "Han Mei", "phone": "13800001234"}
        before = self._tickets()
        answer = self._post(url, data)
        self.assertEqual(answer.status_code, 400)
        self.assertIn('href="#f-problem"', answer.text)
        self.assertEqual(self._tickets(), before)
        kind = self.env["school.complaint.type"].search(
            [("company_id", "=", self.school.id)], limit=1
        )
        answer = self._post(url, {**data, "problem": str(kind.id)})
        self.assertEqual(answer.status_code, 200, answer.text[:2000])
        self.assertEqual((self._tickets() - before).problem_type_id, kind)

    @mute_logger("odoo.http")
    def test_a_post_that_is_too_large_or_too_late_is_refused_in_words(self):
        url = f"/desk/{self.slug}/lost_found"
        self._get(url)
        data = {"details": "x" * 3000}
        for rule in self.env["ir.http"].routing_map().iter_rules():
            if rule.rule == "/desk/<string:slug>/<string:code>":
                self.startPatcher(
                    patch.dict(rule.endpoint.routing, max_content_length=1000)
                )
        answer = self._post_with(url, data)
        self.assertEqual(answer.status_code, 413)
        self.assertIn("Too large to send", answer.text)
        self.assertIn(self.school.name, answer.text)
        answer = self._post_with(url, {"details": "x", "csrf_token": "old"})
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Please send it again", answer.text)
        self.assertIn("Content-Security-Policy", answer.headers)
        answer = self._post_with("/q/nothing/general", {"details": "x"})
        self.assertEqual(answer.status_code, 400)
        self.assertIn("Please send it again", answer.text)

    def test_the_form_tells_the_browser_what_is_too_large(self):
        self.school.school_desk_file_mb = 3
        page = self._get(f"/desk/{self.slug}/lost_found").text
        self.assertIn(f'data-limit="{3 * 1024 * 1024}"', page)
        self.assertIn("“{file}” is larger than 3 MB", page)

    def test_a_portal_user_asks_in_his_own_name_and_finds_it_in_his_list(self):
        self._sign_in(self.parent)
        self._post(
            f"/desk/{self.slug}/general",
            {"details": "When is the parents' evening?", "person": "Somebody else"},
        )
        ticket = self._tickets()[-1]
        self.assertEqual(ticket.requester_id, self.parent.partner_id)
        self.assertEqual(ticket.channel, "portal")
        page = self._get("/my/tickets")
        self.assertIn(ticket.number, page.text)
        self.assertIn(
            "parents&#39; evening", self._get(f"/my/tickets/{ticket.id}").text
        )

    def test_somebody_of_another_school_is_a_guest(self):
        self._sign_in(self.stranger)
        self._post(
            f"/desk/{self.slug}/general",
            {"details": "A question", "person": "Neighbour", "phone": "13800001234"},
        )
        ticket = self._tickets()[-1]
        self.assertEqual(ticket.requester_name, "Neighbour")
        self.assertFalse(ticket.requester_id)
        self.assertFalse(ticket.requester_user_id)
        self.assertFalse(ticket.received_by_id)

    def test_photographs_belong_to_repairs_and_papers_to_everything(self):
        url = f"/desk/{self.slug}/repair_building"
        data = {
            "details": "Water runs",
            "place": str(self.room.id),
            "person": "Han Mei",
            "phone": "13800001234",
        }
        answer = self._post(url, data, {"files": ("leak.png", PNG, "image/png")})
        self.assertEqual(answer.status_code, 200, answer.text[:2000])
        ticket = self._tickets()[-1]
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "school.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(files.mapped("name"), ["leak.png"])
        self.assertFalse(files.public)
        self.assertEqual(ticket.place_id, self.room)
        general = {k: v for k, v in data.items() if k != "place"}
        answer = self._post(
            f"/desk/{self.slug}/general",
            general,
            {"files": ("leak.png", PNG, "image/png")},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertIn("not of a kind we take", answer.text)
        answer = self._post(
            f"/desk/{self.slug}/general",
            general,
            {"files": ("letter.pdf", PDF, "application/pdf")},
        )
        self.assertEqual(answer.status_code, 200)

    def test_files_that_are_not_what_they_are_called_are_refused(self):
        url = f"/desk/{self.slug}/repair_building"
        data = {
            "details": "Water runs",
            "place": str(self.room.id),
            "person": "Han Mei",
            "phone": "13800001234",
        }
        before = self._tickets()
        for name, content in (
            ("a.png", b"<svg onload=alert(1)>"),
            ("a.jpg", PNG),
            ("a.pdf", b"MZ\x90"),
            ("a.docx", b"PK\x03\x04 nothing"),
            ("a.doc", b"just text"),
            ("a.exe", b"MZ"),
            ("a.pdf", b"%PDF" + b"x" * (5 * 1024 * 1024)),
            ("empty.pdf", b""),
        ):
            with self.subTest(name=name, size=len(content)):
                answer = self._post(url, data, {"files": (name, content)})
                self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._tickets(), before)

    def test_a_form_that_is_sent_twice_makes_one_request(self):
        url = f"/desk/{self.slug}/general"
        page = self._get(url).text
        self.assertIn("sheet", page)
        sheet = re.search(r'name="sheet" value="([0-9a-f]{32})"', page).group(1)
        data = {
            "csrf_token": self._csrf(page),
            "sheet": sheet,
            "details": "Once",
            "person": "Han Mei",
            "phone": "13800001234",
        }
        first = self._post_with(url, data)
        count = len(self._tickets())
        second = self._post_with(url, data)
        self.assertEqual(len(self._tickets()), count)
        self.assertEqual(first.url, second.url)

    def test_a_machine_that_fills_in_everything_gets_nothing(self):
        before = self._tickets()
        answer = self._post(
            f"/desk/{self.slug}/general",
            {
                "details": "Buy",
                "person": "Robot",
                "phone": "13800001234",
                "website": "http://example.com",
            },
        )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._tickets(), before)

    def test_the_thirtieth_post_is_refused_in_words(self):
        url = f"/desk/{self.slug}/general"
        token = self._csrf(self._get(url).text)
        data = {
            "csrf_token": token,
            "details": "Again",
            "person": "Han Mei",
            "phone": "13800001234",
        }
        codes = [
            self._post_with(url, data, follow=False).status_code for _ in range(30)
        ]
        self.assertEqual(codes[0], 303)
        self.assertEqual(codes[-1], 429)
        self.assertEqual(codes.count(303), self.school.school_desk_visitor_posts)
        answer = self._post_with(url, data)
        self.assertIn("A little slower", answer.text)
        self.assertTrue(int(answer.headers["Retry-After"]))
        hits = self.env["school.outside.act"].sudo().search([])
        self.assertNotIn("127.0.0.1", str(hits.read()))
        # The neighbour school counts for itself.
        other = f"/desk/{self.other.school_desk_slug}/general"
        self.assertEqual(self._post_with(other, data, follow=False).status_code, 303)

    def test_the_page_speaks_the_language_of_the_browser_and_of_the_switch(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        url = f"/desk/{self.slug}"
        page = self._get(url, headers={"Accept-Language": "zh-CN,zh;q=0.9"})
        self.assertIn('lang="zh-CN"', page.text)
        page = self._get(f"/desk/language?to=zh_CN&back={url}")
        self.assertIn('lang="zh-CN"', page.text)
        page = self._get("/desk/language?to=en_US&back=//evil.example.com")
        self.assertNotIn("evil", page.url)
