from odoo import fields, models


class SchoolTicketWaitReason(models.Model):
    """Why a ticket waits: the clocks stand still, so the reason is on record."""

    _name = "school.ticket.wait.reason"
    _description = "Reason for Waiting"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    asks_requester = fields.Boolean(
        "Waits for the Requester",
        help="The requester is reminded, and answers to go on.",
    )
    needs_date = fields.Boolean("Until a Date")

    _code_uniq = models.UniqueIndex(
        "(company_id, code)", "This code is in use for another reason."
    )

    def _is_deletable(self):
        return False
