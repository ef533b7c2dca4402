from odoo.tools import SQL

REPEATED = (
    "school_ticket__company_id_index",
    "school_ticket__repair_id_index",
    "school_ticket_event__ticket_id_index",
    "school_ticket_part__ticket_id_index",
)


def migrate(cr, version):
    """Drop indexes that only repeat the beginning of another: writing kept them up."""
    for name in REPEATED:
        cr.execute(SQL("DROP INDEX IF EXISTS %s", SQL.identifier(name)))
