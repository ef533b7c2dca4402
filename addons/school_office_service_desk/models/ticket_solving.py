from odoo import fields, models
from odoo.exceptions import UserError

from .ticket import OPEN_STATES, WORK_STATES


class SchoolTicket(models.Model):
    """From the answer to the end of the work: solved, confirmed, closed, reopened."""

    _inherit = "school.ticket"

    def action_answer(self):
        """Answer the requester; see ``_answer``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES, "solved")
        return self._step_dialog("answer", self.env._("Answer"))

    def _answer(self, body, expected_date=None):
        self._check_handled()
        self._check_state_in(*OPEN_STATES, "solved")
        body = (body or "").strip()
        if not body:
            raise UserError(self.env._("Write the answer."))
        if expected_date:
            self.sudo().write({"expected_date": expected_date})
        self._note_public_answer(body, self.env.user)
        return True

    def _note_public_answer(self, body, author):
        """Somebody of the school answered in public: the response clock stops.

        :param body: plain text; empty if it was said elsewhere, as by telephone
        """
        now = fields.Datetime.now()
        tickets = self.sudo()
        if body:
            tickets._post_public(body, author)
            tickets._tell_requester(lambda env: env._("Answer"), body)
        for ticket in tickets:
            vals = {}
            if not ticket.responded_at:
                vals["responded_at"] = now
            if not ticket.acknowledged_at:
                vals["acknowledged_at"] = now
            if ticket.is_open and ticket.kind == "coordination":
                vals["progress_due_at"] = ticket._next_progress()
            if vals:
                ticket.write(vals)
        tickets._log_event("answered", reason=body[:500], user=author)
        return True

    def action_on_site(self):
        """The repairer is at the place (AST-36)."""
        self._check_handled()
        self._check_state_in(*WORK_STATES)
        now = fields.Datetime.now()
        fresh = self.sudo().filtered(lambda ticket: not ticket.on_site_at)
        for acknowledged, tickets in fresh.grouped(
            lambda t: bool(t.acknowledged_at)
        ).items():
            vals = {"on_site_at": now}
            if not acknowledged:
                vals["acknowledged_at"] = now
            tickets.write(vals)
        fresh._log_event("on_site")
        return True

    def action_solve(self):
        """The work is done; see ``_solve``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("solve", self.env._("Solved"))

    def _solve(self, solution, tell=True, effects=False):
        """Write down what was done; the requester confirms or stays silent.

        :param effects: whether those that have these as their cause are solved, too
        """
        if effects:
            mine = self.sudo().effect_ids.filtered("is_open").with_env(self.env)
            self |= mine._filtered_access("read")
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        solution = (solution or "").strip()
        if not solution:
            raise UserError(self.env._("Write down what was done."))
        self.sudo()._set_solved(solution, tell)
        return True

    def _set_solved(self, solution, tell=True):
        now = fields.Datetime.now()
        for key, tickets in self.grouped(
            lambda t: (
                t.company_id,
                t.service_id.silent_days,
                bool(t.responded_at),
                bool(t.acknowledged_at),
                bool(t.handler_id),
            )
        ).items():
            company, silent_days, responded, acknowledged, handler = key
            vals = {
                "state": "solved",
                "solution": solution,
                "solved_at": now,
                "waiting_reason_id": False,
                "waiting_since": False,
                "wait_until": False,
                "follow_up_at": False,
                "progress_due_at": False,
                "close_at": company._worktime().add(now, silent_days, "working_day")
                if silent_days
                else False,
            }
            if not responded:
                vals["responded_at"] = now
            if not acknowledged:
                vals["acknowledged_at"] = now
            if not handler and not self.env.user.share and self.env.uid != 1:
                vals["handler_id"] = self.env.uid
            tickets.write(vals)
        self._log_event("solved", reason=solution[:500])
        if tell:
            self._post_public(solution)
            self._tell_requester(lambda env: env._("Solved"), solution, kind="solved")
        self._ticket_solved()

    def _ticket_solved(self):
        """Hook: these tickets have just been solved (superuser)."""

    def action_confirm(self):
        """The requester says that it is done, or the desk after asking him."""
        self.check_access("read")
        self._check_state_in("solved")
        mine = self.filtered("is_requester")
        (self - mine)._check_handled()
        self.sudo()._confirm(self.env.user.partner_id)
        return True

    def _confirm(self, partner):
        """The requester agreed: close (superuser)."""
        self.write(
            {
                "confirmed_at": fields.Datetime.now(),
                "confirmed_by_id": partner.id if partner else False,
            }
        )
        self._log_event("confirmed", value_to=partner.name if partner else "")
        self._close()

    def action_phone_confirm(self):
        """The requester was called and agrees (DESK-15); see ``_phone_confirm``."""
        self._check_handled()
        self._check_state_in("solved", "closed")
        return self._step_dialog("phone", self.env._("Confirmed by Telephone"))

    def _phone_confirm(self, text=""):
        self._check_handled()
        self._check_state_in("solved", "closed")
        self.sudo().write(
            {"phoned_at": fields.Datetime.now(), "phoned_by_id": self.env.uid}
        )
        self._log_event("phoned", reason=text)
        solved = self.sudo().filtered(lambda ticket: ticket.state == "solved")
        solved.write({"confirmed_at": fields.Datetime.now()})
        solved._close()
        return True

    def action_close(self):
        """Close what is solved."""
        self._check_handled()
        self._check_state_in("solved")
        unconfirmed = self.sudo().filtered(
            lambda ticket: ticket.service_id.phone_confirmation and not ticket.phoned_at
        )
        if unconfirmed:
            raise UserError(
                self.env._(
                    "%(ticket)s is confirmed by telephone before it is closed.",
                    ticket=unconfirmed[0].number,
                )
            )
        self.sudo()._close()
        return True

    def _close(self):
        """Close solved tickets (superuser)."""
        self.write(
            {
                "state": "closed",
                "closed_at": fields.Datetime.now(),
                "close_at": False,
            }
        )
        self._log_event("closed")
        self._end_shares()
        self._ticket_closed()

    def _ticket_closed(self):
        """Hook: these tickets have just been closed (superuser)."""

    def action_reopen(self):
        """It is not done; see ``_reopen``."""
        self.check_access("read")
        self._check_state_in("solved", "closed")
        return self._step_dialog("reopen", self.env._("Reopen"))

    def _reopen(self, reason):
        """Take up solved work again, if the service allows it (DESK-21)."""
        self.check_access("read")
        self._check_state_in("solved", "closed")
        reason = self._check_reason(reason)
        (self - self.filtered("is_requester"))._check_handled()
        self.sudo()._check_reopenable()
        self.sudo()._set_reopened(reason)
        return True

    def _check_reopenable(self):
        now = fields.Datetime.now()
        for ticket in self:
            days = ticket.service_id.reopen_days
            ended = ticket.closed_at or ticket.solved_at
            if not days or (
                ticket.state == "closed"
                and (now - ended).total_seconds() > days * 86400
            ):
                raise UserError(
                    self.env._(
                        "%(ticket)s cannot be reopened. Ask for further help: it "
                        "becomes a new request that names this one.",
                        ticket=ticket.number,
                    )
                )

    def _set_reopened(self, reason):
        now = fields.Datetime.now()
        for ticket in self:
            ticket.write(
                {
                    "state": "in_progress" if ticket.handler_id else "new",
                    "reopen_count": ticket.reopen_count + 1,
                    "last_reopened_at": now,
                    "solved_at": False,
                    "closed_at": False,
                    "confirmed_at": False,
                    "confirmed_by_id": False,
                    "phoned_at": False,
                    "phoned_by_id": False,
                    "close_at": False,
                }
            )
        self._log_event("reopened", reason=reason)
        self._notify_handler(lambda env: env._("Reopened: %(reason)s", reason=reason))
