from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

# (code, name, office only, from … people), in the order of MTG-35
RANKS = (
    ("emergency", _lt("Emergency"), True, 0),
    ("teaching", _lt("Teaching"), False, 0),
    ("important", _lt("Important or Large Event"), False, 100),
    ("other", _lt("Other"), False, 0),
)
# (code, name, has to be tested)
FEATURES = (
    ("projector", _lt("Projector or Display"), True),
    ("sound", _lt("Sound System"), True),
    ("microphone", _lt("Microphones"), True),
    ("video", _lt("Video Conference"), True),
    ("recording", _lt("Recording"), True),
    ("stage", _lt("Stage and Lights"), True),
    ("whiteboard", _lt("Whiteboard"), False),
    ("air", _lt("Air Conditioning"), False),
    ("access", _lt("Without Steps"), False),
)
PERIODS = (
    (_lt("1st lesson"), 8 + 20 / 60, 9.0),
    (_lt("2nd lesson"), 9 + 10 / 60, 9 + 50 / 60),
    (_lt("3rd lesson"), 10 + 20 / 60, 11.0),
    (_lt("4th lesson"), 11 + 10 / 60, 11 + 50 / 60),
    (_lt("Noon"), 12 + 20 / 60, 13 + 40 / 60),
    (_lt("5th lesson"), 14.0, 14 + 40 / 60),
    (_lt("6th lesson"), 14 + 50 / 60, 15.5),
    (_lt("7th lesson"), 15 + 40 / 60, 16 + 20 / 60),
    (_lt("After school"), 16.5, 17.5),
)
BOOKING_NUMBER = _lt("Bookings of rooms and equipment")


