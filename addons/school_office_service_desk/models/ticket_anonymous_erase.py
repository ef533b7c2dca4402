from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

ERASE_BATCH = 100


class SchoolTicket(models.Model):
    """The end of keeping: the content of anonymous requests is erased, figures stay."""

    _inherit = "school.ticket"

    @api.model
    def _cron_erase_anonymous(self):
        """Daily: erase what anonymous people wrote when its time is over.

        Type, department, cause, dates and results stay for the figures; the register
        never held a word.
        """
        self.env["res.company"]._in_each_school(self._erase_due)

    @api.model
    def _erase_due(self, school):
        days = school.school_complaint_keep_days
        if not days:
            return
        domain = [
            ("company_id", "=", school.id),
            ("is_anonymous", "=", True),
            ("erased_at", "=", False),
            ("closed_at", "<", fields.Datetime.now() - timedelta(days=days)),
            ("is_open", "=", False),
        ]
        while True:
            tickets = self.sudo().search(domain, limit=ERASE_BATCH, order="closed_at")
            tickets = tickets.try_lock_for_update()
            tickets._erase()
            # What somebody has just opened waits for tomorrow.
            if len(tickets) < ERASE_BATCH:
                return

    def _erase(self):
        """Erase the content of closed anonymous tickets (superuser)."""
        if not self:
            return
        if not self.env.su:
            raise AccessError(self.env._("Only the retention rule erases."))
        self._append_complaint_register("erased")
        self.exchange_ids.attachment_ids.unlink()
        self.exchange_ids.filtered(lambda m: not m.is_erased)._erase()
        self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "in", self.ids)]
        ).unlink()
        self.env["school.notice"].search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        ).write({"body": False})
        self.rating_ids.write({"feedback": False})
        self.code_ids.unlink()
        name = self.env._("Anonymous, erased when its time was over")
        self.write(
            {
                "name": name,
                "details": False,
                "answers": False,
                "answers_text": False,
                "accused_text": False,
                "missing_items": False,
                "plan_text": False,
                "solution": False,
                "end_reason": False,
                "complex_reason": False,
                "safeguarding_words": False,
                "erased_at": fields.Datetime.now(),
            }
        )
