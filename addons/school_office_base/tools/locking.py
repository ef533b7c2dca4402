"""Taking rows and reading them, in one query."""

from odoo.exceptions import LockError
from odoo.tools import SQL
from odoo.tools.query import Query


class _LockingQuery(Query):
    """A query that locks the rows it returns, leaving out those that are taken."""

    def select(self, *args):
        return SQL("%s FOR NO KEY UPDATE SKIP LOCKED", super().select(*args))


def lock_and_read(records):
    """Lock the rows against changes and read them; ``LockError`` if one is taken.

    As ``lock_for_update(allow_referencing=True)``, with the columns of the rows in the
    bargain. Call it in superuser mode: access is not checked here.
    """
    if not records:
        return
    query = _LockingQuery(records.env, records._table, records._table_sql)
    query.add_where(
        SQL("%s IN %s", SQL.identifier(records._table, "id"), tuple(records.ids))
    )
    columns = [f for f in records._determine_fields_to_fetch() if f.column_type]
    if len(records._fetch_query(query, columns)) != len(records):
        raise LockError(records.env._("Cannot grab a lock on records"))
