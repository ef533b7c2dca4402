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

    @api.model
    def _school_mail_sender(self, company, email):
        """The contact of ``company`` that writes from ``email``, if it is known.

        The address is only a hint for the clerk: whoever may sign in is never taken as
        the sender, because a From line proves nothing.
        """
        if not email:
            return self.browse()
        return self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("email_normalized", "=", email),
                ("partner_share", "=", True),
                ("user_ids", "=", False),
            ],
            order="is_company desc, id",
            limit=1,
        )
