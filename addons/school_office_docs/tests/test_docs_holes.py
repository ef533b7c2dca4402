from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestDocsHoles(DocsCommon):
    """Ways round the rules that an attacker would try; each was open once."""

    def _refused(self, *attempts, error=UserError):
        for attempt in attempts:
            with self.subTest(attempt=attempt), self.assertRaises(error):
                attempt()
                self.env.flush_all()

    def test_nobody_but_the_gateway_enters_an_email(self):
        for user in (self.teacher, self.clerk, self.stranger):
            for school in (self.school, self.other):
                self._refused(
                    lambda u=user, s=school: self.Doc.with_user(u).message_new(
                        {"message_id": "<1@x>", "subject": "Forged"},
                        {"company_id": s.id},
                    ),
                    error=AccessError,
                )

    def test_a_dialog_shows_nothing_of_a_document_one_may_not_read(self):
        secret = self._marked(self.head, name="Dismissal of a teacher")
        full = {
            "document_id": secret.id,
            "opinion": "x",
            "handling": "action",
            "responsible_department_id": False,
            "handling_deadline": False,
            "co_department_ids": [Command.clear()],
        }
        for user in (self.teacher, self.stranger, self.director):
            wizards = self.env["school.doc.decide"].with_user(user)

            def look(wizards=wizards):
                wizard = wizards.create(dict(full))
                self.env.invalidate_all()
                wizard.read(["summary", "sender_name", "proposed_opinion"])

            self._refused(look, error=AccessError)

    def test_what_the_server_computes_is_not_written(self):
        document = self._marked(self.head)
        circulation = (
            self.env["school.doc.circulation"]
            .with_user(self.clerk)
            .create({"document_id": document.id, "reason": "For reading"})
        )
        late = self._instructed()
        self._refused(
            lambda: document.write({"is_marked": False}),
            lambda: document.write({"approval_state": "approved"}),
            lambda: document.write({"sender_name": "Somebody"}),
            lambda: circulation.write({"is_marked": False}),
            lambda: circulation.write({"approval_state": "approved"}),
            lambda: late.write({"is_late": False}),
            lambda: late.write({"on_time": "yes"}),
            error=AccessError,
        )
        self.assertTrue(document.is_marked and circulation.is_marked)

    def test_what_was_decided_is_not_rewritten_by_the_office(self):
        document = self._instructed()
        self._refused(
            lambda: document.write({"proposed_opinion": "Ignore it."}),
            lambda: document.write({"handling": "reading"}),
            lambda: document.write(
                {"handling_deadline": document.handling_deadline + timedelta(days=9)}
            ),
        )
        document._distribute_as_instructed()
        self._refused(
            lambda: document.write({"responsible_department_id": self.logistics.id})
        )
        document.write({"handling": "action", "note": "Kept as it was."})

    def test_who_hands_in_a_request_does_not_register_it(self):
        request = self.Doc.with_user(self.head).create(
            {
                "name": "Two new projectors",
                "kind": "request",
                "sender_department_id": self.teaching.id,
            }
        )
        request.action_check_all()
        self._refused(
            request.action_register,
            request.action_check,
            error=AccessError,
        )
        self.assertFalse(request.number)

    def test_nothing_is_submitted_before_its_time(self):
        document = self._document()
        self._refused(
            document.action_approval_submit,
            lambda: document.action_approval_submit("instruction"),
        )
        self.assertFalse(document.approval_case_id)

    def test_a_case_follows_the_mark_its_record_gets_later(self):
        document = self._registered(name="Dismissal of a teacher")
        document.action_submit()
        case = document.approval_case_id
        task = case.sudo().task_ids.filtered(lambda t: t.state == "open")
        task.with_user(self.director).action_return("Mark it first.")
        auditor = self._person("auditor", self.school, "group_auditor")
        self.assertTrue(case.with_user(auditor).search([("id", "=", case.id)]))
        document.write(
            {
                "secrecy_level_id": self._level("school").id,
                "reader_ids": [Command.set(self.head.ids)],
            }
        )
        self.assertFalse(case.with_user(auditor).search([("id", "=", case.id)]))
        self.assertFalse(task.with_user(auditor).search([("id", "=", task.id)]))

    def test_readers_of_a_marked_document_are_known_to_those_who_handle_it(self):
        document = self._marked(self.head)
        line = (
            self.env["school.doc.circulation"]
            .with_user(self.clerk)
            .create(
                {
                    "document_id": document.id,
                    "reason": "For reading",
                    "line_ids": [Command.create({"user_id": self.colleague.id})],
                }
            )
            .line_ids
        )
        second = self._person("second_clerk", self.school, "group_office_clerk")
        Line = line.browse()
        self.assertTrue(Line.with_user(self.clerk).search([("id", "=", line.id)]))
        self.assertFalse(Line.with_user(second).search([("id", "=", line.id)]))

    def test_readers_and_chased_people_work_at_the_school(self):
        document = self._instructed()
        self._refused(
            lambda: (
                self.env["school.doc.chase"]
                .with_user(self.clerk)
                .create(
                    {
                        "document_id": document.id,
                        "user_id": self.stranger.id,
                        "channel": "phone",
                        "note": "x",
                    }
                )
            ),
            lambda: (
                self.env["school.doc.circulation"]
                .with_user(self.clerk)
                .create(
                    {
                        "document_id": document.id,
                        "reason": "x",
                        "line_ids": [Command.create({"user_id": self.stranger.id})],
                    }
                )
            ),
        )
