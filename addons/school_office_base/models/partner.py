from odoo import api, fields, models


class ResPartner(models.Model):
    """Contacts stay inside their school.

    Core shows the partner of every internal user, and every partner without a company,
    to everybody. Here a partner made in a school belongs to it; what schools truly
    share is marked by the operator. The rule is in ``security/isolation_rules.xml``.
    """

    _inherit = "res.partner"

    is_school_shared = fields.Boolean(
        "Shared by All Schools",
        groups="base.group_erp_manager",
        copy=False,
        help="For bodies that every school deals with. People of a school never are.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        company = self.env.company
        if company.is_school:
            for vals in vals_list:
                if not vals.get("company_id"):
                    vals["company_id"] = company.id
        return super().create(vals_list)
