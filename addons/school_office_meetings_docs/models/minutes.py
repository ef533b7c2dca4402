from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.school_office_docs.models.doc_incoming_check import CHECKS


class SchoolMeetingMinutes(models.Model):
    """Distributed minutes among the documents of the school (DOC-08, MTG-20)."""

    _inherit = "school.meeting.minutes"
    _frozen_exempt_fields = frozenset({"document_id"})
    _server_fields = frozenset({"document_id"})

    document_id = fields.Many2one(
        "school.doc.incoming",
        "Registered as",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )

    def action_register_document(self):
        """Register the minutes, with the set of the meeting, as a document."""
        self.ensure_one()
        self._check_makes()
        self._check_in("distributed")
        self.env["school.doc.incoming"]._check_office_of_minutes()
        if self.is_marked:
            raise UserError(
                self.env._(
                    "Minutes of this body are for its members: they are not registered "
                    "among the documents of the school."
                )
            )
        if not self.document_id:
            document = self._make_document()
            # Its maker has been checked; final minutes take nothing but this link.
            self.sudo().document_id = document
        return self.action_open_document()

    def action_open_document(self):
        """Open the document as which the minutes are registered."""
        self.ensure_one()
        self.check_access("read")
        return self._form_of(self.document_id)

    def _make_document(self):
        """Enter and register the document, with the rights of the caller."""
        Document = self.env["school.doc.incoming"]
        files = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": data,
                    "res_model": Document._name,
                    "res_id": 0,
                }
                for name, data in self._document_files()
            ]
        )
        document = Document.create(
            {
                "name": self.display_name,
                "kind": "request",
                "channel": "system",
                "handling": "reading",
                "category_id": self.env["school.doc.category"]
                .search(
                    [
                        ("company_id", "=", self.company_id.id),
                        ("code", "=", "minutes"),
                    ],
                    limit=1,
                )
                .id,
                "is_important": True,
                "sender_department_id": self._document_department().id,
                "sender_number": self.number,
                "document_date": self.company_id._school_date(self.reviewed_at),
                "copies": max(self.sudo().receipt_total, 1),
                "pages": 1,
                "file_ids": [Command.set(files.ids)],
                "note": self.env._(
                    "SHA-256 of the minutes: %(hash)s", hash=self.sha256
                ),
                "minutes_id": self.id,
                **dict.fromkeys(CHECKS, True),
            }
        )
        document.action_register()
        return document

    def _document_department(self):
        """From which department the document comes: who called the meeting."""
        # sudo: where colleagues work is in the directory of the school
        meeting = self.meeting_id.sudo()
        people = (meeting.organizer_id, meeting.chair_id, meeting.recorder_id)
        for department in (
            meeting.department_id,
            meeting.body_id.department_id,
            *(user._school_employee(self.company_id).department_id for user in people),
        ):
            if department:
                return department
        return meeting.department_id

    def _document_files(self):
        """``[(name, bytes)]``: the minutes, and the set while somebody may make it."""
        number = (self.number or str(self.id)).replace("/", "-")
        files = [(f"{number}.pdf", self._draw_pdf())]
        if self.kind == "minutes" and self.meeting_id.state in ("ended", "closed"):
            files.append((f"{number}-set.zip", self.meeting_id._draw_set_zip()))
        return files
