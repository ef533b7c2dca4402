from odoo import fields, models, tools

from ..tools.pg_guard import guard_table
from ..tools.worktime import WorkTime


class SchoolCalendarVersion(models.Model):
    """One state of the working time of a school, for ever.

    Days are rows of ``school.workday`` that are valid from one version until another,
    so a change of three days costs three rows. A closed clock keeps the version under
    which it was counted.
    """

    _name = "school.calendar.version"
    _school_in_process = True
    _description = "School Calendar Version"
    _inherit = ["school.record"]
    _order = "number desc"
    _rec_name = "number"

    number = fields.Integer(required=True, readonly=True)
    first_day = fields.Date(required=True, readonly=True)
    last_day = fields.Date(required=True, readonly=True)
    tz = fields.Char("Time Zone", required=True, readonly=True)
    official_years = fields.Char(
        readonly=True, help="Years whose public holidays were officially announced."
    )
    reason = fields.Char(readonly=True)
    changed_days = fields.Integer(readonly=True)

    _number_uniq = models.UniqueIndex("(company_id, number)")

    def init(self):
        guard_table(
            self.env.cr, self._table, "A version of the school calendar never changes."
        )

    @tools.ormcache("self.id")
    def _worktime(self):
        """The working time of this version; immutable, so it is shared by everybody."""
        self.ensure_one()
        version = self.sudo()
        years = version.official_years or ""
        return WorkTime(
            version.tz,
            self.env["school.workday"]._load(version),
            [int(year) for year in years.split(",") if year],
        )
