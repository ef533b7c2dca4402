from odoo import models
from odoo.exceptions import UserError


class SchoolTicket(models.Model):
    """Coordination (DESK-19 to 21): the result goes round, more help is a new one."""

    _inherit = "school.ticket"

    def _ticket_solved(self):  # pylint: disable=missing-return
        super()._ticket_solved()
        self._copy_result_to_departments()

    def _copy_result_to_departments(self):
        """Tell the departments that had a share what came of it."""
        rows = []
        for ticket in self.filtered("part_ids"):
            parts = ticket.part_ids.filtered(lambda part: part.state != "refused")
            people = parts.user_id | parts.department_id._head_users()
            people -= self.env.user | ticket.requester_user_id
            people -= ticket.sudo().excluded_user_ids
            if people:
                rows.append(
                    {
                        "users": people.sudo(),
                        "subject": ticket._numbered(
                            lambda env: env._("Result of the coordination")
                        ),
                        "body": ticket.solution or "",
                        "record": ticket,
                        "kind": "ticket",
                    }
                )
        self.env["school.notice"]._queue_rows(rows)

    def action_further_help(self):
        """Ask for more than this request gave; see ``_further_help``."""
        self.ensure_one()
        self.check_access("read")
        self._check_state_in("solved", "closed", "refused", "referred")
        return self._step_dialog("further", self.env._("Further Help"))

    def _further_help(self, name):
        """Register a new request that names this one, with the same requester."""
        self.ensure_one()
        self.check_access("read")
        self._check_state_in("solved", "closed", "refused", "referred")
        if not self.is_requester:
            self._check_handled()
        name = (name or "").strip()
        if not name:
            raise UserError(self.env._("Write what else is needed."))
        before = self.sudo()
        ticket = before._enter(
            [
                {
                    "company_id": before.company_id.id,
                    "name": name,
                    "service_id": before.service_id.id,
                    "channel": "app" if self.is_requester else before.channel,
                    "requester_id": before.requester_id.id,
                    "requester_user_id": before.requester_user_id.id,
                    "requester_name": before.requester_name,
                    "requester_phone": before.requester_phone,
                    "requester_email": before.requester_email,
                    "department_id": before.department_id.id,
                    "place_id": before.place_id.id,
                    "equipment_id": before.equipment_id.id,
                    "continues_id": before.id,
                }
            ],
            self.env.user,
        )
        before._log_event("note", value_to=ticket.number, reason=name)
        return ticket.with_env(self.env)
