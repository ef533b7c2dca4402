import io

from lxml import html as lxml_html

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .common import DocsCommon


@tagged("post_install", "-at_install")
class TestReports(DocsCommon):
    def _sheet(self, document, user=None):
        report = self.env["ir.actions.report"].with_user(user or self.clerk)
        html = report._render_qweb_html(
            "school_office_docs.handling_sheet", document.ids
        )[0]
        return html.decode()

    def _book(self, user=None, **vals):
        book = (
            self.env["school.doc.register.book"]
            .with_user(user or self.clerk)
            .create(vals)
        )
        html = self.env["ir.actions.report"].with_user(user or self.clerk)
        return html._render_qweb_html("school_office_docs.incoming_register", book.ids)[
            0
        ].decode()

    def test_the_handling_sheet_shows_the_opinions_in_order(self):
        document = self._registered()
        document.action_submit()
        self._decide(document, self.director, "Teaching handles it.")
        self._decide(document, self.leader, "By Friday.")
        document._distribute_as_instructed()
        document.with_user(self.head).action_sign()
        document.with_user(self.head)._finish("Inspected.")
        html = self._sheet(document)
        for text in (
            document.number,
            document.name,
            "教办〔2026〕15号",
            "Education Bureau",
            "Teaching handles it.",
            self.director.name,
            "By Friday.",
            self.leader.name,
            self.head.name,
            "Inspected.",
        ):
            self.assertIn(text, html)
        self.assertLess(html.index("Teaching handles it."), html.index("By Friday."))

    def test_several_sheets_are_printed_at_once(self):
        documents = self._registered() | self._registered(name="On the sports day")
        report = self.env["ir.actions.report"].with_user(self.clerk)
        paper, kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(
            "school_office_docs.handling_sheet", documents.ids
        )
        self.assertEqual(kind, "pdf")
        pages = PdfFileReader(io.BytesIO(paper), strict=False).getNumPages()
        self.assertGreaterEqual(pages, 2)

    def test_markup_of_a_title_is_text_on_paper(self):
        document = self._registered(name="<script>alert(1)</script>")
        html = self._sheet(document)
        self.assertNotIn("<script>alert(1)", html)
        self.assertIn("&lt;script&gt;alert(1)", html)

    def test_the_sheet_is_for_readers_of_the_document(self):
        document = self._registered()
        with self.assertRaises(AccessError):
            self._sheet(document, self.teacher)
        with self.assertRaises(AccessError):
            self._sheet(document, self.stranger)

    def test_the_register_prints_void_numbers_and_its_anchor(self):
        first = self._registered(sender_number="1")
        void = self._registered(sender_number="2", name="A mistake")
        void._void("Entered twice.")
        html = self._book()
        self.assertIn(first.number, html)
        self.assertIn(void.number, html)
        self.assertIn("Entered twice.", html)
        entry = self.env["school.register.entry"].search(
            [
                ("register_code", "=", "doc_incoming"),
                ("company_id", "=", self.school.id),
            ],
            order="year desc, seq desc",
            limit=1,
        )
        self.assertIn(entry.hash, html)

    def test_the_register_keeps_to_its_period(self):
        document = self._registered()
        today = self.school._school_date()
        self.assertIn(document.number, self._book(date_from=today, date_to=today))
        book = (
            self.env["school.doc.register.book"]
            .with_user(self.clerk)
            .create({"date_from": "2020-01-01", "date_to": "2020-12-31"})
        )
        with self.assertRaisesRegex(UserError, "Nothing"):
            book.action_print()
        with self.assertRaisesRegex(UserError, "before it begins"):
            book.date_to = "2019-01-01"

    def test_the_register_prints_no_marked_document_to_others(self):
        document = self._marked(self.director + self.leader, name="Private matter")
        second = self._person("clerk2", self.school, "group_office_clerk")
        self._registered(sender_number="2")
        self.assertIn("Private matter", self._book())
        html = self._book(second)
        self.assertNotIn("Private matter", html)
        self.assertNotIn(document.number, html)

    def test_the_neighbour_prints_nothing_of_this_school(self):
        document = self._registered()
        html = self._book(self.stranger)
        self.assertNotIn(document.number, html)
        with self.assertRaises(AccessError):
            self._book(self.stranger, company_id=self.school.id)

    def test_every_row_has_every_column(self):
        """An empty cell is a cell: else the row of a void document shifts left."""
        self._registered(sender_number="1")._void("Entered twice.")
        self._registered(sender_number="2")
        rows = lxml_html.fromstring(self._book()).xpath("//tbody/tr")
        self.assertEqual([len(row.xpath("td")) for row in rows], [11, 11])

    def test_every_page_of_the_register_begins_with_the_heads_of_its_columns(self):
        opinion = "请认真落实。" * 60
        documents = [
            self._registered(sender_number=str(number), proposed_opinion=opinion)
            for number in range(5)
        ]
        tables = lxml_html.fromstring(self._book()).xpath("//table")
        self.assertGreater(len(tables), 1)
        self.assertEqual({len(table.xpath(".//th")) for table in tables}, {11})
        numbers = [
            row.xpath("string(td[1]/span[1])")
            for table in tables
            for row in table.xpath("tbody/tr")
        ]
        self.assertEqual(numbers, [document.number for document in documents])
