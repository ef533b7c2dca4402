from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

CLERK = "school_office_meetings.group_meeting_clerk"


class SchoolMeeting(models.Model):
    """Who may do what while a meeting is on: by the meeting's own names, not groups."""

    _inherit = "school.meeting"

    is_in_room = fields.Boolean(
        compute="_compute_is_in_room",
        search="_search_is_in_room",
        compute_sudo=False,
        help="You take part, lead, record or support this meeting.",
    )

    @api.depends_context("uid")
    def _compute_is_in_room(self):
        self._mark_among("is_in_room", self._room_domain())

    @api.model
    def _search_is_in_room(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self.sudo()._search(self._room_domain()))

    @api.model
    def _room_domain(self):
        """Meetings in whose room the user is, as a domain for superuser mode.

        Whoever is named in it; for meetings that are not for members only, also who
        supports all meetings of the school.
        """
        uid = self.env.uid
        named = (
            Domain("chair_id", "=", uid)
            | Domain("recorder_id", "=", uid)
            | Domain("organizer_id", "=", uid)
            | Domain("sign_in_clerk_id", "=", uid)
            | Domain("participant_ids", "any", self._own_seat_domain())
        )
        supports = Domain.FALSE
        if self.env.user.has_group(CLERK):
            supports = Domain("is_restricted", "=", False)
        schools = Domain("company_id", "in", self.env.companies.ids)
        return schools & (named | supports)

    @api.model
    def _own_seat_domain(self):
        uid = self.env.uid
        return Domain("user_id", "=", uid) | (
            Domain("deputy_id", "=", uid) & Domain("answer", "=", "deputy")
        )

    # People

    def _room_chairs(self):
        """Who leads the meeting: the chair, or whom the chair sends or has deputed."""
        self.ensure_one()
        meeting = self.sudo()
        chair = meeting.chair_id
        seat = meeting.participant_ids.filtered(lambda p: p.user_id == chair and chair)
        deputy = seat.filtered(lambda p: p.answer == "deputy").deputy_id
        chairs = chair | deputy
        if chair and not seat.filtered("is_present"):
            found = (
                self.env["school.delegation"]
                .sudo()
                ._deputies(chair, meeting.company_id)
            )
            chairs = chairs.union(*found.values())
        return chairs

    def _room_recorders(self):
        """Who writes in the meeting: the minutes taker, or the holders of that post;
        the organiser as well."""
        self.ensure_one()
        meeting = self.sudo()
        recorders = meeting.recorder_id
        if not recorders:
            post = self.env["school.post"].sudo()
            recorders = post._find(meeting.company_id, "minutes_taker")._users()
            if meeting.is_restricted:
                # Not even the office, but for who is named.
                recorders = recorders.browse()
        return recorders | meeting.organizer_id

    def _is_room_chair(self):
        return self.env.user in self._room_chairs()

    def _is_room_recorder(self):
        return self.env.user in self._room_recorders()

    def _is_room_clerk(self):
        """Who keeps the sign-in sheet (MTG-13)."""
        meeting = self.sudo()
        return (
            self.env.user == meeting.sign_in_clerk_id
            or self._is_room_recorder()
            or (self.env.user.has_group(CLERK) and not meeting.is_restricted)
        )

    def _room_users(self):
        """Everybody who follows the meeting on a screen of his own."""
        meetings = self.sudo()
        seats = meetings.participant_ids
        return (
            seats.user_id
            | seats.filtered(lambda seat: seat.answer == "deputy").deputy_id
            | meetings.chair_id
            | meetings.recorder_id
            | meetings.organizer_id
            | meetings.sign_in_clerk_id
        )

    # Checks; each is the first thing a public method does.

    def _check_in_room(self):
        self.check_access("read")
        outside = self.filtered(lambda meeting: not meeting.is_in_room)
        if outside:
            raise AccessError(
                self.env._("Only those who take part in the meeting see its room.")
            )

    def _check_room_chair(self):
        self._check_in_room()
        if not all(meeting._is_room_chair() for meeting in self):
            raise AccessError(self.env._("The chair of the meeting decides this."))

    def _check_room_runs(self):
        """Chair or recorder: they lead the meeting through its agenda."""
        self._check_in_room()
        for meeting in self:
            if not (meeting._is_room_chair() or meeting._is_room_recorder()):
                raise AccessError(
                    self.env._("The chair and the minutes taker run the meeting.")
                )

    def _check_room_clerk(self):
        self._check_in_room()
        for meeting in self:
            if not meeting._is_room_clerk():
                raise AccessError(
                    self.env._("The sign-in clerk keeps the list of this meeting.")
                )
