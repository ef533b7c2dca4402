from odoo import api, fields, models
from odoo.fields import Domain


class SchoolTicketEvidence(models.AbstractModel):
    """A row about any record, which must not tell of a ticket that is kept from one.

    Clocks, register entries and numbers name their record by model and id, so no rule
    of the ticket reaches them. A global rule asks this field instead.
    """

    _name = "school.ticket.evidence"
    _description = "May tell of a ticket"

    is_kept_from_me = fields.Boolean(
        "Kept from Me",
        compute="_compute_is_kept_from_me",
        search="_search_is_kept_from_me",
    )

    @api.depends_context("uid")
    def _compute_is_kept_from_me(self):
        kept = self.sudo().filtered_domain(self._kept_from_me_domain())
        for row in self:
            row.is_kept_from_me = row.id in kept._ids

    @api.model
    def _search_is_kept_from_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._kept_from_me_domain()

    @api.model
    def _kept_from_me_domain(self):
        # Superuser: whoever is kept out cannot search for what he is kept out of.
        tickets = self.env["school.ticket"].sudo()
        kept = tickets._search(
            Domain("has_accused", "=", True)
            & Domain("excluded_user_ids", "in", [self.env.uid])
        )
        return Domain("res_model", "=", "school.ticket") & Domain("res_id", "in", kept)
