from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import DESK, DeskCommon


@tagged("post_install", "-at_install")
class TestConflict(DeskCommon):
    """Whom a complaint is about, and everyone under him, never learns of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.principal = cls._person("principal", cls.school)
        cls._hold("top_management", cls.principal)
        # The head of teaching works at the desk too, with every right there is.
        manager = cls.env.ref(DESK + "group_desk_manager")
        auditor = cls.env.ref("school_office_base.group_auditor")
        clerk = cls.env.ref("school_office_base.group_office_clerk")
        for user in (cls.head, cls.colleague):
            user.group_ids = [Command.link(g.id) for g in (manager, auditor, clerk)]

    def _about(self, users, school=None, **vals):
        return self._incoming(
            "complaint",
            school=school,
            accused_user_ids=[Command.set(users.ids)],
            **vals,
        )

    def _assert_knows_nothing(self, user, ticket):
        """By no way that Odoo has does ``user`` learn of the ticket."""
        env = self.env(user=user, su=False)
        Ticket = env["school.ticket"]
        self.assertFalse(Ticket.search([("id", "=", ticket.id)]))
        self.assertFalse(Ticket.search_count([("id", "=", ticket.id)]))
        self.assertFalse(Ticket.search([("search_text", "ilike", ticket.name)]))
        self.assertFalse(Ticket.name_search(ticket.number))
        self.assertFalse(
            Ticket.formatted_read_group(
                [("id", "=", ticket.id)], ["state"], ["__count"]
            )
        )
        with self.assertRaises(AccessError):
            Ticket.browse(ticket.id).read(["name"])
        with self.assertRaises(AccessError):
            Ticket.browse(ticket.id).action_take()
        with self.assertRaises(AccessError):
            Ticket.browse(ticket.id).write({"details": "Other"})
        self.assertNotIn(ticket.name, Ticket.browse(ticket.id).display_name)
        for model in (
            "school.ticket.event",
            "school.ticket.part",
            "school.ticket.message",
            "school.ticket.voice",
            "school.safeguarding.check",
        ):
            rows = env[model].search([("ticket_id", "=", ticket.id)])
            self.assertFalse(rows, model)
        for model in ("school.time.clock", "school.register.entry", "school.number"):
            if env[model].has_access("read"):
                rows = env[model].search(
                    [("res_model", "=", "school.ticket"), ("res_id", "=", ticket.id)]
                )
                self.assertFalse(rows, model)
        for model, field in (
            ("mail.message", "model"),
            ("mail.activity", "res_model"),
            ("ir.attachment", "res_model"),
            ("rating.rating", "res_model"),
            ("mail.followers", "res_model"),
        ):
            if not env[model].has_access("read"):
                continue
            rows = env[model].search(
                [(field, "=", "school.ticket"), ("res_id", "=", ticket.id)]
            )
            self.assertFalse(rows, model)

    def test_the_accused_and_his_people_know_nothing_whatever_their_rights(self):
        ticket = self._about(self.head, name="Homework on Sundays zzq")
        self.assertEqual(ticket.allowed_user_ids, self.director | self.clerk)
        ticket.message_post(body="A note")
        ticket.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.clerk.id, summary="Do it"
        )
        self.env["ir.attachment"].create(
            {
                "name": "a.txt",
                "raw": b"x",
                "res_model": "school.ticket",
                "res_id": ticket.id,
            }
        )
        ticket._complaint_ask_department(self.logistics, self.other_head, "Look")
        self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("school.ticket"),
                "res_id": ticket.id,
                "rating": 1,
                "feedback": "Bad",
                "consumed": True,
            }
        )
        self.env.flush_all()
        for user in (self.head, self.colleague):
            with self.subTest(user=user.login):
                self._assert_knows_nothing(user, ticket)
        self.assertEqual(ticket.with_user(self.clerk).name, ticket.name)

    def test_every_table_that_hangs_on_a_ticket_hides_it(self):
        ticket = self._about(self.head)
        self.env.flush_all()
        env = self.env(user=self.head, su=False)
        for name in sorted(self.env.registry):
            model = env[name]
            if model._abstract or model._transient or not model._auto:
                continue
            for field in model._fields.values():
                if (
                    field.comodel_name != "school.ticket"
                    or field.type != "many2one"
                    or not field.store
                    or not model.has_access("read")
                ):
                    continue
                with self.subTest(model=name, field=field.name):
                    self.assertFalse(model.search([(field.name, "=", ticket.id)]))

    def test_whatever_hangs_on_a_ticket_is_seen_with_it_by_a_rule(self):
        """A new model with a link to tickets needs a rule that asks the ticket."""
        # Rows that hold no word of a ticket: its number, shown to who may not read it.
        only_linked = {
            "school.suggestion.letter",
            "school.improvement",
        }
        rules = self.env["ir.rule"].search([("groups", "=", False)])
        for name in sorted(self.env.registry):
            model = self.env[name]
            if (
                model._abstract
                or model._transient
                or name == "school.ticket"
                or name in only_linked
            ):
                continue
            linked = [
                field.name
                for field in model._fields.values()
                if field.comodel_name == "school.ticket"
                and field.type == "many2one"
                and field.store
                # Where an addon of ours meets another, that glue shows a number only.
                and "school_office_service_desk" in field._modules
            ]
            readers = (self.head | self.agent | self.clerk).filtered(
                lambda user, model=model: model.with_user(user).has_access("read")
            )
            if not linked or not readers:
                continue
            domains = " ".join(
                rules.filtered(lambda r, n=name: r.model_id.model == n).mapped(
                    "domain_force"
                )
            )
            with self.subTest(model=name):
                self.assertRegex(
                    domains, "is_ticket_visible|is_school_visible|ticket_id"
                )

    def test_it_is_not_routed_to_anybody_concerned(self):
        coordination = self.env["school.post"]._find(self.school, "coordination")
        coordination.holder_ids.unlink()
        self._hold("coordination", self.colleague)
        self._hold("coordination", self.agent)
        ticket = self._about(self.head)
        self.assertEqual(ticket.handler_id, self.agent)
        with self.assertRaises(UserError):
            ticket.with_user(self.director)._assign(user=self.colleague)

    def test_a_complaint_about_the_director_goes_to_the_leader_above(self):
        ticket = self._about(self.director)
        self.assertEqual(ticket.allowed_user_ids, self.leader)
        self.assertEqual(ticket.post_id.code, "supervising_leader")
        self._assert_knows_nothing(self.director, ticket)
        with self.assertRaises(AccessError):
            ticket.with_user(self.clerk).read(["name"])
        self.assertTrue(ticket.with_user(self.leader).name)

    def test_a_complaint_about_the_leader_too_goes_to_the_principal(self):
        ticket = self._about(self.director | self.leader)
        self.assertEqual(ticket.allowed_user_ids, self.principal)
        self.assertEqual(ticket.post_id.code, "top_management")

    def test_a_complaint_about_all_leaders_goes_to_whom_the_school_named(self):
        self.school.school_complaint_conflict_user_ids = self.other_head
        ticket = self._about(self.director | self.leader | self.principal)
        self.assertEqual(ticket.allowed_user_ids, self.other_head)

    def test_a_complaint_is_never_left_without_anybody(self):
        # Everybody works under the principal.
        everything = self._department("School", self.principal, self.leader)
        (self.teaching | self.logistics).parent_id = everything
        office = self._department("Office", self.director, self.clerk, self.agent)
        office.parent_id = everything
        ticket = self._about(self.principal)
        self.assertTrue(ticket.allowed_user_ids)
        self.assertNotIn(self.principal, ticket.allowed_user_ids)

    def test_whoever_is_named_in_the_words_is_kept_out_first(self):
        self.director.name = "Zhao Qiang"
        ticket = self._incoming(
            "complaint", details="It was zhao  qiang of the office who said so."
        )
        self.assertEqual(ticket.accused_user_ids, self.director)
        self._assert_knows_nothing(self.director, ticket)

    def test_whoever_is_named_as_accused_is_kept_out_whatever_his_post(self):
        self.head.name = "Zhou Ming"
        ticket = self._incoming("complaint", accused_text="Teacher zhou ming")
        self.assertEqual(ticket.accused_user_ids, self.head)
        self.assertIn(self.colleague, ticket.excluded_user_ids)
        self._assert_knows_nothing(self.head, ticket)
        # Named in passing, he is no reader of complaints and none the wiser.
        ticket = self._incoming("complaint", details="Zhou Ming helped me.")
        self.assertFalse(ticket.accused_user_ids)

    def test_the_steps_of_time_limits_tell_nobody_concerned(self):
        ticket = self._about(self.director)
        clock = self._clock(ticket, "complaint_plan")
        for step in clock.version_id.step_ids:
            self.assertNotIn(self.director, step._users(clock, ticket), step.name)

    def test_naming_somebody_later_takes_everything_from_him(self):
        ticket = self._incoming("complaint")
        self.assertEqual(ticket.handler_id, self.clerk)
        ticket.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.clerk.id, summary="Do it"
        )
        self.assertTrue(ticket.with_user(self.clerk).name)
        with self.assertRaisesRegex(UserError, "why"):
            ticket.with_user(self.director)._complaint_accuse(self.clerk, "")
        ticket.with_user(self.director)._complaint_accuse(self.clerk, "He said so.")
        self.assertNotEqual(ticket.handler_id, self.clerk)
        self.assertFalse(ticket.activity_ids)
        self._assert_knows_nothing(self.clerk, ticket)
        with self.assertRaises(UserError):
            ticket.with_user(self.director).activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.clerk.id
            )

    def test_whoever_declares_to_be_concerned_is_out(self):
        ticket = self._incoming("complaint")
        wizard = (
            self.env["school.complaint.step"]
            .with_user(self.clerk)
            .create(
                {
                    "step": "accused",
                    "ticket_id": ticket.id,
                    "accused_user_ids": [Command.set(self.clerk.ids)],
                    "text": "It is about me.",
                }
            )
        )
        self.assertEqual(wizard.action_confirm()["res_model"], "school.ticket")
        self._assert_knows_nothing(self.clerk, ticket)

    def test_moving_to_another_department_opens_nothing(self):
        ticket = self._about(self.head)
        employee = self.colleague._school_employee(self.school)
        employee.department_id = self.logistics
        self._assert_knows_nothing(self.colleague, ticket)

    def test_who_comes_under_the_accused_later_is_out_too(self):
        ticket = self._about(self.head, name="Something zzq")
        self.assertNotIn(self.clerk, ticket.excluded_user_ids)
        self.clerk._school_employee(self.school).department_id = self.teaching
        self._assert_knows_nothing(self.clerk, ticket)

    def test_whoever_comes_to_lead_people_takes_them_out_of_complaints_about_him(self):
        ticket = self._about(self.other_head, name="Something zzq")
        section = self._department("Section", self.principal, self.agent)
        lone = self.env["hr.employee"].create(
            {"name": "Nobody yet", "company_id": self.school.id}
        )
        desk = self._department("Desk", self.leader, self.clerk)
        self.assertFalse(ticket.excluded_user_ids & (self.agent | self.clerk))

        section.parent_id = self.logistics
        self._assert_knows_nothing(self.agent, ticket)
        self.teaching.school_supervisor_id = self.other_head
        self._assert_knows_nothing(self.colleague, ticket)
        desk.manager_id = lone
        self.assertNotIn(self.clerk, ticket.excluded_user_ids)
        self.other_head.employee_ids.user_id = False
        lone.user_id = self.other_head
        self._assert_knows_nothing(self.clerk, ticket)

    def test_who_is_kept_out_later_loses_his_own_notifications_only(self):
        ticket = self._about(self.head)
        to_both, to_director = [
            ticket.message_post(body="Look", partner_ids=users.partner_id.ids)
            for users in (self.director | self.clerk, self.director)
        ]
        to_clerk = ticket.message_post(
            body="Look", partner_ids=self.clerk.partner_id.ids
        )
        self.clerk._school_employee(self.school).department_id = self.teaching
        self.assertEqual(to_both.partner_ids, self.director.partner_id)
        self.assertEqual(to_director.partner_ids, self.director.partner_id)
        self.assertFalse(to_clerk.partner_ids)

    def test_moving_somebody_costs_the_same_with_ten_times_the_complaints(self):
        """Neither other people's complaints are read, nor his own one by one."""
        employee = self.clerk._school_employee(self.school)
        costs = {}
        for count in (3, 27):
            self._about(self.head, count=count)
            tickets = self._about(self.other_head, count=count)
            for department in (self.teaching, self.logistics):
                department.flush_recordset()
                employee.department_id = False
                tickets.sudo().write(
                    {"excluded_user_ids": [Command.unlink(self.clerk.id)]}
                )
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                employee.department_id = department
                self.env.flush_all()
                cost = self.env.cr.sql_log_count - before
                costs.setdefault(department, []).append(cost)
        self.assertIn(self.clerk, tickets[0].excluded_user_ids)
        for few, many in costs.values():
            self.assertLessEqual(many, few + 3)

    def test_importing_people_does_not_touch_complaints_about_others(self):
        about_him = self._about(self.other_head, count=2)
        self._about(self.head, count=3)
        touched = self.Ticket.browse()
        apply = type(touched)._conflict_apply

        def note(tickets, **options):
            nonlocal touched
            touched |= tickets
            return apply(tickets, **options)

        self.patch(type(touched), "_conflict_apply", note)
        self._person("newcomer", self.school)
        self.assertFalse(touched)
        self._person(
            "newcomer2", self.school
        ).employee_ids.department_id = self.logistics
        self.assertEqual(touched, about_him)

    def test_who_complains_about_his_head_sees_his_own_complaint(self):
        ticket = self.Ticket.with_user(self.teacher).create(
            {
                "name": "My head",
                "service_id": self._service("complaint").id,
                "accused_user_ids": [Command.set(self.head.ids)],
            }
        )
        self.assertEqual(ticket.with_user(self.teacher).name, "My head")
        self._assert_knows_nothing(self.head, ticket)
        self._assert_knows_nothing(self.colleague, ticket)

    def test_nobody_writes_down_a_complaint_about_his_leader(self):
        with self.assertRaisesRegex(UserError, "somebody else"):
            self.Ticket.with_user(self.colleague).create(
                {
                    "name": "A parent complains",
                    "service_id": self._service("complaint").id,
                    "channel": "phone",
                    "requester_name": "Mrs Li",
                    "accused_user_ids": [Command.set(self.head.ids)],
                }
            )

    def test_nobody_follows_and_nobody_outside_is_written_to(self):
        ticket = self._about(self.head)
        ticket.message_subscribe(partner_ids=self.head.partner_id.ids)
        self.assertFalse(ticket.message_follower_ids)
        with self.assertRaises(UserError):
            ticket.with_user(self.clerk).message_post(
                body="Look",
                partner_ids=self.head.partner_id.ids,
                message_type="comment",
            )
        message = ticket.with_user(self.clerk).message_post(
            body="Look", partner_ids=self.director.partner_id.ids
        )
        self.assertEqual(message.sudo().partner_ids, self.director.partner_id)

    def test_a_part_of_a_complaint_is_about_the_same_people(self):
        ticket = self._about(self.head)
        part = ticket.with_user(self.clerk)._split("Another matter")
        self.assertEqual(part.sudo().accused_user_ids, self.head)
        self._assert_knows_nothing(self.colleague, part.sudo())

    def test_merging_opens_nothing(self):
        ticket = self._about(self.head)
        other = self._incoming("complaint")
        with self.assertRaises(AccessError):
            ticket.with_user(self.clerk)._merge(other.with_user(self.clerk))

    def test_another_schools_people_cannot_be_accused(self):
        stranger = new_test_user(
            self.env,
            login="stranger2",
            groups="base.group_user",
            company_id=self.other.id,
            company_ids=[Command.set(self.other.ids)],
        )
        with self.assertRaises(UserError):
            self.Ticket.with_user(self.clerk).create(
                {
                    "name": "About a stranger",
                    "service_id": self._service("complaint").id,
                    "accused_user_ids": [Command.set(stranger.ids)],
                }
            )

    def test_an_intake_costs_the_same_for_ten_times_as_many(self):
        service = self._service("complaint")
        accused = [Command.set(self.head.ids)]

        def cost(count):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.Ticket._intake(
                self.school,
                [{"service": service, "name": "X", "accused_user_ids": accused}]
                * count,
                "form",
            )
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        cost(2)
        self.assertLessEqual(cost(20), cost(2) + 2)
