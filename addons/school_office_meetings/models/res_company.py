import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

LEADS = (
    "school_meeting_lead_ordinary",
    "school_meeting_lead_important",
    "school_meeting_lead_cross",
)
MOST_DAYS = 90
NUMBER_NAME = _lt("Meetings: numbers")
# The bodies a school begins with; it renames, adds and archives (MTG-23, 24, 31).
BODIES = (
    {
        "code": "office",
        "name": _lt("Weekly Office Meeting"),
        "kind": "office",
        "visibility": "staff",
        "meeting_type": "ordinary",
        "duration": 1.0,
        "needs_plan": False,
        "standing_items": _lt("Progress of the week\nProblems\nSolutions"),
    },
    {
        "code": "morning",
        "name": _lt("Morning Meeting"),
        "kind": "morning",
        "visibility": "participants",
        "meeting_type": "urgent",
        "duration": 0.25,
        "needs_plan": False,
        "standing_items": _lt("What is on today"),
    },
    {
        "code": "coordination",
        "name": _lt("Coordination Meeting"),
        "kind": "coordination",
        "visibility": "participants",
        "meeting_type": "cross",
        "duration": 1.5,
        "needs_plan": True,
        "standing_items": _lt(
            "Opinions of the departments\nDivision of work\nMilestones"
        ),
    },
    {
        "code": "principal",
        "name": _lt("Principal's Meeting"),
        "kind": "principal",
        "visibility": "participants",
        "meeting_type": "important",
        "duration": 2.0,
        "needs_plan": False,
        "portfolio_rule": "postpone",
    },
    {
        "code": "party",
        "name": _lt("Party Committee Meeting"),
        "kind": "party",
        "visibility": "members",
        "meeting_type": "important",
        "duration": 2.0,
        "needs_plan": False,
        "portfolio_rule": "postpone",
    },
    {
        "code": "congress",
        "name": _lt("Staff Congress"),
        "kind": "congress",
        "visibility": "staff",
        "meeting_type": "cross",
        "duration": 4.0,
        "needs_plan": True,
        "quorum_numerator": 2,
        "quorum_denominator": 3,
        "quorum_strict": False,
        "secret_ballot": True,
    },
)


class ResCompany(models.Model):
    _inherit = "res.company"

    school_meeting_lead_ordinary = fields.Integer(
        "Notice: Ordinary",
        default=1,
        help="Working days before the meeting. Source: MTG-05.",
    )
    school_meeting_lead_important = fields.Integer(
        "Notice: Important",
        default=3,
        help="Working days before the meeting. Source: MTG-05.",
    )
    school_meeting_lead_cross = fields.Integer(
        "Notice: Cross-department",
        default=7,
        help="Calendar days before the meeting. Source: MTG-05.",
    )
    school_meeting_receipt_days = fields.Integer(
        "Key People Answer Within",
        default=1,
        help="Working days after the notice was sent. Proposal (MTG-06).",
    )
    school_meeting_ahead_days = fields.Integer(
        "Prepare Standing Meetings Ahead",
        default=14,
        help="Calendar days. Proposal (MTG-24).",
    )
    school_meeting_alarm_ids = fields.Many2many(
        "calendar.alarm",
        "school_meeting_alarm_company_rel",
        "company_id",
        "alarm_id",
        "Reminder in the Calendar",
        help="Who takes part is reminded by his calendar before the meeting.",
    )

    @api.constrains(*LEADS, "school_meeting_receipt_days", "school_meeting_ahead_days")
    def _check_school_meeting_days(self):
        for company in self:
            days = (
                *(company[name] for name in LEADS),
                company.school_meeting_receipt_days,
                company.school_meeting_ahead_days,
            )
            if min(days) < 0 or max(days) > MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "Days before and after a meeting are between 0 and %(most)s.",
                        most=MOST_DAYS,
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(LEADS):
            self._school_meeting_judge_anew()
        return result

    def _school_meeting_judge_anew(self):
        """What is not called yet is held to the new lead times (MTG-05)."""
        # sudo: the meetings of a restricted body, too, are called in time
        Meeting = self.env["school.meeting"].sudo()
        coming = Meeting.search(
            [
                ("company_id", "in", self.ids),
                ("state", "in", ("draft", "planned", "approved")),
                ("start", "!=", False),
            ]
        )
        self.env.add_to_compute(Meeting._fields["call_by"], coming)

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        self._school_meeting_set_up_bodies()
        for company in self:
            self.env["school.number.series"]._ensure(
                company,
                "meeting",
                name=NUMBER_NAME,
                pattern="{code}会-{date:%Y%m%d}-{seq:03d}",
                reset="day",
            )
            company._school_meeting_set_up_flow()
            company._school_meeting_set_up_limits()

    def _school_meeting_set_up_bodies(self):
        Body = self.env["school.meeting.body"].sudo().with_context(active_test=False)
        existing = {
            (body.company_id.id, body.code)
            for body in Body.search([("company_id", "in", self.ids)])
        }
        alarm = self.env.ref("calendar.alarm_notif_1", raise_if_not_found=False)
        for company in self:
            missing = [
                row for row in BODIES if (company.id, row["code"]) not in existing
            ]
            if len(missing) == len(BODIES) and alarm:
                company.sudo().school_meeting_alarm_ids = alarm
            bodies = Body.with_context(lang="en_US").create(
                [
                    {
                        "company_id": company.id,
                        "sequence": 10 * (1 + BODIES.index(row)),
                        **{
                            name: value._translate("en_US")
                            if hasattr(value, "_translate")
                            else value
                            for name, value in row.items()
                        },
                    }
                    for row in missing
                ]
            )
            for body, row in zip(bodies, missing, strict=True):
                for name in ("name", "standing_items"):
                    if name in row:
                        company._seed_translations(body, name, row[name])

    def _school_meeting_set_up_flow(self):
        """A leader approves the plan of a meeting (BASE-09, MTG-02)."""
        self.env["school.approval.flow"]._ensure(
            self,
            "school.meeting",
            "plan",
            _lt("Plan of a meeting"),
            nodes=[
                {
                    "key": "plan",
                    "name": _lt("Approval of the plan"),
                    "who": "supervisor",
                    "fallback": "top_management",
                    "limit": 1,
                    "unit": "working_day",
                },
            ],
        )

    def _school_meeting_set_up_limits(self):
        """Key people make sure that they know (MTG-06)."""
        self.env["school.time.policy"]._ensure(
            self,
            "meeting_receipt",
            "school.meeting.participant",
            _lt("Answer of key people to a meeting notice"),
            start_domain=[("notified_at", "!=", False), ("is_key", "=", True)],
            stop_domain=[("answer", "!=", "none")],
            cancel_domain=[("meeting_id.state", "!=", "called")],
            amount=self.school_meeting_receipt_days,
            amount_field="answer_days",
            unit="working_day",
            start_text=_lt("sending of the notice"),
        )

    def _school_reads_otherwise(self, moment):
        """Whether the clock of the reader shows another hour than that of the school.

        Forms show times in the zone of whoever looks, notices in that of the school.
        """
        self.ensure_one()
        name = self.env.context.get("tz") or self.env.user.tz
        if not name or name not in pytz.all_timezones_set:
            return False
        moment = pytz.utc.localize(moment)
        own, school = pytz.timezone(name), self._school_tz()
        return (
            moment.astimezone(own).utcoffset() != moment.astimezone(school).utcoffset()
        )
