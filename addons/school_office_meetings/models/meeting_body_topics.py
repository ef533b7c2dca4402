from datetime import timedelta

from odoo import api, fields, models

from .meeting_prep import CLERK


class SchoolMeetingBody(models.Model):
    """Who decides about the topics of a body, and how early they must be there."""

    _inherit = "school.meeting.body"

    topic_lead_days = fields.Integer(
        "Topics Before the Meeting",
        help="Calendar days before the meeting by which its topics must be admitted; "
        "0: any time. A principal's meeting wants its topic cards two days before.",
    )
    topic_count = fields.Integer("Topics Waiting", compute="_compute_topic_count")

    _topic_lead_check = models.Constraint(
        "CHECK (topic_lead_days >= 0)", "Days before a meeting cannot be negative."
    )

    def _compute_topic_count(self):
        counts = {
            body.id: count
            for body, count in self.env["school.meeting.topic"]._read_group(
                [
                    ("body_id", "in", self.ids),
                    ("state", "in", ("proposed", "deferred")),
                ],
                ["body_id"],
                ["__count"],
            )
        }
        for body in self:
            body.topic_count = counts.get(body.id, 0)

    def _may_review_topics(self):
        """Whether the current user admits topics to all these bodies.

        The clerks of the office do, but not for restricted bodies: there only those
        who lead them and their minutes taker.
        """
        if self.env.su:
            return True
        return not (self - self._reviewed_bodies())

    @api.model
    def _reviewed_bodies(self):
        """All bodies whose topics the current user reviews."""
        # Superuser: the domain names the user himself.
        bodies = self.sudo().search(self._reviewer_domain(self.env.user))
        return self.browse(bodies.ids)

    @api.model
    def _reviewer_domain(self, user):
        today = self.env.company._school_date()
        leads = (
            fields.Domain("user_id", "=", user.id)
            & fields.Domain("role", "in", ("chair", "deputy_chair"))
            & self._member_domain(today)
        )
        domain = fields.Domain("member_ids", "any", leads) | fields.Domain(
            "recorder_id", "=", user.id
        )
        if user.has_group(CLERK):
            domain |= fields.Domain("visibility", "!=", "members")
        return domain & fields.Domain("company_id", "in", self.env.companies.ids)

    @api.model
    def _member_domain(self, day):
        """Memberships in force on ``day``."""
        return (
            fields.Domain("date_from", "=", False)
            | fields.Domain("date_from", "<=", day)
        ) & (fields.Domain("date_to", "=", False) | fields.Domain("date_to", ">=", day))

    @api.model
    def _bodies_of(self, user):
        """The bodies of which ``user`` is a member today."""
        today = self.env.company._school_date()
        members = (
            self.env["school.meeting.member"]
            .sudo()
            .search(
                fields.Domain("user_id", "=", user.id)
                & fields.Domain("company_id", "in", self.env.companies.ids)
                & self._member_domain(today)
            )
        )
        return self.browse(members.body_id.ids)

    def _topics_close(self, meeting):
        """Until when topics of ``meeting`` must be admitted, None if any time."""
        if not (self.topic_lead_days and meeting.start):
            return None
        return meeting.start - timedelta(days=self.topic_lead_days)
