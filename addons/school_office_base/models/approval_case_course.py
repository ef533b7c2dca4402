from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.approval_people import Finder

CLOSED = ("done", "cancelled")


class SchoolApprovalCase(models.Model):
    """The way of cases from step to step, and their ends."""

    _inherit = "school.approval.case"

    def _nodes(self):
        return self._nodes_of(self.version_id)

    @api.model
    def _nodes_of(self, version):
        return version.node_ids.sorted(lambda node: (node.sequence, node.id))

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
            if case.node_id != node or case.stuck_reason:
                case.write({"node_id": node.id, "stuck_reason": False})
        tasks = Task._give(vals_list)
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
        with self._journal(locked=True) as journal:
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
            opinions |= opinions._add_facts(
                [case._opinion_vals("reassign", node=case.node_id)]
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
        self.env["res.company"]._in_each_school(self._resume_stuck)

    @api.model
    def _resume_stuck(self, school):
        stuck = self.sudo().search(
            [
                ("company_id", "=", school.id),
                ("state", "=", "running"),
                ("stuck_reason", "!=", False),
            ]
        )
        stuck.try_lock_for_update(allow_referencing=True)._search_people_again()

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
        with self._journal(locked=True) as journal:
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
        cases._withdraw(reason)
        return True

    def _end(self, reason):
        """Take back what runs about records that come to their end themselves.

        Whoever may end the record may be another than the applicant.
        """
        cases = self.sudo()
        if cases:
            cases._lock()
            cases._withdraw(reason)

    def _withdraw(self, reason):
        """Close the locked cases, for the record and in the register."""
        with self._journal() as journal:
            journal.note(
                self.env["school.approval.opinion"]
                .sudo()
                ._add_facts(
                    [case._opinion_vals("withdraw", text=reason) for case in self]
                )
            )
            records = self._records()
            for case in self:
                case._close("withdrawn", "withdrawn")
                case._move()
                if case in records:
                    records[case]._approval_withdrawn(case)

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
                ._add_facts([case._opinion_vals("void", text=reason) for case in self])
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
