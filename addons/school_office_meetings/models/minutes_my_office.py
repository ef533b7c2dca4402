from odoo import api, models
from odoo.fields import Domain

from .meeting_resolution import OPEN, TO_DO

SHOWN = 5


class SchoolMyOffice(models.AbstractModel):
    """Resolutions and minutes on the page every employee lands in.

    What is to be read, signed for or reviewed stands among receipts and decisions.
    """

    _inherit = "school.my.office"

    @api.model
    def _sections(self):
        sections = [
            self._section_resolutions(),
            self._section_resolutions_accept(),
            self._section_minutes(),
        ]
        return [
            *super()._sections(),
            *(section for section in sections if section["count"]),
        ]

    def _section_resolutions(self):
        """What I have to carry out: two queries, one if there is nothing."""
        return self._resolution_section(
            "meeting_resolutions",
            self.env._("My Resolutions"),
            Domain("state", "in", TO_DO)
            & (
                Domain("owner_id", "=", self.env.uid)
                | Domain("helper_ids", "in", self.env.user.ids)
            ),
            sequence=47,
            icon="fa-check-square-o",
            counter=self.env._("resolutions"),
            action="school_office_meetings.meeting_resolution_action_mine",
        )

    def _section_resolutions_accept(self):
        """What others report done and I may accept."""
        Resolution = self.env["school.meeting.resolution"]
        return self._resolution_section(
            "meeting_resolutions_accept",
            self.env._("Resolutions to Accept"),
            Resolution._accept_domain(),
            sequence=15,
            icon="fa-check-circle-o",
            counter=self.env._("to accept"),
            action="school_office_meetings.meeting_resolution_action_accept",
        )

    def _resolution_section(self, key, title, domain, **card):
        return self._list_section(
            self.env["school.meeting.resolution"],
            domain,
            lambda resolution: self._item(
                f"{key}-{resolution.id}",
                resolution.name,
                self._resolution_subtitle(resolution),
                open_record=(resolution._name, resolution.id),
                deadline_info=resolution.deadline_info,
                deadline_state=resolution.deadline_state,
                urgent=resolution.has_problem,
                progress=(resolution.percent, 100),
            ),
            order="due_date, id",
            key=key,
            title=title,
            **card,
        )

    def _resolution_subtitle(self, resolution):
        owner = resolution.owner_id
        return " · ".join(
            filter(
                None,
                (
                    resolution.reference,
                    owner.name if owner != self.env.user else "",
                    self.env._("due on %(date)s", date=resolution.due_date),
                ),
            )
        )

    def _section_minutes(self):
        """Minutes I have to write, or to send when they are approved."""
        Minutes = self.env["school.meeting.minutes"]
        states = dict(Minutes._fields["state"]._description_selection(self.env))
        return self._list_section(
            Minutes,
            Domain("state", "in", ("draft", "final"))
            & Domain("meeting_id.recorder_id", "=", self.env.uid)
            & Domain("meeting_id.state", "in", ("ended", "closed")),
            lambda minutes: self._item(
                f"minutes-{minutes.id}",
                minutes.name,
                minutes.body_id.name,
                open_record=(minutes._name, minutes.id),
                deadline_info=minutes.deadline_info,
                deadline_state=minutes.deadline_state,
                badge=states[minutes.state],
            ),
            order="ended_at, id",
            key="meeting_minutes",
            title=self.env._("Minutes to Write"),
            sequence=46,
            icon="fa-file-text-o",
            counter=self.env._("minutes"),
            action="school_office_meetings.minutes_action_mine",
        )


class SchoolBoard(models.AbstractModel):
    """Resolutions and minutes on the office board (BASE-29, BASE-31)."""

    _inherit = "school.board"

    @api.model
    def _figures(self, view):
        within = view.within(person="owner_id")
        return {
            **super()._figures(view),
            "resolutions": self._figure(
                self.env._("Open resolutions"),
                "school.meeting.resolution",
                within & Domain("state", "in", OPEN),
                icon="fa-check-square-o",
                sequence=90,
                hint=self.env._("decided, not done yet"),
                person="owner_id",
            ),
            "resolutions_late": self._figure(
                self.env._("Late resolutions"),
                "school.meeting.resolution",
                within
                & Domain("state", "in", TO_DO)
                & Domain("due_date", "<", view.company._school_date(view.now)),
                icon="fa-calendar-times-o",
                sequence=91,
                tone="danger",
                hint=self.env._("due date passed"),
                person="owner_id",
            ),
            "minutes": self._figure(
                self.env._("Minutes not sent"),
                "school.meeting.minutes",
                Domain("company_id", "=", view.company.id)
                & Domain("state", "!=", "distributed")
                & Domain("meeting_id.state", "in", ("ended", "closed")),
                icon="fa-file-text-o",
                sequence=92,
                hint=self.env._("of meetings that have ended"),
                person=None,
                department=None,
            ),
        }

    @api.model
    def _work_sources(self, view):
        return {
            **super()._work_sources(view),
            "resolutions": self._figure(
                self.env._("Resolutions"),
                "school.meeting.resolution",
                view.within(person="owner_id") & Domain("state", "in", TO_DO),
                sequence=40,
                person="owner_id",
            ),
        }
