import contextlib

from psycopg2.extensions import ISOLATION_LEVEL_READ_COMMITTED
from psycopg2.pool import PoolError

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.sql_db import db_connect
from odoo.tools import SQL

from ..tools.canonical import sha256_hex

SIDE_KEY = "school.serial"
LOCK_TIMEOUT = "10s"


class SideConnection:
    """A second connection that lives as long as one transaction and holds its locks."""

    def __init__(self, main):
        self.cr = None
        try:
            self.cr = db_connect(main.dbname).cursor()
        except PoolError as error:
            # Busy for a moment: Odoo tries again when it sees this one.
            raise ConcurrencyError("no connection left to draw a number") from error
        self.cr.connection.set_isolation_level(ISOLATION_LEVEL_READ_COMMITTED)
        self.keys = set()
        self.is_first = False
        # Unlike cr.cache, this is emptied exactly when the transaction ends. Should the
        # callbacks be skipped because another one failed, the last reference goes.
        main.postcommit.data[SIDE_KEY] = self
        main.postcommit.add(self.close)
        main.postrollback.add(self.close)

    def lock(self, keys, query=None):
        """Take the locks; return the rows of ``query`` as committed by then.

        ``is_first`` then says whether none of the locks was held.
        """
        missing = sorted(set(keys) - self.keys)
        self.is_first = len(missing) == len(set(keys))
        if not missing:
            return self.rows(query) if query else []
        # Asked for together; a statement that waits begins anew for what it reads.
        locking = SQL(
            "SELECT set_config('lock_timeout', %s, true); %s",
            LOCK_TIMEOUT,
            SQL("; ").join(
                SQL("SELECT pg_advisory_xact_lock(%s)", key) for key in missing
            ),
        )
        # An error ends a transaction and frees its locks; the savepoint keeps those we
        # hold already, for a caller that catches the error and goes on.
        guard = (
            self.cr.savepoint(flush=False) if self.keys else contextlib.nullcontext()
        )
        with guard:
            if query:
                locking = SQL("%s; SAVEPOINT school_serial; %s", locking, query)
            self.cr.execute(locking, log_exceptions=False)
            rows = self._taken() if query else []
        self.keys.update(missing)
        return rows

    def rows(self, query):
        """Return the rows of ``query`` as committed by now."""
        with self._undone():
            self.cr.execute(SQL("SAVEPOINT school_serial; %s", query))
            return self.cr.fetchall()

    def _taken(self):
        """The rows of the statement that has set the savepoint."""
        with self._undone():
            return self.cr.fetchall()

    @contextlib.contextmanager
    def _undone(self):
        # Going back to the savepoint frees the table locks of the query; the
        # transaction we belong to may have to alter the table. The advisory locks are
        # older and stay.
        try:
            yield
        finally:
            self.cr.execute("ROLLBACK TO SAVEPOINT school_serial")

    def close(self):
        if self.cr is not None and not self.cr.closed:
            self.cr.close()

    def __deepcopy__(self, memo):
        # The test framework saves and restores the callbacks' data around each test.
        return self

    def __del__(self):
        self.close()


class SchoolSerial(models.AbstractModel):
    """One at a time, without losing: the lock behind numbers and registers.

    Odoo's transactions are REPEATABLE READ: whoever waits for a counter row that
    another transaction has updated gets a serialization failure instead of the row, and
    Odoo tries no more than five times, sleeping for seconds in between. So nobody
    updates a shared row here. A writer takes a *blocking* advisory lock on a second
    connection in READ COMMITTED, reads there the newest committed head, which its own
    snapshot may not show, and then only inserts. The second connection is kept open,
    and with it the lock, until the writer has committed or rolled back: the next one in
    the queue sees the committed row, or none, and no number is lost.

    A lock that is not granted within ten seconds raises LockNotAvailable, which Odoo
    answers with a new try: two transactions that wait for each other crosswise, one
    on a row and one on this lock, are a deadlock that PostgreSQL cannot see.
    """

    _name = "school.serial"
    _description = "Serial lock"

    @api.model
    def _lock(self, *keys):
        """Hold ``keys`` until the end of the transaction; return the second connection.

        Hand it to ``_newest`` to read where things stand. Call this as late as
        possible, since others wait.
        """
        side = self._side()
        side.lock([self._key(key) for key in keys])
        return side

    @api.model
    def _lock_and_read(self, keys, query, only_locked=False):
        """Hold ``keys`` and return the rows of ``query``: both in one go, see
        :meth:`_newest`.
        """
        side = self._side()
        rows = side.lock([self._key(key) for key in keys], query)
        return self._with_own(side, rows, query, only_locked)

    def _side(self):
        main = self._main_cursor()
        side = main.postcommit.data.get(SIDE_KEY)
        if side is None or side.cr.closed:
            side = SideConnection(main)
        return side

    @api.model
    def _newest(self, side, query, only_locked=False):
        """Return the rows of ``query`` as the others committed them, then as we see
        them.

        Both views are needed: what this transaction has inserted is seen by itself
        only.

        :param only_locked: such rows are inserted under the lock just taken and never
            without it, so that there are none of our own yet if it was not held before
        """
        return self._with_own(side, side.rows(query), query, only_locked)

    def _with_own(self, side, rows, query, only_locked):
        if only_locked and side.is_first:
            return rows
        return rows + self.env.execute_query(query)

    def _main_cursor(self):
        """Return the cursor of the real transaction: in HTTP tests ours is a
        wrapper.
        """
        cr = self.env.cr
        while wrapped := getattr(cr, "_cursor", None):
            cr = wrapped
        return cr

    @staticmethod
    def _key(text):
        """Map a key to the 64 bits of an advisory lock."""
        return int(sha256_hex(f"school.serial:{text}")[:16], 16) - (1 << 63)
