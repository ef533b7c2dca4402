from odoo import fields, models


class SchoolSuggestionSkip(models.TransientModel):
    """Ask why a suggestion box was not opened; the opening checks the caller."""

    _name = "school.suggestion.skip"
    _description = "Box Not Opened"

    opening_id = fields.Many2one("school.suggestion.opening", required=True)
    reason = fields.Text("Why It Was Not Opened", required=True)

    def action_confirm(self):
        self.ensure_one()
        self.opening_id.check_access("read")
        self.opening_id._skip(self.reason)
        return {"type": "ir.actions.act_window_close"}
