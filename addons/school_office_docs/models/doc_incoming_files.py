from odoo import fields, models
from odoo.exceptions import AccessError

from odoo.addons.school_office_base.tools.canonical import sha256_hex


class SchoolDocIncoming(models.Model):
    """Files of a document: one version for everybody, kept on the document itself."""

    _inherit = "school.doc.incoming"

    file_ids = fields.Many2many(
        "ir.attachment",
        "school_doc_incoming_file_rel",
        string="Files",
        copy=False,
        bypass_search_access=True,
    )
    file_count = fields.Integer(compute="_compute_file_count")

    def _compute_file_count(self):
        for document in self:
            document.file_count = len(document.file_ids)

    def _claim_files(self, names):
        """Refuse files of somebody else, or of another record."""
        res = super()._claim_files(names)
        if not {"file_ids", "damage_photo_ids"} & set(names):
            return res
        # Superuser: the very files the user may not read are looked for.
        for document in self.sudo():
            for file in document.file_ids | document.damage_photo_ids:
                if (file.res_model, file.res_id) != (document._name, document.id):
                    raise AccessError(
                        self.env._(
                            "“%(file)s” belongs to another record. Upload it here "
                            "instead.",
                            file=file.name,
                        )
                    )
        return res

    def _find_same_files(self):
        """Return {document: others of the school with a file of equal SHA-256}."""
        digests = self._file_digests()
        if not digests:
            return {}
        # Whether a twin may be named is asked below, document by document.
        twins = (
            self.env["school.file.version"]
            .sudo()
            .search_fetch(
                [
                    ("sha256", "in", list(set(digests.values()))),
                    ("res_model", "=", self._name),
                    ("company_id", "in", self.company_id.ids),
                ],
                ["sha256", "res_id"],
            )
        )
        readable = self.search(
            [
                ("id", "in", list(set(twins.mapped("res_id")))),
                ("state", "!=", "void"),
            ]
        )
        by_digest = {}
        for twin in twins:
            by_digest.setdefault(twin.sha256, set()).add(twin.res_id)
        found = {}
        for document in self:
            ids = set().union(
                *(
                    by_digest.get(digests.get(file_id), ())
                    for file_id in document.file_ids._origin.ids
                )
            )
            found[document] = readable.filtered(lambda d, ids=ids: d.id in ids)
        return found

    def _file_digests(self):
        """Return {attachment id: SHA-256}: on record, or of a file just uploaded."""
        files = self.file_ids._origin.sudo()
        if not files:
            return {}
        versions = (
            self.env["school.file.version"]
            .sudo()
            .search_fetch(
                [("attachment_ref", "in", files.ids)],
                ["attachment_ref", "sha256"],
                order="id",
            )
        )
        digests = {version.attachment_ref: version.sha256 for version in versions}
        for file in files:
            if file.id not in digests:
                digests[file.id] = sha256_hex(file.raw or b"")
        return digests
