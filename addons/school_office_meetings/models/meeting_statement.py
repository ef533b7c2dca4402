from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [
    ("recorded", "Recorded"),
    ("asked", "Confirmation Asked For"),
    ("confirmed", "Confirmed"),
    ("corrected", "Worded by the Speaker"),
]


class SchoolMeetingStatement(models.Model):
    """A key statement of a speaker, confirmed by himself (发言人确认, MTG-19).

    What the minutes taker wrote stays. The speaker confirms it or puts his own wording
    beside it, once; a better record is a new statement that names the old one.
    """

    _name = "school.meeting.statement"
    _description = "Key Statement"
    _inherit = ["school.meeting.room.line"]
    _order = "item_id, id"
    _rec_name = "text"

    _room_guard = """
        TG_OP = 'DELETE'
        OR TG_OP = 'UPDATE' AND (
            NEW.text IS DISTINCT FROM OLD.text
            OR NEW.item_id IS DISTINCT FROM OLD.item_id
            OR NEW.participant_id IS DISTINCT FROM OLD.participant_id
            OR NEW.recorded_at IS DISTINCT FROM OLD.recorded_at
            OR OLD.state IN ('confirmed', 'corrected') AND (
                NEW.state IS DISTINCT FROM OLD.state
                OR NEW.own_text IS DISTINCT FROM OLD.own_text
                OR NEW.confirmed_at IS DISTINCT FROM OLD.confirmed_at))"""
    _room_guard_sentence = "A statement stands as it was recorded and confirmed."

    item_id = fields.Many2one(
        "school.meeting.item",
        "Agenda Item",
        required=True,
        index=True,
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
    text = fields.Text("Statement", required=True, readonly=True)
    own_text = fields.Text("In the Speaker's Words", readonly=True)
    state = fields.Selection(
        STATES, "Status", default="recorded", required=True, readonly=True
    )
    recorded_at = fields.Datetime(required=True, readonly=True)
    recorded_by_id = fields.Many2one("res.users", required=True, readonly=True)
    asked_at = fields.Datetime("Asked at", readonly=True)
    confirmed_at = fields.Datetime(readonly=True)
    confirmed_by_id = fields.Many2one("res.users", readonly=True)
    replaces_id = fields.Many2one(
        "school.meeting.statement",
        "Instead of",
        check_company=True,
        index="btree_not_null",
        readonly=True,
        ondelete="restrict",
    )
    replaced_by_ids = fields.One2many("school.meeting.statement", "replaces_id")
    is_mine = fields.Boolean(
        "To Be Confirmed by Me", compute="_compute_is_mine", search="_search_is_mine"
    )

    _confirmed_check = models.Constraint(
        """CHECK (
            state NOT IN ('confirmed', 'corrected')
            OR confirmed_at IS NOT NULL AND confirmed_by_id IS NOT NULL
                AND (state = 'confirmed' OR own_text IS NOT NULL)
        )""",
        "It is on record who confirmed a statement, and when.",
    )

    @api.depends_context("uid")
    def _compute_is_mine(self):
        for statement in self:
            statement.is_mine = statement._is_speaker()

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        uid = self.env.uid
        return fields.Domain("participant_id.user_id", "=", uid) | fields.Domain(
            "participant_id.attended_by_id", "=", uid
        )

    @api.depends_context("uid", "allowed_company_ids")
    @api.depends("meeting_id", "item_id", "participant_id")
    def _compute_is_room_visible(self):
        self._mark_among("is_room_visible", self._search_is_room_visible("in", [True]))

    @api.model
    def _search_is_room_visible(self, operator, value):
        """In the room, and one's own or of an item whose record one may read.

        Not who recused himself, nor who is no reader of that part of the minutes.
        """
        in_room = super()._search_is_room_visible(operator, value)
        if in_room is NotImplemented:
            return in_room
        Item = self.env["school.meeting.item"].sudo(False)
        return in_room & (
            self._search_is_mine("in", [True])
            | fields.Domain("item_id", "in", Item._search(Item._readable_domain()))
        )

    def _is_speaker(self):
        """The one who spoke: whoever sat there."""
        seat = self.sudo().participant_id
        return (seat.attended_by_id or seat.user_id) == self.env.user

    def action_ask(self):
        """Ask the speakers to confirm what was recorded."""
        statements = self.sudo()
        meetings = statements.meeting_id
        meetings.with_env(self.env)._check_room_runs()
        open_ones = statements.filtered(lambda s: s.state == "recorded")
        if not open_ones:
            raise UserError(self.env._("The speaker has been asked already."))
        if any(not s._speaker() for s in open_ones):
            raise UserError(
                self.env._("A guest is asked by the minutes taker, on paper.")
            )
        open_ones.write({"state": "asked", "asked_at": fields.Datetime.now()})
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": statement._speaker(),
                    "subject": lambda env, s=statement: env._(
                        "Is this what you said in “%(meeting)s”?",
                        meeting=s.meeting_id.name,
                    ),
                    "body": lambda env: env._(
                        "Confirm the record of your statement in My Office."
                    ),
                    "record": statement.meeting_id,
                    "kind": "meeting",
                }
                for statement in open_ones
            ]
        )
        meetings._room_changed()
        return True

    def _speaker(self):
        seat = self.sudo().participant_id
        return seat.attended_by_id or seat.user_id

    def action_confirm(self):
        """The speaker confirms the record of what he said."""
        self._check_answer()
        self.sudo().write(
            {
                "state": "confirmed",
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by_id": self.env.uid,
            }
        )
        self.sudo().meeting_id._room_changed()
        return True

    def action_correct(self, wording):
        """The speaker says it in his own words, which stand beside the record."""
        self.ensure_one()
        self._check_answer()
        wording = (wording or "").strip()
        if not wording:
            raise UserError(self.env._("Write what you said in your own words."))
        self.sudo().write(
            {
                "state": "corrected",
                "own_text": wording,
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by_id": self.env.uid,
            }
        )
        self.sudo().meeting_id._room_changed()
        return True

    def _check_answer(self):
        self.sudo().meeting_id.with_env(self.env)._check_in_room()
        for statement in self:
            if not statement._is_speaker():
                raise AccessError(self.env._("Only the speaker confirms what he said."))
            if statement.sudo().state in ("confirmed", "corrected"):
                raise UserError(self.env._("You have confirmed this statement."))
            if statement.sudo().meeting_id.record_frozen_at:
                raise UserError(self.env._("The record of this meeting is final."))


