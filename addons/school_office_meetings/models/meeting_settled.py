from odoo import api, models
from odoo.exceptions import AccessError, UserError

# From then on it counts who leads, who keeps the record, and who votes.
OPENED = ("in_session", "ended", "closed")
LEADS = frozenset({"chair_id", "organizer_id"})
KEEPS = frozenset({"recorder_id", "sign_in_clerk_id"})
VOTES = frozenset({"user_id", "role", "is_voting"})


class SchoolMeeting(models.Model):
    """Who leads and keeps a meeting is settled when it opens (MTG-17, MTG-20).

    The chair consents to extra items and reviews the minutes, and nobody who wrote
    them does: whoever could put himself in the chair meanwhile would decide alone. A
    chair who leaves sends a deputy; who takes the minutes is replaced by the chair.
    """

    _inherit = "school.meeting"

    def write(self, vals):
        if not self.env.su and not (LEADS | KEEPS).isdisjoint(vals):
            for meeting in self.filtered(lambda m: m.state in OPENED):
                meeting._check_settled(vals)
        return super().write(vals)

    def _check_settled(self, vals):
        self.ensure_one()
        meeting = self.sudo()
        changed = {
            name
            for name in (LEADS | KEEPS) & vals.keys()
            if meeting[name].id != (vals[name] or False)
        }
        if changed & LEADS:
            raise UserError(
                self.env._(
                    "“%(meeting)s” has been opened: who leads it is settled. A chair "
                    "who has to go sends a deputy.",
                    meeting=meeting.name,
                )
            )
        # Who was minutes taker himself cannot hand his minutes to another and then
        # review them.
        if changed and self.env.user not in meeting.chair_id - meeting.recorder_id:
            raise AccessError(
                self.env._(
                    "“%(meeting)s” has been opened: only the chair puts somebody else "
                    "in the place of the minutes taker or the sign-in clerk.",
                    meeting=meeting.name,
                )
            )


class SchoolMeetingParticipant(models.Model):
    """Who votes is settled when the meeting opens: nobody is voted down by the list."""

    _inherit = "school.meeting.participant"

    @api.model_create_multi
    def create(self, vals_list):
        participants = super().create(vals_list)
        if not self.env.su:
            participants._check_late_voters()
        return participants

    def write(self, vals):
        if not self.env.su and not VOTES.isdisjoint(vals):
            for seat in self.sudo().filtered(lambda s: s.meeting_id.state in OPENED):
                if any(
                    seat._fields[name].convert_to_write(seat[name], seat)
                    != (vals[name] or False)
                    for name in VOTES & vals.keys()
                ):
                    raise UserError(
                        self.env._(
                            "The meeting has been opened: whether %(person)s votes is "
                            "settled.",
                            person=seat.person_name,
                        )
                    )
        return super().write(vals)

    def _check_late_voters(self):
        """Who comes in late votes as a member of the body, or not at all."""
        for seat in self.sudo():
            meeting = seat.meeting_id
            if meeting.state not in OPENED or not seat._is_voting_seat():
                continue
            members = meeting.body_id._members(meeting.start)
            if seat.user_id not in members.filtered("is_voting").user_id:
                raise UserError(
                    self.env._(
                        "The meeting has been opened: %(person)s can still be entered, "
                        "but without a vote.",
                        person=seat.person_name,
                    )
                )


class SchoolMeetingItem(models.Model):
    """By which quorum an item is decided, and who is in charge of it, is settled."""

    _inherit = "school.meeting.item"

    def write(self, vals):
        if not self.env.su and not {"is_special", "department_id"}.isdisjoint(vals):
            for item in self.sudo().filtered(lambda i: i.meeting_id.state in OPENED):
                item._check_matter_settled(vals)
        return super().write(vals)

    def _check_matter_settled(self, vals):
        self.ensure_one()
        decided = bool(self.vote_ids) or bool(self.text_ids.decided_at)
        special = bool(vals.get("is_special", self.is_special))
        department = vals.get("department_id", self.department_id.id) or False
        if special != self.is_special and (decided or not special):
            raise UserError(
                self.env._(
                    "“%(item)s”: by which quorum it is decided was settled when the "
                    "meeting opened. Until a vote it can only be raised.",
                    item=self.name,
                )
            )
        if self.department_id and department != self.department_id.id:
            raise UserError(
                self.env._(
                    "“%(item)s”: whose matter it is was settled when the meeting "
                    "opened.",
                    item=self.name,
                )
            )
