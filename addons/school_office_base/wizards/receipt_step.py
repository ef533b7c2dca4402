from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.receipt_log import CHANNELS


class SchoolReceiptStep(models.TransientModel):
    """Ask what a step on receipts needs: a reason, a call's result, a paper signature.

    The steps themselves check again who may do them.
    """

    _name = "school.receipt.step"
    _description = "Step on Receipts"

    receipt_ids = fields.Many2many("school.receipt", string="Receipts", required=True)
    summary = fields.Char("Recipients", compute="_compute_summary")
    step = fields.Selection(
        [
            ("phone", "Record a phone call"),
            ("paper", "Record a paper signature"),
            ("delivery", "Record another channel"),
            ("recall", "Recall before it is read"),
            ("close", "Close without the missing answers"),
        ],
        required=True,
        default="phone",
    )
    at = fields.Datetime("When", default=fields.Datetime.now)
    reached = fields.Boolean("Somebody Answered", default=True)
    note = fields.Char()
    reason = fields.Char()
    channel = fields.Selection(CHANNELS, default="chat")
    signer_id = fields.Many2one(
        "res.users", "Who Signed", domain="[('share', '=', False)]"
    )
    signer_name = fields.Char(
        "Name on the Paper", help="When the signer has no login here."
    )
    page_reference = fields.Char("Page in the Paper Book")
    scan = fields.Binary()
    scan_name = fields.Char()

    @api.depends("receipt_ids")
    def _compute_summary(self):
        for wizard in self:
            wizard.summary = ", ".join(
                filter(None, wizard.receipt_ids.mapped("recipient_name"))
            )

    def action_confirm(self):
        """Do the chosen step."""
        self.ensure_one()
        receipts = self.receipt_ids
        if not receipts:
            raise UserError(self.env._("Choose at least one recipient."))
        if self.step == "phone":
            receipts._record_phone_call(self.reached, self.note, self.at)
        elif self.step == "delivery":
            receipts._record_delivery(self.channel, self.note, self.at)
        elif self.step == "recall":
            receipts._recall(self.reason)
        elif self.step == "close":
            receipts._close(self.reason)
        else:
            receipts._record_paper_signature(
                signer=self.signer_id,
                signer_name=self.signer_name,
                at=self.at,
                page_reference=self.page_reference,
                scan=self.scan,
                scan_name=self.scan_name,
                remark=self.note,
            )
        return {"type": "ir.actions.act_window_close"}
