from collections import defaultdict
from contextlib import contextmanager
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain

from ..tools.approval_guard import CASE_FIXED, install_trigger
from ..tools.approval_journal import Journal
from ..tools.approval_people import Finder

JOURNAL = "school.approval.journal"
CURRENT = ("running", "returned", "approved")
CLOSED = ("done", "cancelled")


class SchoolApprovalCase(models.Model):
    """One matter of one record on its way through one version of a flow.

    Nobody has the right to write here. A decision is a method that checks the caller,
    locks the row of the case, looks again, and writes everything that follows from it
    in one transaction in superuser mode: the opinion, the task, its siblings, the next
    step, the record's hooks, the register and the chatter. Everything works on many
    cases at once with a constant number of queries.
    """

    _name = "school.approval.case"
    _description = "Approval Case"
    _inherit = ["school.record", "school.receipt.mixin"]
    _order = "id desc"

    name = fields.Char("Record", readonly=True)
    flow_id = fields.Many2one(
        "school.approval.flow",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    version_id = fields.Many2one(
        "school.approval.version",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True, readonly=True
    )
    purpose = fields.Char(required=True, readonly=True)
    subject = fields.Char("Matter", compute="_compute_subject")
    applicant_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="restrict"
    )
    author_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    barred_ids = fields.Many2many(
        "res.users",
        "school_approval_case_barred_rel",
        "case_id",
        "user_id",
        "May Not Decide",
        readonly=True,
    )
    copy_ids = fields.Many2many(
        "res.users",
        "school_approval_case_copy_rel",
        "case_id",
        "user_id",
        "Copied To",
        readonly=True,
    )
    state = fields.Selection(
        [
            ("running", "Running"),
            ("returned", "Returned"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("voided", "Voided"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="running",
    )
    round = fields.Integer(default=1, readonly=True)
    node_id = fields.Many2one(
        "school.approval.node",
        "Current Step",
        readonly=True,
        ondelete="restrict",
        check_company=True,
    )
    holder_ids = fields.Many2many(
        "res.users", compute="_compute_holder_ids", string="Waiting For"
    )
    resume_node_id = fields.Many2one(
        "school.approval.node",
        "Straight Back To",
        readonly=True,
        ondelete="restrict",
        help="After a return “straight back to me”: the step that goes on.",
        check_company=True,
    )
    resume_user_id = fields.Many2one("res.users", readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    content = fields.Text("Content as Submitted", readonly=True)
    facts = fields.Json(readonly=True)
    choices = fields.Json(readonly=True)
    amount = fields.Float(readonly=True)
    is_restricted = fields.Boolean(readonly=True)
    submitted_at = fields.Datetime("Submitted", readonly=True, required=True)
    closed_at = fields.Datetime("Ended", readonly=True)
    remind_count = fields.Integer("Reminders", readonly=True)
    confirm_pending = fields.Integer("Oral Consents to Confirm", readonly=True)
    stuck_reason = fields.Char("Why It Does Not Go On", readonly=True)
    move_count = fields.Integer(
        readonly=True,
        help="Grows with every step: two people who act at once meet in this column.",
    )
    task_ids = fields.One2many("school.approval.task", "case_id", readonly=True)
    opinion_ids = fields.One2many("school.approval.opinion", "case_id", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")
    trace = fields.Json(compute="_compute_trace")
    concerns_me = fields.Boolean(
        compute="_compute_concerns_me", search="_search_concerns_me"
    )

    _one_current = models.UniqueIndex(
        "(res_model, res_id, purpose) WHERE state IN ('running','returned','approved')",
        "This has been submitted already.",
    )
    _record_idx = models.Index("(res_model, res_id)")
    _applicant_idx = models.Index("(applicant_id, id)")
    _running_idx = models.Index("(company_id, id) WHERE state = 'running'")
    _confirm_idx = models.Index("(company_id) WHERE confirm_pending > 0")
    _stuck_idx = models.Index("(company_id) WHERE stuck_reason IS NOT NULL")

    def init(self):
        install_trigger(self.env.cr, self._table, "fixed", CASE_FIXED)

    @api.depends("res_model", "purpose")
    @api.depends_context("lang")
    def _compute_subject(self):
        approvable = self.env["school.approval.flow"]._is_approvable
        for case in self:
            if not approvable(case.res_model):
                case.subject = case.purpose
                continue
            model = self.env[case.res_model]
            case.subject = dict(model._get_approval_purposes()).get(
                case.purpose, case.purpose
            )

    @api.depends("task_ids.state", "task_ids.user_id")
    def _compute_holder_ids(self):
        for case in self:
            case.holder_ids = (
                case.sudo().task_ids.filtered(lambda task: task.state == "open").user_id
            )

    @api.depends_context("uid")
    @api.depends("applicant_id")
    def _compute_is_mine(self):
        for case in self:
            case.is_mine = case.applicant_id == self.env.user

    @api.depends_context("uid", "lang")
    def _compute_trace(self):
        traces = self.sudo()._trace_of_cases()
        for case in self:
            case.trace = {"cases": [traces[case.sudo()]]}

    @api.depends_context("uid")
    def _compute_concerns_me(self):
        mine = self.sudo().search(
            Domain("id", "in", self.ids) & self._concerns_me_domain()
        )
        for case in self:
            case.concerns_me = case.id in mine._ids

    def _search_concerns_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._concerns_me_domain()

    @api.depends("name", "purpose")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name or ''} · {case.subject}"

    @api.model
    def _concerns_me_domain(self):
        """Cases the current user has a part in, as himself or as a deputy."""
        uid = self.env.uid
        Task = self.env["school.approval.task"]
        mine = Domain("user_id", "=", uid) | Domain("acting_user_id", "=", uid)
        return (
            Domain("applicant_id", "=", uid)
            | Domain("copy_ids", "in", [uid])
            | Domain("task_ids", "any", mine | Task._deputy_domain())
        )

    def write(self, vals):
        if not self.env.su:
            raise AccessError(self._never_by_hand())
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self._never_by_hand())
        return super().create(vals_list)

    def unlink(self):
        raise AccessError(self._never_by_hand())

    def _never_by_hand(self):
        return self.env._("Approvals move by their own steps, never by hand.")

    # records behind cases

    def _records(self):
        """Return ``{case: record}``; records in superuser mode, the user stays."""
        by_model = defaultdict(list)
        for case in self:
            by_model[case.res_model].append(case.res_id)
        existing = {}
        for model, ids in by_model.items():
            if model in self.env:
                records = self.env[model].sudo().browse(ids)
                existing.update({(model, r.id): r for r in records.exists()})
        return {
            case: existing[case.res_model, case.res_id].with_prefetch(
                by_model[case.res_model]
            )
            for case in self
            if (case.res_model, case.res_id) in existing
        }

    def _record(self):
        self.ensure_one()
        return self._records().get(self)

    # submitting

    @api.model
    def _submit(self, records, purpose, choices):
        """Submit records of one model; called by the mixin only."""
        Case = self.sudo()
        records = records.sudo()
        if len(records.company_id) > 1:
            return Case.concat(
                *(
                    Case._submit(
                        records.filtered(lambda r, c=company: r.company_id == c),
                        purpose,
                        choices,
                    )
                    for company in records.company_id
                )
            ).with_env(self.env)
        current = Case.search(
            [
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("purpose", "=", purpose),
                ("state", "in", CURRENT),
            ]
        )
        blocked = current.filtered(lambda case: case.state != "returned")
        if blocked:
            raise UserError(
                self.env._(
                    "“%(record)s” is already submitted: %(state)s.",
                    record=blocked[0].name,
                    state=blocked[0]._label("state"),
                )
            )
        current._lock()
        again = {case.res_id for case in current}
        fresh = records.filtered(lambda record: record.id not in again)
        finder = Finder(self.env)
        with Case._journal() as journal:
            cases = Case._open_cases(fresh, purpose, choices, finder)
            for case in current:
                case._open_next_round(choices)
            opinions = (
                self.env["school.approval.opinion"]
                .sudo()
                .create(
                    [case._opinion_vals("submit") for case in cases]
                    + [case._opinion_vals("resubmit") for case in current]
                )
            )
            journal.note(opinions)
            every = cases | current
            every._advance({case: case._first_node() for case in every}, finder)
        return every.with_env(self.env)

    def _open_cases(self, records, purpose, choices, finder):
        if not records:
            return self
        versions = self.env["school.approval.flow"]._choose(records, purpose)
        missing = records.filtered(lambda record: record not in versions)
        if missing:
            raise UserError(
                self.env._(
                    "No approval flow of %(school)s fits “%(record)s” (%(purpose)s). "
                    "The "
                    "school administrator can make one under Configuration, Approvals.",
                    school=records.company_id.name,
                    record=missing[0].display_name,
                    purpose=dict(records._get_approval_purposes())[purpose],
                )
            )
        contents = records._approval_content()
        hashes = records._approval_hashes()
        now = fields.Datetime.now()
        vals_list = []
        for record in records:
            version = versions[record]
            plan = self._plan(record, version, choices, finder)
            problems = [step["problem"] for step in plan if step["problem"]]
            if problems:
                raise UserError("\n".join(problems))
            barred = self._barred(record)
            vals_list.append(
                {
                    "name": record.display_name,
                    "company_id": record.company_id.id,
                    "flow_id": version.flow_id.id,
                    "version_id": version.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "purpose": purpose,
                    "applicant_id": record._approval_applicant().id,
                    "author_id": record.create_uid.id,
                    "barred_ids": [fields.Command.set(barred.ids)],
                    "content_hash": hashes[record.id],
                    "content": contents[record.id],
                    "facts": [list(fact) for fact in record._approval_facts()],
                    "choices": {key: list(ids) for key, ids in choices.items()},
                    "amount": self._amount(record),
                    "is_restricted": record._approval_is_restricted(),
                    "submitted_at": now,
                }
            )
        cases = self.create(vals_list)
        for record, case in zip(records, cases, strict=True):
            record.approval_case_id = case
        return cases

    @api.model
    def _amount(self, record):
        name = record._approval_amount_field
        return record[name] if name else 0.0

    @api.model
    def _barred(self, record):
        """Applicant, author and beneficiaries: none of them decides."""
        return (
            record._approval_applicant()
            | record.create_uid
            | record._approval_beneficiaries()
        ).sudo()

    def _now_barred(self, record):
        """Whom the case bars now: as submitted, and whoever benefits since."""
        barred = self.barred_ids | self.applicant_id | self.author_id
        return barred | record._approval_beneficiaries().sudo() if record else barred

    def _open_next_round(self, choices):
        """Submit a returned case again, as it is now."""
        self.ensure_one()
        record = self._record()
        if self.env.user not in (self.applicant_id | self.author_id) and not (
            record.with_user(self.env.user).has_access("write")
        ):
            raise AccessError(
                self.env._(
                    "Only the applicant can submit “%(case)s” again.", case=self.name
                )
            )
        digest = record._approval_hashes()[record.id]
        values = {
            "state": "running",
            "round": self.round + 1,
            "stuck_reason": False,
            "facts": [list(fact) for fact in record._approval_facts()],
            "amount": self._amount(record),
            "barred_ids": [
                fields.Command.set((self.barred_ids | self._barred(record)).ids)
            ],
            "move_count": self.move_count + 1,
        }
        if choices:
            values["choices"] = {
                **(self.choices or {}),
                **{key: list(ids) for key, ids in choices.items()},
            }
        if digest != self.content_hash:
            values["content_hash"] = digest
            values["content"] = record._approval_content()[record.id]
            skipped = self._nodes().filtered(
                lambda node: node.sequence < self.resume_node_id.sequence
            )
            if self.resume_node_id and any(skipped.mapped("four_eyes")):
                # Two pairs of eyes saw another content: they must see this one.
                values.update(resume_node_id=False, resume_user_id=False)
        self.write(values)
        record.approval_case_id = self

    # moving

    def _nodes(self):
        return self.version_id.node_ids.sorted(lambda node: (node.sequence, node.id))

    def _first_node(self):
        """Where a round starts: the first step, or straight back at the returner's."""
        return self.resume_node_id or self._nodes()[:1]

    def _next_node(self, node):
        nodes = self._nodes()
        return nodes[list(nodes.ids).index(node.id) + 1 :][:1]

    def _applies(self, record, node):
        condition = node._condition()
        return not condition or bool(record.filtered_domain(node._parsed_condition()))

    def _advance(self, starts, finder=None):
        """Open the given steps and go on while they are passed at once.

        :param starts: ``{case: node}``; an empty node means the last step was passed.
        """
        finder = finder or Finder(self.env)
        records = self._records()
        while starts:
            waiting, granted = {}, self.browse()
            for case, node in starts.items():
                record = records[case]
                while node and not case._applies(record, node):
                    node = case._next_node(node)
                if node:
                    waiting[case] = node
                else:
                    granted |= case
            passed = self._open_nodes(waiting, records, finder)
            granted._grant(records)
            starts = {}
            for case, (node, opinion) in passed.items():
                records[case]._approval_node_done(case, node, opinion)
                starts[case] = case._after(node)

    def _after(self, node):
        """The step that follows; clears a detour once it has come to its end."""
        self.ensure_one()
        resume = self.resume_node_id
        if resume:
            self.write({"resume_node_id": False, "resume_user_id": False})
            if resume != node and resume.sequence > node.sequence:
                return resume
        return self._next_node(node)

    def _open_nodes(self, waiting, records, finder):
        """Give people their tasks; return cases whose step is passed already."""
        Task = self.env["school.approval.task"].sudo()
        vals_list, passed, repeated = [], {}, []
        for case, node in waiting.items():
            record = records[case]
            found = finder.find(
                record,
                node,
                case._now_barred(record),
                case.choices or {},
                case._deciders(node) if node.four_eyes else None,
            )
            if found.problem:
                case._get_stuck(node, found.problem)
                continue
            users = found.users
            if case.resume_node_id == node and case.resume_user_id in users:
                users = case.resume_user_id if node.mode == "any" else users
            agreed = case._agreed(node) if case.version_id.ask_once else {}
            task_vals = case._task_vals(node, users, agreed)
            vals_list += task_vals
            repeated += [vals for vals in task_vals if vals["state"] == "done"]
            case.write({"node_id": node.id, "stuck_reason": False})
        tasks = Task.create(vals_list)
        if repeated:
            passed = tasks.filtered(lambda t: t.state == "done")._pass_repeated()
        tasks.filtered(lambda task: task.state == "open")._notify_opened()
        return passed

    def _task_vals(self, node, users, agreed=None):
        """Tasks of one step; in an ordered one only the first is open."""
        self.ensure_one()
        agreed = agreed or {}
        now = fields.Datetime.now()
        enough = (
            [user for user in users if user in agreed]
            if node.mode in ("any",) and not node.four_eyes
            else []
        )
        if enough:
            users = enough[0]
        vals_list, is_open = [], False
        for sequence, user in enumerate(users, start=1):
            vals = {
                "case_id": self.id,
                "node_id": node.id,
                "name": self.name,
                "company_id": self.company_id.id,
                "res_model": self.res_model,
                "res_id": self.res_id,
                "flow_id": self.flow_id.id,
                "applicant_id": self.applicant_id.id,
                "amount": self.amount,
                "is_restricted": self.is_restricted,
                "round": self.round,
                "sequence": sequence * 10,
                "user_id": user.id,
                "state": "open",
                "opened_at": now,
                "limit_amount": node.limit_amount,
                "limit_unit": node.limit_unit,
            }
            if user in agreed:
                vals.update(
                    state="done", decision="approve", is_repeat=True, decided_at=now,
                    acting_user_id=user.id,
                )  # fmt: skip
            elif node.mode == "order" and is_open:
                vals.update(state="waiting", opened_at=False)
            else:
                is_open = True
            vals_list.append(vals)
        return vals_list

    def _agreed(self, node):
        """Users who agreed at an earlier step of this round, for "ask each once"."""
        self.ensure_one()
        if node.four_eyes:
            return {}
        return {
            task.acting_user_id: task
            for task in self.task_ids
            if task.state == "done"
            and task.decision == "approve"
            and task.round == self.round
            and task.kind != "confirm"
            and not task.is_oral
            and task.node_id != node
            and task.acting_user_id == task.user_id
        }

    def _deciders(self, node):
        """Users who decided another step of the case, in whatever round."""
        done = self.task_ids.filtered(
            lambda task: task.decision in ("approve", "refuse") and task.node_id != node
        )
        return done.acting_user_id | done.on_behalf_of_id

    def _grant(self, records):
        if not self:
            return
        self.write(
            {"state": "approved", "node_id": False, "closed_at": fields.Datetime.now()}
        )
        # Hooks pass the gates: these must find the cases approved in the database too.
        self.flush_recordset()
        with self._journal() as journal:
            journal.event(self, "granted")
        by_model = defaultdict(dict)
        for case in self:
            by_model[case.res_model][records[case]] = case
        for model, cases in by_model.items():
            self.env[model].concat(*cases)._approval_granted_batch(cases)
        self._tell_applicant(
            lambda case, env: env._("Approved: %(case)s", case=case._public_name(env))
        )

    def _get_stuck(self, node, reason):
        """A post fell empty while the case ran: keep it, say so, ask for help."""
        self.ensure_one()
        self.write({"node_id": node.id, "stuck_reason": reason})
        admins = Finder(self.env)._administrators(self.company_id)
        self._tell(
            admins | self.applicant_id,
            lambda env: env._(
                "Nobody can decide: %(case)s", case=self._public_name(env)
            ),
            reason,
        )

    def action_resume(self):
        """Look again for people where none were found, or where all have left."""
        self.check_access("read")
        cases = self.sudo()
        cases._lock()
        stuck = cases.filtered(lambda case: case.state == "running")
        for case in stuck:
            case._check_may_resume()
        stuck._search_people_again()
        return True

    def _check_may_resume(self):
        if not self._may_resume():
            raise AccessError(
                self.env._(
                    "The applicant, the office director or the school administrator "
                    "can "
                    "ask the system to look again."
                )
            )

    def _search_people_again(self):
        """Replace people who can no longer decide by those the flow names today."""
        starts = {}
        opinions = self.env["school.approval.opinion"].sudo()
        for case in self:
            open_tasks = case.task_ids.filtered(
                lambda task: (
                    task.state in ("open", "waiting") and task.kind != "confirm"
                )
            )
            gone = open_tasks.filtered(lambda task: not task.user_id.active)
            if open_tasks - gone or not (gone or case.stuck_reason):
                continue
            gone._cancel("reassigned")
            opinions |= opinions.create(
                case._opinion_vals("reassign", node=case.node_id)
            )
            case._move()
            starts[case] = case.node_id
        if starts:
            with self._journal() as journal:
                journal.note(opinions)
                self.browse([case.id for case in starts])._advance(starts)

    @api.model
    def _cron_resume(self):
        """Nightly: cases that stood still because nobody was found."""
        cases = self.sudo().search(
            [("state", "=", "running"), ("stuck_reason", "!=", False)], limit=200
        )
        cases.try_lock_for_update(allow_referencing=True)._search_people_again()

    def _pass(self, passed):
        """Steps were passed, ``{case: (node, opinion)}``: tell the records, go on."""
        if not self:
            return
        records, starts = self._records(), {}
        for case, (node, opinion) in passed.items():
            records[case]._approval_node_done(case, node, opinion)
            starts[case] = case._after(node)
        self._advance(starts)

    def _refuse(self, refused):
        """Cases were refused, ``{case: opinion}``."""
        if not self:
            return
        self._close("refused", "refused")
        with self._journal() as journal:
            journal.event(self, "refused")
        self._tell_applicant(
            lambda case, env: env._("Refused: %(case)s", case=case._public_name(env)),
            {case: opinion.text or "" for case, opinion in refused.items()},
        )
        records = self._records()
        for case in self:
            records[case]._approval_refused(case)

    def _move(self):
        """Touch the rows, so that whoever acts on the same case meets us there."""
        for case in self:
            case.write({"move_count": case.move_count + 1})

    # ending

    def _close(self, state, reason):
        """End running cases: no task of theirs stays open."""
        self.task_ids.filtered(lambda task: task.state not in CLOSED)._cancel(reason)
        self.write(
            {
                "state": state,
                "node_id": False,
                "closed_at": fields.Datetime.now(),
                "confirm_pending": 0,
                "stuck_reason": False,
            }
        )
        self.flush_recordset()

    def action_withdraw(self, reason=""):
        """Take the case back (撤回), as long as the flow lets the applicant do so."""
        self.check_access("read")
        cases = self.sudo()
        cases._lock()
        for case in cases:
            case._check_may_withdraw()
        with cases._journal() as journal:
            journal.note(
                self.env["school.approval.opinion"]
                .sudo()
                .create([case._opinion_vals("withdraw", text=reason) for case in cases])
            )
            records = cases._records()
            for case in cases:
                case._close("withdrawn", "withdrawn")
                case._move()
                if case in records:
                    records[case]._approval_withdrawn(case)
        return True

    def _check_may_withdraw(self):
        if self.env.user not in (self.applicant_id | self.author_id):
            raise AccessError(
                self.env._(
                    "Only the applicant can withdraw “%(case)s”.", case=self.name
                )
            )
        if self.state not in ("running", "returned"):
            raise UserError(
                self.env._(
                    "“%(case)s” has ended: %(state)s.",
                    case=self.name,
                    state=self._label("state"),
                )
            )
        if self.state == "returned":
            return
        mode = self.version_id.withdraw
        decided = self.task_ids.filtered(
            lambda task: task.state == "done" and task.round == self.round
        )
        if mode == "never" or (mode == "undecided" and decided):
            raise UserError(
                self.env._(
                    "“%(case)s” can no longer be withdrawn. Ask the person who holds "
                    "it "
                    "to return it.",
                    case=self.name,
                )
            )

    def _may_withdraw(self):
        try:
            self._check_may_withdraw()
        except (AccessError, UserError):
            return False
        return True

    def _void(self, reason):
        """An approval no longer counts: the content changed or consent was denied."""
        if not self:
            return
        with self._journal() as journal:
            journal.note(
                self.env["school.approval.opinion"]
                .sudo()
                .create([case._opinion_vals("void", text=reason) for case in self])
            )
            records = self._records()
            for case in self:
                case._close("voided", "voided")
                case._move()
                if case in records:
                    records[case]._approval_voided(case)
        self._tell_applicant(
            lambda case, env: env._(
                "No longer approved: %(case)s", case=case._public_name(env)
            ),
            dict.fromkeys(self, reason),
        )

    def _check_content_changed(self, records):
        """After a change of ``records``: refuse it or void what it was approved for."""
        digests = records.sudo()._approval_hashes()
        changed = self.filtered(
            lambda case: digests.get(case.res_id) != case.content_hash
        )
        for case in changed:
            record = records.browse(case.res_id).sudo()
            if case.state == "running":
                raise UserError(
                    self.env._(
                        "“%(record)s” waits for approval: %(purpose)s. Withdraw it "
                        "first, "
                        "or have it returned, then change it and submit it again.",
                        record=record.display_name,
                        purpose=case.subject,
                    )
                )
            if record._approval_gate_passed(case.purpose):
                raise UserError(
                    self.env._(
                        "“%(record)s” was approved and acted upon (%(purpose)s): what "
                        "was "
                        "approved cannot be changed any more.",
                        record=record.display_name,
                        purpose=case.subject,
                    )
                )
        if changed:
            changed._lock()
            changed._void(self.env._("Changed after approval."))

    # oral consent

    def action_oral_consent(self, user_id, at, how, reason):
        """Go on after an oral consent in an emergency; it is confirmed later.

        :param user_id: who consented: somebody whose turn it is
        :param at: when; not in the future, not before the submission
        :param how: by what means (phone, in person …)
        """
        self.ensure_one()
        self.check_access("read")
        case = self.sudo()
        case._lock()
        record = case._record()
        task = case.task_ids.filtered(
            lambda t: (
                t.state == "open" and t.user_id.id == user_id and t.kind != "confirm"
            )
        )[:1]
        at = fields.Datetime.to_datetime(at)
        case._check_oral_consent(record, task, at, how, reason)
        node = task.node_id
        opinion = (
            self.env["school.approval.opinion"]
            .sudo()
            .create(
                case._opinion_vals(
                    "oral",
                    task=task,
                    text=reason,
                    on_behalf_of=task.user_id,
                    detail=self.env._(
                        "%(person)s consented on %(at)s by %(how)s",
                        person=task.user_id.name,
                        at=fields.Datetime.context_timestamp(self, at).strftime(
                            "%Y-%m-%d %H:%M"
                        ),
                        how=how,
                    ),
                )
            )
        )
        task.write(
            {
                "state": "done",
                "decision": "approve",
                "is_oral": True,
                "acting_user_id": self.env.uid,
                "on_behalf_of_id": task.user_id.id,
                "decided_at": fields.Datetime.now(),
                "opinion": opinion.text,
            }
        )
        confirm = case._task_vals(node, task.user_id)[0]
        confirm.update(
            kind="confirm",
            parent_id=task.id,
            limit_amount=case.version_id.oral_limit,
            limit_unit=case.version_id.oral_unit,
        )
        self.env["school.approval.task"].sudo().create(confirm)._notify_opened()
        case.write(
            {
                "confirm_pending": case.confirm_pending + 1,
                "move_count": case.move_count + 1,
            }
        )
        with case._journal() as journal:
            journal.note(opinion)
            task._settle({task: opinion})
        return True

    def _check_oral_consent(self, record, task, at, how, reason):
        _ = self.env._
        version, now = self.version_id, fields.Datetime.now()
        if self.state != "running":
            raise UserError(_("“%(case)s” is not running.", case=self.name))
        if not version.oral or self.flow_id.oral_locked or task.node_id.four_eyes:
            raise UserError(_("Oral consent is not possible for this matter."))
        if not record or not (
            self.env.user in (self.applicant_id | self.author_id)
            or record.with_user(self.env.user).has_access("write")
        ):
            raise AccessError(
                _(
                    "Only who works on “%(case)s” can note an oral consent.",
                    case=self.name,
                )
            )
        if not task or task.user_id == self.env.user:
            raise UserError(
                _(
                    "Name somebody else whose decision “%(case)s” waits for.",
                    case=self.name,
                )
            )
        if not at or at > now or at < self.submitted_at:
            raise UserError(
                _(
                    "The consent was given between the submission and now: mend the "
                    "time."
                )
            )
        if not (how or "").strip() or not (reason or "").strip():
            raise UserError(_("Say how the consent was given and why it was urgent."))

    # reminding and copying

    def action_remind(self):
        """Remind who holds the cases (催办)."""
        self.check_access("read")
        tasks = self.sudo().task_ids.filtered(lambda task: task.state == "open")
        if not tasks:
            raise UserError(self.env._("Nobody is being waited for."))
        return tasks.with_env(self.env)._remind()

    # what follows a decision

    def _lock(self):
        """Take the rows, or say who is in the way; then look at them afresh."""
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError:
            raise UserError(
                self.env._(
                    "Somebody is deciding this right now. Look again in a moment."
                )
            ) from None
        self.invalidate_recordset()
        self.env["school.approval.task"].invalidate_model(
            ["state", "user_id", "decision", "round", "case_id"]
        )

    def _opinion_vals(
        self, event, task=None, text="", detail="", on_behalf_of=None, node=None
    ):
        node = node or (task.node_id if task else self.env["school.approval.node"])
        return {
            "case_id": self.id,
            "task_id": task.id if task else False,
            "node_id": node.id,
            "round": self.round,
            "company_id": self.company_id.id,
            "event": event,
            "text": (text or "").strip(),
            "detail": detail,
            "user_id": self.env.uid,
            "on_behalf_of_id": on_behalf_of.id if on_behalf_of else False,
            "at": fields.Datetime.now(),
        }

    def _public_name(self, env):
        """The name as it may stand in the subject of a message."""
        self.ensure_one()
        if self.is_restricted:
            return env._("marked record, case %(number)s", number=self.id)
        return self.with_context(lang=env.lang).display_name

    def _label(self, name):
        return dict(self._fields[name]._description_selection(self.env)).get(self[name])

    def _payload(self, opinion=None):
        """What the register keeps of one event."""
        payload = {
            "case": self.id,
            "flow": self.flow_id.name,
            "version": self.version_id.number,
            "purpose": self.purpose,
            "round": self.round,
            "state": self.state,
            "content_hash": self.content_hash,
            "record": self.name,
        }
        if opinion:
            payload.update(
                step=opinion.node_id.key or "",
                step_name=opinion.node_id.name or "",
                text=opinion.text or "",
                detail=opinion.detail or "",
                opinion=opinion.id,
            )
        return payload

    @contextmanager
    def _journal(self):
        """Collect what happens in one operation; write it down once, at its end.

        The register is written last, because everybody who writes in the same book
        waits for us from then on. An operation inside another one, started by a hook,
        writes into the journal of the outer one, and takes its lines back if it fails.
        """
        cache = self.env.cr.cache
        journal = cache.get(JOURNAL)
        if journal is not None:
            mark = journal.mark()
            try:
                yield journal
            except BaseException:
                journal.rewind(mark)
                raise
            return
        journal = cache[JOURNAL] = Journal(self.env)
        try:
            yield journal
        finally:
            del cache[JOURNAL]
        journal.write()

    def _tell_applicant(self, subject, bodies=None):
        """Tell the applicants; ``subject(case, env)`` in the language of each.

        :param bodies: ``{case: text}``
        """
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": case.applicant_id,
                    "subject": partial(subject, case),
                    "body": (bodies or {}).get(case, ""),
                    "record": case,
                    "kind": "approval",
                }
                for case in self
                if case.applicant_id != self.env.user
                and case.applicant_id.active
                and not case.applicant_id.share
            ]
        )

    def _tell(self, users, subject, body="", urgent=False):
        """Put a message in the outbox: ``subject`` is a function of an environment."""
        self.ensure_one()
        users = users.filtered(lambda user: user.active and not user.share)
        if users:
            self.env["school.notice"]._queue(
                users, subject, body, record=self, urgent=urgent, kind="approval"
            )

    def _notice_is_secret(self):
        return self.is_restricted

    # copies for reading (抄送)

    def _copy_to(self, user_ids, note, task):
        self.ensure_one()
        users = self.env["res.users"].sudo().browse(user_ids).exists()
        users = users.filtered(
            lambda user: (
                user.active and not user.share and self.company_id in user.company_ids
            )
        )
        if not users:
            raise UserError(self.env._("Choose a colleague of the school."))
        self._receipt_send(users, kind="read", purpose=note or None)
        self.write({"copy_ids": [fields.Command.link(user.id) for user in users]})
        task._note_opinion("copy", note, task._names(users))

    def _receipt_is_marked(self):
        return self.is_restricted

    def _receipt_check_recipients(self, users, departments, partners):
        """A case is copied to colleagues; a marked one to those who may read it."""
        for case, record in self.filtered("is_restricted")._records().items():
            strangers = users.filtered(
                lambda user, r=record: not r.with_user(user).has_access("read")
            )
            if strangers:
                raise UserError(
                    self.env._(
                        "%(people)s may not read “%(case)s”.",
                        people=", ".join(strangers.mapped("name")),
                        case=case.name,
                    )
                )

    def action_open_record(self):
        """Open the record the case is about."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_ask_withdraw(self):
        """Ask why the case is taken back."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Withdraw"),
            "res_model": "school.approval.decide",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_decision": "withdraw",
                "dialog_size": "medium",
            },
        }

    def action_ask_oral(self):
        """Ask who consented, when, how and why."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Oral Consent"),
            "res_model": "school.approval.oral",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_case_id": self.id,
                "default_user_id": self.holder_ids[:1].id,
            },
        }
