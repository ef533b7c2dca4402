from odoo import models, tools


class SchoolHeldMixin(models.AbstractModel):
    """Rows that never change once they are published, kept in the memory of a process.

    What a published flow or time limit says is asked for at every step of every record,
    and the database would give the same answer each time. So it is kept per process: as
    values, never as records, which belong to a transaction. Reading a field in
    superuser mode takes them from there; whoever reads without it is checked by the ORM
    as ever.

    This is safe only for what PostgreSQL itself keeps from changing (a trigger on the
    table), and ``_is_held`` says from when on. A row is known by its id, which a
    transaction rolled back never gives back; publishing clears the caches of all
    processes, by Odoo's own signalling, because what was a draft before is known as
    one.
    """

    _name = "school.held.mixin"
    _description = "Row Kept in Memory Once Published"
    _inherit = ["school.record"]
    _school_in_process = True

    # Columns that may change after publication, and relations that may not.
    _held_except = frozenset({"write_uid", "write_date"})
    _held_lines = ()

    def _is_held(self):
        """Whether the row is published, so that nothing can change it any more."""
        raise NotImplementedError

    @tools.ormcache()
    def _held_fields(self):
        """Names of the fields that are fixed with the row: columns and its lines."""
        columns = {
            name
            for name, field in self._fields.items()
            if field.store and field.column_type and name != "id"
        }
        return (columns - self._held_except) | set(self._held_lines)

    def _fetch_field(self, field):
        """Take what is missing from the process; ask the database for the rest."""
        left = self
        if (
            self.env.su
            and field.name in self._held_fields()
            and not self.env.context.get("prefetch_langs")
        ):
            # The first is the one that is asked for; the others follow if they are.
            if self[:1]._origin._recall():
                return
            left = self.browse(row.id for row in self._origin if not row._recall())
            if not left:
                return
        super(SchoolHeldMixin, left)._fetch_field(field)

    def _recall(self):
        """Fill the caches of this transaction for one row, if the process knows it."""
        values = self._held_values() if self else None
        if values is None:
            return False
        for name, value in values.items():
            self._fields[name]._insert_cache(self, [value])
        return True

    @tools.ormcache("self.id", "self.env.lang")
    def _held_values(self):
        """``{field: value as the cache holds it}``, None while the row can change."""
        row, names = self.sudo().with_prefetch(), self._held_fields()
        row.fetch(names)
        caches = {name: self._fields[name]._get_cache(row.env) for name in names}
        if row.id not in caches["company_id"] or not row._is_held():
            return None
        return {name: cache[row.id] for name, cache in caches.items()}
