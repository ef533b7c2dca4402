from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_desk_service_id = fields.Many2one(
        related="company_id.school_desk_service_id",
        readonly=False,
        domain="[('company_id', '=', company_id)]",
    )
    school_desk_auto_assign = fields.Boolean(
        related="company_id.school_desk_auto_assign", readonly=False
    )
    school_desk_follow_up_days = fields.Integer(
        related="company_id.school_desk_follow_up_days", readonly=False
    )
    school_desk_follow_up_limit = fields.Integer(
        related="company_id.school_desk_follow_up_limit", readonly=False
    )
    school_desk_progress_days = fields.Integer(
        related="company_id.school_desk_progress_days", readonly=False
    )
    school_desk_file_mb = fields.Integer(
        related="company_id.school_desk_file_mb", readonly=False
    )
    school_desk_file_types = fields.Char(
        related="company_id.school_desk_file_types", readonly=False
    )
    school_desk_image_types = fields.Char(
        related="company_id.school_desk_image_types", readonly=False
    )
