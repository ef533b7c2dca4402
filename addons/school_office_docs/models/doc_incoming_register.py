from odoo import fields, models

REGISTER = "doc_incoming"
SECRET_REGISTER = "doc_secret"

# The columns of the incoming register (DOC-04), in the order of the book. A register
# entry holds all of them as they were at that moment.
REGISTER_COLUMNS = (
    "receipt_number",
    "number",
    "received_at",
    "document_date",
    "kind",
    "sender_name",
    "sender_number",
    "name",
    "secrecy_level_id",
    "copies",
    "pages",
    "urgency",
    "category_id",
    "department_id",
    "distribution_scope",
    "proposed_opinion",
    "instruction",
    "responsible_department_id",
    "co_department_ids",
    "handling_deadline",
    "state",
    "distributed_at",
    "signer_id",
    "signed_at",
    "result",
    "damage_note",
    "closed_reason",
)
# Changing one of these after registration is a correction, and goes into the register.
CORRECTED_FIELDS = frozenset(
    {
        "received_at",
        "document_date",
        "kind",
        "sender_id",
        "sender_department_id",
        "sender_number",
        "name",
        "secrecy_level_id",
        "copies",
        "pages",
        "urgency",
        "category_id",
        "department_id",
        "condition",
        "damage_note",
    }
)


class SchoolDocIncoming(models.Model):
    """What the incoming register (收文登记簿) and the secret log are told."""

    _inherit = "school.doc.incoming"

    def _register_payload(self, **extra):
        """The register's columns as they are now, in words a reader understands."""
        self.ensure_one()
        document = self.sudo()
        payload = {}
        for name in REGISTER_COLUMNS:
            value = document[name]
            field = document._fields[name]
            if field.type == "many2one":
                value = value.display_name if value else ""
            elif field.type == "many2many":
                value = "、".join(value.mapped("display_name"))
            elif field.type in ("datetime", "date"):
                value = fields.Datetime.to_string(value) if value else ""
                value = value[:10] if field.type == "date" else value
            elif field.type in ("char", "text", "selection"):
                value = value or ""
            payload[name] = value
        payload.update(extra)
        return payload

    def _append_register(self, event, **extra):
        """Append one entry per document to the incoming register, in one batch."""
        numbered = self.filtered("number")
        for company, documents in numbered.grouped("company_id").items():
            self.env["school.register"].sudo()._append(
                company,
                REGISTER,
                [
                    {
                        "event": event,
                        "record": document,
                        "number": document.number,
                        "payload": document._register_payload(**extra),
                    }
                    for document in documents
                ],
            )

    def _append_secret_log(self, event, **extra):
        """A log line at every stage in the life of a marked document (DOC-40)."""
        for company, documents in (
            self.filtered("is_marked").grouped("company_id").items()
        ):
            self.env["school.register"].sudo()._append(
                company,
                SECRET_REGISTER,
                [
                    {
                        "event": event,
                        "record": document,
                        "number": document.number or "",
                        "payload": {
                            "level": document.secrecy_level_id.sudo().display_name,
                            "place": document.paper_location or "",
                            "copies": document.copies,
                            **extra,
                        },
                    }
                    for document in documents
                ],
            )

    def _register_fields_changed(self, vals):
        """Registered documents whose register fields ``vals`` really changes."""
        names = CORRECTED_FIELDS & vals.keys()
        if vals.get("condition") == "intact":
            # Withdrawn with a reason, which makes an entry of its own.
            names -= {"condition"}
        if not names:
            return self.browse()
        changed = self.browse()
        for document in self.filtered("is_registered"):
            for name in names:
                field = self._fields[name]
                old = field.convert_to_write(document[name], document)
                if (old or False) != (vals[name] or False):
                    changed |= document
                    break
        return changed

    def _assign_receipt_numbers(self):
        """The running number of the incoming register in its year (收文号)."""
        # Numbers are nobody's to write; registering is what the caller may do.
        numbers = (
            self.env["school.number.series"]
            .sudo()
            ._issue(dict.fromkeys(self, "doc.incoming.receipt"))
        )
        for document, number in numbers.items():
            document.sudo().receipt_number = number.text

    def action_open_register_entries(self):
        """The entries of this document in the registers."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Register Entries"),
            "res_model": "school.register.entry",
            "view_mode": "list,form",
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
        }
