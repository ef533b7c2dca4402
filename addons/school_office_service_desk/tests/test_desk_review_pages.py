from odoo.tests import tagged
from odoo.tools import mute_logger

from .public_common import PublicCommon


@tagged("post_install", "-at_install")
class TestBadInput(PublicCommon):
    """Whatever a visitor sends: a sentence and no failure of the server."""

    def test_a_change_of_language_leads_nowhere_else(self):
        for back in (
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/%09/evil.example",
            "/\\/evil.example",
            "/ /evil.example",
            "/\r\nSet-Cookie: a=b",
        ):
            with self.subTest(back=back):
                answer = self.url_open(
                    "/desk/language",
                    data=None,
                    params={"to": "en_US", "back": back},
                    allow_redirects=False,
                )
                place = answer.headers["Location"]
                bare = "".join(place.split()).replace("\\", "/")
                bare = bare.removeprefix(self.base_url())
                self.assertTrue(bare.startswith("/"), place)
                self.assertFalse(bare.startswith("//"), place)
                self.assertNotIn("a", answer.cookies)

    @mute_logger("odoo.http")
    def test_a_byte_of_zero_does_no_harm(self):
        for path in (
            "/desk/%00",
            f"/desk/{self.slug}/%00",
            "/q/%00",
            "/q/p%00aaaaaaaaaaaaaaa",
            "/desk/rate/%00",
            "/my/tickets/1?access_token=%00",
            f"/desk/{self.slug}/knowledge?q=%00",
            f"/desk/{self.slug}/code",
        ):
            with self.subTest(path=path):
                self.assertLess(self._get(path).status_code, 500)
        ticket = self._asked()
        link = self._link(ticket)
        page, __, query = link.partition("?")
        answer = self._post(f"{page}/answer?{query}", {"text": "One\x00two"}, page=link)
        self.assertLess(answer.status_code, 500)
        self.assertIn("Onetwo", str(ticket.message_ids.mapped("body")))
        ticket.with_user(self.agent)._solve("Done")
        answer = self._post(f"{page}/rate?{query}", {"score": "1\x00"}, page=link)
        self.assertLess(answer.status_code, 500)
        rated = ticket._rating_path()
        self._post(rated, {"score": "2"})
        self.assertLess(
            self._post(rated, {"word": "a\x00b"}, page=rated).status_code, 500
        )
        answer = self._post(f"{page}/reopen?{query}", {"reason": "No\x00pe"}, page=link)
        self.assertLess(answer.status_code, 500)
        answer = self._post(f"/desk/{self.slug}/code", {"code": "\x00", "text": "\x00"})
        self.assertLess(answer.status_code, 500)

    def test_a_parent_fetches_no_file_of_the_office_by_guessing_its_number(self):
        ticket = self._incoming(
            "general", requester_id=self.parent.partner_id.id
        ).with_env(self.env)
        inside = (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create(
                {
                    "name": "a.txt",
                    "raw": b"zzq inside",
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
            )
        )
        self.env.flush_all()
        self._sign_in(self.parent)
        answer = self._get(f"/web/content/{inside.id}")
        self.assertNotIn("zzq", answer.text)
        self._sign_in(self.agent)
        self.assertIn("zzq", self._get(f"/web/content/{inside.id}").text)
