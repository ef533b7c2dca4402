from odoo import fields, models


class SchoolTicketAnswer(models.Model):
    """A prepared answer: chosen in the answer dialog and changed before it is sent."""

    _name = "school.ticket.answer"
    _description = "Prepared Answer"
    _inherit = ["school.record"]
    _order = "sequence, name, id"

    name = fields.Char("Title", required=True, translate=True)
    body = fields.Text("Text", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    service_ids = fields.Many2many(
        "school.service",
        "school_service_answer_rel",
        "answer_id",
        "service_id",
        "Services",
        check_company=True,
        help="Empty: for every service.",
    )

    def _is_deletable(self):
        return True
