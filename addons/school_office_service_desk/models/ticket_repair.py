from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from .ticket import GONE_STATES, OPEN_STATES

PHOTOS = ("image/jpeg", "image/png")


class SchoolTicket(models.Model):
    """Repairs: a request and its repair order say the same (AST-34 to AST-38).

    The request is what the requester sees: clocks, answers, his confirmation. The
    repair order (``maintenance.request``) is what the workshop sees: equipment, plan,
    provider, parts and cost. Either side moves the other by comparing what it should
    be with what it is, so that nothing runs in circles. A breakdown that somebody
    enters in the workshop first becomes a request in the same way.
    """

    _inherit = "school.ticket"
    _server_fields = frozenset({"repair_id"})

    repair_id = fields.Many2one(
        "maintenance.request",
        "Repair Order",
        readonly=True,
        copy=False,
        check_company=True,
        ondelete="set null",
    )
    repair_stage_id = fields.Many2one(related="repair_id.stage_id", string="Workshop")
    repair_provider_id = fields.Many2one(
        related="repair_id.school_provider_id", string="Repair Provider"
    )
    repair_cost = fields.Monetary(
        related="repair_id.school_cost",
        string="Repair Cost",
        currency_field="repair_currency_id",
    )
    repair_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency"
    )
    equipment_repair_count = fields.Integer(
        "Other Open Repairs", compute="_compute_equipment_repair_count"
    )
    emergency_contact_ids = fields.Many2many(
        "school.emergency.contact",
        string="Emergency Contacts",
        compute="_compute_emergency_contact_ids",
    )

    # One order belongs to one request, whoever presses the button twice.
    _repair_uniq = models.UniqueIndex(
        "(repair_id) WHERE repair_id IS NOT NULL",
        "This repair order belongs to another request.",
    )
    _equipment_open_idx = models.Index(
        "(equipment_id) WHERE equipment_id IS NOT NULL AND is_open IS TRUE"
    )

    @api.depends("equipment_id", "state")
    def _compute_equipment_repair_count(self):
        # sudo: that something is reported already is told to whoever reports it
        counts = dict(
            self.sudo()._read_group(
                [("equipment_id", "in", self.equipment_id.ids), ("is_open", "=", True)],
                ["equipment_id"],
                ["__count"],
            )
        )
        for ticket in self:
            equipment = ticket.equipment_id
            own = ticket.is_open and bool(ticket._origin.equipment_id == equipment)
            ticket.equipment_repair_count = (
                counts.get(equipment._origin, 0) - own if equipment else 0
            )

    @api.depends("service_id", "is_major", "is_red", "kind")
    def _compute_emergency_contact_ids(self):
        """Whom to call about a major or urgent fault (AST-36); two queries."""
        Contact = self.env["school.emergency.contact"]
        wanted = self.filtered(
            lambda t: t.kind == "repair" and (t.is_major or t.is_red)
        )
        contacts = (
            Contact.search([("company_id", "in", wanted.company_id.ids)])
            if wanted
            else Contact
        )
        for ticket in self:
            ticket.emergency_contact_ids = (
                contacts.filtered(
                    lambda contact, ticket=ticket: (
                        contact.company_id == ticket.company_id
                        and (
                            not contact.service_ids
                            or ticket.service_id in contact.service_ids
                        )
                    )
                )
                if ticket in wanted
                else Contact
            )

    @api.onchange("equipment_id")
    def _onchange_equipment_place(self):
        if self.equipment_id.school_place_id and not self.place_id:
            self.place_id = self.equipment_id.school_place_id

    @api.model
    def _complete(self, vals_list, author):
        """The place of an equipment is the place of its repair."""
        rows = super()._complete(vals_list, author)
        equipment = (
            self.env["maintenance.equipment"]
            .sudo()
            .browse({r["equipment_id"] for r in rows if r.get("equipment_id")})
        )
        places = {item.id: item.school_place_id.id for item in equipment}
        for row in rows:
            if row.get("equipment_id") and not row.get("place_id"):
                row["place_id"] = places.get(row["equipment_id"])
        return rows

    # From the request to the workshop

    def _ticket_registered(self):  # pylint: disable=missing-return
        super()._ticket_registered()
        wanted = self.filtered(lambda ticket: ticket._wants_repair_order())
        if wanted:
            wanted._make_repair_orders()

    def _wants_repair_order(self):
        """Whether a new request gets its repair order at once, as the school says."""
        self.ensure_one()
        if self.kind != "repair" or self.repair_id:
            return False
        when = self.company_id.school_desk_repair_orders
        return when == "always" or (when == "equipment" and bool(self.equipment_id))

    def action_repair_order(self):
        """Open the repair order; make it if there is none (one tap)."""
        self.ensure_one()
        self._check_handled()
        if self.kind != "repair":
            raise UserError(
                self.env._("Only repairs go to the workshop: change the service first.")
            )
        ticket = self.sudo()
        if not ticket.repair_id:
            self._check_state_in(*OPEN_STATES)
            ticket._make_repair_orders()
        return self._form_of(ticket.repair_id)

    def _make_repair_orders(self):
        """Create the repair orders of these requests (superuser), with the photos."""
        stages = self._repair_stages()
        teams = self.env["maintenance.team"]._school_teams(self.company_id)
        vals_list = [
            ticket._repair_vals(stages, teams[ticket.company_id]) for ticket in self
        ]
        Repair = self.env["maintenance.request"].with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True
        )
        repairs = Repair.create(vals_list)
        for ticket, repair in zip(self, repairs, strict=True):
            ticket.repair_id = repair
            if repair.user_id and not ticket.handler_id:
                # The equipment has a technician of its own.
                ticket._follow_technician(repair.user_id)
        self._carry_photos()

    def _repair_vals(self, stages, team):
        vals = {
            "name": self.name,
            "company_id": self.company_id.id,
            "equipment_id": self.equipment_id.id,
            "description": plaintext2html(self.details or self.name),
            "request_date": self.company_id._school_date(self.received_at),
            "maintenance_type": "corrective",
            "maintenance_team_id": team.id,
            "priority": {"0": "1", "1": "2", "2": "3"}[self.urgency],
            "user_id": self.handler_id.id,
            # Whoever owns an order may change it: that is the desk, not who asked.
            "owner_user_id": (self.handler_id or self.first_contact_id).id,
            "stage_id": stages[self._repair_step()].id,
            "kanban_state": "blocked" if self.state == "waiting" else "normal",
            "school_place_id": self.place_id.id,
            "school_ticket_id": self.id,
            "school_is_major": self.is_major,
            "school_started_at": self.on_site_at,
        }
        if "employee_id" in self.env["maintenance.request"]._fields:
            # hr_maintenance makes the employee its owner, by default the user.
            vals["employee_id"] = False
        return vals

    def _repair_step(self):
        """What the workshop's stage should be: "new", "work" or "done"."""
        if self.state in ("solved", "closed"):
            return "done"
        return "new" if self.state in ("new", "assigned") else "work"

    @api.model
    def _repair_stages(self):
        """``{"new", "work", "done": stage}``: the stages are those of the instance."""
        stages = self.env["maintenance.stage"].sudo().search([], limit=100)
        opened = stages.filtered(lambda stage: not stage.done)
        done = stages - opened
        return {
            "new": opened[:1] or stages[:1],
            "work": opened[1:2] or opened[:1] or stages[:1],
            "done": done[:1] or stages[-1:],
        }

    def _carry_photos(self):
        """Give the order the photographs of the request, and the other way round.

        The same picture is not carried twice, whichever side it came from.
        """
        pairs = [(ticket, ticket.repair_id) for ticket in self if ticket.repair_id]
        Attachment = self.env["ir.attachment"].sudo()
        both = Domain.OR(
            Domain("res_model", "=", model) & Domain("res_id", "in", ids)
            for model, ids in (
                ("school.ticket", [ticket.id for ticket, __ in pairs]),
                ("maintenance.request", [repair.id for __, repair in pairs]),
            )
        )
        photos = Attachment.search(
            both & Domain("mimetype", "in", PHOTOS) & Domain("res_field", "=", False)
        )
        held = photos.grouped(lambda photo: (photo.res_model, photo.res_id))
        empty = Attachment.browse()
        for ticket, repair in pairs:
            mine = held.get((ticket._name, ticket.id), empty)
            theirs = held.get((repair._name, repair.id), empty)
            for source, target, known in (
                (mine, repair, theirs),
                (theirs, ticket, mine),
            ):
                seen = set(known.mapped("checksum"))
                for photo in source:
                    if photo.checksum not in seen:
                        seen.add(photo.checksum)
                        photo.copy({"res_model": target._name, "res_id": target.id})

    def write(self, vals):
        result = super().write(vals)
        if _CARRIED & vals.keys():
            self._push_to_workshop()
        return result

    def _push_to_workshop(self):
        """Bring the repair orders of these requests up to what the requests say."""
        # sudo: the order follows the request, whoever moved that
        tickets = self.sudo().filtered("repair_id")
        if not tickets:
            return
        stages = self._repair_stages()
        for ticket in tickets:
            repair = ticket.repair_id
            vals = {}
            step = ticket._repair_step()
            gone = ticket.state in GONE_STATES
            if not gone and repair._school_step() != step:
                vals["stage_id"] = stages[step].id
            blocked = ticket.state == "waiting"
            if blocked != (repair.kanban_state == "blocked") and not gone:
                vals["kanban_state"] = "blocked" if blocked else "normal"
            if gone != repair.archive:
                vals["archive"] = gone
            for name, own in (
                ("user_id", ticket.handler_id),
                ("equipment_id", ticket.equipment_id),
                ("school_place_id", ticket.place_id),
            ):
                if own and repair[name] != own:
                    vals[name] = own.id
            began, ended = repair.school_started_at, ticket.solved_at
            if ticket.on_site_at and not began:
                vals["school_started_at"] = began = ticket.on_site_at
            if step == "done" and ended and not repair.school_ended_at:
                if not began or began <= ended:
                    vals["school_ended_at"] = ended
            if ticket.is_major != repair.school_is_major:
                vals["school_is_major"] = ticket.is_major
            if vals:
                repair.write(vals)

    def _take_files(self, files):  # pylint: disable=missing-return
        super()._take_files(files)
        ticket = self.sudo()
        if files and ticket.repair_id:
            ticket._carry_photos()

    def _add_files(self, files):
        result = super()._add_files(files)
        repaired = self.sudo().filtered("repair_id")
        if repaired:
            repaired._carry_photos()
        return result

    # From the workshop to the request

    def _pull_from_workshop(self):
        """Bring these requests up to what their repair orders say (superuser)."""
        for ticket in self:
            repair = ticket.repair_id
            step = repair._school_step()
            is_open = ticket.state in OPEN_STATES
            if repair.archive and is_open:
                raise UserError(
                    self.env._(
                        "%(ticket)s is still open: end the request, and its repair "
                        "order is archived with it.",
                        ticket=ticket.number,
                    )
                )
            if repair.user_id and repair.user_id != ticket.handler_id and is_open:
                ticket._follow_technician(repair.user_id)
            if step == "done" and is_open:
                ticket._carry_photos()
                ticket._set_solved(repair._school_result())
            elif step == "work" and ticket.state in ("new", "assigned"):
                ticket._start_by_workshop()
            elif step != "done" and ticket.state in ("solved", "closed"):
                ticket._check_reopenable()
                ticket._set_reopened(self.env._("Opened again in the workshop."))
            elif ticket.state == "waiting" and repair.kanban_state != "blocked":
                ticket._resume(self.env._("The workshop goes on."))
            elif repair.kanban_state == "blocked" and ticket.state in (
                "new",
                "assigned",
                "in_progress",
            ):
                ticket._wait_for_workshop()

    def _follow_technician(self, user):
        """The technician of the order handles the request."""
        if user.share or self.company_id not in user.company_ids:
            return
        if user in self.excluded_user_ids:
            return
        old = {self.id: self.handler_id}
        vals = {"handler_id": user.id, "assigned_at": fields.Datetime.now()}
        if self.state == "new":
            vals["state"] = "assigned"
        self.write(vals)
        self._log_event(
            "handed" if old[self.id] else "assigned",
            value_from=old[self.id].name or "",
            value_to=user.name,
            reason=self.env._("Technician of the repair order."),
        )
        self._ticket_assigned(old)

    def _start_by_workshop(self):
        now = fields.Datetime.now()
        vals = {"state": "in_progress"}
        user = self.env.user
        if not self.handler_id and not (user.share or user._is_superuser()):
            vals.update(handler_id=user.id, assigned_at=now)
        if not self.acknowledged_at:
            vals["acknowledged_at"] = now
        self.write(vals)
        self._log_event("taken", value_to=self.handler_id.name or "")

    def _wait_for_workshop(self):
        reason = self._wait_reasons("spare_part").get(self.company_id)
        if reason:
            self._wait(reason, self.env._("The workshop cannot go on."))


# Fields of a request that its repair order follows
_CARRIED = frozenset(
    {
        *("state", "handler_id", "equipment_id", "place_id", "is_major", "repair_id"),
        "on_site_at",
    }
)
