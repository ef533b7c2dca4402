from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time

from odoo.addons.school_office_base.tests.common import SchoolCommon

MEETINGS = "school_office_meetings."
# A Wednesday, ten in the morning in Shanghai
NOW = "2026-09-09 02:00:00"


class MinutesCommon(SchoolCommon):
    """A body that has met, with people who took part, stayed away or have no part.

    - ``cls.chair`` leads it, ``cls.recorder`` writes the minutes, ``cls.clerk``
      organises; ``cls.member`` sits in the body, ``cls.absent`` did not come;
    - ``cls.owner`` (head: ``cls.head``, supervising leader: ``cls.leader``) carries
      out what is decided; ``cls.teacher`` has nothing to do with it.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for login in (
            "chair",
            "recorder",
            "member",
            "absent",
            "owner",
            "head",
            "leader",
        ):
            setattr(cls, login, cls._person(f"mtg_{login}", cls.school))
        cls._hold("director", cls.director)
        cls._hold("supervising_leader", cls.leader)
        cls.teaching = cls._department("Teaching", cls.head, cls.owner, cls.member)
        cls.logistics = cls._department("Logistics", cls.absent)
        cls.body = cls.env["school.meeting.body"].create(
            {
                "name": "Principal's Meeting (test)",
                "kind": "principal",
                "needs_plan": False,
                # The quorum itself is proved where votes are.
                "quorum_numerator": 0,
                "quorum_strict": False,
                "company_id": cls.school.id,
                "member_ids": [
                    Command.create(
                        {"user_id": user.id, "role": role, "company_id": cls.school.id}
                    )
                    for user, role in (
                        (cls.chair, "chair"),
                        (cls.member, "member"),
                        (cls.absent, "member"),
                    )
                ],
            }
        )

    def _meeting(self, items=None, state="ended", body=None, **vals):
        """A meeting that has met: chair, recorder, member and owner came."""
        now = fields.Datetime.now()
        meeting = (
            self.env["school.meeting"]
            .sudo()
            .create(
                {
                    "name": "Autumn term",
                    "body_id": (body or self.body).id,
                    "company_id": self.school.id,
                    "organizer_id": self.clerk.id,
                    "chair_id": self.chair.id,
                    "recorder_id": self.recorder.id,
                    "start": now - timedelta(hours=2),
                    "stop": now - timedelta(hours=1),
                    "participant_ids": [
                        Command.create(
                            {
                                "user_id": user.id,
                                "role": role,
                                "company_id": self.school.id,
                            }
                        )
                        for user, role in (
                            (self.chair, "chair"),
                            (self.recorder, "recorder"),
                            (self.member, "member"),
                            (self.owner, "member"),
                            (self.absent, "member"),
                        )
                    ],
                    "item_ids": [
                        Command.create({"company_id": self.school.id, **item})
                        for item in items or [{"name": "Safety", "kind": "decision"}]
                    ],
                    **vals,
                }
            )
        )
        self._attend(meeting)
        if state in ("in_session", "ended"):
            meeting.write(
                {
                    "state": state,
                    "called_at": now - timedelta(days=2),
                    "started_at": now - timedelta(hours=2),
                    "ended_at": state == "ended" and now - timedelta(hours=1),
                }
            )
            meeting.item_ids.write(
                {
                    "state": "done",
                    "started_at": now - timedelta(hours=2),
                    "ended_at": now - timedelta(hours=1),
                }
            )
            self.env.flush_all()
            if state == "ended":
                meeting._meeting_ended()
        return meeting.sudo(False)

    def _attend(self, meeting):
        now = fields.Datetime.now()
        for participant in meeting.participant_ids.sudo():
            came = participant.user_id != self.absent
            participant.write(
                {
                    "attendance": "present" if came else "absent",
                    "answer": "accepted" if came else "declined",
                    "answer_reason": False if came else "On a journey",
                }
            )
            if came:
                self.env["school.meeting.presence"].sudo().create(
                    {
                        "meeting_id": meeting.id,
                        "participant_id": participant.id,
                        "attended_by_id": participant.user_id.id,
                        "since": now - timedelta(hours=2),
                        "until": now,
                        "method": "clerk",
                    }
                )

    def _draft(self, meeting, user=None, item=None, **vals):
        """A resolution entered on an item, by default by the minutes taker."""
        item = item or meeting.item_ids[0]
        due = self.school._school_date() + timedelta(days=7)
        return item.with_user(user or self.recorder)._draft_resolution(
            {
                "name": "Check the fire doors",
                "owner_id": self.owner.id,
                "due_date": due,
                **vals,
            }
        )

    def _open(self, meeting=None, **vals):
        """A resolution that counts."""
        resolution = self._draft(meeting or self._meeting(), **vals)
        resolution.sudo()._open_resolutions()
        return resolution

    def _minutes(self, items=None, **vals):
        """Draft minutes, as their taker sees them."""
        meeting = self._meeting(items, **vals)
        return meeting._minutes().with_user(self.recorder)

    def _submitted(self, items=None, **vals):
        minutes = self._minutes(items, **vals)
        self._draft(minutes.sudo().meeting_id)
        minutes.action_submit()
        return minutes

    def _task(self, record):
        return self.env["school.approval.task"].search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("state", "=", "open"),
            ]
        )

    def _approve(self, record, user=None):
        user = user or self.chair
        task = self._task(record).filtered(lambda task: task.user_id == user)
        task.with_user(user).action_approve("As it was.")
        return record

    def _approved(self, items=None, **vals):
        return self._approve(self._submitted(items, **vals))

    def _later(self, **delta):
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    def _cron(self, name, module=MEETINGS):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(module + name).method_direct_trigger()
        self.env.invalidate_all()
