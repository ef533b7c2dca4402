from odoo import api, fields, models

from ..tools.paper_fonts import FACES, installed


class SchoolSettings(models.TransientModel):
    _inherit = "school.settings"

    school_meeting_minutes_hours = fields.Float(
        related="company_id.school_meeting_minutes_hours", readonly=False
    )
    school_meeting_follow_up_days = fields.Integer(
        related="company_id.school_meeting_follow_up_days", readonly=False
    )
    school_meeting_summary_weekday = fields.Selection(
        related="company_id.school_meeting_summary_weekday", readonly=False
    )
    school_meeting_summary_hour = fields.Float(
        related="company_id.school_meeting_summary_hour", readonly=False
    )
    school_paper_faces = fields.Char(
        "Replaced Faces of Official Papers",
        compute="_compute_school_paper_faces",
        help="GB/T 9704 asks for four faces. Those named here are not installed on the "
        "server; the minutes are printed in their free relatives.",
    )

    @api.depends_context("uid")
    def _compute_school_paper_faces(self):
        spoken = {
            "title": self.env._("Xiaobiaosong"),
            "body": self.env._("Fangsong"),
            "head": self.env._("Heiti"),
            "kai": self.env._("Kaiti"),
        }
        names = [
            f"{spoken[face]} ({FACES[face][0][0]})"
            for face in FACES
            if not (installed(face) or (0, 0, 0))[2]
        ]
        for settings in self:
            settings.school_paper_faces = ", ".join(names)
