from odoo import fields, models
from odoo.exceptions import UserError

from .ticket import OPEN_STATES


class SchoolTicket(models.Model):
    """Asking for what is missing, and waiting for somebody: the clocks stand still."""

    _inherit = "school.ticket"

    def action_ask(self):
        """Ask the requester for what is missing (DESK-07); see ``_ask``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("ask", self.env._("Ask for What Is Missing"))

    def _ask(self, missing):
        missing = (missing or "").strip()
        if not missing:
            raise UserError(self.env._("Write down what is missing."))
        reasons = self._wait_reasons("missing")
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        for company, tickets in self.sudo().grouped("company_id").items():
            tickets.write({"missing_items": missing})
            tickets._wait(reasons[company], missing, kind="asked")
        self._post_public(missing)
        self._tell_requester(lambda env: env._("Something is missing"), missing)
        return True

    def _wait_reasons(self, code):
        reasons = (
            self.env["school.ticket.wait.reason"]
            .sudo()
            .search(
                [("company_id", "in", self.sudo().company_id.ids), ("code", "=", code)]
            )
        )
        return {reason.company_id: reason for reason in reasons}

    def action_wait(self):
        """Let the clocks stand still, for a reason; see ``_set_waiting``."""
        self._check_handled()
        self._check_state_in("new", "assigned", "in_progress")
        return self._step_dialog("wait", self.env._("Wait"))

    def _set_waiting(self, reason, text="", until=None):
        self._check_handled()
        self._check_state_in("new", "assigned", "in_progress")
        if not reason or reason.sudo().company_id != self.sudo().company_id:
            raise UserError(self.env._("Choose for what the request waits."))
        if reason.needs_date and not until:
            raise UserError(self.env._("Say until when it waits."))
        self.sudo()._wait(reason, text, until)
        return True

    def _wait(self, reason, text="", until=None, kind="waiting"):
        """Pause the clocks of these tickets of one school (superuser)."""
        now = fields.Datetime.now()
        vals = {
            "state": "waiting",
            "waiting_reason_id": reason.id,
            "waiting_since": now,
            "wait_until": until or False,
            "follow_up_at": self._next_follow_up(reason, until, now),
            "follow_up_count": 0,
        }
        # Asking is an acknowledgement: somebody has read it.
        fresh = self.filtered(lambda ticket: not ticket.acknowledged_at)
        fresh.write({**vals, "acknowledged_at": now})
        (self - fresh).write(vals)
        self._log_event(kind, value_to=reason.name, reason=text)

    def _next_follow_up(self, reason, until, now):
        company = self[:1].company_id
        if until:
            return until
        if not reason.asks_requester:
            return False
        return company._worktime().add(
            now, company.school_desk_follow_up_days or 1, "working_day", edge="open"
        )

    def action_resume(self):
        """What it waited for is there: the clocks go on."""
        self._check_handled()
        self._check_state_in("waiting")
        self.sudo()._resume()
        return True

    def _resume(self, reason=""):
        """Let the clocks go on (superuser)."""
        for handler, tickets in self.grouped(lambda t: bool(t.handler_id)).items():
            tickets.write(
                {
                    "state": "in_progress" if handler else "new",
                    "waiting_reason_id": False,
                    "waiting_since": False,
                    "wait_until": False,
                    "follow_up_at": False,
                    "missing_items": False,
                }
            )
        self._log_event("resumed", reason=reason)
