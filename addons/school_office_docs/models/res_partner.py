from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    school_doc_count = fields.Integer(
        "Incoming Documents", compute="_compute_school_doc_count"
    )

    def _compute_school_doc_count(self):
        counts = dict(
            self.env["school.doc.incoming"]._read_group(
                [("sender_id", "in", self.ids)], ["sender_id"], ["__count"]
            )
        )
        for partner in self:
            partner.school_doc_count = counts.get(partner, 0)

    @api.model
    def _school_doc_sender(self, company, email):
        """The sending unit of ``company`` that writes from ``email``, if it is known.

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
