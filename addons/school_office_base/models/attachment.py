import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import files, triggers
from ..tools.client_defaults import take_defaults

# What may change on a frozen file: what the server derives or where it stores the same
# content (checksum and size are guarded).
FREE_COLUMNS = {
    "access_token",
    "db_datas",
    "index_content",
    "store_fname",
    "write_date",
    "write_uid",
}
FREE_FIELDS = {"access_token", "thumbnail"}
MEGABYTE = 1 << 20


class ReceivedBytes(bytes):
    """Content that came by mail: it was sent to us and is kept, whatever its size.

    A type and not a context key: no client can ask for it.
    """


class IrAttachment(models.Model):
    """Files of the suite's records: checked when they come, kept once they
    are final.
    """

    _inherit = "ir.attachment"

    school_frozen = fields.Boolean(
        "Frozen", readonly=True, copy=False, help="Belongs to a final record."
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        triggers.guard_columns(
            self.env.cr, self._table, FREE_COLUMNS, when="OLD.school_frozen"
        )

    @api.model_create_multi
    def create(self, vals_list):
        self._take_targets(vals_list)
        if not self.env.su:
            if any(vals.get("school_frozen") for vals in vals_list):
                raise AccessError(
                    self.env._("A file is frozen together with its record.")
                )
            self._check_server_binaries(vals_list)
        self._check_school_targets(
            (vals.get("res_model"), vals.get("res_id")) for vals in vals_list
        )
        for vals in vals_list:
            if self._is_school_file(vals) and vals.get("type", "binary") == "binary":
                self._check_school_file(vals, self._content(vals))
        attachments = super().create(vals_list)
        attachments._school_files()._after_school_files_changed(added=True)
        return attachments

    def write(self, vals):
        frozen = self.sudo().filtered("school_frozen")
        if frozen and vals.keys() - FREE_FIELDS:
            if not frozen._is_same_content(vals):
                raise frozen._frozen_error()
        if not self.env.su:
            if "school_frozen" in vals:
                raise AccessError(
                    self.env._("A file is frozen together with its record.")
                )
            stored = self.sudo()
            stored._check_server_binaries(
                {
                    "res_model": vals.get("res_model", file.res_model),
                    "res_field": field,
                }
                for file in stored
                for field in (file.res_field, vals.get("res_field"))
            )
        if vals.get("res_model") or vals.get("res_id"):
            self._check_school_targets(
                (
                    vals.get("res_model", attachment.res_model),
                    vals.get("res_id", attachment.res_id),
                )
                for attachment in self.sudo()
            )
        has_content = "raw" in vals or "datas" in vals
        before = self.sudo()._school_files()
        if has_content and before:
            content = self._content(vals)
            for attachment in before:
                self._check_school_file(
                    {
                        "name": vals.get("name", attachment.name),
                        "res_model": attachment.res_model,
                        "res_id": attachment.res_id,
                    },
                    content,
                )
            before._keep_versions()
        moved = vals.keys() & {"res_model", "res_id", "res_field", "name"}
        result = super().write(vals)
        if has_content or moved:
            after = self.sudo()._school_files()
            if moved and not has_content:
                for attachment in after - before:
                    self._check_school_file(attachment, attachment.raw)
            after._after_school_files_changed(added=True)
            (before - after)._after_school_files_changed(added=False)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        if not self.env.su:
            stored = self.sudo()
            stored._check_server_binaries(stored.read(["res_model", "res_field"]))
        frozen = self.sudo().filtered("school_frozen")
        if frozen:
            raise frozen._frozen_error()

    def unlink(self):
        # Before the row is gone: afterwards nobody knows whose file it was.
        files = self.sudo()._school_files()
        targets = {}
        for attachment in files:
            targets.setdefault(attachment.res_model, []).append(attachment.res_id)
        if not files.filtered("school_frozen"):
            files._keep_versions()
        result = super().unlink()
        for model, ids in targets.items():
            self.env[model].sudo().browse(ids).exists()._after_files_changed()
        return result

    def _frozen_error(self):
        return UserError(
            self.env._(
                "“%(file)s” belongs to a final record: it is kept as it is and can be "
                "neither changed nor deleted.",
                file=self[:1].name,
            )
        )

    def _is_same_content(self, vals):
        """Whether a write only stores the same content elsewhere (file store to S3)."""
        if vals.keys() - {"raw", "datas", "mimetype", *FREE_FIELDS}:
            return False
        content = self._content(vals)
        return all(
            self._compute_checksum(content) == attachment.checksum
            and vals.get("mimetype", attachment.mimetype) == attachment.mimetype
            for attachment in self
        )

    @api.model
    def _content(self, vals):
        raw = vals.get("raw")
        if raw is None:
            return base64.b64decode(vals.get("datas") or b"")
        return raw.encode() if isinstance(raw, str) else raw

    @api.model
    def _school_model(self, name):
        """Return the model if its records keep their files, else None."""
        model = self.env.get(name) if name else None
        keeps = model is not None and hasattr(model, "_freeze")
        return model if keeps and not model._abstract else None

    @api.model
    def _is_school_file(self, vals):
        """Whether these values describe a file of a business record of ours."""
        return (
            self._school_model(vals["res_model"] if "res_model" in vals else None)
            is not None
            and bool(vals["res_id"] if "res_id" in vals else False)
            and not (vals["res_field"] if "res_field" in vals else False)
        )

    def _school_files(self):
        """Keep the files of existing records of ours; not those of binary fields."""
        result = self.browse()
        for model, attachments in self.sudo().grouped("res_model").items():
            if self._school_model(model) is None:
                continue
            held = attachments.filtered(lambda a: a.res_id and not a.res_field)
            existing = set(
                self.env[model].sudo().browse(held.mapped("res_id")).exists()._ids
            )
            result |= held.filtered(lambda a, ids=existing: a.res_id in ids)
        return result

    @api.model
    def _take_targets(self, vals_list):
        """Write into the values what the client's defaults say they belong to."""
        take_defaults(
            self, vals_list, "res_model", "res_id", "res_field", "school_frozen"
        )

    @api.model
    def _check_server_binaries(self, vals_list):
        """Refuse the content of a field that the server's own methods fill in.

        Pictures and scans are stored as files; what guards their fields holds there.
        """
        for vals in vals_list:
            name, field = vals.get("res_model"), vals.get("res_field")
            model = self.env.get(name) if name and field else None
            if isinstance(model, self.env.registry["school.record"]):
                model._check_server_fields({field: True})

    @api.model
    def _check_school_targets(self, targets):
        """Refuse a file on a final record, and on one whose level forbids files."""
        ids_by_model = {}
        for model_name, res_id in targets:
            if model_name and res_id and model_name in self.env:
                ids_by_model.setdefault(model_name, set()).add(int(res_id))
        for model_name, ids in ids_by_model.items():
            model = self.env[model_name]
            is_ours = self._school_model(model_name) is not None
            if not is_ours and "secrecy_level_id" not in model._fields:
                continue
            # The state of a record is no secret to someone who tries to change it.
            records = model.sudo().browse(ids).exists()
            if "secrecy_level_id" in model._fields:
                records._check_may_hold_files()
            frozen = records.filtered("is_frozen") if is_ours else records.browse()
            if frozen:
                raise UserError(
                    self.env._(
                        "%(record)s is final: no file can be added to it.",
                        record=frozen[0].with_user(self.env.user).sudo().display_name,
                    )
                )

    @api.model
    def _check_school_file(self, vals, content):
        """Refuse a file that is empty, too large, dangerous or not what its name
        says.
        """
        if isinstance(content, ReceivedBytes):
            return
        name = vals["name"]
        record = self.env[vals["res_model"]].sudo().browse(int(vals["res_id"]))
        limit = record.company_id.school_attachment_max_mb
        if limit and len(content or b"") > limit * MEGABYTE:
            raise UserError(
                self.env._(
                    "“%(file)s” has %(size)s MB; this school takes files up to "
                    "%(limit)s MB. Make it smaller, or split it.",
                    file=name,
                    size=round(len(content) / MEGABYTE, 1),
                    limit=limit,
                )
            )
        fault = files.fault(name, content)
        if fault:
            raise UserError(self._file_sentence(fault, name))

    @api.model
    def _file_sentence(self, fault, name):
        match fault:
            case "empty":
                return self.env._(
                    "“%(file)s” is empty (0 bytes). It was probably still being saved: "
                    "attach it again.",
                    file=name,
                )
            case "mismatch":
                return self.env._(
                    "“%(file)s” is not what its name says: its content is of another "
                    "kind, or damaged. Open it, save it again and attach that.",
                    file=name,
                )
        return self.env._(
            "“%(file)s” is a program or a web page, which could do harm on other "
            "computers. Attach the document itself, for example as PDF.",
            file=name,
        )

    def _keep_versions(self):
        # Writing evidence is the server's business, whoever replaces the file.
        self.env["school.file.version"].sudo()._keep_content(self.sudo())

    def _after_school_files_changed(self, added):
        if not self:
            return
        if added:
            # Writing evidence is the server's business, whoever adds the file.
            self.env["school.file.version"].sudo()._record(
                self.sudo(), reason=self._version_reason()
            )
        for model, attachments in self.sudo().grouped("res_model").items():
            if self._school_model(model) is not None:
                records = self.env[model].sudo().browse(attachments.mapped("res_id"))
                records.exists()._after_files_changed()

    def _version_reason(self):
        """Return the reason a user gave for a new version: a text, never a
        permission.
        """
        reason = self.env.context.get("school_file_reason")
        return reason[:500] if isinstance(reason, str) else False
