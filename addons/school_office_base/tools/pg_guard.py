"""Database triggers that keep facts as they were written, whoever asks.

The ORM refuses with a sentence first; these refuse what comes after it: superuser code,
raw SQL, a cascade. The error is an integrity error, so the web client shows it as one.
A migration that must touch such rows disables the trigger by name for its own duration.
"""

from odoo.tools import SQL


def guard_rows(cr, table, condition, message, *, insert=False):
    """Refuse UPDATE, DELETE (and INSERT) of rows for which ``condition`` holds.

    :param str condition: plpgsql over OLD and NEW, written by the developer, constant
    :param bool insert: also look at new rows; ``condition`` must then handle TG_OP
    """
    function = SQL.identifier(f"{table}_guard")
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE FUNCTION %(function)s() RETURNS trigger
            LANGUAGE plpgsql AS $guard$
            BEGIN
                IF %(condition)s THEN
                    RAISE EXCEPTION USING MESSAGE = %(message)s,
                        ERRCODE = 'restrict_violation';
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            END $guard$;
            CREATE OR REPLACE TRIGGER %(trigger)s
                BEFORE %(operations)s ON %(table)s
                FOR EACH ROW EXECUTE FUNCTION %(function)s();
            """,
            function=function,
            condition=SQL(condition),
            message=message,
            trigger=SQL.identifier(f"{table}_guard_rows"),
            operations=SQL(
                "INSERT OR UPDATE OR DELETE" if insert else "UPDATE OR DELETE"
            ),
            table=SQL.identifier(table),
        )
    )


def guard_table(cr, table, message):
    """Refuse every UPDATE, DELETE and TRUNCATE: rows are only ever added."""
    guard_rows(cr, table, "TRUE", message)
    cr.execute(
        SQL(
            """
            CREATE OR REPLACE TRIGGER %(trigger)s BEFORE TRUNCATE ON %(table)s
                FOR EACH STATEMENT EXECUTE FUNCTION %(function)s();
            """,
            trigger=SQL.identifier(f"{table}_guard_truncate"),
            table=SQL.identifier(table),
            function=SQL.identifier(f"{table}_guard"),
        )
    )
