import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
KINDS = [
    ("holiday", "Public Holiday"),
    ("makeup", "Make-up Workday"),
    ("closed", "School Closed"),
    ("exam", "Exam Day"),
    ("hours", "Special Hours"),
]
_SPAN = re.compile(r"^(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})$")


class SchoolCalendarException(models.Model):
    """A day that does not follow the weekly pattern of the school.

    What is entered is a draft; it counts for deadlines once it is applied, after a
    preview of the deadlines it moves. What is applied stays on record: it is taken
    back, not edited.
    """

    _name = "school.calendar.exception"
    _description = "Calendar Exception"
    _inherit = ["school.record"]
    _order = "date_from desc, id desc"
    _server_fields = frozenset({"state", "official"})

    name = fields.Char("Occasion", required=True)
    kind = fields.Selection(KINDS, required=True, default="closed")
    date_from = fields.Date("From", required=True, index=True)
    date_to = fields.Date(
        "To",
        required=True,
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
    )
    weekday = fields.Selection(
        WEEKDAYS,
        "Follows",
        help="The weekday whose service hours are kept on a make-up workday (调休).",
    )
    hours = fields.Char(
        "Service Hours",
        help="For example 08:30-12:00, 13:30-16:00. Empty: the usual hours of the day.",
    )
    source = fields.Char(help="The notice or list this comes from.")
    official = fields.Boolean(
        readonly=True, help="From the yearly notice on public holidays."
    )
    state = fields.Selection(
        [
            ("draft", "Not Applied"),
            ("applied", "Applied"),
            ("cancelled", "Taken Back"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
    )
    day_count = fields.Integer("Days", compute="_compute_day_count")

    _check_dates = models.Constraint(
        "CHECK(date_to >= date_from)", "The last day lies before the first day."
    )
    _applied_idx = models.Index(
        "(company_id, date_from, date_to) WHERE state = 'applied'"
    )

    @api.depends("date_from")
    def _compute_date_to(self):
        for exception in self:
            if not exception.date_to or (
                exception.date_from and exception.date_to < exception.date_from
            ):
                exception.date_to = exception.date_from

    @api.depends("date_from", "date_to")
    def _compute_day_count(self):
        for exception in self:
            exception.day_count = (
                max(0, (exception.date_to - exception.date_from).days + 1)
                if exception.date_from and exception.date_to
                else 0
            )

    @api.constrains("kind", "weekday", "hours", "date_from", "date_to")
    def _check_complete(self):
        for exception in self:
            if exception.kind == "makeup" and not exception.weekday:
                raise ValidationError(
                    self.env._(
                        "Say which weekday the make-up workday “%(name)s” follows.",
                        name=exception.name,
                    )
                )
            if exception.kind == "hours" and not exception.hours:
                raise ValidationError(
                    self.env._(
                        "Enter the service hours of “%(name)s”, for example "
                        "08:30-12:00.",
                        name=exception.name,
                    )
                )
            if (exception.date_to - exception.date_from).days > 400:
                raise ValidationError(
                    self.env._(
                        "“%(name)s” lasts more than a year. Check its dates.",
                        name=exception.name,
                    )
                )
            exception._spans()

    def write(self, vals):
        if not self.env.su and any(exception.state != "draft" for exception in self):
            raise UserError(
                self.env._(
                    "What has been applied stays on record. Take it back and enter it "
                    "anew."
                )
            )
        return super().write(vals)

    def action_preview(self):
        """Show what the selected drafts change before they are applied."""
        drafts = self.filtered(lambda exception: exception.state == "draft")
        if not drafts:
            raise UserError(self.env._("All of these have been applied already."))
        return self.env["school.calendar.preview"]._open(drafts.company_id, add=drafts)

    def action_take_back(self):
        """Show what taking back the selected exceptions changes."""
        applied = self.filtered(lambda exception: exception.state == "applied")
        drafts = self.filtered(lambda exception: exception.state == "draft")
        if drafts:
            drafts.check_access("write")
            drafts.sudo().write({"state": "cancelled"})
        if not applied:
            return None
        return self.env["school.calendar.preview"]._open(
            applied.company_id, remove=applied
        )

    def _apply(self, remove=None):
        """Let these count, and ``remove`` no longer; returns the clocks that moved."""
        remove = remove or self.browse()
        self.sudo().write({"state": "applied"})
        remove.sudo().write({"state": "cancelled"})
        moved = self.env["school.time.clock"]
        for company in (self | remove).company_id:
            names = (self | remove).filtered(lambda e, c=company: e.company_id == c)
            moved |= company.sudo()._calendar_rebuild(
                ", ".join(dict.fromkeys(names.mapped("name")))[:200]
            )
        return moved

    def _spans(self):
        """Service hours as minutes after midnight; None for the usual ones."""
        self.ensure_one()
        if self.kind == "closed":
            return []
        if not (self.hours or "").strip():
            return None
        spans = []
        for part in re.split(r"[,，、;；]", self.hours):
            match = _SPAN.match(part.strip())
            if match:
                h1, m1, h2, m2 = map(int, match.groups())
                start, end = h1 * 60 + m1, h2 * 60 + m2
            if not match or m1 > 59 or m2 > 59 or not start < end <= 1440:
                raise ValidationError(
                    self.env._(
                        "“%(part)s” is not a span of hours. Write 08:30-12:00, several "
                        "of them with commas.",
                        part=part.strip(),
                    )
                )
            spans.append((start, end))
        return sorted(spans)

    def _as_input(self):
        """These rows as :func:`~..tools.worktime.build_days` takes them."""
        return [
            {
                "kind": exception.kind,
                "date_from": exception.date_from,
                "date_to": exception.date_to,
                "weekday": int(exception.weekday or 0),
                "hours": exception._spans(),
                "name": exception.name,
            }
            for exception in self
        ]
