from odoo import fields, models


class SchoolComplaintCause(models.Model):
    """Why there was reason to complain (DESK-17, DESK-28)."""

    _name = "school.complaint.cause"
    _description = "Cause of a Complaint"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        copy=False, help="The name by which figures of several years are compared."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_handling_mistake = fields.Boolean(
        "Handling Mistake",
        help="Proposed as the answer to “Was it a mistake in handling?”; the share of "
        "such complaints is the error rate of the office.",
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL",
        "This code is in use for another cause.",
    )
