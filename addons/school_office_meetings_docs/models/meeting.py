from odoo import api, fields, models


class SchoolMeeting(models.Model):
    """The notice from outside that a meeting follows (MTG-03)."""

    _inherit = "school.meeting"

    source_document_id = fields.Many2one(
        "school.doc.incoming",
        "Incoming Notice",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The registered document that calls this meeting, or asks for it.",
    )

    @api.onchange("source_document_id")
    def _onchange_source_document_id(self):
        document = self.source_document_id
        if document:
            self.source_sender = self.source_sender or document.sender_name
            self.source_number = self.source_number or document.sender_number
            self.name = self.name or document.name
