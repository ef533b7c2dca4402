from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.school_office_base.tests.common import SchoolCommon


class RoomCommon(SchoolCommon):
    """A body of five voting members, called together today, with a recorder.

    ``cls.chair`` and ``cls.members`` vote, ``cls.observer`` listens, ``cls.recorder``
    writes, ``cls.guest`` is of no school. ``cls.teacher`` has no part in it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chair = cls._person("room_chair", cls.school)
        cls.members = cls.env["res.users"].union(
            *(cls._person(f"room_member_{n}", cls.school) for n in range(4))
        )
        cls.observer = cls._person("room_observer", cls.school)
        cls.recorder = cls._person("room_recorder", cls.school)
        cls.guest = cls.env["res.partner"].create(
            {"name": "Guest Gao", "company_id": cls.school.id}
        )
        cls.body = cls.env["school.meeting.body"].create(
            {
                "name": "Council",
                "company_id": cls.school.id,
                "kind": "principal",
                "visibility": "staff",
                "needs_plan": False,
                "member_ids": [
                    Command.create(
                        {
                            "user_id": user.id,
                            "role": "chair" if user == cls.chair else "member",
                            "company_id": cls.school.id,
                        }
                    )
                    for user in cls.chair | cls.members
                ]
                + [
                    Command.create(
                        {
                            "user_id": cls.observer.id,
                            "role": "observer",
                            "is_voting": False,
                            "company_id": cls.school.id,
                        }
                    )
                ],
            }
        )
        cls.meeting = cls._called_meeting()
        cls.item = cls.meeting.item_ids[0]

    @classmethod
    def _called_meeting(cls, body=None, start=None, **vals):
        """A meeting whose notice has gone out; it begins in ten minutes."""
        body = cls.body if body is None else body
        now = fields.Datetime.now().replace(microsecond=0)
        start = start or now + timedelta(minutes=10)
        people = [
            {"user_id": cls.chair.id, "role": "chair"},
            *({"user_id": user.id} for user in cls.members),
            {"user_id": cls.observer.id, "role": "observer", "is_voting": False},
            {"partner_id": cls.guest.id, "role": "guest", "is_voting": False},
        ]
        meeting = cls.env["school.meeting"].create(
            {
                "name": "Council Meeting",
                "company_id": cls.school.id,
                "body_id": body.id,
                "start": start,
                "stop": start + timedelta(hours=2),
                "organizer_id": cls.recorder.id,
                "chair_id": cls.chair.id,
                "recorder_id": cls.recorder.id,
                "venue_note": "Room 201",
                "participant_ids": [Command.create(person) for person in people],
                "item_ids": [
                    Command.create(
                        {"name": name, "kind": kind, "sequence": 10 * (number + 1)}
                    )
                    for number, (name, kind) in enumerate(
                        (
                            ("Budget", "decision"),
                            ("Timetable", "discussion"),
                            ("Vice principal", "election"),
                        )
                    )
                ],
                **vals,
            }
        )
        cls._mark_called(meeting)
        return meeting

    @classmethod
    def _mark_called(cls, meeting):
        # What owner "call" does is proved in his tests.
        meeting.flush_recordset()
        cls.env.cr.execute(
            "UPDATE school_meeting SET state = 'called', needs_plan = FALSE,"
            " called_at = now() AT TIME ZONE 'UTC' WHERE id = %s",
            [meeting.id],
        )
        meeting.invalidate_recordset()

    @classmethod
    def _seat(cls, user, meeting=None):
        seats = (meeting or cls.meeting).participant_ids
        return seats.filtered(lambda seat: seat.user_id == user)

    def _sign_in(self, *users, meeting=None):
        """The clerk signs people in."""
        meeting = meeting or self.meeting
        for user in users:
            self._seat(user, meeting).with_user(self.recorder).action_sign_in_for()

    def _open(self, *users, meeting=None, item=None):
        """Sign people in, open the meeting and begin an item; return the item."""
        meeting = meeting or self.meeting
        self._sign_in(*users, meeting=meeting)
        meeting.with_user(self.chair).action_start(confirmed=True)
        item = item or meeting.item_ids[0]
        item.with_user(self.chair).action_begin()
        return item

    def _vote(self, item, kind="open", **choices):
        """Open a vote; ``_vote(item, "open")`` returns it."""
        vote_id = item.with_user(self.chair).action_open_vote("Agreed?", kind)
        return self.env["school.meeting.vote"].browse(vote_id)

    def _cast(self, vote, user, choice):
        vote.with_user(user).action_cast(choice)
