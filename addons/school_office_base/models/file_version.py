from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import triggers
from ..tools.canonical import sha256_hex


class SchoolFileVersion(models.Model):
    """One version of a file of a record: what it was called, how long it was, its
    SHA-256.

    Written whenever a file is added to a record with ``school.frozen.mixin`` or
    replaced; PostgreSQL keeps the row as it is. When a file is replaced or deleted, its
    content stays here (the file store keeps equal content once). Who reads the record
    reads its versions.
    """

    _name = "school.file.version"
    _description = "File version"
    _inherit = ["school.record"]
    _order = "at desc, id desc"

    name = fields.Char("File", required=True, readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    version = fields.Integer(required=True, readonly=True, aggregator=False)
    previous_id = fields.Many2one(
        "school.file.version",
        "Version Before",
        readonly=True,
        check_company=True,
        index="btree_not_null",
    )
    size = fields.Integer("Size (bytes)", required=True, readonly=True)
    mimetype = fields.Char("Type", readonly=True)
    sha256 = fields.Char("SHA-256", required=True, readonly=True, index=True)
    author_id = fields.Many2one("res.users", "Added By", required=True, readonly=True)
    at = fields.Datetime("Added On", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    # Not many2one: a link that dies with the attachment would change the row.
    attachment_ref = fields.Integer("Attachment", required=True, readonly=True)

    _version_uniq = models.UniqueIndex(
        "(res_model, res_id, name, version)",
        "Somebody has just added a file of this name. Try again.",
    )
    _attachment_idx = models.Index("(attachment_ref, id)")

    def init(self):  # pylint: disable=missing-return
        super().init()
        triggers.append_only(self.env.cr, self._table)

    def _is_deletable(self):
        return False

    @api.depends("name", "version")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.name} ({version.version})"

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self:
            return result
        forbidden = result[0] if result else self.browse()
        # Only to learn which records these versions belong to.
        for model, versions in (self - forbidden).sudo().grouped("res_model").items():
            readable = ()
            if model in self.env:
                records = self.env[model].browse(versions.mapped("res_id")).exists()
                readable = records._filtered_access("read")._ids
            forbidden |= versions.filtered(
                lambda version, ids=readable: version.res_id not in ids
            ).sudo(False)
        if not forbidden:
            return None
        return forbidden, lambda: AccessError(
            self.env._("You may not read the record to which this file belongs.")
        )

    @api.model
    def _search(self, domain, *args, **kwargs):
        if not (self.env.su or kwargs.get("bypass_access")):
            domain = Domain(domain) & self._readable_domain()
        return super()._search(domain, *args, **kwargs)

    def _readable_domain(self):
        """Return the versions of records that the user may read, as subqueries."""
        names = self.env.execute_query(
            SQL("SELECT DISTINCT res_model FROM school_file_version")
        )
        return Domain.OR(
            Domain("res_model", "=", name)
            & Domain(
                "res_id",
                "in",
                self.env[name].with_context(active_test=False)._search(Domain.TRUE),
            )
            for (name,) in names
            if name in self.env and self.env[name].has_access("read")
        )

    @api.model
    def _record(self, attachments, reason=None):
        """Note new content of business attachments, as superuser, in one batch."""
        if not attachments:
            return self
        last = self._last_versions(attachments)
        vals_list = []
        for attachment in attachments:
            record = self.env[attachment.res_model].browse(attachment.res_id)
            content = attachment.raw or b""
            key = (attachment.res_model, attachment.res_id, attachment.name)
            previous_id, number, digest, ref = last.get(key, (False, 0, None, None))
            sha256 = sha256_hex(content)
            if (digest, ref) == (sha256, attachment.id):
                continue
            vals_list.append(
                {
                    "company_id": record.company_id.id,
                    "name": attachment.name,
                    "res_model": attachment.res_model,
                    "res_id": attachment.res_id,
                    "version": number + 1,
                    "previous_id": previous_id,
                    "size": len(content),
                    "mimetype": attachment.mimetype,
                    "sha256": sha256,
                    "author_id": self.env.uid,
                    "at": fields.Datetime.now(),
                    "reason": reason,
                    "attachment_ref": attachment.id,
                }
            )
            last[key] = (False, number + 1, sha256, attachment.id)
        return self.create(vals_list)

    def _last_versions(self, attachments):
        """Return ``{(model, id, file name): (id, version, sha256, attachment)}``."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (res_model, res_id, name)
                          res_model, res_id, name, id, version, sha256, attachment_ref
                     FROM school_file_version
                    WHERE (res_model, res_id) IN (%s)
                 ORDER BY res_model, res_id, name, version DESC""",
                SQL(", ").join(
                    SQL("(%s, %s)", model, res_id)
                    for model, res_id in {
                        (attachment.res_model, attachment.res_id)
                        for attachment in attachments
                    }
                ),
            )
        )
        return {
            (model, res_id, name): tuple(rest) for model, res_id, name, *rest in rows
        }

    @api.model
    def _keep_content(self, attachments):
        """Keep what is about to be replaced or deleted, as an attachment of its
        version.
        """
        versions = {}
        for version in self.search(
            [("attachment_ref", "in", attachments.ids)], order="id"
        ):
            versions[version.attachment_ref] = version
        vals_list = []
        for attachment in attachments:
            version = versions.get(attachment.id)
            if version:
                vals_list.append(
                    {
                        "name": attachment.name,
                        "raw": attachment.raw,
                        "mimetype": attachment.mimetype,
                        "res_model": self._name,
                        "res_id": version.id,
                        "school_frozen": True,
                    }
                )
        self.env["ir.attachment"].create(vals_list)

    def action_download(self):
        """Download the content of this version."""
        self.ensure_one()
        self.check_access("read")
        # Reading the record was checked; the attachment may be gone, the copy is ours.
        attachments = self.env["ir.attachment"].sudo()
        kept = attachments.search(
            [("res_model", "=", self._name), ("res_id", "=", self.id)], limit=1
        )
        attachment = kept or attachments.browse(self.attachment_ref).exists()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }
