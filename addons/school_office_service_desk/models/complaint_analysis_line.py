from odoo import api, fields, models

from .complaint_analysis import DIMENSIONS


class SchoolComplaintAnalysisLine(models.Model):
    """One figure of an analysis, with the name its subject had when it was counted."""

    _name = "school.complaint.analysis.line"
    _description = "Figure of an Analysis of Complaints"
    _inherit = ["school.record", "school.frozen.mixin"]
    _order = "analysis_id, dimension, count desc, id"
    _rec_name = "label"

    analysis_id = fields.Many2one(
        "school.complaint.analysis",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    dimension = fields.Selection(DIMENSIONS, "Grouped By", required=True, readonly=True)
    key = fields.Char(readonly=True)
    label = fields.Char("Name", required=True, readonly=True)
    count = fields.Integer("Number", readonly=True)
    count_before = fields.Integer("Month Before", readonly=True)
    mistake_count = fields.Integer("Mistakes in Handling", readonly=True)
    late_count = fields.Integer("Late", readonly=True)
    date_from = fields.Date(related="analysis_id.date_from", store=True, index=True)

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _is_deletable(self):
        return False
