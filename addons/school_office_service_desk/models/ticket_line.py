from odoo import api, fields, models
from odoo.fields import Domain


class SchoolTicketLine(models.AbstractModel):
    """Something that hangs on a ticket: seen by exactly those who see the ticket.

    The record rules of a line ask ``is_ticket_visible``, so the rights of tickets stand
    in one place.
    """

    _name = "school.ticket.line"
    _description = "Belongs to a Ticket"
    _inherit = ["school.record"]

    ticket_id = fields.Many2one(
        "school.ticket",
        "Request",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    is_ticket_visible = fields.Boolean(
        compute="_compute_is_ticket_visible",
        search="_search_is_ticket_visible",
        compute_sudo=False,
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("ticket_id")
    def _compute_is_ticket_visible(self):
        # Record rules are computed in superuser mode, but for this user.
        Ticket = self.env["school.ticket"].sudo(False)
        visible = set(
            Ticket.browse(self.sudo().ticket_id.ids)._filtered_access("read").ids
        )
        for line, line_sudo in zip(self, self.sudo(), strict=True):
            line.is_ticket_visible = line_sudo.ticket_id.id in visible

    @api.model
    def _search_is_ticket_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Ticket = self.env["school.ticket"].sudo(False)
        return Domain("ticket_id", "in", Ticket._search(Domain.TRUE))

    @api.model_create_multi
    def create(self, vals_list):
        Ticket = self.env["school.ticket"].sudo()
        for vals in vals_list:
            if vals.get("ticket_id"):
                vals["company_id"] = Ticket.browse(vals["ticket_id"]).company_id.id
        return super().create(vals_list)

    def _is_deletable(self):
        return False

    def _notice_is_secret(self):
        """Nothing about what hangs on a restricted request leaves it either."""
        return bool(self.sudo().ticket_id.is_restricted)
