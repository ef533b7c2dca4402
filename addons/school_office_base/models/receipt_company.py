from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    school_urge_interval_hours = fields.Float(
        "Time between Two Urges",
        default=2.0,
        help="Hours before the same person may be urged about the same thing again "
        "(BASE-28); proposal.",
    )
    school_quiet_hours = fields.Boolean(
        "Messages in Service Hours Only",
        default=True,
        help="What is not urgent is sent when the office is open again; proposal.",
    )
    school_urgent_by_email = fields.Boolean(
        "Urgent Messages also by E-mail",
        default=True,
        help="People who read their messages in Odoo get urgent ones by e-mail too; "
        "proposal.",
    )
