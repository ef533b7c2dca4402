import re

from odoo.tests import HttpCase

from .common import DeskCommon

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00"
    b"\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00"
    b"\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


class PublicCommon(DeskCommon, HttpCase):
    """Visitors of the public pages, over real HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.slug = cls.school.school_desk_slug
        cls.room = cls.env["school.place"].create(
            {"name": "Room 305", "kind": "room", "company_id": cls.school.id}
        )
        cls.room._desk_draw_tokens()
        cls.device = cls.env["maintenance.equipment"].create(
            {"name": "Projector", "company_id": cls.school.id}
        )
        cls.device._desk_draw_tokens()

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _sign_in(self, user):
        self.authenticate(user.login, user.login.ljust(8, "x"))

    def _get(self, path, **kwargs):
        answer = self.url_open(path, **kwargs)
        self.env.invalidate_all()
        return answer

    def _post(self, path, data=None, files=None, page=None, follow=True):
        """Post a form as a browser does: with the token of the page it stands on."""
        token = self._csrf(self._get(page or path).text)
        return self._post_with(
            path, {"csrf_token": token, **(data or {})}, files, follow
        )

    def _post_with(self, path, data, files=None, follow=True):
        self.env.flush_all()
        answer = self.url_open(
            path, data=data, files=files, allow_redirects=follow, method="POST"
        )
        self.env.invalidate_all()
        return answer

    def _csrf(self, text):
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        self.assertTrue(found, text[:2000])
        return found.group(1)

    def _tickets(self, school=None):
        return self.Ticket.sudo().search(
            [("company_id", "=", (school or self.school).id)], order="id"
        )

    def _asked(self, service="general", **data):
        """Hand in the form of a service as a guest; return the new ticket."""
        before = self._tickets()
        data = {
            "details": "The lamp over the board is dark",
            "person": "Han Mei",
            "phone": "13800001234",
            **data,
        }
        answer = self._post(f"/desk/{self.slug}/{service}", data)
        self.assertEqual(answer.status_code, 200, answer.text[:3000])
        ticket = self._tickets() - before
        self.assertEqual(len(ticket), 1)
        return ticket

    def _link(self, ticket):
        return ticket.sudo()._tracking_path()
