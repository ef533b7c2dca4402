"""Which records exist, and what they say, in one query."""

from odoo.tools import SQL

from .locking import fetch_where


def existing(records):
    """Return those of the records (of a school) that exist, with their fields read.

    What has been read in this transaction exists, and is not asked for again.
    """
    unread = records.browse(records._fields["company_id"]._cache_missing_ids(records))
    if not unread:
        return records
    found, _rows = fetch_where(unread, SQL("id IN %s", tuple(unread.ids)))
    return records - (unread - found)
