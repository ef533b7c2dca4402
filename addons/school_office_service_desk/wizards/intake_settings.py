from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_desk_mailbox = fields.Char(related="company_id.school_desk_mailbox")
    school_desk_mail_hourly = fields.Integer(
        related="company_id.school_desk_mail_hourly", readonly=False
    )
    school_desk_repair_orders = fields.Selection(
        related="company_id.school_desk_repair_orders", readonly=False
    )
