from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.school_office_base.tools.client_defaults import take_defaults


class SchoolMediationParty(models.Model):
    """A side of a conflict: who speaks for it, what it wants, whether it agrees.

    DESK-22. Positions are the sides' own words; the office does not put them.
    """

    _name = "school.mediation.party"
    _description = "Party of a Mediation"
    _inherit = ["school.ticket.line"]
    _order = "ticket_id, id"
    _rec_name = "department_id"
    _server_fields = frozenset(
        {
            "position",
            "position_at",
            "position_by_id",
            "answer",
            "answer_note",
            "answered_at",
            "answered_by_id",
        }
    )

    ticket_id = fields.Many2one(readonly=False)
    department_id = fields.Many2one(
        "hr.department",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Speaks for It",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_ids', 'in', [company_id]), ('share', '=', False)]",
    )
    position = fields.Text(readonly=True, copy=False)
    position_at = fields.Datetime("Said on", readonly=True, copy=False)
    position_by_id = fields.Many2one("res.users", "Written Down By", readonly=True)
    answer = fields.Selection(
        [("open", "Open"), ("agreed", "Agrees"), ("refused", "Does Not Agree")],
        "To the Proposal",
        default="open",
        required=True,
        readonly=True,
        copy=False,
    )
    answer_note = fields.Text("Remark", readonly=True, copy=False)
    answered_at = fields.Datetime("Answered on", readonly=True, copy=False)
    answered_by_id = fields.Many2one("res.users", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")
    may_speak = fields.Boolean(
        compute="_compute_is_mine", help="For this side, or as the mediator."
    )

    _side_uniq = models.UniqueIndex(
        "(ticket_id, department_id)", "This department is a party already."
    )

    @api.depends("department_id")
    def _compute_user_id(self):
        heads = self.department_id._heads()
        for party in self:
            if party.department_id and not party.user_id:
                party.user_id = heads[party.department_id][:1]

    @api.depends_context("uid")
    @api.depends("user_id", "ticket_id.is_mediator")
    def _compute_is_mine(self):
        for party in self:
            party.is_mine = party.user_id == self.env.user
            party.may_speak = party.is_mine or party.ticket_id.is_mediator

    @api.model_create_multi
    def create(self, vals_list):
        take_defaults(self, vals_list, "ticket_id")
        tickets = self.env["school.ticket"].browse(
            {vals["ticket_id"] for vals in vals_list if vals.get("ticket_id")}
        )
        tickets._check_mediator()
        parties = super().create(vals_list)
        parties.ticket_id.sudo()._mediation_let_in()
        return parties

    def write(self, vals):
        if not self.env.su:
            self.ticket_id._check_mediator()
            if vals.keys() & {"ticket_id", "department_id"}:
                raise UserError(
                    self.env._("A party stays what it is. Remove it and add another.")
                )
        result = super().write(vals)
        if "user_id" in vals:
            self.ticket_id.sudo()._mediation_let_in()
        return result

    def _is_deletable(self):
        return not self.position_at and self.ticket_id.has_access("write")

    def _check_side(self):
        """Each side speaks for itself; the mediator writes down what it tells him."""
        self.ensure_one()
        self.check_access("read")
        ticket = self.ticket_id
        if self.user_id != self.env.user:
            ticket._check_mediator()
        if ticket.mediation_outcome:
            raise UserError(self.env._("The mediation is over."))

    def action_position(self):
        """Ask for the position of this side."""
        self._check_side()
        return self.ticket_id._complaint_step(
            "position", self.env._("Position"), party=self
        )

    def action_answer(self):
        """Ask whether this side agrees to the proposal."""
        self._check_side()
        if not self.ticket_id.mediation_proposal:
            raise UserError(self.env._("There is no proposal yet."))
        return self.ticket_id._complaint_step(
            "party_answer", self.env._("Answer to the Proposal"), party=self
        )

    def _state_position(self, text):
        self._check_side()
        if not (text or "").strip():
            raise UserError(self.env._("Write down what this side wants, and why."))
        if self.ticket_id.mediation_proposal:
            raise UserError(
                self.env._(
                    "There is a proposal already. Answer it, with a remark if need be."
                )
            )
        self.sudo().write(
            {
                "position": text.strip(),
                "position_at": fields.Datetime.now(),
                "position_by_id": self.env.uid,
            }
        )

    def _answer_proposal(self, answer, note):
        self._check_side()
        if answer not in ("agreed", "refused"):
            raise UserError(self.env._("Say whether this side agrees."))
        if answer == "refused" and not (note or "").strip():
            raise UserError(self.env._("Say what this side does not agree to."))
        if self.user_id != self.env.user and not (note or "").strip():
            raise AccessError(
                self.env._(
                    "You answer for somebody else: write in the remark when and how "
                    "the agreement was given."
                )
            )
        self.sudo().write(
            {
                "answer": answer,
                "answer_note": (note or "").strip(),
                "answered_at": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
            }
        )
