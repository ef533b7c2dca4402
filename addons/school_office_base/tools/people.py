"""People and their contacts, read together."""

from odoo.tools import SQL

OF_USER = ("active", "share", "partner_id")
OF_PARTNER = ("lang", "name", "email")


def read_people(users):
    """Read what a message to people takes, of users and contacts, in one query.

    Into the caches only, in superuser mode: no right is given by it.
    """
    users = users.sudo()
    fields = [users._fields[name] for name in OF_USER]
    everybody = users.env["res.partner"]
    partner_fields = [everybody._fields[name] for name in OF_PARTNER]
    unread = {key for field in fields for key in field._cache_missing_ids(users)}
    for user in users.browse(key for key in users._ids if key not in unread):
        partner = user.partner_id
        if any(next(iter(f._cache_missing_ids(partner)), 0) for f in partner_fields):
            unread.add(user.id)
    if not unread:
        return
    rows = users.env.execute_query(
        SQL(
            "SELECT u.id, %s, %s FROM res_users u"
            " JOIN res_partner p ON p.id = u.partner_id WHERE u.id IN %s",
            SQL(", ").join(SQL.identifier("u", name) for name in OF_USER),
            SQL(", ").join(SQL.identifier("p", name) for name in OF_PARTNER),
            tuple(unread),
        )
    )
    if not rows:
        return
    columns = zip(*rows, strict=True)
    found = users.browse(next(columns)).with_prefetch(users._ids)
    for field in fields:
        field._insert_cache(found, next(columns))
    partners = everybody.browse(user.partner_id.id for user in found)
    for field in partner_fields:
        field._insert_cache(partners, next(columns))
