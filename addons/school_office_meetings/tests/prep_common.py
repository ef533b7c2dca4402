from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.school_office_base.tests.common import SchoolCommon

MEETINGS = "school_office_meetings."


class PrepCommon(SchoolCommon):
    """A body that is going to meet, and those who prepare it.

    - ``cls.chair`` leads the body, ``cls.member`` sits in it; ``cls.clerk`` organises;
    - ``cls.head`` heads Teaching, to which ``cls.teacher`` belongs;
    - ``cls.technician`` holds the technical post, ``cls.mender`` that of logistics;
    - ``cls.party`` is a body whose meetings are seen by its members only.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("chair", "member", "head", "technician", "mender", "guest_user"):
            setattr(cls, name, cls._person(f"prep_{name}", cls.school))
        cls._hold("director", cls.director)
        cls._hold("technical", cls.technician)
        cls._hold("logistics", cls.mender)
        cls._hold("meeting_team", cls.clerk)
        cls.teaching = cls._department("Teaching", cls.head, cls.teacher)
        cls.logistics = cls._department("Logistics", cls.mender)
        cls.body = cls._body("Principal's Meeting (test)", "principal", "participants")
        cls.party = cls._body("Committee (test)", "party", "members")
        cls.partner = cls.env["res.partner"].create(
            {"name": "Guest of Honour", "company_id": cls.school.id}
        )

    @classmethod
    def _body(cls, name, kind, visibility):
        return cls.env["school.meeting.body"].create(
            {
                "name": name,
                "kind": kind,
                "visibility": visibility,
                "needs_plan": False,
                "company_id": cls.school.id,
                "member_ids": [
                    Command.create(
                        {"user_id": user.id, "role": role, "company_id": cls.school.id}
                    )
                    for user, role in ((cls.chair, "chair"), (cls.member, "member"))
                ],
            }
        )

    def _meeting(self, body=None, people=None, **vals):
        """A draft that the clerk has entered for ten days from now."""
        start = fields.Datetime.now().replace(microsecond=0) + timedelta(days=10)
        people = people or (self.chair, self.member, self.head)
        return (
            self.env["school.meeting"]
            .sudo()
            .create(
                {
                    "name": "Autumn term",
                    "company_id": self.school.id,
                    "body_id": (body or self.body).id,
                    "organizer_id": self.clerk.id,
                    "chair_id": self.chair.id,
                    "recorder_id": self.clerk.id,
                    "start": start,
                    "stop": start + timedelta(hours=2),
                    "venue_note": "Room 305",
                    "participant_ids": [
                        Command.create(
                            {
                                "user_id": user.id,
                                "role": "chair" if user == self.chair else "member",
                                "company_id": self.school.id,
                            }
                        )
                        for user in people
                    ],
                    **vals,
                }
            )
            .sudo(False)
        )

    def _called(self, **vals):
        """A meeting whose notice is out."""
        meeting = self._meeting(**vals)
        meeting.sudo().write({"state": "called", "called_at": fields.Datetime.now()})
        meeting.sudo()._meeting_called()
        # The lists come with the letters.
        meeting.sudo()._copy_checklists()
        return meeting

    def _ended(self, **vals):
        """A meeting that is over."""
        meeting = self._called(**vals)
        meeting.sudo().write({"state": "ended", "ended_at": fields.Datetime.now()})
        meeting.sudo()._meeting_ended()
        return meeting

    def _topic(self, user=None, **vals):
        return (
            self.env["school.meeting.topic"]
            .with_user(user or self.head)
            .create(
                {
                    "name": "Later lunch",
                    "body_id": self.body.id,
                    "department_id": self.teaching.id,
                    "summary": "The canteen is too full at noon.",
                    "request": "Two shifts from spring on.",
                    **vals,
                }
            )
        )

    def _notices(self, user, kind=None):
        domain = [("user_id", "=", user.id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["school.notice"].sudo().search(domain)

    def _clock(self, record, code):
        return (
            self.env["school.time.clock"]
            .sudo()
            .search(
                [
                    ("res_model", "=", record._name),
                    ("res_id", "=", record.id),
                    ("policy_id.code", "=", code),
                ],
                order="id desc",
                limit=1,
            )
        )
