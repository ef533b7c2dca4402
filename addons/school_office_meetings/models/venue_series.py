from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from odoo.addons.school_office_base.models.calendar_exception import WEEKDAYS

from .venue_booking import LIVE, PURPOSE
from .venue_times import hour_text

_lt = LazyTranslate(__name__)

# The longest series, in days: a school year
LONGEST = 370


class SchoolVenueSeries(models.Model):
    """The same room at the same time every week, or several pieces at one time.

    Every date is tried by itself, in one go: what is free, who has what is not, which
    dates fall on a holiday, and on which make-up workday (调休) the lesson is held
    instead, as the school calendar says. The applicant books what is free; the list
    stays as the report of what became of each date.
    """

    _name = "school.venue.series"
    _description = "Bookings on Many Days"
    _inherit = [
        "school.venue.request",
        "school.number.mixin",
        "school.approval.mixin",
        "mail.thread",
    ]
    _order = "id desc"
    _rec_names_search = ["number", "purpose"]
    _number_kind = "venue.booking"
    _approval_purposes = {PURPOSE: _lt("Bookings of a room on many days")}
    _approval_gates = {}
    _approval_protected_fields = frozenset(
        {
            "venue_id",
            "purpose",
            "people_count",
            "department_id",
            "date_from",
            "date_to",
            "weekday",
            "hour_from",
            "hour_to",
            "interval",
        }
    )
    _server_fields = frozenset({"state", "kind", "ended_reason"})

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("confirmed", "Confirmed"),
            ("rejected", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        "Status",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    kind = fields.Selection(
        [("weekly", "Every Week"), ("units", "Several Pieces")],
        default="weekly",
        required=True,
        readonly=True,
        copy=False,
    )
    term_id = fields.Many2one(
        "school.term",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Gives the first and the last day.",
    )
    date_from = fields.Date(
        "First Day",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        "Last Day",
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    weekday = fields.Selection(WEEKDAYS, default="0")
    interval = fields.Integer("Every … Weeks", default=1, required=True)
    period_from_id = fields.Many2one(
        "school.venue.period",
        "From Period",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    period_to_id = fields.Many2one(
        "school.venue.period",
        "To Period",
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    hour_from = fields.Float("From", default=8.0)
    hour_to = fields.Float("Until", default=9.0)
    date_ids = fields.One2many("school.venue.series.date", "series_id", "Dates")
    booking_ids = fields.One2many("school.venue.booking", "series_id", "Bookings")
    booked_count = fields.Integer("Booked", compute="_compute_counts")
    free_count = fields.Integer("Free", compute="_compute_counts")
    conflict_count = fields.Integer("Taken", compute="_compute_counts")
    skipped_count = fields.Integer("Not Held", compute="_compute_counts")
    ended_reason = fields.Char("Reason", readonly=True, copy=False)
    can_manage = fields.Boolean(compute="_compute_can_manage")

    _list_idx = models.Index("(company_id, id DESC)")
    _times_check = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "A booking ends after it begins.",
    )
    _dates_check = models.Constraint(
        "CHECK (date_from <= date_to)", "The last day lies before the first day."
    )
    _interval_check = models.Constraint(
        "CHECK (interval BETWEEN 1 AND 8)", "A series is held every 1 to 8 weeks."
    )

    @api.depends("term_id")
    def _compute_dates(self):
        for series in self:
            term = series.term_id
            today = (series.company_id or self.env.company)._school_date()
            if term:
                series.date_from = min(max(term.date_from, today), term.date_to)
                series.date_to = term.date_to
            else:
                series.date_from = series.date_from or today
                series.date_to = series.date_to or False

    @api.onchange("period_from_id", "period_to_id")
    def _onchange_periods(self):
        first = self.period_from_id or self.period_to_id
        last = self.period_to_id or self.period_from_id
        if first:
            self.hour_from = min(first.hour_from, last.hour_from)
            self.hour_to = max(first.hour_to, last.hour_to)

    @api.depends("venue_id", "purpose", "weekday", "hour_from", "kind")
    def _compute_display_name(self):
        names = dict(self._fields["weekday"]._description_selection(self.env))
        for series in self:
            parts = [series.venue_id.name, series.purpose]
            if series.kind == "weekly" and series.weekday:
                when = f"{names[series.weekday]} {hour_text(series.hour_from)}"
                parts.insert(1, when)
            series.display_name = " · ".join(part for part in parts if part)

    @api.depends("date_ids.result", "date_ids.booking_id.state")
    def _compute_counts(self):
        for series in self:
            dates = series.date_ids
            series.booked_count = len(
                dates.filtered(lambda d: d.booking_id.state in (*LIVE, "finished"))
            )
            series.free_count = len(
                dates.filtered(lambda d: d.result == "free" and not d.booking_id)
            )
            series.conflict_count = len(dates.filtered(lambda d: d.result == "taken"))
            series.skipped_count = len(
                dates.filtered(lambda d: d.result in ("holiday", "moved", "closed"))
            )

    @api.depends_context("uid")
    @api.depends("user_id", "venue_id")
    def _compute_can_manage(self):
        kept = self.venue_id._kept()
        for series in self:
            series.can_manage = (
                series.user_id == self.env.user or series.venue_id in kept
            )

    @api.constrains("date_from", "date_to", "kind")
    def _check_length(self):
        for series in self:
            if series.kind == "units":
                continue
            if not (series.date_from and series.date_to):
                raise ValidationError(
                    self.env._("Choose a term, or the first and the last day.")
                )
            if (series.date_to - series.date_from).days > LONGEST:
                raise ValidationError(
                    self.env._("A series lasts a school year at most.")
                )

    def write(self, vals):
        if not self.env.su and any(series.state != "draft" for series in self):
            if not all(
                name.startswith(("message_", "activity_")) or name in self._open_fields
                for name in vals
            ):
                raise UserError(
                    self.env._(
                        "What was requested stays. Cancel the rest and book anew."
                    )
                )
        return super().write(vals)

    def _is_deletable(self):
        return super()._is_deletable() and not self.sudo().booking_ids

    def _is_series(self):
        return True
