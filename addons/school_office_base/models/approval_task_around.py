from functools import partial

from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class SchoolApprovalTask(models.Model):
    """What people do around a decision: add signers, copy, remind."""

    _inherit = "school.approval.task"

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
        if not tasks:
            raise UserError(
                self.env._(
                    "“%(case)s” is no longer waiting for this decision.",
                    case=self.sudo().case_id[:1].name,
                )
            )
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
                    time=tasks.company_id[0]._worktime().local(last).strftime("%H:%M"),
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
            ._add_facts(
                [
                    case._opinion_vals(
                        event,
                        task=self,
                        text=text,
                        detail=detail,
                        on_behalf_of=principal,
                    )
                ]
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
        self.case_id._tell_rows(
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
