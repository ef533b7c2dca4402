from collections import defaultdict
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolCalendarYear(models.Model):
    """Whether the public holidays of a year have been officially announced.

    Until they have, every deadline that falls in the year is provisional.
    """

    _name = "school.calendar.year"
    _description = "Calendar Year"
    _inherit = ["school.record"]
    _order = "year desc"
    _rec_name = "year"
    _server_fields = frozenset({"official", "source", "imported_at", "imported_by_id"})

    year = fields.Integer(required=True)
    official = fields.Boolean(
        readonly=True, help="The public holidays of this year are known and entered."
    )
    source = fields.Char(readonly=True)
    imported_at = fields.Datetime("Imported On", readonly=True)
    imported_by_id = fields.Many2one("res.users", readonly=True)

    _year_uniq = models.UniqueIndex(
        "(company_id, year)", "This year is in the calendar already."
    )

    @api.depends("year")
    def _compute_display_name(self):
        for record in self:
            record.display_name = str(record.year)

    @api.model
    def _package_rows(self, year):
        """Public holidays and make-up workdays of ``year`` from ``chinesecalendar``.

        The package is a source of rows that are imported once a year, never asked when
        a deadline is computed: it knows no year before its official notice. A make-up
        workday follows the weekday that the same holiday gave away, in order.
        """
        try:
            import chinese_calendar  # noqa: PLC0415 (optional source of data)
            from chinese_calendar import constants  # noqa: PLC0415
        except ImportError as error:
            raise UserError(
                self.env._(
                    "The package “chinesecalendar” is not installed. Paste the list of "
                    "public holidays instead."
                )
            ) from error
        try:
            chinese_calendar.is_workday(date(year, 1, 1))
        except NotImplementedError as error:
            raise UserError(
                self.env._(
                    "The package “chinesecalendar” does not know %(year)s yet: its "
                    "public holidays were not announced when it was published. Update "
                    "the package once they are, or paste the official list. Until "
                    "then deadlines in %(year)s are provisional.",
                    year=year,
                )
            ) from error
        names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
        given_away = defaultdict(list)
        for day, holiday in sorted(constants.in_lieu_days.items()):
            if day.year == year:
                given_away[holiday].append(day)
        rows = []
        for day, holiday in sorted(constants.holidays.items()):
            if day.year != year:
                continue
            name = names.get(holiday, holiday)
            last = rows[-1] if rows else None
            if last and last["name"] == name and last["date_to"] + timedelta(1) == day:
                last["date_to"] = day
            else:
                rows.append(
                    {"kind": "holiday", "name": name, "date_from": day, "date_to": day}
                )
        for day, holiday in sorted(constants.workdays.items()):
            if day.year != year:
                continue
            lieu = given_away[holiday].pop(0) if given_away[holiday] else None
            rows.append(
                {
                    "kind": "makeup",
                    "name": f"{names.get(holiday, holiday)}调休",
                    "date_from": day,
                    "date_to": day,
                    "weekday": str(lieu.weekday() if lieu else 0),
                }
            )
        return rows

    @api.model
    def _draft(self, company, year, rows, source):
        """Enter official ``rows`` of ``year`` as drafts.

        Returns the drafts and the rows of an earlier import that the list no longer
        has; what is in force already is left alone.
        """
        exceptions = self.env["school.calendar.exception"].sudo()
        present = exceptions.search(
            [
                ("company_id", "=", company.id),
                ("official", "=", True),
                ("state", "!=", "cancelled"),
                ("date_from", ">=", date(year, 1, 1)),
                ("date_from", "<=", date(year, 12, 31)),
            ]
        )
        present.filtered(lambda row: row.state == "draft").write({"state": "cancelled"})
        present = present.filtered(lambda row: row.state == "applied")

        def key(row):
            return (
                row["kind"],
                row["date_from"],
                row["date_to"],
                row["weekday"] or False if row["kind"] == "makeup" else False,
            )

        wanted = {key(row) for row in rows}
        known = {key(row) for row in present}
        drafts = exceptions.create(
            [
                {**row, "company_id": company.id, "official": True, "source": source}
                for row in rows
                if key(row) not in known
            ]
        )
        return drafts, present.filtered(lambda row: key(row) not in wanted)

    @api.model
    def _confirm(self, company, year, source):
        """Note that the public holidays of ``year`` are official from now on."""
        record = self.sudo().search(
            [("company_id", "=", company.id), ("year", "=", year)]
        )
        vals = {
            "official": True,
            "source": source,
            "imported_at": fields.Datetime.now(),
            "imported_by_id": self.env.uid,
        }
        if record:
            record.write(vals)
        else:
            record = self.sudo().create(
                {"company_id": company.id, "year": year, **vals}
            )
        return record
