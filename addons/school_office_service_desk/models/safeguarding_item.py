from odoo import fields, models


class SchoolSafeguardingItem(models.Model):
    """A point of the school's list of what must be done when a child may be in danger.

    The list every school begins with follows the duty of mandatory reporting
    (侵害未成年人案件强制报告制度, Law on the Protection of Minors, art. 11).
    """

    _name = "school.safeguarding.item"
    _description = "Safeguarding Point"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char("What Must Be Done", required=True, translate=True)
    hint = fields.Text(translate=True, help="Shown under the point.")
    code = fields.Char(copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(company_id, code) WHERE code IS NOT NULL")
