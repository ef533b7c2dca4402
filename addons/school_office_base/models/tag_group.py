from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# BASE-17 names project, date and secrecy level: date and level are fields already.
SHIPPED = [_lt("Project"), _lt("Subject"), _lt("Occasion")]


class SchoolTagGroup(models.Model):
    """One way of sorting files (标签分类): by project, by subject, by occasion …

    Tags of one group widen a search, tags of different groups narrow it, so "project A
    or B, about safety" is three taps in the search panel (BASE-17).
    """

    _name = "school.tag.group"
    _description = "Tag Group"
    _inherit = ["school.record"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    tag_ids = fields.One2many("school.tag", "group_id", "Tags")

    _list_idx = models.Index("(company_id, sequence, id)")

    @api.model
    def _ensure_shipped(self, companies):
        """Give each school without tag groups the first ones."""
        groups_sudo = self.sudo().with_context(active_test=False, lang="en_US")
        known = groups_sudo._read_group(
            [("company_id", "in", companies.ids)], ["company_id"]
        )
        new = companies - self.env["res.company"].union(*(row[0] for row in known))
        groups = groups_sudo.create(
            [
                {
                    "company_id": company.id,
                    "name": name._translate("en_US"),
                    "sequence": sequence * 10,
                }
                for company in new
                for sequence, name in enumerate(SHIPPED, 1)
            ]
        )
        for group, name in zip(groups, SHIPPED * len(new), strict=True):
            new._seed_translations(group, "name", name)
