from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

OUTCOMES = [
    ("agreed", "Agreed"),
    ("partly", "Agreed in Part"),
    ("none", "No Agreement"),
    ("decided", "Decided by the Leader Above"),
]


class SchoolTicket(models.Model):
    """Mediation between departments over work or resources (冲突协调, DESK-22).

    Each side says what it wants, the mediator makes a proposal, the sides answer, and
    the outcome is written down. The positions close when the proposal is made: nobody
    rewords what he wanted to fit what he was offered.
    """

    _inherit = "school.ticket"

    _server_fields = frozenset(
        {
            "mediation_proposal",
            "mediation_proposed_at",
            "mediation_proposed_by_id",
            "mediation_outcome",
            "mediation_outcome_text",
            "mediation_ended_at",
            "mediation_ended_by_id",
        }
    )

    mediation_party_ids = fields.One2many(
        "school.mediation.party", "ticket_id", "Parties"
    )
    mediation_proposal = fields.Text("Proposal", readonly=True, copy=False)
    mediation_proposed_at = fields.Datetime("Proposed on", readonly=True, copy=False)
    mediation_proposed_by_id = fields.Many2one(
        "res.users", "Proposed By", readonly=True, copy=False
    )
    mediation_outcome = fields.Selection(OUTCOMES, "Outcome", readonly=True, copy=False)
    mediation_outcome_text = fields.Text("What Was Agreed", readonly=True, copy=False)
    mediation_ended_at = fields.Datetime("Ended on", readonly=True, copy=False)
    mediation_ended_by_id = fields.Many2one(
        "res.users", "Ended By", readonly=True, copy=False
    )
    is_mediator = fields.Boolean(compute="_compute_is_mediator")

    @api.depends_context("uid")
    @api.depends("mediation_party_ids.user_id", "handler_id")
    def _compute_is_mediator(self):
        handled = self._filter_handled()
        for ticket in self:
            ticket.is_mediator = (
                ticket.kind == "mediation"
                and ticket in handled
                and self.env.user not in ticket.mediation_party_ids.user_id
            )

    def _check_mediator(self):
        """Who mediates is nobody's advocate."""
        self._check_handled()
        for ticket in self:
            if ticket.kind != "mediation":
                raise UserError(self.env._("This is no mediation."))
            if (
                not self.env.su
                and self.env.user in ticket.sudo().mediation_party_ids.user_id
            ):
                raise AccessError(
                    self.env._("You speak for a party: somebody else mediates.")
                )
            if ticket.mediation_outcome:
                raise UserError(self.env._("The mediation is over."))

    def action_mediation_propose(self):
        """Ask for the proposal."""
        self.ensure_one()
        self._check_mediator()
        self._check_positions()
        return self._complaint_step("propose", self.env._("Proposal"))

    def action_mediation_end(self):
        """Ask for the outcome."""
        self.ensure_one()
        self._check_mediator()
        return self._complaint_step("outcome", self.env._("Outcome"))

    def _check_positions(self):
        for ticket in self.sudo():
            if len(ticket.mediation_party_ids) < 2:
                raise UserError(self.env._("A mediation has at least two parties."))
            silent = ticket.mediation_party_ids.filtered(lambda p: not p.position_at)
            if silent:
                raise UserError(
                    self.env._(
                        "%(department)s has not said yet what it wants: hear every "
                        "side before you propose something.",
                        department=silent[0].department_id.name,
                    )
                )

    def _mediation_propose(self, text):
        self.ensure_one()
        self._check_mediator()
        self._check_positions()
        if not (text or "").strip():
            raise UserError(self.env._("Write down the proposal."))
        ticket = self.sudo()
        ticket.write(
            {
                "mediation_proposal": text.strip(),
                "mediation_proposed_at": fields.Datetime.now(),
                "mediation_proposed_by_id": self.env.uid,
                "planned_at": ticket.planned_at or fields.Datetime.now(),
            }
        )
        # A new proposal is answered anew.
        ticket.mediation_party_ids.write({"answer": "open", "answered_at": False})
        ticket._log_event("planned", reason=text.strip(), user=self.env.user)
        self.env["school.notice"]._queue(
            ticket.mediation_party_ids.user_id,
            lambda env: env._(
                "%(number)s: there is a proposal, your answer is asked for",
                number=ticket.number,
            ),
            text.strip(),
            record=ticket,
            kind="mediation",
        )

    def _mediation_end(self, outcome, text):
        self.ensure_one()
        self._check_mediator()
        if outcome not in dict(OUTCOMES):
            raise UserError(self.env._("Choose the outcome."))
        if not (text or "").strip():
            raise UserError(self.env._("Write down what was agreed or decided."))
        ticket = self.sudo()
        refusing = ticket.mediation_party_ids.filtered(lambda p: p.answer != "agreed")
        if outcome == "agreed" and refusing:
            raise UserError(
                self.env._(
                    "%(department)s has not agreed: that is no agreement.",
                    department=refusing[0].department_id.name,
                )
            )
        ticket.write(
            {
                "mediation_outcome": outcome,
                "mediation_outcome_text": text.strip(),
                "mediation_ended_at": fields.Datetime.now(),
                "mediation_ended_by_id": self.env.uid,
            }
        )
        self._solve(text.strip())

    def _mediation_let_in(self):
        """Who speaks for a side sees the mediation (superuser)."""
        for ticket in self:
            users = ticket.mediation_party_ids.user_id - ticket.excluded_user_ids
            ticket.allowed_user_ids = [Command.link(user.id) for user in users]

    def _set_solved(self, solution, tell=True):
        open_ones = self.filtered(
            lambda t: t.kind == "mediation" and not t.mediation_outcome
        )
        if open_ones:
            raise UserError(
                self.env._(
                    "%(ticket)s: write down the outcome of the mediation.",
                    ticket=open_ones[0].number,
                )
            )
        return super()._set_solved(solution, tell)
