from odoo import api, fields, models
from odoo.fields import Command


class SchoolApprovalSubmit(models.TransientModel):
    """ "Who will sign this?", and the choice of people where the applicant has it."""

    _name = "school.approval.submit"
    _description = "Who Will Sign This?"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Integer(required=True, readonly=True)
    purpose = fields.Char(required=True, readonly=True)
    is_preview = fields.Boolean(readonly=True)
    flow = fields.Char(readonly=True)
    steps = fields.Json(readonly=True)
    problems = fields.Json(readonly=True)
    line_ids = fields.One2many(
        "school.approval.submit.line", "wizard_id", "To Be Chosen"
    )

    @api.model
    def _open_for(self, record, purpose, preview):
        data = record._approval_preview(purpose)[0]
        return self.create(
            {
                "res_model": record._name,
                "res_id": record.id,
                "purpose": purpose,
                "is_preview": preview,
                "flow": data["flow"],
                "steps": data["steps"],
                "problems": data["problems"],
                "line_ids": [
                    Command.create({"key": step["key"], "name": step["name"]})
                    for step in data["steps"]
                    if step["choose"] and not preview
                ],
            }
        )

    def action_submit(self):
        """Submit with the people chosen; the record checks the caller and its state."""
        self.ensure_one()
        if not self.env["school.approval.flow"]._is_approvable(self.res_model):
            return False
        # Only models with the approval mixin get here; their record checks the rest.
        # nosemgrep: odoo-env-dynamic-model
        record = self.env[self.res_model].browse(self.res_id)
        record.check_access("write")
        record._approval_submit(
            self.purpose, {line.key: line.user_ids.ids for line in self.line_ids}
        )
        return {"type": "ir.actions.act_window_close"}


class SchoolApprovalSubmitLine(models.TransientModel):
    _name = "school.approval.submit.line"
    _description = "Choice of Who Signs"

    wizard_id = fields.Many2one(
        "school.approval.submit", required=True, ondelete="cascade", index=True
    )
    key = fields.Char(required=True, readonly=True)
    name = fields.Char("Step", readonly=True)
    user_ids = fields.Many2many("res.users", string="People")
