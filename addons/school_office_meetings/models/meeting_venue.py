from odoo import api, fields, models

from .venue_booking_meeting import LIVE_MEETING

FOLLOWED = {"state", "venue_id", "start", "stop"}
SAID = {"organizer_id", "department_id", "body_id", "is_restricted"}


class SchoolMeeting(models.Model):
    """Where a meeting is held: a wish, then a booking that follows the meeting."""

    _inherit = "school.meeting"
    _server_fields = frozenset({"booking_id"})

    venue_id = fields.Many2one(
        "school.venue",
        "Room",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('is_pool', '=', False), ('kind', '!=', 'equipment'), "
        "('company_id', '=', company_id)]",
        help="Booked when the plan is submitted; who has it otherwise is said at once.",
    )
    booking_id = fields.Many2one(
        "school.venue.booking",
        "Booking of the Room",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    booking_state = fields.Selection(
        related="booking_id.state", string="Status of the Room"
    )
    venue_conflict = fields.Text("Room Taken", compute="_compute_venue_conflict")
    free_venue_ids = fields.Many2many(
        "school.venue", compute="_compute_free_venue_ids", string="Free Rooms"
    )

    @api.depends("venue_id", "start", "stop", "state", "booking_id.state")
    def _compute_venue_conflict(self):
        """While choosing, before anything is saved: who has this room then."""
        for meeting in self:
            meeting.venue_conflict = False
            venue, start, stop = meeting.venue_id, meeting.start, meeting.stop
            if not (venue and start and stop and start < stop) or meeting.state not in (
                "draft",
                "planned",
                "approved",
                "called",
            ):
                continue
            taken = venue._conflicts(start, stop, meeting.booking_id._origin)
            lines = [booking._taken_sentence() for booking in taken[:3]]
            if not lines and not venue._open_between(start, stop):
                lines = [
                    self.env._(
                        "“%(venue)s” is not open all that time. It is open: %(hours)s.",
                        venue=venue.name,
                        hours=venue.hours_text,
                    )
                ]
            meeting.venue_conflict = "\n".join(lines) or False

    @api.depends("start", "stop", "participant_ids")
    def _compute_free_venue_ids(self):
        Venue = self.env["school.venue"]
        for meeting in self:
            free = Venue
            if meeting.start and meeting.stop and meeting.start < meeting.stop:
                free = Venue._free_between(
                    meeting.company_id or self.env.company,
                    meeting.start,
                    meeting.stop,
                    len(meeting.participant_ids),
                    kinds=("meeting_room", "event_venue", "classroom", "sports"),
                    exclude=meeting.booking_id._origin,
                )
            meeting.free_venue_ids = free

    def write(self, vals):
        result = super().write(vals)
        # sudo: the room follows the meeting, whoever was allowed to change that
        meetings = self.sudo()
        if SAID & vals.keys():
            meetings.booking_id.filtered("holds_slot")._hide_restricted()
        if FOLLOWED & vals.keys():
            meetings._follow_with_room()
        return result

    def _follow_with_room(self):
        """Book, move or give back the room, in the transaction of the meeting."""
        concerned = self.filtered(
            lambda m: m.booking_id or (m.venue_id and m.state in LIVE_MEETING)
        )
        # What was held is over for its room by other ways.
        concerned = concerned.filtered(lambda m: m.state not in ("ended", "closed"))
        if concerned:
            self.env["school.venue.booking"]._book_for_meetings(concerned)

    def _meeting_started(self):  # pylint: disable=missing-return
        super()._meeting_started()
        self.sudo().booking_id._start_with()

    def _meeting_ended(self):  # pylint: disable=missing-return
        super()._meeting_ended()
        now = fields.Datetime.now()
        self.sudo().booking_id.filtered(
            lambda b: b.state == "checked_in" and b.start < now
        )._set_finished(now)


class SchoolMeetingBody(models.Model):
    _inherit = "school.meeting.body"

    def write(self, vals):
        result = super().write(vals)
        if "visibility" in vals:
            # sudo: the bookings of all its meetings, whoever changes the rule
            self.sudo().meeting_ids.booking_id._hide_restricted()
        return result
