import csv
import io
import json

import openpyxl

from odoo import http
from odoo.tests import HttpCase, tagged

from ..models.company_export import _safe_cell
from .common import SchoolCommon

EVIL = (
    '=HYPERLINK("http://evil.example.com","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "{=1+1}",
    "http://evil.example.com",
)


@tagged("post_install", "-at_install")
class TestExportFormulas(SchoolCommon, HttpCase):
    """What somebody typed into a field is not run by the spreadsheet of another."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin.group_ids |= cls.env.ref("base.group_allow_export")
        cls.places = cls.env["school.place"].create(
            [
                {"name": name, "code": f"E{number}", "company_id": cls.school.id}
                for number, name in enumerate(EVIL)
            ]
        )

    def _export(self, kind, **params):
        self.authenticate(self.admin.login, self.admin.login)
        data = {
            "model": "school.place",
            "fields": [
                {"name": "name", "label": "=Name", "type": "char"},
                {"name": "code", "label": "Code", "type": "char"},
            ],
            "ids": self.places.ids,
            "domain": [],
            "import_compat": False,
            "context": {},
            **params,
        }
        return self._post(f"/web/export/{kind}", data)

    def _post(self, url, data):
        token = http.Request.csrf_token(self)
        response = self.url_open(
            url, data={"data": json.dumps(data), "csrf_token": token}
        )
        response.raise_for_status()
        return response

    def _cells(self, content):
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        return [cell for row in sheet.iter_rows() for cell in row]

    def test_csv_marks_every_start_of_a_formula(self):
        rows = list(csv.reader(io.StringIO(self._export("csv").text, newline="")))
        self.assertEqual(rows[0], ["'=Name", "Code"])
        names = [row[0] for row in rows[1:]]
        self.assertEqual(len(names), len(EVIL))
        for name in names:
            self.assertFalse(name.startswith(("=", "+", "-", "@", "\t", "\r", "＝")))

    def test_excel_holds_texts_and_no_formula_or_link(self):
        for params in ({}, {"groupby": ["name"]}):
            cells = self._cells(self._export("xlsx", **params).content)
            self.assertFalse([cell for cell in cells if cell.data_type == "f"])
            self.assertFalse([cell for cell in cells if cell.hyperlink])
            self.assertIn(EVIL[0], [cell.value for cell in cells])

    def test_numbers_stay_numbers(self):
        fields = [{"name": "sequence", "label": "Sequence", "type": "integer"}]
        post = self.env["school.post"].search(
            [("company_id", "=", self.school.id)], limit=1
        )
        post.sequence = -5
        params = {"model": "school.post", "fields": fields, "ids": post.ids}
        cells = self._cells(self._export("xlsx", **params).content)
        self.assertEqual(cells[-1].value, -5)
        text = self._export("csv", **params).text
        self.assertEqual(text.splitlines()[1], '"-5"')

    def test_the_export_of_a_pivot_table_too(self):
        self.authenticate(self.admin.login, self.admin.login)
        data = {
            "title": "Places",
            "model": "school.place",
            "measure_count": 1,
            "col_group_headers": [
                [{"title": "=1+1", "width": 1, "height": 1, "is_bold": False}]
            ],
            "measure_headers": [{"title": "=2+2", "is_bold": False}],
            "rows": [{"indent": 0, "title": "=3+3", "values": [{"value": -4}]}],
        }
        cells = self._cells(self._post("/web/pivot/export_xlsx", data).content)
        self.assertFalse([cell for cell in cells if cell.data_type == "f"])
        self.assertIn(-4, [cell.value for cell in cells])

    def test_the_export_of_a_school_too(self):
        for text in EVIL[:7]:
            self.assertTrue(_safe_cell(text).startswith("'"))
            self.assertTrue(_safe_cell([text]).startswith("'"))
        self.assertEqual(_safe_cell(-5), -5)
