import re
from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .minutes_common import MinutesCommon


@tagged("post_install", "-at_install")
class TestGuestLinks(MinutesCommon, HttpCase):
    """What the link of a guest opens: what participants get, and no more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.guest = cls.env["res.partner"].create(
            {
                "name": "Guest Gao",
                "email": "gao@example.com",
                "company_id": cls.school.id,
            }
        )

    def _attend(self, meeting):  # pylint: disable=missing-return
        super()._attend(meeting)
        self.seat = self.env["school.meeting.participant"].create(
            {
                "meeting_id": meeting.id,
                "partner_id": self.guest.id,
                "role": "guest",
                "is_voting": False,
            }
        )
        self.path = f"/meeting/answer/{self.seat.id}/{self.seat._answer_token()}"

    def _letters(self):
        return self.env["school.notice"].search([("partner_id", "=", self.guest.id)])

    @mute_logger("odoo.http")
    def test_a_guest_reads_the_minutes_that_are_for_participants(self):
        minutes = self._approved(
            [
                {"name": f"For {readers}", "sequence": number, "visibility": readers}
                for number, readers in enumerate(("all", "participants", "members"))
            ]
        ).sudo()
        self.assertEqual(minutes.state, "distributed")
        letter = self._letters()
        self.assertEqual(len(letter), 1)
        self.assertEqual(letter.channel, "email")
        self.assertIn(self.path, letter.body)
        self.assertNotIn("For the guest", letter.body)
        parts = minutes._paper_view(for_guest=True)["parts"]
        self.assertEqual([part["hidden"] for part in parts], [False, False, True])
        self.assertNotIn("For members", str(parts))
        paper = f"{self.path}/minutes/{minutes.id}"
        self.assertIn(paper, self.url_open(self.path).text)
        answer = self.url_open(paper)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.content.startswith(b"%PDF"))
        self.assertIn("attachment", answer.headers["Content-Disposition"])

        stranger = self.seat
        mine, theirs = self.path, self._minutes().sudo()
        for path in (
            f"{mine}/minutes/{theirs.id}",
            f"{self.path}/minutes/{theirs.id}",
            f"{self.path}/minutes/{minutes.id}",
            f"/meeting/answer/{stranger.id}/{'0' * 64}/minutes/{minutes.id}",
        ):
            self.assertEqual(self.url_open(path).status_code, 404, path)

    @mute_logger("odoo.http")
    def test_a_guest_says_by_a_button_that_he_has_read_them(self):
        minutes = self._approved().sudo()
        receipt = minutes.receipt_ids.filtered("partner_id")
        self.assertEqual(receipt.state, "pending")
        paper = f"{self.path}/minutes/{minutes.id}"
        # A scanner of mail opens whatever a letter links to.
        for path in (self.path, paper):
            self.assertEqual(self.url_open(path).status_code, 200)
        page = self.url_open(self.path).text
        self.assertIn("I Have Read Them", page)
        self.assertEqual(receipt.state, "pending")

        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        body = {"csrf_token": token, "read": ""}
        wrong = paper.replace(self.seat._answer_token(), "0" * 64)
        self.assertEqual(self.url_open(wrong, body).status_code, 404)
        self.assertEqual(receipt.state, "pending")
        for _tap in range(2):
            page = self.url_open(paper, body).text
            self.assertIn("noted as read", page)
            self.assertNotIn("I Have Read Them", page)
        self.env.invalidate_all()
        self.assertEqual(receipt.state, "read")
        self.assertTrue(receipt.read_at)
        self.assertFalse(receipt.read_by_id)
        line = receipt.log_ids.filtered(lambda one: one.event == "read")
        self.assertEqual(line.channel, "email")
        self.assertEqual(minutes.receipt_ids.filtered("partner_id").is_done, True)

        # Without the token of the form it is not the guest who asks.
        other = self._approved().sudo()
        path = f"{self.path}/minutes/{other.id}"
        self.assertEqual(self.url_open(path, {"read": ""}).status_code, 400)
        self.assertEqual(other.receipt_ids.filtered("partner_id").state, "pending")

    @mute_logger("odoo.http")
    def test_minutes_of_a_restricted_body_open_to_no_guest(self):
        self.body.visibility = "members"
        minutes = self._approved().sudo()
        self.assertEqual(minutes.state, "distributed")
        self.assertFalse(self._letters())
        answer = self.url_open(f"{self.path}/minutes/{minutes.id}")
        self.assertEqual(answer.status_code, 404)

    @mute_logger("odoo.http")
    def test_a_guest_gets_the_materials_that_were_sent_to_all(self):
        meeting = self._meeting(state="in_session").sudo()
        sent, secret, waiting = self.env["school.meeting.material"].create(
            [
                {
                    "meeting_id": meeting.id,
                    "name": name,
                    "visibility": visibility,
                    "attachment_ids": [
                        Command.create({"name": f"{name}.txt", "raw": name.encode()})
                    ],
                }
                for name, visibility in (
                    ("Figures", "all"),
                    ("Salaries", "members"),
                    ("Draft", "all"),
                )
            ]
        )
        (sent | secret)._send()
        letter = self._letters()
        self.assertEqual(len(letter), 1)
        self.assertIn("Figures", letter.body)
        self.assertNotIn("Salaries", letter.body)
        self.assertIn(self.path, letter.body)
        page = self.url_open(self.path).text
        self.assertIn("Figures.txt", page)
        for name in ("Salaries", "Draft"):
            self.assertNotIn(name, page)
        answer = self.url_open(f"{self.path}/file/{sent.attachment_ids.id}")
        self.assertEqual(answer.content, b"Figures")
        self.assertEqual(answer.headers["Content-Type"], "application/octet-stream")
        for material in (secret, waiting):
            path = f"{self.path}/file/{material.attachment_ids.id}"
            self.assertEqual(self.url_open(path).status_code, 404)

    @mute_logger("odoo.http")
    def test_what_no_browser_sends_is_no_error_of_the_server(self):
        meeting = self._meeting(state="in_session").sudo()
        start = fields.Datetime.now() + timedelta(days=1)
        meeting.write(
            {
                "state": "called",
                "start": start,
                "stop": start + timedelta(hours=1),
            }
        )
        seat = self.seat
        paths = (self.path, f"/meetings/guest/{seat.id}/{seat._guest_token()}")
        file = ("x.txt", b"accepted", "text/plain")
        for path in paths:
            token = {"csrf_token": self._csrf(self.url_open(path).text)}
            for data, files in (
                ({"answer": "declined", "reason": "Ill\x00ness"}, None),
                ({"code": "\x00"}, None),
                ({}, {"answer": file, "reason": file, "code": file}),
            ):
                for method in ("GET", "POST"):
                    answer = self.url_open(
                        path, data={**data, **token}, files=files, method=method
                    )
                    with self.subTest(path=path, data=data, method=method):
                        self.assertLess(answer.status_code, 500)
        self.assertEqual(seat.answer_reason, "Illness")

    def _csrf(self, page):
        return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
