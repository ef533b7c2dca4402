from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError


class SchoolReceipt(models.Model):
    """Steps of the sender and the office: urging, recalling, phoning, paper."""

    _inherit = "school.receipt"

    def action_urge(self):
        """Urge those who have not answered (催办), not more often than allowed."""
        self._check_may_manage()
        late = self.filtered("is_open")
        if not late:
            raise UserError(
                self.env._("Everyone has answered: nobody is left to urge.")
            )
        now = fields.Datetime.now()
        due = late.filtered(
            lambda r: (
                not r.urged_at
                or r.urged_at
                + timedelta(hours=r.company_id.sudo().school_urge_interval_hours)
                <= now
            )
        )
        if not due:
            raise UserError(
                self.env._(
                    "%(recipient)s was urged at %(time)s; the same person is not urged "
                    "more often than every %(hours)g hours.",
                    recipient=late[0].recipient_name,
                    time=late[0]
                    .company_id._worktime()
                    .local(late[0].urged_at)
                    .strftime("%H:%M"),
                    hours=late[0].company_id.sudo().school_urge_interval_hours,
                )
            )
        due._urge()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(urged)s urged, %(skipped)s urged only a short while ago.",
                    urged=len(due),
                    skipped=len(late) - len(due),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _urge(self):
        now = fields.Datetime.now()
        for count, receipts in self.grouped("urge_count").items():
            # sudo: nobody has write access; the callers check
            receipts.sudo().write(
                {
                    "urge_count": count + 1,
                    "urged_at": now,
                    "urged_by_id": self.env.uid,
                }
            )
        self._tell_recipients("urged")

    def _recall(self, reason):
        """Take back what nobody has read yet (domain complaint 14)."""
        self._check_may_manage()
        self._check_reason(reason)
        self._lock_for_step()
        for receipt in self:
            if receipt.state not in ("waiting", "pending"):
                raise UserError(
                    self.env._(
                        "%(recipient)s has already read or answered it: it cannot be "
                        "recalled. Close it, or send a correction.",
                        recipient=receipt.recipient_name,
                    )
                )
        told = self.filtered(lambda receipt: receipt.state == "pending")
        # sudo: nobody has write access; the caller was checked above
        self.sudo().write(
            {
                "state": "recalled",
                "recalled_at": fields.Datetime.now(),
                "recalled_by_id": self.env.uid,
                "end_reason": reason,
            }
        )
        (self - told)._log("recalled", note=reason)
        told._tell_recipients("recalled", note=reason)
        self._settle()

    def _close(self, reason):
        """Stop waiting for those who have not answered."""
        self._check_may_manage()
        self._check_reason(reason)
        self._lock_for_step()
        still_open = self.filtered(lambda r: r.is_open or r.state == "waiting")
        if not still_open:
            raise UserError(
                self.env._("Everyone has answered: nothing is left to close.")
            )
        # sudo: nobody has write access; the caller was checked above
        still_open.sudo().write({"state": "closed", "end_reason": reason})
        still_open._log("closed", note=reason)
        still_open._settle()

    def _record_phone_call(self, reached, note=None, at=None):
        """Note a phone call about it: who called, when, reached or not (BASE-20)."""
        self._check_may_manage()
        at = self._check_past(at)
        # sudo: nobody has write access; the caller was checked above
        self.sudo().write(
            {
                "phoned_at": at,
                "phoned_by_id": self.env.uid,
                "phone_reached": bool(reached),
                "phone_note": note or False,
            }
        )
        self._log("phoned", channel="phone", reached=bool(reached), note=note, at=at)

    def _record_delivery(self, channel, note=None, at=None):
        """Note that it also went out by ``channel``: group chat, board, paper …"""
        self._check_may_manage()
        self._log("delivered", channel=channel, note=note, at=self._check_past(at))

    def _record_paper_signature(
        self,
        signer=None,
        signer_name=None,
        at=None,
        page_reference=None,
        scan=None,
        scan_name=None,
        remark=None,
    ):
        """Record a signature made on paper, with the scan or the page of the book."""
        self._check_may_manage()
        at = self._check_past(at)
        if not signer and not (signer_name or "").strip():
            raise UserError(self.env._("Say who signed on the paper."))
        if not page_reference and not scan:
            raise UserError(
                self.env._(
                    "Give the page of the paper book or attach a scan, so that the "
                    "signature can be found again."
                )
            )
        self._lock_for_step()
        self._check_open_for("paper")
        for receipt in self:
            person = receipt.user_id
            signed_for_another = person and signer != person
            receipt._write_read_mark(at)
            # sudo: nobody has write access; the caller was checked above
            receipt.sudo().write(
                {
                    "state": "signed",
                    "mode": "paper",
                    "signed_at": at,
                    "signed_by_id": signer.id if signer else False,
                    "signer_name": (signer_name or "").strip()
                    or (signer.name if signer else False),
                    "on_behalf_of_id": person.id if signed_for_another else False,
                    "recorded_by_id": self.env.uid,
                    "page_reference": page_reference or False,
                    "scan": scan or False,
                    "scan_name": scan_name or False,
                    "remark": remark or False,
                }
            )
            receipt._log(
                "signed",
                channel="paper",
                note=page_reference,
                at=at,
                on_behalf_of=receipt.on_behalf_of_id,
            )
        self._after_answer()

    def _check_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Give a reason: it is kept with the receipt."))

    def _check_past(self, at):
        now = fields.Datetime.now()
        at = at or now
        if at > now:
            raise UserError(self.env._("The time lies in the future."))
        return at

    def action_step(self):
        """Open the dialog of the step named by the button's context."""
        self._check_may_manage()
        wizard = self.env["school.receipt.step"]
        steps = dict(wizard._fields["step"]._description_selection(self.env))
        step = self.env.context.get("receipt_step")
        step = step if step in steps else "phone"
        return self._dialog(
            "school.receipt.step", steps[step], receipt_ids=self.ids, step=step
        )
