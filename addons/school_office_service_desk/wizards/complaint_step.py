from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.ticket_mediation import OUTCOMES


class SchoolComplaintStep(models.TransientModel):
    """Ask for the few words a step of a complaint needs; the ticket checks the
    caller."""

    _name = "school.complaint.step"
    _description = "Step of a Complaint"

    step = fields.Selection(
        [
            ("register", "Register the Complaint"),
            ("assign", "Department in Charge"),
            ("plan", "First Plan"),
            ("complex", "Complex Matter"),
            ("accused", "Whom It Is About"),
            ("cause", "Cause of the Complaint"),
            ("safe", "No Child Is in Danger"),
            ("danger", "A Child May Be in Danger"),
            ("position", "Position"),
            ("propose", "Proposal"),
            ("party_answer", "Answer to the Proposal"),
            ("outcome", "Outcome"),
            ("follow_up", "Request of the Department"),
        ],
        required=True,
    )
    ticket_id = fields.Many2one("school.ticket")
    party_id = fields.Many2one("school.mediation.party")
    visit_id = fields.Many2one("school.department.visit")
    company_id = fields.Many2one(
        "res.company", "School", compute="_compute_company_id", compute_sudo=False
    )
    problem_type_id = fields.Many2one(
        "school.complaint.type",
        compute="_compute_from_ticket",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    department_id = fields.Many2one(
        "hr.department",
        "Department in Charge",
        compute="_compute_from_ticket",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    user_id = fields.Many2one(
        "res.users", "Person", help="Empty: the head of the department."
    )
    accused_user_ids = fields.Many2many(
        "res.users",
        "school_complaint_step_accused_rel",
        "step_id",
        "user_id",
        "Complains About",
        compute="_compute_from_ticket",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    accused_text = fields.Char(
        related="ticket_id.accused_text", compute_sudo=False, related_sudo=False
    )
    text = fields.Text()
    cause_id = fields.Many2one(
        "school.complaint.cause",
        compute="_compute_from_ticket",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    handling_mistake = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        "Mistake in Handling",
        compute="_compute_handling_mistake",
        store=True,
        readonly=False,
        compute_sudo=False,
    )
    answer = fields.Selection([("agreed", "Agrees"), ("refused", "Does Not Agree")])
    outcome = fields.Selection(OUTCOMES)
    name = fields.Char("Matter")
    service_id = fields.Many2one("school.service")

    @api.depends("ticket_id", "party_id", "visit_id")
    def _compute_company_id(self):
        for wizard in self:
            record = wizard.visit_id or wizard.ticket_id
            wizard.company_id = record.company_id or self.env.company

    @api.depends("ticket_id")
    def _compute_from_ticket(self):
        for wizard in self:
            ticket = wizard.ticket_id
            wizard.problem_type_id = ticket.problem_type_id
            wizard.department_id = (
                ticket.lead_department_id or ticket.problem_type_id.department_id
            )
            wizard.accused_user_ids = ticket.accused_user_ids
            wizard.cause_id = ticket.complaint_cause_id

    @api.depends("cause_id")
    def _compute_handling_mistake(self):
        for wizard in self:
            ticket = wizard.ticket_id
            if (
                ticket.complaint_cause_id
                and wizard.cause_id == ticket.complaint_cause_id
            ):
                wizard.handling_mistake = ticket.handling_mistake
            elif wizard.cause_id:
                mistake = wizard.cause_id.is_handling_mistake
                wizard.handling_mistake = "yes" if mistake else "no"
            else:
                wizard.handling_mistake = False

    def action_confirm(self):
        self.ensure_one()
        # The client chose these links: only what its user may see.
        ticket = self.ticket_id
        ticket.check_access("read")
        party, visit = self.party_id, self.visit_id
        party.check_access("read")
        visit.check_access("read")
        self._check_own_school()
        match self.step:
            case "register":
                if self.accused_user_ids - ticket.accused_user_ids:
                    ticket._complaint_accuse(
                        self.accused_user_ids | ticket.accused_user_ids,
                        self.env._("Said at the registration."),
                    )
                ticket._complaint_registered(self.problem_type_id)
            case "assign":
                ticket._complaint_assign(self.department_id, self.user_id, self.text)
            case "plan":
                ticket._complaint_plan(self.text)
            case "complex":
                ticket._complaint_complex(self.text)
            case "accused":
                ticket._complaint_accuse(self.accused_user_ids, self.text)
            case "cause":
                ticket._complaint_cause(self.cause_id, self.handling_mistake)
            case "safe":
                ticket._safeguarding_end(self.text)
            case "danger":
                ticket._safeguarding_by_hand(self.text)
            case "position":
                party._state_position(self.text)
            case "propose":
                ticket._mediation_propose(self.text)
            case "party_answer":
                party._answer_proposal(self.answer, self.text)
            case "outcome":
                ticket._mediation_end(self.outcome, self.text)
            case "follow_up":
                visit._follow_up(self.name, self.service_id)
        if not ticket.exists().has_access("read"):
            # Whoever named himself or his leader is out from here on.
            return self.env["ir.actions.act_window"]._for_xml_id(
                "school_office_service_desk.complaint_action"
            )
        return {"type": "ir.actions.act_window_close"}

    def _check_own_school(self):
        """What is chosen belongs to the school of the ticket."""
        company = self.company_id
        chosen = (
            self.problem_type_id,
            self.department_id,
            self.cause_id,
            self.service_id,
        )
        people = self.user_id | self.accused_user_ids
        if any(record.sudo().company_id != company for record in chosen if record) or (
            people.sudo().filtered(
                lambda user: user.share or company not in user.company_ids
            )
        ):
            raise UserError(
                self.env._(
                    "Choose people and departments of %(school)s.", school=company.name
                )
            )
