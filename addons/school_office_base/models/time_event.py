from odoo import fields, models

from ..tools.pg_guard import guard_table


class SchoolTimeEvent(models.Model):
    """A fact in the life of a clock. Facts are added, never changed.

    Everything a clock shows can be told again from its events and the calendar.
    """

    _name = "school.time.event"
    _description = "Clock Event"
    _inherit = ["school.fact.mixin"]
    _order = "clock_id, id"
    _rec_name = "kind"

    clock_id = fields.Many2one(
        "school.time.clock",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    kind = fields.Selection(
        [
            ("start", "Started"),
            ("pause", "Paused"),
            ("resume", "Went On"),
            ("stop", "Stopped"),
            ("cancel", "Dropped"),
            ("target", "Time Limit Changed"),
            ("holder", "Passed On"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    at = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, required=True, ondelete="restrict"
    )
    recorded_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    data = fields.Json(readonly=True)

    def init(self):
        guard_table(
            self.env.cr, self._table, "Events of a clock are added, never changed."
        )
