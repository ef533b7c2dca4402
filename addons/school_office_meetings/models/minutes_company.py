from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ResCompany(models.Model):
    _inherit = "res.company"

    school_meeting_minutes_hours = fields.Float(
        "Minutes Distributed Within",
        default=24,
        help="Hours of the clock on working days after the end of the meeting, for "
        "review and dispatch together. Source: MTG-21.",
    )
    school_meeting_follow_up_days = fields.Integer(
        "Resolutions Followed Up Every",
        default=7,
        help="Days after which the owner of an open resolution is asked how far it is. "
        "0: never. Source: MTG-25.",
    )
    school_meeting_summary_weekday = fields.Selection(
        WEEKDAYS,
        "Summary of Open Resolutions on",
        default="4",
        required=True,
        help="When this is no working day, the last working day before it in the same "
        "week. Source: MTG-26.",
    )
    school_meeting_summary_hour = fields.Float(
        "Summary at",
        default=16,
        help="Time of day in the school's own zone; our own proposal.",
    )

    @api.constrains("school_meeting_summary_hour")
    def _check_school_meeting_summary_hour(self):
        for company in self:
            if not 0 <= company.school_meeting_summary_hour < 24:
                raise ValidationError(
                    self.env._("A time of day is between 00:00 and 23:59.")
                )

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        for company in self:
            company._school_minutes_set_up_engines()
            company._school_minutes_set_up_flows()
            company._school_minutes_set_up_limits()
            if not company.school_meeting_summary_week:
                # The first summary is that of the week that runs.
                today = company._school_date()
                company.sudo().school_meeting_summary_week = today - timedelta(
                    days=today.weekday() + 7
                )

    def _school_minutes_set_up_engines(self):
        """Number and book of the minutes."""
        self.env["school.number.series"]._ensure(
            self,
            "minutes",
            name=_lt("Meeting minutes"),
            pattern="{code}纪要〔{year}〕{seq}号",
            reset="year",
        )
        self.env["school.register"]._ensure(self, "minutes", _lt("Book of Minutes"))

    def _school_minutes_set_up_flows(self):
        """Who decides about minutes and later dates out of the box (BASE-09)."""
        Flow = self.env["school.approval.flow"]
        Flow._ensure(
            self,
            "school.meeting.minutes",
            "review",
            _lt("Meeting minutes"),
            nodes=[
                {
                    "key": "review",
                    "name": _lt("Review by the chair or the responsible leader"),
                    "who": "record_field",
                    "user_field": "reviewer_ids",
                    "fallback": "top_management",
                    "limit": 4,
                    "unit": "service_hour",
                    "four_eyes": True,
                },
            ],
        )
        Flow._ensure(
            self,
            "school.meeting.extension",
            "extension",
            _lt("Later due date of a resolution"),
            nodes=[
                {
                    "key": "consent",
                    "name": _lt("Consent of the chair"),
                    "who": "record_field",
                    "user_field": "chair_id",
                    "fallback": "director",
                    "limit": 1,
                    "unit": "working_day",
                },
            ],
        )

    def _school_minutes_set_up_limits(self):
        """Time limits of minutes (MTG-21) and of resolutions (MTG-25)."""
        Policy = self.env["school.time.policy"]
        Policy._ensure(
            self,
            "minutes_distribution",
            "school.meeting.minutes",
            _lt("Minutes distributed"),
            start_domain=[("ended_at", "!=", False), ("kind", "=", "minutes")],
            stop_domain=[("state", "=", "distributed")],
            start_field="ended_at",
            stop_field="distributed_at",
            amount=self.school_meeting_minutes_hours,
            amount_field="distribution_hours",
            unit="working_day_clock_hour",
            start_text=_lt("end of the meeting"),
            steps=[
                {
                    "name": _lt("Minutes due soon"),
                    "moment": "before",
                    "amount": 4,
                    "unit": "service_hour",
                },
                {"name": _lt("Minutes due now"), "moment": "due"},
                {
                    "name": _lt("Minutes late: tell the chair"),
                    "moment": "after",
                    "amount": 2,
                    "unit": "service_hour",
                    "who": "record",
                },
                {
                    "name": _lt("Minutes late: tell the director"),
                    "moment": "after",
                    "amount": 1,
                    "unit": "working_day",
                    "who": "director",
                    "repeat": True,
                },
            ],
        )
        Policy._ensure(
            self,
            "resolution_due",
            "school.meeting.resolution",
            _lt("Resolution carried out"),
            start_domain=[("state", "in", ("open", "in_progress"))],
            stop_domain=[("state", "in", ("reported", "done"))],
            cancel_domain=[("state", "in", ("superseded", "cancelled"))],
            date_field="due_date",
            stop_field="reported_at",
            unit="working_day",
            start_text=_lt("approval of the minutes"),
            steps=[
                {
                    "name": _lt("Resolution due soon"),
                    "moment": "before",
                    "amount": 2,
                    "unit": "working_day",
                },
                {"name": _lt("Resolution due now"), "moment": "due"},
                {
                    "name": _lt("Resolution late: tell the head"),
                    "moment": "after",
                    "amount": 1,
                    "unit": "working_day",
                    "who": "head",
                },
                {
                    "name": _lt("Resolution late"),
                    "moment": "after",
                    "amount": 1,
                    "unit": "working_day",
                    "repeat": True,
                },
                {
                    "name": _lt("Resolution late: tell the supervising leader"),
                    "moment": "after",
                    "amount": 3,
                    "unit": "working_day",
                    "who": "supervisor",
                },
            ],
        )
