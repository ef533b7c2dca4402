from odoo import api, models
from odoo.fields import Domain

from .meeting_topic_steps import OPEN

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

    def _section_topics_wanted(self):
        """Calls for topics that my department has not answered (MTG-01)."""

        def item(answer):
            return self._item(
                f"topic-answer-{answer.id}",
                answer.call_id.name,
                " · ".join((answer.department_id.name, answer.call_id.body_id.name)),
                open_method=(answer._name, answer.id, "action_propose"),
                deadline_info=answer.deadline_info,
                deadline_state=answer.deadline_state,
                buttons=[
                    self._button(
                        self.env._("Nothing to Propose"),
                        answer._name,
                        answer.ids,
                        "action_nothing",
                        said=self.env._("Noted: no topics this time."),
                    )
                ],
            )

        return self._list_section(
            self.env["school.meeting.topic.answer"],
            Domain("is_mine", "=", True) & Domain("state", "=", "waiting"),
            item,
            order="deadline_at, id",
            key="topics_wanted",
            title=self.env._("Topics Wanted"),
            sequence=34,
            icon="fa-lightbulb-o",
            counter=self.env._("topics wanted"),
            action=MODULE + "topic_answer_action_mine",
        )

    def _section_topics_to_decide(self):
        """Topics that I pass on as a head, or admit as who leads the body."""
        domain = Domain("can_endorse", "=", True) | Domain("can_review", "=", True)
        title = self.env._("Topics to Decide About")
        return self._list_section(
            self.env["school.meeting.topic"],
            domain,
            self._topic_to_decide_item,
            order="proposed_at, id",
            key="topics_to_decide",
            title=title,
            sequence=36,
            icon="fa-list-ol",
            counter=self.env._("topics"),
            action={
                "type": "ir.actions.act_window",
                "name": title,
                "res_model": "school.meeting.topic",
                "views": [(False, "list"), (False, "kanban"), (False, "form")],
                "domain": list(domain),
            },
        )

    def _topic_to_decide_item(self, topic):
        pass_on = self._button(
            self.env._("Pass On"),
            topic._name,
            topic.ids,
            "action_endorse",
            primary=True,
            said=self.env._("Passed on."),
        )
        return self._item(
            f"topic-{topic.id}",
            topic.name,
            " · ".join((topic.department_id.name, topic.body_id.name)),
            open_record=(topic._name, topic.id),
            badge=topic._state_name(),
            buttons=[pass_on] if topic.can_endorse else (),
        )

    def _section_meeting_materials(self):
        """Papers that I deliver and have not (MTG-07)."""

        def item(material):
            return self._item(
                f"material-{material.id}",
                material.name,
                # Superuser: who delivers a paper is told for which meeting.
                material.sudo().meeting_id.name,
                open_record=(material._name, material.id),
                deadline_info=material.deadline_info,
                deadline_state=material.deadline_state,
            )

        return self._list_section(
            self.env["school.meeting.material"],
            Domain("user_id", "=", self.env.uid) & Domain("state", "=", "expected"),
            item,
            order="due_at, id",
            key="meeting_materials",
            title=self.env._("Materials I Deliver"),
            sequence=37,
            icon="fa-file-text-o",
            counter=self.env._("materials"),
            action=MODULE + "material_action_mine",
        )

    def _section_meeting_checks(self):
        """Rows of check lists that I tick (MTG-08, 09, 10, 30)."""
        Task = self.env["school.meeting.task"]
        mine = Domain("user_id", "=", self.env.uid) | (
            Domain("user_id", "=", False)
            & Domain("post_id", "in", self.env.user._held_post_ids())
            & Task._domain_of_open_circles()
        )

        def item(task):
            return self._item(
                f"check-{task.id}",
                task.name,
                " · ".join(filter(None, (task.meeting_place, task.meeting_name))),
                open_record=(task._name, task.id),
                deadline_info=task.deadline_info,
                deadline_state=task.deadline_state,
                buttons=[
                    self._button(
                        self.env._("OK"),
                        task._name,
                        task.ids,
                        "action_ok",
                        primary=True,
                    )
                ],
            )

        return self._list_section(
            Task,
            mine & Domain("state", "=", "open"),
            item,
            order="due_at, id",
            key="meeting_checks",
            title=self.env._("Rooms and Meetings to Check"),
            sequence=38,
            icon="fa-check-square-o",
            counter=self.env._("checks"),
            action=MODULE + "task_action_mine",
        )

    def _section_meetings_to_rate(self):
        """Meetings about which I am asked (MTG-28)."""
        return self._list_section(
            self.env["school.meeting.evaluation"],
            Domain("user_id", "=", self.env.uid) & Domain("state", "=", "open"),
            lambda row: self._item(
                f"rate-{row.id}",
                row.sudo().meeting_id.name,
                self.env._("one minute, nothing links the answer to you"),
                open_method=(row._name, row.id, "action_rate"),
            ),
            order="id",
            key="meetings_to_rate",
            title=self.env._("How Was the Meeting?"),
            sequence=60,
            icon="fa-star-o",
            counter=self.env._("to rate"),
            action=MODULE + "evaluation_action_mine",
        )

    def _section_my_topics(self):
        """What I proposed and where it stands."""
        # Superuser: who proposed it need not see the meeting itself.
        over = (
            self.env["school.meeting"]
            .sudo()
            ._search([("state", "in", ("ended", "closed", "cancelled"))])
        )
        return self._list_section(
            self.env["school.meeting.topic"],
            Domain("proposer_id", "=", self.env.uid)
            & (
                Domain("state", "in", ("draft", *OPEN))
                | (
                    Domain("state", "=", "admitted")
                    & Domain("meeting_id", "not in", over)
                )
            ),
            lambda topic: self._item(
                f"my-topic-{topic.id}",
                topic.name,
                topic.body_id.name,
                open_record=(topic._name, topic.id),
                badge=topic._state_name(),
            ),
            key="my_topics",
            title=self.env._("My Topics for Meetings"),
            column="asked",
            sequence=150,
            icon="fa-lightbulb-o",
            action=MODULE + "topic_action_mine",
        )
