"""Rows of values the server has just worked out, put in by one plain statement.

Most of what ``create`` does for each of them (defaults, rights, inverses, what to
compute, constraints) has nothing to find, and takes more time than the rest of a
decision. PostgreSQL checks columns, references and constraints as ever.
"""

from functools import lru_cache

from odoo.tools import SQL

LOGGED = ("create_uid", "create_date", "write_uid", "write_date")


@lru_cache(maxsize=64)
def _named(names):
    return SQL(", ").join(SQL.identifier(name) for name in names)


def insert_rows(model, vals_list, unless=None):
    """Insert rows and return them, with what was written in the caches.

    For the server's own methods only: rights are not looked at.

    :param vals_list: dicts with the same columns each; nothing is added to them but who
        writes, and when
    :param unless: a query; if it finds anything, no row is inserted at all
    """
    if not vals_list:
        return model.browse()
    names = [*vals_list[0]]
    columns = [model._fields[name] for name in names]
    now = model.env.cr.now()
    logged = (model.env.uid, now, model.env.uid, now)
    rows = [
        (
            *(
                field.convert_to_column_insert(vals[field.name], model, vals)
                for field in columns
            ),
            *logged,
        )
        for vals in vals_list
    ]
    source = SQL("VALUES %s", SQL(", ").join(rows))
    if unless:
        source = SQL("SELECT * FROM (%s) AS row WHERE NOT EXISTS (%s)", source, unless)
    ids = model.env.execute_query(
        SQL(
            "INSERT INTO %s (%s) %s RETURNING id",
            SQL.identifier(model._table),
            _named((*names, *LOGGED)),
            source,
        )
    )
    if not ids:
        return model.browse()
    created = model.browse(row[0] for row in ids)
    for name, field in zip(names, columns, strict=True):
        # What is cleaned on its way to the column is read from there.
        if field.type != "html":
            field._insert_cache(
                created,
                [field.convert_to_cache(vals[name], created) for vals in vals_list],
            )
        for inverse in model.pool.field_inverses[field]:
            parents = {vals[name] for vals in vals_list}
            inverse._invalidate_cache(model.env, parents)
    return created


def draw_ids(model, count):
    """Ids of rows that are about to be inserted, for others to point to before."""
    sequence = SQL("pg_get_serial_sequence(%s, 'id')", model._table)
    rows = model.env.execute_query(
        SQL("SELECT nextval(%s) FROM generate_series(1, %s)", sequence, count)
    )
    return [row[0] for row in rows]


def fill_empty(rows):
    """Say in the caches that new rows are empty where nothing was inserted."""
    for field in rows._fields.values():
        if not field.store or field.name in ("id", *LOGGED):
            continue
        if field.compute:
            rows.env.add_to_compute(field, rows)
        elif field.column_type:
            field._insert_cache(rows, [None] * len(rows))
        else:
            field._insert_cache(rows, [()] * len(rows))
