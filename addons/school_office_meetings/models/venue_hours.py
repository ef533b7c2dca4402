from odoo import fields, models

from odoo.addons.school_office_base.models.calendar_exception import WEEKDAYS


class SchoolVenueHours(models.Model):
    """When a room is open on a weekday; several rows for several stretches."""

    _name = "school.venue.hours"
    _description = "Opening Hours of a Room"
    _inherit = ["school.record"]
    _order = "venue_id, weekday, hour_from, id"
    _rec_name = "weekday"

    venue_id = fields.Many2one(
        "school.venue",
        "Room",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    weekday = fields.Selection(WEEKDAYS, required=True, default="0")
    hour_from = fields.Float("From", required=True, default=8.0)
    hour_to = fields.Float("Until", required=True, default=18.0)

    _order_idx = models.Index("(venue_id, weekday, hour_from, id)")
    _hours_check = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Opening hours lie between 0:00 and 24:00, and end after they begin.",
    )
    _overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(venue_id, venue_id, '[]') WITH &&,
            int4range((weekday)::int4, (weekday)::int4, '[]') WITH &&,
            numrange(hour_from::numeric, hour_to::numeric, '[)') WITH &&
        )""",
        "These opening hours overlap others of the same weekday.",
    )
