from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.school_office_base.tests.common import SchoolCommon


class MeetingsCase(SchoolCommon):
    """A school with a body of five members, its chair and minutes taker.

    ``cls.body`` is an ordinary body without a plan: chair ``principal``, members
    ``head``, ``colleague``, ``teacher``, minutes taker ``recorder`` (not a member).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._person("leader", cls.school)
        cls.principal = cls._person("principal", cls.school)
        cls.head = cls._person("head", cls.school)
        cls.colleague = cls._person("colleague", cls.school)
        cls.recorder = cls._person("recorder", cls.school)
        cls.outsider = cls._person("outsider", cls.school)
        cls._hold("director", cls.director)
        cls._hold("supervising_leader", cls.leader)
        cls._hold("top_management", cls.principal)
        cls._hold("minutes_taker", cls.recorder)
        cls.teaching = cls._department("Teaching", cls.head, cls.colleague)
        cls.office = cls._department("Office", cls.director, cls.clerk, cls.recorder)
        cls.body = cls._body(
            "Council", cls.principal, cls.head, cls.colleague, cls.teacher
        )
        cls.Meeting = cls.env["school.meeting"]

    @classmethod
    def _body(cls, name, chair, *members, school=None, **vals):
        """A body of one school, chaired by ``chair``; needs no plan."""
        return cls.env["school.meeting.body"].create(
            {
                "name": name,
                "company_id": (school or cls.school).id,
                "needs_plan": False,
                "member_ids": [
                    Command.create(
                        {"user_id": user.id, "role": "member" if number else "chair"}
                    )
                    for number, user in enumerate((chair, *members))
                ],
                **vals,
            }
        )

    def _draft(self, user=None, body=None, days=10, items=("First item",), **vals):
        """A draft of a meeting in ``days`` days, of the council if nothing is said."""
        start = fields.Datetime.now().replace(minute=0, second=0, microsecond=0)
        start += timedelta(days=days)
        body = self.body if body is None else body
        return self.Meeting.with_user(user or self.clerk).create(
            {
                "name": "Spring term",
                "body_id": body.id,
                "start": start,
                "stop": start + timedelta(hours=1),
                "item_ids": [
                    Command.create({"name": name, "sequence": number * 10})
                    for number, name in enumerate(items, 1)
                ],
                **vals,
            }
        )

    def _called(self, user=None, sent=True, **vals):
        """A called meeting; ``sent``: its notices have gone out."""
        meeting = self._draft(user, **vals)
        meeting.action_call()
        if sent:
            self._send_notices()
        return meeting

    def _send_notices(self):
        """Do what the scheduled action does: calendars, then letters."""
        jobs = self.env["school.meeting.dispatch"].sudo()
        jobs.search([("state", "=", "waiting")], order="id")._send()

    def _row(self, meeting, user):
        """The row of ``user`` on the sheet, as he himself sees it."""
        return (
            meeting.sudo()
            .participant_ids.filtered(lambda row: row.user_id == user)
            .with_user(user)
        )

    def _kinds(self, meeting):
        """What the history says happened, oldest first."""
        return meeting.sudo().log_ids.sorted("id").mapped("kind")

    def _notices(self, meeting, kind=None):
        """Messages in the outbox about the meeting."""
        domain = [("res_model", "=", meeting._name), ("res_id", "=", meeting.id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.env["school.notice"].sudo().search(domain)
