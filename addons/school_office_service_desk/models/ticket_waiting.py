from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .ticket import OPEN_STATES


class SchoolTicket(models.Model):
    """Asking for what is missing, and waiting for somebody: the clocks stand still."""

    _inherit = "school.ticket"

    is_asked = fields.Boolean("Waits for the Requester", compute="_compute_is_asked")

    @api.depends("state", "waiting_reason_id")
    def _compute_is_asked(self):
        for ticket in self:
            ticket.is_asked = (
                ticket.state == "waiting"
                # sudo: who asked has no right on the list of reasons
                and ticket.waiting_reason_id.sudo().asks_requester
            )

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
        self._tell_requester(
            lambda env: env._("Something is missing"), missing, kind="asked"
        )
        return True

    def action_reply(self):
        """The requester answers the office, or adds something; see ``_reply``."""
        self._check_may_reply()
        return self._step_dialog("reply", self.env._("Answer the Office"))

    def _reply(self, text, files):
        """Take what the requester says, and the files that he has uploaded for it.

        :param files: attachments, in superuser mode
        """
        self._check_may_reply()
        if not (text or "").strip() and not files:
            raise UserError(self.env._("Write something."))
        self._take_files(files)
        self.sudo()._requester_answers(text)
        return True

    def _check_may_reply(self):
        self.ensure_one()
        self.check_access("read")
        if not self.is_requester:
            raise AccessError(self.env._("Only whoever asked answers the office."))
        self._check_state_in(*OPEN_STATES, "solved")

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
        if reason.sudo().code == "missing":
            # Nobody waits for what he has not asked for.
            return self._ask(text)
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
