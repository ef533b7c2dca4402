from odoo import fields, models


class SchoolTag(models.Model):
    """A tag (标签) on electronic files; a file has as many as it needs (BASE-17)."""

    _name = "school.tag"
    _description = "Tag"
    _inherit = ["school.record"]
    _order = "group_id, name, id"

    name = fields.Char(required=True)
    group_id = fields.Many2one(
        "school.tag.group",
        "Tag Group",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self._default_group_id(),
    )
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _name_uniq = models.UniqueIndex(
        "(company_id, group_id, lower(name))",
        "This school already has a tag of this name in this group.",
    )
    _list_idx = models.Index("(company_id, group_id, name, id)")

    def _default_group_id(self):
        """The first group, so that a tag can be typed where it is used."""
        return self.env["school.tag.group"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
