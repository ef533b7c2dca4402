from odoo.tools import SQL

REPEATED = ("school_doc_incoming__urgency_index",)


def migrate(cr, version):
    """Drop indexes that only repeat the beginning of another: writing kept them up."""
    for name in REPEATED:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
