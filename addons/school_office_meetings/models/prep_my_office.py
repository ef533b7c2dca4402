from odoo import api, models
from odoo.fields import Domain

SHOWN = 5
MODULE = "school_office_meetings."


class SchoolMyOffice(models.AbstractModel):
    """What preparing meetings asks of everybody: topics, papers, checks, stars."""

    _inherit = "school.my.office"

    @api.model
    def _sections(self):
        return [
            *super()._sections(),
            self._section_topics_wanted(),
            self._section_topics_to_decide(),
            self._section_meeting_materials(),
            self._section_meeting_checks(),
            self._section_meetings_to_rate(),
            self._section_my_topics(),
        ]

    @api.model
    def _quick_actions(self):
        actions = super()._quick_actions()
        if not self.env.company.is_school:
            return actions
        return [
            *actions,
            {
                "key": "propose_topic",
                "label": self.env._("Propose a Topic"),
                "icon": "fa-lightbulb-o",
                "action": MODULE + "topic_action_new",
                "sequence": 60,
            },
        ]

    def _here(self):
        return Domain("company_id", "in", self.env.companies.ids)

    def _section_topics_wanted(self):
        """Calls for topics that my department has not answered (MTG-01)."""
        Answer = self.env["school.meeting.topic.answer"]
        domain = (
            self._here()
            & Domain("is_mine", "=", True)
            & Domain("state", "=", "waiting")
        )
        count, late = self._count_late(Answer, domain)
        answers = (
            Answer.search(domain, order="deadline_at, id", limit=SHOWN)
            if count
            else Answer
        )
        return self._section(
            "topics_wanted",
            self.env._("Topics Wanted"),
            sequence=34,
            icon="fa-lightbulb-o",
            count=count,
            late=late,
            counter=self.env._("topics wanted"),
            items=[
                self._item(
                    f"topic-answer-{answer.id}",
                    answer.call_id.name,
                    " · ".join(
                        (answer.department_id.name, answer.call_id.body_id.name)
                    ),
                    open_method=(Answer._name, answer.id, "action_propose"),
                    deadline_info=answer.deadline_info,
                    deadline_state=answer.deadline_state,
                    buttons=[
                        self._button(
                            self.env._("Nothing to Propose"),
                            Answer._name,
                            answer.ids,
                            "action_nothing",
                            said=self.env._("Noted: no topics this time."),
                        )
                    ],
                )
                for answer in answers
            ],
            action=MODULE + "topic_answer_action_mine",
        )

    def _section_topics_to_decide(self):
        """Topics that I pass on as a head, or admit as who leads the body."""
        Topic = self.env["school.meeting.topic"]
        domain = self._here() & (
            Domain("can_endorse", "=", True) | Domain("can_review", "=", True)
        )
        count = Topic.search_count(domain)
        topics = Topic.search(domain, order="proposed_at, id", limit=SHOWN)
        states = dict(Topic._fields["state"]._description_selection(self.env))
        return self._section(
            "topics_to_decide",
            self.env._("Topics to Decide About"),
            sequence=36,
            icon="fa-list-ol",
            count=count,
            counter=self.env._("topics"),
            items=[
                self._item(
                    f"topic-{topic.id}",
                    topic.name,
                    " · ".join((topic.department_id.name, topic.body_id.name)),
                    open_record=(Topic._name, topic.id),
                    badge=states[topic.state],
                    buttons=[
                        self._button(
                            self.env._("Pass On"),
                            Topic._name,
                            topic.ids,
                            "action_endorse",
                            primary=True,
                            said=self.env._("Passed on."),
                        )
                    ]
                    if topic.can_endorse
                    else (),
                )
                for topic in topics
            ],
            action={
                "type": "ir.actions.act_window",
                "name": self.env._("Topics to Decide About"),
                "res_model": Topic._name,
                "views": [(False, "list"), (False, "kanban"), (False, "form")],
                "domain": [
                    "|",
                    ("can_endorse", "=", True),
                    ("can_review", "=", True),
                ],
            },
        )

    def _section_meeting_materials(self):
        """Papers that I deliver and have not (MTG-07)."""
        Material = self.env["school.meeting.material"]
        domain = (
            self._here()
            & Domain("user_id", "=", self.env.uid)
            & Domain("state", "=", "expected")
        )
        count, late = self._count_late(Material, domain)
        materials = (
            Material.search(domain, order="due_at, id", limit=SHOWN)
            if count
            else Material
        )
        return self._section(
            "meeting_materials",
            self.env._("Materials I Deliver"),
            sequence=37,
            icon="fa-file-text-o",
            count=count,
            late=late,
            counter=self.env._("materials"),
            items=[
                self._item(
                    f"material-{material.id}",
                    material.name,
                    # Superuser: who delivers a paper is told for which meeting.
                    material.sudo().meeting_id.name,
                    open_record=(Material._name, material.id),
                    deadline_info=material.deadline_info,
                    deadline_state=material.deadline_state,
                )
                for material in materials
            ],
            action=MODULE + "material_action_mine",
        )

    def _section_meeting_checks(self):
        """Rows of check lists that I tick (MTG-08, 09, 10, 30)."""
        Task = self.env["school.meeting.task"]
        domain = (
            self._here()
            & (
                Domain("user_id", "=", self.env.uid)
                | (
                    Domain("user_id", "=", False)
                    & Domain("post_id", "in", self.env.user._held_post_ids())
                    & Task._domain_of_open_circles()
                )
            )
            & Domain("state", "=", "open")
        )
        count, late = self._count_late(Task, domain)
        tasks = Task.search(domain, order="due_at, id", limit=SHOWN) if count else Task
        return self._section(
            "meeting_checks",
            self.env._("Rooms and Meetings to Check"),
            sequence=38,
            icon="fa-check-square-o",
            count=count,
            late=late,
            counter=self.env._("checks"),
            items=[
                self._item(
                    f"check-{task.id}",
                    task.name,
                    " · ".join(filter(None, (task.meeting_place, task.meeting_name))),
                    open_record=(Task._name, task.id),
                    deadline_info=task.deadline_info,
                    deadline_state=task.deadline_state,
                    buttons=[
                        self._button(
                            self.env._("OK"),
                            Task._name,
                            task.ids,
                            "action_ok",
                            primary=True,
                        )
                    ],
                )
                for task in tasks
            ],
            action=MODULE + "task_action_mine",
        )

    def _section_meetings_to_rate(self):
        """Meetings about which I am asked (MTG-28)."""
        Evaluation = self.env["school.meeting.evaluation"]
        domain = (
            self._here()
            & Domain("user_id", "=", self.env.uid)
            & Domain("state", "=", "open")
        )
        rows = Evaluation.search(domain, order="id", limit=SHOWN + 1)
        count = len(rows)
        if count > SHOWN:
            count = Evaluation.search_count(domain)
        return self._section(
            "meetings_to_rate",
            self.env._("How Was the Meeting?"),
            sequence=60,
            icon="fa-star-o",
            count=count,
            counter=self.env._("to rate"),
            items=[
                self._item(
                    f"rate-{row.id}",
                    row.sudo().meeting_id.name,
                    self.env._("one minute, nothing links the answer to you"),
                    open_method=(Evaluation._name, row.id, "action_rate"),
                )
                for row in rows[:SHOWN]
            ],
            action=MODULE + "evaluation_action_mine",
        )

    def _section_my_topics(self):
        """What I proposed and where it stands."""
        Topic = self.env["school.meeting.topic"]
        # Superuser: who proposed it need not see the meeting itself.
        over = (
            self.env["school.meeting"]
            .sudo()
            ._search([("state", "in", ("ended", "closed", "cancelled"))])
        )
        domain = (
            self._here()
            & Domain("proposer_id", "=", self.env.uid)
            & (
                Domain("state", "in", ("draft", "head", "proposed", "deferred"))
                | (
                    Domain("state", "=", "admitted")
                    & Domain("meeting_id", "not in", over)
                )
            )
        )
        topics = Topic.search(domain, limit=SHOWN + 1)
        count = len(topics)
        if count > SHOWN:
            count = Topic.search_count(domain)
        states = dict(Topic._fields["state"]._description_selection(self.env))
        return self._section(
            "my_topics",
            self.env._("My Topics for Meetings"),
            column="asked",
            sequence=150,
            icon="fa-lightbulb-o",
            count=count,
            items=[
                self._item(
                    f"my-topic-{topic.id}",
                    topic.name,
                    topic.body_id.name,
                    open_record=(Topic._name, topic.id),
                    badge=states[topic.state],
                )
                for topic in topics[:SHOWN]
            ],
            action=MODULE + "topic_action_mine",
        )
