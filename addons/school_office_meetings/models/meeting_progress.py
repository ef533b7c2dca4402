from odoo import api, fields, models

from odoo.addons.school_office_base.tools import triggers

KINDS = [
    ("progress", "Progress"),
    ("problem", "Problem"),
    ("settled", "Problem Settled"),
    ("reported", "Reported Done"),
    ("accepted", "Accepted"),
    ("sent_back", "Sent Back"),
    ("extended", "Later Date"),
    ("reassigned", "Given to Somebody Else"),
    ("urged", "Reminded"),
    ("returned", "Back on the Agenda"),
    ("superseded", "Superseded"),
    ("cancelled", "Cancelled"),
]


class SchoolMeetingProgress(models.Model):
    """How a resolution goes on, one row per word about it (决议跟踪, MTG-25).

    Rows are added by the steps of the resolution and never changed.
    """

    _name = "school.meeting.progress"
    _description = "Progress of a Resolution"
    _inherit = ["school.record"]
    _order = "id desc"
    _rec_name = "kind"

    resolution_id = fields.Many2one(
        "school.meeting.resolution",
        required=True,
        readonly=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    kind = fields.Selection(KINDS, "Step", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "By", required=True, readonly=True, index=True, ondelete="restrict"
    )
    percent = fields.Integer("Progress (%)", readonly=True, aggregator=None)
    text = fields.Text("What Was Said", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        "school_meeting_progress_attachment_rel",
        "progress_id",
        "attachment_id",
        "Files",
        readonly=True,
        bypass_search_access=True,
    )

    def init(self):  # pylint: disable=missing-return
        super().init()
        triggers.append_only(self.env.cr, self._table)

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _is_deletable(self):
        return False
