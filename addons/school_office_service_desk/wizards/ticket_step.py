from odoo import api, fields, models
from odoo.fields import Domain

from ..models.service import URGENCY
from ..models.ticket import OPEN_STATES


class SchoolTicketStep(models.TransientModel):
    """The one dialog of all steps of a ticket that need a word, a person or a date."""

    _name = "school.ticket.step"
    _description = "Step of a Request"

    step = fields.Selection(
        [
            ("assign", "Hand On"),
            ("ask", "Ask for What Is Missing"),
            ("reply", "Answer the Office"),
            ("wait", "Wait"),
            ("answer", "Answer"),
            ("solve", "Solved"),
            ("phone", "Confirmed by Telephone"),
            ("reopen", "Reopen"),
            ("refuse", "Refuse"),
            ("refer", "Refer"),
            ("void", "Void"),
            ("jump", "Move Up"),
            ("jump_back", "Move Back"),
            ("urgency", "Change the Urgency"),
            ("service", "Change the Service"),
            ("merge", "Merge"),
            ("split", "Split"),
            ("cause", "Common Cause"),
            ("further", "Further Help"),
            ("involve", "Involve a Department"),
            ("part_done", "Our Share Is Done"),
            ("part_refuse", "Not Ours"),
        ],
        required=True,
    )
    ticket_ids = fields.Many2many("school.ticket", required=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    asked_service_ids = fields.Many2many(
        "school.service", compute="_compute_company_id"
    )
    part_id = fields.Many2one("school.ticket.part")
    reason = fields.Text()
    text = fields.Text("Text for the Requester")
    file_ids = fields.Many2many("ir.attachment", string="Files")
    title = fields.Char("Matter")
    answer_id = fields.Many2one("school.ticket.answer", "Prepared Answer")
    user_id = fields.Many2one("res.users", "Person")
    post_id = fields.Many2one("school.post")
    department_id = fields.Many2one("hr.department")
    is_lead = fields.Boolean("Leads the Others")
    target = fields.Char("Who Is in Charge")
    date = fields.Date("Expected On")
    until = fields.Datetime("Wait Until")
    wait_reason_id = fields.Many2one("school.ticket.wait.reason", "Waits For")
    needs_date = fields.Boolean(related="wait_reason_id.needs_date", compute_sudo=False)
    urgency = fields.Selection(URGENCY)
    is_major = fields.Boolean("Major Matter")
    service_id = fields.Many2one("school.service")
    other_id = fields.Many2one("school.ticket", "Other Request")
    effect_count = fields.Integer(compute="_compute_effect_count")
    with_effects = fields.Boolean(
        "Those With the Same Cause, Too",
        default=True,
        help="What has this request as its cause is solved with the same words.",
    )
    candidate_ids = fields.Many2many(
        "school.ticket",
        "school_ticket_step_candidate_rel",
        compute="_compute_candidate_ids",
    )

    @api.depends("ticket_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.ticket_ids[:1].company_id or self.env.company
            wizard.asked_service_ids = wizard.ticket_ids.service_id

    @api.depends("ticket_ids", "step")
    def _compute_candidate_ids(self):
        """Open requests that may be the same: same place, equipment or service."""
        for wizard in self:
            tickets = wizard.ticket_ids._origin
            if wizard.step not in ("merge", "cause") or not tickets:
                wizard.candidate_ids = False
                continue
            domain = (
                Domain("company_id", "=", wizard.company_id.id)
                & Domain("state", "in", OPEN_STATES)
                & Domain("id", "not in", tickets.ids)
            )
            near = Domain("service_id", "in", tickets.service_id.ids)
            if tickets.place_id:
                near |= Domain("place_id", "in", tickets.place_id.ids)
            wizard.candidate_ids = self.env["school.ticket"].search(
                domain & near, limit=20
            )

    @api.depends("ticket_ids", "step")
    def _compute_effect_count(self):
        for wizard in self:
            effects = wizard.ticket_ids._origin.effect_ids
            wizard.effect_count = len(effects.filtered("is_open"))

    @api.onchange("answer_id")
    def _onchange_answer_id(self):
        if self.answer_id:
            self.text = self.answer_id.body

    def action_confirm(self):
        """Do the step; the ticket's own method checks who asks and in what state."""
        self.ensure_one()
        # The list came through the client: only what the user may see.
        tickets = self.ticket_ids
        tickets.check_access("read")
        result = getattr(self, f"_step_{self.step}")(tickets)
        return result or {"type": "ir.actions.act_window_close"}

    def _step_assign(self, tickets):
        tickets._assign(self.user_id, self.post_id, self.reason or "")

    def _step_ask(self, tickets):
        tickets._ask(self.text)

    def _step_reply(self, tickets):
        files = tickets._uploaded(
            [fields.Command.set(self.sudo().file_ids.ids)], self._name
        )
        tickets._reply(self.reason, files)

    def _step_wait(self, tickets):
        tickets._set_waiting(self.wait_reason_id, self.reason or "", self.until)

    def _step_answer(self, tickets):
        tickets._answer(self.text, self.date)

    def _step_solve(self, tickets):
        tickets._solve(self.text, effects=self.with_effects)

    def _step_phone(self, tickets):
        tickets._phone_confirm(self.reason or "")

    def _step_reopen(self, tickets):
        tickets._reopen(self.reason)

    def _step_refuse(self, tickets):
        tickets._refuse(self.reason)

    def _step_refer(self, tickets):
        tickets._refer(self.target, self.reason, self.department_id)

    def _step_void(self, tickets):
        tickets._void(self.reason)

    def _step_jump(self, tickets):
        tickets._jump(self.reason)

    def _step_jump_back(self, tickets):
        tickets._jump_back(self.reason)

    def _step_urgency(self, tickets):
        tickets._set_urgency(self.urgency, self.reason, self.is_major)

    def _step_service(self, tickets):
        tickets._set_service(self.service_id, self.reason)

    def _step_merge(self, tickets):
        tickets._merge(self.other_id, self.reason or "")

    def _step_split(self, tickets):
        part = tickets._split(self.title, self.service_id, self.reason or "")
        return part.get_formview_action()

    def _step_further(self, tickets):
        return tickets._further_help(self.title).get_formview_action()

    def _step_cause(self, tickets):
        tickets._link_cause(self.other_id)

    def _step_involve(self, tickets):
        tickets._involve(
            self.department_id, self.title, self.user_id, lead=self.is_lead
        )

    def _step_part_done(self, tickets):
        self.part_id._finish(self.reason)

    def _step_part_refuse(self, tickets):
        self.part_id._refuse(self.reason)
