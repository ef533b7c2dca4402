from odoo import api, models
from odoo.tools import SQL

LOGGED = ("create_uid", "create_date", "write_uid", "write_date")


class SchoolFactMixin(models.AbstractModel):
    """Rows that the server writes once and that a trigger keeps from changing.

    They are made of values the server has just worked out, so most of what ``create``
    does for each of them (defaults, rights, inverses, what to compute, constraints)
    has nothing to find. ``_add_facts`` writes them in one statement, for half of the
    time of a decision otherwise goes there. PostgreSQL checks columns, references and
    constraints as ever.
    """

    _name = "school.fact.mixin"
    _description = "Row Written Once"
    _inherit = ["school.record"]

    @api.model
    def _add_facts(self, vals_list):
        """Insert rows and return them; called by the server's own methods only.

        :param vals_list: dicts with the same columns each, the school among them;
            nothing is added to them but who writes, and when
        """
        if not vals_list:
            return self.browse()
        schools = {vals["company_id"] for vals in vals_list}
        self._check_schools_open(self.env["res.company"].browse(schools))
        names = [*vals_list[0]]
        columns = [self._fields[name] for name in names]
        now = self.env.cr.now()
        logged = (self.env.uid, now, self.env.uid, now)
        rows = [
            (
                *(
                    field.convert_to_column_insert(vals[field.name], self, vals)
                    for field in columns
                ),
                *logged,
            )
            for vals in vals_list
        ]
        ids = self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES %s RETURNING id",
                SQL.identifier(self._table),
                SQL(", ").join(SQL.identifier(name) for name in (*names, *LOGGED)),
                SQL(", ").join(rows),
            )
        )
        facts = self.browse(row[0] for row in ids)
        for field in columns:
            field._insert_cache(
                facts,
                [field.convert_to_cache(vals[field.name], facts) for vals in vals_list],
            )
            for inverse in self.pool.field_inverses[field]:
                parents = {vals[field.name] for vals in vals_list}
                inverse._invalidate_cache(self.env, parents)
        return facts
