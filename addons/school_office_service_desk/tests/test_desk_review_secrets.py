from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import DESK, DeskCommon
from .public_common import PNG

SECRET = "bullied by the coach zzq"


@tagged("post_install", "-at_install")
class TestSecretsKept(DeskCommon):
    """Ways by which a restricted request could be learned of around its rules."""

    def _complaint(self, accused=None, **vals):
        return self._incoming(
            "complaint",
            name=SECRET,
            accused_user_ids=[Command.set((accused or self.head).ids)],
            **vals,
        ).with_env(self.env)

    def _notices(self, user):
        return self.env["school.notice"].search([("user_id", "=", user.id)])

    # Identity

    def test_nobody_puts_another_name_on_a_request_he_has_entered(self):
        self.school.school_desk_auto_assign = False
        ticket = self._ask()
        self.assertEqual(ticket.state, "new")
        for vals in (
            {"requester_user_id": self.director.id},
            {"requester_id": self.director.partner_id.id},
            {"requester_name": "The director"},
            {"department_id": self.logistics.id},
            {"handling_mistake": "no"},
            {"work_minutes": 100000},
            {"solution": "Done"},
            {"lead_department_id": self.logistics.id},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                ticket.with_user(self.teacher).write(vals)

    # Alarms

    def _alarmed_complaint(self):
        group = self.env["school.rapid.group"].search(
            [("company_id", "=", self.school.id)]
        )
        complaint = self._service("complaint")
        group.service_ids = [Command.link(complaint.id)]
        group.member_ids = [Command.set((self.mender | self.mender2).ids)]
        ticket = self._complaint(
            self.mender, urgency="2", requester_phone="13800009999"
        )
        return group, ticket

    def test_an_alarm_tells_the_accused_in_its_group_nothing(self):
        group, ticket = self._alarmed_complaint()
        alarm = ticket.alarm_ids
        self.assertEqual(alarm.user_ids, self.mender2)
        self.assertNotIn(self.mender, alarm._clock_step_users(None))
        alarm._tell(group.member_ids, lambda env: "Late", urgent=True)
        for notice in self._notices(self.mender):
            self.assertNotIn(SECRET, f"{notice.subject} {notice.body}")

    def test_an_alarm_about_a_restricted_request_says_where_and_not_what(self):
        group, ticket = self._alarmed_complaint()
        notice = self._notices(self.mender2)
        self.assertTrue(notice)
        self.assertNotIn(SECRET, f"{notice.subject} {notice.body}")
        self.assertNotIn("13800009999", notice.body)
        channel = group.channel_id
        texts = " ".join(channel.sudo().message_ids.mapped("body"))
        self.assertNotIn(SECRET, texts)

    # Departments

    def test_the_accused_is_given_no_share_of_his_own_complaint(self):
        ticket = self._complaint(self.other_head)
        handler = ticket.with_user(self.clerk)
        with self.assertRaises(UserError):
            handler._involve(self.logistics, "Say what happened")
        with self.assertRaises(UserError):
            handler._involve(self.logistics, "Look", user=self.mender)
        self.assertFalse(self._notices(self.other_head))

    def test_the_result_of_a_complaint_does_not_go_to_the_accused_head(self):
        ticket = self._complaint(self.head)
        ticket.with_user(self.clerk)._complaint_assign(
            self.teaching, self.director, "Please look"
        )
        ticket.with_user(self.clerk)._solve("He has apologised.")
        self.assertFalse(self._notices(self.head))

    # Copies

    def test_an_improvement_made_of_a_complaint_is_hidden_from_the_accused(self):
        self.head.group_ids = [
            Command.link(self.env.ref(DESK + "group_desk_manager").id)
        ]
        ticket = self._complaint(self.head, requester_name="Xiao Ming zzq")
        ticket.with_user(self.clerk).action_make_improvement()
        improvement = ticket.improvement_id
        self.assertTrue(improvement)
        found = self.env["school.improvement"].with_user(self.head)
        self.assertFalse(found.search([("id", "=", improvement.id)]))
        self.assertTrue(
            found.with_user(self.clerk).search([("id", "=", improvement.id)])
        )

    def test_the_ledger_of_appraisals_says_nothing_of_a_restricted_request(self):
        ticket = self._complaint(self.head)
        ticket.handler_id = self.mender
        clocks = (
            self.env["school.time.clock"]
            .sudo()
            .search([("res_model", "=", ticket._name), ("res_id", "=", ticket.id)])
        )
        self.assertTrue(clocks)
        # As the nightly job: superuser as user, not only as mode.
        robot = clocks.with_user(self.env.ref("base.user_root"))
        for clock in robot:
            self.assertNotIn(SECRET, clock._appraisal_record_name())
        entry = robot.env["school.appraisal.entry"]._propose(
            self.school,
            [
                {
                    "key": "test",
                    "user": self.mender,
                    "remark": "Late",
                    "record": robot[0],
                }
            ],
        )
        self.assertNotIn(SECRET, entry.source)

    # Children

    def test_a_false_alarm_leaves_an_anonymous_report_with_those_who_had_it(self):
        self.school.school_safeguarding_user_ids = self.leader
        for code in ("suggestion", "complaint"):
            with self.subTest(service=code):
                self.Ticket._anonymous_intake(
                    self.school,
                    {
                        "service": self._service(code),
                        "name": f"Something {code}",
                        "details": "Something else",
                    },
                )
                ticket = self.Ticket.sudo().search([("name", "=", f"Something {code}")])
                before = ticket.allowed_user_ids
                self.assertTrue(ticket.is_restricted)
                ticket._safeguarding_raise(["word"])
                ticket.with_user(self.leader)._safeguarding_end("It is a novel.")
                self.assertTrue(ticket.is_restricted)
                self.assertLessEqual(before, ticket.allowed_user_ids)

    # Anonymity

    def test_the_name_of_a_file_of_an_anonymous_report_stands_nowhere(self):
        service = self._service("complaint")
        self.env["school.service.question"].create(
            {
                "service_id": service.id,
                "company_id": self.school.id,
                "label": "Proof",
                "key": "proof",
                "kind": "file",
            }
        )
        kind = self.env["school.complaint.type"].search(
            [("company_id", "=", self.school.id)], limit=1
        )
        before = self.Ticket.sudo().search([])
        result = (
            self.env["school.desk.public"]
            .sudo()
            ._submit(
                service,
                self.env.ref("base.public_user"),
                "10.0.0.1",
                {"details": ["Something"], "problem": [str(kind.id)]},
                [("zhangsan-zzq.png", PNG, "q_proof")],
                anonymous=True,
            )
        )
        self.assertTrue(result.get("code"), result)
        ticket = self.Ticket.sudo().search([]) - before
        self.assertTrue(ticket.answers_text)
        self.assertNotIn("zzq", f"{ticket.answers} {ticket.answers_text}")

    def test_no_moment_leads_from_who_took_part_to_an_answer(self):
        survey = self.env["school.desk.survey"].create(
            {
                "name": "Survey",
                "company_id": self.school.id,
                "date_from": fields.Date.today(),
                "date_to": fields.Date.today(),
            }
        )
        survey._open()
        survey.with_user(self.teacher).action_answer()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT create_date, write_date, create_uid FROM"
            " school_desk_survey_participation WHERE survey_id = %s",
            (survey.id,),
        )
        [(created, written, _uid)] = self.env.cr.fetchall()
        self.env.cr.execute(
            "SELECT create_date FROM survey_user_input WHERE survey_id = %s",
            (survey.sudo().survey_id.id,),
        )
        [(answered,)] = self.env.cr.fetchall()
        self.assertNotIn(answered, (created, written))
        survey._close()
        self.assertFalse(
            self.env["school.desk.survey.participation"]
            .sudo()
            .search([("survey_id", "=", survey.id)])
        )

    # Portal

    def test_a_parent_reads_by_rpc_what_his_page_shows_and_not_the_office_notes(self):
        ticket = self._incoming(
            "general", requester_id=self.parent.partner_id.id
        ).with_env(self.env)
        ticket.sudo().write({"jump_reason": "Nags", "forecast_reason": "Ill"})
        mine = ticket.with_user(self.parent)
        self.assertEqual(mine.read(["name", "number", "state"])[0]["name"], ticket.name)
        for name in (
            "jump_reason",
            "forecast_reason",
            "safeguarding_words",
            "accused_user_ids",
            "allowed_user_ids",
            "handling_mistake",
            "mail_note",
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                mine.read([name])
        with self.assertRaises(AccessError):
            mine.search([("jump_reason", "=", "Nags")])

    def test_a_parent_writes_in_no_other_name(self):
        ticket = self._incoming(
            "general", requester_id=self.parent.partner_id.id
        ).with_env(self.env)
        before = ticket.message_ids
        try:
            ticket.with_user(self.parent).message_post(
                body="We pay you back",
                author_id=self.director.partner_id.id,
                email_from="director@example.com",
                message_type="comment",
                subtype_xmlid=DESK + "mt_ticket_answer",
            )
        except (AccessError, UserError, ValueError):
            return
        message = ticket.message_ids - before
        self.assertEqual(message.author_id, self.parent.partner_id)
        self.assertNotIn("director", message.email_from or "")

    def test_a_deputy_is_not_chased_about_the_complaint_against_him(self):
        ticket = self._complaint(self.head)
        ticket.handler_id = self.clerk
        self.env["school.delegation"].create(
            {
                "user_id": self.clerk.id,
                "deputy_id": self.head.id,
                "company_id": self.school.id,
                "reason": "Away",
                "date_from": fields.Date.today(),
                "date_to": fields.Date.today(),
            }
        ).sudo().state = "active"
        clock = (
            self.env["school.time.clock"]
            .sudo()
            .search(
                [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)], limit=1
            )
        )
        step = clock.version_id.step_ids.filtered(lambda s: s.what != "none")[:1]
        self.assertTrue(step)
        people = self.env["school.time.reminder"]._find_people(
            [({}, clock, step)], {clock: ticket}
        )
        self.assertTrue(people[0])
        self.assertNotIn(self.head, people[0])

    def test_what_a_scorer_wrote_of_a_complaint_is_hidden_from_the_accused(self):
        self.head.group_ids = [
            Command.link(self.env.ref("school_office_base.group_auditor").id)
        ]
        ticket = self._complaint(self.head)
        sample = self.env["school.desk.sample"]._announce(self.school).sudo()
        line = (
            self.env["school.desk.sample.line"]
            .sudo()
            .create(
                {
                    "company_id": self.school.id,
                    "sample_id": sample.id,
                    "ticket_id": ticket.id,
                    "ticket_number": ticket.number,
                    "is_restricted": True,
                }
            )
        )
        score = (
            self.env["school.desk.score"]
            .sudo()
            .create(
                {
                    "company_id": self.school.id,
                    "line_id": line.id,
                    "scorer_id": self.director.id,
                    "remark": SECRET,
                    "is_revealed": True,
                    "item_ids": [Command.create({"name": "Speed"})],
                }
            )
        )
        finding = (
            self.env["school.desk.finding"]
            .sudo()
            .create(
                {
                    "company_id": self.school.id,
                    "line_id": line.id,
                    "kind": "points",
                    "description": SECRET,
                }
            )
        )
        for record in (score, score.item_ids, finding):
            with self.subTest(model=record._name):
                found = self.env[record._name].with_user(self.head)
                self.assertFalse(found.search([("id", "in", record.ids)]))

    # What a client writes into the context

    def test_no_default_of_the_context_lets_anybody_into_a_request(self):
        ticket = self._incoming("general").with_env(self.env)
        Party = self.env["school.mediation.party"].with_user(self.agent)
        vals = {"department_id": self.teaching.id, "user_id": self.head.id}
        with self.assertRaises(UserError):
            Party.create({**vals, "ticket_id": ticket.id})
        with self.assertRaises(UserError):
            Party.with_context(default_ticket_id=ticket.id).create(vals)
        self.assertNotIn(self.head, ticket.allowed_user_ids)

    def test_no_default_of_the_context_makes_a_suggestion_somebody_elses(self):
        Improvement = self.env["school.improvement"].with_user(self.teacher)
        with self.assertRaises(AccessError):
            Improvement.with_context(default_author_id=self.director.id).create(
                {"name": "No more homework", "text": "At once"}
            )

    def test_no_default_of_the_context_draws_a_code_for_a_device(self):
        self.agent.group_ids = [
            Command.link(self.env.ref("maintenance.group_equipment_manager").id)
        ]
        device = (
            self.env["maintenance.equipment"]
            .with_user(self.agent)
            .with_context(
                default_desk_token="e" + "a" * 16, default_desk_token_date="2020-01-01"
            )
            .create({"name": "Projector", "company_id": self.school.id})
        )
        self.assertFalse(device.sudo().desk_token)
        self.assertFalse(device.sudo().desk_token_date)

    def test_who_has_no_part_in_the_desk_enters_a_place_all_the_same(self):
        place = (
            self.env["school.place"]
            .with_user(self.admin)
            .create({"name": "Annex", "kind": "building", "company_id": self.school.id})
        )
        self.assertFalse(place.sudo().desk_token)

    def test_no_default_of_the_context_makes_a_survey_one_of_the_desk(self):
        self.agent.group_ids = [
            Command.link(self.env.ref("survey.group_survey_manager").id)
        ]
        survey = self.env["school.desk.survey"].create(
            {
                "name": "Survey",
                "company_id": self.school.id,
                "date_from": fields.Date.today(),
                "date_to": fields.Date.today(),
            }
        )
        with self.assertRaises(UserError):
            self.env["survey.survey"].with_user(self.agent).with_context(
                default_school_desk_survey_id=survey.id
            ).create({"title": "Mine"})
