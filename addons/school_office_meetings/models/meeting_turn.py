from odoo import fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("waiting", "Waiting"),
    ("speaking", "Speaking"),
    ("done", "Has Spoken"),
    ("withdrawn", "Withdrawn"),
]


class SchoolMeetingTurn(models.Model):
    """Who speaks on an item, one after another (轮流发言, MTG-16).

    The chair lines up the departments in their usual order; whoever wants the floor
    asks for it on his phone and joins the end of the line.
    """

    _name = "school.meeting.turn"
    _description = "Turn to Speak"
    _inherit = ["school.meeting.room.line"]
    _order = "item_id, sequence, id"
    _rec_name = "participant_id"

    item_id = fields.Many2one(
        "school.meeting.item",
        "Agenda Item",
        required=True,
        check_company=True,
        readonly=True,
        ondelete="restrict",
    )
    participant_id = fields.Many2one(
        "school.meeting.participant",
        "Speaker",
        required=True,
        index=True,
        check_company=True,
        readonly=True,
        ondelete="restrict",
    )
    sequence = fields.Integer(readonly=True)
    point = fields.Char("About", readonly=True)
    state = fields.Selection(
        STATES, "Status", default="waiting", required=True, readonly=True
    )
    started_at = fields.Datetime("Began", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)

    _order_idx = models.Index("(item_id, sequence, id)")
    _speaking_uniq = models.UniqueIndex(
        "(item_id) WHERE state = 'speaking'", "Somebody is speaking."
    )
    _waiting_uniq = models.UniqueIndex(
        "(item_id, participant_id) WHERE state IN ('waiting', 'speaking')",
        "This person stands in the line already.",
    )

    def action_speak(self):
        """Give the floor to this speaker."""
        self.ensure_one()
        turn = self.sudo()
        turn.item_id.with_env(self.env)._check_runs()
        if turn.state != "waiting" or turn.item_id.state != "current":
            raise UserError(self.env._("This turn is not waiting any more."))
        now = fields.Datetime.now()
        turn.item_id.turn_ids.filtered(lambda t: t.state == "speaking")._stop(now)
        self.env.flush_all()
        turn.write({"state": "speaking", "started_at": now})
        turn.meeting_id._room_changed()
        return True

    def action_stop(self):
        """The speaker has finished."""
        turns = self.sudo()
        turns.item_id.with_env(self.env)._check_runs()
        turns.filtered(lambda t: t.state == "speaking")._stop(fields.Datetime.now())
        turns.meeting_id._room_changed()
        return True

    def action_withdraw(self):
        """Leave the line: the speaker himself, or who runs the meeting."""
        for turn in self.sudo():
            meeting = turn.meeting_id.with_env(self.env)
            meeting._check_in_room()
            seat = turn.participant_id
            own = self.env.user in (seat.user_id, seat.attended_by_id)
            if not own and not meeting._is_room_chair():
                if not meeting._is_room_recorder():
                    raise AccessError(
                        self.env._("Everybody gives up his own turn to speak.")
                    )
            if turn.state != "waiting":
                raise UserError(self.env._("This turn is not waiting any more."))
            turn.state = "withdrawn"
            turn.meeting_id._room_changed()
        return True

    def _stop(self, now):
        self.write({"state": "done", "ended_at": now})


class SchoolMeetingItem(models.Model):
    _inherit = "school.meeting.item"

    turn_ids = fields.One2many("school.meeting.turn", "item_id", "Speakers")

    def action_ask_floor(self, point=None):
        """Raise a point: join the line of those who want to speak."""
        self.ensure_one()
        item = self.sudo()
        meeting = item.meeting_id.with_env(self.env)
        meeting._check_in_room()
        item.meeting_id._check_room_stage(("in_session",))
        seat = meeting._my_seats().filtered("is_present")[:1]
        if not seat or seat not in seat._present_for(item):
            raise UserError(
                self.env._("Who is present for the item can ask for the floor.")
            )
        if item.state != "current":
            raise UserError(self.env._("Points are raised on the current item."))
        if item.turn_ids.filtered(
            lambda t: t.participant_id == seat and t.state in ("waiting", "speaking")
        ):
            raise UserError(self.env._("You stand in the line already."))
        item._add_turns(seat, (point or "").strip()[:200] or False)
        return True

    def action_line_up(self):
        """Let the departments speak in turn, in their usual order."""
        self.ensure_one()
        self._check_runs()
        item = self.sudo()
        if item.state != "current":
            raise UserError(self.env._("Points are raised on the current item."))
        seats = item.meeting_id.participant_ids
        seats = seats._present_for(item).filtered("department_id")
        asked = item.turn_ids.filtered(lambda turn: turn.state != "withdrawn")
        first = {}
        for seat in seats.sorted(
            lambda s: (
                s.department_id.distribution_sequence,
                s.department_id.name,
                s.id,
            )
        ):
            first.setdefault(seat.department_id, seat)
        for department in asked.participant_id.department_id:
            first.pop(department, None)
        if not first:
            raise UserError(
                self.env._("Every department that is present stands in the line.")
            )
        item._add_turns(seats.union(*first.values()), ordered=list(first.values()))
        return True

    def _add_turns(self, seats, point=False, ordered=None):
        last = max(self.turn_ids.mapped("sequence"), default=0)
        self.env["school.meeting.turn"].sudo().create(
            [
                {
                    "meeting_id": self.meeting_id.id,
                    "item_id": self.id,
                    "participant_id": seat.id,
                    "sequence": last + number,
                    "point": point,
                }
                for number, seat in enumerate(ordered or seats, 1)
            ]
        )
        self.meeting_id._room_changed()
