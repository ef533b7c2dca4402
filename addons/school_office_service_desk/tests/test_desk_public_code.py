import re

from odoo.tests import tagged

from ..models import desk_public_code
from ..tools import receipt_code
from .public_common import PNG, PublicCommon


@tagged("post_install", "-at_install")
class TestDeskPublicCode(PublicCommon):
    def _complain(self, **data):
        kind = self.env["school.complaint.type"].search(
            [("company_id", "=", self.school.id)], limit=1
        )
        url = f"/desk/{self.slug}/complaint?anonymous=1"
        before = self._tickets()
        answer = self._post(
            url,
            {
                "anonymous": "1",
                "details": "The canteen is cold",
                "problem": str(kind.id),
                **data,
            },
            page=url,
        )
        self.assertEqual(answer.status_code, 200, answer.text[:3000])
        found = re.search(r'id="code">([^<]+)<', answer.text)
        self.assertTrue(found, answer.text[:3000])
        return self._tickets() - before, found.group(1)

    def test_nothing_of_whoever_is_signed_in_is_kept(self):
        for user in (None, self.teacher, self.parent):
            if user:
                self._sign_in(user)
            ticket, __ = self._complain(person="Han Mei", phone="13800001234")
            with self.subTest(user=user and user.login):
                self.assertTrue(ticket.is_anonymous)
                self.assertFalse(ticket.requester_id or ticket.requester_name)
                self.assertFalse(ticket.requester_phone or ticket.requester_lang)
        self.env.flush_all()
        uids = {self.teacher.id, self.parent.id}
        partners = (self.teacher | self.parent).partner_id
        for table in ("school_ticket", "school_outside_act", "school_ticket_event"):
            self.env.cr.execute(
                f"SELECT create_uid, write_uid FROM {table}"  # noqa: S608
            )
            with self.subTest(table=table):
                self.assertFalse(uids & set(sum(self.env.cr.fetchall(), ())))
        messages = self.env["mail.message"].search(
            [("model", "=", "school.ticket"), ("author_id", "in", partners.ids)]
        )
        self.assertFalse(messages)
        hits = self.env["school.outside.act"].sudo().search([("kind", "!=", "form")])
        self.assertEqual(set(hits.mapped("kind")), {"anonymous"})
        self.assertFalse([key for key in hits.mapped("key") if key])
        forms = self.env["school.outside.act"].sudo().search([("kind", "=", "form")])
        self.assertFalse([res_id for res_id in forms.mapped("res_id") if res_id])

    def test_the_code_leads_there_and_back(self):
        ticket, code = self._complain()
        page = f"/desk/{self.slug}/code"
        answer = self._post(page, {"code": code.lower().replace("-", " ")})
        self.assertIn("The canteen is cold", answer.text)
        self.assertNotIn(code, answer.url)
        ticket.with_user(self.clerk).action_take()
        ticket.with_user(self.clerk)._ask("On which day?")
        answer = self._post(page, {"code": code})
        self.assertIn("On which day?", answer.text)
        answer = self._post(page, {"code": code, "text": "On Monday <b>"})
        self.assertIn("The office has your message.", answer.text)
        self.assertIn("On Monday &lt;b&gt;", answer.text)
        self.assertNotEqual(ticket.state, "waiting")

    def test_unknown_foreign_and_mistyped_codes_show_nothing(self):
        __, code = self._complain()
        elsewhere = f"/desk/{self.other.school_desk_slug}/code"
        swapped = code[1] + code[0] + code[2:]
        for page, typed in (
            (elsewhere, code),
            (f"/desk/{self.slug}/code", swapped),
            (f"/desk/{self.slug}/code", "x"),
            (f"/desk/{self.slug}/code", ""),
        ):
            answer = self._post(page, {"code": typed})
            with self.subTest(page=page, typed=typed):
                self.assertEqual(answer.status_code, 400)
                self.assertNotIn("canteen", answer.text)

    def test_guessing_is_limited_for_the_school_but_locks_nobody_out(self):
        __, code = self._complain()
        page = f"/desk/{self.slug}/code"
        token = self._csrf(self._get(page).text)
        self.patch(desk_public_code, "CODE_TRIES", 5)
        codes = [
            self._post_with(
                page, {"csrf_token": token, "code": receipt_code.new()}
            ).status_code
            for _try in range(7)
        ]
        self.assertEqual(codes, [400] * 5 + [429] * 2)
        answer = self._post_with(page, {"csrf_token": token, "code": code})
        self.assertIn("The canteen is cold", answer.text)

    def test_reports_without_a_name_are_limited_for_the_school(self):
        self.school.school_desk_anonymous_posts = 2
        url = f"/desk/{self.slug}/suggestion?anonymous=1"
        token = self._csrf(self._get(url).text)
        data = {"csrf_token": token, "anonymous": "1", "details": "More trees"}
        codes = [self._post_with(url, data).status_code for _try in range(3)]
        self.assertEqual(codes, [200, 200, 429])

    def test_a_service_that_wants_a_name_is_not_asked_without_one(self):
        before = self._tickets()
        answer = self._post(
            f"/desk/{self.slug}/general?anonymous=1",
            {"anonymous": "1", "details": "Who are you?"},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self._tickets(), before)

    def test_photographs_lose_their_name(self):
        url = f"/desk/{self.slug}/complaint?anonymous=1"
        kind = self.env["school.complaint.type"].search(
            [("company_id", "=", self.school.id)], limit=1
        )
        answer = self._post(
            url,
            {"anonymous": "1", "details": "Look", "problem": str(kind.id)},
            {"files": ("HanMei-phone.png", PNG, "image/png")},
            page=url,
        )
        self.assertEqual(answer.status_code, 200, answer.text[:2000])
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "school.ticket"),
                ("res_id", "=", self._tickets()[-1].id),
            ]
        )
        self.assertEqual(len(files), 1)
        self.assertNotIn("HanMei", files.name)

    def test_a_code_with_a_slip_is_not_typed_again(self):
        page = f"/desk/{self.slug}/code"
        answer = self._post(page, {"code": "WPUZ-3C5X-4UTZ-D9P"})
        self.assertEqual(answer.status_code, 400)
        self.assertIn('value="WPUZ-3C5X-4UTZ-D9P"', answer.text)
        answer = self._post(page, {"code": '"><b>x'})
        self.assertNotIn("<b>x", answer.text)

    def test_the_result_is_rated_once_and_a_low_one_is_looked_into(self):
        ticket, code = self._complain()
        clerk = ticket.with_user(self.clerk)
        clerk.action_take()
        clerk.sudo()._set_solved("The heating is on")
        page = f"/desk/{self.slug}/code"
        answer = self._post(page, {"code": code, "score": "1"})
        self.assertIn("Thank you for your rating.", answer.text)
        rating = ticket._rating_given()
        self.assertEqual(rating.rating, 1)
        self.assertFalse(rating.partner_id)
        self.assertTrue(
            self.env["school.ticket.review"].search([("ticket_id", "=", ticket.id)])
        )
        answer = self._post(page, {"code": code, "score": "5"})
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(ticket._rating_given().rating, 1)
