from odoo import fields, models


class SchoolEmergencyContact(models.Model):
    """Whom to call when something fails badly: lift, power, water, gas, network.

    The list stands on every major or urgent repair (AST-36) and on every alarm of a
    rapid-response group (DESK-14).
    """

    _name = "school.emergency.contact"
    _description = "Emergency Contact"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    matter = fields.Selection(
        [
            ("power", "Electricity"),
            ("water", "Water"),
            ("gas", "Gas"),
            ("heating", "Heating and Air Conditioning"),
            ("lift", "Lift"),
            ("network", "Network and Systems"),
            ("building", "Building"),
            ("fire", "Fire and Rescue"),
            ("medical", "Medical Help"),
            ("police", "Police"),
            ("other", "Other"),
        ],
        "Concerns",
        required=True,
        default="other",
    )
    phone = fields.Char("Telephone", required=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Firm",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    reachable = fields.Char("When Reachable", help="For example: day and night.")
    service_ids = fields.Many2many(
        "school.service",
        "school_emergency_contact_service_rel",
        "contact_id",
        "service_id",
        "Services",
        check_company=True,
        help="Shown on requests for these services. Empty: on all of them.",
    )
    note = fields.Char()

    _list_idx = models.Index("(company_id, sequence, id)")
