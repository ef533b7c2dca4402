import json

from odoo import http

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    ExportXlsxWriter,
    GroupExportXlsxWriter,
)
from odoo.addons.web.controllers.pivot import TableExporter

from ..tools.spreadsheet import safe_text


class TextXlsxWriter(ExportXlsxWriter):
    """Writes texts as texts; xlsxwriter would make formulas and links of some."""

    def write(self, row, column, cell_value, style=None):
        if cell_value and isinstance(cell_value, str):
            return self.worksheet.write_string(row, column, cell_value, style)
        return super().write(row, column, cell_value, style)


class TextGroupXlsxWriter(TextXlsxWriter, GroupExportXlsxWriter):
    """The same for lists that are grouped."""


class SchoolExcelExport(ExcelExport):
    """The export of a list to Excel runs nothing that somebody typed into a field."""

    @http.route()
    def web_export_xlsx(self, data):
        return super().web_export_xlsx(data)

    def from_data(self, fields, columns_headers, rows):
        with TextXlsxWriter(fields, columns_headers, len(rows)) as writer:
            for number, values in enumerate(rows, 1):
                for column, value in enumerate(values):
                    writer.write_cell(number, column, value)
        return writer.value

    def from_group_data(self, fields, columns_headers, groups):
        with TextGroupXlsxWriter(fields, columns_headers, groups.count) as writer:
            row, column = 1, 0
            for name, group in groups.children.items():
                row, column = writer.write_group(row, column, name, group)
        return writer.value


class SchoolCsvExport(CSVExport):
    """Core marks texts that begin with =, + and -; here the other starts too."""

    @http.route()
    def web_export_csv(self, data):
        return super().web_export_csv(data)

    def from_data(self, fields, columns_headers, rows):
        # Bytes become text in core only afterwards.
        rows = [
            [
                safe_text(value.decode() if isinstance(value, bytes) else value)
                for value in row
            ]
            for row in rows
        ]
        headers = [safe_text(header) for header in columns_headers]
        return super().from_data(fields, headers, rows)


class SchoolPivotExport(TableExporter):
    """The titles of a pivot table are texts from the records."""

    @http.route()
    def export_xlsx(self, data, **kw):
        read = json.load(data) if hasattr(data, "read") else json.loads(data)
        return super().export_xlsx(json.dumps(_all_safe(read)), **kw)


def _all_safe(value):
    if isinstance(value, dict):
        return {key: _all_safe(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_all_safe(item) for item in value]
    return safe_text(value)
