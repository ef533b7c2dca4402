from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import mute_logger

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestForging(DocsCommon):
    def test_no_step_is_entered_by_hand(self):
        document = self._registered()
        for vals in (
            {"state": "instructed"},
            {"state": "finished"},
            {"number": "X-1"},
            {"receipt_number": "1"},
            {"finished_at": "2026-01-01 00:00:00"},
            {"reader_user_ids": [(4, self.teacher.id)]},
            {"reader_department_ids": [(4, self.teaching.id)]},
            {"instruction": "Pay at once."},
            {"signed_at": "2026-01-01 00:00:00"},
            {"is_frozen": True},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                document.write(vals)
        self.assertEqual(document.state, "registered")

    def test_no_step_is_smuggled_in_on_creation(self):
        with self.assertRaises(AccessError):
            self._document(state="instructed")
        with self.assertRaises(AccessError):
            self._document(number="X-1")
        document = (
            self.Doc.with_user(self.clerk)
            .with_context(default_state="instructed", default_number="X-1")
            .create(self._vals())
        )
        self.assertEqual(document.state, "received")
        self.assertFalse(document.number)

    def test_a_copy_begins_anew(self):
        copy = self._finished().with_user(self.clerk).copy()
        self.assertEqual(copy.state, "received")
        self.assertFalse(
            copy.number or copy.instruction or copy.result or copy.reader_user_ids
        )

    def test_superuser_mode_does_not_open_the_gate(self):
        document = self._registered()
        with self.assertRaises(UserError):
            document.sudo().write({"state": "instructed"})

    def test_nobody_decides_in_place_of_the_leader(self):
        document = self._registered()
        document.action_submit()
        for user in (self.teacher, self.clerk, self.leader):
            with self.assertRaises(UserError):
                self._decide(document, user)
        self.assertEqual(document.state, "registered")

    def test_the_dialog_of_the_leader_is_no_way_round(self):
        """The decision and what it enters stand or fall together."""
        document = self._registered()
        document.action_submit()
        with self.assertRaises(UserError):
            document.with_user(self.teacher)._decide(
                {"responsible_department_id": self.logistics.id}, "Mine."
            )
        self.assertEqual(document.responsible_department_id, self.teaching)

    def test_a_foreign_file_is_not_adopted(self):
        theirs = self.env["ir.attachment"].create(
            {
                "name": "salaries.pdf",
                "raw": b"%PDF-1.4 salaries",
                "res_model": "res.partner",
                "res_id": self.bureau.id,
            }
        )
        with self.assertRaises(UserError):
            self._document(file_ids=[(4, theirs.id)])
        loose = self._file(user=self.director)
        with self.assertRaises(UserError):
            self._document(file_ids=[(4, loose.id)])

    def test_chase_log_and_registers_are_append_only(self):
        document = self._in_hand()
        chase = (
            self.env["school.doc.chase"]
            .with_user(self.clerk)
            .create({"document_id": document.id, "note": "Hurry."})
        )
        with self.assertRaises(AccessError):
            chase.note = "Take your time."
        with self.assertRaises(UserError):
            chase.unlink()
        with self.assertRaises(AccessError):
            self.env["school.doc.chase"].with_user(self.clerk).create(
                {
                    "document_id": document.id,
                    "note": "x",
                    "by_id": self.director.id,
                }
            )

    def test_a_teacher_chases_nobody(self):
        document = self._in_hand()
        with self.assertRaises(AccessError):
            self.env["school.doc.chase"].with_user(self.head).create(
                {"document_id": document.id, "note": "x"}
            )


@tagged("post_install", "-at_install")
class TestForgingHttp(DocsCommon, HttpCase):
    """The same through real JSON-RPC, as a teacher with a browser console."""

    def _call(self, model, method, *args, **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs},
        )

    @mute_logger("odoo.http")
    def test_json_rpc_opens_nothing(self):
        document = self._distributed()
        self.env.flush_all()
        self.authenticate("teacher", "teacher")
        before = document.read()[0]
        attempts = [
            ("read", [document.id], ["name"]),
            ("write", [document.id], {"state": "finished"}),
            ("write", [document.id], {"note": "x"}),
            ("unlink", [document.id]),
            ("action_sign", [document.id]),
            ("action_finish", [document.id]),
            ("action_register", [document.id]),
            ("_finish", [document.id], "x"),
            ("_void", [document.id], "x"),
            ("_decide", [document.id], {"handling": "reading"}, "x"),
            ("_note_reply", [document.id], "x"),
            ("message_process", "school.doc.incoming", "From: a@b.c\n\nx"),
        ]
        for method, *args in attempts:
            with self.subTest(method=method), self.assertRaises(JsonRpcException):
                self._call("school.doc.incoming", method, *args)
        document.invalidate_recordset()
        after = document.read()[0]
        self.assertEqual(
            {k: before[k] for k in before if k != "write_date"},
            {k: after[k] for k in after if k != "write_date"},
        )

    @mute_logger("odoo.http")
    def test_dialogs_check_for_themselves(self):
        document = self._distributed()
        self.env.flush_all()
        self.authenticate("teacher", "teacher")
        for step in ("finish", "return", "void", "reopen", "reply", "assign"):
            with self.subTest(step=step), self.assertRaises(JsonRpcException):
                wizard = self._call(
                    "school.doc.step",
                    "create",
                    {
                        "step": step,
                        "document_ids": [[6, 0, [document.id]]],
                        "reason": "x",
                        "result": "x",
                        "reply": "x",
                        "handler_id": self.teacher.id,
                    },
                )
                self._call("school.doc.step", "action_confirm", [wizard])
        self.assertEqual(document.state, "distributed")

    @mute_logger("odoo.http", "odoo.addons.web.controllers.report")
    def test_reports_and_files_are_for_those_who_may_read(self):
        document = self._document()
        attachment = self._file()
        document.file_ids = attachment
        document.action_register()
        self.env.flush_all()
        self.authenticate("teacher", "teacher")
        page = self.url_open(
            f"/report/html/school_office_docs.handling_sheet/{document.id}"
        )
        self.assertNotIn(document.name, page.text)
        content = self.url_open(f"/web/content/{attachment.id}")
        self.assertNotEqual(content.content, b"%PDF-1.4 letter")
        self.authenticate("stranger", "stranger")
        page = self.url_open(
            f"/report/html/school_office_docs.handling_sheet/{document.id}"
        )
        self.assertNotIn(document.name, page.text)
