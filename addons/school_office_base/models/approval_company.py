from odoo import models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """What the approval engine gives to every school."""

    _inherit = "res.company"

    def _school_set_up(self):
        result = super()._school_set_up()
        for company in self:
            self.env["school.register"]._ensure(company, "approval", _lt("Approvals"))
            self.env["school.time.policy"]._ensure(
                company,
                "approval",
                "school.approval.task",
                _lt("Answer of an approver"),
                start_domain=[("state", "=", "open"), ("limit_amount", ">", 0)],
                pause_domain=[("state", "=", "waiting")],
                stop_domain=[("state", "=", "done")],
                cancel_domain=[("state", "=", "cancelled")],
                amount_field="limit_amount",
                unit_field="limit_unit",
                steps=company._chase_steps("service_hour"),
            )
        return result
