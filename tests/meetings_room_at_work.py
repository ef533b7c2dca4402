"""A meeting in session in the neighbour school, for the tests that span addons.

Whatever people write carries ``cls.marker``.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command


class MeetingsRoomAtWork:
    """Mixed into ``SchoolsAtWork``."""

    @classmethod
    def _meet_in_the_room(cls, school, chair):
        """Sign-in, an item with record, recusal, votes and statement; a vote open."""
        members = [cls._person(f"heron_room_{number}", school) for number in range(4)]
        people = [chair, *members]
        body = (
            cls.env["school.meeting.body"]
            .with_user(chair)
            .create(
                {
                    "name": f"{cls.marker} council",
                    "needs_plan": False,
                    "member_ids": [
                        Command.create({"user_id": user.id}) for user in people
                    ],
                }
            )
        )
        start = fields.Datetime.now() + timedelta(minutes=10)
        meeting = (
            cls.env["school.meeting"]
            .with_user(chair)
            .create(
                {
                    "name": f"{cls.marker} session",
                    "body_id": body.id,
                    "type": "urgent",
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "chair_id": chair.id,
                    "recorder_id": chair.id,
                    "item_ids": [
                        Command.create({"name": f"{cls.marker} item {number}"})
                        for number in range(2)
                    ],
                }
            )
        )
        meeting._call(f"{cls.marker} reason")
        code = meeting.sudo()._sign_in_code()[0]
        for user in people:
            meeting.with_user(user).action_sign_in(code)
        meeting.action_start(True)
        first, second = meeting.item_ids[:2]
        first.action_begin()
        seat = meeting.participant_ids.filtered(lambda s: s.user_id == members[0])
        first.save_texts({"discussion": {"text": f"{cls.marker} words", "base": ""}})
        first.action_state(seat.id, f"{cls.marker} statement")
        first.with_user(members[1]).action_ask_floor(f"{cls.marker} point")
        second.with_user(members[0]).action_recuse(f"{cls.marker} reason")
        Vote = cls.env["school.meeting.vote"].with_user(chair)
        for kind in ("open", "secret"):
            vote = Vote.browse(first.action_open_vote(f"{cls.marker} {kind}?", kind))
            for user in people:
                vote.with_user(user).action_cast("for")
            vote.action_close()
        meeting.with_user(members[1]).action_propose_item(f"{cls.marker} extra")
        first.action_finish()
        second.action_begin()
        vote = Vote.browse(second.action_open_vote(f"{cls.marker} now?", "open"))
        vote.with_user(members[1]).action_cast("against")
