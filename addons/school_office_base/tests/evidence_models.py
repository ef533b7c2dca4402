"""Models that exist for the tests of the evidence engines only."""

from odoo import fields, models


class Letter(models.Model):
    _name = "school.test.letter"
    _description = "Letter (test)"
    _module = None
    _inherit = [
        "school.record",
        "mail.thread",
        "school.number.mixin",
        "school.secrecy.mixin",
    ]
    _number_kind = "test.letter"
    _secrecy_body_fields = ("body",)

    name = fields.Char()
    body = fields.Text()
