from collections import defaultdict
from contextlib import contextmanager
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain

from ..tools.approval_guard import CASE_FIXED, install_trigger
from ..tools.approval_journal import JOURNAL, Journal
from ..tools.existing import existing
from ..tools.locking import lock_and_read
from ..tools.people import read_people
from .record import STEP_FIELDS


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
    _inherit = ["school.record", "school.receipt.mixin", "school.pointer.mixin"]
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
        "res.users", required=True, readonly=True, ondelete="restrict"
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
    content = fields.Text("Content as Submitted", readonly=True, prefetch=False)
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
        result = super().write(vals)
        if "state" in vals:
            self._show_state()
        return result

    def _show_state(self):
        """Let the records of the cases show their state.

        Told here, where it is known which records these are: the ORM would search
        every model that can be approved for records of these cases.
        """
        for case, record in self._records().items():
            if record.approval_case_id == case:
                record.modified(["approval_case_id"])

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self._never_by_hand())
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self._never_by_hand())

    def _never_by_hand(self):
        return self.env._("Approvals move by their own steps, never by hand.")

    def _records(self):
        """Return ``{case: record}``; records in superuser mode, the user stays."""
        by_model = defaultdict(list)
        for case in self:
            by_model[case.res_model].append(case.res_id)
        found = {}
        for model, ids in by_model.items():
            if model in self.env:
                records = existing(self.env[model].sudo().browse(ids))
                found.update({(model, r.id): r for r in records})
        return {
            case: found[case.res_model, case.res_id].with_prefetch(
                by_model[case.res_model]
            )
            for case in self
            if (case.res_model, case.res_id) in found
        }

    def _record(self):
        self.ensure_one()
        return self._records().get(self)

    def action_remind(self):
        """Remind who holds the cases (催办)."""
        self.check_access("read")
        tasks = self.sudo().task_ids.filtered(lambda task: task.state == "open")
        if not tasks:
            raise UserError(self.env._("Nobody is being waited for."))
        return tasks.with_env(self.env)._remind()

    def _lock(self):
        """Take the rows, or say who is in the way.

        Transactions are REPEATABLE READ: had somebody moved one of the cases since we
        began to read, taking its row would fail, and Odoo would start us anew. So what
        has been read, of the cases and of their tasks, is what the lock protects.
        """
        try:
            lock_and_read(
                self.sudo(), lists=("barred_ids",), along={"company_id": STEP_FIELDS}
            )
        except LockError:
            raise UserError(
                self.env._(
                    "Somebody is deciding this right now. Look again in a moment."
                )
            ) from None

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
            "flow": self.flow_id._name_in_process(),
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
    def _journal(self, locked=False):
        """Collect what happens in one operation; write it down once, at its end.

        The register is written last, because everybody who writes in the same book
        waits for us from then on. An operation inside another one, started by a hook,
        writes into the journal of the outer one, and takes its lines back if it fails.

        :param locked: the rows of these cases have been taken by :meth:`_lock`, or
            this is part of an operation that has seen to it
        """
        cache = self.env.cr.cache
        journal = cache.get(JOURNAL)
        if journal is not None:
            mark = journal.mark()
            journal.locked = journal.locked and locked
            try:
                yield journal
            except BaseException:
                journal.rewind(mark)
                raise
            return
        journal = cache[JOURNAL] = Journal(self.env, locked)
        try:
            yield journal
        finally:
            del cache[JOURNAL]
        journal.write()

    def _tell_applicant(self, subject, bodies=None):
        """Tell the applicants; ``subject(case, env)`` in the language of each.

        :param bodies: ``{case: text}``
        """
        read_people(self.applicant_id | self.env.user)
        self._tell_rows(
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

    def _tell_rows(self, rows):
        """Queue messages, with the rest of the operation if there is one."""
        journal = self.env.cr.cache.get(JOURNAL)
        if journal is not None:
            journal.tell(rows)
        else:
            self.env["school.notice"]._queue_rows(rows)

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
        return self._dialog(
            "school.approval.oral",
            self.env._("Oral Consent"),
            case_id=self.id,
            user_id=self.holder_ids[:1].id,
        )
