import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.pg_guard import guard_rows

KINDS = [
    ("workday", "Working Day"),
    ("rest", "Day of Rest"),
    ("holiday", "Public Holiday"),
    ("makeup", "Make-up Workday"),
    ("closed", "School Closed"),
    ("exam", "Exam Day"),
    ("hours", "Special Hours"),
]


class SchoolWorkday(models.Model):
    """A day of a school as its clocks count it, valid for a range of versions.

    ``segments`` keeps the local midnight and the service of the day as seconds since
    1970: the zone of the school is applied once, when the day is built. The running
    totals over these rows are summed when a version is first used by a process.
    """

    _name = "school.workday"
    _description = "School Workday"
    _inherit = ["school.record"]
    _order = "day, id"
    _rec_name = "day"

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    day = fields.Date(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    name = fields.Char("Occasion", readonly=True)
    hours_text = fields.Char("Service", readonly=True)
    hours = fields.Float("Service Hours", readonly=True)
    segments = fields.Text(required=True, readonly=True)
    version_from = fields.Integer(required=True, readonly=True)
    version_to = fields.Integer(
        readonly=True, help="The calendar version that replaced this row."
    )

    _current_uniq = models.UniqueIndex(
        "(company_id, day) WHERE version_to IS NULL",
        "This day is in the calendar already.",
    )
    _version_idx = models.Index("(company_id, version_from, day)")

    def init(self):
        # A row may end once, when a later version replaces it.
        guard_rows(
            self.env.cr,
            self._table,
            "TG_OP = 'DELETE' OR OLD.version_to IS NOT NULL OR NEW.version_to IS NULL "
            "OR (to_jsonb(OLD) - 'version_to') <> (to_jsonb(NEW) - 'version_to')",
            "A day of the school calendar is replaced, never changed.",
        )

    @api.depends("kind", "name", "hours_text")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for workday in self:
            label = workday.name or workday.hours_text or kinds.get(workday.kind)
            if workday.name and workday.hours_text:
                label = f"{workday.name} {workday.hours_text}"
            workday.display_name = label

    @api.model
    def _load(self, version):
        """The days of a version as :class:`WorkTime` takes them."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT day, kind, name, segments
                FROM school_workday
                WHERE company_id = %(company)s
                    AND version_from <= %(number)s
                    AND (version_to IS NULL OR version_to > %(number)s)
                    AND day BETWEEN %(first)s AND %(last)s
                ORDER BY day
                """,
                company=version.company_id.id,
                number=version.number,
                first=version.first_day,
                last=version.last_day,
            )
        )
        return [
            (day, kind, name or "", *_load_segments(segments))
            for day, kind, name, segments in rows
        ]

    @api.model
    def _replace(self, company, number, days):
        """Put ``days`` into version ``number`` in place of what stands there."""
        self.flush_model()
        cr = self.env.cr
        cr.execute(
            SQL(
                """
                UPDATE school_workday SET version_to = %s
                WHERE company_id = %s AND version_to IS NULL AND day = ANY(%s)
                """,
                number,
                company.id,
                [day for day, *_rest in days],
            )
        )
        rows = []
        for day, kind, name, midnight, segments in days:
            spans = ((start - midnight, end - midnight) for start, end in segments)
            rows.append(
                (
                    company.id,
                    day,
                    kind,
                    name or None,
                    ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans),
                    sum(end - start for start, end in segments) / 3600,
                    json.dumps([midnight, segments], separators=(",", ":")),
                    number,
                    self.env.uid,
                    cr.now(),
                    self.env.uid,
                    cr.now(),
                )
            )
        columns = (
            "company_id, day, kind, name, hours_text, hours, segments, version_from,"
            " create_uid, create_date, write_uid, write_date"
        )
        cr.execute_values(
            f"INSERT INTO school_workday ({columns}) VALUES %s", rows, page_size=1000
        )
        self.invalidate_model()


def _load_segments(text):
    midnight, segments = json.loads(text)
    return midnight, [tuple(segment) for segment in segments]


def _clock(seconds):
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
