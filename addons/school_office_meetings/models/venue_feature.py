from odoo import fields, models


class SchoolVenueFeature(models.Model):
    """Something a room has: a projector, a stage, a video conference system."""

    _name = "school.venue.feature"
    _description = "Feature of a Room"
    _inherit = ["school.record"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False)
    sequence = fields.Integer(default=100)
    color = fields.Integer()
    is_equipment = fields.Boolean(
        "To Be Tested",
        default=True,
        help="Who needs it has it tested before the room is used (MTG-34, MTG-36).",
    )
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL AND code != ''",
        "This school already has a feature with this code.",
    )
