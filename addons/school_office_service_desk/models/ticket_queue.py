from odoo import models
from odoo.exceptions import UserError

from .ticket import MANAGER, OPEN_STATES


class SchoolTicket(models.Model):
    """The place of a ticket in the queue: moved up and back, its urgency."""

    _inherit = "school.ticket"

    def action_jump(self):
        """Move up in the queue; see ``_jump``."""
        self._check_group(MANAGER)
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("jump", self.env._("Move Up"))

    def _jump(self, reason):
        """Important matters may pass the others; who moved them stays on record."""
        self._check_group(MANAGER)
        self._check_state_in(*OPEN_STATES)
        reason = self._check_reason(reason)
        for company, tickets in self.sudo().grouped("company_id").items():
            top = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("is_open", "=", True),
                    ("jump_rank", ">", 0),
                ],
                order="jump_rank desc",
                limit=1,
            )
            rank = min(top.jump_rank + 1, 999)
            tickets.write(
                {
                    "jump_rank": rank,
                    "jumped_by_id": self.env.uid,
                    "jump_reason": reason,
                }
            )
        self._log_event("jumped", reason=reason)
        return True

    def action_jump_back(self):
        """Give the place in the queue back; see ``_jump_back``."""
        self._check_group(MANAGER)
        self._check_moved_up()
        return self._step_dialog("jump_back", self.env._("Move Back"))

    def _check_moved_up(self):
        self._check_state_in(*OPEN_STATES)
        still = self.sudo().filtered(lambda ticket: not ticket.jump_rank)
        if still:
            raise UserError(
                self.env._(
                    "%(ticket)s has not been moved up.", ticket=still[0].display_name
                )
            )

    def _jump_back(self, reason):
        """Put back where urgency and arrival say, with the reason in the events."""
        self._check_group(MANAGER)
        self._check_moved_up()
        reason = self._check_reason(reason)
        self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "moved_back",
                    "value_from": ticket.jump_reason,
                    "reason": reason,
                }
                for ticket in self.sudo()
            ]
        )
        self.sudo().write({"jump_rank": 0, "jumped_by_id": False, "jump_reason": False})
        return True

    def action_set_urgency(self):
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("urgency", self.env._("Change the Urgency"))

    def _set_urgency(self, urgency, reason, is_major=None):
        """Change the urgency: the limits follow, and pauses are not forgotten."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        reason = self._check_reason(reason)
        labels = dict(self._fields["urgency"]._description_selection(self.env))
        if urgency not in labels:
            raise UserError(self.env._("Choose the urgency."))
        self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "urgency",
                    "value_from": labels[ticket.urgency],
                    "value_to": labels[urgency],
                    "reason": reason,
                }
                for ticket in self
            ]
        )
        vals = {"urgency": urgency}
        if is_major is not None:
            vals["is_major"] = is_major
        self.sudo().write(vals)
        return True
