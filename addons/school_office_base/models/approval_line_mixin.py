from odoo import api, models

from ..tools.client_defaults import take_defaults


class SchoolApprovalLineMixin(models.AbstractModel):
    """Lines of a record that needs approval: changing a line changes the record.

    ``_approval_parent_field`` names the many2one to the record whose
    ``_approval_protected_fields`` has paths over these lines.
    """

    _name = "school.approval.line.mixin"
    _description = "Line of a Record That Needs Approval"

    _approval_parent_field = None

    @api.model_create_multi
    def create(self, vals_list):
        name = self._approval_parent_field
        take_defaults(self, vals_list, name)
        parents = self.env[self._fields[name].comodel_name].browse(
            {vals[name] for vals in vals_list if vals.get(name)}
        )
        with parents._approval_content_guard():
            return super().create(vals_list)

    def write(self, vals):
        parents = self[self._approval_parent_field]
        if self._approval_parent_field in vals:
            parents |= parents.browse(vals[self._approval_parent_field])
        with parents._approval_content_guard():
            return super().write(vals)

    def unlink(self):
        with self[self._approval_parent_field]._approval_content_guard():
            return super().unlink()
