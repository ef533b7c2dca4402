from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolVenueSeries(models.Model):
    """Several pieces of a pool at one time (MTG-40)."""

    _inherit = "school.venue.series"

    @api.model
    def _book_units(self, pool, count, vals):
        """Book ``count`` pieces of ``pool`` for the user; returns the series.

        Who asks at the same moment queues for the pool, so that two never run for the
        same piece; pieces used least come first.

        :param vals: values of ``school.venue.request`` with ``start`` and ``stop``
        """
        pool.check_access("read")
        to_datetime = fields.Datetime.to_datetime
        start, stop = to_datetime(vals.pop("start")), to_datetime(vals.pop("stop"))
        units = pool.sudo().unit_ids.filtered("active").sorted("id")
        Booking = self.env["school.venue.booking"]
        if count < 1:
            raise UserError(self.env._("Say how many pieces are needed."))
        wanted = [(unit.id, unit.id, *unit._blocks(start, stop)) for unit in units]
        Booking.browse()._release_absent(units)
        self.env["school.serial"]._lock(f"venue:{pool.id}")
        taken = Booking._taken_rows(wanted)
        free = units.filtered(lambda unit: unit.id not in taken)
        if len(free) < count:
            raise UserError(
                self.env._(
                    "Of %(pool)s, %(free)s of %(all)s are free at that time: too few "
                    "for %(count)s.",
                    pool=pool.name,
                    free=len(free),
                    all=len(units),
                    count=count,
                )
            )
        used = dict(
            Booking.sudo()._read_group(
                [("venue_id", "in", free.ids), ("holds_slot", "=", True)],
                ["venue_id"],
                ["__count"],
            )
        )
        chosen = free.sorted(lambda unit: (used.get(unit, 0), unit.id))[:count]
        day = pool.company_id._school_date(start)
        series = self.create(
            {**vals, "venue_id": chosen[0].id, "date_from": day, "date_to": day}
        )
        series.sudo().kind = "units"
        dates = (
            self.env["school.venue.series.date"]
            .sudo()
            .create(
                [
                    {
                        "company_id": pool.company_id.id,
                        "series_id": series.id,
                        "venue_id": unit.id,
                        "day": day,
                        "start": start,
                        "stop": stop,
                        "result": "free",
                        "is_chosen": True,
                    }
                    for unit in chosen
                ]
            )
        )
        series.invalidate_recordset(["date_ids"])
        series._raise_faults()
        series._request(dates.sudo(self.env.su))
        return series
