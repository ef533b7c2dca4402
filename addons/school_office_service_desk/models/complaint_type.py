from odoo import fields, models


class SchoolComplaintType(models.Model):
    """What a complaint or suggestion is about (问题类型, DESK-23)."""

    _name = "school.complaint.type"
    _description = "Problem Type"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="The name by which figures of several years are compared."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    department_id = fields.Many2one(
        "hr.department",
        "Department in Charge",
        check_company=True,
        index="btree_not_null",
        help="Proposed when a complaint of this type is assigned (DESK-26).",
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "This code is in use for another problem type.",
    )
