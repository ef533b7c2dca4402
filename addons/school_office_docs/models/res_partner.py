from odoo import fields, models


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
