from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command


class SchoolVenueBooking(models.Model):
    """Re-allocation: a room goes to what has precedence, and what follows (MTG-35)."""

    _inherit = "school.venue.booking"

    def _losers(self):
        """Who has the room that this booking wants."""
        self.ensure_one()
        if not (self.start and self.stop and self.venue_id):
            return self.browse().sudo()
        return self.venue_id._conflicts(self.start, self.stop, self)

    def _check_goes_before(self, losers):
        """Only a lower rank gives way."""
        rank = self.sudo().rank_id
        for loser in losers.sudo():
            if loser.state in ("checked_in", "finished") and rank.code != "emergency":
                raise UserError(
                    self.env._(
                        "%(taken)s It is in use now: only an emergency ends that.",
                        taken=loser._taken_sentence(),
                    )
                )
            if loser.rank_sequence <= rank.sequence:
                raise UserError(
                    self.env._(
                        "%(taken)s “%(own)s” does not go before “%(other)s”.",
                        taken=loser._taken_sentence(),
                        own=rank.name,
                        other=loser.rank_id.name,
                    )
                )

    def action_ask_displace(self):
        """Open the dialog that names who loses the room, and asks why."""
        self._check_displaces()
        losers = self._losers()
        self._check_goes_before(losers)
        return self._open_step("displace", self.env._("Take the Room"))

    def _check_displaces(self):
        """Say what is in the way before a reason is asked for."""
        self.ensure_one()
        self._check_office()
        if self.state not in ("draft", "requested"):
            raise UserError(self.env._("This booking has its room already."))
        self._raise_faults_of_office()
        if self.state == "requested":
            raise UserError(
                self.env._(
                    "This request is being decided: approve it, and it takes the room."
                )
            )
        if self._approval_needed() == "head_office":
            raise UserError(
                self.env._(
                    "“%(venue)s” needs the approval of the department head first: ask "
                    "for it, the room is re-allocated when it is approved.",
                    venue=self.venue_id.name,
                )
            )

    def _raise_faults_of_office(self):
        for booking in self.filtered(lambda b: b.state == "draft"):
            booking._raise_faults()

    def _displace(self, reason, moves=None):
        """The office gives the room to this booking, whoever had it.

        :param moves: ``{booking: room}`` where those who lose it go instead
        """
        self._check_displaces()
        reason = self._check_reason(reason)
        sudo = self.sudo()
        sudo._displace_losers(reason, moves)
        self._request()

    def _displace_losers(self, reason, moves=None):
        """Send away who has the room, log it and tell them what is free instead."""
        self.ensure_one()
        booking = self.sudo()
        losers = booking._losers()
        booking._check_goes_before(losers)
        if not losers:
            return
        Venue = self.env["school.venue"].sudo()
        log = []
        for loser in losers:
            free = Venue._free_between(
                loser.company_id,
                loser.start,
                loser.stop,
                loser.people_count or loser.venue_id.capacity // 2,
                loser.feature_ids,
            ).filtered(lambda venue, kind=loser.kind: venue.kind == kind)
            loser.write(
                {
                    "state": "displaced",
                    "displaced_by_id": booking.id,
                    "ended_reason": reason,
                    "is_contested": False,
                }
            )
            loser._end_cases(reason)
            target = (moves or {}).get(loser)
            log.append(
                {
                    "company_id": loser.company_id.id,
                    "loser_id": loser.id,
                    "winner_id": booking.id,
                    "venue_id": loser.venue_id.id,
                    "from_rank_id": loser.rank_id.id,
                    "to_rank_id": booking.rank_id.id,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "moment": fields.Datetime.now(),
                    "offered": ", ".join(free[:5].mapped("name")),
                }
            )
            moved = loser._stand_in(target) if target else loser.browse()
            loser._tell_displaced(reason, free[:5], moved)
        self.env["school.venue.displacement"].sudo().create(log)

    def _tell_displaced(self, reason, free, moved):
        """The one who had it is told why, and where he may go (MTG-35)."""
        self.ensure_one()
        meeting = self.meeting_ids
        if moved:
            for one in meeting:
                one.write({"booking_id": moved.id, "venue_id": moved.venue_id.id})
        if meeting:
            meeting._venue_lost(self, reason)
            return

        def body(env):
            lines = [env._("Reason: %(reason)s", reason=reason)]
            if moved:
                lines.append(
                    env._(
                        "You have this room instead: %(venue)s",
                        venue=moved.venue_id.name,
                    )
                )
            elif free:
                lines.append(
                    env._(
                        "Free at the same time: %(venues)s. Open the booking to take "
                        "one of them.",
                        venues=", ".join(free.mapped("name")),
                    )
                )
            else:
                lines.append(env._("Nothing else is free at that time."))
            return "\n".join(lines)

        self._tell_applicants(
            lambda booking, env: env._(
                "You lost the room: %(booking)s",
                booking=booking.with_env(env)._spoken(),
            ),
            body,
            kind="venue_displaced",
            urgent=True,
        )

    def _stand_in(self, venue):
        """Book ``venue`` in the place of this booking, which had to give way.

        It was approved for its purpose and time; the office chose the other room.
        """
        self.ensure_one()
        loser = self.sudo()
        vals = {
            "company_id": loser.company_id.id,
            "venue_id": venue.id,
            "start": loser.start,
            "stop": loser.stop,
            "all_day": loser.all_day,
            "purpose": loser.purpose,
            "people_count": loser.people_count,
            "feature_ids": [Command.set((loser.feature_ids & venue.feature_ids).ids)],
            "equipment_needed": loser.equipment_needed,
            "layout": loser.layout,
            "department_id": loser.department_id.id,
            "user_id": loser.user_id.id,
            "rank_id": loser.rank_id.id,
            "rules_accepted": True,
            "is_from_meeting": loser.is_from_meeting,
            "is_restricted": loser.is_restricted,
            "moved_from_id": loser.id,
        }
        booking = loser.create(vals)
        booking._check_free()
        booking.write({"state": "requested", "requested_at": fields.Datetime.now()})
        if not booking.is_from_meeting:
            booking._assign_numbers()
        booking._confirm()
        return booking

    def action_ask_alternative(self):
        """Open the dialog with the rooms that are free instead."""
        self.ensure_one()
        self._check_may_act()
        if self.state != "displaced":
            raise UserError(self.env._("This booking did not lose its room."))
        return self._open_step("alternative", self.env._("Take Another Room"))

    def _take_alternative(self, venue):
        """Whoever lost his room takes another one, without asking again."""
        self.ensure_one()
        self._check_may_act()
        if self.state != "displaced" or self.is_from_meeting:
            raise UserError(self.env._("This booking did not lose its room."))
        venue.check_access("read")
        if self.sudo().search_count([("moved_from_id", "=", self.id)], limit=1):
            raise UserError(self.env._("Another room was taken instead already."))
        if self.stop <= fields.Datetime.now():
            raise UserError(self.env._("This time has passed."))
        own = self.sudo().venue_id
        order = ("none", "office", "head_office")
        if venue.is_pool or venue not in venue._may_book():
            raise AccessError(
                self.env._("“%(venue)s” is not booked by everybody.", venue=venue.name)
            )
        if order.index(venue.approval) > order.index(own.approval):
            raise UserError(
                self.env._(
                    "“%(venue)s” needs an approval of its own: book it anew.",
                    venue=venue.name,
                )
            )
        booking = self._stand_in(venue)
        return self._form_of(booking)
