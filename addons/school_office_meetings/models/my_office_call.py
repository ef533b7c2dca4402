from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_office_base.models.my_office import SHOWN


class SchoolMyOffice(models.AbstractModel):
    """Meetings on the page every employee lands in: to answer, today, to prepare."""

    _inherit = "school.my.office"

    @api.model
    def _sections(self):
        return [
            *super()._sections(),
            self._section_meetings_to_answer(),
            self._section_meetings_today(),
            self._section_meetings_to_prepare(),
        ]

    @api.model
    def _quick_actions(self):
        actions = super()._quick_actions()
        if self.env.user.has_group("school_office_meetings.group_meeting_clerk"):
            actions.append(
                {
                    "key": "call_meeting",
                    "label": self.env._("Call a Meeting"),
                    "icon": "fa-users",
                    "action": "school_office_meetings.meeting_action_new",
                    "sequence": 15,
                }
            )
        return actions

    def _section_meetings_to_answer(self):
        """To which I was called and have not said whether I come."""
        return self._list_section(
            # sudo: the domain itself keeps to the caller's own rows
            self.env["school.meeting.participant"].sudo(),
            Domain("user_id", "=", self.env.uid)
            & Domain("answer", "=", "none")
            & Domain(
                "meeting_id",
                "any",
                [("state", "=", "called"), ("start", ">", fields.Datetime.now())],
            ),
            self._answer_item,
            order="meeting_id desc, id",
            key="meetings_answer",
            title=self.env._("Meetings: Do You Come?"),
            sequence=12,
            icon="fa-calendar-check-o",
            counter=self.env._("to answer"),
            action="school_office_meetings.meeting_action_mine",
        )

    def _answer_item(self, row):
        return self._item(
            f"meeting-row-{row.id}",
            row.meeting_id.name,
            self._meeting_line(row.meeting_id),
            open_record=("school.meeting", row.meeting_id.id),
            deadline_info=row.deadline_info if row.deadline_state != "none" else None,
            deadline_state=row.deadline_state,
            urgent=row.meeting_id.type == "urgent",
            buttons=[
                self._button(
                    self.env._("I Come"),
                    row._name,
                    row.ids,
                    "action_accept",
                    primary=True,
                    said=self.env._("Thank you: you come."),
                ),
                self._button(
                    self.env._("I Cannot Come"), row._name, row.ids, "action_decline"
                ),
            ],
        )

    def _section_meetings_today(self):
        """Where I am expected today."""
        Meeting = self.env["school.meeting"]
        now = fields.Datetime.now()
        domain = (
            Meeting._search_has_part("in", [True])
            & Domain("state", "in", ("called", "in_session"))
            & Domain("meeting_date", "=", self.env.company._school_date())
            & Domain("stop", ">", now - timedelta(hours=1))
            & self._here()
        )
        meetings = Meeting.search(domain, order="start, id", limit=50)
        states = dict(Meeting._fields["state"]._description_selection(self.env))
        return self._section(
            "meetings_today",
            self.env._("Meetings Today"),
            column="asked",
            sequence=30,
            icon="fa-calendar",
            count=len(meetings),
            counter=self.env._("today"),
            items=[
                self._item(
                    f"meeting-today-{meeting.id}",
                    meeting.name,
                    self._meeting_line(meeting),
                    open_record=("school.meeting", meeting.id),
                    badge=states[meeting.state],
                )
                for meeting in meetings[:SHOWN]
            ],
            action="school_office_meetings.meeting_action_mine",
        )

    def _section_meetings_to_prepare(self):
        """What I call: drafts, and those in time for the notice first."""
        Meeting = self.env["school.meeting"]
        now = fields.Datetime.now()
        domain = (
            Domain("organizer_id", "=", self.env.uid)
            & Domain("state", "in", ("draft", "planned", "approved"))
            & (Domain("start", "=", False) | Domain("start", ">", now))
            # Those that call themselves wait for nobody.
            & (
                Domain("schedule_id", "=", False)
                | Domain("schedule_id.auto_call", "=", False)
            )
            & self._here()
        )
        count = Meeting.search_count(domain)
        meetings = (
            Meeting.search(domain, order="call_by, id", limit=SHOWN)
            if count
            else Meeting
        )
        late = (
            Meeting.search_count(domain & Domain("call_by", "<", now)) if count else 0
        )
        states = dict(Meeting._fields["state"]._description_selection(self.env))
        return self._section(
            "meetings_prepare",
            self.env._("Meetings I Prepare"),
            sequence=38,
            icon="fa-pencil-square-o",
            count=count,
            late=late,
            counter=self.env._("to prepare"),
            items=[
                self._item(
                    f"meeting-prepare-{meeting.id}",
                    meeting.name,
                    self._meeting_line(meeting),
                    open_record=("school.meeting", meeting.id),
                    badge=states[meeting.state],
                    urgent=bool(meeting.call_by and meeting.call_by < now),
                )
                for meeting in meetings
            ],
            action={
                "type": "ir.actions.act_window",
                "name": self.env._("Meetings I Prepare"),
                "res_model": "school.meeting",
                "views": [[False, "list"], [False, "kanban"], [False, "form"]],
                "domain": [
                    ("organizer_id", "=", self.env.uid),
                    ("state", "in", ("draft", "planned", "approved")),
                ],
            },
        )

    def _meeting_line(self, meeting):
        return " · ".join(
            filter(None, (meeting._when_text(self.env), meeting._where_text()))
        )
