from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.school_office_base.models.my_office import SHOWN


class SchoolMyOffice(models.AbstractModel):
    """What a meeting that is on, or just over, asks of the user."""

    _inherit = "school.my.office"

    @api.model
    def _sections(self):
        sections = [
            self._section_room_now(),
            self._section_room_consent(),
            self._section_room_statements(),
            self._section_room_absences(),
        ]
        return [
            *super()._sections(),
            *(section for section in sections if section["count"]),
        ]

    def _section_room_now(self):
        """Meetings in session, or about to begin: sign in, vote, write."""
        Meeting = self.env["school.meeting"]
        now = fields.Datetime.now()
        minutes = max(
            self.env.companies.sudo().mapped("school_meeting_sign_in_minutes"),
            default=0,
        )
        soon = fields.Datetime.add(now, minutes=minutes)
        seat = Domain("participant_ids", "any", Meeting._own_seat_domain())
        mine = seat | Domain("chair_id", "=", self.env.uid)
        mine |= Domain("recorder_id", "=", self.env.uid)
        # sudo: the domain itself keeps to meetings in which the user is named
        meetings = Meeting.sudo().search(
            self._here()
            & mine
            & (
                Domain("state", "=", "in_session")
                | Domain("state", "=", "called")
                & Domain("start", "<=", soon)
                & Domain("stop", ">=", now)
            ),
            order="start, id",
            limit=SHOWN,
        )
        items = []
        for meeting in meetings:
            seats = meeting.with_env(self.env)._my_seats()
            badge = ""
            if seats and not seats.filtered("is_present"):
                badge = self.env._("Sign in")
            elif any(
                row.user_id == self.env.user and not row.has_voted
                for vote in meeting.vote_ids
                if vote.state == "open"
                for row in vote.turnout_ids
            ):
                badge = self.env._("Vote now")
            where = meeting._room_place()
            when = meeting._room_time(meeting.start) if meeting.start else ""
            items.append(
                self._item(
                    f"room-{meeting.id}",
                    meeting.name,
                    " · ".join(filter(None, (when, where))),
                    open_method=("school.meeting", meeting.id, "action_open_room"),
                    urgent=bool(badge),
                    badge=badge or None,
                    buttons=[
                        self._button(
                            self.env._("In the Room"),
                            "school.meeting",
                            meeting.ids,
                            "action_open_room",
                            primary=True,
                        )
                    ],
                )
            )
        return self._section(
            "meeting_room",
            self.env._("A Meeting Is On"),
            sequence=5,
            icon="fa-microphone",
            count=len(items),
            counter=self.env._("in the room"),
            items=items,
        )

    def _section_room_consent(self):
        """Extra items that wait for the chair."""
        return self._list_section(
            # sudo: the domain itself keeps to the meetings the user chairs
            self.env["school.meeting.item"].sudo(),
            Domain("consent_state", "=", "asked")
            & Domain("state", "=", "waiting")
            & Domain("meeting_id.chair_id", "=", self.env.uid)
            & Domain("meeting_id.state", "in", ("called", "in_session")),
            self._consent_item,
            order="id",
            key="meeting_consent",
            title=self.env._("Extra Items to Consent To"),
            sequence=11,
            icon="fa-plus-square-o",
            counter=self.env._("extra items"),
        )

    def _consent_item(self, item):
        return self._item(
            f"consent-{item.id}",
            item.name,
            self.env._(
                "%(meeting)s · proposed by %(person)s",
                meeting=item.meeting_id.name,
                person=item.proposer_id.name or "",
            ),
            open_method=("school.meeting", item.meeting_id.id, "action_open_room"),
            buttons=[
                self._button(
                    self.env._("Consent"),
                    "school.meeting.item",
                    item.ids,
                    "action_consent",
                    primary=True,
                    said=self.env._("The item is on the agenda."),
                ),
                self._button(
                    self.env._("Refuse"),
                    "school.meeting.item",
                    item.ids,
                    "action_refuse_consent",
                    confirm=self.env._("Keep this item out of the meeting?"),
                ),
            ],
        )

    def _section_room_statements(self):
        """What I said, to be confirmed by me."""
        uid = self.env.uid

        def item(statement):
            return self._item(
                f"statement-{statement.id}",
                statement.text[:200],
                statement.meeting_id.name,
                open_method=(
                    "school.meeting",
                    statement.meeting_id.id,
                    "action_open_room",
                ),
                buttons=[
                    self._button(
                        self.env._("Yes"),
                        statement._name,
                        statement.ids,
                        "action_confirm",
                        primary=True,
                        said=self.env._("Thank you: your statement is confirmed."),
                    )
                ],
            )

        return self._list_section(
            # sudo: the domain itself keeps to what the user said
            self.env["school.meeting.statement"].sudo(),
            Domain("state", "=", "asked")
            & Domain("meeting_id.record_frozen_at", "=", False)
            & (
                Domain("participant_id.attended_by_id", "=", uid)
                | Domain("participant_id.attended_by_id", "=", False)
                & Domain("participant_id.user_id", "=", uid)
            ),
            item,
            order="id",
            key="meeting_statements",
            title=self.env._("Is This What You Said?"),
            sequence=35,
            icon="fa-quote-left",
            counter=self.env._("statements"),
        )

    def _section_room_absences(self):
        """Meetings I did not come to, without a word."""

        def item(seat):
            meeting = seat.meeting_id
            return self._item(
                f"absence-{seat.id}",
                meeting.name,
                meeting._room_time(meeting.start) if meeting.start else "",
                open_method=(seat._name, seat.id, "action_ask_reason"),
            )

        # Not a card of deadlines: that of the seat is about the answer to the call.
        seats = (
            self.env["school.meeting.participant"]
            .sudo()
            .search(
                self._here()
                & Domain("user_id", "=", self.env.uid)
                & Domain("attendance", "=", "absent")
                & Domain("absence_reason", "=", False)
                & Domain("meeting_id.state", "in", ("ended", "closed"))
                & Domain("meeting_id.record_frozen_at", "=", False),
                order="id desc",
            )
        )
        return self._section(
            "meeting_absences",
            self.env._("Why You Could Not Come"),
            sequence=36,
            icon="fa-user-times",
            count=len(seats),
            counter=self.env._("absences"),
            items=[item(seat) for seat in seats[:SHOWN]],
        )
