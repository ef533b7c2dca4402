from odoo import fields, models


class SchoolTicketVoice(models.Model):
    """Somebody else who reported the same thing: he is told the end, too."""

    _name = "school.ticket.voice"
    _description = "One More Who Reported It"
    _inherit = ["school.ticket.line"]
    _order = "id"

    at = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        readonly=True,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    name = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    email = fields.Char(readonly=True)
    note = fields.Text(readonly=True)

    _partner_uniq = models.UniqueIndex(
        "(ticket_id, partner_id) WHERE partner_id IS NOT NULL"
    )

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}


class SchoolTicket(models.Model):
    _inherit = "school.ticket"

    voice_ids = fields.One2many(
        "school.ticket.voice", "ticket_id", "Others", readonly=True
    )
    voice_count = fields.Integer("Voices", readonly=True, copy=False)

    _server_fields = frozenset({"voice_count"})

    def _voice(self, partner=None, name="", phone="", email="", note=""):
        """Add one more who reported the same; return whether he is new.

        The caller has checked that he may see that this ticket exists.
        """
        self.ensure_one()
        # One by one: two at the same moment must not lose each other's voice.
        self.env.cr.execute(
            "SELECT id FROM school_ticket WHERE id = %s FOR NO KEY UPDATE", (self.id,)
        )
        ticket = self.sudo()
        email = (email or "").strip().lower()
        known = ticket.voice_ids.filtered(
            lambda voice: (
                (partner and voice.partner_id == partner)
                or (email and voice.email == email)
            )
        )
        if known or (partner and ticket.requester_id == partner):
            return False
        self.env["school.ticket.voice"].sudo().create(
            {
                "ticket_id": ticket.id,
                "partner_id": partner.id if partner else False,
                "name": (name or (partner and partner.name) or "")[:80],
                "phone": (phone or "")[:40],
                "email": email[:120],
                "note": (note or "")[:2000],
            }
        )
        ticket.write({"voice_count": ticket.voice_count + 1})
        ticket._log_event("voice", reason=(note or "")[:2000])
        return True
