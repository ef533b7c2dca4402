from odoo import fields, models
from odoo.exceptions import UserError

from .ticket import OPEN_STATES


class SchoolTicket(models.Model):
    """The steps of a ticket: what all need, and the work that is taken and handed on.

    Each step checks the caller, writes once and says why. The others stand in
    ``ticket_waiting``, ``ticket_solving``, ``ticket_ending`` and ``ticket_queue``;
    who is told, in ``ticket_telling``.
    """

    _inherit = "school.ticket"

    def _check_state_in(self, *states):
        wrong = self.filtered(lambda ticket: ticket.state not in states)
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(ticket)s is “%(state)s”: this step does not fit.",
                    ticket=wrong[0].number or wrong[0].name,
                    state=labels[wrong[0].state],
                )
            )

    def _check_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason stays with the request."))
        return reason

    def _step_dialog(self, step, title):
        """Open the one dialog of the steps for these tickets."""
        return self._dialog(
            "school.ticket.step",
            title,
            step=step,
            ticket_ids=[fields.Command.set(self.ids)],
        )

    # Taking and handing on

    def action_take(self):
        """I do it: acknowledge the request and become its handler (one tap)."""
        self._check_handled()
        self._check_state_in("new", "assigned", "in_progress", "waiting")
        now = fields.Datetime.now()
        old = {ticket.id: ticket.handler_id for ticket in self.sudo()}
        for unread, tickets in (
            self.sudo()
            .grouped(lambda t: (bool(t.acknowledged_at), bool(t.assigned_at), t.state))
            .items()
        ):
            acknowledged, assigned, state = unread
            vals = {"handler_id": self.env.uid}
            if not acknowledged:
                vals["acknowledged_at"] = now
            if not assigned:
                vals["assigned_at"] = now
            if state in ("new", "assigned"):
                vals["state"] = "in_progress"
            tickets.write(vals)
        self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "taken",
                    "value_from": old[ticket.id].name or "",
                    "value_to": self.env.user.name,
                    "old_handler_id": old[ticket.id].id,
                }
                for ticket in self
            ]
        )
        handed = self.sudo().filtered(lambda t: old[t.id] != t.handler_id)
        handed._ticket_assigned(old)
        return True

    def action_assign(self):
        """Hand the work to somebody; see ``_assign``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("assign", self.env._("Hand the Work On"))

    def _assign(self, user=None, post=None, reason=""):
        """Give these tickets to a person, or to a post that finds one."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        if not user and not post:
            raise UserError(self.env._("Choose a person or a post."))
        old = {ticket.id: ticket.handler_id for ticket in self.sudo()}
        now = fields.Datetime.now()
        for ticket in self.sudo():
            self._check_assignable(ticket, user, post)
            vals = {"assigned_at": now}
            if post:
                vals["post_id"] = post.id
            chosen, why = user, reason
            if not chosen:
                chosen, why = ticket._choose_handler(post)
                why = " ".join(filter(None, (reason, why)))
            vals["handler_id"] = chosen.id if chosen else False
            if ticket.state == "new" and chosen:
                vals["state"] = "assigned"
            ticket.write(vals)
            ticket._log_event(
                "handed" if old[ticket.id] else "assigned",
                value_from=old[ticket.id].name or "",
                value_to=(chosen and chosen.name) or post.name,
                reason=why,
                old_handler_id=old[ticket.id].id,
            )
        changed = self.sudo().filtered(
            lambda t: t.handler_id and t.handler_id != old[t.id]
        )
        changed._ticket_assigned(old)
        changed._notify_handler(lambda env: env._("This request was handed to you."))
        return True

    def _check_assignable(self, ticket, user, post):
        company = ticket.company_id
        if user and (user.share or company not in user.sudo().company_ids):
            raise UserError(
                self.env._(
                    "Choose somebody who works at %(school)s.", school=company.name
                )
            )
        if post and post.sudo().company_id != company:
            raise UserError(
                self.env._("Choose a post of %(school)s.", school=company.name)
            )
        if user and user in ticket.excluded_user_ids:
            raise UserError(self.env._("Choose somebody else for this request."))

    def _choose_handler(self, post):
        """``(user, why)``: the person of ``post`` with the least work due."""
        self.ensure_one()
        row = {
            "company_id": self.company_id.id,
            "post_id": post.id,
            "urgency": self.urgency,
            "work_minutes": self.work_minutes,
            "requester_user_id": self.requester_user_id.id,
        }
        [why] = self._route_rows([row])
        user = self.env["res.users"].browse(row.get("handler_id"))
        return user, (why or {}).get("reason", "")

    # The right service

    def action_set_service(self):
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("service", self.env._("Change the Service"))

    def _set_service(self, service, reason):
        """Choose another service: post, limits and visibility follow."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        reason = self._check_reason(reason)
        if not service or service.sudo().company_id != self.sudo().company_id:
            raise UserError(self.env._("Choose a service of this school."))
        self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": "service",
                    "value_from": ticket.service_id.name,
                    "value_to": service.name,
                    "reason": reason,
                }
                for ticket in self.sudo()
            ]
        )
        service = service.sudo()
        vals = {
            "service_id": service.id,
            "is_major": service.is_major,
            "work_minutes": service.estimate_minutes,
        }
        if service.post_id:
            vals["post_id"] = service.post_id.id
        if service.visibility == "named":
            vals["visibility"] = "named"
            vals["allowed_user_ids"] = [
                fields.Command.link(user.id) for user in service.named_user_ids
            ]
        self.sudo().write(vals)
        if service.post_id:
            moved = self.filtered(
                lambda t: t.sudo().handler_id not in service.post_id._users()
            )
            for ticket in moved.sudo():
                ticket._reroute(service.post_id)
        return True

    def _reroute(self, post):
        """Let the post find a handler (superuser)."""
        old = {self.id: self.handler_id}
        user, why = self._choose_handler(post)
        vals = {"handler_id": user.id, "assigned_at": fields.Datetime.now()}
        if user and self.state == "new":
            vals["state"] = "assigned"
        self.write(vals)
        self._log_event(
            "routed",
            value_from=old[self.id].name or "",
            value_to=user.name or post.name,
            reason=why,
            old_handler_id=old[self.id].id,
        )
        if user:
            self._ticket_assigned(old)