class ResCompany(models.Model):
    _inherit = "res.company"

    school_venue_event_days = fields.Integer(
        "Event Venue Booked Ahead",
        default=3,
        help="Working days before use. Source: MTG-33.",
    )
    school_venue_room_days = fields.Integer(
        "Meeting Room Booked Ahead",
        default=1,
        help="Working days before use; our own proposal after MTG-33.",
    )
    school_venue_prepare_days = fields.Integer(
        "Equipment Needs Confirmed",
        default=1,
        help="Working days before use. Source: MTG-34, MTG-36.",
    )
    school_venue_no_show_minutes = fields.Integer(
        "Absent After",
        default=15,
        help="Minutes after the start without check-in, after which a room is free "
        "again; our own proposal. 0: never. Source: MTG-34.",
    )
    school_venue_early_minutes = fields.Integer(
        "Check-in Before the Start",
        default=20,
        help="Minutes before the start from which one may check in; our own proposal.",
    )
    school_venue_feedback_days = fields.Integer(
        "Feedback After Use",
        default=1,
        help="Working days; our own proposal. Source: MTG-39.",
    )
    school_venue_horizon_days = fields.Integer(
        "Booked at Most Ahead",
        default=90,
        help="Calendar days, for new rooms; our own proposal. 0: no limit.",
    )
    school_venue_open_from = fields.Float(
        "Rooms Open From", default=7.0, help="For new rooms; our own proposal."
    )
    school_venue_open_to = fields.Float(
        "Rooms Open Until", default=21.5, help="For new rooms; our own proposal."
    )
    school_venue_open_weekends = fields.Boolean(
        "Rooms Open on Weekends",
        help="Whether a new room can be booked on Saturdays and Sundays.",
    )

    @api.constrains("school_venue_open_from", "school_venue_open_to")
    def _check_school_venue_hours(self):
        for company in self:
            if not (
                0
                <= company.school_venue_open_from
                <= company.school_venue_open_to
                <= 24
            ):
                raise ValidationError(
                    self.env._(
                        "Rooms open and close between 0:00 and 24:00, in this order."
                    )
                )

    def _school_venue_weekdays(self, first, last):
        """Days that keep other hours than those of their weekday; one query.

        :return: ``{date: (weekday, or None when closed, occasion)}``. A make-up
            workday (调休) has the hours of the weekday it follows. Rank as in the
            school calendar: holiday < make-up < what the school itself decided.
        """
        self.ensure_one()
        # sudo: everybody may know when the school is closed
        exceptions = (
            self.env["school.calendar.exception"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", self.id),
                    ("state", "=", "applied"),
                    ("date_from", "<=", last),
                    ("date_to", ">=", first),
                ],
                ["kind", "date_from", "date_to", "weekday", "name"],
                order="id",
            )
        )
        rank = {"holiday": 0, "makeup": 1}
        days = {}
        for exception in exceptions:
            place = rank.get(exception.kind, 2)
            day = max(exception.date_from, first)
            while day <= min(exception.date_to, last):
                if day not in days or place >= days[day][0]:
                    weekday = str(day.weekday())
                    if exception.kind in ("holiday", "closed"):
                        weekday = None
                    elif exception.kind == "makeup":
                        weekday = exception.weekday
                    days[day] = (place, weekday, exception.name)
                day += timedelta(days=1)
        return {day: (weekday, name) for day, (__, weekday, name) in days.items()}

    def _school_set_up(self):
        result = super()._school_set_up()
        self._school_venue_seed(
            "school.venue.rank",
            [
                (code, name, {"office_only": office, "people_from": people})
                for code, name, office, people in RANKS
            ],
        )
        self._school_venue_seed(
            "school.venue.feature",
            [(code, name, {"is_equipment": test}) for code, name, test in FEATURES],
        )
        self._school_venue_seed_periods()
        for company in self:
            company._school_venue_set_up_flows()
            company._school_venue_set_up_limits()
        self._school_venue_set_up_number()
        return result

    def _school_venue_seed(self, model_name, rows):
        """Rows a school begins with; what it has changed or archived stays so."""
        model = self.env[model_name].sudo().with_context(active_test=False)
        known = set(
            model.search([("company_id", "in", self.ids)]).mapped(
                lambda row: (row.company_id.id, row.code)
            )
        )
        vals_list, names = [], []
        for company in self:
            for sequence, (code, name, values) in enumerate(rows, 1):
                if (company.id, code) not in known:
                    names.append(name)
                    vals_list.append(
                        {
                            **values,
                            "company_id": company.id,
                            "code": code,
                            "name": name._translate("en_US"),
                            "sequence": sequence * 10,
                        }
                    )
        made = model.with_context(lang="en_US").create(vals_list)
        for record, name in zip(made, names, strict=True):
            self._seed_translations(record, "name", name)

    def _school_venue_seed_periods(self):
        """A school day to begin with; a school that has entered its own keeps it."""
        Period = self.env["school.venue.period"].sudo().with_context(active_test=False)
        known = {
            company.id
            for [company] in Period._read_group(
                [("company_id", "in", self.ids)], ["company_id"]
            )
        }
        for company in self:
            if company.id in known:
                continue
            for number, (name, start, stop) in enumerate(PERIODS, 1):
                period = Period.with_context(lang="en_US").create(
                    {
                        "company_id": company.id,
                        "name": name._translate("en_US"),
                        "sequence": number * 10,
                        "hour_from": start,
                        "hour_to": stop,
                    }
                )
                self._seed_translations(period, "name", name)

    def _school_venue_set_up_number(self):
        for company in self:
            self.env["school.number.series"]._ensure(
                company,
                "venue.booking",
                name=BOOKING_NUMBER,
                pattern="{code}场-{date:%Y%m%d}-{seq:03d}",
                reset="day",
            )

    def _school_venue_set_up_flows(self):
        """Meeting rooms: the office. Event venues: department head, then the office.

        Nobody decides what he asks for himself, and a director may head a department:
        the supervising leader stands in. MTG-32, MTG-34, BASE-09.
        """
        nodes = [
            {
                "key": "head",
                "name": _lt("Head of the department"),
                "who": "department_head",
                "fallback": "supervising_leader",
                "domain": [("approval_kind", "=", "head_office")],
                "limit": 4,
                "unit": "service_hour",
            },
            {
                "key": "office",
                "name": _lt("Review by the office"),
                "who": "post",
                "post": "meeting_team",
                "fallback": "director",
                "domain": [("approval_kind", "=", "office")],
                "limit": 2,
                "unit": "service_hour",
                "on_timeout": "escalate",
                "escalate": "director",
            },
            {
                "key": "director",
                "name": _lt("Office director"),
                "who": "post",
                "post": "director",
                "fallback": "supervising_leader",
                "domain": [("approval_kind", "=", "head_office")],
                "limit": 4,
                "unit": "service_hour",
            },
        ]
        Flow = self.env["school.approval.flow"]
        Flow._ensure(
            self, "school.venue.booking", "booking", _lt("Booking of a room"), nodes
        )
        Flow._ensure(
            self,
            "school.venue.series",
            "booking",
            _lt("Bookings of a room on many days"),
            nodes,
        )

    def _school_venue_set_up_limits(self):
        """Prepared a working day before (MTG-34, MTG-36), feedback after (MTG-39)."""
        Policy = self.env["school.time.policy"]
        gone = [("state", "in", ("rejected", "cancelled", "released", "displaced"))]
        Policy._ensure(
            self,
            "booking_equipment",
            "school.venue.booking",
            _lt("Room prepared and equipment tested"),
            start_domain=[
                ("state", "=", "confirmed"),
                ("needs_preparation", "=", True),
                ("prepared_at", "=", False),
            ],
            stop_domain=[("prepared_at", "!=", False)],
            cancel_domain=["|", ("needs_preparation", "=", False), *gone],
            date_field="prepare_by",
        )
        Policy._ensure(
            self,
            "booking_feedback",
            "school.venue.booking",
            _lt("Feedback on a room"),
            start_domain=[("feedback_state", "=", "open")],
            stop_domain=[("feedback_state", "=", "given")],
            cancel_domain=[("feedback_state", "=", "none")],
            amount=self.school_venue_feedback_days,
            amount_field="feedback_days",
            unit="working_day",
            start_text=_lt("end of the booking"),
        )
