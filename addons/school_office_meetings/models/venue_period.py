from odoo import fields, models

from .venue_times import hour_text


class SchoolVenuePeriod(models.Model):
    """A period of the school day (节次): a way to enter times, nothing else.

    Two lessons that overlap on the clock do so in the bookings too: what is kept and
    compared is always the time itself.
    """

    _name = "school.venue.period"
    _description = "Period of the School Day"
    _inherit = ["school.record"]
    _order = "sequence, hour_from, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    hour_from = fields.Float("From", required=True)
    hour_to = fields.Float("Until", required=True)
    active = fields.Boolean(default=True)

    _hours_check = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "A period lies between 0:00 and 24:00, and ends after it begins.",
    )

    def _compute_display_name(self):
        for period in self:
            period.display_name = (
                f"{period.name} {hour_text(period.hour_from)}–"
                f"{hour_text(period.hour_to)}"
            )
