from odoo import fields, models


class SchoolKnowledgeTheme(models.Model):
    """A theme of the knowledge base: network, claims, repairs … (DESK-60)."""

    _name = "school.knowledge.theme"
    _description = "Theme of the Knowledge Base"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(company_id, code)", "This code is in use.")
