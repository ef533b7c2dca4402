import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)
BATCH = 200


class SchoolTicket(models.Model):
    """What happens by itself: reminders to who was asked, silent ends, daily words.

    Each ticket carries the moment of its next one; a scheduled action looks only at
    what is due, through a partial index, so open tickets cost nothing.
    """

    _inherit = "school.ticket"

    @api.model
    def _cron_due(self):
        """Do what is due now; called every few minutes, safe to call at any time."""
        for name, handle in (
            ("follow_up_at", type(self)._follow_up),
            ("close_at", type(self)._close_silently),
            ("progress_due_at", type(self)._remind_of_progress),
        ):
            self._handle_due(name, handle)

    @api.model
    def _handle_due(self, name, handle):
        domain = [
            (name, "<=", fields.Datetime.now()),
            ("company_id.school_state", "!=", "closed"),
        ]
        while True:
            tickets = self.sudo().search(domain, order=f"{name}, id", limit=BATCH)
            if not tickets:
                return
            # Another node may be at it, or somebody has just taken it up.
            tickets = tickets.try_lock_for_update().filtered_domain(domain)
            for ticket in tickets:
                try:
                    with self.env.cr.savepoint():
                        handle(ticket)
                        ticket.flush_recordset()
                except Exception:
                    _logger.exception("%s of ticket %s failed", name, ticket.id)
                    self.env.invalidate_all()
                    # Not again every few minutes; the handler still has it.
                    ticket.write({name: False})
            self.env["ir.cron"]._commit_progress(len(tickets))
            if len(tickets) < BATCH:
                return

    # Waiting

    def _follow_up(self):
        """Remind the requester of what is missing, or go on when the day has come."""
        self.ensure_one()
        if self.state != "waiting":
            self.follow_up_at = False
            return
        now = fields.Datetime.now()
        reason = self.waiting_reason_id
        if self.wait_until and self.wait_until <= now and not reason.asks_requester:
            env = self.company_id._school_chatter_env()
            self._resume(env._("The day has come until which it waited."))
            self._notify_handler(self._in_their_language("waited"))
            return
        company = self.company_id
        if self.follow_up_count >= (company.school_desk_follow_up_limit or 0):
            self.follow_up_at = False
            self._notify_handler(self._in_their_language("silent"))
            return
        self.write(
            {
                "follow_up_count": self.follow_up_count + 1,
                "follow_up_at": self._next_follow_up(reason, None, now),
            }
        )
        self._log_event("follow_up", reason=self.missing_items or reason.name)
        self._tell_requester(
            lambda env: env._("We still wait for your answer"),
            self.missing_items or "",
            kind="asked",
        )

    def _in_their_language(self, what):
        """A text for the outbox, said in the language of whoever is told."""
        texts = {
            "waited": lambda env: env._("The day has come until which it waited."),
            "silent": lambda env: env._(
                "The requester does not answer. Decide how it goes on: call, solve or "
                "refuse."
            ),
            "phone": lambda env: env._(
                "Call the requester: it is closed after he has confirmed it."
            ),
            "progress": lambda env: env._(
                "Tell the requester today how it stands, and when it will be done."
            ),
        }
        return texts[what]

    # The end

    def _close_silently(self):
        """Nobody has said anything since it was solved: it is closed."""
        self.ensure_one()
        if self.state != "solved":
            self.close_at = False
            return
        if self.service_id.phone_confirmation and not self.phoned_at:
            self.close_at = self.company_id._worktime().add(
                fields.Datetime.now(), 1, "working_day", edge="open"
            )
            self._notify_handler(self._in_their_language("phone"))
            return
        env = self.company_id._school_chatter_env()
        self._log_event("note", reason=env._("The requester stayed silent."))
        self._close()

    # Coordination: a word every working day (DESK-20)

    def _remind_of_progress(self):
        self.ensure_one()
        if not self.is_open:
            self.progress_due_at = False
            return
        self.progress_due_at = self._next_progress()
        self._notify_handler(self._in_their_language("progress"))

    def _next_progress(self):
        """When the requester must hear the next word; never for plain requests."""
        self.ensure_one()
        days = self.company_id.school_desk_progress_days
        if self.kind != "coordination" or not days:
            return False
        return self.company_id._worktime().add(
            fields.Datetime.now(), days, "working_day", edge="open"
        )
