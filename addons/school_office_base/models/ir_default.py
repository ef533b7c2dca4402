from odoo import api, models, tools


class IrDefault(models.Model):
    """What the server alone sets has no default that somebody saved.

    Every employee may save values of his own for new records, of any field, also by
    RPC; and they count in superuser mode too, wherever he causes a record to be made.
    """

    _inherit = "ir.default"

    @api.model
    @tools.ormcache("self.env.uid", "self.env.company.id", "model_name", "condition")
    def _get_model_defaults(self, model_name, condition=False):
        defaults = super()._get_model_defaults(model_name, condition)
        model = self.env.get(model_name)
        if not defaults or not isinstance(model, self.env.registry["school.record"]):
            return defaults
        barred = model._all_server_fields()
        return {name: value for name, value in defaults.items() if name not in barred}
