import logging
from datetime import timedelta

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

MAX_TRIES = 3


class SchoolOutboxMixin(models.AbstractModel):
    """Rows that wait to be sent outside of any request, and are tried again.

    The model adds ``state`` with ``waiting``, ``sent`` and ``failed``, an index on
    ``(send_after, id) WHERE state = 'waiting'``, and ``_send()``; a scheduled action
    calls ``_cron_send()``. Only the server writes these rows.
    """

    _name = "school.outbox.mixin"
    _description = "Waits to Be Sent"

    # How many rows one call of the job sends
    _send_batch = 200

    send_after = fields.Datetime(
        "Not Before", required=True, readonly=True, default=fields.Datetime.now
    )
    sent_at = fields.Datetime("Sent on", readonly=True)
    error = fields.Char("Failure", readonly=True)
    try_count = fields.Integer("Tries", readonly=True)

    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    def _is_deletable(self):
        return False

    @api.model
    def _cron_send(self):
        """Send what waits, a batch per call; what fails is tried again later."""
        domain = [
            ("state", "=", "waiting"),
            ("send_after", "<=", fields.Datetime.now()),
            ("company_id.school_state", "!=", "closed"),
        ]
        rows = self.search(domain, order="id", limit=self._send_batch)
        rows = rows.try_lock_for_update().filtered_domain(domain)
        for group in rows._grouped_for_sending():
            try:
                with self.env.cr.savepoint():
                    group._send()
            except Exception as error:
                _logger.exception("%s could not be sent", group)
                group._note_failure(error)
        self.env["ir.cron"]._commit_progress(
            len(rows), remaining=self.search_count(domain)
        )

    def _grouped_for_sending(self):
        """Return what is sent together; each row by itself, unless overridden."""
        return list(self)

    def _send(self):
        """Send what ``_grouped_for_sending`` put together, and say so in ``state``."""
        raise NotImplementedError

    def _note_failure(self, error):
        """Try again later; after some tries it has failed, and the row says why."""
        for row in self:
            tries = row.try_count + 1
            row.write(
                {
                    "try_count": tries,
                    "error": str(error)[:250] or type(error).__name__,
                    "state": "failed" if tries >= MAX_TRIES else "waiting",
                    "send_after": fields.Datetime.now() + timedelta(minutes=10 * tries),
                }
            )
