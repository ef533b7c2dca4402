from odoo import api, models
from odoo.exceptions import UserError


class SchoolTicket(models.Model):
    """Who is told of a closed complaint, follows it and is shown its name."""

    _inherit = "school.ticket"

    @api.depends("number", "name", "has_accused", "visibility")
    @api.depends_context("uid")
    def _compute_display_name(self):  # pylint: disable=missing-return
        # A link shows the name without asking for rights, so whoever may not read the
        # ticket is shown its number.
        tickets = self.sudo()
        closed = tickets.filtered(
            lambda t: t._origin and (t.has_accused or t.visibility == "named")
        )
        hidden = set()
        if closed and self.env.uid != api.SUPERUSER_ID:
            mine = self.sudo(False).browse(closed._origin.ids)._filtered_access("read")
            hidden = set(closed._origin.ids) - set(mine.ids)
        for ticket, ticket_sudo in zip(self, tickets, strict=True):
            parts = (ticket_sudo.number, ticket_sudo.name)
            if ticket._origin.id in hidden:
                parts = (ticket_sudo.number or self.env._("Request"),)
            ticket.display_name = " ".join(filter(None, parts))

    def _complaint_dealers(self):
        """Who deals with this one ticket and is not kept out of it (superuser)."""
        self.ensure_one()
        people = self.handler_id | self.allowed_user_ids
        return people - self.excluded_user_ids

    def _conflict_is_closed(self):
        """Whether this is one ticket that only named people see."""
        return len(self) == 1 and (
            self.sudo().has_accused or self.sudo().visibility == "named"
        )

    def _conflict_may_read(self, users):
        """Those of ``users`` who may read this ticket."""
        return users.filtered(
            lambda user: (
                self.sudo(False)
                .with_user(user)
                .with_context(allowed_company_ids=user.sudo().company_ids.ids)
                .has_access("read")
            )
        )

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        # Every employee can read who follows what.
        followable = self.filtered(lambda ticket: not ticket._conflict_is_closed())
        return super(SchoolTicket, followable)._message_subscribe(
            partner_ids, subtype_ids, customer_ids
        )

    def _message_create(self, values_list):
        # Who is addressed may read the message, whatever he may read of the ticket.
        if self._conflict_is_closed():
            values_list = [
                {**values, "partner_ids": self._conflict_addressees(values)}
                for values in values_list
            ]
        return super()._message_create(values_list)

    def _conflict_addressees(self, values):
        partners = self.env["res.partner"].browse(values.get("partner_ids") or [])
        ticket = self.sudo()
        readers = partners.filtered(
            lambda partner: (
                partner == ticket.requester_id
                or self._conflict_may_read(partner.sudo().user_ids)
            )
        )
        others = partners - readers
        if others and values.get("message_type") == "comment" and not self.env.su:
            raise UserError(
                self.env._(
                    "%(people)s cannot be written to about this: only the people named "
                    "for it see it.",
                    people=", ".join(others.mapped("name")),
                )
            )
        return readers.ids

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        if not self._conflict_is_closed():
            return recipients
        users = self.env["res.users"]
        requester = self.sudo().requester_id.id
        return [
            data
            for data in recipients
            if data["id"] == requester
            or data["uid"]
            and self._conflict_may_read(users.browse(data["uid"]))
        ]
