from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class SchoolTicketPart(models.Model):
    """The share of one department in a ticket (主办/协办), with a clock of its own.

    The time is counted for whoever holds the part, so a late ticket names the stage
    and not only the last person (DESK-12).
    """

    _name = "school.ticket.part"
    _description = "Share of a Department"
    _inherit = ["school.clock.mixin", "school.ticket.line"]
    _order = "ticket_id, is_lead desc, id"
    _rec_name = "task"
    _clock_holder_fields = ("user_id", "department_id")

    # An index of more columns begins with it.
    ticket_id = fields.Many2one(index=False)
    department_id = fields.Many2one(
        "hr.department",
        required=True,
        index=True,
        readonly=True,
        check_company=True,
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    is_lead = fields.Boolean("Leads", readonly=True)
    task = fields.Char("What to Do", required=True, readonly=True)
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("accepted", "Accepted"),
            ("working", "Working"),
            ("done", "Done"),
            ("refused", "Refused"),
        ],
        "Status",
        required=True,
        readonly=True,
        default="asked",
        index=True,
    )
    asked_at = fields.Datetime("Asked on", readonly=True)
    accepted_at = fields.Datetime("Accepted on", readonly=True)
    done_at = fields.Datetime("Done on", readonly=True)
    result = fields.Text(readonly=True)
    is_mine = fields.Boolean(
        "Of My Department", compute="_compute_is_mine", search="_search_is_mine"
    )

    _order_idx = models.Index("(ticket_id, is_lead DESC, id)")
    _department_uniq = models.UniqueIndex(
        "(ticket_id, department_id) WHERE state <> 'refused'",
        "This department is involved already.",
    )

    @api.model
    def _all_server_fields(self):
        return frozenset(self._fields) - {"company_id", "display_name"}

    @api.depends_context("uid")
    @api.depends("user_id", "department_id")
    def _compute_is_mine(self):
        me = self.env.user
        heads = self.department_id._heads()
        for part in self:
            part.is_mine = me in (
                part.user_id | heads.get(part.department_id, part.user_id)
            )

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        led = self.env["hr.department"]._led_by(self.env.user)
        return Domain("user_id", "=", self.env.uid) | Domain(
            "department_id", "in", led.ids
        )

    def action_open_ticket(self):
        """Open the request to which this share belongs."""
        self.ensure_one()
        self.check_access("read")
        return self.ticket_id.get_formview_action()

    def _clock_responsible_users(self):
        people = self.user_id or self.department_id._head_users()
        return people - self.sudo().ticket_id.excluded_user_ids

    def _check_mine(self):
        self.check_access("read")
        others = self.filtered(lambda part: not part.is_mine)
        if others and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(department)s answers for this part: its head or the person "
                    "named.",
                    department=others[0].department_id.sudo().name,
                )
            )

    def _check_unfinished(self):
        """What is done or refused stays so, whatever a page still shows."""
        ended = self.filtered(lambda part: part.state in ("done", "refused"))
        if ended:
            raise UserError(
                self.env._(
                    "The share of %(department)s is finished.",
                    department=ended[0].department_id.sudo().name,
                )
            )

    def action_accept(self):
        """Our department does it."""
        self._check_mine()
        self._check_unfinished()
        asked = self.filtered(lambda part: part.state == "asked")
        asked.sudo().write(
            {
                "state": "working",
                "accepted_at": fields.Datetime.now(),
            }
        )
        for part in asked.sudo().filtered(lambda p: not p.user_id):
            part.user_id = self.env.uid
        return True

    def action_finish(self):
        """Our share is done; see ``_finish``."""
        self.ensure_one()
        self._check_mine()
        self._check_unfinished()
        return self.ticket_id._step_dialog(
            "part_done", self.env._("Our Share Is Done")
        ) | {
            "context": {
                "default_step": "part_done",
                "default_ticket_ids": [fields.Command.set(self.ticket_id.ids)],
                "default_part_id": self.id,
            }
        }

    def action_refuse(self):
        """It is not ours; the desk is told why. See ``_refuse``."""
        self.ensure_one()
        self._check_mine()
        self._check_unfinished()
        return self.ticket_id._step_dialog("part_refuse", self.env._("Not Ours")) | {
            "context": {
                "default_step": "part_refuse",
                "default_ticket_ids": [fields.Command.set(self.ticket_id.ids)],
                "default_part_id": self.id,
            }
        }

    def _finish(self, result):
        self._check_mine()
        self._check_unfinished()
        result = (result or "").strip()
        if not result:
            raise UserError(self.env._("Write down what was done."))
        now = fields.Datetime.now()
        for part in self.sudo():
            part.write(
                {
                    "state": "done",
                    "done_at": now,
                    "accepted_at": part.accepted_at or now,
                    "user_id": part.user_id.id or self.env.uid,
                    "result": result,
                }
            )
            part.ticket_id._log_event(
                "part", value_to=part.department_id.name, reason=result
            )
        self.sudo().ticket_id._notify_handler(result)
        return True

    def _refuse(self, reason):
        self._check_mine()
        self._check_unfinished()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason stays with the request."))
        for part in self.sudo():
            part.write({"state": "refused", "result": reason})
            part.ticket_id._log_event(
                "part", value_from=part.department_id.name, reason=reason
            )
        self.sudo().ticket_id._notify_handler(reason)
        return True


