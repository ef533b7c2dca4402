from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.school_office_base.tests.common import SchoolCommon

DESK = "school_office_service_desk."


class DeskCommon(SchoolCommon):
    """A school whose desk works.

    - ``cls.agent`` serves the counter; ``cls.director`` leads the office;
    - ``cls.mender`` and ``cls.mender2`` hold the post of logistics, ``cls.technician``
      the technical post: ordinary staff that work on what their post gets;
    - ``cls.teacher`` and ``cls.colleague`` ask; ``cls.head`` heads their department;
    - ``cls.parent`` signs in at the portal.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agent = cls._person("desk_agent", cls.school)
        cls.agent.group_ids = [Command.link(cls.env.ref(DESK + "group_desk_agent").id)]
        cls.mender = cls._person("mender", cls.school)
        cls.mender2 = cls._person("mender2", cls.school)
        cls.technician = cls._person("technician", cls.school)
        cls.leader = cls._person("leader", cls.school)
        cls.head = cls._person("head", cls.school)
        cls.colleague = cls._person("colleague", cls.school)
        cls.other_head = cls._person("other_head", cls.school)
        cls._hold("director", cls.director)
        cls._hold("supervising_leader", cls.leader)
        cls._hold("counter_clerk", cls.agent)
        cls._hold("coordination", cls.clerk)
        cls._hold("logistics", cls.mender)
        cls._hold("technical", cls.technician)
        cls.teaching = cls._department("Teaching", cls.head, cls.teacher, cls.colleague)
        cls.logistics = cls._department("Logistics", cls.other_head, cls.mender)
        cls.parent = new_test_user(
            cls.env,
            login="parent",
            groups="base.group_portal",
            company_id=cls.school.id,
            company_ids=[Command.set(cls.school.ids)],
            email="parent@example.com",
        )
        cls.Ticket = cls.env["school.ticket"]

    @classmethod
    def _service(cls, code, school=None):
        """A shipped service of the school by its code."""
        return cls.env["school.service"].search(
            [("company_id", "=", (school or cls.school).id), ("code", "=", code)]
        )

    def _ask(self, user=None, service="general", **vals):
        """A ticket that ``user`` (by default the teacher) enters in My Office."""
        return self.Ticket.with_user(user or self.teacher).create(
            {
                "name": "The lamp is broken",
                "service_id": self._service(service).id,
                **vals,
            }
        )

    def _incoming(
        self, service="general", channel="form", count=1, school=None, **vals
    ):
        """Tickets that came through ``_intake``."""
        school = school or self.school
        return self.Ticket._intake(
            school,
            [
                {
                    "service": self._service(service, school),
                    "name": f"Request {index}",
                    "requester_name": "Li Lei",
                    **vals,
                }
                for index in range(count)
            ],
            channel,
        )

    def _wait_reason(self, code, school=None):
        return self.env["school.ticket.wait.reason"].search(
            [("company_id", "=", (school or self.school).id), ("code", "=", code)]
        )

    def _clock(self, ticket, code):
        """The latest clock of the ticket under the time limit ``code``."""
        return (
            self.env["school.time.clock"]
            .sudo()
            .search(
                [
                    ("res_model", "=", ticket._name),
                    ("res_id", "=", ticket.id),
                    ("policy_id.code", "=", code),
                ],
                order="id desc",
                limit=1,
            )
        )

    def _cron(self, name="due"):
        """Run a scheduled action as the server does."""
        module = "school_office_base" if name == "time_clock" else DESK[:-1]
        self.env.flush_all()
        job = self.env.ref(f"{module}.cron_{name}")
        # The database keeps the real moment of the last run, tests a frozen one.
        job.lastcall = False
        with self.enter_registry_test_mode():
            job.method_direct_trigger()
        self.env.invalidate_all()

    def _last_event(self, ticket):
        return ticket.sudo().event_ids.sorted("id")[-1:]

    def _kinds(self, ticket):
        """What the history says, oldest first."""
        return ticket.sudo().event_ids.sorted("id").mapped("kind")
