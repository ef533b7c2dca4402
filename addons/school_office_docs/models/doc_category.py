from odoo import fields, models


class SchoolDocCategory(models.Model):
    """What a document is about (类别/事由): sorts the register, proposes who acts.

    The school says here which kinds count as important (BASE-16, DOC-08).
    """

    _name = "school.doc.category"
    _description = "Document Category"
    _inherit = ["school.record"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Short technical name, unique within the school."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_important = fields.Boolean(
        "Important",
        help="Documents of this category are reviewed by the office director or a "
        "supervising leader before they are distributed (DOC-08).",
    )
    department_id = fields.Many2one(
        "hr.department",
        "Usual Department",
        check_company=True,
        help="Proposed as the responsible department when a document is entered.",
    )
    handling_days = fields.Integer(
        "Handling Time (working days)",
        help="Handling time when the document names none; 0 takes the school's own.",
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "Another category of this school has that code."
    )
    _days_positive = models.Constraint(
        "CHECK(handling_days >= 0)", "A handling time cannot be negative."
    )
