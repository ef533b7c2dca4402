import datetime

from odoo import api, fields, models


class SchoolDelegation(models.Model):
    """Deputies for certain approvals only (BASE-07)."""

    _inherit = "school.delegation"

    flow_ids = fields.Many2many(
        "school.approval.flow",
        "school_delegation_flow_rel",
        "delegation_id",
        "flow_id",
        "Approvals",
        check_company=True,
        help="The deputy decides in these approval flows only.",
    )

    @api.model
    def _scope_domain(self, flow):
        domain = super()._scope_domain(flow)
        if flow:
            domain |= fields.Domain("flow_ids", "in", flow.ids)
        return domain

    @api.model
    def _running_for(self, deputy):
        """Return what holds now in favour of ``deputy``, at any school, in one query.

        A day begins at different moments in different schools: the query takes a day
        more at both ends, and what it finds is looked at by the school's own date.
        """
        today, day = fields.Date.today(), datetime.timedelta(days=1)
        found = self.sudo().search_fetch(
            fields.Domain("deputy_id", "=", deputy.id)
            & fields.Domain("state", "=", "active")
            & fields.Domain("date_from", "<=", today + day)
            & fields.Domain("date_to", ">=", today - day)
        )
        return found.filtered(
            lambda d: d.date_from <= d.company_id._school_date() <= d.date_to
        )
