from psycopg2.errors import RestrictViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DeskCommon


@tagged("post_install", "-at_install")
class TestRights(DeskCommon):
    def _readers(self, ticket, *users):
        return {
            user.login for user in users if ticket.with_user(user).has_access("read")
        }

    def test_an_open_request_is_read_by_those_whom_it_concerns(self):
        ticket = self._ask(service="repair_building")
        everybody = (
            self.teacher,
            self.colleague,
            self.head,
            self.other_head,
            self.mender,
            self.mender2,
            self.agent,
            self.director,
            self.stranger,
            self.parent,
        )
        self.assertEqual(
            self._readers(ticket, *everybody),
            {"teacher", "head", "mender", "desk_agent", "director"},
        )

    def test_what_only_the_desk_reads_is_hidden_from_the_head(self):
        self._service("repair_building").visibility = "desk"
        ticket = self._ask(service="repair_building")
        self.assertEqual(
            self._readers(ticket, self.teacher, self.head, self.mender, self.agent),
            {"teacher", "mender", "desk_agent"},
        )

    def test_named_people_only_means_that(self):
        service = self._service("repair_building")
        service.write(
            {"visibility": "named", "named_user_ids": [Command.set(self.leader.ids)]}
        )
        ticket = self._ask(service="repair_building")
        people = (
            self.teacher,
            self.head,
            self.mender,
            self.agent,
            self.director,
            self.leader,
        )
        self.assertEqual(
            self._readers(ticket, *people), {"teacher", "mender", "leader"}
        )
        for user in (self.agent, self.director):
            self.assertNotIn(ticket, self.Ticket.with_user(user).search([]))
            self.assertFalse(
                self.env["school.ticket.event"]
                .with_user(user)
                .search_count([("ticket_id", "=", ticket.id)])
            )
            self.assertFalse(
                self.env["mail.message"]
                .with_user(user)
                .search_count(
                    [("model", "=", "school.ticket"), ("res_id", "=", ticket.id)]
                )
            )

    def test_whom_it_is_about_never_reads_it(self):
        self._service("complaint").named_user_ids = self.director | self.clerk
        ticket = self._incoming("complaint").with_env(self.env)
        self.assertTrue(ticket.with_user(self.director).has_access("read"))
        ticket.sudo().excluded_user_ids = self.director
        self.assertFalse(ticket.with_user(self.director).has_access("read"))
        self.assertTrue(ticket.with_user(self.clerk).has_access("read"))

    def test_a_notice_about_a_restricted_request_says_nothing(self):
        self._service("complaint").named_user_ids = self.director
        ticket = self._incoming("complaint", name="He shouted at my son")
        ticket._notify_handler("He shouted at my son")
        notices = self.env["school.notice"].search([], limit=20)
        self.assertFalse(
            notices.filtered(
                lambda n: (
                    "shouted" in (n.subject or "") + (n.body or "")
                    and n.res_id == ticket.id
                )
            )
        )

    def test_history_parts_and_voices_are_seen_with_the_request(self):
        ticket = self._ask(service="coordination", answers={"departments": "Both"})
        ticket.with_user(self.clerk)._involve(self.logistics, "Open the hall")
        ticket._voice(self.colleague.partner_id)
        for model in ("event", "part", "voice"):
            lines = self.env[f"school.ticket.{model}"]
            domain = [("ticket_id", "=", ticket.id)]
            with self.subTest(model=model):
                self.assertTrue(lines.with_user(self.teacher).search(domain))
                self.assertTrue(lines.with_user(self.other_head).search(domain))
                self.assertFalse(lines.with_user(self.mender2).search(domain))
                self.assertFalse(lines.with_user(self.stranger).search(domain))
                line = lines.search(domain, limit=1)
                self.assertFalse(line.with_user(self.mender2).has_access("read"))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(
                        lines.with_user(self.director).has_access(operation)
                    )

    @mute_logger("odoo.sql_db")
    def test_the_history_is_never_rewritten_not_even_by_sql(self):
        event = self._ask().sudo().event_ids[:1]
        for query in (
            "UPDATE school_ticket_event SET reason = 'x' WHERE id = %s",
            "DELETE FROM school_ticket_event WHERE id = %s",
        ):
            with self.assertRaises(RestrictViolation), self.env.cr.savepoint():
                self.env.cr.execute(query, (event.id,))

    def test_nobody_deletes_a_request(self):
        ticket = self._ask()
        for user in (self.teacher, self.agent, self.director, self.admin):
            with self.assertRaises(AccessError):
                ticket.with_user(user).unlink()
        with self.assertRaises(UserError):
            ticket.sudo().unlink()

    def test_the_requester_edits_until_somebody_has_it(self):
        self.school.school_desk_auto_assign = False
        ticket = self._ask()
        ticket.with_user(self.teacher).write({"details": "In room 5"})
        for vals in (
            {"requester_user_id": self.colleague.id},
            {"requester_id": self.colleague.partner_id.id},
            {"solution": "Done by himself"},
            {"work_minutes": 0},
            {"expected_date": "2030-01-01"},
            {"department_id": self.logistics.id},
            {"lead_department_id": self.logistics.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                ticket.with_user(self.teacher).write(vals)
        ticket.with_user(self.agent).action_take()
        with self.assertRaises(AccessError):
            ticket.with_user(self.teacher).write({"details": "In room 6"})
        ticket.with_user(self.agent).write({"details": "In room 7"})

    def test_every_role_is_kept_from_forging(self):
        ticket = self._ask()
        forged = {
            "state": "closed",
            "handler_id": self.colleague.id,
            "solved_at": "2026-09-01 00:00:00",
            "responded_at": "2026-09-01 00:00:00",
            "received_at": "2020-01-01 00:00:00",
            "first_contact_id": self.colleague.id,
            "number": "1",
            "queue_rank": 5000,
            "is_open": False,
            "is_restricted": False,
            "kind": "complaint",
            "visibility": "named",
            "forecast_minutes": 1,
            "deadline_at": "2030-01-01 00:00:00",
            "reopen_count": 9,
            "excluded_user_ids": [Command.link(self.agent.id)],
            "company_id": self.other.id,
            "urgency": "2",
            "service_id": self._service("complaint").id,
        }
        for user in (self.teacher, self.agent, self.director, self.admin):
            for name, value in forged.items():
                with (
                    self.subTest(user=user.login, field=name),
                    self.assertRaises(UserError),
                ):
                    ticket.with_user(user).write({name: value})
                with (
                    self.subTest(user=user.login, default=name),
                    self.env.cr.savepoint(),
                ):
                    made = (
                        self.Ticket.with_user(user)
                        .with_context(**{f"default_{name}": value})
                        .create({"name": "x"})
                        if name not in ("company_id", "urgency", "service_id")
                        else None
                    )
                    if made and name in ("handler_id", "number", "reopen_count"):
                        self.assertNotEqual(
                            made.sudo()
                            ._fields[name]
                            .convert_to_write(made.sudo()[name], made),
                            value,
                        )

    def test_steps_are_refused_to_those_who_do_not_work_on_it(self):
        ticket = self._ask(service="repair_building")
        steps = {
            "assign": {"user_id": self.colleague.id},
            "ask": {"text": "x"},
            "wait": {"wait_reason_id": self._wait_reason("requester").id},
            "answer": {"text": "x"},
            "solve": {"text": "x"},
            "phone": {},
            "refuse": {"reason": "x"},
            "refer": {"reason": "x", "target": "x"},
            "void": {"reason": "x"},
            "jump": {"reason": "x"},
            "jump_back": {"reason": "x"},
            "urgency": {"reason": "x", "urgency": "2"},
            "service": {"reason": "x", "service_id": self._service("general").id},
            "split": {"title": "x"},
            "involve": {"title": "x", "department_id": self.logistics.id},
        }
        before = ticket.sudo().read(["state", "handler_id", "urgency", "service_id"])
        for user in (self.teacher, self.colleague, self.stranger):
            for step, vals in steps.items():
                with self.subTest(user=user.login, step=step):
                    with self.assertRaises(UserError):
                        self.env["school.ticket.step"].with_user(user).create(
                            {"step": step, "ticket_ids": ticket.ids, **vals}
                        ).action_confirm()
        self.env.invalidate_all()
        after = ticket.sudo().read(["state", "handler_id", "urgency", "service_id"])
        self.assertEqual(before, after)

    def test_a_dialog_is_closed_to_others(self):
        ticket = self._ask()
        wizard = (
            self.env["school.ticket.step"]
            .with_user(self.agent)
            .create({"step": "solve", "ticket_ids": ticket.ids, "text": "x"})
        )
        self.assertFalse(wizard.with_user(self.teacher).has_access("read"))

    def test_staff_ask_only_for_what_is_offered_to_them(self):
        service = self._service("copying")
        service.write(
            {
                "audience": "departments",
                "audience_department_ids": [Command.set(self.logistics.ids)],
            }
        )
        with self.assertRaises(UserError):
            self._ask(service="copying")
        self.assertTrue(self._ask(self.mender, service="copying"))
        with self.assertRaises(UserError):
            self.Ticket.with_user(self.teacher).create(
                {
                    "name": "x",
                    "service_id": self._service("general", self.other).id,
                }
            )

    def test_files_of_others_are_not_taken_along(self):
        theirs = (
            self.env["ir.attachment"]
            .with_user(self.colleague)
            .create({"name": "secret.txt", "raw": b"x"})
        )
        mine = (
            self.env["ir.attachment"]
            .with_user(self.teacher)
            .create({"name": "photo.png", "raw": b"x", "res_model": "school.ticket"})
        )
        with self.assertRaises(AccessError):
            self._ask(new_file_ids=[Command.link(theirs.id)])
        ticket = self._ask(new_file_ids=[Command.set(mine.ids)])
        self.assertEqual(mine.res_id, ticket.id)

    def test_staff_ask_in_their_own_name(self):
        ticket = self._ask(
            requester_user_id=self.colleague.id, channel="phone", requester_id=1
        )
        self.assertEqual(ticket.requester_user_id, self.teacher)
        self.assertEqual(ticket.channel, "app")

    def test_a_closed_school_takes_nothing_more(self):
        ticket = self._ask()
        self.school.sudo().school_state = "closed"
        with self.assertRaises(UserError):
            self._incoming()
        with self.assertRaises(UserError):
            ticket.with_user(self.agent).action_take()
