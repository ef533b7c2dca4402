from datetime import timedelta

from odoo import fields, models
from odoo.fields import Command

# A meeting in the calendar: nothing is mailed by it, nobody made its follower.
QUIET = {
    "no_mail_to_attendees": True,
    "skip_attendee_notification": True,
    "skip_contact_description": True,
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "no_document": True,
    # Core looks up the next reminder of each person, see ``_calendar_remind``.
    "dont_notify": True,
}
# Browsers ask for their reminders of the coming day by themselves.
SOON = timedelta(days=1)
STATES = {
    "none": "needsAction",
    "accepted": "accepted",
    "declined": "declined",
    "deputy": "declined",
}


class SchoolMeeting(models.Model):
    """The entry of a called meeting in everybody's calendar, kept like the meeting."""

    _inherit = "school.meeting"

    def write(self, vals):
        result = super().write(vals)
        if {"name", "online_url", "venue_note", "venue_id"} & vals.keys():
            # sudo: the entry is no one's to edit but the meeting's
            self.sudo().filtered("event_id")._calendar_write_text()
        return result

    def _calendar_update(self, kind):
        """Make or bring up to date the calendar entries; in superuser mode."""
        cancelled = self.filtered(lambda m: m.state == "cancelled")
        if cancelled.event_id:
            cancelled.event_id.with_context(**QUIET).write({"active": False})
        living = self.filtered(
            lambda m: m.state in ("called", "in_session", "ended", "closed")
        )
        new = living.filtered(lambda m: not m.event_id)
        new._calendar_create()
        if kind == "moved":
            (living - new)._calendar_write_times()
        if kind in ("moved", "invited", "deputy"):
            (living - new)._calendar_write_people()

    def _calendar_create(self):
        if not self:
            return
        events = (
            self.env["calendar.event"]
            .sudo()
            .with_context(**QUIET)
            .create(
                [
                    {
                        **meeting._calendar_text(),
                        **meeting._calendar_times(),
                        "user_id": meeting.organizer_id.id,
                        "school_meeting_id": meeting.id,
                        "school_company_id": meeting.company_id.id,
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": meeting.id,
                        "alarm_ids": [
                            Command.set(meeting.company_id.school_meeting_alarm_ids.ids)
                        ],
                        "partner_ids": [
                            Command.set([*meeting._calendar_people()]),
                        ],
                        "attendee_ids": [
                            Command.create(vals)
                            for vals in meeting._calendar_attendees()
                        ],
                    }
                    for meeting in self
                ]
            )
        )
        for meeting, event in zip(self, events, strict=True):
            meeting.event_id = event
        self._calendar_remind()

    def _calendar_remind(self):
        """Set the reminders: by mail at their time, and now for what comes soon."""
        now = fields.Datetime.now()
        events = self.event_id.filtered(lambda event: event.start > now)
        soon = events.filtered(lambda event: event.start < now + SOON)
        if soon:
            soon._setup_alarms()
        moments = {
            event.start - timedelta(minutes=alarm.duration_minutes)
            for event in events - soon
            for alarm in event.alarm_ids
            if alarm.alarm_type == "email"
        }
        if moments:
            # sudo: whoever calls a meeting does not manage scheduled actions
            self.env.ref("calendar.ir_cron_scheduler_alarm").sudo()._trigger(
                at=sorted(moments)
            )

    def _calendar_text(self):
        """What stands in the calendar; of a restricted meeting not even the title."""
        self.ensure_one()
        env = self.with_context(lang=self.company_id.partner_id.lang).env
        if self.is_restricted:
            return {
                "name": self._open_name(env),
                "privacy": "private",
                "location": False,
                "videocall_location": False,
            }
        return {
            "name": self.name,
            "privacy": "public",
            "location": self._where_text() or False,
            "videocall_location": self.online_url or False,
        }

    def _calendar_times(self):
        self.ensure_one()
        if not self.is_all_day:
            return {"start": self.start, "stop": self.stop, "allday": False}
        # An entry for a whole day has no zone: it names the day of the school.
        first = self._local(self.start).date()
        last = self._local(self.stop - timedelta(seconds=1)).date()
        at = fields.Datetime.to_datetime
        return {
            "allday": True,
            "start": at(first).replace(hour=8),
            "stop": at(last).replace(hour=18),
            "start_date": first,
            "stop_date": last,
        }

    def _calendar_people(self):
        """``{partner id: state}`` of those in whose calendar it stands."""
        people = {}
        for row in self.participant_ids:
            partner = row.partner_id or row.user_id.partner_id
            people[partner.id] = STATES[row.answer]
            if row.deputy_id:
                people.setdefault(row.deputy_id.partner_id.id, "accepted")
        return people

    def _calendar_attendees(self):
        # Without a token: core's links answer by GET, for whoever holds them.
        return [
            {"partner_id": partner_id, "state": state, "access_token": False}
            for partner_id, state in self._calendar_people().items()
        ]

    def _calendar_write_times(self):
        for meeting in self:
            times = meeting._calendar_times()
            if not times["allday"]:
                times.pop("allday")
            meeting.event_id.with_context(**QUIET).write(times)
        self._calendar_remind()

    def _calendar_write_text(self):
        for meeting in self:
            text = meeting._calendar_text()
            event = meeting.event_id
            changed = {
                name: value for name, value in text.items() if event[name] != value
            }
            if changed:
                event.with_context(**QUIET).write(changed)

    def _calendar_write_people(self):
        for meeting in self:
            event = meeting.event_id
            wanted = [*meeting._calendar_people()]
            if set(event.partner_ids.ids) != set(wanted):
                event.with_context(**QUIET).write(
                    {"partner_ids": [Command.set(wanted)]}
                )
                event.attendee_ids.filtered("access_token").access_token = False
            meeting._calendar_write_answers()

    def _calendar_write_answers(self):
        """Show in the calendar what was answered."""
        for meeting in self:
            wanted = meeting._calendar_people()
            for attendee in meeting.event_id.attendee_ids:
                state = wanted.get(attendee.partner_id.id)
                if (
                    state
                    and attendee.state != state
                    and not (state == "needsAction" and attendee.state == "tentative")
                ):
                    attendee.state = state


class SchoolMeetingParticipant(models.Model):
    _inherit = "school.meeting.participant"

    def _answered(self, before):  # pylint: disable=missing-return
        super()._answered(before)
        self.meeting_id.filtered("event_id")._calendar_write_answers()
