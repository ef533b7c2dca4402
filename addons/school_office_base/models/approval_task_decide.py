from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.locking import fetch_where

CLOSED = ("done", "cancelled")


class SchoolApprovalTask(models.Model):
    """Decisions: who may take one, and what a step comes to by them."""

    _inherit = "school.approval.task"

    def action_approve(self, opinion=""):
        """Agree; on several tasks at once with one opinion."""
        return self._decide("approve", opinion)

    def action_refuse(self, opinion=""):
        """Refuse the cases; says why."""
        self._require_opinion(opinion)
        return self._decide("refuse", opinion)

    def action_return(self, opinion="", to="applicant", resume="again"):
        """Send back (退回).

        :param to: ``"applicant"``, or the key of an earlier step
        :param resume: ``"again"``: what lies between is decided anew; ``"back"``: it
            comes straight back to me
        """
        self._require_opinion(opinion)
        return self._decide("return", opinion, to=to, resume=resume)

    def action_transfer(self, user_id, opinion=""):
        """Pass the task on (转交)."""
        target = self._check_target(user_id)
        return self._decide("transfer", opinion, target=target)

    def _require_opinion(self, opinion):
        if not (opinion or "").strip():
            raise UserError(self.env._("Say why: the applicant will read it."))

    def _decide(self, decision, text, **options):
        """Check, lock, check again, and write all that follows in one transaction."""
        self._read_cases_tasks()
        self.check_access("read")
        tasks = self.sudo()
        tasks.case_id._lock()
        for task, problem in tasks._decision_problems(decision).items():
            if problem:
                raise problem
            if decision in ("return", "transfer"):
                task._check_right(decision)
        principals = {task: task._principal() for task in tasks}
        event = {"approve": "approve", "refuse": "refuse"}.get(decision, decision)
        opinions = self.env["school.approval.opinion"].sudo()._add_facts(
            [
                task.case_id._opinion_vals(
                    event if task.kind != "confirm" else
                    {"approve": "confirm", "refuse": "deny"}.get(event, event),
                    task=task,
                    text=text,
                    on_behalf_of=principals[task],
                    detail=task._decision_detail(decision, options),
                )
                for task in tasks
            ]
        )  # fmt: skip
        by_task = dict(zip(tasks, opinions, strict=True))
        confirmations = tasks.filtered(lambda task: task.kind == "confirm")
        normal = tasks - confirmations
        now = fields.Datetime.now()
        with tasks.case_id._journal(locked=True) as journal:
            for principal, group in tasks.grouped(principals.get).items():
                group.write(
                    {
                        "state": "done",
                        "decision": decision,
                        "opinion": (text or "").strip(),
                        "acting_user_id": self.env.uid,
                        "on_behalf_of_id": principal.id,
                        "decided_at": now,
                    }
                )
            tasks.case_id._move()
            if decision == "transfer":
                normal._pass_on(options["target"])
            journal.note(opinions)
            if decision == "approve":
                normal._settle(by_task)
                confirmations._confirm()
            elif decision == "refuse":
                normal._settle(by_task)
                confirmations._deny()
            elif decision == "return":
                for task in normal:
                    task._return(by_task[task], options["to"], options["resume"])
        return True

    def _read_cases_tasks(self):
        """Read all tasks of the cases, of which the step and its rules speak, at once.

        Into the caches only: what the caller may see is checked by whoever reads there.
        """
        if not self:
            return
        tasks, _rows = fetch_where(
            self.sudo(),
            SQL(
                "case_id IN (SELECT t.case_id FROM school_approval_task t"
                " WHERE t.id IN %s)",
                tuple(self.ids),
            ),
            order="id DESC",
        )
        by_case = tasks.grouped("case_id")
        for case, own in by_case.items():
            case._fields["task_ids"]._insert_cache(case, [own._ids])

    def _decision_problems(self, decision="approve"):
        """Return ``{task: exception or None}``: whether the user may decide each."""
        uid = self.env.user
        mine = self._mine()
        records = self.case_id._records()
        hashes = {}
        for model in set(self.mapped("res_model")):
            batch = [r for case, r in records.items() if case.res_model == model]
            if batch:
                batch = batch[0].browse([r.id for r in batch])
                hashes.update(
                    {(model, key): h for key, h in batch._approval_hashes().items()}
                )
        problems = {}
        for task in self:
            case, problem = task.case_id, None
            record = records.get(case)
            if task.state in CLOSED:
                problem = UserError(task._closed_sentence())
            elif task.kind != "confirm" and (
                case.state != "running" or task.round != case.round
            ):
                problem = UserError(
                    self.env._(
                        "“%(case)s” is no longer waiting for this decision.",
                        case=case.name,
                    )
                )
            elif task.state == "waiting":
                problem = UserError(
                    self.env._("It is not your turn yet on “%(case)s”.", case=case.name)
                )
            elif uid in case._now_barred(record):
                problem = AccessError(
                    self.env._(
                        "You have a part in “%(case)s” yourself: somebody else "
                        "decides.",
                        case=case.name,
                    )
                )
            elif task not in mine:
                problem = AccessError(
                    self.env._("“%(case)s” is not yours to decide.", case=case.name)
                )
            elif not record:
                problem = UserError(
                    self.env._(
                        "The record of “%(case)s” no longer exists.", case=case.name
                    )
                )
            elif decision == "approve" and task.kind != "confirm":
                problem = task._approve_problem()
                if (
                    not problem
                    and hashes[case.res_model, case.res_id] != case.content_hash
                ):
                    problem = UserError(
                        self.env._(
                            "“%(case)s” is no longer what was submitted. Return it to "
                            "the applicant.",
                            case=case.name,
                        )
                    )
            elif task.kind == "confirm" and decision not in ("approve", "refuse"):
                problem = UserError(
                    self.env._(
                        "Confirm the oral consent to “%(case)s”, or deny it.",
                        case=case.name,
                    )
                )
            problems[task] = problem
        return problems

    def _approve_problem(self):
        """One person gives one of the voices that must come from different people."""
        node, case, uid = self.node_id, self.case_id, self.env.user
        if node.mode == "count" or node.four_eyes:
            same = case.task_ids.filtered(
                lambda task: (
                    task != self
                    and task.node_id == node
                    and task.round == self.round
                    and task.decision == "approve"
                    and task.acting_user_id == uid
                )
            )
            if same:
                return UserError(
                    self.env._(
                        "You have agreed to “%(case)s” already: at this step each "
                        "voice "
                        "must come from another person.",
                        case=case.name,
                    )
                )
        if node.four_eyes and uid in case._deciders(node):
            return UserError(
                self.env._(
                    "You have decided another step of “%(case)s”: this one needs a "
                    "second pair of eyes.",
                    case=case.name,
                )
            )
        return None

    def _closed_sentence(self):
        if self.acting_user_id:
            return self.env._(
                "“%(case)s” has been decided by %(person)s.",
                case=self.case_id.name,
                person=self.acting_user_id.name,
            )
        return self.env._(
            "“%(case)s” no longer needs this decision: %(reason)s.",
            case=self.case_id.name,
            reason=dict(
                self._fields["close_reason"]._description_selection(self.env)
            ).get(self.close_reason, self.case_id._label("state")),
        )

    def _check_right(self, what):
        """The step says what its people may do besides deciding."""
        rights = {
            "return": ("can_return", self.env._("return the case")),
            "transfer": ("can_transfer", self.env._("pass the case on")),
            "add_signer": ("can_add_signer", self.env._("add signers")),
            "copy": ("can_copy", self.env._("copy the case to others")),
        }
        name, label = rights[what]
        if not self.node_id[name] or self.kind == "confirm":
            raise UserError(
                self.env._(
                    "At the step “%(step)s” one cannot %(what)s.",
                    step=self.node_id.name,
                    what=label,
                )
            )

    def _principal(self):
        """On whose behalf the current user acts; nobody's if it is his own task."""
        self.ensure_one()
        return self.principal_id if self.user_id == self.env.user else self.user_id

    def _decision_detail(self, decision, options):
        if decision == "transfer":
            return self.env._("To %(person)s", person=options["target"].name)
        if decision == "return":
            if options["to"] == "applicant":
                target = self.applicant_id.name
            else:
                target = self._return_node(options["to"]).name
            if options["resume"] == "back":
                return self.env._("To %(target)s, then straight back", target=target)
            return self.env._("To %(target)s", target=target)
        return ""

    def _check_target(self, user_id):
        """A colleague to whom a task may go: internal, of the school, not barred."""
        # The refusals below name people and cases.
        self.check_access("read")
        user = self.env["res.users"].sudo().browse(user_id).exists()
        for task in self.sudo():
            barred = task.case_id._now_barred(task.case_id._record())
            if (
                len(user) != 1
                or not user.active
                or user.share
                or task.company_id not in user.company_ids
            ):
                raise UserError(self.env._("Choose a colleague of the school."))
            if user in barred:
                raise UserError(
                    self.env._(
                        "%(person)s has a part in “%(case)s” and cannot decide it.",
                        person=user.name,
                        case=task.case_id.name,
                    )
                )
            if task.node_id.four_eyes and user in task.case_id._deciders(task.node_id):
                raise UserError(
                    self.env._(
                        "%(person)s has decided another step of “%(case)s”: this one "
                        "needs a second pair of eyes.",
                        person=user.name,
                        case=task.case_id.name,
                    )
                )
            if (
                user
                in task._siblings()
                .filtered(lambda t: t.state not in CLOSED or t.decision == "approve")
                .user_id
            ):
                raise UserError(
                    self.env._(
                        "%(person)s is asked at this step already.", person=user.name
                    )
                )
        return user

    def _siblings(self):
        """All tasks of the same visit to the same step."""
        return self.case_id.task_ids.filtered(
            lambda task: task.node_id == self.node_id and task.round == self.round
        )

    def _pass_on(self, user):
        vals_list = []
        now = fields.Datetime.now()
        for task in self:
            vals = task.case_id._task_vals(task.node_id, user)[0]
            vals.update(
                kind=task.kind, parent_id=task.id, sequence=task.sequence, opened_at=now
            )
            vals_list.append(vals)
        successors = self.create(vals_list)
        # Signers added by the one who passed on now follow his successor.
        for task, successor in zip(self, successors, strict=True):
            added = task._siblings().filtered(
                lambda t, p=task, s=successor: (
                    t.parent_id == p and t != s and t.state not in CLOSED
                )
            )
            added.write({"parent_id": successor.id})
        successors._notify_opened()

    def _settle(self, opinions):
        """After decisions on normal tasks: close steps, refuse, or wait on.

        :param opinions: ``{task: opinion}``
        """
        passed, refused = {}, {}
        done_with = followers = self.browse()
        for task in self:
            case = task.case_id
            if case.state != "running" or case in passed or case in refused:
                continue
            outcome = task._outcome()
            if outcome == "refused":
                refused[case] = opinions[task]
            elif outcome == "passed":
                passed[case] = (task.node_id, opinions[task])
                done_with |= task._siblings()._not_needed()
            else:
                followers |= task._followers()
        done_with._cancel("sibling")
        followers._open()
        Case = self.env["school.approval.case"].sudo()
        Case.concat(*refused)._refuse(refused)
        Case.concat(*passed)._pass(passed)

    def _not_needed(self):
        return self.filtered(lambda t: t.state not in CLOSED and t.kind != "confirm")

    def _open(self):
        self.write({"state": "open", "opened_at": fields.Datetime.now()})
        self._notify_opened()

    def _outcome(self):
        """What the step has come to: ``passed``, ``refused`` or ``open``."""
        self.ensure_one()
        node = self.node_id
        tasks = self._siblings().filtered(
            lambda t: t.kind != "confirm" and t.decision not in ("transfer", "return")
        )
        voices = tasks.filtered(lambda t: t._is_voice())
        added = tasks - voices
        if added.filtered(lambda t: t.decision == "refuse"):
            return "refused"
        yes = voices.filtered(lambda t: t.decision == "approve")
        no = voices.filtered(lambda t: t.decision == "refuse")
        pending = voices.filtered(lambda t: t.state not in CLOSED)
        if node.mode == "count":
            needed = min(node.required_count, len(voices))
            if len(yes) + len(pending) < needed:
                return "refused"
            passed = len(yes) >= needed
        elif no:
            return "refused"
        elif node.mode == "any":
            passed = bool(yes)
        else:
            passed = bool(yes) and not pending
        if not passed:
            return "open"
        owed = added.filtered(
            lambda t: (
                t.state not in CLOSED
                and (t.kind == "beside" or t._root().decision == "approve")
            )
        )
        return "open" if owed else "passed"

    def _is_voice(self):
        """Whether the task counts for the mode of the step; added signers are extra."""
        return self.kind == "normal"

    def _root(self):
        """The task to which an added signer was added in the end."""
        task = self
        while task.kind != "normal" and task.parent_id:
            task = task.parent_id
        return task

    def _followers(self):
        """What waited for this decision: the next in order, or added signers."""
        siblings = self._siblings()
        waiting = siblings.filtered(lambda t: t.state == "waiting")
        ready = waiting.filtered(lambda t: t.kind == "after" and t.parent_id == self)
        if self.kind == "before" and self.decision == "approve":
            others = siblings.filtered(
                lambda t: (
                    t.kind == "before"
                    and t.parent_id == self.parent_id
                    and t.state not in CLOSED
                )
            )
            if not others:
                ready |= self.parent_id
        open_in_order = siblings.filtered(
            lambda t: t.kind == "normal" and t.state == "open"
        )
        if self.node_id.mode == "order" and not open_in_order and not ready:
            blocked = siblings.filtered(
                lambda t: t.kind != "normal" and t.state not in CLOSED
            )
            if not blocked:
                in_order = waiting.filtered(lambda t: t.kind == "normal")
                ready |= in_order.sorted("sequence")[:1]
        return ready.filtered(lambda t: t.state == "waiting")

    def _pass_repeated(self):
        """Close steps where the people had agreed before; return what was passed."""
        Opinion = self.env["school.approval.opinion"].sudo()
        vals_list = []
        for task in self:
            earlier = task.case_id._agreed(task.node_id)[task.user_id]
            vals_list.append(
                task.case_id._opinion_vals(
                    "approve",
                    task=task,
                    text=earlier.opinion or "",
                    detail=self.env._(
                        "Agreed at “%(step)s” already", step=earlier.node_id.name
                    ),
                )
                | {"user_id": task.user_id.id}
            )
        opinions = Opinion._add_facts(vals_list)
        with self.case_id._journal(locked=True) as journal:
            journal.note(opinions)
        passed, done_with = {}, self.browse()
        for task, opinion in zip(self, opinions, strict=True):
            if task._outcome() == "passed":
                done_with |= task._siblings()._not_needed()
                passed[task.case_id] = (task.node_id, opinion)
        done_with._cancel("sibling")
        return passed

    def _cancel(self, reason):
        if self:
            self.write({"state": "cancelled", "close_reason": reason})

    def _return_node(self, key):
        """The earlier step to which the case may go back."""
        node = self.case_id._nodes().filtered(lambda n: n.key == key)
        if not node or node.sequence >= self.node_id.sequence:
            raise UserError(
                self.env._("A case goes back to the applicant or to an earlier step.")
            )
        return node

    def _return(self, opinion, to, resume):
        """Close every task of the case in this transaction and open a new round."""
        self.ensure_one()
        case = self.case_id
        back = {
            "resume_node_id": self.node_id.id if resume == "back" else False,
            "resume_user_id": self.user_id.id if resume == "back" else False,
        }
        case.task_ids.filtered(
            lambda t: t.state not in CLOSED and t.kind != "confirm"
        )._cancel("returned")
        if to == "applicant":
            case.write({"state": "returned", "node_id": self.node_id.id, **back})
            case.flush_recordset()
            case._tell_applicant(
                lambda c, env: env._(
                    "Returned to you: %(case)s", case=c._public_name(env)
                ),
                {case: opinion.text or ""},
            )
            case._record()._approval_returned(case, opinion)
            return
        node = self._return_node(to)
        case.write({"round": case.round + 1, **back})
        case._advance({case: node})
