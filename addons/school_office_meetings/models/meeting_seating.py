from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import seating

ROWS, COLUMNS = 20, 24


class SchoolMeetingParticipant(models.Model):
    """Where somebody sits."""

    _inherit = "school.meeting.participant"

    _server_fields = frozenset({"seat_row", "seat_column"})

    seat_row = fields.Integer("Row", readonly=True, copy=False)
    seat_column = fields.Integer("Seat", readonly=True, copy=False)
    seat_label = fields.Char("Place", compute="_compute_seat_label")

    _seat_uniq = models.UniqueIndex(
        "(meeting_id, seat_row, seat_column) WHERE seat_row > 0",
        "Two people cannot sit on one seat.",
    )

    @api.depends("seat_row", "seat_column")
    def _compute_seat_label(self):
        for participant in self:
            participant.seat_label = (
                self.env._(
                    "row %(row)s, seat %(seat)s",
                    row=participant.seat_row,
                    seat=participant.seat_column,
                )
                if participant.seat_row
                else False
            )

    def _seat_rank(self):
        """Who sits in front: the chair, leaders, guests, key people, the others."""
        self.ensure_one()
        roles = {"chair": 0, "guest": 2, "recorder": 5, "observer": 6}
        body_lead = self.meeting_id.body_id.member_ids.filtered(
            lambda m: m.role in ("chair", "deputy_chair")
        ).user_id
        if self.user_id and self.user_id in body_lead and self.role != "chair":
            return 1
        return roles.get(self.role, 3 if self.is_key else 4)

    def _seated_name(self):
        """Who sits there: the person, or the deputy he sends."""
        self.ensure_one()
        seat = self.sudo()
        deputy = seat.deputy_id.name if seat.answer == "deputy" else False
        return deputy or seat.person_name or ""

    def _answered(self, before):
        result = super()._answered(before)
        # A place is not kept for who does not come.
        self.filtered(lambda seat: seat.answer == "declined" and seat.seat_row).write(
            {"seat_row": 0, "seat_column": 0}
        )
        return result


class SchoolMeeting(models.Model):
    """Who sits where (席位安排, MTG-11): rows of seats.

    A plan drawn elsewhere is a material of the kind "seat plan".
    """

    _inherit = "school.meeting"

    seat_rows = fields.Integer("Rows of Seats", default=0)
    seat_columns = fields.Integer("Seats in a Row", default=0)
    seat_front = fields.Char(
        "In Front", help="For example: screen, platform. Printed above the first row."
    )
    seat_plan = fields.Json(compute="_compute_seat_plan")
    _seats_check = models.Constraint(
        "CHECK (seat_rows BETWEEN 0 AND 20 AND seat_columns BETWEEN 0 AND 24)",
        "A seat plan has up to 20 rows of up to 24 seats.",
    )

    @api.depends(
        "seat_rows",
        "seat_columns",
        "participant_ids.seat_row",
        "participant_ids.seat_column",
        "participant_ids.person_name",
        "participant_ids.answer",
        "participant_ids.deputy_id",
        "participant_ids.role",
    )
    def _compute_seat_plan(self):
        for meeting in self:
            meeting.seat_plan = {
                "rows": meeting.seat_rows,
                "columns": meeting.seat_columns,
                "front": meeting.seat_front or "",
                "people": [
                    {
                        "id": person._origin.id,
                        "name": person._seated_name(),
                        "department": person.department_id.sudo().name or "",
                        "role": person.role,
                        "key": person.is_key,
                        "row": person.seat_row,
                        "column": person.seat_column,
                    }
                    for person in meeting.participant_ids
                    if person._origin.id
                ],
            }

    def write(self, vals):
        result = super().write(vals)
        if {"seat_rows", "seat_columns"} & vals.keys():
            # Superuser: whoever sat where no seat is left stands up.
            for meeting in self.sudo():
                meeting.participant_ids.filtered(
                    lambda p, m=meeting: (
                        p.seat_row > m.seat_rows or p.seat_column > m.seat_columns
                    )
                ).write({"seat_row": 0, "seat_column": 0})
        return result

    def _check_seats(self):
        self.ensure_one()
        self._check_preparer()
        if self.state in ("closed", "cancelled"):
            raise UserError(
                self.env._("“%(meeting)s” is over: its seats stay.", meeting=self.name)
            )
        if not (self.seat_rows and self.seat_columns):
            raise UserError(
                self.env._("Say first how many rows of how many seats there are.")
            )

    def seat_person(self, participant_id, row, column):
        """Put one participant on a seat; whoever sits there changes places with him.

        Row 0: he has no seat any more. Returns the new plan.
        """
        self._check_seats()
        person = self.sudo().participant_ids.filtered(lambda p: p.id == participant_id)
        if not person:
            raise UserError(self.env._("This person does not take part any more."))
        if row and not (
            1 <= row <= self.seat_rows and 1 <= column <= self.seat_columns
        ):
            raise UserError(self.env._("There is no such seat."))
        before = {"seat_row": person.seat_row, "seat_column": person.seat_column}
        other = self.sudo().participant_ids.filtered(
            lambda p: (
                row and p.seat_row == row and p.seat_column == column and p != person
            )
        )
        other.write({"seat_row": 0, "seat_column": 0})
        other.flush_recordset(["seat_row", "seat_column"])
        person.write({"seat_row": row or 0, "seat_column": column if row else 0})
        person.flush_recordset(["seat_row", "seat_column"])
        if other and before["seat_row"]:
            other.write(before)
        self.invalidate_recordset(["seat_plan"])
        return self.seat_plan

    def action_seat_everybody(self):
        """Give everybody without a seat one: leaders and guests in front, the middle
        first.
        """
        self._check_seats()
        people = self.sudo().participant_ids
        waiting = people.filtered(lambda p: not p.seat_row and p.answer != "declined")
        ranks = {person: person._seat_rank() for person in waiting}
        waiting = waiting.sorted(lambda p: (ranks[p], p.sequence, p.id))
        taken = {(p.seat_row, p.seat_column) for p in people if p.seat_row}
        free = [
            seat
            for seat in seating.best_seats(self.seat_rows, self.seat_columns)
            if seat not in taken
        ]
        if len(free) < len(waiting):
            raise UserError(
                self.env._(
                    "%(missing)s seats are missing: add rows or seats.",
                    missing=len(waiting) - len(free),
                )
            )
        for person, (row, column) in zip(waiting, free, strict=False):
            person.write({"seat_row": row, "seat_column": column})
        return True

    def action_clear_seats(self):
        """Let everybody stand up, to begin again."""
        self._check_seats()
        self.sudo().participant_ids.write({"seat_row": 0, "seat_column": 0})
        return True

    def _seat_grid(self):
        """Rows of the plan for the print: lists of participants or None."""
        self.ensure_one()
        at = {(p.seat_row, p.seat_column): p for p in self.participant_ids}
        return [
            [at.get((row, column)) for column in range(1, self.seat_columns + 1)]
            for row in range(1, self.seat_rows + 1)
        ]

    def _seat_cards(self):
        """Whose name stands on a card (桌签): in the order of the seats."""
        self.ensure_one()
        return self.participant_ids.filtered(lambda p: p.answer != "declined").sorted(
            lambda p: (not p.seat_row, p.seat_row, p.seat_column, p.sequence, p.id)
        )