class SchoolMeetingItem(models.Model):
    _inherit = "school.meeting.item"

    statement_ids = fields.One2many(
        "school.meeting.statement", "item_id", "Key Statements"
    )

    def action_state(self, participant_id, text, ask=True, replaces_id=None):
        """Record a key statement of somebody, and ask him to confirm it (MTG-19)."""
        self.ensure_one()
        self._check_record_writable()
        item = self.sudo()
        text = (text or "").strip()
        if not text:
            raise UserError(self.env._("Write what was said."))
        seat = item.meeting_id.participant_ids.filtered(
            lambda seat: seat.id == participant_id
        )
        if not seat or not seat.signed_in_at:
            raise UserError(self.env._("Only who was in the room has said something."))
        replaced = item.statement_ids.filtered(lambda s: s.id == replaces_id)
        statement = (
            self.env["school.meeting.statement"]
            .sudo()
            .create(
                {
                    "meeting_id": item.meeting_id.id,
                    "item_id": item.id,
                    "participant_id": seat.id,
                    "text": text,
                    "recorded_at": fields.Datetime.now(),
                    "recorded_by_id": self.env.uid,
                    "replaces_id": replaced.id,
                }
            )
        )
        if ask and statement._speaker():
            statement.with_env(self.env).action_ask()
        else:
            item.meeting_id._room_changed()
        return statement.id
