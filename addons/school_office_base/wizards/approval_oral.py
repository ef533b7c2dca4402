from odoo import api, fields, models


class SchoolApprovalOral(models.TransientModel):
    """Note an oral consent given in an emergency (who, when, how, why)."""

    _name = "school.approval.oral"
    _description = "Oral Consent"

    case_id = fields.Many2one("school.approval.case", required=True)
    holder_ids = fields.Many2many(related="case_id.holder_ids", related_sudo=False)
    user_id = fields.Many2one("res.users", "Who Consented", required=True)
    at = fields.Datetime("When", required=True, default=fields.Datetime.now)
    how = fields.Selection(
        [
            ("phone", "Phone"),
            ("person", "In person"),
            ("message", "Text message"),
            ("other", "Other"),
        ],
        required=True,
        default="phone",
    )
    reason = fields.Text("Why It Was Urgent", required=True)
    confirm_within = fields.Char(compute="_compute_confirm_within")

    @api.depends("case_id")
    def _compute_confirm_within(self):
        for wizard in self:
            wizard.case_id.check_access("read")
            version = wizard.case_id.sudo().version_id
            units = dict(version._selection_unit())
            wizard.confirm_within = (
                f"{version.oral_limit:g} {units.get(version.oral_unit, '')}"
            )

    def action_apply(self):
        self.ensure_one()
        how = dict(self._fields["how"]._description_selection(self.env))[self.how]
        self.case_id.action_oral_consent(self.user_id.id, self.at, how, self.reason)
        return {"type": "ir.actions.act_window_close"}
