from odoo import api, models
from odoo.tools import SQL

from ..tools import triggers


class IrModelData(models.Model):
    """An addon that is uninstalled takes its guards with it.

    What they keep from being changed could not be removed either, and half of the addon
    would stay behind. Whoever uninstalls has decided that its evidence goes.
    """

    _inherit = "ir.model.data"

    @api.model
    def _module_data_uninstall(self, modules_to_remove):
        links = set()
        if self.env.is_system():  # if not, core refuses
            links = self._school_release(list(modules_to_remove))
        result = super()._module_data_uninstall(modules_to_remove)
        # Core leaves the links of a field that came from a mixin of another addon;
        # they would stand in the way when the addon is installed again.
        for table in sorted(links):
            self.env.cr.execute(
                SQL("DROP TABLE IF EXISTS %s CASCADE", SQL.identifier(table))
            )
        return result

    @api.model
    def _school_release(self, modules):
        """Free what the addons keep for good; return the tables of their links."""
        names = self._school_models_only_of(modules)
        tables, links = set(), set()
        for name in names:
            model = self.env.get(name)
            if model is None or model._abstract:
                continue
            tables.add(model._table)
            links |= {
                field.relation
                for field in model._fields.values()
                if field.type == "many2many" and field.store
            }
        if tables:
            self.env.flush_all()
            triggers.release(self.env.cr, tables | links)
            triggers.release_rows(
                self.env.cr,
                "ir_attachment",
                SQL(
                    "UPDATE ir_attachment SET school_frozen = FALSE"
                    " WHERE school_frozen AND res_model = ANY(%s)",
                    names,
                ),
            )
            self.env.invalidate_all()
        return links

    @api.model
    def _school_models_only_of(self, modules):
        """Names of the models that no other addon would keep."""
        rows = self.env.execute_query(
            SQL(
                """SELECT ir_model.model
                     FROM ir_model
                     JOIN ir_model_data AS data
                       ON data.model = 'ir.model' AND data.res_id = ir_model.id
                 GROUP BY ir_model.model
                   HAVING bool_and(data.module = ANY(%s))""",
                modules,
            )
        )
        return [name for (name,) in rows]
