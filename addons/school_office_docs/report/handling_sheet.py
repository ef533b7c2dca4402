from odoo import api, fields, models


class ReportHandlingSheet(models.AbstractModel):
    """The handling sheet (文件处理单) that every office clips to a document."""

    _name = "report.school_office_docs.handling_sheet"
    _description = "Handling Sheet"

    @api.model
    def _get_report_values(self, docids, data=None):
        documents = self.env["school.doc.incoming"].browse(docids)
        documents.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "school.doc.incoming",
            "docs": documents,
            "opinions": {
                document.id: self._opinions(document) for document in documents
            },
            "receipts": {
                document.id: self._receipts(document) for document in documents
            },
            "printed_at": fields.Datetime.now(),
        }

    @api.model
    def _opinions(self, document):
        """The opinions of all decisions on this document, oldest first, by box."""
        # Whoever may read the document may read what was decided about it.
        opinions = (
            self.env["school.approval.opinion"]
            .sudo()
            .search(
                [
                    ("case_id.res_model", "=", document._name),
                    ("case_id.res_id", "=", document.id),
                    ("event", "in", ("approve", "oral", "confirm")),
                ],
                order="id",
            )
        )
        boxes = {"propose": [], "instruct": [], "other": []}
        for opinion in opinions:
            key = opinion.node_id.key
            boxes[key if key in boxes else "other"].append(opinion)
        return boxes

    @api.model
    def _receipts(self, document):
        """Who signed for it or read it, in order."""
        # Not everybody reads the receipts of others; the sheet is of this document.
        return document.sudo().receipt_ids.filtered(
            lambda receipt: receipt.state != "recalled"
        )
