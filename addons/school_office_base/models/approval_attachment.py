from contextlib import ExitStack, contextmanager

from odoo import api, models
from odoo.tools import SQL

from ..tools.canonical import sha256_hex


class IrAttachment(models.Model):
    """Files of a record count as what was approved, by whatever way they change."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        self._take_targets(vals_list)
        with self._approval_guarded(
            (vals.get("res_model"), vals.get("res_id"))
            for vals in vals_list
            if not vals.get("res_field")
        ):
            return super().create(vals_list)

    def write(self, vals):
        content = {"name", "datas", "raw", "db_datas", "store_fname", "url",
                   "res_model", "res_id", "res_field", "checksum", "type"}  # fmt: skip
        if content.isdisjoint(vals):
            return super().write(vals)
        owners = [(a.res_model, a.res_id) for a in self.sudo() if not a.res_field]
        owners += [
            (vals.get("res_model", model), vals.get("res_id", res_id))
            for model, res_id in owners or [(None, None)]
        ]
        with self._approval_guarded(owners):
            return super().write(vals)

    def unlink(self):
        with self._approval_guarded(
            [(a.res_model, a.res_id) for a in self.sudo() if not a.res_field]
        ):
            return super().unlink()

    def _approval_fingerprints(self):
        """Return ``{attachment: [name, size, SHA-256 of its content]}`` (superuser).

        Taken from the version kept with the record, so that no file need be read; where
        a model keeps no versions, from the bytes. A link is what it points to.
        """
        kept = {}
        if self:
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT ON (attachment_ref)
                              attachment_ref, res_model, res_id, sha256
                         FROM school_file_version
                        WHERE attachment_ref IN %s
                     ORDER BY attachment_ref, id DESC""",
                    tuple(self.ids),
                )
            )
            kept = {tuple(key): sha256 for *key, sha256 in rows}
        return {
            file: [
                file.name,
                file.file_size,
                (file.type == "url" and (file.url or ""))
                or kept.get((file.id, file.res_model, file.res_id))
                or sha256_hex(file.raw or b""),
            ]
            for file in self
        }

    @contextmanager
    def _approval_guarded(self, owners):
        """Guard the records among ``owners`` whose models need approval."""
        approvable = self.env["school.approval.flow"]._is_approvable
        by_model = {}
        for model, res_id in owners:
            if model and res_id and approvable(model):
                by_model.setdefault(model, set()).add(res_id)
        with ExitStack() as stack:
            for model, ids in by_model.items():
                stack.enter_context(
                    self.env[model].sudo().browse(ids)._approval_content_guard()
                )
            yield
