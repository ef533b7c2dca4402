import logging
import secrets
from contextlib import contextmanager

from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED

from odoo import api, models
from odoo.sql_db import db_connect
from odoo.tools import SQL

from odoo.addons.school_office_base.tools import throttle

_logger = logging.getLogger(__name__)

# So few that each stands for one in 64 of all addresses there are: even with the key
# a counter names nobody. So many that who floods one leaves the others to the rest.
COUNTERS = 64
TABLE = "school_desk_crowd"


class SchoolDeskCrowd(models.AbstractModel):
    """One sender cannot use up the anonymous reports of all, and stays unknown.

    A row per school and hour holds a random key and a few counters. The address of the
    device, hashed with the key, chooses the counter; address and hash are never
    written. The row knows no report, no moment and no order, is written in a
    transaction of its own, and is deleted with its key when the hour is over. The
    table is unlogged: it is in no write-ahead log, replica or archive.
    """

    _name = "school.desk.crowd"
    _description = "Anonymous Reports of This Hour"

    def init(self):  # pylint: disable=missing-return
        super().init()
        self.env.cr.execute(
            SQL(
                """CREATE UNLOGGED TABLE IF NOT EXISTS %s (
                       company_id integer NOT NULL,
                       window_start timestamp NOT NULL,
                       key bytea NOT NULL,
                       hits integer[] NOT NULL,
                       PRIMARY KEY (company_id, window_start)
                   )""",
                SQL.identifier(TABLE),
            )
        )

    @api.model
    def _take(self, company, address, limit):
        """Count one report; return whether its counter is within ``limit``."""
        table = SQL.identifier(TABLE)
        start = self.env["school.outside.act"]._window_start("crowd")
        row = SQL("company_id = %s AND window_start = %s", company.id, start)
        with self._aside() as cr:
            self._forget(cr, start)
            cr.execute(
                SQL(
                    "INSERT INTO %s (company_id, window_start, key, hits)"
                    " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    table,
                    company.id,
                    start,
                    secrets.token_bytes(32),
                    [0] * COUNTERS,
                )
            )
            cr.execute(SQL("SELECT key, hits FROM %s WHERE %s FOR UPDATE", table, row))
            key, hits = cr.fetchone()
            counter = throttle.counter(bytes(key), address, COUNTERS)
            if hits[counter] >= limit:
                return False
            hits[counter] += 1
            cr.execute(SQL("UPDATE %s SET hits = %s WHERE %s", table, hits, row))
        return True

    @contextmanager
    def _aside(self):
        """A transaction of its own.

        Nothing leads from its rows to the report, and nobody waits for them longer than
        the counting takes.
        """
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
            yield cr

    @api.model
    def _forget(self, cr, start):
        cr.execute(
            SQL("DELETE FROM %s WHERE window_start < %s", SQL.identifier(TABLE), start)
        )

    @api.model
    def _cron_forget(self):
        """Every few minutes: throw away the keys and counters of hours that are over.

        The next report does it too; this is for schools in which none comes.
        """
        start = self.env["school.outside.act"]._window_start("crowd")
        with self._aside() as cr:
            self._forget(cr, start)

    @api.model
    def _alert(self, company):
        """Tell those who run the instance that a school takes no more reports."""
        _logger.warning(
            "School %s takes no anonymous reports until the hour is over: more than %s "
            "came.",
            company.id,
            company.school_desk_anonymous_posts,
        )
        operators = self.env.ref("base.group_system").sudo().all_user_ids
        self.env["school.notice"].sudo()._queue(
            operators.filtered("active").partner_id,
            lambda env: env._(
                "%(school)s takes no anonymous reports at the moment",
                school=company.name,
            ),
            lambda env: env._(
                "Within this hour more than %(limit)s anonymous reports came in. Until "
                "it is over, nobody can report without a name. It may be an attack: "
                "the operator's manual says what to do. If it is not, raise the limit "
                "in the settings of the school.",
                limit=company.school_desk_anonymous_posts,
            ),
            urgent=True,
            kind="desk_crowd",
            company=company,
        )
