from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..tools.approval_guard import TASK_DECIDED, install_trigger


class SchoolApprovalTask(models.Model):
    """One person's part in one step of a case: the row of the inbox."""

    _name = "school.approval.task"
    _description = "Approval Task"
    _inherit = ["school.clock.mixin", "school.pointer.mixin"]
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
    on_behalf_of_id = fields.Many2one("res.users", readonly=True)
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
        mine = self._mine()
        for task in self:
            task.is_my_turn = task in mine

    def _search_is_my_turn(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._my_turn_domain()

    @api.depends("user_id", "acting_user_id", "applicant_id", "case_id.copy_ids")
    @api.depends_context("uid")
    def _compute_concerns_me(self):
        uid = self.env.user
        tasks = self.sudo()
        mine = tasks.filtered(
            lambda t: uid in t.user_id | t.acting_user_id | t.applicant_id
        )
        if tasks - mine:
            mine |= tasks.search(
                Domain("id", "in", (tasks - mine).ids) & self._concerns_me_domain()
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

    def _mine(self):
        """Those the current user may decide now; his own are known without a query."""
        tasks = self.sudo()
        own = tasks.filtered(lambda t: t.state == "open" and t.user_id == self.env.user)
        others = tasks - own
        return (
            own | others._my_open_tasks([("id", "in", others.ids)]) if others else own
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

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.case_id._never_by_hand())

    def _ask(self, decision):
        """Open the dialog in which the decision gets its opinion.

        A record that wants more than an opinion from its approver brings its own.
        """
        self.check_access("read")
        if decision == "approve" and len(self) == 1:
            # The model is a server field of the task, not a value of the request.
            # nosemgrep: odoo-env-dynamic-model
            record = self.env[self.res_model].browse(self.res_id)
            own = record._approval_dialog(self)
            if own:
                return own
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
