from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .ticket import OPEN_STATES

_COPIED = (
    "company_id",
    "service_id",
    "channel",
    "urgency",
    "requester_id",
    "requester_user_id",
    "requester_name",
    "requester_phone",
    "requester_email",
    "department_id",
    "place_id",
    "equipment_id",
    "received_at",
    "received_by_id",
    "first_contact_id",
    "is_anonymous",
    "visibility",
    "lead_department_id",
)


class SchoolTicket(models.Model):
    """Merging, splitting, and the common cause of several tickets."""

    _inherit = "school.ticket"

    _server_fields = frozenset(
        {
            "merged_into_id",
            "split_from_id",
            "continues_id",
            "cause_id",
            "is_cause",
        }
    )

    merged_into_id = fields.Many2one(
        "school.ticket",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    split_from_id = fields.Many2one(
        "school.ticket",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    continues_id = fields.Many2one(
        "school.ticket",
        "Further Help To",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The earlier request that may not be reopened (DESK-21).",
    )
    cause_id = fields.Many2one(
        "school.ticket",
        "Common Cause",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    effect_ids = fields.One2many(
        "school.ticket", "cause_id", "Has the Same Cause", readonly=True
    )
    is_cause = fields.Boolean("Cause of Others", readonly=True, copy=False)

    def action_merge(self):
        """Join these with another one; see ``_merge``."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("merge", self.env._("Merge"))

    def _merge(self, into, reason=""):
        """End these as the same as ``into``; who reported them is told its end."""
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        into.ensure_one()
        into.check_access("read")
        into._check_state_in(*OPEN_STATES)
        target = into.sudo()
        if target in self.sudo() or target.company_id != self.sudo().company_id:
            raise UserError(
                self.env._("Choose another open request of the same school.")
            )
        now = fields.Datetime.now()
        for ticket in self.sudo():
            target._voice(
                ticket.requester_id,
                ticket.requester_name or "",
                ticket.requester_phone or "",
                ticket.requester_email or "",
                ticket.details or ticket.name,
            )
            ticket.write(
                {
                    "state": "merged",
                    "merged_into_id": target.id,
                    "closed_at": now,
                    "acknowledged_at": ticket.acknowledged_at or now,
                    "waiting_reason_id": False,
                    "waiting_since": False,
                    "follow_up_at": False,
                    "end_reason": reason or False,
                }
            )
        self._log_event("merged", value_to=target.number, reason=reason)
        self.sudo()._end_shares()
        target._log_event(
            "merged",
            value_from=", ".join(self.sudo().mapped("number")),
            reason=reason,
        )
        number = target.number
        self._tell_requester(
            lambda env: env._("Already being worked on"),
            lambda env: env._("Your request goes on as %(number)s.", number=number),
            kind="ended",
        )
        return True

    def action_split(self):
        """Make a second request of a part of this one; see ``_split``."""
        self.ensure_one()
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        return self._step_dialog("split", self.env._("Split"))

    def _split(self, name, service=None, reason=""):
        """Register a part of this request as one of its own, with all of its past.

        It keeps the moment of receipt: the requester has waited since then.
        """
        self.ensure_one()
        self._check_handled()
        self._check_state_in(*OPEN_STATES)
        name = (name or "").strip()
        if not name:
            raise UserError(self.env._("Write what the other request is about."))
        ticket = self.sudo()
        service = (service or ticket.service_id).sudo()
        if service.company_id != ticket.company_id:
            raise UserError(self.env._("Choose a service of this school."))
        vals = {
            field: ticket._fields[field].convert_to_write(ticket[field], ticket)
            for field in _COPIED
        }
        vals.update(
            name=name,
            service_id=service.id,
            details=ticket.details,
            split_from_id=ticket.id,
        )
        if ticket.is_restricted:
            vals["allowed_user_ids"] = [Command.set(ticket.allowed_user_ids.ids)]
            vals["excluded_user_ids"] = [Command.set(ticket.excluded_user_ids.ids)]
        part = self.env["school.ticket"].sudo()._enter([vals], self.env.user)
        part._log_event("split", value_from=ticket.number, reason=reason)
        ticket._log_event("split", value_to=part.number, reason=reason)
        return part.with_env(self.env)

    def action_link_cause(self):
        """Name the common cause of these; see ``_link_cause``."""
        self._check_handled()
        return self._step_dialog("cause", self.env._("Common Cause"))

    def _link_cause(self, cause):
        """Say that these have the same cause: solving it offers to solve them."""
        self._check_handled()
        cause.ensure_one()
        cause.check_access("read")
        target = cause.sudo()
        if (
            target in self.sudo()
            or target.cause_id
            or target.company_id != self.sudo().company_id
            or self.sudo().effect_ids
        ):
            raise UserError(
                self.env._(
                    "Choose another request of the same school that is itself not the "
                    "effect of a third."
                )
            )
        self.sudo().write({"cause_id": target.id})
        target.write({"is_cause": True})
        self._log_event("cause", value_to=target.number)
        target._log_event("cause", value_from=", ".join(self.mapped("number")))
        return True

    def action_open_effects(self):
        """Open the requests that have this one as their cause."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "school_office_service_desk.ticket_action_all"
        )
        return {**action, "domain": [("cause_id", "=", self.id)], "context": {}}
