import csv
import hashlib
import io
import json
import logging
import re
import zipfile

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.spreadsheet import safe_text

_logger = logging.getLogger(__name__)

BATCH = 500
# One part is held in memory while it is stored, so this bounds the memory of an export.
PART_BYTES = 48 * 1024 * 1024
# Columns that are keys, not data.
SECRET_FIELDS = frozenset({"access_token", "password", "signup_token", "totp_secret"})
USER_FIELDS = ("name", "login", "email", "active", "lang", "tz", "create_date")


class ResCompanyExport(models.Model):
    """Everything one school has in the system, as ZIP files to hand over.

    One JSON-lines file and one CSV file per model, the attachments, and a manifest with
    the SHA-256 of every file in the last part. It is made in the background, batch by
    batch and part by part, so that neither the size of the school nor its archive
    decides how much memory it takes. It holds nothing of another school: every query
    asks for this company, and messages and attachments follow the records found.
    """

    _name = "res.company.export"
    _description = "Export of a School"
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", "School", required=True, index=True, ondelete="cascade"
    )
    requested_by_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("done", "Ready"),
            ("failed", "Failed"),
        ],
        required=True,
        default="waiting",
        index=True,
    )
    done_at = fields.Datetime("Ready Since", readonly=True)
    record_count = fields.Integer("Records", readonly=True)
    file_count = fields.Integer("Files", readonly=True)
    error = fields.Char(readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Parts", readonly=True)

    _waiting_idx = models.Index("(id) WHERE state = 'waiting'")

    @api.depends("company_id", "create_date")
    def _compute_display_name(self):
        for export in self:
            day = fields.Date.to_string(export.create_date or fields.Datetime.now())
            export.display_name = f"{export.company_id.name} {day}"

    @api.ondelete(at_uninstall=False)
    def _unlink_parts(self):
        self.attachment_ids.unlink()

    @api.model
    def _cron_run(self):
        """Make the exports that wait, one after another."""
        waiting = self.search([("state", "=", "waiting")], order="id")
        for number, export in enumerate(waiting, 1):
            locked = export.try_lock_for_update().filtered(
                lambda e: e.state == "waiting"
            )
            if locked:
                locked._run()
            self.env["ir.cron"]._commit_progress(1, remaining=len(waiting) - number)

    def _run(self):
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._export()
        except Exception as error:  # the operator sees it, the next export goes on
            _logger.exception("Export of %s failed", self.company_id.id)
            self.write({"state": "failed", "error": str(error)[:250]})

    def _export(self):
        writer = _PartWriter(self)
        counts = {}
        for model in self._exported_models():
            counts[model._name] = self._export_model(writer, model)
        writer.finish(
            {
                "school": self.company_id.name,
                "short_code": self.company_id.school_code,
                "made_at": fields.Datetime.to_string(fields.Datetime.now()),
                "records": counts,
            }
        )
        self.write(
            {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "record_count": sum(counts.values()),
                "file_count": len(writer.files),
                "attachment_ids": [fields.Command.set(writer.attachment_ids)],
            }
        )

    @api.model
    def _exported_models(self):
        """Return the models of which a school has records of its own.

        Everything of the suite with a stored company, and what Odoo keeps for it.
        """
        names = [
            name
            for name, model in self.env.registry.items()
            if name.startswith("school.") and self._is_exportable(self.env[name])
        ]
        return [self.env[name] for name in self._core_models() + sorted(names)]

    @api.model
    def _core_models(self):
        return [
            "res.company",
            "res.users",
            "res.partner",
            "hr.department",
            "hr.employee",
            "resource.calendar",
            "resource.calendar.attendance",
            "resource.calendar.leaves",
        ]

    def _is_exportable(self, model):
        field = model._fields.get("company_id")
        return bool(
            not model._abstract
            and not model._transient
            and model._auto
            and field
            and field.store
        )

    def _domain(self, model):
        company = self.company_id
        return fields.Domain(
            {
                "res.company": [("id", "=", company.id)],
                # People who also work elsewhere are named by the operator, not here.
                "res.users": [
                    ("company_ids", "=", company.id),
                    ("company_id", "=", company.id),
                ],
                "resource.calendar.attendance": [
                    ("calendar_id.company_id", "=", company.id)
                ],
            }.get(model._name, [("company_id", "=", company.id)])
        )

    def _columns(self, model):
        if model._name == "res.users":
            return list(USER_FIELDS)
        return [
            name
            for name, field in model._fields.items()
            if field.store
            and name not in SECRET_FIELDS
            and (
                (field.column_type and not (field.type == "binary"))
                or field.type == "many2many"
            )
            and not name.startswith("message_")
            and not name.startswith("activity_")
        ]

    def _export_model(self, writer, model):
        """Write all rows of one model, its messages and its attachments."""
        records = (
            model.sudo()
            .with_company(self.company_id)
            .with_context(active_test=False, prefetch_fields=False, bin_size=False)
        )
        columns, last, count = self._columns(model), 0, 0
        lines = writer.open_table(model._name, columns)
        while True:
            batch = records.search(
                self._domain(model) & fields.Domain("id", ">", last),
                order="id",
                limit=BATCH,
            )
            if not batch:
                break
            for row in batch.read(columns, load=None):
                lines.add(row)
            self._export_messages(writer, model._name, batch.ids)
            self._export_attachments(writer, model._name, batch.ids)
            count += len(batch)
            last = batch[-1].id
            self.env.invalidate_all()
        lines.close()
        return count

    def _export_messages(self, writer, model_name, record_ids):
        if model_name == "res.company":
            return
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT m.id, m.model, m.res_id, m.date, m.subject, m.body,"
                " m.message_type, p.name AS author, m.email_from"
                " FROM mail_message m LEFT JOIN res_partner p ON p.id = m.author_id"
                " WHERE m.model = %s AND m.res_id IN %s ORDER BY m.id",
                model_name,
                tuple(record_ids),
            )
        )
        for row in rows:
            writer.messages.add(row)

    def _export_attachments(self, writer, model_name, record_ids):
        attachments = (
            self.env["ir.attachment"]
            .sudo()
            .with_context(skip_res_field_check=True)
            .search(
                [
                    ("res_model", "=", model_name),
                    ("res_id", "in", record_ids),
                    ("type", "=", "binary"),
                    # Made by the web client, not by people.
                    ("res_field", "not like", "avatar_%"),
                ],
                order="id",
            )
        )
        for attachment in attachments:
            name = re.sub(r"[^\w.\- ]", "_", attachment.name or "file")[-120:]
            path = (
                f"attachments/{model_name}/{attachment.res_id}/{attachment.id}-{name}"
            )
            writer.add_file(path, attachment.raw or b"")
            attachment.invalidate_recordset(["raw", "datas"])

    def action_retry(self):
        """Try a failed export again."""
        self.env["res.company"]._check_operator()
        self.filtered(lambda e: e.state == "failed").write(
            {"state": "waiting", "error": False}
        )
        self._trigger()

    @api.model
    def _trigger(self):
        self.env.ref("school_office_base.cron_company_export").sudo()._trigger()


