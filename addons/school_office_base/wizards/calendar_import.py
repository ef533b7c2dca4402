import csv
import io
import re
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError

_MAKEUP = {
    "makeup",
    "make-up",
    "workday",
    "work",
    "班",
    "上班",
    "调休",
    "补班",
    "工作日",
}
_HOLIDAY = {"holiday", "off", "休", "放假", "节假日", "假", "休息"}
_WEEKDAY = re.compile(r"^(?:周|星期|礼拜)?([一二三四五六日天1-7])$")
_DIGITS = {**{c: i for i, c in enumerate("一二三四五六日")}, "天": 6}


class SchoolCalendarImport(models.TransientModel):
    """Enter the public holidays and make-up workdays of a year, once a year."""

    _name = "school.calendar.import"
    _description = "Import of Public Holidays"
    _inherit = ["school.record"]

    year = fields.Integer(
        required=True, default=lambda self: self.env.company._school_date().year + 1
    )
    origin = fields.Selection(
        [
            ("package", "Known List of China (chinesecalendar)"),
            ("list", "Pasted List"),
        ],
        "Taken From",
        required=True,
        default="package",
    )
    text = fields.Text(
        "List",
        help="One line per day or period: first day, last day, holiday or workday, "
        "occasion, weekday that a make-up workday follows.",
    )
    source = fields.Char(help="For example the number of the official notice.")

    def action_import(self):
        """Enter the rows as drafts and open the preview of what they move."""
        self.ensure_one()
        self.env["school.calendar.exception"].check_access("create")
        today = self.company_id._school_date()
        if abs(self.year - today.year) > 5:
            raise UserError(
                self.env._("%(year)s is too far away to be imported.", year=self.year)
            )
        years = self.env["school.calendar.year"]
        if self.origin == "package":
            rows, source = years._package_rows(self.year), "chinesecalendar"
        else:
            rows, source = self._parse(self.text or ""), self.env._("Pasted list")
        source = self.source or source
        drafts, obsolete = years._draft(self.company_id, self.year, rows, source)
        return self.env["school.calendar.preview"]._open(
            self.company_id,
            add=drafts.with_env(self.env),
            remove=obsolete.with_env(self.env),
            official_year=self.year,
            source=source,
        )

    @api.model
    def _date(self, text):
        match = re.match(r"^(\d{4})\D(\d{1,2})\D(\d{1,2})\D?$", text)
        return date(*map(int, match.groups())) if match else date.fromisoformat(text)

    def _parse(self, text):
        """Rows of a pasted list; the sentence names the line that is wrong."""
        rows = []
        dialect = "\t" if "\t" in text else ","
        lines = csv.reader(
            io.StringIO(text.replace("，", ",").lstrip("\ufeff")), delimiter=dialect
        )
        for number, cells in enumerate(lines, 1):
            cells = [cell.strip() for cell in cells if cell.strip()]
            if not cells or (number == 1 and not re.search(r"\d{4}", cells[0])):
                continue
            rows.append(self._parse_line(number, cells))
        if not rows:
            raise UserError(self.env._("Paste the list of public holidays first."))
        return rows

    def _parse_line(self, number, cells):
        dates = []
        for cell in cells[:2]:
            try:
                dates.append(self._date(cell))
            except ValueError:
                break
        rest = cells[len(dates) :]
        kind = None
        for cell in rest:
            if cell.lower() in _MAKEUP:
                kind = "makeup"
            elif cell.lower() in _HOLIDAY:
                kind = "holiday"
        if not dates or not kind or any(day.year != self.year for day in dates):
            raise UserError(
                self.env._(
                    "Line %(number)s is not understood: “%(line)s”. Write for example "
                    "“%(year)s-10-01, %(year)s-10-07, holiday, National Day” or "
                    "“%(year)s-10-10, workday, National Day, 3”.",
                    number=number,
                    line=", ".join(cells),
                    year=self.year,
                )
            )
        if dates[-1] < dates[0]:
            raise UserError(
                self.env._(
                    "Line %(number)s: the last day lies before the first day.",
                    number=number,
                )
            )
        row = {"kind": kind, "date_from": dates[0], "date_to": dates[-1]}
        names = []
        for cell in rest:
            weekday = _WEEKDAY.match(cell)
            if weekday and kind == "makeup":
                digit = weekday.group(1)
                row["weekday"] = str(
                    int(digit) - 1 if digit.isdigit() else _DIGITS[digit]
                )
            elif cell.lower() not in _MAKEUP | _HOLIDAY:
                names.append(cell)
        if kind == "makeup":
            row.setdefault("weekday", "0")
        row["name"] = (
            ", ".join(names)
            or dict(
                self.env["school.calendar.exception"]
                ._fields["kind"]
                ._description_selection(self.env)
            )[kind]
        )
        return row
