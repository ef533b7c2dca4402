from odoo import api, models


class ResGroups(models.Model):
    _inherit = "res.groups"

    def _school_grantable(self):
        """Return those of these groups that a school administrator may give.

        Groups of the suite only, and none that leads to rights over the instance.
        """
        category = self.env.ref("school_office_base.module_category_school_office")
        instance = self.env.ref("base.group_erp_manager") | self.env.ref(
            "base.group_system"
        )
        return self.filtered(
            lambda group: (
                group.sudo().privilege_id.category_id == category
                and not group.sudo().all_implied_ids & instance
            )
        )

    @api.model
    def _school_grantable_groups(self):
        """Return every group that a school administrator may give to his people."""
        category = self.env.ref("school_office_base.module_category_school_office")
        groups = self.sudo().search([("privilege_id.category_id", "=", category.id)])
        staff = self.env.ref("school_office_base.group_staff")
        return (groups - staff)._school_grantable().sudo(self.env.su)
