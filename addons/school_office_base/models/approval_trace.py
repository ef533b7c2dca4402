from collections import defaultdict

from odoo import api, fields, models

from ..tools.approval_people import Finder


class SchoolApprovalCase(models.Model):
    """What is shown of cases: who will sign, and the trace of who did (DOC-14)."""

    _inherit = "school.approval.case"

    @api.model
    def _plan(self, record, version, choices, finder):
        """Return the steps ``record`` would take: people, conditions and problems."""
        plan = []
        barred = self._barred(record)
        finder.expect(version.node_ids)
        for node in version.node_ids.sorted(lambda n: (n.sequence, n.id)):
            applies = self._applies(record, node)
            step = {"node": node, "applies": applies, "problem": "", "found": None}
            if applies:
                step["found"] = found = finder.find(record, node, barred, choices)
                step["problem"] = found.problem
            plan.append(step)
        return plan

    @api.model
    def _preview(self, records, purpose, choices=None):
        """Return one dict per record: flow, steps and what stands in the way."""
        finder = Finder(self.env)
        records = records.sudo()
        versions = self.env["school.approval.flow"]._choose(records, purpose)
        previews = []
        for record in records:
            version = versions.get(record)
            if version is None:
                previews.append(
                    {
                        "flow": "",
                        "steps": [],
                        "problems": [
                            self.env._(
                                "No approval flow of %(school)s fits this record.",
                                school=record.company_id.name,
                            )
                        ],
                    }
                )
                continue
            plan = self._plan(record, version, choices or {}, finder)
            steps = [self._preview_step(record, version, step) for step in plan]
            previews.append(
                {
                    "flow": version.flow_id.name,
                    "version": version.number,
                    "steps": steps,
                    "problems": [
                        step["problem"]
                        for step in steps
                        if step["problem"] and not step["choose"]
                    ],
                }
            )
        return previews

    def _preview_step(self, record, version, step):
        node, found = step["node"], step["found"]
        users = found.users if found else self.env["res.users"]
        deputies = {}
        if users:
            deputies = (
                self.env["school.delegation"]
                .sudo()
                ._deputies(
                    users,
                    record.company_id,
                    flow=version.flow_id,
                    amount=self._amount(record),
                )
            )
        return {
            "key": node.key,
            "name": node.name,
            "how": node.who_text,
            "mode": node.mode,
            "four_eyes": node.four_eyes,
            "applies": step["applies"],
            "choose": bool(step["applies"] and node.who == "choice"),
            "condition": node.domain if node._condition() else "",
            "limit": node._limit_text(),
            "people": [
                {
                    "id": user.id,
                    "name": user.name,
                    "deputies": deputies.get(user, user.browse()).mapped("name"),
                }
                for user in users
            ],
            "note": found.note if found else "",
            "problem": step["problem"],
        }

    @api.model
    def _traces(self, records):
        """Return ``{record id: trace}`` of the current and past cases of records."""
        cases = self.sudo().search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        )
        traces = cases._trace_of_cases()
        result = defaultdict(lambda: {"cases": []})
        for case in cases:
            result[case.res_id]["cases"].append(traces[case])
        return result

    def _trace_of_cases(self):
        """Return ``{case: what the widget shows}``, newest round first."""
        if not self:
            return {}
        mine = set(
            self.env["school.approval.task"]._my_open_tasks(
                [("case_id", "in", self.ids)]
            ).ids
        )  # fmt: skip
        records = self._records()
        finder = Finder(self.env)
        return {
            case: case._trace(records.get(case), mine, finder) for case in self.sudo()
        }

    def _trace(self, record, mine, finder):
        self.ensure_one()
        rounds = defaultdict(list)
        for task in self.task_ids.sorted("id"):
            rounds[task.round].append(task)
        steps_by_round = [
            {
                "round": number,
                "steps": self._trace_steps(rounds[number], mine),
            }
            for number in sorted(rounds, reverse=True)
        ]
        my_task = self.task_ids.filtered(lambda t: t.id in mine)[:1]
        return {
            "id": self.id,
            "subject": self.subject,
            "flow": self.flow_id.name,
            "version": self.version_id.number,
            "state": self.state,
            "state_label": self._label("state"),
            "round": self.round,
            "applicant": self.applicant_id.name,
            "submitted_at": self._iso(self.submitted_at),
            "closed_at": self._iso(self.closed_at),
            "confirm_pending": self.confirm_pending,
            "stuck_reason": self.stuck_reason or "",
            "rounds": steps_by_round,
            "coming": self._trace_coming(record, finder),
            "events": [
                self._trace_event(opinion)
                for opinion in self.opinion_ids.sorted("id")
                if opinion.event not in ("approve", "refuse")
            ],
            "my": self._trace_my(my_task),
            "can_withdraw": self._may_withdraw(),
            "can_remind": self.state == "running"
            and self.env.user in (self.applicant_id | self.author_id),
            "can_resume": bool(self.stuck_reason) and self._may_resume(),
            "can_oral": self.state == "running"
            and self.version_id.oral
            and not self.flow_id.oral_locked
            and not my_task
            and self.env.user in (self.applicant_id | self.author_id),
        }

    def _may_resume(self):
        user = self.env.user
        return user == self.applicant_id or any(
            user.has_group(f"school_office_base.{group}")
            for group in ("group_school_admin", "group_office_director")
        )

    @staticmethod
    def _iso(value):
        return fields.Datetime.to_string(value) if value else False

    def _trace_my(self, task):
        if not task or self.env.user in self._now_barred(None):
            return False
        node = task.node_id
        return {
            "task_id": task.id,
            "step": node.name,
            "confirm": task.kind == "confirm",
            "behalf": task._principal().name or "",
            "can_return": node.can_return and task.kind != "confirm",
            "can_transfer": node.can_transfer and task.kind != "confirm",
            "can_add_signer": node.can_add_signer and task.kind != "confirm",
            "can_copy": node.can_copy and task.kind != "confirm",
        }

    def _trace_steps(self, tasks, mine):
        """Group the tasks of one round by step, in the order in which they opened."""
        by_node = {}
        for task in tasks:
            by_node.setdefault(task.node_id, []).append(task)
        steps = []
        for node, group in by_node.items():
            open_tasks = [task for task in group if task.state in ("open", "waiting")]
            decided = [task.decision for task in group if task.state == "done"]
            if any(task.kind != "confirm" for task in open_tasks):
                state = "current"
            elif "refuse" in decided:
                state = "refused"
            elif "return" in decided:
                state = "returned"
            elif any(decision == "approve" for decision in decided):
                state = "done"
            else:
                state = "cancelled"
            steps.append(
                {
                    "id": node.id,
                    "key": node.key,
                    "name": node.name,
                    "how": node.who_text,
                    "four_eyes": node.four_eyes,
                    "state": state,
                    "people": [
                        self._trace_person(task, mine)
                        for task in group
                        if task.state != "cancelled"
                        or task.close_reason in ("reassigned", "handed")
                    ],
                }
            )
        return steps

    def _trace_person(self, task, mine):
        return {
            "id": task.id,
            "user_id": task.user_id.id,
            "name": (task.acting_user_id or task.user_id).name,
            "behalf": task.on_behalf_of_id.name or task.principal_id.name or "",
            "state": task.state,
            "kind": task.kind,
            "kind_label": dict(task._fields["kind"]._description_selection(self.env))[
                task.kind
            ],
            "decision": task.decision or "",
            "decision_label": dict(
                task._fields["decision"]._description_selection(self.env)
            ).get(task.decision, ""),
            "opinion": task.opinion or "",
            "at": self._iso(task.decided_at or task.opened_at),
            "repeat": task.is_repeat,
            "oral": task.is_oral,
            "reminders": task.remind_count,
            "mine": task.id in mine,
            "deadline": task.deadline_info if task.state == "open" else False,
        }

    def _trace_event(self, opinion):
        return {
            "id": opinion.id,
            "event": opinion.event,
            "label": dict(opinion._fields["event"]._description_selection(self.env))[
                opinion.event
            ],
            "round": opinion.round,
            "name": opinion.user_id.name,
            "behalf": opinion.on_behalf_of_id.name or "",
            "text": opinion.text or "",
            "detail": opinion.detail or "",
            "at": self._iso(opinion.at),
        }

    def _trace_coming(self, record, finder):
        """The steps still to come, with the people the flow names today."""
        if self.state not in ("running", "returned") or not record:
            return []
        coming = []
        resume = self.resume_node_id
        if self.state == "returned":
            node = resume or self._nodes()[:1]
        elif (
            resume
            and self.node_id != resume
            and resume.sequence > self.node_id.sequence
        ):
            node = resume
        else:
            node = self._next_node(self.node_id) if self.node_id else self.node_id
        barred = self._now_barred(record)
        while node:
            if self._applies(record, node):
                found = finder.find(record, node, barred, self.choices or {})
                coming.append(
                    {
                        "id": node.id,
                        "key": node.key,
                        "name": node.name,
                        "how": node.who_text,
                        "four_eyes": node.four_eyes,
                        "people": found.users.mapped("name"),
                        "note": found.note or found.problem,
                    }
                )
            node = self._next_node(node)
        return coming
