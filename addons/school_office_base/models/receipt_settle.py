from collections import defaultdict

from odoo import api, fields, models

SETTLE_BATCH = 200


class SchoolReceipt(models.Model):
    """Settling: counts of the records, turns and completion."""

    _inherit = "school.receipt"

    def _by_model(self):
        """Yield ``(model, records as superuser, receipts)`` for models still known."""
        for model, receipts in self.grouped("res_model").items():
            if model in self.env and hasattr(self.env[model], "_receipt_refresh"):
                # sudo: hooks work for the office, whoever signed
                records = self.env[model].sudo().browse(set(receipts.mapped("res_id")))
                yield model, records.exists(), receipts.sudo()

    def _settle(self):
        """Bring the records up to date now, or at once afterwards if one is busy.

        Forty departments may sign in the same second. Waiting for the one row of the
        document would make them fail or queue; so whoever finds it taken leaves a mark
        on his own row and the scheduled action settles it.
        """
        busy = self.browse()
        for _model, records, receipts in self._by_model():
            free = records._receipt_try_lock()
            free._receipt_refresh()
            busy |= receipts.filtered(
                lambda r, free=free: r.res_id not in set(free._ids)
            ).filtered(lambda r, records=records: r.res_id in set(records._ids))
        if busy:
            # sudo: a technical mark on our own rows
            busy.sudo().write({"unsettled": True})
            self.env.ref("school_office_base.cron_settle_receipts").sudo()._trigger()

    @api.model
    def _cron_settle(self):
        """Settle records that were busy when somebody signed, a batch per call."""
        domain = [("unsettled", "=", True)]
        receipts = self.search(domain, order="id", limit=SETTLE_BATCH)
        receipts = receipts.try_lock_for_update().filtered_domain(domain)
        receipts.write({"unsettled": False})
        receipts._settle()
        self.env["ir.cron"]._commit_progress(
            len(receipts), remaining=self.search_count(domain)
        )

    def _open_turns(self):
        """Hand out what waited for its turn."""
        if not self:
            return
        now = fields.Datetime.now()
        # sudo: nobody has write access; turns follow from answers
        self.sudo().write({"state": "pending", "opened_at": now})
        self._tell_recipients("sent")

    @api.model
    def _turns_due(self, model, ids):
        """Return the receipts whose turn has come on the records ``ids``."""
        rows = self.sudo().search_fetch(
            [
                ("res_model", "=", model),
                ("res_id", "in", list(ids)),
                ("in_order", "=", True),
                "|",
                ("state", "=", "waiting"),
                ("is_open", "=", True),
            ],
            ["res_id", "state"],
        )
        turns = self.browse()
        by_record = defaultdict(self.browse)
        for row in rows:
            by_record[row.res_id] |= row
        for receipts in by_record.values():
            if all(receipt.state == "waiting" for receipt in receipts):
                turns |= receipts[0]
        return turns.sudo(self.env.su)
