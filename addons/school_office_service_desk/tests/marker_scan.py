import io

from PIL import Image

from odoo.tools import SQL

MARK = "zzqreporterzzq"


class MarkerScan:
    """Reads the whole database for traces of a person who carries a mark."""

    def _photo(self):
        image = Image.new("RGB", (30, 30), "blue")
        exif = Image.Exif()
        exif[0x010F] = MARK
        result = io.BytesIO()
        image.save(result, "JPEG", exif=exif)
        return (f"{MARK}.jpg", result.getvalue())

    def _rows_with(self, text):
        """``{table: rows}`` of the whole database in which ``text`` stands."""
        self.env.flush_all()
        found = {}
        tables = self.env.execute_query(
            SQL(
                """SELECT c.relname FROM pg_class c
                     JOIN pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.relkind = 'r' AND n.nspname = current_schema()"""
            )
        )
        for (table,) in tables:
            [(count,)] = self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM %s t WHERE lower(t::text) LIKE %s",
                    SQL.identifier(table),
                    f"%{text.lower()}%",
                )
            )
            if count:
                found[table] = count
        return found

    def _rows_of_uid(self, uid):
        """``{table: rows}`` which a user has created or changed last."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL(
                """SELECT table_name FROM information_schema.columns
                    WHERE column_name = 'create_uid'
                      AND table_schema = current_schema()"""
            )
        )
        found = {}
        for (table,) in tables:
            [(count,)] = self.env.execute_query(
                SQL(
                    "SELECT count(*) FROM %s WHERE create_uid = %s OR write_uid = %s",
                    SQL.identifier(table),
                    uid,
                    uid,
                )
            )
            if count:
                found[table] = count
        return found
