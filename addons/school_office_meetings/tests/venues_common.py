from datetime import date, datetime

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time

from odoo.addons.school_office_base.tests.common import SchoolCommon

# A Monday in term, nine o'clock in the morning in Shanghai
NOW = datetime(2026, 3, 2, 1, 0)


class VenuesCommon(SchoolCommon):
    """Rooms of the school under test, on a Monday morning that stands still."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        clock = freeze_time(NOW)
        clock.start()
        cls.addClassCleanup(clock.stop)
        cls.keeper = cls._person("keeper", cls.school)
        cls.team = cls._person("team", cls.school)
        cls.colleague = cls._person("colleague", cls.school)
        cls.head = cls._person("head", cls.school)
        for user, code in (
            (cls.keeper, "venue_administrator"),
            (cls.team, "meeting_team"),
            (cls.director, "director"),
        ):
            cls._hold(code, user)
        cls.department = cls._department(
            "Science", cls.head, cls.teacher, cls.colleague
        )
        cls.room = cls._venue("Room 302")
        cls.small = cls._venue("Room 105", capacity=8)
        cls.hall = cls._venue(
            "Hall", kind="event_venue", capacity=400, set_up_minutes=60,
            cleaning_minutes=30,
        )  # fmt: skip
        cls.ranks = {
            rank.code: rank
            for rank in cls.env["school.venue.rank"].search(
                [("company_id", "=", cls.school.id)]
            )
        }
        cls.features = {
            feature.code: feature
            for feature in cls.env["school.venue.feature"].search(
                [("company_id", "=", cls.school.id)]
            )
        }

    @classmethod
    def _venue(cls, name, school=None, **vals):
        event = vals.get("kind") == "event_venue"
        vals.setdefault("approval", "head_office" if event else "none")
        return cls.env["school.venue"].create(
            {
                "name": name,
                "company_id": (school or cls.school).id,
                "capacity": 30,
                **vals,
            }
        )

    def _at(self, hour, day=4, month=3):
        """``hour`` o'clock in Shanghai on a day of March 2026, as naive UTC."""
        return self.school._school_moment(date(2026, month, day), hour)

    def _draft(self, user, venue=None, start=10, stop=11, day=4, **vals):
        return (
            self.env["school.venue.booking"]
            .with_user(user)
            .create(
                {
                    "venue_id": (venue or self.room).id,
                    "start": self._at(start, day),
                    "stop": self._at(stop, day),
                    "purpose": "Lesson talk",
                    "people_count": 5,
                    "rules_accepted": True,
                    **vals,
                }
            )
        )

    def _booked(self, user, venue=None, start=10, stop=11, day=4, **vals):
        booking = self._draft(user, venue, start, stop, day, **vals)
        booking.action_request()
        return booking

    def _approve(self, record, user, opinion="Fine"):
        task = record.sudo().approval_case_id.task_ids.filtered(
            lambda t: t.user_id == user and t.state == "open"
        )
        task.with_user(user).action_approve(opinion)

    def _holiday(self, day, kind="holiday", **vals):
        exception = self.env["school.calendar.exception"].create(
            {
                "company_id": self.school.id,
                "name": vals.pop("name", "Spring outing"),
                "kind": kind,
                "date_from": day,
                "date_to": day,
                **vals,
            }
        )
        exception.sudo().write({"state": "applied"})
        return exception

    def _meeting(self, **vals):
        meeting = self.env["school.meeting"].create(
            {
                "company_id": self.school.id,
                "name": "Budget",
                "organizer_id": self.teacher.id,
                "department_id": self.department.id,
                "start": self._at(10),
                "stop": self._at(11),
                "venue_id": self.room.id,
                **vals,
            }
        )
        return meeting

    def _tick(self, hour, day=4):
        """Let it be ``hour`` o'clock in the school on a day of March 2026."""
        clock = freeze_time(self._at(hour, day))
        clock.start()
        self.addCleanup(clock.stop)
        self.env.invalidate_all()

    @property
    def _now(self):
        return fields.Datetime.now()

    def _notices(self, kind, user=None):
        domain = [("company_id", "=", self.school.id), ("kind", "=", kind)]
        if user:
            domain.append(("user_id", "=", user.id))
        return self.env["school.notice"].sudo().search(domain)

    @staticmethod
    def _set(records):
        return [Command.set(records.ids)]
