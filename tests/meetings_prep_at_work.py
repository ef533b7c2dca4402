"""Meetings prepared in the neighbour school, for the tests that span addons.

Each method does one part by the methods its people call; whatever they write carries
``cls.marker``.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

STARS = dict.fromkeys(("efficiency", "decisions", "organisation", "content"), 4)


class MeetingsPrepAtWork:
    """Mixed into ``SchoolsAtWork``, after the desk: its departments have heads."""

    @classmethod
    def _prepare_meetings(cls, school, clerk):
        """Topics, papers, checks, seats, leave to record and stars in ``school``."""
        heads = cls.heron_heads
        body = (
            cls.env["school.meeting.body"]
            .with_user(clerk)
            .create(
                {
                    "name": f"{cls.marker} Council",
                    "needs_plan": False,
                    "company_id": school.id,
                    "member_ids": [
                        Command.create({"user_id": heads[0].id, "role": "chair"}),
                        Command.create({"user_id": heads[1].id}),
                    ],
                }
            )
        )
        cls._propose_topics(body, clerk, heads)
        meeting = cls._call_prepared(body, clerk, heads)
        cls._evaluate(body, clerk, heads, meeting)

    @classmethod
    def _meeting_of(cls, body, clerk, days, **vals):
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=days)
        return (
            cls.env["school.meeting"]
            .with_user(clerk)
            .create(
                {
                    "name": f"{cls.marker} meeting",
                    "body_id": body.id,
                    "start": start,
                    "stop": start + timedelta(hours=1),
                    "venue_note": f"{cls.marker} hall",
                    **vals,
                }
            )
        )

    @classmethod
    def _propose_topics(cls, body, clerk, heads):
        call = (
            cls.env["school.meeting.topic.call"]
            .with_user(clerk)
            .create(
                {
                    "name": f"{cls.marker} call",
                    "body_id": body.id,
                    "department_ids": [Command.set(cls.heron_departments.ids)],
                    "until": fields.Datetime.now() + timedelta(days=5),
                    "note": f"{cls.marker} note",
                }
            )
        )
        call.action_open()
        topics = cls.env["school.meeting.topic"].with_user(heads[0])
        for number in ("1", "2"):
            topics |= topics.create(
                {
                    "name": f"{cls.marker} topic {number}",
                    "body_id": body.id,
                    "call_id": call.id,
                    "department_id": cls.heron_departments[0].id,
                    "summary": f"{cls.marker} summary",
                    "request": f"{cls.marker} request",
                }
            )
        topics.action_propose()
        meeting = cls._meeting_of(body, clerk, 20)
        topics[0].with_user(clerk)._admit(meeting)
        topics[1].with_user(clerk)._defer(f"{cls.marker} reason")

    @classmethod
    def _call_prepared(cls, body, clerk, heads):
        meeting = cls._meeting_of(body, clerk, 15, seat_rows=1, seat_columns=3)
        material = cls.env["school.meeting.material"].with_user(clerk)
        material.create(
            {
                "meeting_id": meeting.id,
                "name": f"{cls.marker} paper",
                "user_id": heads[1].id,
            }
        )
        meal = (
            cls.env["school.meeting.catering"]
            .with_user(clerk)
            .create(
                {
                    "meeting_id": meeting.id,
                    "name": f"{cls.marker} lunch",
                    "supplier_note": f"{cls.marker} canteen",
                }
            )
        )
        meal.action_agree()
        meeting.action_call(f"{cls.marker} late")
        cls.env["school.meeting.dispatch"].sudo().search(
            [("state", "=", "waiting")]
        )._send()
        meeting.action_seat_everybody()
        meeting.task_ids[0]._fault(f"{cls.marker} fault")
        cls.env["school.meeting.recording"].with_user(heads[1]).create(
            {"meeting_id": meeting.id, "purpose": f"{cls.marker} purpose"}
        ).action_ask()
        return meeting

    @classmethod
    def _evaluate(cls, body, clerk, heads, meeting):
        """One meeting that is being rated, one that is counted, and the term."""
        people = [
            Command.create({"user_id": user.id})
            for user in (*heads, clerk, cls.heron_mender)
        ]
        for closed in (False, True):
            over = cls._meeting_of(body, clerk, -3, participant_ids=people).sudo()
            over.write({"state": "ended", "ended_at": over.stop})
            over._open_evaluation()
            rows = cls.env["school.meeting.evaluation"].sudo()
            for row in rows.search([("meeting_id", "=", over.id)])[:3]:
                row.with_user(row.user_id)._answer(STARS, f"{cls.marker} word")
            if closed:
                over._close_evaluation()
        term = cls.env["school.term"]._at(meeting.company_id, over.start.date())
        cls.env["school.meeting.evaluation.summary"]._sum_up(term or cls.heron_term)
