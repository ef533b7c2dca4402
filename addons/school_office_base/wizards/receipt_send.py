from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.receipt_log import CHANNELS


class SchoolReceiptSend(models.TransientModel):
    """Ask to whom, why and how something is sent to be read or signed for."""

    _name = "school.receipt.send"
    _description = "Send to Be Read or Signed for"

    res_model = fields.Char(required=True)
    record_ids = fields.Char(required=True)
    title = fields.Char("What Is Sent", compute="_compute_title")
    company_id = fields.Many2one(
        "res.company", compute="_compute_title", string="School"
    )
    kind = fields.Selection(
        [("sign", "To sign for"), ("read", "To read")], default="sign", required=True
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        domain="[('company_id', '=', company_id)]",
    )
    user_ids = fields.Many2many(
        "res.users",
        string="People",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        string="Outside Bodies",
        domain="[('partner_share', '=', True), "
        "('company_id', 'in', [company_id, False])]",
    )
    purpose = fields.Char(
        required=True, help="Recipients see why they get it and what is expected."
    )
    in_order = fields.Boolean(
        "One after Another",
        help="In the order chosen; the next gets it when the former has answered.",
    )
    copies = fields.Integer("Copies Each", default=1)
    channel = fields.Selection(CHANNELS, default="internal", required=True)
    due_at = fields.Datetime(
        "Answer by", help="Leave empty for the time limit of the school."
    )

    @api.depends("res_model", "record_ids")
    def _compute_title(self):
        for wizard in self:
            records = wizard._records()
            wizard.title = ", ".join(records.mapped("display_name"))
            wizard.company_id = records[:1].company_id or wizard.env.company

    def _records(self):
        """Return the records to send, which the caller must be allowed to write."""
        self.ensure_one()
        model = self.env.get(self.res_model or "")
        if model is None or not hasattr(model, "_receipt_send"):
            raise UserError(self.env._("This cannot be sent for signature."))
        try:
            ids = [int(part) for part in (self.record_ids or "").split(",") if part]
        except ValueError as error:
            raise UserError(self.env._("Choose what is to be sent.")) from error
        records = model.browse(ids)
        records.check_access("write")
        return records

    def action_send(self):
        """Send, and show the board of who has not answered."""
        self.ensure_one()
        records = self._records()
        if self.due_at and self.due_at <= fields.Datetime.now():
            raise UserError(self.env._("The answer is wanted by a time in the past."))
        records._receipt_send(
            [self.department_ids, self.user_ids, self.partner_ids],
            self.kind,
            self.copies,
            self.in_order,
            channel=self.channel,
            purpose=self.purpose,
            due=self.due_at,
        )
        return {"type": "ir.actions.act_window_close"}
