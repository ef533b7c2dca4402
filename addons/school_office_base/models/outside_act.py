from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import throttle
from ..tools.rows import insert_rows

KEPT_DAYS = 1


class SchoolOutsideAct(models.Model):
    """What came from outside in the last hours, so that nobody floods an office.

    One row per accepted act, in the database, so that the limit holds over all nodes.
    An address stands here as a keyed hash that means nothing the next day, and for
    anonymous complaints not at all. Rows are deleted after a day.
    """

    _name = "school.outside.act"
    _description = "Act From Outside"
    _inherit = ["school.record"]
    _order = "id"
    _rec_name = "kind"

    # An index of more columns begins with it.
    company_id = fields.Many2one(index=False)
    kind = fields.Char(required=True, readonly=True)
    key = fields.Char(readonly=True)
    window_start = fields.Datetime(required=True, readonly=True)
    res_id = fields.Integer("What Came of It", readonly=True)

    _count_idx = models.Index("(company_id, kind, key, window_start)")
    _old_idx = models.Index("(create_date)")

    def _all_server_fields(self):
        return frozenset(self._fields)

    def _is_deletable(self):
        return False

    @api.model
    def _windows(self):
        """Return ``{kind: minutes over which its acts are counted}``; extend it."""
        return {}

    @api.model
    def _window_start(self, kind):
        """Return when the window of ``kind`` began that is open now."""
        return throttle.window_start(self._windows()[kind], fields.Datetime.now())

    @api.model
    def _seconds_left(self, kind):
        """Return after how many seconds acts of ``kind`` are counted anew."""
        return throttle.seconds_left(self._windows()[kind], fields.Datetime.now())

    @api.model
    def _visitor_key(self, address):
        """What stands for an address today."""
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        today = fields.Datetime.now().date().isoformat()
        return throttle.visitor_key(secret or "", today, address)

    @api.model
    def _take(self, company, kind, key, limit, exact=True):
        """Count one act; return whether it is within ``limit``.

        :param exact: queue with others of the same key, so that a hundred requests at
            once do not all see the count before the first
        """
        start = self._window_start(kind)
        query = SQL(
            "SELECT count(*) FROM %s"
            " WHERE company_id = %s AND kind = %s AND key = %s AND window_start = %s",
            SQL.identifier(self._table),
            company.id,
            kind,
            key,
            start,
        )
        self.flush_model()
        if exact:
            counts = self.env["school.serial"]._lock_and_read(
                [f"outside.act:{company.id}:{kind}:{key}"], query
            )
        else:
            counts = self.env.execute_query(query)
        if max(count for (count,) in counts) >= limit:
            return False
        # Also in a closed school, which is read-only: it can still be read too often.
        insert_rows(
            self,
            [
                {
                    "company_id": company.id,
                    "kind": kind,
                    "key": key,
                    "window_start": start,
                }
            ],
        )
        return True

    @api.autovacuum
    def _gc_old(self):
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        # Those of a closed school too, which is read-only for everything else.
        self.env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE create_date < %s",
                SQL.identifier(self._table),
                before,
            )
        )
