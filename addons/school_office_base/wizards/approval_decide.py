from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SchoolApprovalDecide(models.TransientModel):
    """The small dialog in which a decision gets its opinion.

    It decides nothing itself: every method of the task checks the caller again.
    """

    _name = "school.approval.decide"
    _description = "Decide"

    task_ids = fields.Many2many("school.approval.task")
    case_id = fields.Many2one("school.approval.case")
    task_count = fields.Integer(compute="_compute_task_count")
    task_names = fields.Char(compute="_compute_task_count")
    subject = fields.Char(compute="_compute_facts")
    facts = fields.Json(compute="_compute_facts")
    decision = fields.Selection(
        [
            ("approve", "Agree"),
            ("refuse", "Refuse"),
            ("return", "Return"),
            ("transfer", "Pass On"),
            ("add_signer", "Add Signers"),
            ("copy", "Copy To"),
            ("withdraw", "Withdraw"),
        ],
        required=True,
        default="approve",
    )
    opinion = fields.Text()
    keep_phrase = fields.Boolean("Keep as a Quick Opinion")
    phrases = fields.Json(compute="_compute_phrases")
    targets = fields.Json(compute="_compute_targets")
    to = fields.Char("Back To", default="applicant")
    resume = fields.Selection(
        [("again", "Run again from there"), ("back", "Straight back to me")],
        "Afterwards",
        default="again",
    )
    position = fields.Selection(
        [("before", "Before me"), ("beside", "Beside me"), ("after", "After me")],
        default="before",
    )
    user_id = fields.Many2one("res.users", "Colleague")
    user_ids = fields.Many2many("res.users", string="Colleagues")
    company_id = fields.Many2one("res.company", compute="_compute_task_count")
    report = fields.Json(readonly=True)
    done = fields.Boolean(readonly=True)

    @api.depends("task_ids", "case_id")
    def _compute_task_count(self):
        for wizard in self:
            tasks = wizard.task_ids
            wizard.task_count = len(tasks)
            names = tasks[:3].mapped("name") or wizard.case_id.mapped("name")
            wizard.task_names = ", ".join(name or "" for name in names)
            wizard.company_id = tasks.company_id[:1] or self.env.company

    @api.depends("task_ids")
    @api.depends_context("lang")
    def _compute_facts(self):
        """What is decided and what speaks for it: nobody agrees without seeing it."""
        for wizard in self:
            task = wizard.task_ids if len(wizard.task_ids) == 1 else None
            wizard.subject = task and task.case_id.subject
            wizard.facts = task and task.facts

    @api.depends_context("uid", "lang")
    @api.depends("decision")
    def _compute_phrases(self):
        for wizard in self:
            wizard.phrases = self.env["school.approval.phrase"]._mine(wizard.decision)

    @api.depends("task_ids")
    @api.depends_context("lang")
    def _compute_targets(self):
        """The applicant, and the steps before the one of the task."""
        for wizard in self:
            targets = [["applicant", self.env._("The applicant")]]
            if len(wizard.task_ids) == 1:
                wizard.task_ids.check_access("read")
                task = wizard.task_ids.sudo()
                targets += [
                    [node.key, node.name]
                    for node in task.case_id._nodes()
                    if node.sequence < task.node_id.sequence
                ]
            wizard.targets = targets

    def action_apply(self):
        """Apply to the one task, or to each of several and report what failed."""
        self.ensure_one()
        opinion = (self.opinion or "").strip()
        if self.decision == "withdraw":
            self.case_id.action_withdraw(opinion)
            return self._close(self.env._("Withdrawn."))
        if not self.task_ids:
            raise UserError(self.env._("There is nothing here for you to decide."))
        if self.keep_phrase and opinion:
            Phrase = self.env["school.approval.phrase"]
            if opinion not in Phrase._mine():
                Phrase.create({"text": opinion[:200]})
        if len(self.task_ids) == 1:
            self._apply(self.task_ids, opinion)
            return self._close(self.env._("Done."))
        report = self._apply_batch(opinion)
        if not report:
            return self._close(self.env._("%(count)s done.", count=len(self.task_ids)))
        self.write({"report": report, "done": True})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "%(done)s of %(all)s done",
                done=len(self.task_ids) - len(report),
                all=len(self.task_ids),
            ),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _apply(self, tasks, opinion):
        if self.decision == "approve":
            tasks.action_approve(opinion)
        elif self.decision == "refuse":
            tasks.action_refuse(opinion)
        elif self.decision == "return":
            tasks.action_return(opinion, to=self.to, resume=self.resume)
        elif self.decision == "transfer":
            tasks.action_transfer(self.user_id.id, opinion)
        elif self.decision == "add_signer":
            for task in tasks:
                task.action_add_signer(self.user_ids.ids, self.position, opinion)
        else:
            for task in tasks:
                task.action_copy_to(self.user_ids.ids, opinion)

    def _apply_batch(self, opinion):
        """Decide all at once; if one resists, one by one. Return what failed."""
        tasks = self.task_ids
        try:
            with self.env.cr.savepoint():
                self._apply(tasks, opinion)
            return []
        except (UserError, AccessError):
            report = []
        for task in tasks:
            try:
                with self.env.cr.savepoint():
                    self._apply(task, opinion)
            except (UserError, AccessError) as error:
                report.append({"name": task.sudo().name, "problem": str(error)})
        return report

    def _close(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_close(self):
        return {"type": "ir.actions.act_window_close"}
