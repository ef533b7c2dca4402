from odoo import api, fields, models


class SchoolOpenWizardPerson(models.TransientModel):
    _name = "school.open.wizard.person"
    _description = "First Person of the New School"

    wizard_id = fields.Many2one(
        "school.open.wizard", required=True, ondelete="cascade", index=True
    )
    role = fields.Selection(
        [
            ("principal", "Principal"),
            ("director", "Office Director"),
            ("administrator", "School Administrator"),
            ("clerk", "Document Clerk"),
        ],
        required=True,
        default="clerk",
    )
    name = fields.Char()
    email = fields.Char("E-mail")
    login = fields.Char(help="Empty: the e-mail address.")
    access = fields.Selection(
        [("password", "Initial password"), ("invite", "Invitation by e-mail")],
        "First Sign-in",
        required=True,
        default="password",
    )
    password = fields.Char("Initial Password", readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals.pop("password", None)
        return super().create(vals_list)
