import hashlib
import hmac
import secrets

from odoo import api, fields, models

from ..tools import receipt_code

_PARAMETER = "school_office_service_desk.code_key"


class SchoolTicketCode(models.Model):
    """What is kept of the code of an anonymous reporter: enough to know it again.

    Only a keyed hash; the code itself is shown once and stands nowhere. The key is made
    of a secret of the database and the school, so the same code means nothing at
    another school. No role reads this table.
    """

    _name = "school.ticket.code"
    _description = "Code of an Anonymous Reporter"
    _inherit = ["school.record"]
    _order = "id"
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        "school.ticket",
        "Request",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    digest = fields.Char(required=True, readonly=True)

    _digest_uniq = models.UniqueIndex("(company_id, digest)")
    _ticket_uniq = models.UniqueIndex("(ticket_id)")

    def _all_server_fields(self):
        return frozenset(self._fields)

    def _is_deletable(self):
        return self.env.su

    @api.model
    def _ensure_key(self):
        """Draw the secret of this database once."""
        parameters = self.env["ir.config_parameter"].sudo()
        if not parameters.get_param(_PARAMETER):
            parameters.set_param(_PARAMETER, secrets.token_hex(32))

    @api.model
    def _key(self, company):
        secret = self.env["ir.config_parameter"].sudo().get_param(_PARAMETER)
        return hmac.new(
            (secret or "").encode(), b"school %d" % company.id, hashlib.sha256
        ).digest()

    @api.model
    def _issue(self, ticket):
        """Return a new code for this ticket: the only time that it can be read."""
        code = receipt_code.new()
        self.create(
            {
                "company_id": ticket.company_id.id,
                "ticket_id": ticket.id,
                "digest": receipt_code.digest(self._key(ticket.company_id), code),
            }
        )
        return code

    @api.model
    def _ticket(self, company, code):
        """Return the ticket of a school to which a typed code belongs, or none."""
        none = self.env["school.ticket"].sudo()
        if receipt_code.fault(code):
            return none
        digest = receipt_code.digest(self._key(company), code)
        return (
            self.sudo()
            .search([("company_id", "=", company.id), ("digest", "=", digest)], limit=1)
            .ticket_id
        )
