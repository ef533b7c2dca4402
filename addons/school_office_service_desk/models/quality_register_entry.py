from odoo import api, models


class SchoolRegisterEntry(models.Model):
    _inherit = "school.register.entry"

    @api.model
    def _event_names(self):
        return {
            **super()._event_names(),
            "announced": self.env._("Seed recorded"),
            "drawn": self.env._("Sample drawn"),
            "scored": self.env._("Sample scored"),
        }
