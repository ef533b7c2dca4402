from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class SchoolMeetingRecusal(models.Model):
    """Somebody leaves an item because it concerns him (回避).

    He is not present for the item, does not vote on it and does not read along. A
    recusal is never deleted; what was a mistake is withdrawn, before the vote.
    """

    _name = "school.meeting.recusal"
    _description = "Recusal from an Item"
    _inherit = ["school.meeting.room.line"]
    _order = "item_id, id"
    _rec_name = "participant_id"

    _room_guard = """
        TG_OP = 'DELETE'
        OR TG_OP = 'UPDATE' AND (
            OLD.withdrawn_at IS NOT NULL
            OR NEW.item_id IS DISTINCT FROM OLD.item_id
            OR NEW.participant_id IS DISTINCT FROM OLD.participant_id
            OR NEW.reason IS DISTINCT FROM OLD.reason
            OR NEW.at IS DISTINCT FROM OLD.at
            OR NEW.declared_by_id IS DISTINCT FROM OLD.declared_by_id)"""

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
        "Who",
        required=True,
        index=True,
        check_company=True,
        readonly=True,
        ondelete="restrict",
    )
    reason = fields.Char(required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    declared_by_id = fields.Many2one(
        "res.users", "Said by", required=True, readonly=True
    )
    withdrawn_at = fields.Datetime(readonly=True)
    withdrawn_by_id = fields.Many2one("res.users", "Withdrawn by", readonly=True)

    _active_uniq = models.UniqueIndex(
        "(item_id, participant_id) WHERE withdrawn_at IS NULL",
        "This person has left the item already.",
    )

    def action_withdraw(self):
        """Take back a recusal that was a mistake; the chair decides."""
        recusals = self.sudo()
        recusals.meeting_id.with_env(self.env)._check_room_chair()
        recusals.meeting_id._check_room_stage(("called", "in_session"))
        recusals.item_id._check_before_votes()
        recusals.filtered(lambda recusal: not recusal.withdrawn_at).write(
            {"withdrawn_at": fields.Datetime.now(), "withdrawn_by_id": self.env.uid}
        )
        recusals.meeting_id._room_changed()
        return True


class SchoolMeetingItem(models.Model):
    _inherit = "school.meeting.item"

    recusal_ids = fields.One2many("school.meeting.recusal", "item_id", "Recusals")

    def action_recuse(self, reason, participant_id=None):
        """Leave an item that concerns oneself; the chair may ask somebody to leave.

        :param participant_id: who leaves, where the chair says so
        """
        self.ensure_one()
        item = self.sudo()
        meeting = item.meeting_id.with_env(self.env)
        meeting._check_in_room()
        item.meeting_id._check_room_stage(("called", "in_session"))
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the item concerns you."))
        seats = item.meeting_id.participant_ids
        mine = meeting._my_seats()
        if participant_id:
            seat = seats.filtered(lambda s: s.id == participant_id)
            if not seat:
                raise UserError(self.env._("This person is not on the list."))
            if seat not in mine and not meeting._is_room_chair():
                raise AccessError(
                    self.env._("Everybody speaks for himself, or the chair does.")
                )
        else:
            seat = mine
        if not seat:
            raise UserError(self.env._("You are not on the list of this meeting."))
        if item.state not in ("waiting", "current"):
            raise UserError(self.env._("The item has been settled already."))
        item._check_before_votes()
        gone = item.recusal_ids.filtered(lambda r: not r.withdrawn_at).participant_id
        seat -= gone
        if not seat:
            raise UserError(self.env._("This person has left the item already."))
        self.env["school.meeting.recusal"].sudo().create(
            [
                {
                    "meeting_id": item.meeting_id.id,
                    "item_id": item.id,
                    "participant_id": one.id,
                    "reason": reason[:200],
                    "at": fields.Datetime.now(),
                    "declared_by_id": self.env.uid,
                }
                for one in seat
            ]
        )
        meeting._room_note(
            "recusal", self.env._("Somebody left “%(item)s”.", item=item.name)
        )
        item.turn_ids.filtered(
            lambda t: t.participant_id in seat and t.state == "waiting"
        ).write({"state": "withdrawn"})
        item.meeting_id._room_changed()
        return True

    def _check_before_votes(self):
        if any(vote.state in ("open", "closed") for vote in self.sudo().vote_ids):
            raise UserError(
                self.env._("A vote on this item has begun: its roll stands.")
            )
