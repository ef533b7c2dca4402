import base64
import json

from odoo import http
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestHttp(DocsCommon, HttpCase):
    """What the browser of a clerk is told when something cannot be taken."""

    def setUp(self):
        super().setUp()
        self.authenticate("clerk", "clerk")

    def _upload(self, *files):
        data = {
            "csrf_token": http.Request.csrf_token(self),
            "model": "school.doc.incoming",
            "id": "0",
        }
        answer = self.url_open(
            "/web/binary/upload_attachment",
            data=data,
            files=[("ufile", (name, content)) for name, content in files],
        )
        return json.loads(answer.text)

    def test_a_file_that_is_refused_says_why_and_leaves_nothing(self):
        good, bad, empty = self._upload(
            ("letter.pdf", b"%PDF-1.4 letter"),
            ("setup.exe", b"MZ\x90\x00" + bytes(100)),
            ("nothing.pdf", b""),
        )
        self.assertEqual(good["filename"], "letter.pdf")
        self.assertIn("setup.exe", bad["error"])
        self.assertIn("program", bad["error"])
        self.assertIn("nothing.pdf", empty["error"])
        kept = self.env["ir.attachment"].search(
            [("res_model", "=", "school.doc.incoming"), ("res_id", "=", 0)]
        )
        self.assertEqual(kept.ids, [good["id"]])
        self.assertEqual(kept.raw, b"%PDF-1.4 letter")

    def test_the_picture_of_a_signature_is_taken_as_before(self):
        """Other models, and the form that answers with a script."""
        data = {
            "csrf_token": http.Request.csrf_token(self),
            "model": "res.partner",
            "id": str(self.clerk.partner_id.id),
            "callback": "done",
        }
        picture = base64.b64decode("R0lGODlhAQABAAAAACw=")
        answer = self.url_open(
            "/web/binary/upload_attachment",
            data=data,
            files=[("ufile", ("dot.gif", picture))],
        )
        self.assertIn("trigger", answer.text)

    @mute_logger("odoo.sql_db", "odoo.http")
    def test_a_number_that_no_column_holds_is_explained_in_dialogs_too(self):
        document = self._instructed()
        with self.assertRaisesRegex(JsonRpcException, "ValidationError"):
            self.make_jsonrpc_request(
                "/web/dataset/call_kw",
                {
                    "model": "school.doc.distribute",
                    "method": "create",
                    "args": [
                        {
                            "document_id": document.id,
                            "line_ids": [
                                [
                                    0,
                                    0,
                                    {
                                        "department_id": self.teaching.id,
                                        "copies": 99999999999,
                                    },
                                ]
                            ],
                        }
                    ],
                    "kwargs": {},
                },
            )
