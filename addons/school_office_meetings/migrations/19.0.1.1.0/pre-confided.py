WORDS = ("answer_reason", "absence_reason", "left_reason", "phone_note")


def migrate(cr, version):
    """What participants confided moves to columns that no client reads."""
    for name in WORDS:
        cr.execute(
            """
            SELECT count(*) FROM information_schema.columns
             WHERE table_name = 'school_meeting_participant'
               AND column_name IN (%s, %s)
            """,
            [name, f"{name}_kept"],
        )
        if cr.fetchone() == (1,):
            # Names of our own, from the tuple above
            cr.execute(
                f"ALTER TABLE school_meeting_participant"
                f' RENAME COLUMN "{name}" TO "{name}_kept"'
            )
