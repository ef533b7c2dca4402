from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .meeting_resolution import TO_DO


class SchoolMeetingResolution(models.Model):
    """Who reports on a resolution, who steers it and who accepts its evidence."""

    _inherit = "school.meeting.resolution"

    def _check_owner(self):
        """The owner and his helpers report; nobody does it for them but the office."""
        self.check_access("read")
        for resolution in self:
            if not (
                self.env.user in resolution.owner_id | resolution.helper_ids
                or resolution.may_steer
            ):
                raise AccessError(
                    self.env._(
                        "Only the owner, the helpers or the office report on "
                        "“%(resolution)s”.",
                        resolution=resolution.name,
                    )
                )

    def _check_steer(self):
        self.check_access("read")
        if any(not resolution.may_steer for resolution in self):
            raise AccessError(
                self.env._(
                    "Only the chair, the office or a supervising leader may do this."
                )
            )

    def _check_to_do(self, states=TO_DO):
        for resolution in self:
            if resolution.state not in states:
                raise UserError(
                    self.env._(
                        "“%(resolution)s” is %(state)s: this step is not possible now.",
                        resolution=resolution.name,
                        state=dict(
                            resolution._fields["state"]._description_selection(self.env)
                        )[resolution.state],
                    )
                )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id", "is_marked")
    def _compute_may_steer(self):
        self._mark_among("may_steer", self._steer_domain())

    @api.model
    def _search_may_steer(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._steer_domain()

    @api.model
    def _steer_domain(self):
        """Who led or kept the meeting, the office, whoever supervises the owner."""
        user = self.env.user
        Item = self.env["school.meeting.item"]
        domain = Domain(
            "meeting_id", "in", Item._block_meetings(Item._sql_makers(user))
        )
        # Nobody steers what he carries out himself because he heads a department.
        others = self._oversight_domain() & Domain("owner_id", "!=", user.id)
        if user.has_group("school_office_meetings.group_meeting_clerk"):
            others = Domain.TRUE
        return domain | (Domain("is_marked", "=", False) & others)

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("state", "owner_id", "reported_by_id")
    def _compute_may_accept(self):
        self._mark_among("may_accept", self._accept_domain())

    @api.model
    def _search_may_accept(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._accept_domain()

    @api.model
    def _accept_domain(self):
        """Reported ones the caller may accept: as chair, or who supervises the owner.

        Never the owner or whoever reported it.
        """
        user = self.env.user
        lead = Domain("meeting_id.chair_id", "=", user.id) | Domain(
            "body_id.member_ids",
            "any",
            [("user_id", "=", user.id), ("role", "in", ("chair", "deputy_chair"))],
        )
        return (
            Domain("state", "=", "reported")
            & Domain("owner_id", "!=", user.id)
            & Domain("reported_by_id", "!=", user.id)
            & (lead | (Domain("is_marked", "=", False) & self._oversight_domain()))
        )

    def _accepters(self):
        """Who is asked to accept the evidence: the chair, else who supervises."""
        self.ensure_one()
        barred = self.owner_id | self.reported_by_id
        resolution = self.sudo()
        chair = resolution.meeting_id.chair_id - barred
        if chair:
            return chair
        deputies = resolution.body_id.member_ids.filtered(
            lambda member: member.role in ("chair", "deputy_chair")
        ).user_id
        Post = self.env["school.post"]
        return (
            deputies - barred
            or resolution.department_id._supervisor_users() - barred
            or Post._find(resolution.company_id, "director")._users() - barred
        )
