from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.school_office_base.models.demo import demo_time
from odoo.addons.school_office_docs.tests.common import DocsCommon

CODE = "document_on_time"


@tagged("post_install", "-at_install")
class TestDocumentsOnTime(DocsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.school._school_date()

    def _agent(self):
        """Staff who serve the counter and have nothing to do with documents."""
        agent = self._person("agent", self.school)
        agent.group_ids = [
            Command.link(self.env.ref("school_office_service_desk.group_desk_agent").id)
        ]
        return agent

    def _finished_documents(self, count):
        documents = self.Doc
        for number in range(count):
            documents |= self._finished(sender_number=f"finished {number}")
        documents.sudo().handling_deadline = self.today
        return documents

    def _late_document(self, **vals):
        """In hand although its deadline was yesterday."""
        document = self._in_hand(sender_number="late", **vals)
        document.sudo().write({"received_at": fields.Datetime.now() - timedelta(9)})
        document.sudo().handling_deadline = self.today - timedelta(1)
        document._clock_breached(
            self.env["school.time.clock"]
            .sudo()
            .search(
                [
                    ("res_model", "=", document._name),
                    ("res_id", "=", document.id),
                    ("policy_id.code", "=", "doc_handling"),
                    ("superseded_by_id", "=", False),
                ]
            )
        )
        self.assertTrue(document.is_late)
        return document

    def _sheet(self, school=None, period="quarter", day=None):
        """A sheet of the period that spans the days of the test."""
        sheet = self.env["school.desk.kpi"]._ensure_period(
            school or self.school, period, day
        )
        sheet.date_from = min(sheet.date_from, self.today - timedelta(1))
        sheet._refresh()
        return sheet

    def _line(self, sheet=None):
        sheet = sheet or self._sheet()
        return sheet.line_ids.filtered(lambda line: line.code == CODE)

    def test_documents_finished_by_their_deadline_out_of_those_due(self):
        done = self._finished_documents(3)
        late = self._late_document()
        self._in_hand(sender_number="not due yet")
        line = self._line()
        self.assertEqual((line.part_count, line.whole_count), (3, 4))
        self.assertEqual(set(line.part_ids), set(done.ids))
        self.assertEqual(set(line.whole_ids), set((done | late).ids))
        self.assertEqual((line.share, line.verdict), (75.0, "below"))

    def test_the_target_is_the_one_of_the_document_settings(self):
        self._finished_documents(1)
        line = self._line()
        self.assertEqual((line.target, line.verdict), (95.0, "good"))
        self.school.school_doc_on_time_target = 80
        self.assertEqual(self._line().target, 80.0)

    def test_a_document_due_in_another_period_does_not_count(self):
        self._finished_documents(2)
        sheet = self._sheet(day=self.today - timedelta(400))
        sheet.write({"date_to": self.today - timedelta(1)})
        sheet._refresh()
        self.assertEqual(self._line(sheet).whole_count, 0)
        sheet.write({"date_to": self.today})
        sheet._refresh()
        self.assertEqual(self._line(sheet).whole_count, 2)

    def test_a_period_without_documents_has_no_figure(self):
        line = self._line()
        self.assertEqual((line.share_text, line.verdict), ("–", "none"))

    def test_the_figure_names_the_rule_that_judged(self):
        self._finished_documents(1)
        sheet = self._sheet()
        self.assertRegex(self._line(sheet).rule_text, r"^Handling of a document v\d+$")
        self.assertRegex(sheet.calendar_text, r"^v\d+")

    def test_the_figure_agrees_with_documents_on_time(self):
        self._finished_documents(2)
        self._late_document()
        (due, rate), *__ = self.env["school.doc.punctuality"]._read_group(
            [("company_id", "=", self.school.id)],
            [],
            ["due_count:sum", "on_time_rate:avg"],
        )
        line = self._line()
        self.assertEqual(line.whole_count, due)
        self.assertAlmostEqual(line.share, rate, 1)

    def test_the_figure_opens_the_lists_behind_it(self):
        self._finished_documents(2)
        late = self._late_document()
        line = self._line().with_user(self.director)
        for method, count in (
            (line.action_open_part, 2),
            (line.action_open_whole, 3),
            (line.action_open_rest, 1),
        ):
            action = method()
            found = (
                self.env[action["res_model"]]
                .with_user(self.director)
                .search(action["domain"])
            )
            self.assertEqual(len(found), count)
        self.assertEqual(found, late)

    def test_the_list_shows_what_the_reader_may_read(self):
        marked = self._marked(self.principal, sender_number="marked")
        marked.sudo().write({"handling_deadline": self.today, "is_late": True})
        line = self._line()
        self.assertEqual(line.whole_count, 1)
        for user, may in (
            (self._agent(), False),
            (self.director, False),  # not among the named readers
            (self.clerk, True),  # registered it
        ):
            domain = line.with_user(user).action_open_whole()["domain"]
            with self.subTest(user=user.login):
                self.assertEqual(bool(self.Doc.with_user(user).search(domain)), may)

    def test_each_school_counts_its_own(self):
        self._finished_documents(2)
        self.assertEqual(self._line(self._sheet(self.other)).whole_count, 0)

    def test_who_counts_again_gets_the_same_figure(self):
        self._finished_documents(2)
        marked = self._marked(self.principal, sender_number="marked")
        marked.sudo().write({"handling_deadline": self.today, "is_late": True})
        sheet = self._sheet()
        sheet.with_user(self._agent()).action_refresh()
        self.assertEqual(self._line(sheet).whole_count, 3)

    def test_a_final_sheet_keeps_the_figure(self):
        documents = self._finished_documents(2)
        sheet = self._sheet()
        with demo_time(fields.Datetime.now() + timedelta(100)):
            sheet.with_user(self.director).action_close()
            documents[0].sudo().finished_at += timedelta(30)
            line = self._line(sheet)
            self.assertTrue(line.is_frozen)
            self.assertEqual((line.part_count, line.whole_count), (2, 2))

    def test_removing_the_addon_leaves_final_sheets_as_they_were(self):
        self._finished_documents(1)
        final = self._sheet()
        with demo_time(fields.Datetime.now() + timedelta(100)):
            final.with_user(self.director).action_close()
        running = self._sheet(period="month")
        value = self.env["ir.model.fields.selection"].search(
            [
                ("field_id.model", "=", "school.desk.kpi.line"),
                ("field_id.name", "=", "code"),
                ("value", "=", CODE),
            ]
        )
        value._process_ondelete()
        self.assertTrue(self._line(final).exists())
        self.assertFalse(running.line_ids.filtered(lambda row: row.code == CODE))

    def test_counting_costs_the_same_for_four_times_the_documents(self):
        counts = []
        for count in (2, 8):
            for number in range(count):
                document = self._finished(sender_number=f"{count} {number}")
                document.sudo().handling_deadline = self.today
            sheet = self._sheet()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            sheet._refresh()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)
