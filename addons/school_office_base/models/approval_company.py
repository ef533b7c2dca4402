from odoo import models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """What the approval engine gives to every school."""

    _inherit = "res.company"

    def _school_set_up(self):
        result = super()._school_set_up()
        for company in self if "school.register" in self.env else ():
            self.env["school.register"]._ensure(company, "approval", _lt("Approvals"))
        return result
