from odoo import api, fields, models


class SchoolMeetingResolutionStep(models.TransientModel):
    """Ask for the few words a step needs; the resolution's method checks the caller."""

    _name = "school.meeting.resolution.step"
    _description = "Step of a Resolution"

    step = fields.Selection(
        [
            ("progress", "Report Progress"),
            ("report", "Report It Done"),
            ("send_back", "Not Enough Yet"),
            ("problem", "Report a Problem"),
            ("reassign", "Give to Somebody Else"),
            ("extend", "Ask for a Later Date"),
        ],
        required=True,
    )
    resolution_ids = fields.Many2many("school.meeting.resolution", required=True)
    present_date = fields.Date("Due Date So Far", compute="_compute_present")
    present_owner = fields.Char("Owner So Far", compute="_compute_present")
    percent = fields.Integer("Progress (%)")
    text = fields.Text("How Far It Is")
    evidence = fields.Text("What Shows That It Is Done")
    reason = fields.Text()
    file_ids = fields.Many2many(
        "ir.attachment", "school_meeting_resolution_step_file_rel", string="Files"
    )
    owner_id = fields.Many2one(
        "res.users", "New Owner", domain="[('share', '=', False)]"
    )
    new_date = fields.Date("New Due Date")

    @api.depends("resolution_ids")
    def _compute_present(self):
        for wizard in self:
            # The ids came through the client: only what the user may see.
            resolutions = wizard.resolution_ids._filtered_access("read")
            wizard.present_date = resolutions[:1].due_date
            wizard.present_owner = resolutions[:1].sudo().owner_id.name

    def action_confirm(self):
        self.ensure_one()
        resolutions = self.resolution_ids
        resolutions.check_access("read")
        for resolution in resolutions:
            match self.step:
                case "progress":
                    resolution._report_progress(self.percent, self.text, self.file_ids)
                case "report":
                    resolution._report_done(self.evidence, self.file_ids)
                case "send_back":
                    resolution._send_back(self.reason)
                case "problem":
                    resolution._report_problem(self.reason)
                case "reassign":
                    resolution._reassign(self.owner_id, self.reason)
                case "extend":
                    self.env["school.meeting.extension"].create(
                        {
                            "resolution_id": resolution.id,
                            "new_date": self.new_date,
                            "reason": self.reason,
                            "company_id": resolution.company_id.id,
                        }
                    )._submit()
        return {"type": "ir.actions.act_window_close"}
