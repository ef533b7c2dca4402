from odoo import api, fields, models
from odoo.fields import Domain

from .room_people import CLERK

# Lines of the history that repeat what people confide
CONFIDED_KINDS = ("answered", "deputy", "phoned")


def confided(name, label):
    """A text about one participant, for him and for those who keep the meeting.

    It is kept in ``<name>_kept``, which no client reads, searches or groups by; this
    field shows it to whom it was told and is empty for everybody else.
    """
    return fields.Char(
        label,
        compute="_compute_confided",
        inverse=lambda seats: seats._inverse_confided(name),
        search=lambda seats, operator, value: seats._search_confided(
            name, operator, value
        ),
        compute_sudo=False,
        readonly=True,
        copy=False,
    )


class SchoolMeetingParticipant(models.Model):
    """What a participant confides: why he does not come, why he leaves (MTG-13).

    That somebody is ill, or why his child was taken to hospital, concerns the office
    that keeps the sheet and whoever leads the meeting, not all who see that it takes
    place. Who reads it is said in one place (:meth:`_confided_domain`); the form,
    lists, searches, exports and printed sheets all ask it.
    """

    _inherit = "school.meeting.participant"

    _confided_fields = ("answer_reason", "absence_reason", "left_reason", "phone_note")

    answer_reason = confided("answer_reason", "Reason")
    absence_reason = confided("absence_reason", "Reason of Absence")
    left_reason = confided("left_reason", "Reason for Leaving")
    phone_note = confided("phone_note", "Note of the Call")
    answer_reason_kept = fields.Char(
        "Reason, as Kept", readonly=True, copy=False, groups=fields.NO_ACCESS
    )
    absence_reason_kept = fields.Char(
        "Reason of Absence, as Kept",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
    )
    left_reason_kept = fields.Char(
        "Reason for Leaving, as Kept",
        readonly=True,
        copy=False,
        groups=fields.NO_ACCESS,
    )
    phone_note_kept = fields.Char(
        "Note of the Call, as Kept", readonly=True, copy=False, groups=fields.NO_ACCESS
    )

    _server_fields = frozenset(
        {
            name + kept
            for name in ("answer_reason", "absence_reason", "left_reason", "phone_note")
            for kept in ("", "_kept")
        }
    )

    _why_idx = models.Index(
        "(user_id) WHERE attendance = 'absent' AND absence_reason_kept IS NULL"
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends(
        "answer_reason_kept",
        "absence_reason_kept",
        "left_reason_kept",
        "phone_note_kept",
        "user_id",
        "deputy_id",
        "answer",
        "attended_by_id",
    )
    def _compute_confided(self):
        told = self._confided_to_me()
        for seat, seat_sudo in zip(self, self.sudo(), strict=True):
            for name in self._confided_fields:
                seat[name] = seat in told and seat_sudo[f"{name}_kept"]

    def _inverse_confided(self, name):
        for seat in self:
            seat.sudo()[f"{name}_kept"] = seat[name]

    @api.model
    def _search_confided(self, name, operator, value):
        """Find by what the caller may read; the rest is empty for him, as on screen."""
        if operator not in ("in", "like", "ilike", "=like", "=ilike"):
            return NotImplemented
        found = Domain(f"{name}_kept", operator, value)
        if not self.env.su:
            told = self._confided_domain()
            found &= told
            if operator == "in" and False in value:
                found |= ~told
        # sudo: the answer is a list of ids, and the rules of participants still apply
        return Domain("id", "in", self.sudo()._search(found))

    def _confided_to_me(self):
        """Return those of these participants whose words the current user may read."""
        if self.env.su:
            return self
        # sudo: compared with what the caller may read, nothing else is told
        found = self.sudo().search(
            Domain("id", "in", self._origin.ids) & self._confided_domain()
        )
        return self.filtered(lambda seat: seat._origin.id in found._ids)

    @api.model
    def _confided_domain(self):
        """Whose words the user reads: his own, those he comes for, or all of a meeting
        that he leads or keeps.
        """
        uid = self.env.uid
        return (
            Domain("user_id", "=", uid)
            | Domain("attended_by_id", "=", uid)
            | (Domain("deputy_id", "=", uid) & Domain("answer", "=", "deputy"))
            | Domain("meeting_id", "any", self.env["school.meeting"]._confided_domain())
        )


class SchoolMeeting(models.Model):
    _inherit = "school.meeting"

    @api.model
    def _confided_domain(self):
        """Meetings of which the user reads what participants confide (superuser).

        Chair, whom the chair sends, minutes taker, organiser and sign-in clerk; the
        office, unless the meeting is for its members only. As in
        :meth:`_is_room_clerk`, the post takes the minutes where nobody is named.
        """
        user = self.env.user
        domain = (
            Domain("chair_id", "=", user.id)
            | Domain("recorder_id", "=", user.id)
            | Domain("organizer_id", "=", user.id)
            | Domain("sign_in_clerk_id", "=", user.id)
            | Domain(
                "participant_ids",
                "any",
                Domain("role", "=", "chair")
                & Domain("answer", "=", "deputy")
                & Domain("deputy_id", "=", user.id),
            )
        )
        if user.has_group(CLERK):
            domain |= Domain("is_restricted", "=", False)
        else:
            post = self.env["school.post"].sudo()
            schools = self.env.companies.filtered(
                lambda school: user in post._find(school, "minutes_taker")._users()
            )
            if schools:
                domain |= (
                    Domain("company_id", "in", schools.ids)
                    & Domain("recorder_id", "=", False)
                    & Domain("is_restricted", "=", False)
                )
        return Domain("company_id", "in", self.env.companies.ids) & domain


class SchoolMeetingEvent(models.Model):
    """The history tells all that somebody answered; why, only those who may know."""

    _inherit = "school.meeting.event"

    is_told = fields.Boolean(
        compute="_compute_is_told", search="_search_is_told", compute_sudo=False
    )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("kind", "user_id")
    def _compute_is_told(self):
        # sudo: compared with what the caller may read, nothing else is told
        found = self.sudo().search(
            Domain("id", "in", self._origin.ids) & self._told_domain()
        )
        for event in self:
            event.is_told = event._origin.id in found._ids

    @api.model
    def _search_is_told(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("id", "in", self.sudo()._search(self._told_domain()))

    @api.model
    def _told_domain(self):
        return (
            Domain("kind", "not in", CONFIDED_KINDS)
            | Domain("user_id", "=", self.env.uid)
            | Domain("meeting_id", "any", self.env["school.meeting"]._confided_domain())
        )
