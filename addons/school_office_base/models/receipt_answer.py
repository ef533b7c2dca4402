from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class SchoolReceipt(models.Model):
    """Steps of the recipient: signing and reading."""

    _inherit = "school.receipt"

    def action_sign(self, remark=None):
        """Sign electronically (电子签), in one's own name or as a deputy."""
        self.check_access("read")
        signable = self._check_may_sign()
        self._lock_for_step()
        self._check_open_for("sign")
        if any(receipt.paper_only for receipt in self):
            raise UserError(
                self.env._(
                    "State secrets are signed for on paper. Ask the document clerk, "
                    "who records your signature."
                )
            )
        now = fields.Datetime.now()
        for behalf, receipts in self._grouped_by_principal(signable):
            vals = {
                "state": "signed",
                "mode": "electronic",
                "signed_at": now,
                "signed_by_id": self.env.uid,
                "on_behalf_of_id": behalf.id,
            }
            if remark:
                vals["remark"] = remark
            receipts._write_read_mark(now)
            # sudo: nobody has write access; the caller was checked above
            receipts.sudo().write(vals)
            receipts._log("signed", note=remark, on_behalf_of=behalf)
        self._after_answer()
        return True

    def action_mark_read(self):
        """Note that the recipient has seen it; who only had to read is then done."""
        self.check_access("read")
        signable = self._check_may_sign()
        fresh = self.filtered(lambda receipt: receipt.state == "pending")
        if not fresh:
            return True
        fresh._lock_for_step()
        fresh = fresh.filtered(lambda receipt: receipt.state == "pending")
        now = fields.Datetime.now()
        for behalf, receipts in fresh._grouped_by_principal(signable):
            # sudo: nobody has write access; the caller was checked above
            receipts.sudo().write(
                {
                    "state": "read",
                    "read_at": now,
                    "read_by_id": self.env.uid,
                    "on_behalf_of_id": behalf.id,
                }
            )
            receipts._log("read", on_behalf_of=behalf)
        finished = fresh.filtered("is_done")
        if finished:
            finished._after_answer()
        return True

    def action_open_record(self):
        """Open what was sent; the addressee's look counts as reading."""
        self.ensure_one()
        self.check_access("read")
        if self.state == "pending" and self.is_mine:
            self.action_mark_read()
        return super().action_open_record()

    def _check_may_sign(self):
        signable = self._signable(self.env.user)
        refused = self.filtered(lambda receipt: receipt.id not in signable)
        if refused:
            raise AccessError(
                self.env._(
                    "This is addressed to %(recipient)s. Only the addressee, a "
                    "receiver or the head of the department, or a deputy may "
                    "answer it.",
                    recipient=refused[0].recipient_name,
                )
            )
        return signable

    def _check_open_for(self, kind):
        for receipt in self:
            if receipt.state == "signed":
                raise UserError(
                    self.env._(
                        "%(title)s was already signed for by %(signer)s.",
                        title=receipt.title,
                        signer=receipt.sudo().signed_by_id.name or receipt.signer_name,
                    )
                )
            if receipt.state == "waiting":
                raise UserError(
                    self.env._(
                        "It is not yet the turn of %(recipient)s.",
                        recipient=receipt.recipient_name,
                    )
                )
            if receipt.state in ("recalled", "closed"):
                raise UserError(
                    self.env._(
                        "%(title)s was recalled or closed by its sender.",
                        title=receipt.title,
                    )
                )
            if kind == "sign" and receipt.kind != "sign":
                raise UserError(
                    self.env._(
                        "%(title)s is only to be read; there is nothing to sign.",
                        title=receipt.title,
                    )
                )

    def _grouped_by_principal(self, signable):
        return (
            (behalf, receipts)
            for behalf, receipts in self.grouped(lambda r: signable[r.id]).items()
        )

    def _write_read_mark(self, now):
        unread = self.filtered(lambda receipt: not receipt.read_at)
        if unread:
            # sudo: part of a step whose caller was checked
            unread.sudo().write({"read_at": now, "read_by_id": self.env.uid})

    def _after_answer(self):
        """Tell the records, bring the counts up to date, open the next in turn."""
        for _model, records, receipts in self._by_model():
            records._receipt_signed(receipts)
        self._settle()
