from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

VISIBILITIES = [
    ("all", "All Staff"),
    ("participants", "Participants"),
    ("departments", "Named Departments"),
    ("members", "Members of the Body"),
]


class SchoolMeetingBlockMixin(models.AbstractModel):
    """A part of the record of a meeting that not everybody may read.

    Who reads a block is decided here and nowhere else (:meth:`_block_domain`): record
    rules ask ``is_block_visible``, so the form, searches, exports, the printed minutes
    and mail all show a reader his blocks only (domain facts 4.13).

    ``_block_meeting_field`` names the many2one to the meeting.
    """

    _name = "school.meeting.block.mixin"
    _description = "Part of the Record of a Meeting"

    _block_meeting_field = "meeting_id"

    visibility = fields.Selection(
        VISIBILITIES,
        "Readers",
        default="participants",
        required=True,
        help="Who reads this part of the minutes. Chair, minutes taker and organiser "
        "read all of it.",
    )
    visible_department_ids = fields.Many2many(
        "hr.department",
        string="Reading Departments",
        check_company=True,
        help="Only people of these departments, and who leads them, read this part.",
    )
    is_block_visible = fields.Boolean(
        "Readable for Me",
        compute="_compute_is_block_visible",
        search="_search_is_block_visible",
        compute_sudo=False,
    )

    @api.constrains("visibility", "visible_department_ids")
    def _check_visible_departments(self):
        for block in self.sudo():
            if block.visibility == "departments" and not block.visible_department_ids:
                raise ValidationError(
                    self.env._(
                        "“%(block)s” is for named departments: name at least one.",
                        block=block.display_name,
                    )
                )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("visibility", "visible_department_ids")
    def _compute_is_block_visible(self):
        self._mark_among("is_block_visible", self._block_domain(), new=True)

    @api.model
    def _search_is_block_visible(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._block_domain()

    @api.model
    def _block_domain(self):
        """What the current user reads: the one place that decides it."""
        meeting = self._block_meeting_field
        user = self.env.user
        own = self._block_meetings(self._sql_makers(user))
        took_part = self._block_meetings(self._sql_took_part(user))
        member = self._block_meetings(self._sql_member(user))
        domain = (
            Domain(meeting, "in", own)
            | Domain("visibility", "=", "all")
            | (
                Domain("visibility", "=", "participants")
                & Domain(meeting, "in", took_part)
            )
            | (Domain("visibility", "=", "members") & Domain(meeting, "in", member))
        )
        if user.has_group("school_office_meetings.group_meeting_clerk"):
            # The office prepares, sends and files what all who attend may read.
            domain |= Domain("visibility", "=", "participants") & Domain(
                f"{meeting}.is_restricted", "=", False
            )
        departments = self._block_departments()
        if departments:
            domain |= Domain("visibility", "=", "departments") & Domain(
                "visible_department_ids", "in", departments.ids
            )
        return domain

    @api.model
    def _sql_makers(self, user):
        return SQL("%s IN (m.chair_id, m.recorder_id, m.organizer_id)", user.id)

    @api.model
    def _sql_took_part(self, user):
        return SQL(
            "EXISTS (SELECT 1 FROM school_meeting_participant p"
            " WHERE p.meeting_id = m.id AND %s IN (p.user_id, p.deputy_id))",
            user.id,
        )

    @api.model
    def _sql_member(self, user):
        # A day more at the start: the date of the school may be ahead of UTC.
        return SQL(
            "EXISTS (SELECT 1 FROM school_meeting_member b"
            " WHERE b.body_id = m.body_id AND b.user_id = %s"
            " AND (b.date_from IS NULL OR b.date_from <= m.start + interval '1 day')"
            " AND (b.date_to IS NULL OR b.date_to >= m.start::date))",
            user.id,
        )

    @api.model
    def _block_meetings(self, condition):
        """Ids of meetings ``m`` in the caller's schools that meet an SQL condition."""
        self.env["school.meeting"].flush_model(
            ["chair_id", "recorder_id", "organizer_id", "body_id", "start"]
        )
        self.env["school.meeting.participant"].flush_model(
            ["meeting_id", "user_id", "deputy_id"]
        )
        self.env["school.meeting.member"].flush_model(
            ["body_id", "user_id", "date_from", "date_to"]
        )
        return SQL(
            "(SELECT m.id FROM school_meeting m WHERE m.company_id = ANY(%s) AND (%s))",
            list(self.env.companies.ids),
            condition,
        )

    @api.model
    def _block_departments(self):
        """Departments whose blocks the caller reads: those he works in or leads."""
        user, companies = self.env.user, self.env.companies
        # sudo: only ids are compared
        employees = (
            self.env["hr.employee"]
            .sudo()
            .search([("user_id", "=", user.id), ("company_id", "in", companies.ids)])
        )
        departments = self.env["hr.department"].sudo()
        home = employees.department_id
        while home:
            departments |= home
            home = home.parent_id - departments
        return departments | departments.search(
            Domain("company_id", "in", companies.ids)
            & (
                Domain("manager_id.user_id", "=", user.id)
                | Domain("school_supervisor_id", "=", user.id)
                | Domain("receiver_ids", "in", user.ids)
            )
        )


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    def _minutes_makers(self):
        """Who leads and records the meeting: they read and write all of its blocks."""
        return self.sudo().chair_id | self.sudo().recorder_id | self.sudo().organizer_id

    def _check_maker(self):
        """Refuse a step of the record to whoever neither leads nor keeps it."""
        self.check_access("read")
        is_clerk = self.env.user.has_group("school_office_meetings.group_meeting_clerk")
        for meeting in self:
            if self.env.su or self.env.user in meeting._minutes_makers():
                continue
            if is_clerk and not meeting.is_restricted:
                continue
            raise self._error_not_a_maker()

    def _error_not_a_maker(self):
        return AccessError(
            self.env._(
                "Only the chair, the minutes taker, the organiser or the office may "
                "do this."
            )
        )
