from odoo import fields, models


class SchoolVenueRank(models.Model):
    """What goes first when two want the same room (场地冲突), in the school's order.

    Rank decides who may be moved for whom; nobody is moved by it alone. The office
    re-allocates, says why, and those who lose the room are told (MTG-35).
    """

    _name = "school.venue.rank"
    _description = "Priority of Bookings"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False)
    sequence = fields.Integer(
        default=100, index=True, help="The first in the list goes first."
    )
    office_only = fields.Boolean(
        "Given by the Office Only", help="Applicants cannot choose it themselves."
    )
    people_from = fields.Integer(
        "Given From … People",
        help="A booking for this many people has at least this rank. 0: never.",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL AND code != ''",
        "This school already has a rank with this code.",
    )

    def _find(self, company, code):
        return self.sudo().search(
            [("company_id", "=", company.id), ("code", "=", code)], limit=1
        )

    def _default_of(self, company):
        """The last in the list: for whatever is nothing special."""
        # sudo: read for a school, whoever asks
        return self.sudo().search(
            [("company_id", "=", company.id)], order="sequence desc, id desc", limit=1
        )
