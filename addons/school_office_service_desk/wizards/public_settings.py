from odoo import fields, models


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_desk_public = fields.Boolean(
        related="company_id.school_desk_public", readonly=False
    )
    school_desk_slug = fields.Char(
        related="company_id.school_desk_slug", readonly=False
    )
    school_desk_max_files = fields.Integer(
        related="company_id.school_desk_max_files", readonly=False
    )
    school_desk_visitor_posts = fields.Integer(
        related="company_id.school_desk_visitor_posts", readonly=False
    )
    school_desk_school_posts = fields.Integer(
        related="company_id.school_desk_school_posts", readonly=False
    )
    school_desk_anonymous_visitor = fields.Integer(
        related="company_id.school_desk_anonymous_visitor", readonly=False
    )
    school_desk_anonymous_posts = fields.Integer(
        related="company_id.school_desk_anonymous_posts", readonly=False
    )
    school_desk_rating_days = fields.Integer(
        related="company_id.school_desk_rating_days", readonly=False
    )
    school_desk_low_rating = fields.Integer(
        related="company_id.school_desk_low_rating", readonly=False
    )

    def action_open_desk_page(self):
        """Look at the public page of the school."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": self.env.company.sudo()._school_desk_url(),
            "target": "new",
        }
