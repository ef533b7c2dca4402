from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.approval_guard import TASK_DECIDED, install_trigger
from ..tools.approval_people import Finder

CLOSED = ("done", "cancelled")
DECISIVE = ("approve", "refuse", "return")


class SchoolApprovalTask(models.Model):
    """One person's part in one step of a case: the row of the inbox."""

    _name = "school.approval.task"
    _description = "Approval Task"
    _inherit = ["school.clock.mixin"]
    _order = "id desc"

    name = fields.Char("Record", readonly=True)
    case_id = fields.Many2one(
        "school.approval.case",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    node_id = fields.Many2one(
        "school.approval.node",
        "Step",
        required=True,
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    flow_id = fields.Many2one(
        "school.approval.flow",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", readonly=True
    )
    subject = fields.Char("Matter", related="case_id.subject")
    applicant_id = fields.Many2one("res.users", readonly=True)
    amount = fields.Float(readonly=True)
    is_restricted = fields.Boolean(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    kind = fields.Selection(
        [
            ("normal", "Decide"),
            ("before", "Added Before"),
            ("beside", "Added Beside"),
            ("after", "Added After"),
            ("confirm", "Confirm Oral Consent"),
        ],
        required=True,
        readonly=True,
        default="normal",
    )
    parent_id = fields.Many2one(
        "school.approval.task",
        "Added By",
        readonly=True,
        index="btree_not_null",
        check_company=True,
    )
    round = fields.Integer(readonly=True)
    sequence = fields.Integer(readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Not Yet"),
            ("open", "To Decide"),
            ("done", "Done"),
            ("cancelled", "Not Needed"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="open",
    )
    decision = fields.Selection(
        [
            ("approve", "Agreed"),
            ("refuse", "Refused"),
            ("return", "Returned"),
            ("transfer", "Passed On"),
        ],
        readonly=True,
    )
    close_reason = fields.Selection(
        [
            ("sibling", "Decided by a Colleague"),
            ("returned", "Returned"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("voided", "Voided"),
            ("reassigned", "Assigned Again"),
            ("handed", "Handed to the Deputy"),
        ],
        readonly=True,
    )
    opinion = fields.Text(readonly=True)
    acting_user_id = fields.Many2one("res.users", "Decided By", readonly=True)
    on_behalf_of_id = fields.Many2one("res.users", "On Behalf Of", readonly=True)
    is_repeat = fields.Boolean("Had Agreed Before", readonly=True)
    is_oral = fields.Boolean("Oral", readonly=True)
    opened_at = fields.Datetime("Since", readonly=True)
    decided_at = fields.Datetime("Decided", readonly=True)
    limit_amount = fields.Float("Time Allowed", readonly=True)
    limit_unit = fields.Selection(
        lambda self: self.env["school.approval.version"]._selection_unit(),
        readonly=True,
    )
    principal_id = fields.Many2one(
        "res.users",
        "In Whose Name",
        readonly=True,
        help="The task was handed to the deputy of this person when time was up.",
    )
    remind_count = fields.Integer("Reminders", readonly=True)
    last_reminded_at = fields.Datetime("Last Reminder", readonly=True)
    facts = fields.Json(related="case_id.facts")
    files = fields.Json(compute="_compute_files")
    trace = fields.Json(compute="_compute_trace")
    is_my_turn = fields.Boolean(
        "Waiting for Me", compute="_compute_is_my_turn", search="_search_is_my_turn"
    )
    concerns_me = fields.Boolean(
        compute="_compute_concerns_me", search="_search_concerns_me"
    )
    can_add_signer = fields.Boolean(related="node_id.can_add_signer")
    can_transfer = fields.Boolean(related="node_id.can_transfer")
    can_return = fields.Boolean(related="node_id.can_return")
    can_copy = fields.Boolean(related="node_id.can_copy")

    _inbox_idx = models.Index("(user_id) WHERE state = 'open'")
    _acting_idx = models.Index("(acting_user_id, id) WHERE acting_user_id IS NOT NULL")
    _record_idx = models.Index("(res_model, res_id)")

    def init(self):
        install_trigger(self.env.cr, self._table, "decided", TASK_DECIDED)

    @api.depends("name", "node_id.name")
    def _compute_display_name(self):
        for task in self:
            task.display_name = f"{task.node_id.name or ''} · {task.name or ''}"

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_is_my_turn(self):
        mine = self._my_open_tasks([("id", "in", self.ids)])
        for task in self:
            task.is_my_turn = task in mine

    def _search_is_my_turn(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._my_turn_domain()

    @api.depends_context("uid")
    def _compute_concerns_me(self):
        mine = self.sudo().search(
            Domain("id", "in", self.ids) & self._concerns_me_domain()
        )
        for task in self:
            task.concerns_me = task.id in mine._ids

    def _search_concerns_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._concerns_me_domain()

    @api.model
    def _concerns_me_domain(self):
        """Tasks the current user decides, decided, asked for, or is told about."""
        uid = self.env.uid
        return (
            Domain("user_id", "=", uid)
            | Domain("acting_user_id", "=", uid)
            | Domain("applicant_id", "=", uid)
            | Domain("case_id.copy_ids", "in", [uid])
            | self._deputy_domain()
        )

    def _compute_files(self):
        """Files of the records, for those who may read them."""
        attachments = self.env["ir.attachment"]
        by_record = {}
        for model in set(self.mapped("res_model")):
            ids = [task.res_id for task in self if task.res_model == model]
            found = attachments.sudo().search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", ids),
                    ("res_field", "=", False),
                ],
                order="id",
            )
            for attachment in found.with_env(self.env)._filtered_access("read").sudo():
                by_record.setdefault((model, attachment.res_id), []).append(
                    {
                        "id": attachment.id,
                        "name": attachment.name,
                        "mimetype": attachment.mimetype,
                        "size": attachment.file_size,
                    }
                )
        for task in self:
            task.files = by_record.get((task.res_model, task.res_id), [])

    @api.depends_context("uid", "lang")
    def _compute_trace(self):
        cases = self.sudo().case_id
        traces = cases._trace_of_cases()
        for task in self:
            task.trace = {"cases": [traces[task.sudo().case_id]]}

    @api.model
    def _deputy_domain(self):
        """Tasks of the people who named the current user their deputy for now."""
        domain = Domain.FALSE
        for delegation in self._running_delegations():
            part = Domain("user_id", "=", delegation.user_id.id) & Domain(
                "company_id", "=", delegation.company_id.id
            )
            if delegation.scope != "all":
                part &= Domain("flow_id", "in", delegation.flow_ids.ids)
            if delegation.amount_limit:
                part &= Domain("amount", "<=", delegation.amount_limit)
            domain |= part
        return domain

    @api.model
    def _running_delegations(self):
        """Delegations to the current user that hold now."""
        return self.env["school.delegation"].sudo()._running_for(self.env.user)

    @api.model
    def _my_turn_domain(self):
        """Open tasks the current user may decide: his own and those of principals."""
        uid = self.env.uid
        deputy = self._deputy_domain()
        own = Domain("user_id", "=", uid)
        if deputy.is_false():
            return own & Domain("state", "=", "open")
        not_barred = Domain("case_id.barred_ids", "not in", [uid])
        return Domain("state", "=", "open") & (own | (deputy & not_barred))

    @api.model
    def _my_open_tasks(self, domain=()):
        return self.sudo().search(Domain(domain) & self._my_turn_domain())

    @api.model
    def _inbox_count(self):
        """How many decisions wait for the current user; at most two queries."""
        return self.sudo().search_count(
            self._my_turn_domain() & Domain("company_id", "in", self.env.companies.ids)
        )

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self.case_id._never_by_hand())
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.case_id._never_by_hand())
        return super().create(vals_list)

    def unlink(self):
        raise AccessError(self.case_id._never_by_hand())

    # deciding

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
        self.check_access("read")
        tasks = self.sudo()
        tasks.case_id._lock()
        tasks.invalidate_recordset()
        for task, problem in tasks._decision_problems(decision).items():
            if problem:
                raise problem
            if decision in ("return", "transfer"):
                task._check_right(decision)
        principals = {task: task._principal() for task in tasks}
        event = {"approve": "approve", "refuse": "refuse"}.get(decision, decision)
        opinions = self.env["school.approval.opinion"].sudo().create(
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
        now = fields.Datetime.now()
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
        by_task = dict(zip(tasks, opinions, strict=True))
        confirmations = tasks.filtered(lambda task: task.kind == "confirm")
        normal = tasks - confirmations
        if decision == "transfer":
            normal._pass_on(options["target"])
        with tasks.case_id._journal() as journal:
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

    def _decision_problems(self, decision="approve"):
        """Return ``{task: exception or None}``: whether the user may decide each."""
        _ = self.env._
        uid = self.env.user
        mine = self._my_open_tasks([("id", "in", self.ids)])
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
                    _(
                        "“%(case)s” is no longer waiting for this decision.",
                        case=case.name,
                    )
                )
            elif task.state == "waiting":
                problem = UserError(
                    _("It is not your turn yet on “%(case)s”.", case=case.name)
                )
            elif uid in case._now_barred(record):
                problem = AccessError(
                    _(
                        "You have a part in “%(case)s” yourself: somebody else "
                        "decides.",
                        case=case.name,
                    )
                )
            elif task not in mine:
                problem = AccessError(
                    _("“%(case)s” is not yours to decide.", case=case.name)
                )
            elif not record:
                problem = UserError(
                    _("The record of “%(case)s” no longer exists.", case=case.name)
                )
            elif decision == "approve" and task.kind != "confirm":
                problem = task._approve_problem()
                if (
                    not problem
                    and hashes[case.res_model, case.res_id] != case.content_hash
                ):
                    problem = UserError(
                        _(
                            "“%(case)s” is no longer what was submitted. Return it to "
                            "the applicant.",
                            case=case.name,
                        )
                    )
            elif task.kind == "confirm" and decision not in ("approve", "refuse"):
                problem = UserError(
                    _(
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
        opinions = Opinion.create(vals_list)
        with self.case_id._journal() as journal:
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

    # returning

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

    # adding signers, copying, reminding

    def action_add_signer(self, user_ids, position="before", opinion=""):
        """Ask more people (加签): before me, beside me, or after me."""
        self.ensure_one()
        if position not in ("before", "beside", "after"):
            raise UserError(
                self.env._("A signer is added before, beside or after you.")
            )
        self.check_access("read")
        task = self.sudo()
        task.case_id._lock()
        problem = task._decision_problems("add_signer")[task]
        if problem:
            raise problem
        task._check_right("add_signer")
        users = self.env["res.users"].sudo()
        for user_id in user_ids:
            users |= self._check_target(user_id)
        if not users:
            raise UserError(self.env._("Choose a colleague of the school."))
        vals_list = []
        for user in users:
            vals = task.case_id._task_vals(task.node_id, user)[0]
            vals.update(kind=position, parent_id=task.id, sequence=task.sequence)
            if position == "after":
                vals.update(state="waiting", opened_at=False)
            vals_list.append(vals)
        added = task.create(vals_list)
        if position == "before":
            task.write({"state": "waiting"})
        added.filtered(lambda t: t.state == "open")._notify_opened()
        task._note_opinion(
            "add_signer",
            opinion,
            {
                "before": self.env._("Before: %(people)s", people=self._names(users)),
                "beside": self.env._("Beside: %(people)s", people=self._names(users)),
                "after": self.env._("After: %(people)s", people=self._names(users)),
            }[position],
        )
        return True

    def action_copy_to(self, user_ids, note=""):
        """Let colleagues know of the case (抄送); they read, they do not decide."""
        self.ensure_one()
        self.check_access("read")
        task = self.sudo()
        if task not in self._my_open_tasks([("id", "=", task.id)]):
            raise AccessError(
                self.env._("“%(case)s” is not yours to decide.", case=task.case_id.name)
            )
        task._check_right("copy")
        task.case_id._lock()
        task.case_id._copy_to(user_ids, note, task)
        return True

    def action_remind(self):
        """Remind the people of these tasks (催办)."""
        self.check_access("read")
        return self._remind()

    def _remind(self):
        """Remind who is due to be reminded; counts, and keeps the distance."""
        tasks = self.sudo().filtered(lambda task: task.state == "open")
        records = tasks.case_id._records()
        for case in tasks.case_id:
            record = records.get(case)
            if self.env.user not in (case.applicant_id | case.author_id) and not (
                record and record.with_user(self.env.user).has_access("write")
            ):
                raise AccessError(
                    self.env._(
                        "Only who asked for “%(case)s” or works on it can remind.",
                        case=case.name,
                    )
                )
        now = fields.Datetime.now()
        due = tasks.filtered(
            lambda task: (
                not task.last_reminded_at
                or (now - task.last_reminded_at).total_seconds()
                >= task.case_id.version_id.remind_hours * 3600
            )
        )
        if not due:
            last = max(tasks.mapped("last_reminded_at"), default=now)
            raise UserError(
                self.env._(
                    "%(people)s was reminded at %(time)s. Leave a little time.",
                    people=self._names(tasks.user_id),
                    time=fields.Datetime.context_timestamp(self, last).strftime(
                        "%H:%M"
                    ),
                )
            )
        for task in due:
            task.write({"remind_count": task.remind_count + 1, "last_reminded_at": now})
        for case in due.case_id:
            mine = due.filtered(lambda task, c=case: task.case_id == c)
            case.write({"remind_count": case.remind_count + 1})
            mine[0]._note_opinion("remind", "", self._names(mine.user_id))
            case._tell(
                mine.user_id,
                partial(self._remind_subject, case),
            )
        return True

    @staticmethod
    def _remind_subject(case, env):
        return env._("Reminder: %(case)s waits for you", case=case._public_name(env))

    def _note_opinion(self, event, text, detail):
        """Put something on record that is no decision."""
        case = self.case_id
        principal = (
            self._principal()
            if event in ("add_signer", "copy")
            else self.user_id.browse()
        )
        opinion = (
            self.env["school.approval.opinion"]
            .sudo()
            .create(
                case._opinion_vals(
                    event, task=self, text=text, detail=detail, on_behalf_of=principal
                )
            )
        )
        case._move()
        with case._journal() as journal:
            journal.note(opinion)
        return opinion

    @staticmethod
    def _names(users):
        return ", ".join(users.mapped("name"))

    def _notify_opened(self):
        """Tell people that something waits for them."""
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": task.user_id,
                    "subject": task._opened_subject,
                    "record": task,
                    "kind": "approval",
                }
                for task in self
            ]
        )

    def _opened_subject(self, env):
        return env._(
            "Waits for your decision: %(case)s", case=self.case_id._public_name(env)
        )

    def _notice_is_secret(self):
        return self.is_restricted

    # oral consent

    def _confirm(self):
        for task in self:
            case = task.case_id
            case.write({"confirm_pending": max(case.confirm_pending - 1, 0)})

    @staticmethod
    def _denied_subject(case, env):
        return env._("Oral consent denied: %(case)s", case=case._public_name(env))

    def _deny(self):
        """The person says he never consented: nothing stands on that consent."""
        for task in self:
            case = task.case_id
            case._tell(
                Finder(self.env)._administrators(case.company_id) | case.applicant_id,
                partial(self._denied_subject, case),
                task.opinion or "",
            )
            if case.state in ("running", "returned", "approved"):
                case._void(
                    self.env._(
                        "%(person)s denies the oral consent.", person=task.user_id.name
                    )
                )

    # what happens when time is up

    def _clock_responsible_users(self):
        return self.user_id

    def _clock_responsible_post(self):
        return (
            self.node_id.post_id
            if self.node_id.who == "post"
            else super()._clock_responsible_post()
        )

    def _clock_breached(self, clock):
        """Time is up: tell more people; nothing is ever decided by the clock."""
        for task in self.sudo().filtered(lambda t: t.state == "open"):
            task._time_is_up()

    def _time_is_up(self):
        """Hand on to the deputy, or tell the next level; the clock itself reminds."""
        case, node = self.case_id, self.node_id
        told = self.user_id.browse()
        if node.on_timeout == "deputy":
            told = self._stand_in()
            if told:
                self._hand_to(told)
        if not told and node.on_timeout != "remind":
            told = self._next_level()
            if told:
                self._note_opinion("escalate", "", self._names(told))
        if told:
            case._tell(
                told,
                lambda env: env._("Time is up: %(case)s", case=case._public_name(env)),
                lambda env: env._(
                    "Waits for %(person)s.", person=self._names(self.user_id)
                ),
            )

    def _hand_to(self, deputy):
        """The deputy decides in the name of the person, who need do nothing more."""
        self.ensure_one()
        case = self.case_id
        vals = case._task_vals(self.node_id, deputy)[0]
        vals.update(
            kind=self.kind,
            parent_id=self.parent_id.id,
            sequence=self.sequence,
            principal_id=(self.principal_id or self.user_id).id,
        )
        self._cancel("handed")
        successor = self.create(vals)
        self._siblings().filtered(
            lambda t: t.parent_id == self and t.state not in CLOSED
        ).write({"parent_id": successor.id})
        self._note_opinion("handed", "", self._names(deputy))
        successor._notify_opened()

    def _stand_in(self):
        """The deputy by delegation, or the standing deputy in the post."""
        found = (
            self.env["school.delegation"]
            .sudo()
            ._deputies(
                self.user_id, self.company_id, flow=self.flow_id, amount=self.amount
            )
        )
        case = self.case_id
        deputies = found.get(self.user_id, self.env["res.users"]).sudo()
        if self.node_id.post_id:
            holders = self.node_id.post_id.sudo()._holders()
            mine = holders.filtered(lambda holder: holder.user_id == self.user_id)
            deputies |= mine.deputy_id.filtered("active")
        out = case._now_barred(case._record()) | self._siblings().user_id
        if self.node_id.four_eyes:
            out |= case._deciders(self.node_id)
        return (deputies - out)[:1]

    def _next_level(self):
        """Who is told when somebody lets the time pass."""
        node, finder = self.node_id, Finder(self.env)
        if node.escalate_post_id:
            return finder.of_post(node.escalate_post_id)
        record = self.case_id._record()
        department = record._approval_department() if record else None
        if node.who == "department_head" and department:
            leaders = finder.of_department(department, "supervisor")
            if leaders - self.user_id:
                return leaders
        for code in ("director", "top_management"):
            post = self.env["school.post"].sudo()._find(self.company_id, code)
            holders = finder.of_post(post) - self.user_id if post else None
            if holders:
                return holders
        return self.env["res.users"]

    # dialogs

    def _ask(self, decision):
        """Open the small dialog in which the decision gets its opinion."""
        self.check_access("read")
        titles = {
            "approve": self.env._("Agree"),
            "refuse": self.env._("Refuse"),
            "return": self.env._("Return"),
            "transfer": self.env._("Pass On"),
            "add_signer": self.env._("Add Signers"),
            "copy": self.env._("Copy To"),
        }
        return {
            "type": "ir.actions.act_window",
            "name": titles[decision],
            "res_model": "school.approval.decide",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_task_ids": self.ids,
                "default_decision": decision,
                "dialog_size": "medium",
            },
        }

    def action_ask_approve(self):
        return self._ask("approve")

    def action_ask_refuse(self):
        return self._ask("refuse")

    def action_ask_return(self):
        return self._ask("return")

    def action_ask_transfer(self):
        return self._ask("transfer")

    def action_ask_add_signer(self):
        return self._ask("add_signer")

    def action_ask_copy(self):
        return self._ask("copy")

    def action_batch_approve(self):
        return self._ask("approve")

    def action_batch_refuse(self):
        return self._ask("refuse")

    def action_batch_return(self):
        return self._ask("return")

    def action_open_record(self):
        """Open the record the task is about."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
