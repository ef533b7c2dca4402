from odoo import models
from odoo.fields import Domain


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
        return self._list_section(
            tasks_sudo,
            tasks_sudo._my_turn_domain(),
            self._decision_item,
            order="deadline_at, id",
            key="approval_tasks",
            title=self.env._("To decide"),
            sequence=10,
            icon="fa-gavel",
            counter=self.env._("decide"),
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
        states = dict(cases_sudo._fields["state"]._description_selection(self.env))

        def item(case):
            holders = ", ".join(case.holder_ids.mapped("name")[:3])
            waiting = case.state == "running" and holders
            parts = [
                case.subject,
                waiting and self.env._("now with %(people)s", people=holders),
            ]
            return self._item(
                f"case-{case.id}",
                case.name,
                " · ".join(part for part in parts if part),
                open_record=(case.res_model, case.res_id),
                badge=case.node_id.name if waiting else states[case.state],
            )

        return self._list_section(
            cases_sudo,
            Domain("applicant_id", "=", self.env.uid)
            & Domain("state", "in", ("running", "returned")),
            item,
            order="id desc",
            key="approval_cases",
            title=self.env._("My requests"),
            column="asked",
            sequence=100,
            icon="fa-road",
            action="school_office_base.approval_case_action_mine",
        )
