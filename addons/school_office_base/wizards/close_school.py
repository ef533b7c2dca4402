from odoo import fields, models


class SchoolCloseWizard(models.TransientModel):
    """Close a school, or open it again, with the reason."""

    _name = "school.close.wizard"
    _description = "Close a School"

    company_id = fields.Many2one("res.company", "School", required=True, readonly=True)
    school_state = fields.Selection(related="company_id.school_state")
    reason = fields.Char(required=True)
    with_export = fields.Boolean(
        "Export All Data Now",
        default=True,
        help="As ZIP files, made in the background.",
    )

    def action_close(self):
        self.ensure_one()
        self.company_id._school_close(self.reason)
        if self.with_export:
            self.company_id.action_school_export()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_reopen(self):
        self.ensure_one()
        self.company_id._school_reopen(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
