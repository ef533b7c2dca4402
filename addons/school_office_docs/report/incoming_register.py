from odoo import api, models


class ReportIncomingRegister(models.AbstractModel):
    """The incoming register (收文登记簿) of a period, with all columns of DOC-04."""

    _name = "report.school_office_docs.incoming_register"
    _description = "Incoming Register"

    @api.model
    def _get_report_values(self, docids, data=None):
        books = self.env["school.doc.register.book"].browse(docids)
        books.check_access("read")
        for book in books:
            # The period came through the client: only a school the user works in.
            book.company_id.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "school.doc.register.book",
            "docs": books,
        }
