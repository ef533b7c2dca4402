from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if "lang" in vals:
            Company = self.env["res.company"].sudo()
            if Company.search_count([("partner_id", "in", self.ids)], limit=1):
                # The language of a school is kept in memory, see _desk_lang().
                self.env.registry.clear_cache()
        return result
