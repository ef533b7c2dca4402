from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _led_departments(self):
        """Departments of the current schools that this person heads."""
        self.ensure_one()
        # Superuser: which departments there are is known to all, their cards are not.
        return (
            self.env["hr.department"]
            .sudo()
            .search(
                [
                    ("company_id", "in", self.env.companies.ids),
                    ("manager_id.user_id", "=", self.id),
                ]
            )
        )

    def _held_post_ids(self):
        """Ids of the posts that this person holds today at the current schools."""
        self.ensure_one()
        holders = self.env["school.post.holder"].sudo()
        held = holders.search(
            Domain("user_id", "=", self.id)
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & holders._in_force_domain(company._school_date())
                for company in self.env.companies
            )
        )
        return held.post_id.ids
