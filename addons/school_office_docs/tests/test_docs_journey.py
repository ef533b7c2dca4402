from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestJourney(DocsCommon):
    """A letter from the letter box to the archive, by those who do it."""

    def test_the_whole_way(self):
        document = self._document()
        document.action_register()
        document.action_submit()
        self.assertTrue(document.submitted_at)

        self.assertEqual(document.with_user(self.director).my_step, "propose")
        self.assertFalse(document.with_user(self.leader).my_step)
        self._decide(document, self.director, "Teaching handles it.")
        self.assertEqual(document.state, "proposed")
        self.assertEqual(document.proposed_opinion, "Teaching handles it.")
        self.assertEqual(document.proposed_by_id, self.director)

        deadline = self.school._school_date() + timedelta(days=7)
        self._decide(
            document,
            self.leader,
            "By next week.",
            responsible_department_id=self.logistics.id,
            handling_deadline=deadline,
        )
        self.assertEqual(document.state, "instructed")
        self.assertEqual(document.instruction, "By next week.")
        self.assertEqual(document.instructed_by_id, self.leader)
        self.assertEqual(document.responsible_department_id, self.logistics)
        self.assertEqual(document.handling_deadline, deadline)

        document._distribute_as_instructed()
        self.assertEqual(document.state, "distributed")
        self.assertEqual(document.receipt_total, 1)
        mine = document.with_user(self.other_head)
        self.assertTrue(mine.waits_for_my_signature)
        mine.action_sign()
        self.assertEqual(document.state, "in_hand")
        self.assertEqual(document.signer_id, self.other_head)
        self.assertEqual(document.handler_id, self.other_head)

        mine._finish("Inspected all buildings.", reply="Report sent.")
        self.assertEqual(document.state, "finished")
        self.assertEqual(document.on_time, "yes")
        self.assertEqual(document.replied_by_id, self.other_head)

        document.action_to_file()
        self.assertEqual(document.state, "to_file")
        self.assertEqual(
            self._events(document),
            [
                "registered",
                "proposed",
                "instructed",
                "distributed",
                "signed",
                "in_hand",
                "finished",
                "filed",
            ],
        )

    def test_filed_documents_never_change(self):
        document = self._finished()
        document.action_to_file()
        with self.assertRaises(UserError):
            document.write({"note": "later"})
        with self.assertRaises(UserError):
            document.sudo().write({"name": "later"})
        with self.assertRaises(UserError):
            document._void("later")
        with self.assertRaises(UserError):
            document.message_post(attachments=[("x.pdf", b"%PDF-1.4")])

    def test_a_deadline_is_given_when_none_is_named(self):
        document = self._instructed()
        expected = self.school._worktime().add(
            fields.Datetime.now(), self.school.school_doc_handling_days, "working_day"
        )
        self.assertEqual(document.handling_deadline, self.school._school_date(expected))

    def test_a_leader_chooses_a_department_before_he_instructs(self):
        """Without a department nobody knows its supervising leader: the principal."""
        document = self._registered(responsible_department_id=False)
        document.action_submit()
        self._decide(document, self.director)
        task = document.with_user(self.principal)._my_task()
        with (
            self.assertRaisesRegex(UserError, "no responsible department"),
            self.env.cr.savepoint(),
        ):
            task.action_approve("Yes.")
        self._decide(
            document, self.principal, responsible_department_id=self.teaching.id
        )
        self.assertEqual(document.state, "instructed")

    def test_a_leader_gives_it_back_to_the_clerk(self):
        document = self._registered()
        document.action_submit()
        wizard = (
            self.env["school.doc.decide"]
            .with_user(self.director)
            .with_context(default_document_id=document.id)
            .create({"document_id": document.id, "opinion": "Which term?"})
        )
        wizard.action_return()
        self.assertEqual(document.state, "registered")
        self.assertFalse(document.submitted_at)
        document.name = "On safety in the spring term"
        document.action_submit()
        self._decide(document, self.director)
        self.assertEqual(document.state, "proposed")

    def test_what_was_decided_is_not_changed_afterwards(self):
        document = self._registered()
        document.action_submit()
        with self.assertRaises(UserError):
            document.name = "Something else"
        self._decide(document, self.director)
        self._decide(document, self.leader)
        with self.assertRaises(UserError):
            document._distribute({self.teaching: 1})
            document.name = "Something else"

    def test_urgent_documents_are_signed_for_in_one_hour_others_in_two(self):
        limits = {
            urgency: self._distributed(
                urgency=urgency, sender_number=urgency
            ).receipt_ids.mapped(
                lambda receipt: (receipt.limit_amount, receipt.limit_unit)
            )
            for urgency in ("0", "2")
        }
        self.assertEqual(
            limits, {"0": [(2.0, "service_hour")], "2": [(1.0, "service_hour")]}
        )

    def test_a_state_secret_is_signed_for_on_paper_only(self):
        document = self._instructed(
            secrecy_level_id=self._level("secret").id,
            reader_ids=(self.director | self.leader | self.head).ids,
            paper_location="Safe 2",
        )
        receipt = document.sudo()._receipt_send(self.head, "sign")
        self.assertTrue(receipt.paper_only)
        with self.assertRaisesRegex(UserError, "on paper"):
            receipt.with_user(self.head).action_sign()

    def test_important_documents_are_reviewed_by_director_or_leader(self):
        document = self._registered(is_important=True)
        document.action_submit()
        self._decide(document, self.director)
        self._decide(document, self.leader)
        self.assertEqual(document.state, "proposed")
        self.assertEqual(document.with_user(self.director).my_step, "review")
        self._decide(document, self.director, "Complete and right.")
        self.assertEqual(document.state, "instructed")

    def test_nobody_distributes_before_the_instruction(self):
        document = self._registered()
        with self.assertRaises(UserError):
            document._distribute({self.teaching: 1})

    def test_a_colleague_does_the_work(self):
        document = self._in_hand()
        document.with_user(self.head)._assign(self.colleague)
        self.assertEqual(document.handler_id, self.colleague)
        document.with_user(self.colleague)._finish("Done.")
        self.assertEqual(document.finished_by_id, self.colleague)

    def test_work_is_not_handed_outside_the_department(self):
        document = self._in_hand()
        with self.assertRaises(UserError):
            document.with_user(self.head)._assign(self.teacher)

    def test_others_do_not_finish_it(self):
        document = self._distributed(co_department_ids=[(4, self.logistics.id)])
        document.with_user(self.head).action_sign()
        with self.assertRaises(AccessError):
            document.with_user(self.other_head)._finish("Done.")
        with self.assertRaises(AccessError):
            document.with_user(self.teacher)._finish("Done.")

    def test_finishing_wants_a_result(self):
        document = self._in_hand()
        with self.assertRaisesRegex(UserError, "what was done"):
            document.with_user(self.head)._finish(" ")

    def test_the_office_sends_poor_work_back(self):
        document = self._finished()
        document._reopen("The report is missing.")
        self.assertEqual(document.state, "in_hand")
        self.assertFalse(document.on_time)
        document.with_user(self.head)._finish("Report attached.")
        self.assertIn("reopened", self._events(document))

    def test_documents_to_read_are_finished_when_all_have_read(self):
        document = self._instructed(handling="reading")
        document._distribute({self.head: 1, self.other_head: 1})
        document.with_user(self.head).action_sign()
        self.assertEqual(document.state, "distributed")
        document.with_user(self.other_head).action_sign()
        self.assertEqual(document.state, "finished")

    def test_a_later_deadline_is_granted_by_the_director(self):
        document = self._in_hand()
        before = document.handling_deadline
        extension = (
            self.env["school.doc.extension"]
            .with_user(self.head)
            .create(
                {
                    "document_id": document.id,
                    "new_deadline": before + timedelta(days=5),
                    "reason": "Two experts are away.",
                }
            )
        )
        extension.action_submit()
        self.assertEqual(document.handling_deadline, before)
        task = (
            self.env["school.approval.task"]
            .with_user(self.director)
            .search([("res_model", "=", "school.doc.extension")])
        )
        task.action_approve("Granted.")
        self.assertEqual(extension.state, "granted")
        self.assertEqual(document.handling_deadline, before + timedelta(days=5))
        self.assertEqual(document.first_deadline, before)
        self.assertIn("extended", self._events(document))

    def _extension(self, document):
        return (
            self.env["school.doc.extension"]
            .with_user(self.head)
            .create(
                {
                    "document_id": document.id,
                    "new_deadline": document.handling_deadline + timedelta(days=5),
                    "reason": "Two experts are away.",
                }
            )
        )

    def test_a_later_deadline_is_not_granted_for_finished_work(self):
        """It would make late work timely."""
        document = self._in_hand()
        before = document.handling_deadline
        extension, late = self._extension(document), self._extension(document)
        extension.action_submit()
        case = extension.sudo().approval_case_id
        document._finish("Done.")
        self.assertEqual(case.state, "withdrawn")
        self.assertEqual(extension.state, "draft")
        with self.assertRaisesRegex(UserError, "is “Finished”"):
            late.action_submit()
        with self.assertRaisesRegex(UserError, "is “Finished”"):
            self._extension(document)
        self.assertEqual(document.handling_deadline, before)

    def test_who_takes_his_request_for_a_later_deadline_back_may_send_it_again(self):
        extension = self._extension(self._in_hand())
        extension.action_submit()
        extension.approval_case_id.with_user(self.head).action_withdraw("Not needed.")
        self.assertEqual(extension.state, "draft")
        extension.action_submit()
        self.assertEqual(extension.state, "asked")

    def test_a_flow_of_which_no_step_applies_grants_the_later_deadline(self):
        flow = self.env["school.approval.flow"].search(
            [
                ("company_id", "=", self.school.id),
                ("res_model", "=", "school.doc.extension"),
            ]
        )
        flow.with_user(self.admin).action_edit()
        draft = flow.version_ids.filtered(lambda v: v.state == "draft")
        draft.with_user(self.admin).node_ids.domain = "[('reason', '=', 'never')]"
        draft.with_user(self.admin).action_publish()
        document = self._in_hand()
        extension = self._extension(document)
        extension.action_submit()
        self.assertEqual(extension.state, "granted")
        self.assertEqual(document.handling_deadline, extension.new_deadline)

    def test_only_the_department_asks_for_a_later_deadline(self):
        document = self._in_hand()
        with self.assertRaises(UserError):
            self.env["school.doc.extension"].with_user(self.teacher).create(
                {
                    "document_id": document.id,
                    "new_deadline": document.handling_deadline + timedelta(days=5),
                    "reason": "I like it better.",
                }
            )

    def test_a_new_deadline_is_later_than_the_old_one(self):
        document = self._in_hand()
        with self.assertRaisesRegex(UserError, "later than"):
            self.env["school.doc.extension"].with_user(self.head).create(
                {
                    "document_id": document.id,
                    "new_deadline": document.handling_deadline,
                    "reason": "Oh.",
                }
            )

    def test_chasing_is_logged_and_puts_it_under_supervision(self):
        document = self._in_hand()
        self.env["school.doc.chase"].with_user(self.clerk).create(
            {
                "document_id": document.id,
                "user_id": self.head.id,
                "note": "Due on Friday.",
            }
        )
        self.assertEqual(document.chase_count, 1)
        self.assertTrue(document.is_supervised)
        self.assertIn("chased", self._events(document))
        activity = document.activity_ids
        self.assertEqual(activity.user_id, self.head)
        with self.assertRaises(UserError):
            document.chase_ids.with_user(self.clerk).unlink()

    def test_nobody_is_chased_about_work_that_is_done(self):
        document = self._finished()
        with self.assertRaisesRegex(UserError, "is “Finished”"):
            self.env["school.doc.chase"].with_user(self.clerk).create(
                {"document_id": document.id, "note": "Hurry."}
            )
        self.assertFalse(document.chase_count)

    def test_a_school_without_a_director_says_so_and_loses_nothing(self):
        self.env["school.post.holder"].search(
            [("post_id.code", "in", ("director", "top_management"))]
        ).date_to = "2020-12-31"
        document = self._registered()
        with self.assertRaises(UserError):
            document.action_submit()
        self.assertEqual(document.state, "registered")
        self.assertTrue(document.number)

    def test_voiding_ends_what_runs(self):
        document = self._registered()
        document.action_submit()
        document._void("Twice.")
        self.assertFalse(document.with_user(self.director).my_step)
        self.assertEqual(document.state, "void")

    def test_a_colleague_of_the_office_ends_what_another_submitted(self):
        second = self._person("clerk_2", self.school, "group_office_clerk")
        for end in ("_void", "_return_to_sender"):
            document = self._registered(sender_number=end)
            document.action_submit()
            case = document.sudo().approval_case_id
            getattr(document.with_user(second), end)("Not ours.")
            self.assertEqual(case.state, "withdrawn")
            self.assertIn(document.state, ("void", "returned"))
            opinion = case.opinion_ids.filtered(lambda o: o.event == "withdraw")
            self.assertEqual((opinion.user_id, opinion.text), (second, "Not ours."))

    def test_a_changed_setting_counts_for_the_next_document(self):
        """Running clocks keep the limit with which they started."""
        first = self._registered(sender_number="1")
        before = first.deadline_at
        self.school.school_doc_propose_hours = 6
        second = self._registered(sender_number="2")
        self.assertEqual(first.deadline_at, before)
        self.assertGreater(second.deadline_at, before + timedelta(hours=3))
