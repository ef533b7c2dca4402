from odoo import models
from odoo.fields import Domain

from .my_office import SHOWN


class SchoolMyOffice(models.AbstractModel):
    """Decisions on the page of every employee, and where his own requests stand."""

    _inherit = "school.my.office"

    def _sections(self):
        return [
            *super()._sections(),
            self._section_decisions(),
            self._section_requests(),
        ]

    def _section_decisions(self):
        """What the user must decide, in his own name or for those he stands in for."""
        # sudo: the domain itself keeps to what is the caller's turn
        tasks_sudo = self.env["school.approval.task"].sudo()
        domain = tasks_sudo._my_turn_domain() & Domain(
            "company_id", "in", self.env.companies.ids
        )
        count, late = self._count_late(tasks_sudo, domain)
        tasks = tasks_sudo.search(domain, order="deadline_at, id", limit=SHOWN)
        return self._section(
            "approval_tasks",
            self.env._("To decide"),
            sequence=10,
            icon="fa-gavel",
            count=count,
            late=late,
            counter=self.env._("decide"),
            items=[self._decision_item(task) for task in tasks],
            action="school_office_base.approval_task_action_inbox",
        )

    def _decision_item(self, task):
        principal = task.user_id if task.user_id != self.env.user else False
        parts = [
            task.subject,
            self.env._("from %(sender)s", sender=task.applicant_id.name),
            principal and self.env._("for %(recipient)s", recipient=principal.name),
        ]
        return self._item(
            f"task-{task.id}",
            task.name,
            " · ".join(part for part in parts if part),
            open_method=("school.approval.task", task.id, "action_open_record"),
            deadline_info=task.deadline_info,
            deadline_state=task.deadline_state,
            buttons=[
                self._button(
                    self.env._("Agree"),
                    "school.approval.task",
                    task.ids,
                    "action_ask_approve",
                    primary=True,
                ),
            ],
        )

    def _section_requests(self):
        """What the user asked for and is not settled: who has it now, since when."""
        # sudo: the domain itself keeps to the caller's own requests
        cases_sudo = self.env["school.approval.case"].sudo()
        domain = (
            Domain("applicant_id", "=", self.env.uid)
            & Domain("state", "in", ("running", "returned"))
            & Domain("company_id", "in", self.env.companies.ids)
        )
        cases = cases_sudo.search(domain, order="id desc", limit=SHOWN)
        count = len(cases)
        if count == SHOWN:
            count = cases_sudo.search_count(domain)
        states = dict(cases_sudo._fields["state"]._description_selection(self.env))
        items = []
        for case in cases:
            holders = ", ".join(case.holder_ids.mapped("name")[:3])
            waiting = case.state == "running" and holders
            items.append(
                self._item(
                    f"case-{case.id}",
                    case.name,
                    " · ".join(
                        part
                        for part in (
                            case.subject,
                            waiting
                            and self.env._("now with %(people)s", people=holders),
                        )
                        if part
                    ),
                    open_record=(case.res_model, case.res_id),
                    badge=case.node_id.name if waiting else states[case.state],
                )
            )
        return self._section(
            "approval_cases",
            self.env._("My requests"),
            column="asked",
            sequence=100,
            icon="fa-road",
            count=count,
            items=items,
            action="school_office_base.approval_case_action_mine",
        )
