"""PostgreSQL triggers behind the guards of the ORM.

The ORM guards give the clear sentence; these hold where nobody goes through the ORM.
Three functions serve every table:

- ``school_refuse_change()`` refuses the statement, whatever it is;
- ``school_guard_columns(exempt…)`` refuses DELETE, and UPDATE of any column that is not
  named as exempt;
- ``school_guard_links(owner table, owner column)`` refuses every change of a relation
  table whose owner is final.

They raise ``restrict_violation``, an integrity error, so that a user sees a sentence
and Odoo does not try again. On uninstallation, which must leave a database that can be
used, ``release`` frees the tables of one addon, and ``remove_functions`` drops the
functions with all their triggers.
"""

from odoo.tools import SQL

_FUNCTIONS = """
CREATE OR REPLACE FUNCTION school_refuse_change() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: what stands in it is evidence.',
        TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION school_guard_columns() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' OR
            (to_jsonb(NEW) - TG_ARGV::text[])
            IS DISTINCT FROM (to_jsonb(OLD) - TG_ARGV::text[]) THEN
        RAISE EXCEPTION '% of % (id %) is refused: what stands in it is evidence.',
            TG_OP, TG_TABLE_NAME, OLD.id
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION school_guard_links() RETURNS trigger AS $$
DECLARE
    owners integer[] := '{}';
    final integer;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        owners := owners || (to_jsonb(OLD) ->> TG_ARGV[1])::integer;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        owners := owners || (to_jsonb(NEW) ->> TG_ARGV[1])::integer;
    END IF;
    EXECUTE format(
        'SELECT id FROM %I WHERE id = ANY($1) AND is_frozen LIMIT 1', TG_ARGV[0]
    ) INTO final USING owners;
    IF final IS NOT NULL THEN
        RAISE EXCEPTION '% of % (% %) is refused: what stands in it is evidence.',
            TG_OP, TG_TABLE_NAME, TG_ARGV[0], final
            USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$ LANGUAGE plpgsql;
"""


def _install(cr, table, name, event, function, arguments=()):
    cr.execute(_FUNCTIONS)
    cr.execute(
        SQL(
            "CREATE OR REPLACE TRIGGER %s %s EXECUTE FUNCTION %s(%s)",
            SQL.identifier(name),
            SQL(event, SQL.identifier(table)),
            SQL.identifier(function),
            SQL(", ").join(SQL("%s", argument) for argument in arguments),
        )
    )


def append_only(cr, table):
    """Let rows of ``table`` be added and read, never changed or removed."""
    for name, event in (
        ("school_no_change", "BEFORE UPDATE OR DELETE ON %s FOR EACH ROW"),
        ("school_no_truncate", "BEFORE TRUNCATE ON %s FOR EACH STATEMENT"),
    ):
        _install(cr, table, name, event, "school_refuse_change")


def guard_columns(cr, table, exempt, when="TRUE", name="school_guard"):
    """Keep rows of ``table`` for which ``when`` holds, but for the ``exempt`` columns.

    ``when`` is an SQL condition on OLD written by us, never by a user.
    """
    _install(
        cr,
        table,
        name,
        f"BEFORE UPDATE OR DELETE ON %s FOR EACH ROW WHEN ({when})",
        "school_guard_columns",
        sorted(exempt),
    )


def guard_links(cr, table, owner_column, owner_table):
    """Keep the links of a many2many table whose owner is final.

    Links go with an owner that may be deleted: by then its row is gone.
    """
    _install(
        cr,
        table,
        f"school_guard_{owner_column}"[:63],
        "BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW",
        "school_guard_links",
        (owner_table, owner_column),
    )


def no_truncate(cr, table):
    _install(
        cr,
        table,
        "school_no_truncate",
        "BEFORE TRUNCATE ON %s FOR EACH STATEMENT",
        "school_refuse_change",
    )


def remove_functions(cr):
    """Drop the functions and with them every trigger that was installed here."""
    cr.execute(
        "DROP FUNCTION IF EXISTS "
        "school_refuse_change, school_guard_columns, school_guard_links CASCADE"
    )


def release(cr, tables):
    """Take away all guards of ``tables``, which are about to be dropped."""
    cr.execute(
        SQL(
            """SELECT tgname, relname, proname
                 FROM pg_trigger
                 JOIN pg_class ON pg_class.oid = tgrelid
                 JOIN pg_proc ON pg_proc.oid = tgfoid
                WHERE NOT tgisinternal
                  AND tgname LIKE 'school%%'
                  AND relname = ANY(%s)
                  AND relnamespace = current_schema()::regnamespace""",
            sorted(tables),
        )
    )
    for trigger, table, function in cr.fetchall():
        cr.execute(
            SQL(
                "DROP TRIGGER IF EXISTS %s ON %s",
                SQL.identifier(trigger),
                SQL.identifier(table),
            )
        )
        if function.startswith(table):  # made for this table alone
            cr.execute(
                SQL("DROP FUNCTION IF EXISTS %s CASCADE", SQL.identifier(function))
            )


def release_rows(cr, table, change, name="school_guard"):
    """Make a change that the guard ``name`` of ``table`` refuses otherwise."""
    cr.execute(
        SQL(
            "SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgrelid = %s::regclass",
            name,
            table,
        )
    )
    guarded = bool(cr.rowcount)
    switch = SQL("TRIGGER %s", SQL.identifier(name))
    if guarded:
        cr.execute(SQL("ALTER TABLE %s DISABLE %s", SQL.identifier(table), switch))
    cr.execute(change)
    if guarded:
        cr.execute(SQL("ALTER TABLE %s ENABLE %s", SQL.identifier(table), switch))
