"""An ordinary teacher tries to forge, through the same HTTP calls his browser makes.

Whatever he tries is refused and leaves every row as it was.
"""

import json

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.school_office_docs.tests.common import DocsCommon

from schools_at_work import SchoolsAtWork

# Keys that open, or opened, a side door somewhere; none may open one of ours.
KEYS = {
    "default_state": "finished",
    "default_approval_state": "approved",
    "default_number": "1",
    "skip_approval": True,
    "approved": True,
    "force": True,
    "su": True,
    "uid": 1,
    "install_mode": True,
    "import_file": True,
    "tracking_disable": True,
    "active_test": False,
    "bin_size": True,
}


class Forger:
    """Calls as a browser does, and looks whether anything has changed."""

    def _call(self, user, model, method, *args, **kwargs):
        """Return the JSON-RPC answer of the web client's own route to ``user``."""
        self.authenticate(user.login, user.login.ljust(8, "x"))
        with mute_logger("odoo.http", "odoo.sql_db"):
            answer = self.url_open(
                "/web/dataset/call_kw",
                json={
                    "params": {
                        "model": model,
                        "method": method,
                        "args": args,
                        "kwargs": kwargs,
                    }
                },
            )
        self.env.invalidate_all()
        return answer.json()

    def _refused(self, user, model, method, *args, **kwargs):
        answer = self._call(user, model, method, *args, **kwargs)
        self.assertIn("error", answer, f"{model}.{method} was accepted")

    def _row(self, record):
        self.env.flush_all()
        self.env.cr.execute(
            f'SELECT * FROM "{record._table}" WHERE id = %s',  # noqa: S608
            [record.id],
        )
        return self.env.cr.fetchall()


