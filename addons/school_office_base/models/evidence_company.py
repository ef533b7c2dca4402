from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from .number_series import HISTORY_REGISTER

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    school_attachment_max_mb = fields.Integer(
        "Largest File",
        default=50,
        help="MB. Larger files are refused with a sentence. Proposal.",
    )

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        self.env["school.secrecy.level"]._ensure_shipped(self)
        self.env["school.tag.group"]._ensure_shipped(self)
        for company in self:
            self.env["school.register"]._ensure(
                company, HISTORY_REGISTER, _lt("Numbers")
            )
