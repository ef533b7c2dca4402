from odoo import api, fields, models
from odoo.fields import Domain

from .venue_times import spoken_span


class SchoolMyOffice(models.AbstractModel):
    """Rooms on the page every employee lands in: mine, to prepare, to hand over."""

    _inherit = "school.my.office"

    @api.model
    def _sections(self):
        return [*super()._sections(), *self._sections_venues()]

    @api.model
    def _quick_actions(self):
        actions = super()._quick_actions()
        if self.env.company.is_school:
            actions.append(
                {
                    "key": "book_room",
                    "label": self.env._("Book a Room"),
                    "icon": "fa-calendar-check-o",
                    "action": "school_office_meetings.book_room_action",
                    "sequence": 15,
                }
            )
        return actions

    @api.model
    def _sections_venues(self):
        """Constant queries: one and a look at the first five for each card."""
        now = fields.Datetime.now()
        mine = Domain("user_id", "=", self.env.uid)
        # What I have to do: those who lost their room, and rooms I left without a word.
        open_mine = mine & (
            (
                Domain("state", "=", "displaced")
                & Domain("stop", ">", now)
                & Domain("is_from_meeting", "=", False)
            )
            | Domain("feedback_state", "=", "open")
        )
        sections = [
            self._section_bookings(
                "venue_bookings",
                self.env._("My Rooms"),
                mine
                & Domain("state", "in", ("requested", "confirmed", "checked_in"))
                & Domain("stop", ">", now),
                sequence=110,
                icon="fa-calendar-check-o",
                column="asked",
                action="school_office_meetings.venue_booking_action_mine",
                order="start, id",
            ),
            self._section_bookings(
                "venue_open",
                self.env._("About My Rooms"),
                open_mine,
                sequence=46,
                icon="fa-commenting-o",
                action="school_office_meetings.venue_booking_action_mine",
                order="start desc, id desc",
                counter=self.env._("rooms"),
            ),
        ]
        kept = self._kept_venues()
        if kept is None:
            return sections
        sections += [
            self._section_bookings(
                "venue_prepare",
                self.env._("Rooms to Prepare"),
                kept
                & Domain("state", "=", "confirmed")
                & Domain("needs_preparation", "=", True)
                & Domain("prepared_at", "=", False)
                & Domain("stop", ">", now),
                sequence=36,
                icon="fa-wrench",
                action="school_office_meetings.venue_booking_action_prepare",
                order="prepare_by, id",
                counter=self.env._("to prepare"),
            ),
            self._section_bookings(
                "venue_hand_over",
                self.env._("Rooms to Hand Over"),
                kept
                & Domain("state", "=", "finished")
                & Domain("handed_over_at", "=", False)
                & Domain("venue_id.needs_hand_over", "=", True),
                sequence=37,
                icon="fa-check-square-o",
                action="school_office_meetings.venue_booking_action_hand_over",
                order="stop, id",
                counter=self.env._("to hand over"),
            ),
        ]
        return sections

    @api.model
    def _kept_venues(self):
        """The bookings of rooms that this user keeps; None if he keeps none."""
        user = self.env.user
        named = Domain("venue_id.administrator_ids", "in", user.ids)
        # sudo: staff need not read the holders of a post
        post = (
            self.env["school.post"]
            .sudo()
            ._find(self.env.company, "venue_administrator")
        )
        if post and user in post._users():
            return named | Domain("venue_id.administrator_ids", "=", False)
        # sudo: whether there is one at all
        keeps = (
            self.env["school.venue"]
            .sudo()
            .search_count([("administrator_ids", "in", user.ids)], limit=1)
        )
        return named if keeps else None

    def _section_bookings(self, key, title, domain, **card):
        Booking = self.env["school.venue.booking"]
        states = dict(Booking._fields["state"]._description_selection(self.env))
        return self._list_section(
            Booking,
            domain,
            lambda booking: self._item(
                f"{key}-{booking.id}",
                booking.display_name,
                " – ".join(
                    spoken_span(booking.company_id, booking.start, booking.stop)
                ),
                open_record=(booking._name, booking.id),
                deadline_info=booking.deadline_info,
                deadline_state=booking.deadline_state,
                badge=states[booking.state],
                buttons=self._booking_buttons(booking),
            ),
            key=key,
            title=title,
            **card,
        )

    def _booking_buttons(self, booking):
        # sudo: only whether there is a code on the door
        by_door = bool(booking.sudo().venue_id.door_token)
        if booking.can_check_in and (not by_door or not booking.is_mine):
            return [
                self._button(
                    self.env._("Check In"),
                    booking._name,
                    booking.ids,
                    "action_check_in",
                    primary=True,
                    said=self.env._("Checked in."),
                )
            ]
        return []
