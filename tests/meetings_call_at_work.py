"""Meetings in the neighbour school, for the tests that span addons.

Whatever people write carries ``cls.marker``.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command


class MeetingsCallAtWork:
    """Mixed into ``SchoolsAtWork``."""

    @classmethod
    def _call_meetings(cls, school, clerk):
        """Bodies, standing meetings, a called, a moved and a planned meeting."""
        member = cls._person("heron_member", school)
        deputy = cls._person("heron_deputy", school)
        body = (
            cls.env["school.meeting.body"]
            .with_user(clerk)
            .create(
                {
                    "name": f"{cls.marker} body",
                    "needs_plan": False,
                    "standing_items": f"{cls.marker} item",
                    "member_ids": [
                        Command.create({"user_id": clerk.id, "role": "chair"}),
                        Command.create({"user_id": member.id}),
                    ],
                }
            )
        )
        schedule = (
            cls.env["school.meeting.schedule"]
            .with_user(clerk)
            .create({"body_id": body.id, "organizer_id": clerk.id})
        )
        schedule.action_prepare()
        guest = cls.env["res.partner"].create(
            {
                "name": f"{cls.marker} guest",
                "email": "guest@lake.example.com",
                "company_id": school.id,
            }
        )
        start = fields.Datetime.now() + timedelta(days=20)
        meetings = (
            cls.env["school.meeting"]
            .with_user(clerk)
            .create(
                [
                    {
                        "name": f"{cls.marker} meeting {number}",
                        "body_id": body.id,
                        "start": start + timedelta(days=number),
                        "venue_note": f"{cls.marker} hall",
                        "purpose": f"{cls.marker} purpose",
                    }
                    for number in range(3)
                ]
            )
        )
        called, moved, planned = meetings
        called.write({"participant_ids": [Command.create({"partner_id": guest.id})]})
        (called | moved).action_call()
        row = called.participant_ids.filtered(lambda r: r.user_id == member)
        row.with_user(member)._answer(
            "deputy", f"{cls.marker} reason", deputy, channel="office"
        )
        later = moved.start + timedelta(days=1)
        moved._move(later, later + timedelta(hours=1), f"{cls.marker} reason")
        cls.env["school.meeting.dispatch"].sudo().search(
            [("company_id", "=", school.id), ("state", "=", "waiting")], order="id"
        )._send()
        planned._cancel(f"{cls.marker} reason")
        cls.env["school.meeting.feed"].with_user(member)._open_mine()
        cls.env["calendar.event"].with_user(member).create(
            {
                "name": f"{cls.marker} private entry",
                "start": start,
                "stop": start + timedelta(hours=1),
                "location": f"{cls.marker} home",
                "alarm_ids": [
                    Command.create({"name": f"{cls.marker} alarm", "duration": 7})
                ],
            }
        )
        cls.env["calendar.filters"].with_user(member).create(
            {"partner_id": clerk.partner_id.id}
        )
        cls.heron_meeting, cls.heron_body = called, body
