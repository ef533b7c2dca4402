from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command, Domain

from .meeting import TYPES


class SchoolMeetingBody(models.Model):
    """How meetings of a body usually are, so that calling one takes a minute."""

    _inherit = "school.meeting.body"

    meeting_type = fields.Selection(
        TYPES, "Usual Type", default="ordinary", required=True
    )
    duration = fields.Float("Usual Duration", default=1.0)
    needs_plan = fields.Boolean(
        "Plan Needs Approval",
        default=True,
        help="A leader approves the plan of each meeting before it is called (MTG-02). "
        "Standing meetings need none.",
    )
    deputies_vote = fields.Boolean(
        help="A deputy whom a member sends may vote in his place."
    )
    place_note = fields.Char(
        "Usual Place", help="Where no room of the school is booked."
    )
    standing_items = fields.Text(
        "Standing Agenda",
        translate=True,
        help="Items of every meeting, one a line.",
    )
    next_meeting_id = fields.Many2one(
        "school.meeting", compute="_compute_next_meeting_id"
    )

    _duration_check = models.Constraint(
        "CHECK (duration > 0 AND duration <= 24)",
        "A meeting lasts longer than nothing, and a day at most.",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_next_meeting_id(self):
        coming = self.env["school.meeting"].search_fetch(
            Domain("body_id", "in", self.ids)
            & Domain("state", "in", ("called", "in_session"))
            & Domain("stop", ">=", fields.Datetime.now()),
            ["body_id"],
            order="start",
        )
        first = {}
        for meeting in coming:
            first.setdefault(meeting.body_id.id, meeting)
        for body in self:
            body.next_meeting_id = first.get(body.id)

    def _members(self, at=None):
        """Return the members at a day (default: today), those who chair first."""
        days = {company: company._school_date(at) for company in self.sudo().company_id}
        order = {"chair": 0, "deputy_chair": 1, "member": 2, "observer": 3}
        return self.member_ids.filtered(
            lambda member: (
                (not member.date_from or member.date_from <= days[member.company_id])
                and (not member.date_to or member.date_to >= days[member.company_id])
                and member.user_id.active
            )
        ).sorted(lambda member: (order[member.role], member.sequence, member.id))

    def _recorders(self):
        """Who takes the minutes: the named person, else whoever holds the post."""
        self.ensure_one()
        return (
            self.recorder_id
            or self.env["school.post"]._find(self.company_id, "minutes_taker")._users()
        )

    def _callers(self):
        """Who may call this body, besides the office."""
        self.ensure_one()
        chairs = self._members().filtered(lambda m: m.role in ("chair", "deputy_chair"))
        heads = (
            self.department_id._head_users()
            if self.department_id
            else self.env["res.users"]
        )
        return chairs.user_id | self._recorders() | heads

    def _meeting_values(self, vals):
        """Return what a meeting of this body begins with (called in superuser mode).

        :param vals: what is known of the meeting already
        """
        self.ensure_one()
        start = fields.Datetime.to_datetime(vals.get("start"))
        members = self._members(start)
        chair = (
            members.filtered(lambda m: m.role == "chair")[:1]
            or members.filtered(lambda m: m.role == "deputy_chair")[:1]
        )
        recorder = self._recorders()[:1]
        key_people = self.company_id._school_key_users()
        unplaced = members.filtered(lambda member: not member.department_id).user_id
        employees = unplaced._school_employees(self.company_id) if unplaced else {}
        no_employee = self.env["hr.employee"].sudo()
        lines = []
        for number, member in enumerate(members, 1):
            role = {"observer": "observer"}.get(member.role, "member")
            if member == chair:
                role = "chair"
            elif member.user_id == recorder:
                role = "recorder"
            lines.append(
                Command.create(
                    {
                        "sequence": number * 10,
                        "user_id": member.user_id.id,
                        "role": role,
                        "is_voting": member.is_voting and member.role != "observer",
                        "department_id": member.department_id.id
                        or employees.get(
                            member.user_id.id, no_employee
                        ).department_id.id,
                        "is_key": member.user_id in key_people,
                    }
                )
            )
        if recorder and recorder not in members.user_id:
            lines.append(
                Command.create(
                    {
                        "sequence": 900,
                        "user_id": recorder.id,
                        "role": "recorder",
                        "is_voting": False,
                        "is_key": False,
                    }
                )
            )
        values = {
            "type": self.meeting_type,
            "department_id": self.department_id.id,
            "chair_id": chair.user_id.id,
            "recorder_id": recorder.id,
            "venue_note": self.place_note,
            "participant_ids": lines,
            "item_ids": [
                Command.create({"sequence": number * 10, "name": line.strip()})
                for number, line in enumerate(
                    (self.standing_items or "").splitlines(), 1
                )
                if line.strip()
            ],
        }
        if not vals.get("name"):
            values["name"] = self.name
        if start:
            values["stop"] = start + timedelta(hours=self.duration)
        return values


class ResCompany(models.Model):
    _inherit = "res.company"

    def _school_key_users(self):
        """Holders of key posts: their receipt is made sure of (BASE-20, MTG-06)."""
        self.ensure_one()
        # sudo: which posts are key posts is not readable by everyone
        posts = (
            self.env["school.post"]
            .sudo()
            .search([("company_id", "=", self.id), ("is_key_post", "=", True)])
        )
        return posts._users()
