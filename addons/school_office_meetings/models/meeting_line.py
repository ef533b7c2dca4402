from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain


class SchoolMeetingLine(models.AbstractModel):
    """Something that hangs on a meeting: seen by exactly those who see the meeting.

    The record rules of a line ask ``is_meeting_visible``, and where people write by
    hand ``is_meeting_managed``, so the rights of meetings stand in one place.
    """

    _name = "school.meeting.line"
    _description = "Belongs to a Meeting"
    _inherit = ["school.record"]

    meeting_id = fields.Many2one(
        "school.meeting",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    is_meeting_visible = fields.Boolean(
        compute="_compute_is_meeting_visible",
        search="_search_is_meeting_visible",
        compute_sudo=False,
    )

    is_meeting_managed = fields.Boolean(
        compute="_compute_is_meeting_managed",
        search="_search_is_meeting_managed",
        compute_sudo=False,
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id")
    def _compute_is_meeting_visible(self):
        self._compute_meeting_access("is_meeting_visible", "read")

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id")
    def _compute_is_meeting_managed(self):
        self._compute_meeting_access("is_meeting_managed", "write")

    def _compute_meeting_access(self, name, operation):
        # Record rules are computed in superuser mode, but for this user.
        Meeting = self.env["school.meeting"].sudo(False)
        allowed = set(
            Meeting.browse(self.sudo().meeting_id.ids)._filtered_access(operation).ids
        )
        for line, line_sudo in zip(self, self.sudo(), strict=True):
            line[name] = line_sudo.meeting_id.id in allowed

    @api.model
    def _search_is_meeting_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        Meeting = self.env["school.meeting"].sudo(False)
        return Domain("meeting_id", "in", Meeting._search(Domain.TRUE))

    @api.model
    def _search_is_meeting_managed(self, operator, value):
        if operator != "in":
            return NotImplemented
        Meeting = self.env["school.meeting"].sudo(False)
        rules = self.env["ir.rule"].sudo(False)._compute_domain(Meeting._name, "write")
        return Domain("meeting_id", "in", Meeting.sudo()._search(rules))

    @api.model_create_multi
    def create(self, vals_list):
        Meeting = self.env["school.meeting"].sudo()
        for vals in vals_list:
            if vals.get("meeting_id"):
                vals["company_id"] = Meeting.browse(vals["meeting_id"]).company_id.id
        return super().create(vals_list)

    def write(self, vals):
        if "meeting_id" in vals:
            self._check_same_meeting(vals["meeting_id"])
        return super().write(vals)

    def _check_same_meeting(self, meeting_id):
        """Refuse to carry a line over: rights are asked of the meeting it hangs on.

        Who may write a line of his own meeting would put himself on the list of one
        that he must not even see.
        """
        if self.env.su:
            return
        if any(line.meeting_id.id != meeting_id for line in self.sudo()):
            raise AccessError(
                self.env._("What belongs to one meeting is not moved to another one.")
            )

    def _notice_is_secret(self):
        """Nothing about what hangs on a restricted meeting leaves it either."""
        return bool(self.sudo().meeting_id.is_restricted)