class _PartWriter:
    """Writes files into ZIP parts of bounded size and keeps the manifest."""

    def __init__(self, export):
        self.export = export
        self.files = []
        self.attachment_ids = []
        self._buffer = self._zip = None
        self.messages = _Table(
            self,
            "mail.message",
            ["id", "model", "res_id", "date", "subject", "body", "message_type",
             "author", "email_from"],
        )  # fmt: skip

    def open_table(self, name, columns):
        return _Table(self, name, columns)

    def add_file(self, path, content):
        if self._zip and self._buffer.tell() + len(content) > PART_BYTES:
            self._store()
        if not self._zip:
            self._buffer = io.BytesIO()
            self._zip = zipfile.ZipFile(self._buffer, "w", zipfile.ZIP_DEFLATED)
        self._zip.writestr(path, content)
        self.files.append(
            {
                "path": path,
                "part": len(self.attachment_ids) + 1,
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        )

    def finish(self, facts):
        self.messages.close()
        manifest = {**facts, "files": self.files}
        text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
        # The manifest lists everything but itself.
        files = list(self.files)
        self.add_file("manifest.json", text.encode())
        self.files = files
        self._store()

    def _store(self):
        self._zip.close()
        export = self.export
        name = "{}-{:03d}.zip".format(
            re.sub(r"[^\w-]", "_", export.company_id.school_code or "school"),
            len(self.attachment_ids) + 1,
        )
        attachment = (
            export.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": self._buffer.getvalue(),
                    "mimetype": "application/zip",
                    "res_model": export._name,
                    "res_id": export.id,
                }
            )
        )
        attachment.flush_recordset()
        attachment.invalidate_recordset()
        self.attachment_ids.append(attachment.id)
        self._buffer = self._zip = None


class _Table:
    """One model as JSON lines and as CSV, cut into files before it grows large."""

    LIMIT = 8 * 1024 * 1024

    def __init__(self, writer, name, columns):
        self.writer, self.name, self.columns = writer, name, columns
        self.number = 0
        self._begin()

    def _begin(self):
        self.json, self.csv, self.rows = [], io.StringIO(), 0
        self.size = 0
        csv.writer(self.csv).writerow(["id", *(c for c in self.columns if c != "id")])

    def add(self, row):
        line = json.dumps(row, ensure_ascii=False, default=_plain)
        self.json.append(line)
        self.size += len(line)
        values = [row.get("id"), *(row.get(c) for c in self.columns if c != "id")]
        csv.writer(self.csv).writerow([_safe_cell(value) for value in values])
        self.rows += 1
        if self.size > self.LIMIT:
            self._flush()

    def close(self):
        if self.rows or not self.number:
            self._flush()

    def _flush(self):
        self.number += 1
        stem = f"data/{self.name}" + (f"-{self.number}" if self.number > 1 else "")
        lines = "".join(f"{line}\n" for line in self.json)
        self.writer.add_file(f"{stem}.jsonl", lines.encode())
        # With the mark by which spreadsheets recognise Chinese text.
        self.writer.add_file(
            f"{stem}.csv", b"\xef\xbb\xbf" + self.csv.getvalue().encode()
        )
        self._begin()


def _plain(value):
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _safe_cell(value):
    """Return a cell that no spreadsheet takes for a formula."""
    if value is None or value is False:
        return ""
    if isinstance(value, (list, tuple)):
        value = " ".join(str(item) for item in value)
    return safe_text(value)
