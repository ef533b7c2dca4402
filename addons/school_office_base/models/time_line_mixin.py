from odoo import api, fields, models

from ..tools.pg_guard import guard_rows

PUBLISHED = """(
    TG_OP <> 'INSERT' AND EXISTS (
        SELECT FROM school_time_policy_version v
        WHERE v.id = OLD.version_id AND v.published_at IS NOT NULL)
) OR (
    TG_OP <> 'DELETE' AND EXISTS (
        SELECT FROM school_time_policy_version v
        WHERE v.id = NEW.version_id AND v.published_at IS NOT NULL)
)"""


class SchoolTimeLineMixin(models.AbstractModel):
    """A line of a version of a time limit: fixed when the version is published."""

    _name = "school.time.line.mixin"
    _description = "Line of a Version of a Time Limit"
    _inherit = ["school.held.mixin"]
    _order = "sequence, id"

    version_id = fields.Many2one(
        "school.time.policy.version",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    sequence = fields.Integer(default=10)

    def init(self):
        if not self._abstract:
            guard_rows(
                self.env.cr,
                self._table,
                PUBLISHED,
                "A published time limit never changes.",
                insert=True,
            )

    def _is_held(self):
        return bool(self.version_id.published_at)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("version_id"):
                version = self.env["school.time.policy.version"].browse(
                    vals["version_id"]
                )
                vals["company_id"] = version.sudo().company_id.id
        lines = super().create(vals_list)
        lines.version_id._check_draft()
        return lines

    def write(self, vals):
        self.check_access("write")
        self.version_id._check_draft()
        return super().write(vals)

    def _is_deletable(self):
        return not self.version_id.published_at
