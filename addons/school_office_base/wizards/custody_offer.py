from odoo import fields, models


class SchoolCustodyOffer(models.TransientModel):
    """Ask to whom something is handed over, or why a handover is refused.

    The steps themselves check again who may do them.
    """

    _name = "school.custody.offer"
    _description = "Hand Over"

    custody_id = fields.Many2one("school.custody", "Thing", required=True)
    company_id = fields.Many2one(related="custody_id.company_id", related_sudo=False)
    is_lendable = fields.Boolean(related="custody_id.is_lendable", related_sudo=False)
    mode = fields.Selection(
        [("offer", "Offer"), ("paper", "Signed on paper"), ("refuse", "Do not accept")],
        required=True,
        default="offer",
    )
    kind = fields.Selection(
        [
            ("loan", "Loan"),
            ("return", "Return to the custodian"),
            ("custodian", "Change of custodian"),
            ("outing", "Outing with the custodian"),
        ],
        required=True,
        default="custodian",
    )
    receiver_id = fields.Many2one(
        "res.users",
        "Taken by",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    due_at = fields.Datetime("Back by")
    reason = fields.Char("Purpose")
    refusal = fields.Char("Reason")
    outing = fields.Char("Out for")
    at = fields.Datetime("When", default=fields.Datetime.now)
    condition = fields.Char("Found in Condition")
    page_reference = fields.Char("Page in the Paper Book")
    scan = fields.Binary()
    scan_name = fields.Char()

    def action_confirm(self):
        """Do what the dialog was opened for."""
        self.ensure_one()
        custody = self.custody_id
        if self.mode == "refuse":
            custody.check_access("read")
            custody.pending_handover_id._refuse(self.refusal)
            return {"type": "ir.actions.act_window_close"}
        receiver = self.receiver_id
        if self.kind in ("return", "outing"):
            receiver = custody.custodian_id
        if self.mode == "offer":
            custody._offer(receiver, self.kind, self.due_at, self.reason, self.outing)
        else:
            custody._record_paper(
                receiver,
                self.kind,
                due=self.due_at,
                reason=self.reason,
                outing=self.outing,
                at=self.at,
                condition=self.condition,
                page_reference=self.page_reference,
                scan=self.scan,
                scan_name=self.scan_name,
            )
        return {"type": "ir.actions.act_window_close"}
