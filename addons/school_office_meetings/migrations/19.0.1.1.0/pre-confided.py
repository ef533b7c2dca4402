from odoo.tools import SQL

WORDS = ("answer_reason", "absence_reason", "left_reason", "phone_note")


def migrate(cr, version):
    """What participants confided moves to columns that no client reads."""
    for name in WORDS:
        cr.execute(
            """
            SELECT column_name FROM information_schema.columns
             WHERE table_name = 'school_meeting_participant'
               AND column_name IN (%s, %s)
            """,
            [name, f"{name}_kept"],
        )
        if cr.fetchall() == [(name,)]:
            cr.execute(
                SQL(
                    "ALTER TABLE school_meeting_participant RENAME COLUMN %s TO %s",
                    SQL.identifier(name),
                    SQL.identifier(f"{name}_kept"),
                )
            )
