from odoo import models
from odoo.fields import Domain

from .my_office import SHOWN


class SchoolMyOffice(models.AbstractModel):
    _inherit = "school.my.office"

    def _sections(self):
        return [*super()._sections(), self._section_decide(), self._section_asked()]

    def _section_decide(self):
        """What the user may decide now, his own and in the name of others."""
        # sudo: the domain itself keeps to what is the caller's turn
        Task = self.env["school.approval.task"].sudo()
        mine = Task._my_turn_domain() & Domain(
            "company_id", "in", self.env.companies.ids
        )
        total = late = 0
        for state, count in Task._read_group(mine, ["deadline_state"], ["__count"]):
            total += count
            late += count if state == "late" else 0
        tasks = Task
        if total:
            tasks = Task.search(mine, order="deadline_at, id", limit=SHOWN)
        return self._section(
            "approvals",
            self.env._("To decide"),
            sequence=10,
            icon="fa-gavel",
            count=total,
            late=late,
            counter=self.env._("decide"),
            items=[self._decide_item(task) for task in tasks],
            action="school_office_base.approval_task_action_inbox",
        )

    def _decide_item(self, task):
        step = task.node_id.name
        if task.user_id != self.env.user:
            step = self.env._(
                "%(step)s, on behalf of %(person)s",
                step=step,
                person=task.user_id.name,
            )
        return self._item(
            f"task-{task.id}",
            task.name or task.subject,
            " · ".join(filter(None, (task.subject, step, task.applicant_id.name))),
            open_record=("school.approval.task", task.id),
            deadline_info=task.deadline_info,
            deadline_state=task.deadline_state,
        )

    def _section_asked(self):
        """What the user submitted and is still being decided, and with whom it is."""
        Case = self.env["school.approval.case"].sudo()
        mine = Domain("applicant_id", "=", self.env.uid) & Domain(
            "state", "in", ("running", "returned")
        )
        mine &= Domain("company_id", "in", self.env.companies.ids)
        total = Case.search_count(mine)
        cases = Case.search(mine, order="id desc", limit=SHOWN) if total else Case
        return self._section(
            "requests",
            self.env._("Being decided"),
            column="asked",
            sequence=100,
            icon="fa-hourglass-half",
            count=total,
            items=[self._asked_item(case) for case in cases],
            action="school_office_base.approval_case_action_mine",
        )

    def _asked_item(self, case):
        waiting = case.task_ids.filtered(lambda task: task.state == "open")
        return self._item(
            f"case-{case.id}",
            case.name or case.subject,
            self.env._(
                "%(matter)s · with %(people)s",
                matter=case.subject,
                people=", ".join(waiting.user_id.mapped("name")),
            )
            if waiting
            else case.subject,
            open_record=(case.res_model, case.res_id),
            badge=dict(case._fields["state"]._description_selection(self.env))[
                case.state
            ],
        )
