import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SchoolTerm(models.Model):
    """A term (学期) of a school year (BASE-21).

    Periods of surveys, stocktakes, key figures and of numbers that restart each school
    year.
    """

    _name = "school.term"
    _description = "Term"
    _inherit = ["school.record"]
    _order = "date_from desc, id desc"

    name = fields.Char(required=True)
    school_year = fields.Char(
        required=True,
        index=True,
        compute="_compute_school_year",
        store=True,
        readonly=False,
        precompute=True,
        help="For example 2026-2027.",
    )
    date_from = fields.Date("First Day", required=True, index=True)
    date_to = fields.Date("Last Day", required=True)
    active = fields.Boolean(default=True)

    _dates_check = models.Constraint(
        "CHECK (date_to > date_from)", "A term cannot end before it begins."
    )

    @api.depends("date_from", "company_id")
    def _compute_school_year(self):
        for term in self:
            if term.date_from and not term.school_year:
                month = (term.company_id or self.env.company).school_year_start_month
                first = term.date_from.year - (term.date_from.month < month)
                term.school_year = f"{first}-{first + 1}"

    @api.depends("name", "school_year")
    def _compute_display_name(self):
        for term in self:
            term.display_name = " ".join(filter(None, (term.school_year, term.name)))

    @api.constrains("school_year")
    def _check_school_year(self):
        for term in self:
            years = re.fullmatch(r"(\d{4})-(\d{4})", term.school_year or "")
            if not years or int(years[2]) != int(years[1]) + 1:
                raise ValidationError(
                    self.env._(
                        "A school year is written like 2026-2027, not “%(year)s”.",
                        year=term.school_year,
                    )
                )

    @api.constrains("date_from", "date_to", "active")
    def _check_overlap(self):
        for term in self.filtered("active"):
            other = self.sudo().search(
                [
                    ("company_id", "=", term.company_id.id),
                    ("id", "!=", term.id),
                    ("date_from", "<=", term.date_to),
                    ("date_to", ">=", term.date_from),
                ],
                limit=1,
            )
            if other:
                raise ValidationError(
                    self.env._(
                        "“%(term)s” and “%(other)s” overlap: a day belongs to one "
                        "term only.",
                        term=term.display_name,
                        other=other.display_name,
                    )
                )

    @api.model
    def _at(self, company, date=None):
        """Return the term of the school on ``date`` (default: today), if any."""
        date = date or company._school_date()
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", date),
                ("date_to", ">=", date),
            ],
            limit=1,
        )
