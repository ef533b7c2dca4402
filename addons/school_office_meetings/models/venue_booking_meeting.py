from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

LIVE_MEETING = ("planned", "approved", "called", "in_session")
FIRM_MEETING = ("approved", "called", "in_session")


class SchoolVenueBooking(models.Model):
    """The rooms of meetings: booked, moved and given back with their meeting."""

    _inherit = "school.venue.booking"

    @api.model
    def _book_for_meetings(self, meetings, displace_reason=None):
        """Make, move or give back the booking of each meeting, in its transaction.

        A constant number of queries for any number of meetings. What is planned holds
        its room as a request, what is approved has it. A meeting that has no wish, no
        time, or is drafted or cancelled, has no booking. Raises the sentence that names
        who has the room, and nothing is changed.

        The meeting answers for its approval; whoever calls this has checked that the
        meeting may be called.

        :param displace_reason: the office gives the meeting a room that others of lower
            rank have, for this reason; they are told (MTG-35)
        """
        meetings = meetings.sudo()
        restricted = meetings.filtered("is_restricted")
        if restricted and self.env.uid != SUPERUSER_ID:
            # Whoever made and changed the row would be told by the row.
            quiet = self.with_user(SUPERUSER_ID)
            booked = quiet._book_for_meetings(
                restricted.with_user(SUPERUSER_ID), displace_reason
            )
            others = self._book_for_meetings(meetings - restricted, displace_reason)
            return others | booked.with_env(others.env)
        wanted = meetings.filtered(
            lambda m: m.venue_id and m.start and m.stop and m.state in LIVE_MEETING
        )
        for meeting in meetings - wanted:
            if meeting.booking_id:
                # All staff read why a room is free again.
                said = not meeting.is_restricted and meeting.cancel_reason
                meeting.booking_id._release(
                    said or self.env._("The meeting needs no room.")
                )
                meeting.booking_id = False
        Booking = self.sudo()
        ranks = Booking._ranks_of_meetings(wanted)
        new_vals, moves = {}, []
        for meeting in wanted:
            vals = Booking._meeting_vals(meeting, ranks[meeting])
            booking = meeting.booking_id
            if booking.state in ("requested", "confirmed", "checked_in"):
                moves.append((booking, vals))
            else:
                new_vals[meeting] = vals
        made = Booking.create(list(new_vals.values()))
        for meeting, booking in zip(new_vals, made, strict=True):
            meeting.booking_id = booking
        Booking._move_for_meetings(moves, displace_reason)
        if displace_reason:
            for booking in made:
                booking._displace_losers(displace_reason)
        made._check_free()
        now = fields.Datetime.now()
        made.write({"state": "requested", "requested_at": now})
        every = made.union(*(booking for booking, __ in moves))
        firm = wanted.filtered(lambda m: m.state in FIRM_MEETING).booking_id & every
        firm._confirm()
        wanted.filtered(lambda m: m.state == "in_session").booking_id._start_with()
        return wanted.booking_id

    @api.model
    def _move_for_meetings(self, moves, displace_reason):
        """Move what exists; those that swap rooms among themselves may do so."""
        slot = ("venue_id", "start", "stop")
        moved = []
        for booking, vals in moves:
            same = (
                booking.venue_id.id == vals["venue_id"]
                and booking.start == vals["start"]
                and booking.stop == vals["stop"]
            )
            rest = {
                name: value
                for name, value in vals.items()
                if name not in (*slot, "company_id")
            }
            booking.write(rest)
            if not same:
                moved.append((booking, {name: vals[name] for name in slot}))
        if not moved:
            return
        every = self.union(*(booking for booking, __ in moved))
        # Out of the way first: one may take the place of the other.
        was = {booking: booking.state for booking in every}
        every.write({"state": "draft"})
        for booking, vals in moved:
            booking.write({**vals, "prepared_at": False, "preparation_result": False})
        if displace_reason:
            for booking in every:
                booking._displace_losers(displace_reason)
        every._check_free()
        for state in set(was.values()):
            self.union(*(b for b in every if was[b] == state)).write({"state": state})

    @api.model
    def _meeting_vals(self, meeting, rank):
        """What the booking says of its meeting: of a restricted one, nothing."""
        restricted = meeting.is_restricted
        return {
            "company_id": meeting.company_id.id,
            "venue_id": meeting.venue_id.id,
            "start": meeting.start,
            "stop": meeting.stop,
            "is_from_meeting": True,
            "is_restricted": restricted,
            "purpose": False,
            "user_id": False if restricted else meeting.organizer_id.id,
            "department_id": False if restricted else meeting.department_id.id,
            "people_count": 0 if restricted else len(meeting.participant_ids),
            "rank_id": rank.id,
            "rules_accepted": True,
            "approval_kind": "none",
        }

    @api.model
    def _ranks_of_meetings(self, meetings):
        """An important or cross-department meeting goes before an ordinary one."""
        Rank = self.env["school.venue.rank"].sudo()
        rows = Rank.search([("company_id", "in", meetings.company_id.ids)])
        ranks = {}
        for meeting in meetings:
            own = rows.filtered(lambda r, m=meeting: r.company_id == m.company_id)
            code = "other"
            if meeting.type in ("important", "cross"):
                code = "important"
            elif meeting.type == "urgent" and meeting.body_id.kind != "morning":
                code = "emergency"
            people = len(meeting.participant_ids)
            fitting = own.filtered(
                lambda r, c=code, n=people: (
                    r.code == c or (r.people_from and n >= r.people_from)
                )
            )
            ranks[meeting] = (fitting or own[-1:])[:1]
        return ranks

    def _hide_restricted(self):
        """What became restricted after it was booked says nothing from now on."""
        for booking in self.sudo():
            meeting = booking.meeting_ids[:1]
            if not meeting:
                continue
            vals = self._meeting_vals(meeting, booking.rank_id)
            names = ("is_restricted", "user_id", "department_id", "people_count")
            quiet = booking._quietly()
            quiet.write({name: vals[name] for name in names})
            if vals["is_restricted"]:
                quiet.flush_recordset()
                quiet.message_ids.unlink()
                quiet.message_follower_ids.unlink()
                quiet.write({"confirmed_by_id": False, "checked_in_by_id": False})
                quiet.flush_recordset()
                self.env.cr.execute(
                    SQL(
                        """UPDATE school_venue_booking
                              SET create_uid = %s, write_uid = %s WHERE id = %s""",
                        SUPERUSER_ID,
                        SUPERUSER_ID,
                        booking.id,
                    )
                )
                booking.invalidate_recordset(["create_uid", "write_uid"])

    def _start_with(self):
        """The meeting is opened: somebody came for the room."""
        bookings = self.sudo().filtered(lambda b: b.state == "confirmed")
        for restricted, group in bookings.grouped("is_restricted").items():
            group._quietly().write(
                {
                    "state": "checked_in",
                    "checked_in_at": fields.Datetime.now(),
                    "checked_in_by_id": not restricted and self.env.uid,
                    "check_in_method": "meeting",
                }
            )

    def _quietly(self):
        """These bookings in superuser mode; restricted ones without the user too.

        Who creates or changes a row stands in the row, which everybody may read.
        """
        restricted = any(booking.is_restricted for booking in self.sudo())
        return self.with_user(SUPERUSER_ID) if restricted else self.sudo()
