from odoo import api, fields, models
from odoo.fields import Domain


class SchoolDocIncoming(models.Model):
    """Documents that may have been entered before."""

    _inherit = "school.doc.incoming"

    duplicate_ids = fields.Many2many(
        "school.doc.incoming",
        string="Possible Duplicates",
        compute="_compute_duplicate_ids",
    )

    @api.depends("sender_id", "sender_number", "file_ids")
    def _compute_duplicate_ids(self):
        """Documents of the same sender and number, or with the same file (SHA-256)."""
        twins = self._find_duplicates()
        for document in self:
            document.duplicate_ids = twins.get(document, self.browse())

    def _find_duplicates(self):
        """Return {document: possible duplicates}, in a constant number of queries."""
        numbered = self.filtered(lambda d: d.sender_number and d.sender_id)
        found = {document: self.browse() for document in self}
        if numbered:
            same = self.search(
                Domain("sender_number", "in", numbered.mapped("sender_number"))
                & Domain("sender_id", "in", numbered.sender_id._origin.ids)
                & Domain("state", "!=", "void")
                & Domain("company_id", "in", self.company_id.ids)
            )
            by_key = same.grouped(lambda d: (d.sender_id.id, d.sender_number))
            for document in numbered:
                key = (document.sender_id._origin.id, document.sender_number)
                found[document] |= by_key.get(key, self.browse()) - document._origin
        by_file = self._find_same_files()
        for document in self:
            found[document] |= by_file.get(document, self.browse()) - document._origin
        return found
