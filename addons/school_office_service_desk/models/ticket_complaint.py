from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from . import ticket_access as core
from .ticket import GONE_STATES

VOICES = ("complaint", "suggestion")


class SchoolTicket(models.Model):
    """Complaints: type, department in charge, plan, result, cause (DESK-17, 23 to 27).

    Each of the five moments of DESK-25 has its own field, set by its own step, and its
    own clock counted from the receipt. What happens is written to the register of
    complaints, without names and without what was said.
    """

    _inherit = "school.ticket"

    _entry_fields = frozenset({"problem_type_id", "accused_user_ids", "accused_text"})
    _step_fields = core.SchoolTicket._step_fields | {"accused_user_ids"}
    _server_fields = frozenset(
        {
            "complaint_registered_at",
            "complaint_registered_by_id",
            "complaint_assigned_at",
            "complaint_assigned_by_id",
            "plan_text",
            "planned_by_id",
            "is_complex",
            "complex_reason",
            "complex_at",
            "complex_by_id",
            "complainant_told_at",
            "complainant_told_by",
            "improvement_id",
            "visit_id",
        }
    )

    problem_type_id = fields.Many2one(
        "school.complaint.type",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    accused_text = fields.Char(
        "Complains About (in Words)",
        copy=False,
        help="Whoever of the office is named there is kept out until somebody else has "
        "looked at it.",
    )
    complaint_registered_at = fields.Datetime(
        "Registered on", readonly=True, copy=False
    )
    complaint_registered_by_id = fields.Many2one(
        "res.users", "Registered By", readonly=True, copy=False
    )
    complaint_assigned_at = fields.Datetime(
        "Department Asked on",
        readonly=True,
        copy=False,
        help="The department in charge was named; it answers through the office.",
    )
    complaint_assigned_by_id = fields.Many2one(
        "res.users", "Assigned By", readonly=True, copy=False
    )
    plan_text = fields.Text("First Plan", readonly=True, copy=False)
    planned_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    is_complex = fields.Boolean("Complex", readonly=True, copy=False)
    complex_reason = fields.Text("Why It Is Complex", readonly=True, copy=False)
    complex_at = fields.Datetime("Marked Complex on", readonly=True, copy=False)
    complex_by_id = fields.Many2one(
        "res.users", "Marked Complex By", readonly=True, copy=False
    )
    complaint_cause_id = fields.Many2one(
        "school.complaint.cause",
        "Cause Found",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
    )
    handling_mistake = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        "Mistake in Handling",
        copy=False,
        help="Whether the office or a department made a mistake; the share of such "
        "complaints is the error rate.",
    )
    complainant_told_at = fields.Datetime("Told on", readonly=True, copy=False)
    complainant_told_by = fields.Selection(
        [
            ("message", "Message"),
            ("code", "Under the Receipt Code"),
            ("none", "Cannot Be Told"),
        ],
        "Told By",
        readonly=True,
        copy=False,
    )
    improvement_id = fields.Many2one(
        "school.improvement",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    visit_id = fields.Many2one(
        "school.department.visit",
        "From the Visit",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    is_voice = fields.Boolean("Complaint or Suggestion", compute="_compute_is_voice")

    # The settings of the school, where its time limits look for them.
    complaint_acknowledge_hours = fields.Float(
        related="company_id.school_complaint_acknowledge_hours"
    )
    complaint_register_days = fields.Integer(
        related="company_id.school_complaint_register_days"
    )
    complaint_assign_days = fields.Integer(
        related="company_id.school_complaint_assign_days"
    )
    complaint_plan_days = fields.Integer(
        related="company_id.school_complaint_plan_days"
    )
    complaint_final_days = fields.Integer(
        "Settled Within (working days)",
        compute="_compute_complaint_final_days",
        store=True,
        precompute=True,
        aggregator=None,
    )

    _complaint_idx = models.Index(
        "(company_id, received_at) WHERE kind IN ('complaint', 'suggestion')"
    )

    @api.depends("kind")
    def _compute_is_voice(self):
        for ticket in self:
            ticket.is_voice = ticket.kind in VOICES

    @api.depends("company_id")
    def _compute_complaint_final_days(self):
        """The limit of ordinary complaints; marking it as complex writes the other."""
        for ticket in self:
            ticket.complaint_final_days = (
                ticket.company_id.sudo().school_complaint_final_days
            )

    @api.onchange("complaint_cause_id")
    def _onchange_complaint_cause_id(self):
        if self.complaint_cause_id and not self.handling_mistake:
            mistake = self.complaint_cause_id.is_handling_mistake
            self.handling_mistake = "yes" if mistake else "no"

    # Steps

    def action_complaint_register(self):
        """Ask for type and people concerned, and enter the complaint in the book."""
        self._check_complaint()
        return self._complaint_step("register", self.env._("Register the Complaint"))

    def action_complaint_assign(self):
        """Ask for the department in charge."""
        self._check_complaint()
        return self._complaint_step("assign", self.env._("Department in Charge"))

    def action_complaint_plan(self):
        """Ask for the first plan, which the complainant is told."""
        self._check_complaint()
        return self._complaint_step("plan", self.env._("First Plan"))

    def action_complaint_complex(self):
        """Ask why the longer time limit applies."""
        self._check_complaint()
        return self._complaint_step("complex", self.env._("Complex Matter"))

    def action_complaint_accused(self):
        """Ask whom the complaint is about, and why that changes."""
        self._check_complaint()
        return self._complaint_step("accused", self.env._("Whom It Is About"))

    def action_complaint_cause(self):
        """Ask for the cause that was found."""
        self._check_complaint()
        return self._complaint_step("cause", self.env._("Cause of the Complaint"))

    def action_make_improvement(self):
        """Make an improvement suggestion of it, with an owner and a decision."""
        self.ensure_one()
        self._check_handled()
        if not self.improvement_id:
            self.sudo().improvement_id = (
                self.env["school.improvement"]
                .sudo()
                .create(
                    {
                        "company_id": self.company_id.id,
                        "name": self.name,
                        "text": self.details or self.name,
                        "author_id": self.requester_user_id.id,
                        "author_name": self.requester_name,
                        "channel": "box" if self.channel == "box" else "app",
                        "department_id": self.lead_department_id.id,
                        "ticket_id": self.id,
                        "entered_by_id": self.env.uid,
                    }
                )
            )
        return self._form_of(self.improvement_id, name=self.improvement_id.name)

    def _complaint_step(self, step, name, **defaults):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "school.complaint.step",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_step": step,
                "default_ticket_id": self[:1].id,
                **{f"default_{key}_id": record.id for key, record in defaults.items()},
            },
        }

    def _check_complaint(self, open_only=True):
        """The caller works on these, and they are complaints or suggestions."""
        self._check_handled()
        for ticket in self:
            if ticket.kind not in VOICES:
                raise UserError(
                    self.env._(
                        "%(ticket)s is neither a complaint nor a suggestion.",
                        ticket=ticket.display_name,
                    )
                )
            if open_only and ticket.state in ("closed", *GONE_STATES):
                raise UserError(
                    self.env._("%(ticket)s is closed.", ticket=ticket.display_name)
                )

    def _complaint_registered(self, problem_type=None):
        """Enter complaints in the book of the school (DESK-25, one working day)."""
        self._check_complaint()
        fresh = self.filtered(lambda t: not t.complaint_registered_at).sudo()
        if not fresh:
            raise UserError(self.env._("This complaint is registered already."))
        if problem_type:
            fresh.problem_type_id = problem_type
        if any(not ticket.problem_type_id for ticket in fresh):
            raise UserError(self.env._("Choose what kind of problem it is."))
        now = fields.Datetime.now()
        fresh.write(
            {
                "complaint_registered_at": now,
                "complaint_registered_by_id": self.env.uid,
            }
        )
        fresh.filtered(lambda t: not t.acknowledged_at).acknowledged_at = now
        fresh._append_complaint_register("registered")

    def _complaint_assign(self, department, user, note):
        """Name the department in charge; it is asked and answers through the office.

        The department's person sees the complaint as a helper with a clock of his own.
        """
        self._check_complaint()
        for ticket in self.sudo():
            if not department:
                raise UserError(self.env._("Choose the department in charge."))
            user = user or department._head_users()[:1]
            if not user:
                raise UserError(
                    self.env._(
                        "“%(department)s” has no head: choose a person.",
                        department=department.name,
                    )
                )
            if user in ticket.excluded_user_ids:
                raise UserError(
                    self.env._(
                        "%(person)s is concerned by this complaint, or works "
                        "under somebody who is, and is kept out of it. Choose another "
                        "person.",
                        person=user.name,
                    )
                )
            ticket.write(
                {
                    "lead_department_id": department.id,
                    "complaint_assigned_at": fields.Datetime.now(),
                    "complaint_assigned_by_id": self.env.uid,
                }
            )
            ticket._complaint_ask_department(department, user, note)
            ticket._log_event(
                "assigned",
                value_to=department.name,
                reason=note or "",
                user=self.env.user,
            )
            ticket._append_complaint_register(
                "assigned", {"department": department.name}
            )

    def _complaint_ask_department(self, department, user, note):
        """Let a person of the department in charge work on it as a helper.

        A department that said it was not its matter is asked anew.
        """
        part = self.part_ids.filtered(
            lambda p: p.department_id == department and p.state != "refused"
        )
        if part.user_id == user:
            return
        task = note or self.company_id._school_env().env._(
            "Answer the office on this complaint."
        )
        if part:
            part.user_id = user
        else:
            self.env["school.ticket.part"].sudo().create(
                {
                    "ticket_id": self.id,
                    "department_id": department.id,
                    "user_id": user.id,
                    "task": task,
                    "asked_at": fields.Datetime.now(),
                }
            )
        if user != self.env.user:
            self.env["school.notice"]._queue(
                user.sudo(), self.display_name, task, record=self, kind="ticket"
            )

    def _complaint_plan(self, text):
        """Note the first plan and tell the complainant (DESK-25, five working days)."""
        self._check_complaint()
        self.ensure_one()
        if not (text or "").strip():
            raise UserError(self.env._("Write down what is going to be done."))
        ticket = self.sudo()
        first = not ticket.planned_at
        ticket.write(
            {
                "plan_text": text.strip(),
                "planned_by_id": self.env.uid,
                "planned_at": ticket.planned_at or fields.Datetime.now(),
            }
        )
        self._note_public_answer(
            self.env._("What we are going to do: %(plan)s", plan=text.strip()),
            self.env.user,
        )
        ticket._log_event("planned", reason=text.strip(), user=self.env.user)
        ticket._append_complaint_register("planned" if first else "plan_changed")

    def _complaint_complex(self, reason):
        """Apply the longer time limit; who did so and why stays visible."""
        self._check_complaint()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why this complaint is complex."))
        if any(ticket.is_complex for ticket in self):
            raise UserError(self.env._("It is marked as complex already."))
        for company, tickets in self.sudo().grouped("company_id").items():
            tickets.write(
                {
                    "is_complex": True,
                    "complex_reason": reason.strip(),
                    "complex_at": fields.Datetime.now(),
                    "complex_by_id": self.env.uid,
                    "complaint_final_days": company.school_complaint_complex_days,
                }
            )
        self._log_event(
            "note", value_to=self.env._("Complex"), reason=reason, user=self.env.user
        )
        self.sudo()._append_complaint_register("complex", {"reason": reason.strip()})

    def _complaint_cause(self, cause, mistake):
        """Note why there was reason to complain (DESK-17)."""
        self._check_complaint(open_only=False)
        if not cause or mistake not in ("yes", "no"):
            raise UserError(
                self.env._(
                    "Choose the cause, and say whether it was a mistake in handling."
                )
            )
        self.sudo().write({"complaint_cause_id": cause.id, "handling_mistake": mistake})
        self.sudo()._append_complaint_register(
            "cause", {"cause": cause.name, "mistake": mistake}
        )

    # Hooks of the core

    @api.model
    def _box_intake(self, company, vals_list, opened_at):
        """Register letters of a suggestion box: received when it was opened."""
        return self._intake(
            company, [{**vals, "received_at": opened_at} for vals in vals_list], "box"
        )

    def _ticket_registered(self):  # pylint: disable=missing-return
        super()._ticket_registered()
        voices = self.filtered(lambda ticket: ticket.kind in VOICES).sudo()
        voices._append_complaint_register("received")
        # Whoever writes a complaint down at the counter or from a letter has
        # registered it; what comes by itself is looked at by a person first.
        now = fields.Datetime.now()
        entered = voices.filtered(
            lambda ticket: (
                ticket.problem_type_id
                and ticket.channel not in ("app", "portal", "form", "qr", "email")
            )
        )
        for user, tickets in entered.grouped("received_by_id").items():
            tickets.write(
                {
                    "complaint_registered_at": now,
                    "complaint_registered_by_id": user.id,
                }
            )
        entered._append_complaint_register("registered")

    def _ticket_solved(self):  # pylint: disable=missing-return
        super()._ticket_solved()
        voices = self.filtered(lambda ticket: ticket.kind in VOICES).sudo()
        now = fields.Datetime.now()
        for ticket in voices:
            ticket.write(
                {
                    "complainant_told_at": now,
                    "complainant_told_by": ticket._complaint_way_to_tell(),
                }
            )
        voices._append_complaint_register("answered")

    def _complaint_way_to_tell(self):
        if self.is_anonymous:
            return "code" if self.code_ids else "none"
        reachable = self.requester_id or self.requester_email or self.requester_phone
        return "message" if reachable else "none"

    def _ticket_closed(self):  # pylint: disable=missing-return
        super()._ticket_closed()
        voices = self.filtered(lambda ticket: ticket.kind in VOICES).sudo()
        voices._append_complaint_register("closed")

    # The book

    def _append_complaint_register(self, event, extra=None):
        """Write to the register of complaints what was done, never what was said.

        The entries can never be erased, so they hold no name of a person, no text of
        the complaint and nothing that tells who made it.
        """
        for company, tickets in self.sudo().grouped("company_id").items():
            self.env["school.register"]._append(
                company,
                "complaint",
                [
                    {
                        "event": event,
                        "record": ticket,
                        "number": ticket.number,
                        "payload": {**ticket._complaint_payload(), **(extra or {})},
                    }
                    for ticket in tickets
                ],
            )

    def _complaint_payload(self):
        self.ensure_one()
        return {
            "kind": self.kind,
            "channel": self.channel,
            "type": self.problem_type_id.with_context(lang="en_US").name or None,
            "department": self.lead_department_id.name or None,
            "anonymous": self.is_anonymous,
            "state": self.state,
        }

    @api.model
    def _complaint_domain(self, company, first, last):
        """Complaints and suggestions of a school received in a span of moments."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("kind", "in", VOICES)
            & Domain("received_at", ">=", first)
            & Domain("received_at", "<", last)
            & Domain("state", "not in", ("void", "merged"))
        )
