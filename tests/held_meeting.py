"""A meeting that has been held, made in one go for tests about what comes after."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command


def hold_meeting(env, school, chair, recorder, people, body=None, mark=""):
    """Return a meeting that ended an hour ago; everybody came, each item is done.

    How one gets there is proved by the tests of calling and of the room.
    """
    now = fields.Datetime.now()
    users = chair | recorder | people
    body = body or env["school.meeting.body"].sudo().create(
        {
            "name": f"{mark} Council".strip(),
            "needs_plan": False,
            "company_id": school.id,
            "quorum_numerator": 0,
            "quorum_strict": False,
            "member_ids": [
                Command.create(
                    {
                        "user_id": user.id,
                        "role": "chair" if user == chair else "member",
                        "company_id": school.id,
                    }
                )
                for user in users
            ],
        }
    )
    meeting = (
        env["school.meeting"]
        .sudo()
        .create(
            {
                "name": f"{mark} Spring meeting".strip(),
                "body_id": body.id,
                "company_id": school.id,
                "organizer_id": recorder.id,
                "chair_id": chair.id,
                "recorder_id": recorder.id,
                "start": now - timedelta(hours=3),
                "stop": now - timedelta(hours=1),
                "participant_ids": [
                    Command.set([]),
                    *(
                        Command.create({"user_id": user.id, "company_id": school.id})
                        for user in users
                    ),
                ],
                "item_ids": [
                    Command.create(
                        {
                            "name": f"{mark} Fire doors".strip(),
                            "kind": "decision",
                            "company_id": school.id,
                        }
                    )
                ],
            }
        )
    )
    for seat in meeting.participant_ids:
        seat.write({"attendance": "present", "answer": "accepted"})
        env["school.meeting.presence"].sudo().create(
            {
                "meeting_id": meeting.id,
                "participant_id": seat.id,
                "attended_by_id": seat.user_id.id,
                "since": now - timedelta(hours=3),
                "until": now,
                "method": "clerk",
            }
        )
    meeting.write(
        {
            "state": "ended",
            "called_at": now - timedelta(days=3),
            "started_at": now - timedelta(hours=3),
            "ended_at": now - timedelta(hours=1),
        }
    )
    meeting.item_ids.write(
        {
            "state": "done",
            "started_at": now - timedelta(hours=3),
            "ended_at": now - timedelta(hours=1),
        }
    )
    env.flush_all()
    meeting._meeting_ended()
    return meeting


def resolve(meeting, recorder, owner, days=7, mark=""):
    """A resolution on the first item, entered by the minutes taker."""
    return (
        meeting.item_ids[0]
        .with_user(recorder)
        ._draft_resolution(
            {
                "name": f"{mark} Check the fire doors".strip(),
                "owner_id": owner.id,
                "due_date": meeting.company_id._school_date() + timedelta(days=days),
            }
        )
    )


def approve(minutes, user):
    """``user`` decides on his open task about these minutes."""
    task = (
        minutes.env["school.approval.task"]
        .sudo()
        .search(
            [
                ("res_model", "=", minutes._name),
                ("res_id", "=", minutes.id),
                ("state", "=", "open"),
                ("user_id", "=", user.id),
            ]
        )
    )
    task.with_user(user).action_approve("As it was.")
