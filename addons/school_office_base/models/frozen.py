from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, sql

from ..tools import triggers


class SchoolFrozenMixin(models.AbstractModel):
    """A record that becomes final: filed, sealed, destroyed, approved for good.

    ``_freeze()`` is the only way there, and there is no way back. From then on neither
    fields nor files change by any path: the guard of the ORM also stops superuser, the
    chatter and imports, and PostgreSQL refuses the rest. Name the lines that become
    final together with the record in ``_frozen_lines`` (one2many to models with this
    mixin).

    Its files are checked when they come (``ir.attachment``), and every version of them
    is kept with its SHA-256 in ``school.file.version``.
    """

    _name = "school.frozen.mixin"
    _description = "Becomes final"

    _server_fields = frozenset({"is_frozen"})
    _frozen_lines = ()
    # What goes on around a final record without changing it. Every class and mixin may
    # name its own; they are added up.
    _frozen_exempt_fields = frozenset(
        {
            "access_token",
            "activity_ids",
            "message_follower_ids",
            "message_ids",
            "message_main_attachment_id",
            "rating_ids",
            "website_message_ids",
            "write_date",
            "write_uid",
            # read models of other engines
            "approval_case_id",
            "approval_state",
            "deadline_at",
            "deadline_policy_id",
            "deadline_provisional",
            "deadline_state",
            "deadline_unit",
            "search_document",
            "search_tokens",
        }
    )

    is_frozen = fields.Boolean(
        "Final",
        readonly=True,
        copy=False,
        help="The record is evidence: nothing of it and no file can be changed.",
    )

    def init(self):
        super().init()
        if self._abstract or not self._auto:
            return
        triggers.guard_columns(
            self.env.cr,
            self._table,
            self._all_frozen_exempt_fields(),
            when="OLD.is_frozen",
        )
        for field in self._frozen_link_fields():
            triggers.guard_links(
                self.env.cr, field.relation, field.column1, self._table
            )

    def _frozen_link_fields(self):
        """Many2many fields whose links are part of what becomes final."""
        exempt = self._all_frozen_exempt_fields()
        return [
            field
            for field in self._fields.values()
            if field.type == "many2many"
            and field.store
            and field.name not in exempt
            and sql.table_exists(self.env.cr, field.relation)
        ]

    def _all_frozen_exempt_fields(self):
        return frozenset().union(
            *(vars(cls).get("_frozen_exempt_fields", ()) for cls in type(self).__mro__)
        )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._claim_files(set().union(*vals_list))
        return records

    def write(self, vals):
        if vals.keys() - self._all_frozen_exempt_fields():
            self._check_not_frozen()
        result = super().write(vals)
        self._claim_files(vals)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def _check_not_frozen(self):
        """Raise if one of the records is final, whoever asks."""
        # The state of a record is no secret to someone who tries to change it.
        frozen = self.sudo().filtered("is_frozen")
        if frozen:
            raise UserError(
                self.env._(
                    "%(record)s is final: it is evidence now and cannot be changed or "
                    "deleted.",
                    record=frozen[0].with_user(self.env.user).sudo().display_name,
                )
            )

    def _compute_field_value(self, field):
        # What was true when the record became final stays, even if the partner it names
        # is renamed later.
        if not field.store or field.name in self._all_frozen_exempt_fields():
            return super()._compute_field_value(field)
        open_records = self.filtered(lambda record: not record.is_frozen)
        return super(SchoolFrozenMixin, open_records)._compute_field_value(field)

    def _freeze(self):
        """Make the records final, with their lines and files. The caller has checked
        who may do so."""
        records = self.filtered(lambda record: not record.is_frozen)
        if not records:
            return
        # What still has to be computed from the last change belongs to the final state.
        self.env.flush_all()
        for name in self._frozen_lines:
            records[name]._freeze()
        # Superuser: a server field, and files the user may not even see.
        records.sudo().write({"is_frozen": True})
        files = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", records.ids),
                    ("res_field", "in", [False, *self._fields]),
                ]
            )
        )
        files.write({"school_frozen": True})
        self.env.flush_all()

    def _claim_files(self, names):
        """Make files chosen in a field of the record files of the record itself.

        A file uploaded through a many2many widget belongs to nobody but its uploader,
        and is in no school.
        """
        for name in names:
            field = self._fields.get(name)
            if not (
                field
                and field.type == "many2many"
                and field.comodel_name == "ir.attachment"
            ):
                continue
            for record in self:
                # Only what this user has uploaded himself and gave to nothing else.
                loose = (
                    record[name]
                    .sudo()
                    .filtered(
                        lambda file: (
                            not file.res_id and file.create_uid == self.env.user
                        )
                    )
                )
                if loose:
                    loose.write({"res_model": self._name, "res_id": record.id})

    def _after_files_changed(self):  # pylint: disable=missing-return
        """Hook: the files of these records (superuser) have changed."""
        parent = getattr(super(), "_after_files_changed", None)
        if parent:
            parent()

    def action_file_versions(self):
        """Open all versions of the record's files."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_base.action_school_file_version"
        )
        domain = [("res_model", "=", self._name), ("res_id", "=", self.id)]
        return {**action, "domain": domain}

    def _file_fingerprints(self):
        """Return ``{id: [[name, size, sha256], …]}`` of the files, sorted, in one
        query.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (file.id)
                       file.res_id, file.name, version.size, version.sha256
                  FROM ir_attachment AS file
                  JOIN school_file_version AS version
                    ON version.attachment_ref = file.id
                 WHERE file.res_model = %s
                   AND file.res_id IN %s
                   AND file.res_field IS NULL
              ORDER BY file.id, version.id DESC
                """,
                self._name,
                tuple(self.ids or [0]),
                to_flush=self.env["ir.attachment"]._fields["res_id"],
            )
        )
        result = {record_id: [] for record_id in self.ids}
        for record_id, *file in sorted(rows):
            result[record_id].append(file)
        return result

    def _file_fingerprint(self):
        """Return the canonical list ``[[name, size, sha256], …]`` of one record's
        files.
        """
        self.ensure_one()
        return self._file_fingerprints()[self.id]
