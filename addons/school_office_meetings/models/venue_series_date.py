from odoo import fields, models
from odoo.exceptions import UserError


class SchoolVenueSeriesDate(models.Model):
    """One date of a series, and what became of it."""

    _name = "school.venue.series.date"
    _description = "Date of a Series"
    _inherit = ["school.record"]
    _order = "series_id, start, id"
    _rec_name = "day"

    series_id = fields.Many2one(
        "school.venue.series",
        required=True,
        readonly=True,
        check_company=True,
        ondelete="cascade",
    )
    venue_id = fields.Many2one(
        "school.venue",
        "Piece",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    day = fields.Date(required=True, readonly=True)
    start = fields.Datetime("From", required=True, readonly=True)
    stop = fields.Datetime("Until", required=True, readonly=True)
    result = fields.Selection(
        [
            ("free", "Free"),
            ("taken", "Taken"),
            ("holiday", "Holiday"),
            ("moved", "Held on Another Day"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
    )
    note = fields.Char("Remark", readonly=True)
    is_chosen = fields.Boolean("Book")
    booking_id = fields.Many2one(
        "school.venue.booking",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    booking_state = fields.Selection(related="booking_id.state", string="Status")

    _order_idx = models.Index("(series_id, start, id)")

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "is_chosen"}

    def write(self, vals):
        if not self.env.su:
            self.series_id._check_may_act()
            if any(date.series_id.state != "draft" for date in self):
                raise UserError(self.env._("This was asked for already."))
            if vals.get("is_chosen") and any(date.result != "free" for date in self):
                raise UserError(self.env._("Only what is free can be booked."))
        return super().write(vals)
