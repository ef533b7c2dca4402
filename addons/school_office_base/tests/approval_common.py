from odoo import fields, models

from .common import SchoolCommon


class SchoolTestRequest(models.Model):
    """A request as a business addon would write one."""

    _module = None
    _name = "school.test.request"
    _inherit = ["school.record", "school.approval.mixin", "mail.thread"]
    _description = "Request that exists in tests"

    _approval_purposes = {"use": "Use", "loan": "Loan"}
    _approval_gates = {"use": {"state": {"done", "closed"}}}
    _approval_protected_fields = frozenset({"name", "amount", "line_ids.quantity"})
    _approval_amount_field = "amount"

    name = fields.Char(required=True)
    amount = fields.Float()
    remark = fields.Char()
    department_id = fields.Many2one("hr.department")
    host_id = fields.Many2one("res.users")
    beneficiary_id = fields.Many2one("res.users")
    is_marked = fields.Boolean()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("asked", "Asked"),
            ("done", "Done"),
            ("closed", "Closed"),
        ],
        default="draft",
    )
    line_ids = fields.One2many("school.test.request.line", "request_id")
    hook_log = fields.Char(default="")
    fail_in_hook = fields.Boolean()

    def _approval_beneficiaries(self):
        return self.beneficiary_id

    def _approval_facts(self):
        return [("Name", self.name), ("Amount", f"{self.amount:.2f}")]

    def _approval_node_done(self, case, node, opinion):
        if self.fail_in_hook:
            raise ValueError("the hook of the record fails")
        self.hook_log += f"{node.key}:{opinion.text} "

    def _approval_granted(self, case):
        self.hook_log += "granted"
        self.state = "done"

    def _approval_refused(self, case):
        self.hook_log += "refused"

    def _approval_returned(self, case, opinion):
        self.hook_log += f"returned:{opinion.text} "

    def _approval_withdrawn(self, case):
        self.hook_log += "withdrawn"

    def _approval_voided(self, case):
        self.hook_log += "voided"


class SchoolTestRequestLine(models.Model):
    _module = None
    _name = "school.test.request.line"
    _inherit = ["school.approval.line.mixin"]
    _description = "Line of a request that exists in tests"

    _approval_parent_field = "request_id"

    request_id = fields.Many2one("school.test.request", required=True)
    quantity = fields.Integer()


class ApprovalCommon(SchoolCommon):
    """A school with a request model, its people and a flow each test can shape.

    ``anna``, ``bo`` and ``chen`` decide; ``director`` holds the post of director and
    ``principal`` that of top management; ``teacher`` asks.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_model(SchoolTestRequest, SchoolTestRequestLine)
        cls.anna = cls._person("anna", cls.school)
        cls.bo = cls._person("bo", cls.school)
        cls.chen = cls._person("chen", cls.school)
        cls.principal = cls._person("principal", cls.school)
        cls._hold("director", cls.director)
        cls._hold("top_management", cls.principal)

    @classmethod
    def _flow(cls, *nodes, company=None, purpose="use", **options):
        """Ship a flow; a node is a dict, or a user who decides alone."""
        steps = []
        for number, node in enumerate(nodes, start=1):
            if not isinstance(node, dict):
                node = {"who": "users", "user_ids": node.ids}
            steps.append({"key": f"s{number}", "name": f"Step {number}", **node})
        return cls.env["school.approval.flow"]._ensure(
            company or cls.school,
            "school.test.request",
            purpose,
            options.pop("name", "Use of things"),
            steps,
            **options,
        )

    @classmethod
    def _request(cls, user=None, **vals):
        user = user or cls.teacher
        return (
            cls.env["school.test.request"]
            .with_user(user)
            .create({"name": "Hall for the concert", **vals})
        )

    @classmethod
    def _submit(cls, user=None, choices=None, **vals):
        request = cls._request(user, **vals)
        request._approval_submit("use", choices)
        return request

    def _task(self, request, user, state="open"):
        """The task of ``user`` on the request, as that user sees it."""
        task = self.env["school.approval.task"].search(
            [
                ("res_model", "=", request._name),
                ("res_id", "=", request.id),
                ("user_id", "=", user.id),
                ("state", "=", state),
            ],
            order="id desc",
            limit=1,
        )
        return task.with_user(user)

    def _case(self, request):
        return request.sudo().approval_case_id

    def _waiting(self, request):
        """Names of those whose turn it is."""
        return sorted(
            self._case(request)
            .task_ids.filtered(lambda t: t.state == "open")
            .mapped("user_id.login")
        )

    def _approve(self, request, *users):
        for user in users:
            self._task(request, user).action_approve(f"ok {user.login}")
