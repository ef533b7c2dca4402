from odoo import models


class SchoolDeskKpi(models.Model):
    """Documents on time among the key figures of the desk (DESK-61, DOC-17)."""

    _inherit = "school.desk.kpi"

    def _measures(self):
        return [*super()._measures(), self._measure_documents()]

    def _measure_documents(self):
        """Documents finished by their deadline / documents due in the period.

        What is due and what is on time is defined once, by ``school.doc.punctuality``.
        """
        # Superuser, also when somebody refreshes the sheet: a figure is the same for
        # everybody, the list behind it is not.
        rows = (
            self.env["school.doc.punctuality"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", self.company_id.id),
                    ("due_date", ">=", self.date_from),
                    ("due_date", "<=", self.date_to),
                ],
                ["document_id", "on_time_count"],
            )
        )
        on_time = rows.filtered("on_time_count")
        return {
            "code": "document_on_time",
            "sequence": 80,
            "model": "school.doc.incoming",
            "part_ids": set(on_time.document_id.ids),
            "whole_ids": set(rows.document_id.ids),
            "target": self.company_id.school_doc_on_time_target,
            **self._rules(self._document_clocks(rows.document_id)),
        }

    def _document_clocks(self, documents):
        """The clocks that measured the handling of ``documents``."""
        return (
            self.env["school.time.clock"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("res_model", "=", documents._name),
                    ("res_id", "in", documents.ids),
                    ("policy_id.code", "=", "doc_handling"),
                    ("state", "in", ("running", "met", "missed")),
                    ("superseded_by_id", "=", False),
                ]
            )
        )