class SchoolTicket(models.Model):
    _inherit = "school.ticket"

    part_ids = fields.One2many(
        "school.ticket.part", "ticket_id", "Departments Involved", readonly=True
    )

    def _end_shares(self):
        """Chase nobody for his share of what is over (superuser)."""
        unfinished = self.part_ids.filtered(
            lambda part: part.state in ("asked", "accepted", "working")
        )
        for company, parts in unfinished.grouped("company_id").items():
            env = company._school_env().env
            parts.write(
                {
                    "state": "done",
                    "done_at": fields.Datetime.now(),
                    "result": env._("The request was ended before this share."),
                }
            )

    def action_involve(self):
        """Ask another department to help; see ``_involve``."""
        self._check_handled()
        self._check_state_in("new", "assigned", "in_progress", "waiting")
        return self._step_dialog("involve", self.env._("Involve a Department"))

    def _involve(self, department, task, user=None, lead=False):
        """Give a department its share of these tickets, with its own clock."""
        self._check_handled()
        self._check_state_in("new", "assigned", "in_progress", "waiting")
        task = (task or "").strip()
        if not department or not task:
            raise UserError(self.env._("Name the department and what it is to do."))
        if department.sudo().company_id != self.sudo().company_id:
            raise UserError(self.env._("Choose a department of this school."))
        if user and (
            user.share or self.sudo().company_id not in user.sudo().company_ids
        ):
            raise UserError(self.env._("Choose a colleague of the department."))
        people = user or department.sudo()._head_users()
        if people & self.sudo().excluded_user_ids:
            raise UserError(self.env._("Choose somebody else for this request."))
        now = fields.Datetime.now()
        if lead:
            self.sudo().part_ids.filtered("is_lead").write({"is_lead": False})
            self.sudo().write({"lead_department_id": department.id})
        parts = (
            self.env["school.ticket.part"]
            .sudo()
            .create(
                [
                    {
                        "ticket_id": ticket.id,
                        "department_id": department.id,
                        "user_id": user.id if user else False,
                        "task": task[:300],
                        "is_lead": lead,
                        "asked_at": now,
                    }
                    for ticket in self
                ]
            )
        )
        self._log_event("part", value_to=department.sudo().name, reason=task)
        for part in parts:
            self.env["school.notice"]._queue(
                people.sudo(),
                part.ticket_id.display_name,
                task,
                record=part.ticket_id,
                kind="ticket",
            )
        return parts
