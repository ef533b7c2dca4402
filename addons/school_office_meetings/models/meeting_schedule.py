import calendar
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

DAILY_AHEAD = 4
WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class SchoolMeetingSchedule(models.Model):
    """When a body meets as a rule (例会): daily, weekly or monthly (MTG-23, MTG-31).

    A scheduled action prepares the drafts ahead, after the working calendar of the
    school: holidays are left out or moved, make-up days count as working days. Every
    date is prepared once; a draft that somebody deletes or cancels does not come back.
    """

    _name = "school.meeting.schedule"
    _description = "Standing Meeting"
    _inherit = ["school.record"]
    _order = "body_id, id"
    _rec_name = "body_id"

    body_id = fields.Many2one(
        "school.meeting.body",
        "Meeting Body",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    active = fields.Boolean(default=True)
    organizer_id = fields.Many2one(
        "res.users",
        "Organiser",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Completes the drafts and calls the meetings.",
    )
    rhythm = fields.Selection(
        [
            ("daily", "Every Working Day"),
            ("weekly", "Weekly"),
            ("monthly", "Monthly"),
        ],
        default="weekly",
        required=True,
    )
    interval = fields.Integer(
        "Every", default=1, required=True, help="2: every second week or month."
    )
    weekday = fields.Selection(WEEKDAYS, default="0", required=True)
    week = fields.Selection(
        [
            ("1", "First"),
            ("2", "Second"),
            ("3", "Third"),
            ("4", "Fourth"),
            ("-1", "Last"),
        ],
        "Which in the Month",
        default="1",
        required=True,
    )
    hour = fields.Float("At", default=9.0, required=True)
    on_holiday = fields.Selection(
        [
            ("skip", "Leave Out"),
            ("before", "Working Day Before"),
            ("after", "Working Day After"),
        ],
        "On a Free Day",
        default="skip",
        required=True,
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: self.env.company._school_date()
    )
    date_to = fields.Date("Until")
    auto_call = fields.Boolean(
        "Call by Itself",
        help="The notice goes out by itself on the last day on which it is in time.",
    )
    prepared_until = fields.Date(readonly=True, copy=False)
    next_date = fields.Date("Next", compute="_compute_next_date")

    _server_fields = frozenset({"prepared_until"})

    _figures_check = models.Constraint(
        "CHECK (interval BETWEEN 1 AND 12 AND hour >= 0 AND hour < 24)",
        "Meet at an hour of the day, and every twelfth time at the least.",
    )
    _dates_check = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A standing meeting cannot end before it begins.",
    )
    _list_idx = models.Index("(body_id, id)")

    @api.depends("rhythm", "interval", "weekday", "week", "date_from", "date_to")
    def _compute_next_date(self):
        for schedule in self:
            today = schedule.company_id._school_date()
            dates = (
                schedule._dates(today, today + timedelta(days=400))
                if schedule.date_from
                else []
            )
            schedule.next_date = next((d for _slot, d in dates if d >= today), False)

    def _compute_display_name(self):
        labels = dict(self._fields["rhythm"]._description_selection(self.env))
        for schedule in self:
            schedule.display_name = (
                f"{schedule.body_id.name} · {labels.get(schedule.rhythm, '')}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        Body = self.env["school.meeting.body"].sudo()
        for vals in vals_list:
            if vals.get("body_id"):
                vals["company_id"] = Body.browse(vals["body_id"]).company_id.id
        return super().create(vals_list)

    def _is_deletable(self):
        return True

    # Dates

    def _dates(self, first, last):
        """Yield ``(date of the rule, date on which it meets)`` between two dates."""
        self.ensure_one()
        first = max(first, self.date_from)
        last = min(last, self.date_to) if self.date_to else last
        found = {}
        for slot in self._slots(first, last):
            day = self._working_date(slot)
            # Two dates of the rule that fall on one working day are one meeting.
            if day and day not in found.values():
                found[slot] = day
        return sorted(found.items())

    def _slots(self, first, last):
        if self.rhythm == "monthly":
            month = self.date_from.replace(day=1)
            number = 0
            while month <= last:
                slot = self._day_of_month(month)
                if number % self.interval == 0 and first <= slot <= last:
                    yield slot
                number += 1
                month = (month + timedelta(days=32)).replace(day=1)
            return
        day = first
        # Weeks are counted from the week in which the rule began.
        origin = self.date_from - timedelta(days=self.date_from.weekday())
        while day <= last:
            if self.rhythm == "daily" or (
                day.weekday() == int(self.weekday)
                and (day - origin).days // 7 % self.interval == 0
            ):
                yield day
            day += timedelta(days=1)

    def _day_of_month(self, month):
        weekday, length = (
            int(self.weekday),
            calendar.monthrange(month.year, month.month)[1],
        )
        days = [
            month.replace(day=number)
            for number in range(1, length + 1)
            if month.replace(day=number).weekday() == weekday
        ]
        return days[-1] if self.week == "-1" else days[int(self.week) - 1]

    def _working_date(self, slot):
        """The working day on which the meeting of a date is held, or None."""
        worktime = self.company_id._worktime()

        def opening(day, amount):
            moment = self.company_id._school_moment(day)
            opened = worktime.add(moment, amount, "working_day", edge="open")
            return worktime.local(opened).date()

        after = opening(slot, 0)
        if after == slot:
            return slot
        if self.rhythm == "daily" or self.on_holiday == "skip":
            return None
        if self.on_holiday == "after":
            return after
        day = slot - timedelta(days=1)
        while opening(day, 0) != day:
            day -= timedelta(days=1)
        return day

    # Preparing

    @api.model
    def _cron_prepare(self):
        """Prepare what comes, and call what calls itself; one school after another."""
        schedules = self.search(
            [("company_id.school_state", "!=", "closed"), ("company_id", "!=", False)]
        )
        for done, schedule in enumerate(schedules, 1):
            try:
                with self.env.cr.savepoint():
                    schedule._prepare()
            except UserError as error:
                _logger.warning("Standing meeting %s: %s", schedule.id, error)
            self.env["ir.cron"]._commit_progress(1, remaining=len(schedules) - done)
        for meeting in self._due_meetings():
            meeting._call_by_itself()
            self.env["ir.cron"]._commit_progress(1)

    def action_prepare(self):
        """Prepare now what the scheduled action would prepare by itself."""
        self.check_access("write")
        meetings = self.sudo()._prepare()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s meetings prepared.", count=len(meetings)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _prepare(self):
        """Make the drafts that are missing; in superuser mode. Returns them."""
        Meeting = self.env["school.meeting"]
        made = Meeting
        for schedule in self:
            company = schedule.company_id
            today = company._school_date()
            ahead = company.school_meeting_ahead_days
            if schedule.rhythm == "daily":
                # Weeks of morning meetings would bury everything else.
                ahead = min(ahead, DAILY_AHEAD)
            last = today + timedelta(days=ahead)
            first = today
            if schedule.prepared_until:
                first = max(first, schedule.prepared_until + timedelta(days=1))
            lang = company.partner_id.lang
            body_name = schedule.body_id.with_context(lang=lang).name
            vals_list = []
            for slot, day in schedule._dates(first, last):
                start = company._school_moment(day, schedule.hour)
                if start <= fields.Datetime.now():
                    continue
                vals_list.append(
                    {
                        "company_id": company.id,
                        "name": f"{body_name} {day:%Y-%m-%d}",
                        "body_id": schedule.body_id.id,
                        "start": start,
                        "organizer_id": schedule.organizer_id.id,
                        "schedule_id": schedule.id,
                        "schedule_date": slot,
                    }
                )
            made |= (
                Meeting.with_company(company)
                .with_context(lang=lang, mail_create_nosubscribe=True)
                .create(schedule._not_yet(vals_list))
            )
            if last > (schedule.prepared_until or last - timedelta(days=1)):
                schedule.sudo().prepared_until = last
        return made

    def _not_yet(self, vals_list):
        taken = set(
            self.env["school.meeting"]
            .sudo()
            .search(
                [
                    ("schedule_id", "=", self.id),
                    ("schedule_date", "in", [v["schedule_date"] for v in vals_list]),
                ]
            )
            .mapped("schedule_date")
        )
        return [vals for vals in vals_list if vals["schedule_date"] not in taken]

    @api.model
    def _due_meetings(self):
        """Meetings that call themselves, on the last day the notice is in time."""
        now = fields.Datetime.now()
        return self.env["school.meeting"].search(
            [
                ("schedule_id.auto_call", "=", True),
                ("company_id.school_state", "!=", "closed"),
                ("state", "=", "draft"),
                ("call_by", "<=", now + timedelta(days=1)),
                ("start", ">", now),
            ]
        )


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    schedule_id = fields.Many2one(
        "school.meeting.schedule",
        "Standing Meeting",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="set null",
    )
    schedule_date = fields.Date("Date of the Rule", readonly=True, copy=False)

    _server_fields = frozenset({"schedule_id", "schedule_date"})

    _schedule_uniq = models.UniqueIndex(
        "(schedule_id, schedule_date) WHERE schedule_id IS NOT NULL",
        "This standing meeting has been prepared already.",
    )

    def _call_by_itself(self):
        """Call standing meetings in the name of their organisers; log what fails."""
        for meeting in self:
            try:
                with self.env.cr.savepoint():
                    env = meeting.company_id._school_chatter_env()
                    meeting.with_user(meeting.organizer_id).sudo()._call(
                        env._("A standing meeting")
                    )
            except UserError as error:
                _logger.info("Meeting %s does not call itself: %s", meeting.id, error)
