from odoo import fields, models
from odoo.exceptions import UserError

from .ticket import AGENT, OPEN_STATES


class SchoolTicket(models.Model):
    """What ends without a solution: refused, referred to others, void."""

    _inherit = "school.ticket"

    def action_refuse(self):
        """It is not the office's business; see ``_refuse``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("refuse", self.env._("Refuse"))

    def _refuse(self, reason):
        return self._end("refused", self._check_reason(reason))

    def action_refer(self):
        """Send the requester to whoever is in charge (DESK-08); see ``_refer``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("refer", self.env._("Refer"))

    def _refer(self, target, reason, department=None):
        reason = self._check_reason(reason)
        target = (target or "").strip() or (department and department.name)
        if not target:
            raise UserError(self.env._("Say who is in charge of it."))
        if department and department.sudo().company_id != self.sudo().company_id:
            raise UserError(self.env._("Choose a department of this school."))
        return self._end(
            "referred",
            reason,
            {
                "referral_target": target,
                "referral_department_id": department.id if department else False,
            },
            target,
        )

    def action_void(self):
        """Registered by mistake; see ``_void``."""
        self._check_group(AGENT)
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("void", self.env._("Void"))

    def _void(self, reason):
        self._check_group(AGENT)
        reason = self._check_reason(reason)
        self._end("void", reason, tell=False)
        self.sudo()._void_number(reason)
        return True

    def _end(self, state, reason, vals=None, target="", tell=True):
        """End open tickets without a solution, for a reason that everybody reads."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        now = fields.Datetime.now()
        common = {
            "state": state,
            "end_reason": reason,
            "closed_at": now,
            "waiting_reason_id": False,
            "waiting_since": False,
            "wait_until": False,
            "follow_up_at": False,
            "progress_due_at": False,
            **(vals or {}),
        }
        for seen, tickets in (
            self.sudo()
            .grouped(lambda t: (bool(t.acknowledged_at), bool(t.responded_at)))
            .items()
        ):
            acknowledged, responded = seen
            extra = {}
            if not acknowledged:
                extra["acknowledged_at"] = now
            if not responded and tell:
                extra["responded_at"] = now
            tickets.write({**common, **extra})
        self._log_event(state, value_to=target, reason=reason)
        self.sudo()._end_shares()
        if tell:
            text = f"{target}: {reason}" if target else reason
            self._post_public(text)
            self._tell_requester(
                lambda env: dict(self._fields["state"]._description_selection(env))[
                    state
                ],
                text,
                kind="ended",
            )
        return True
