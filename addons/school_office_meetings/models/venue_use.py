from odoo import fields, models
from odoo.tools import SQL

# Months before this one that the report looks at
MONTHS = 18


class SchoolVenueUse(models.Model):
    """How much of its opening hours each room is used, month by month (MTG-40).

    One query: the opening hours of every day (weekly hours; closed on holidays; a
    make-up workday as the weekday it follows) against what was booked and used. Times
    are those of the school's own zone. Of the present month, the days that have begun.
    """

    _name = "school.venue.use"
    _description = "Use of Rooms"
    _auto = False
    _order = "month desc, venue_id"
    _rec_name = "venue_id"

    company_id = fields.Many2one("res.company", "School", required=True, readonly=True)
    venue_id = fields.Many2one(
        "school.venue", "Room", readonly=True, check_company=True
    )
    kind = fields.Selection(
        lambda self: (
            self.env["school.venue"]._fields["kind"]._description_selection(self.env)
        ),
        readonly=True,
    )
    month = fields.Date(readonly=True)
    open_hours = fields.Float("Open (hours)", readonly=True)
    booked_hours = fields.Float("Booked (hours)", readonly=True)
    used_hours = fields.Float("Used (hours)", readonly=True)
    booking_count = fields.Integer("Bookings", readonly=True)
    no_show_count = fields.Integer("Nobody Came", readonly=True)
    utilisation = fields.Float("Utilisation (%)", readonly=True, aggregator="avg")

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "utilisation:avg":
            # Of several rooms or months together: all hours used by all hours open.
            return SQL(
                "100.0 * SUM(%s) / NULLIF(SUM(%s), 0)",
                self._field_to_sql(self._table, "used_hours", query),
                self._field_to_sql(self._table, "open_hours", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        return SQL(
            """
            WITH zone AS (
                SELECT c.id AS company_id, COALESCE(rc.tz, 'Asia/Shanghai') AS tz
                  FROM res_company c
             LEFT JOIN resource_calendar rc ON rc.id = c.resource_calendar_id
            ), room AS (
                SELECT v.id, v.company_id, v.kind, v.keeps_holidays, z.tz,
                       COALESCE(v.pool_id, v.id) AS hours_of,
                       date_trunc('month', timezone(z.tz, timezone('UTC',
                           v.create_date)))::date AS since
                  FROM school_venue v JOIN zone z ON z.company_id = v.company_id
                 WHERE v.is_pool IS NOT TRUE
            ), month AS (
                SELECT r.*, m::date AS month
                  FROM room r, generate_series(
                       date_trunc('month', %(now)s::timestamp)
                           - make_interval(months => %(months)s),
                       date_trunc('month', %(now)s::timestamp),
                       interval '1 month') AS m
            ), special AS (
                SELECT DISTINCT ON (e.company_id, d)
                       e.company_id, d::date AS day, e.kind, e.weekday
                  FROM school_calendar_exception e,
                       generate_series(e.date_from, e.date_to, interval '1 day') AS d
                 WHERE e.state = 'applied'
              ORDER BY e.company_id, d,
                       CASE e.kind WHEN 'holiday' THEN 0 WHEN 'makeup' THEN 1 ELSE 2 END
                       DESC, e.id DESC
            ), hours AS (
                SELECT h.venue_id, h.weekday, SUM(h.hour_to - h.hour_from) AS hours
                  FROM school_venue_hours h GROUP BY h.venue_id, h.weekday
            ), open AS (
                SELECT m.id AS venue_id, m.month, SUM(
                       CASE WHEN m.keeps_holidays AND s.kind IN ('holiday', 'closed')
                            THEN 0
                            WHEN NOT EXISTS (SELECT 1 FROM hours x
                                              WHERE x.venue_id = m.hours_of)
                            THEN 24 ELSE COALESCE(h.hours, 0) END) AS hours
                  FROM month m
            CROSS JOIN LATERAL generate_series(m.month::timestamp, LEAST(
                           m.month + interval '1 month' - interval '1 day',
                           date_trunc('day', timezone(m.tz, timezone('UTC',
                               %(now)s::timestamp)))),
                       interval '1 day') AS d
             LEFT JOIN special s ON s.company_id = m.company_id AND s.day = d::date
             LEFT JOIN hours h ON h.venue_id = m.hours_of AND h.weekday = CASE
                       WHEN m.keeps_holidays AND s.kind = 'makeup' THEN s.weekday
                       ELSE (EXTRACT(ISODOW FROM d)::int - 1)::text END
              GROUP BY m.id, m.month
            ), booked AS (
                SELECT b.venue_id,
                       date_trunc('month', timezone(z.tz, timezone('UTC',
                           b.start)))::date AS month,
                       SUM(EXTRACT(EPOCH FROM b.stop - b.start)) FILTER (
                           WHERE b.state IN ('confirmed', 'checked_in', 'finished',
                                             'released')) / 3600 AS booked,
                       SUM(EXTRACT(EPOCH FROM GREATEST(
                           LEAST(b.stop, COALESCE(b.finished_at, b.stop), %(now)s)
                               - b.start, interval '0'))) FILTER (
                           WHERE b.state IN ('checked_in', 'finished')) / 3600 AS used,
                       COUNT(*) FILTER (WHERE b.state IN ('confirmed', 'checked_in',
                           'finished', 'released')) AS bookings,
                       COUNT(*) FILTER (WHERE b.state = 'released') AS no_shows
                  FROM school_venue_booking b JOIN zone z ON z.company_id = b.company_id
                 WHERE b.start >= date_trunc('month', %(now)s::timestamp)
                           - make_interval(months => %(months)s) - interval '1 day'
              GROUP BY b.venue_id, 2
            )
            SELECT m.id * 1000 + (EXTRACT(YEAR FROM m.month)::int %% 50) * 12
                       + EXTRACT(MONTH FROM m.month)::int AS id,
                   m.company_id, m.id AS venue_id, m.kind, m.month,
                   o.hours AS open_hours, COALESCE(b.booked, 0) AS booked_hours,
                   COALESCE(b.used, 0) AS used_hours,
                   COALESCE(b.bookings, 0)::int AS booking_count,
                   COALESCE(b.no_shows, 0)::int AS no_show_count,
                   COALESCE(100.0 * b.used / NULLIF(o.hours, 0), 0) AS utilisation
              FROM month m
              JOIN open o ON o.venue_id = m.id AND o.month = m.month
         LEFT JOIN booked b ON b.venue_id = m.id AND b.month = m.month
             WHERE m.month >= m.since OR b.venue_id IS NOT NULL
            """,
            now=now,
            months=MONTHS,
        )