@tagged("standard", "post_install", "-at_install")
class TestForging(Forger, DocsCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("test_a_task_is_decided_once")
        cls.waiting = case._registered()
        cls.waiting.action_submit()
        cls.done = case._finished()
        cls.env.flush_all()

    def test_those_who_handle_a_document_set_none_of_its_server_fields(self):
        document = self.done
        values = {
            "state": "to_file",
            "number": "1",
            "instruction": "Yes.",
            "instructed_by_id": self.teacher.id,
            "signer_id": self.teacher.id,
            "handler_id": self.teacher.id,
            "finished_at": "2020-01-01 00:00:00",
            "approval_case_id": False,
            "is_frozen": False,
            "deadline_state": "met",
            "receipt_done": 99,
        }
        before = self._row(document)
        for user in (self.clerk, self.director, self.head, self.teacher):
            for name, value in values.items():
                self.assertIn(name, document._fields)
                with self.subTest(user=user.login, field=name):
                    self._refused(
                        user,
                        document._name,
                        "write",
                        document.ids,
                        {name: value},
                        context=KEYS,
                    )
                    self.assertEqual(self._row(document), before)

    def test_no_state_is_passed_on_creation(self):
        vals = self._vals(state="instructed", number="QS-1", instruction="Yes.")
        vals["received_at"] = "2026-01-05 01:00:00"
        self._refused(self.clerk, "school.doc.incoming", "create", [vals])
        del vals["state"], vals["number"], vals["instruction"]
        answer = self._call(
            self.clerk, "school.doc.incoming", "create", [vals], context=KEYS
        )
        document = self.Doc.browse(answer["result"])
        self.assertEqual(document.state, "received")
        self.assertFalse(document.number)

    def test_nobody_writes_in_the_name_of_another_or_of_another_day(self):
        about = {"model": self.waiting._name, "res_id": self.waiting.id, "body": "Yes."}
        boss = self.director.partner_id
        field = self.env["ir.model.fields"]._get(self.waiting._name, "state")
        change = {"field_id": field.id, "new_value_char": "Instructed"}
        count = self.env["mail.message"].search_count([])
        for forged in (
            {"author_id": boss.id},
            {"author_id": False},
            {"email_from": boss.email_formatted},
            {"date": "2020-01-02 03:04:05"},
            {"tracking_value_ids": [[0, 0, change]]},
        ):
            with self.subTest(values=forged):
                values = {**about, **forged}
                self._refused(self.clerk, "mail.message", "create", [values])
                self._refused(
                    self.clerk,
                    self.waiting._name,
                    "message_post",
                    self.waiting.ids,
                    **{**forged, "body": "Yes.", "message_type": "comment"},
                )
        self.assertEqual(self.env["mail.message"].search_count([]), count)
        context = {
            "default_author_id": boss.id,
            "default_date": "2020-01-02 03:04:05",
            "default_email_from": boss.email_formatted,
        }
        answer = self._call(
            self.clerk, "mail.message", "create", [about], context=context
        )
        message = self.env["mail.message"].browse(answer["result"])
        self.assertEqual(message.author_id, self.clerk.partner_id)
        self.assertGreater(message.date.year, 2020)
        self.assertNotEqual(message.email_from, boss.email_formatted)

    def test_what_others_and_the_system_wrote_stays(self):
        document = self.waiting
        comment = document.with_user(self.director).message_post(
            body="Not before June.", message_type="comment"
        )
        note = document.with_user(self.clerk)._message_log(body="Sent on.")
        own = document.with_user(self.clerk).message_post(
            body="Thank you.", message_type="comment"
        )
        me = self.clerk.partner_id.id
        for message in (comment, note):
            before = self._row(message)
            for values in ({"body": "At once."}, {"subject": "x"}, {"author_id": me}):
                with self.subTest(message=message.body, values=values):
                    self._refused(
                        self.clerk, "mail.message", "write", message.ids, values
                    )
            self._refused(self.clerk, "mail.message", "unlink", message.ids)
            self.assertEqual(self._row(message), before)
        self._refused(
            self.clerk, "mail.message", "write", own.ids, {"date": "2020-01-01"}
        )
        answer = self._call(
            self.clerk, "mail.message", "write", own.ids, {"body": "Thanks."}
        )
        self.assertIn("result", answer)
        self.assertIn("Thanks.", own.body)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_file_takes_no_way_around_what_is_final(self):
        self.assertTrue(self.done.sudo().approval_case_id)
        self.done.sudo()._freeze()
        count = self.env["ir.attachment"].search_count([])
        file = {"name": "Later.pdf", "raw": "%PDF-1.4"}
        belongs = {"res_model": self.done._name, "res_id": self.done.id}
        defaults = {f"default_{name}": value for name, value in belongs.items()}
        for user in (self.clerk, self.director):
            self._refused(user, "ir.attachment", "create", [{**file, **belongs}])
            self._refused(user, "ir.attachment", "create", [file], context=defaults)
        self.assertEqual(self.env["ir.attachment"].search_count([]), count)

    def test_nobody_decides_the_task_of_somebody_else(self):
        task = self.waiting.approval_case_id.task_ids.filtered(
            lambda t: t.user_id == self.director
        )
        self.assertEqual(task.state, "open")
        before = self._row(task)
        for user in (self.teacher, self.clerk, self.leader, self.admin, self.stranger):
            for method in (
                "action_approve",
                "action_refuse",
                "action_return",
                "action_batch_approve",
            ):
                with self.subTest(user=user.login, method=method):
                    answer = self._call(
                        user, task._name, method, task.ids, context=KEYS
                    )
                    self.assertTrue(
                        "error" in answer or method == "action_batch_approve"
                    )
                    self.assertEqual(self._row(task), before)
        self.assertEqual(self.waiting.state, "registered")

    def test_a_task_is_decided_once(self):
        task = self.waiting.approval_case_id.task_ids.filtered(
            lambda t: t.user_id == self.director
        )
        self._call(self.director, task._name, "action_approve", task.ids, "Agreed.")
        self.assertEqual(self.waiting.state, "proposed")
        before = self._row(task)
        self._refused(self.director, task._name, "action_refuse", task.ids, "No.")
        self.assertEqual(self._row(task), before)
        self.assertEqual(self.waiting.state, "proposed")

    def test_private_methods_are_not_called_from_outside(self):
        for method in (
            "_append",
            "_approval_granted",
            "_freeze",
            "_void",
            "_finish",
            "sudo",
        ):
            with self.subTest(method=method):
                self._refused(self.director, self.done._name, method, self.done.ids)


@tagged("standard", "post_install", "-at_install")
class TestForgingOfAllWork(Forger, SchoolsAtWork, HttpCase):
    """A school in which every part of the suite is at work, and one of its teachers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.outsider = cls._person("heron_outsider", cls.other)
        cls.env.flush_all()

    def _ours(self):
        """Yield a row of every table of the suite, in each of its states."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            if not name.startswith("school.") or (
                model._abstract or model._transient or not model._auto
            ):
                continue
            records = (
                model.sudo()
                .with_context(active_test=False)
                .search([("company_id", "=", self.other.id)])
            )
            state = model._fields.get("state")
            if state and state.store:
                for same in records.grouped("state").values():
                    yield same[:1]
            elif records:
                yield records[:1]

    def test_an_ordinary_teacher_changes_no_row_of_ours(self):
        own = {"school.approval.phrase", "school.delegation"}
        tried = 0
        for record in self._ours():
            if record._name in own:
                continue
            before = self._row(record)
            for method, args in (
                ("write", [record.ids, {"company_id": self.other.id}]),
                ("web_save", [record.ids, {"company_id": self.other.id}]),
                ("unlink", [record.ids]),
            ):
                with self.subTest(model=record._name, method=method):
                    kwargs = {"context": KEYS}
                    if method == "web_save":
                        kwargs["specification"] = {}
                    self._refused(self.outsider, record._name, method, *args, **kwargs)
                    self.assertEqual(self._row(record), before)
                    tried += 1
        self.assertGreater(tried, 300)

    def test_no_row_is_made_after_the_model_of_another(self):
        # Everybody proposes topics, in his own name: who proposed is not copied.
        own = {"school.meeting.topic"}
        for record in self._ours():
            if record._name in own:
                continue
            values = {
                name: value
                for name, value in record.sudo().copy_data()[0].items()
                if record._fields[name].type not in ("one2many", "binary")
            }
            values["company_id"] = self.other.id
            count = record.sudo().search_count([])
            with self.subTest(model=record._name):
                self._refused(
                    self.outsider,
                    record._name,
                    "create",
                    [json.loads(json.dumps(values, default=str))],
                )
                self.assertEqual(record.sudo().search_count([]), count)
