from odoo import api, fields, models


class SchoolRegisterVerification(models.TransientModel):
    """The answer to the Verify button: how many entries, and the first broken one."""

    _name = "school.register.verification"
    _description = "Result of a verification"

    check_ids = fields.Many2many("school.register.check", readonly=True)
    entry_count = fields.Integer("Entries Checked", compute="_compute_result")
    state = fields.Selection(
        [("ok", "Intact"), ("broken", "Broken"), ("empty", "Empty")],
        compute="_compute_result",
    )
    broken_check_id = fields.Many2one(
        "school.register.check", "First Broken", compute="_compute_result"
    )

    @api.depends("check_ids")
    def _compute_result(self):
        for result in self:
            broken = result.check_ids.filtered(lambda check: check.state == "broken")
            result.broken_check_id = broken.sorted("year")[:1]
            result.entry_count = sum(result.check_ids.mapped("entry_count"))
            result.state = "broken" if broken else "ok" if result.check_ids else "empty"
