from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_doc_receiver_id = fields.Many2one(
        related="company_id.school_doc_receiver_id",
        readonly=False,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    school_doc_file_types = fields.Char(
        related="company_id.school_doc_file_types", readonly=False
    )
    school_doc_mailbox = fields.Char(related="company_id.school_doc_mailbox")
