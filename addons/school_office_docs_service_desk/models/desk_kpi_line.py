from odoo import fields, models


class SchoolDeskKpiLine(models.Model):
    """The figure "documents on time" (DESK-61)."""

    _inherit = "school.desk.kpi.line"

    code = fields.Selection(
        selection_add=[("document_on_time", "Documents on Time")],
        ondelete={"document_on_time": lambda lines: lines._drop_figure()},
    )

    def _drop_figure(self):
        """Remove the figure with its addon; a final sheet stays as it was."""
        self.filtered(lambda line: not line.is_frozen).unlink()
