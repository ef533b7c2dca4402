"""Models that exist for the tests of the evidence engines only."""

from odoo import api, fields, models


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


class File(models.Model):
    _name = "school.test.file"
    _description = "File (test)"
    _module = None
    _inherit = [
        "school.record",
        "mail.thread",
        "school.frozen.mixin",
        "school.secrecy.mixin",
        "school.search.mixin",
    ]
    _search_fields_text = ("name", "partner_id.name")
    _frozen_lines = ("line_ids",)

    name = fields.Char()
    partner_id = fields.Many2one("res.partner")
    partner_name = fields.Char(compute="_compute_partner_name", store=True)
    image = fields.Binary()
    extra_ids = fields.Many2many("ir.attachment")
    line_ids = fields.One2many("school.test.file.line", "file_id")

    @api.depends("partner_id.name")
    def _compute_partner_name(self):
        for record in self:
            record.partner_name = record.partner_id.name


class FileLine(models.Model):
    _name = "school.test.file.line"
    _description = "Line of a file (test)"
    _module = None
    _inherit = ["school.record", "school.frozen.mixin"]

    file_id = fields.Many2one("school.test.file", index=True, ondelete="cascade")
    name = fields.Char()


# The relation table of a many2many is noted with the addon it comes from, which must
# exist.
File.extra_ids._module = "school_office_base"
