from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    is_school = fields.Boolean(
        help="This company is a school (学校) of the school office suite."
    )
    school_state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        string="School Status",
        default="open",
        required=True,
        copy=False,
        help="A closed school can be read and exported, never changed.",
    )

    def _school_set_up(self):
        """Give each school of ``self`` what it needs to work: posts, flows, limits.

        Every engine and addon extends this and must be idempotent: it also runs on
        schools that exist when an addon is installed.
        """
