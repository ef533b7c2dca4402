from functools import partial

from odoo import api, models

from ..tools.approval_journal import JOURNAL
from ..tools.approval_people import Finder
from .clock_mixin import NOTHING_SHOWN

CLOSED = ("done", "cancelled")
# Known to this process only: no context of a client can name them.
NOW, LOCKED = object(), object()


class SchoolApprovalTask(models.Model):
    """Oral consents to confirm, and what happens when time is up."""

    _inherit = "school.approval.task"

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

    @api.model
    def _give(self, vals_list):
        """Insert the tasks of a step; for cases that are ours until we have done."""
        return self._insert_timed([{"kind": "normal", **vals} for vals in vals_list])

    def _clock_evaluate(self, reset_before=None, created=False):
        """Within an operation the clocks wait for its end, see ``Journal.write``."""
        if (
            reset_before
            or JOURNAL not in self.env.cr.cache
            or self.env.context.get("school_clocks_postponed") in (NOW, LOCKED)
        ):
            return super()._clock_evaluate(reset_before, created)
        return self._clock_postpone(self.ids)

    def _clock_evaluate_postponed(self):
        """Evaluate what waits, also within an operation.

        A savepoint that a hook of the record opens runs what waits for the end of the
        transaction, again and again until nothing waits: waiting once more would never
        end.
        """
        return self._clock_evaluate_at_end(locked=False)

    def _clock_evaluate_at_end(self, locked):
        """Evaluate what waits.

        :param locked: the cases are ours until the end of the transaction
        """
        tasks = self.with_context(school_clocks_postponed=LOCKED if locked else NOW)
        # pylint: disable=super-method-mismatch
        done = super(SchoolApprovalTask, tasks)._clock_evaluate_postponed()
        if locked:
            # What is written now has been counted already.
            done.flush_recordset()
            done._clock_evaluated()
        return done

    def _clock_meet(self):  # pylint: disable=missing-return
        """Whoever acts on a task meets us at its case, if we have taken that."""
        if self.env.context.get("school_clocks_postponed") is not LOCKED:
            super()._clock_meet()

    def _clock_show(self, clocks):
        """Tasks are the engine's own rows: written once, with all that has changed."""
        by_task = clocks.grouped("res_id")
        for task in self:
            shown = by_task.get(task.id, clocks.browse())._shown() or NOTHING_SHOWN
            for name, value in shown.items():
                field = self._fields[name]
                value = field.convert_to_cache(value, task)
                if value != field.convert_to_cache(task[name], task):
                    field._update_cache(task, value, dirty=True)
        self.invalidate_recordset(["clock_ids"], flush=False)
        self.modified([*NOTHING_SHOWN, "clock_ids"])

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
