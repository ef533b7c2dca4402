from odoo import fields, models


class SchoolOpenWizardDepartment(models.TransientModel):
    _name = "school.open.wizard.department"
    _description = "Department of the New School"

    wizard_id = fields.Many2one(
        "school.open.wizard", required=True, ondelete="cascade", index=True
    )
    code = fields.Char(readonly=True)
    name = fields.Char(required=True)
    is_wanted = fields.Boolean("Create", default=True)
