"""Rows of values the server has just worked out, put in by one plain statement.

Most of what ``create`` does for each of them (defaults, rights, inverses, what to
compute, constraints) has nothing to find, and takes more time than the rest of a
decision. PostgreSQL checks columns, references and constraints as ever.
"""

from functools import lru_cache

from markupsafe import Markup

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
    statement = _insertion(model, vals_list, unless)
    ids = model.env.execute_query(SQL("%s RETURNING id", statement))
    if not ids:
        return model.browse()
    return _remember(model, vals_list, [row[0] for row in ids])


def insert_together(parts):
    """Insert rows of several models by one statement; nobody is told their ids.

    Rows of one model keep their order.

    :param parts: pairs ``(model, vals_list)``, as of :func:`insert_rows`
    """
    by_table = {}
    for model, vals_list in parts:
        if vals_list:
            key = (model._name, model.env.uid, *vals_list[0])
            by_table.setdefault(key, (model, []))[1].extend(vals_list)
    parts = [*by_table.values()]
    if not parts:
        return
    *others, last = (_insertion(model, vals_list) for model, vals_list in parts)
    if others:
        named = SQL(", ").join(
            SQL("%s AS (%s)", SQL.identifier(f"part_{number}"), statement)
            for number, statement in enumerate(others)
        )
        last = SQL("WITH %s %s", named, last)
    parts[0][0].env.cr.execute(last)
    for model, vals_list in parts:
        _forget_inverses(model, vals_list)


def _insertion(model, vals_list, unless=None):
    names = [*vals_list[0]]
    columns = [model._fields[name] for name in names]
    now = model.env.cr.now()
    logged = (model.env.uid, now, model.env.uid, now)
    rows = [
        (
            *(_column(field, vals[field.name], model, vals) for field in columns),
            *logged,
        )
        for vals in vals_list
    ]
    source = SQL("VALUES %s", SQL(", ").join(rows))
    if unless:
        source = SQL("SELECT * FROM (%s) AS row WHERE NOT EXISTS (%s)", source, unless)
    return SQL(
        "INSERT INTO %s (%s) %s",
        SQL.identifier(model._table),
        _named((*names, *LOGGED)),
        source,
    )


def _column(field, value, model, vals):
    # What is Markup has been escaped or cleaned where it was made.
    clean = isinstance(value, Markup)
    return field.convert_to_column_insert(value, model, vals, validate=not clean)


def _remember(model, vals_list, ids):
    created = model.browse(ids)
    for name in vals_list[0]:
        field = model._fields[name]
        # What is cleaned on its way to the column is read from there.
        if field.type != "html":
            field._insert_cache(
                created,
                [field.convert_to_cache(vals[name], created) for vals in vals_list],
            )
    _forget_inverses(model, vals_list)
    return created


def _forget_inverses(model, vals_list):
    for name in vals_list[0]:
        for inverse in model.pool.field_inverses[model._fields[name]]:
            inverse._invalidate_cache(model.env, {vals[name] for vals in vals_list})


class Later:
    """Rows that nobody reads before the end of a piece of work.

    They are put in together at its end, by one statement; see :func:`insert_together`.
    No savepoint may lie between the two.
    """

    _KEY = "school.rows.later"

    def __init__(self, env):
        self.cache = env.cr.cache
        self.is_outer = False

    def __enter__(self):
        if self._KEY not in self.cache:
            self.is_outer = True
            self.cache[self._KEY] = []
        return self

    def __exit__(self, kind, *_error):
        if not self.is_outer:
            return
        parts = self.cache.pop(self._KEY)
        if kind is None:
            insert_together(parts)

    @classmethod
    def settle(cls, model):
        """Insert now what is collected, if rows of ``model`` are among it.

        For whoever has to find them in the database.
        """
        parts = model.env.cr.cache.get(cls._KEY)
        if parts and any(part._name == model._name for part, _vals_list in parts):
            insert_together(parts)
            parts.clear()

    @classmethod
    def insert(cls, model, vals_list):
        """Insert rows with those of the work in progress, or at once."""
        if not vals_list:
            return
        parts = model.env.cr.cache.get(cls._KEY)
        if parts is None:
            insert_together([(model, vals_list)])
        else:
            parts.append((model, vals_list))


def draw_ids(model, count):
    """Ids of rows that are about to be inserted, for others to point to before."""
    sequence = SQL("pg_get_serial_sequence(%s, 'id')", model._table)
    rows = model.env.execute_query(
        SQL("SELECT nextval(%s) FROM generate_series(1, %s)", sequence, count)
    )
    return [row[0] for row in rows]


def foretell(model, vals_list):
    """Say in the caches what rows will hold that are about to be inserted; return them.

    :param vals_list: their values, the ``id`` among them
    """
    rows = model.browse(vals["id"] for vals in vals_list)
    given = set().union(*vals_list)
    for name, field in model._fields.items():
        if not field.store or not field.column_type or name == "id":
            continue
        if name in given:
            values = [
                field.convert_to_cache(vals.get(name), row)
                for row, vals in zip(rows, vals_list, strict=True)
            ]
            field._insert_cache(rows, values)
        elif name not in LOGGED:
            field._insert_cache(rows, [None] * len(rows))
    return rows


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
