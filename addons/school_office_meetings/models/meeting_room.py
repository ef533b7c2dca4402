from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import AccessError

from .meeting_item_text import TEXTS
from .meeting_vote import COUNTS

CHANNEL = "school.meeting/room"


class SchoolMeeting(models.Model):
    """The page "In the Room": what it shows to each, and how it learns of changes."""

    _inherit = "school.meeting"

    def action_open_room(self):
        """Open the page of the meeting: run it, write it, vote in it."""
        self.ensure_one()
        self._check_in_room()
        return {
            "type": "ir.actions.client",
            "tag": "school_meeting_room",
            "name": self.sudo().name,
            "path": "meeting-room",
            "target": "current",
            "context": {"active_id": self.id},
        }

    def _room_changed(self):
        """Tell the screens of those in the room that there is something new.

        Only that: each then asks for what he may see. Sent as the robot, or the rows of
        the bus would say who did what at which moment, also in a secret vote.
        """
        for meeting in self.with_user(SUPERUSER_ID):
            partners = meeting._room_users().partner_id
            partners._bus_send(CHANNEL, {"meeting_id": meeting.id})

    def get_room(self):
        """Return what the caller sees of the room; a constant number of queries."""
        self.ensure_one()
        self._check_in_room()
        meeting = self.sudo()
        is_chair, is_recorder = self._is_room_chair(), self._is_room_recorder()
        runs = is_chair or is_recorder
        clerk = self._is_room_clerk()
        items = meeting.item_ids.sorted(lambda item: (item.sequence, item.id))
        readable = items.with_env(self.env)._readable_record()
        seats = meeting.participant_ids
        mine = self._my_seats()
        return {
            "now": fields.Datetime.to_string(fields.Datetime.now()),
            "meeting": self._room_meeting(meeting),
            "me": {
                "user_id": self.env.uid,
                "seats": mine.ids,
                "name": self.env.user.name,
                "is_chair": is_chair,
                "is_recorder": is_recorder,
                "runs": runs,
                "is_clerk": clerk,
                "on_list": bool(mine),
                "present": bool(mine.filtered("is_present")),
                "attendance": mine[:1].attendance or "none",
                "represents": ", ".join(
                    mine.filtered(
                        lambda seat: seat.user_id and seat.user_id != self.env.user
                    ).mapped("person_name")
                ),
            },
            "items": [
                self._room_item(item, item in readable, mine, runs) for item in items
            ],
            "people": [self._room_seat(seat, clerk) for seat in seats],
            "missing": meeting._main_missing().mapped("person_name")
            if runs and meeting.state == "called"
            else [],
            "opens": self._room_opens(meeting),
            "owners": [
                {"id": user.id, "name": user.name}
                for user in self._room_owners(meeting)
            ]
            if runs
            else [],
            "departments": [
                {"id": department.id, "name": department.name}
                for department in self.env["hr.department"].search(
                    [("company_id", "=", meeting.company_id.id)]
                )
            ]
            if runs
            else [],
        }

    def _room_owners(self, meeting):
        """Who is offered to carry a resolution out: who came, heads of departments.

        Anybody else of the school is chosen in the form of the resolution.
        """
        seats = meeting.participant_ids
        departments = (
            self.env["hr.department"]
            .sudo()
            .search([("company_id", "=", meeting.company_id.id)])
        )
        heads = departments.manager_id.user_id.filtered("active")
        return seats.user_id | seats.attended_by_id | heads

    def _room_opens(self, meeting):
        """The moment from which people sign in, while it is still to come."""
        opens = meeting._sign_in_opens_at()
        if meeting.state == "called" and opens and opens > fields.Datetime.now():
            return meeting._room_time(opens)
        return ""

    def _room_meeting(self, meeting):
        states = dict(self._fields["state"]._description_selection(self.env))
        return {
            "id": meeting.id,
            "name": meeting.name,
            "number": meeting.number or "",
            "state": meeting.state,
            "state_text": states[meeting.state],
            "body": meeting.body_id.name or "",
            "chair": meeting.chair_id.name or "",
            "recorder": meeting.recorder_id.name or "",
            "place": meeting._room_place(),
            "start": fields.Datetime.to_string(meeting.start) or "",
            "start_text": meeting._room_time(meeting.start) if meeting.start else "",
            "started_at": fields.Datetime.to_string(meeting.started_at) or "",
            "ended_at": fields.Datetime.to_string(meeting.ended_at) or "",
            "main_missing": meeting.main_missing or "",
            "final": bool(meeting.record_frozen_at),
            "secret_ballot": bool(meeting.body_id.secret_ballot),
        }

    def _room_seat(self, seat, clerk):
        roles = dict(seat._fields["role"]._description_selection(self.env))
        came = seat.attended_by_id
        return {
            "id": seat.id,
            "user_id": seat.user_id.id,
            "name": seat.person_name,
            "department": seat.department_id.name or "",
            "role": seat.role,
            "role_text": roles[seat.role],
            "is_key": seat.is_key,
            "is_guest": bool(seat.partner_id),
            "votes": seat._is_voting_seat(),
            "present": seat.is_present,
            "attendance": seat.attendance,
            "answer": seat.answer,
            "deputy": (came.name if came and came != seat.user_id else "")
            or (seat.deputy_id.name if seat.answer == "deputy" else "")
            or "",
            "signed_in": seat.meeting_id._room_time(seat.signed_in_at)
            if seat.signed_in_at
            else "",
            "method": seat.sign_in_method or "",
            "reason": (seat.absence_reason or seat.answer_reason or "")
            if clerk
            else "",
        }

    def _room_item(self, item, is_readable, mine, runs):
        recusals = item.recusal_ids.filtered(lambda row: not row.withdrawn_at)
        values = {
            "id": item.id,
            "name": item.name,
            "kind": item.kind,
            "department": item.department_id.name or "",
            "speaker": item.speaker_id.name or "",
            "description": item.description or "",
            "minutes": item.minutes_planned + item.minutes_extra,
            "state": item.state,
            "started_at": fields.Datetime.to_string(item.started_at) or "",
            "running_since": fields.Datetime.to_string(item.running_since) or "",
            "seconds_used": item.seconds_used,
            "reason": item.settled_reason or "",
            "is_special": item.is_special,
            "is_extra": item.is_extra,
            "consent": item.consent_state,
            "proposer": item.proposer_id.name or "",
            "visibility": item.visibility,
            "departments": item.visible_department_ids.ids,
            "recused": [
                {
                    "id": row.id,
                    "name": row.participant_id.person_name,
                    "seat_id": row.participant_id.id,
                    "reason": row.reason if runs else "",
                }
                for row in recusals
            ],
            "i_recused": bool(recusals.participant_id & mine),
            "votes": [
                self._room_vote(vote, mine) for vote in item.vote_ids.sorted("id")
            ],
            "statements": [
                {
                    "id": row.id,
                    "speaker": row.participant_id.person_name,
                    "text": row.text,
                    "own_text": row.own_text or "",
                    "state": row.state,
                    "mine": row.participant_id in mine,
                }
                for row in item.statement_ids
                if not row.replaced_by_ids
                and (is_readable or row.participant_id in mine)
            ],
            "turns": [
                {
                    "id": turn.id,
                    "name": turn.participant_id.person_name,
                    "department": turn.participant_id.department_id.name or "",
                    "point": turn.point or "",
                    "state": turn.state,
                    "mine": turn.participant_id in mine,
                    "started_at": fields.Datetime.to_string(turn.started_at) or "",
                }
                for turn in item.turn_ids
                if turn.state != "withdrawn"
            ],
            "texts": None,
            "decided": None,
            "may_decide": None,
        }
        if is_readable:
            text = item.text_ids
            values["texts"] = {name: text[name] or "" for name in TEXTS}
            values["resolutions"] = self._room_resolutions(item)
            if text.decided_at:
                values["decided"] = {
                    "present": text.decided_present,
                    "base": text.decided_base,
                    "needed": text.decided_needed,
                }
        if runs and item.state == "current":
            allowed, sentence = item._may_decide()
            now = item._decision_standing()
            values["may_decide"] = {
                "allowed": allowed,
                "sentence": sentence,
                "present": now.present,
                "base": now.base,
                "needed": now.needed,
            }
        return values

    def _room_resolutions(self, item):
        """Rows of what was resolved, where resolutions are followed up."""
        if "resolution_ids" not in item._fields:
            return []
        return [
            {
                "id": row.id,
                "name": row.display_name,
                "owner": row["owner_id"].name or "",
                "due": fields.Date.to_string(row["due_date"]) or "",
                "state": row["state"],
            }
            for row in item["resolution_ids"]
        ]

    def _room_vote(self, vote, mine):
        paper = vote.turnout_ids.filtered(lambda row: row.user_id == self.env.user)
        values = {
            "id": vote.id,
            "question": vote.question,
            "kind": vote.kind,
            "state": vote.state,
            "roll": len(vote.turnout_ids),
            "voted": [
                row.participant_id.person_name
                for row in vote.turnout_ids.sorted("participant_id")
                if row.has_voted
            ],
            "on_roll": bool(paper),
            "i_voted": paper.has_voted,
            "my_choice": vote._choice_of(self.env.user) or "",
            "ballots": [
                {"name": row.participant_id.person_name, "choice": row.choice}
                for row in vote.ballot_ids
            ],
            "present": vote.present_count,
            "quorum_needed": vote.quorum_needed,
            "members": vote.members_count,
            "recused": vote.recused_count,
            "reason": vote.cancel_reason or "",
        }
        if vote.state == "closed":
            values |= {
                "counts": {name: vote[f"count_{name}"] for name in COUNTS},
                "result": vote.result,
                "needed": vote.needed_count,
                "base": vote.base_count,
                "rule": vote._rule_text(),
            }
        return values

    def action_draft_resolution(self, item_id, vals):
        """Draft a resolution of an item: what, who, until when (MTG-18)."""
        self.ensure_one()
        item = self.sudo().item_ids.filtered(lambda row: row.id == item_id)
        if not item:
            raise AccessError(self.env._("This item is of another meeting."))
        item.with_env(self.env)._check_record_writable()
        item._check_may_decide()
        item.with_env(self.env)._draft_resolution(dict(vals or {}))._check_due_ahead()
        self.sudo()._room_changed()
        return True
