"""Reading rows with what belongs to them, and taking them, in one query."""

from functools import lru_cache

from odoo.exceptions import LockError
from odoo.tools import SQL
from odoo.tools.query import Query


@lru_cache(maxsize=256)
def _plain_columns(alias, names):
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)


def _columns(model, alias, fields, query):
    """Return how to select ``fields``, as the cache holds them."""
    # Nothing is flushed for a plain column: a pending update stays in the cache.
    if not any(field.translate or field.company_dependent for field in fields):
        return _plain_columns(alias, tuple(field.name for field in fields))
    return SQL(", ").join(
        model._field_to_sql(alias, field.name, query)
        if field.translate or field.company_dependent
        else SQL.identifier(alias, field.name)
        for field in fields
    )


def fetch_where(model, where, names=None, extra=(), order=None, **options):
    """Read the rows for which the SQL ``where`` holds; see :func:`fetch_with`.

    For the server's own look-ups in superuser mode: a domain goes through a dozen
    optimizations before it comes to the same text. Columns of ``where`` must be fixed
    once a row is created, since nothing is flushed for them.
    """
    query = Query(model.env, model._table, model._table_sql)
    query.add_where(where)
    query.order = order
    return fetch_with(model, query, names, extra, **options)


def fetch_with(model, query, names=None, extra=(), along=None, ending=None):
    """Read the rows of ``query`` into the caches, and more with each of them.

    :param names: fields to read, all that are read together if not given
    :param extra: SQL terms to be selected besides
    :param along: ``{many2one: names of fields of what it points to}``, read as well; a
        dotted path goes on from one that was named before
    :param ending: SQL text after the query
    :return: the records, and for each the tuple of its ``extra`` values
    """
    columns = [f for f in model._determine_fields_to_fetch(names) if f.column_type]
    terms = [
        SQL.identifier(model._table, "id"),
        _columns(model, model._table, columns, query),
    ]
    start = 1 + len(columns)
    ways = {"": (model, model._table)}
    parts = []
    for path, names in (along or {}).items():
        before, _dot, link = path.rpartition(".")
        owner, alias = ways[before]
        comodel = owner.env[owner._fields[link].comodel_name]
        alias = query.left_join(alias, link, comodel._table, "id", link)
        ways[path] = comodel, alias
        found = [comodel._fields[name] for name in names]
        parts.append((path, before, link, found))
        terms.append(_columns(comodel, alias, found, query))
        start += len(found)
    statement = query.select(*terms, *extra)
    if ending:
        statement = SQL("%s %s", statement, ending)
    rows = model.env.execute_query(statement)
    records = model.browse(row[0] for row in rows)
    if not rows:
        return records, []
    values = zip(*rows, strict=True)
    next(values)
    for field in columns:
        field._insert_cache(records, next(values))
    reached = {"": list(records)}
    for path, before, link, found in parts:
        reached[path] = others = [record[link] for record in reached[before]]
        for field in found:
            for other, value in zip(others, next(values), strict=True):
                # One that points nowhere has no row.
                field._insert_cache(other, [value])
    return records, [row[start:] for row in rows]


def lock_and_read(records, lists=(), along=None):
    """Lock the rows against changes and read them; ``LockError`` if one is taken.

    As ``lock_for_update(allow_referencing=True)``, with the columns of the rows in the
    bargain. Call it in superuser mode: access is not checked here.

    :param lists: many2many fields to read as well, in no order
    :param along: see :func:`fetch_with`
    """
    if not records:
        return
    many = [records._fields[name] for name in lists]
    locked, rows = fetch_where(
        records,
        SQL("%s IN %s", SQL.identifier(records._table, "id"), tuple(records.ids)),
        extra=[
            SQL(
                "ARRAY(SELECT %s FROM %s WHERE %s = %s)",
                SQL.identifier(field.column2),
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(records._table, "id"),
            )
            for field in many
        ],
        along=along,
        ending=SQL(
            "FOR NO KEY UPDATE OF %s SKIP LOCKED", SQL.identifier(records._table)
        ),
    )
    if len(locked) != len(records):
        raise LockError(records.env._("Cannot grab a lock on records"))
    for field, values in zip(many, zip(*rows, strict=True), strict=True):
        field._insert_cache(locked, [tuple(ids) for ids in values])
