"""A service desk at work in the neighbour school, for the tests that span addons.

Each method lets one part of the desk work, by the methods its people call; whatever
they write carries ``cls.marker``.
"""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415"
    "478da63fcffff3f030005fe02fea72d9b640000000049454e44ae426082"
)


class DeskAtWork:
    """Mixed into ``SchoolsAtWork``."""

    @classmethod
    def _run_desk(cls, school, clerk):
        """Let the whole desk of ``school`` work, quality and repairs included."""
        holder = cls.env["school.post"]._find(school, "director")._users()
        director = cls.env["res.users"].browse(holder.ids)
        director.group_ids = [
            Command.link(cls.env.ref("school_office_base.group_office_director").id)
        ]
        cls._staff_desk(school, clerk, director)
        cls._repair_things(school, clerk)
        cls._rate_work(school, clerk, director)
        cls._hear_complaints(school, clerk, director)
        cls._empty_a_box(school, clerk, director)
        cls._mediate(school, clerk, director)
        cls._visit_and_improve(school, clerk, director)
        cls._write_knowledge(school, clerk, director)
        cls._ask_everybody(school, clerk, director)
        cls._draw_a_sample(school, clerk, director)
        cls._count_figures(school, clerk, director)

    @classmethod
    def _staff_desk(cls, school, clerk, director):
        """People, departments and a term; the desk's own words into its lists."""
        cls.heron_mender = cls._person("heron_mender", school)
        cls.heron_heads = cls.env["res.users"]
        cls.heron_departments = cls.env["hr.department"]
        for number in ("1", "2"):
            head = cls._person(f"heron_head{number}", school)
            department = cls.env["hr.department"].create(
                {"name": f"{cls.marker} Side {number}", "company_id": school.id}
            )
            employee = head._school_employee(school)
            employee.department_id = department
            department.manager_id = employee
            cls.heron_heads |= head
            cls.heron_departments |= department
        today = school._school_date()
        cls.heron_term = cls.env["school.term"].create(
            {
                "company_id": school.id,
                "name": f"{cls.marker} term",
                "date_from": today - timedelta(45),
                "date_to": today + timedelta(75),
            }
        )
        cls.heron_services = {
            service.code: service
            for service in cls.env["school.service"].search(
                [("company_id", "=", school.id)]
            )
        }
        cls.env["school.service.question"].create(
            {
                "service_id": cls.heron_services["general"].id,
                "key": "heron",
                "label": f"{cls.marker} question",
                "kind": "text",
            }
        )
        cls.env["school.ticket.wait.reason"].create(
            {"company_id": school.id, "name": f"{cls.marker} reason", "code": "heron"}
        )
        cls.env["school.outside.act"]._take(school, "form", f"{cls.marker} key", 9)

    @classmethod
    def _take_in(cls, school, service, name, channel="form", **vals):
        """A request from outside."""
        return cls.env["school.ticket"]._intake(
            school,
            [
                {
                    "service": cls.heron_services[service],
                    "name": f"{cls.marker} {name}",
                    "details": f"{cls.marker} details of {name}",
                    "requester_name": f"{cls.marker} Father",
                    "requester_phone": "13800007341",
                    "requester_email": "heron-7341@example.com",
                    **vals,
                }
            ],
            channel,
        )

    @classmethod
    def _repair_things(cls, school, clerk):
        """An urgent repair: alarm, answer, repair order, a second one who saw it."""
        members = cls.heron_heads | cls.heron_mender
        group = cls.env["school.rapid.group"].search(
            [("company_id", "=", school.id), ("code", "=", "rapid")]
        )
        group.write({"member_ids": [Command.set(members.ids)], "use_channel": True})
        now = fields.Datetime.now()
        cls.env["school.rapid.duty"].create(
            {
                "group_id": group.id,
                "user_id": cls.heron_mender.id,
                "date_from": now - timedelta(hours=1),
                "date_to": now + timedelta(days=1),
                "note": f"{cls.marker} note",
            }
        )
        cls.env["school.emergency.contact"].create(
            {
                "company_id": school.id,
                "name": f"{cls.marker} lift firm",
                "phone": "7341",
                "reachable": f"{cls.marker} nights",
            }
        )
        place = cls.env["school.place"].create(
            {"company_id": school.id, "name": f"{cls.marker} hall", "kind": "room"}
        )
        place._desk_draw_tokens()
        device = cls.env["maintenance.equipment"].create(
            {
                "name": f"{cls.marker} projector",
                "company_id": school.id,
                "school_place_id": place.id,
            }
        )
        device._desk_draw_tokens()
        ticket = cls._take_in(
            school,
            "repair_equipment",
            "smoke",
            urgency="2",
            place_id=place.id,
            equipment_id=device.id,
            attachments=[(f"{cls.marker}.png", PNG)],
        )
        alarm = ticket.sudo().alarm_ids.filtered(lambda row: row.group_id == group)
        alarm.with_user(cls.heron_mender).action_acknowledge()
        ticket.with_user(clerk).action_repair_order()
        repair = ticket.sudo().repair_id
        repair.description = f"{cls.marker} cable"
        ticket._voice(name=f"{cls.marker} Aunt", note=f"{cls.marker} I saw it, too")

    @classmethod
    def _rate_work(cls, school, clerk, director):
        """A requester is not content; the director looks into it and settles it."""
        ticket = cls._take_in(school, "general", "slow matter")
        ticket.with_user(clerk).action_take()
        ticket.with_user(clerk)._solve(f"{cls.marker} done at last")
        rating = ticket._rate(1, f"{cls.marker} too slow")
        review = (
            cls.env["school.ticket.review"]
            .with_user(director)
            .search([("rating_id", "=", rating.id)])
        )
        review.action_look()
        review.write(
            {
                "cause": "slow",
                "finding": f"{cls.marker} facts",
                "measure": f"{cls.marker} remedy",
            }
        )
        review.action_settle()

    @classmethod
    def _hear_complaints(cls, school, clerk, director):
        """A complaint all its way, an anonymous one, one that needs protection."""
        department, head = cls.heron_departments[0], cls.heron_heads[0]
        kinds = cls.env["school.complaint.type"].search(
            [("company_id", "=", school.id)]
        )
        ticket = cls._take_in(school, "complaint", "cold lunch").with_user(director)
        ticket.action_take()
        ticket._complaint_registered(kinds[0])
        ticket._complaint_assign(department, head, f"{cls.marker} please answer")
        ticket._complaint_plan(f"{cls.marker} plan")
        ticket._solve(f"{cls.marker} result")
        cause = cls.env["school.complaint.cause"].search(
            [("company_id", "=", school.id)], limit=1
        )
        ticket._complaint_cause(cause, "yes")
        anonymous = cls.env["school.ticket"]
        code = anonymous._anonymous_intake(
            school,
            {"name": f"{cls.marker} whisper", "details": f"{cls.marker} I was afraid"},
        )
        ticket = anonymous._by_code(school, code)
        ticket.with_user(director).action_take()
        ticket.with_user(director)._ask(f"{cls.marker} where was it?")
        ticket._anonymous_reply(f"{cls.marker} in the yard")
        school.school_safeguarding_words = "bruises"
        ticket = cls._take_in(school, "complaint", "bruises")
        ticket.sudo().safeguarding_check_ids.write({"note": f"{cls.marker} call"})
        today = school._school_date()
        analysis = cls.env["school.complaint.analysis"]._analyse(
            school, today.replace(day=1), today
        )
        analysis.with_user(director).write(
            {"summary": f"{cls.marker} summary", "proposals": f"{cls.marker} proposals"}
        )
        analysis.with_user(director).action_propose()

    @classmethod
    def _empty_a_box(cls, school, clerk, director):
        box = cls.env["school.suggestion.box"].create(
            {"company_id": school.id, "name": f"{cls.marker} box", "mon": True}
        )
        opening = box.opening_ids.filtered(
            lambda row: row.due_on == school._school_date()
        ) or box.opening_ids.create(
            {
                "company_id": school.id,
                "box_id": box.id,
                "due_on": school._school_date(),
            }
        )
        mine = opening.with_user(clerk)
        mine.write({"letter_count": 2, "note": f"{cls.marker} note"})
        mine.action_sign()
        opening.with_user(director).action_sign()
        kind = cls.env["school.complaint.type"].search(
            [("company_id", "=", school.id)], limit=1
        )
        cls.env["school.suggestion.letter"].with_user(clerk).create(
            [
                {
                    "opening_id": opening.id,
                    "kind": letter,
                    "matter": f"{cls.marker} dark stairs",
                    "text": f"{cls.marker} words of a letter",
                    "sender_name": f"{cls.marker} Uncle",
                    "problem_type_id": kind.id,
                }
                for letter in ("suggestion", "thanks")
            ]
        )
        mine.action_register_letters()

    @classmethod
    def _mediate(cls, school, clerk, director):
        ticket = (
            cls.env["school.ticket"]
            .with_user(clerk)
            .create(
                {
                    "name": f"{cls.marker} quarrel",
                    "service_id": cls.heron_services["mediation"].id,
                }
            )
        )
        ticket.with_user(director).action_take()
        parties = (
            cls.env["school.mediation.party"]
            .with_user(director)
            .create(
                [
                    {"ticket_id": ticket.id, "department_id": department.id}
                    for department in cls.heron_departments
                ]
            )
        )
        for party in parties:
            party.with_user(party.user_id)._state_position(f"{cls.marker} position")
        ticket.with_user(director)._mediation_propose(f"{cls.marker} proposal")
        party.with_user(party.user_id)._answer_proposal("refused", f"{cls.marker} no")

    @classmethod
    def _visit_and_improve(cls, school, clerk, director):
        visits = cls.env["school.department.visit"].sudo()
        visits._plan_visits(school)
        visit = visits.search(
            [("department_id", "=", cls.heron_departments[0].id)], limit=1
        ).with_user(director)
        visit.write({"needs": f"{cls.marker} needs", "people": f"{cls.marker} all"})
        visit.action_done()
        visit._follow_up(f"{cls.marker} wish", cls.heron_services["general"])
        idea = (
            cls.env["school.improvement"]
            .with_user(cls.heron_heads[0])
            .create({"name": f"{cls.marker} idea", "text": f"{cls.marker} lamps"})
        )
        idea.with_user(clerk).write(
            {"assessment": f"{cls.marker} cheap", "benefit": "2", "effort": "1"}
        )
        idea.with_user(clerk).action_assess()
        idea.with_user(director).write(
            {
                "decision": "adopted",
                "decision_reason": f"{cls.marker} agreed",
                "owner_id": clerk.id,
                "due_on": fields.Date.add(school._school_date(), days=9),
            }
        )
        idea.with_user(director).action_decide()

    @classmethod
    def _write_knowledge(cls, school, clerk, director):
        theme = cls.env["school.knowledge.theme"].search(
            [("company_id", "=", school.id)], limit=1
        )
        article = (
            cls.env["school.knowledge.article"]
            .with_user(clerk)
            .create(
                {
                    "name": f"{cls.marker} article",
                    "keywords": f"{cls.marker} keyword",
                    "theme_id": theme.id,
                    "body": f"<p>{cls.marker} body</p>",
                }
            )
        )
        article.with_user(director).action_publish()
        article.with_user(cls.heron_heads[0]).action_unhelpful()

    @classmethod
    def _ask_everybody(cls, school, clerk, director):
        """A survey that was answered, counted and published, and one that is open."""
        today = school._school_date()
        survey, running = (
            cls.env["school.desk.survey"]
            .with_user(director)
            .create(
                [
                    {
                        "name": f"{cls.marker} survey {number}",
                        "date_from": today,
                        "date_to": today,
                        "department_id": cls.heron_departments[0].id,
                    }
                    for number in ("1", "2")
                ]
            )
        )
        (survey | running).action_open()
        running.with_user(clerk).action_answer()
        sheet = survey.sudo().survey_id
        for __ in range(max(survey.fewest, 3)):
            ballot = sheet._school_ballot()
            ballot._mark_in_progress()
            for question in sheet.question_ids:
                if question.question_type == "simple_choice":
                    answer = question.suggested_answer_ids[1]
                    ballot._save_lines(question, str(answer.id))
                else:
                    ballot._save_lines(question, f"{cls.marker} comment")
            ballot._mark_done()
        survey.action_close()
        survey.action_publish()

    @classmethod
    def _draw_a_sample(cls, school, clerk, director):
        """A sample that finds a fault, its correction, and a call to a requester."""
        scorers = cls.heron_heads
        school.school_desk_scorer_ids = [Command.set(scorers.ids)]
        school.school_desk_callback_share = 100
        sample = cls.env["school.desk.sample"]._announce(school)
        tickets = cls.env["school.ticket"]
        for number in ("1", "2"):
            tickets |= cls._take_in(school, "general", f"sampled {number}")
        now = fields.Datetime.now()
        tickets.sudo().write(
            {
                "handler_id": cls.heron_mender.id,
                "acknowledged_at": now,
                "responded_at": now,
                "solved_at": now,
                "closed_at": now,
                "state": "closed",
                "solution": f"{cls.marker} solution",
            }
        )
        sample._draw()
        for score in sample.line_ids.score_ids:
            own = score.with_user(score.scorer_id)
            own.item_ids.write({"grade": "none"})
            own.write(
                {
                    "paper_match": "missing",
                    "ledger_match": "same",
                    "callback_match": "none",
                    "comparison_note": f"{cls.marker} no paper",
                    "remark": f"{cls.marker} remark",
                }
            )
            own.action_submit()
        finding = sample.line_ids.finding_ids[:1].with_user(director)
        finding.write(
            {
                "owner_id": cls.heron_mender.id,
                "measure": f"{cls.marker} measure",
                "due_date": fields.Date.add(school._school_date(), days=4),
                "needs_training": True,
                "needs_appraisal": True,
            }
        )
        finding.action_start()
        finding.with_user(cls.heron_mender)._report(f"{cls.marker} corrected")
        calls = cls.env["school.desk.callback"].search(
            [("company_id", "=", school.id)], limit=1
        )
        calls.with_user(clerk)._answer(True, "no", f"{cls.marker} word on the phone")

    @classmethod
    def _count_figures(cls, school, clerk, director):
        """Key figures, an analysis of their causes and the plan that follows."""
        sheet = cls.env["school.desk.kpi"]._ensure_period(school, "month")
        sheet._refresh()
        line = sheet.line_ids.filtered(lambda row: row.code == "on_time")
        analysis = sheet.analysis_ids or cls.env["school.desk.analysis"]._require(line)
        analysis.with_user(director).write(
            {
                "cause_people": True,
                "causes": f"{cls.marker} causes",
                "measures": f"{cls.marker} measures",
            }
        )
        analysis.with_user(director).action_submit()
        plan = cls.env["school.desk.plan"]._ensure_quarter(school).with_user(director)
        cls.env["school.desk.plan.measure"].with_user(director).create(
            {"plan_id": plan.id, "name": f"{cls.marker} better forms"}
        )
        for measure in plan.measure_ids:
            measure.write(
                {
                    "owner_id": clerk.id,
                    "due_date": fields.Date.add(school._school_date(), days=9),
                }
            )
        plan.action_agree()
        plan.measure_ids[:1].with_user(clerk)._finish(f"{cls.marker} finished", "same")
