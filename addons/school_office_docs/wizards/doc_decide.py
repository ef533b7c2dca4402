from odoo import api, fields, models
from odoo.exceptions import UserError


class SchoolDocDecide(models.TransientModel):
    """The leader's dialog: what he says, who acts, until when (DOC-06, DOC-07)."""

    _name = "school.doc.decide"
    _description = "Proposal or Instruction"

    document_id = fields.Many2one("school.doc.incoming", required=True)
    company_id = fields.Many2one(related="document_id.company_id", related_sudo=False)
    step = fields.Char(compute="_compute_step")
    summary = fields.Char(
        related="document_id.name", related_sudo=False, string="Title"
    )
    sender_name = fields.Char(related="document_id.sender_name", related_sudo=False)
    proposed_opinion = fields.Text(
        related="document_id.proposed_opinion", related_sudo=False
    )
    opinion = fields.Text(
        compute="_compute_decision",
        store=True,
        readonly=False,
        precompute=True,
    )
    handling = fields.Selection(
        [("action", "To act on"), ("reading", "To read")],
        compute="_compute_decision",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    responsible_department_id = fields.Many2one(
        "hr.department",
        compute="_compute_decision",
        store=True,
        readonly=False,
        precompute=True,
    )
    co_department_ids = fields.Many2many(
        "hr.department",
        string="Co-handling Departments",
        compute="_compute_departments",
        store=True,
        readonly=False,
    )
    handling_deadline = fields.Date(
        compute="_compute_decision",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("document_id")
    def _compute_step(self):
        for wizard in self:
            wizard.step = wizard.document_id.my_step

    @api.depends("document_id")
    def _compute_decision(self):
        """Begin with what the clerk or the director proposed."""
        for wizard in self:
            document = wizard.document_id
            wizard.handling = document.handling
            wizard.responsible_department_id = document.responsible_department_id
            wizard.handling_deadline = document.handling_deadline
            wizard.opinion = (
                document.proposed_opinion
                if document.my_step == "propose"
                else self.env._("Agreed.")
            )

    @api.depends("document_id")
    def _compute_departments(self):
        for wizard in self:
            wizard.co_department_ids = wizard.document_id.co_department_ids

    def action_approve(self):
        """Enter the decision data, then approve the caller's own task."""
        self.ensure_one()
        self._document()._decide(
            {
                "handling": self.handling,
                "responsible_department_id": self.responsible_department_id.id,
                "co_department_ids": [fields.Command.set(self.co_department_ids.ids)],
                "handling_deadline": self.handling_deadline,
            },
            self.opinion,
        )
        return {"type": "ir.actions.act_window_close"}

    def action_return(self):
        """Give it back to the clerk with the opinion as the reason."""
        self.ensure_one()
        self._document()._decide_return(self.opinion)
        return {"type": "ir.actions.act_window_close"}

    def _document(self):
        document = self.document_id
        document.check_access("read")
        if not (self.opinion or "").strip():
            raise UserError(self.env._("Write your opinion."))
        return document
