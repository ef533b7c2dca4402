from odoo import api, fields, models
from odoo.fields import Domain

# Columns by which a model says that its record is for named people only.
SECRET_COLUMNS = ("is_marked", "is_restricted")


class SchoolRegisterEntry(models.Model):
    """An entry is as secret as its record is today.

    The book is append-only, so what was written before a record was marked keeps its
    title for ever. It is kept from those who may not read marked entries, in the same
    way: the rule of the clerks asks for ``is_secret``, not for what was true when the
    entry was written. The director and the auditor read the whole book; the numbers of
    the entries show everybody else that there is one.
    """

    _inherit = "school.register.entry"

    is_secret = fields.Boolean(
        "Marked by Now",
        compute="_compute_is_secret",
        search="_search_is_secret",
        help="The record is marked today, or was when this was written.",
    )

    @api.depends("is_marked")
    def _compute_is_secret(self):
        # sudo: only whether it is secret is told
        secret = self.sudo().search(Domain("id", "in", self.ids) & self._is_secret())
        for entry in self:
            entry.is_secret = entry._origin.id in secret._ids

    def _search_is_secret(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._is_secret()

    @api.model
    def _is_secret(self):
        domain = Domain("is_marked", "=", True)
        for name, column in self._secret_columns():
            # sudo: marked records are looked up for those who may not see them
            records_sudo = self.env[name].sudo().with_context(active_test=False)
            marked = records_sudo._search(
                Domain(column, "=", True)
                & Domain("company_id", "in", self.env.companies.ids)
            )
            domain |= Domain("res_model", "=", name) & Domain("res_id", "in", marked)
        return domain

    @api.model
    def _secret_columns(self):
        """``[(model, column)]`` of the records that can be for named people only."""
        return [
            (name, column)
            for name, model in self.env.registry.items()
            if name.startswith("school.")
            and not (model._abstract or model._transient or name == self._name)
            for column in SECRET_COLUMNS
            if column in model._fields and model._fields[column].store
        ]
