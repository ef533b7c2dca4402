from odoo import fields, models


class SchoolTagMixin(models.AbstractModel):
    """A record that is sorted by several tags at once (BASE-17)."""

    _name = "school.tag.mixin"
    _description = "Sorted by Tags"

    tag_ids = fields.Many2many(
        "school.tag",
        string="Tags",
        check_company=True,
        help="Sorts the record in several ways at once: by project, subject, occasion.",
    )
