from odoo import api, fields, models
from odoo.exceptions import UserError

OVER = ("closed", "cancelled")


class SchoolMeetingPrepLine(models.AbstractModel):
    """Something that is prepared for a meeting: read with it, prepared by few.

    Whoever may change the meeting writes; the rules of the models ask
    ``is_meeting_managed``. When the meeting is over nobody does.
    """

    _name = "school.meeting.prep.line"
    _description = "Is Prepared for a Meeting"
    _inherit = ["school.meeting.line"]

    # What a draft names goes with it.
    meeting_id = fields.Many2one(ondelete="cascade")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines._check_meeting_open()
        return lines

    def write(self, vals):
        if not self.env.su:
            self._check_meeting_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_meeting_over(self):
        self._check_meeting_open()

    def _check_meeting_open(self):
        over = self.sudo().meeting_id.filtered(lambda m: m.state in OVER)
        if over:
            raise UserError(
                self.env._(
                    "“%(meeting)s” is over: what was prepared for it stays as it was.",
                    meeting=over[0].name,
                )
            )

    def _is_deletable(self):
        """As long as nobody was told; afterwards a line is marked, never removed."""
        return self.sudo().meeting_id.state in ("draft", "planned", "approved")
