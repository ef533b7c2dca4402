from odoo import api, fields, models
from odoo.exceptions import UserError

OVER = ("ended", "closed", "cancelled")


class SchoolMeetingTask(models.Model):
    """A fault on the check list becomes a request at the desk (MTG-09)."""

    _inherit = "school.meeting.task"

    _server_fields = frozenset({"ticket_id"})

    ticket_id = fields.Many2one(
        "school.ticket",
        "Request at the Desk",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )
    ticket_text = fields.Char(
        "At the Desk", compute="_compute_ticket_text", compute_sudo=True
    )

    @api.depends("ticket_id.number", "ticket_id.state")
    def _compute_ticket_text(self):
        """Number and step, also for who may not open the request itself."""
        states = dict(
            self.env["school.ticket"]._fields["state"]._description_selection(self.env)
        )
        for task in self:
            ticket = task.ticket_id
            task.ticket_text = (
                f"{ticket.number or ''} {states[ticket.state]}".strip()
                if ticket
                else False
            )

    def action_report_fault(self):
        """Report the faults at the service desk, each once."""
        self._check_tick()
        wrong = self.filtered(lambda task: task.state != "fault")
        if wrong:
            raise UserError(
                self.env._("Tick “%(row)s” as faulty first.", row=wrong[0].name)
            )
        # sudo: the link is the server's; a request in hand is enough
        todo = self.sudo().filtered(lambda task: not task._reported())
        for company, tasks in todo.grouped("company_id").items():
            tickets = self.env["school.ticket"]._intake(
                company, [task._prepare_ticket_vals() for task in tasks], "app"
            )
            for task, ticket in zip(tasks, tickets, strict=True):
                task.ticket_id = ticket
        return True

    def _reported(self):
        return bool(self.ticket_id) and self.ticket_id.is_open

    def _prepare_ticket_vals(self):
        """What the desk is told: of a restricted meeting only when and where."""
        self.ensure_one()
        meeting = self.meeting_id
        lines = [self.fault_note or self.name]
        if meeting.start:
            start = self.company_id._worktime().local(meeting.start)
            lines.append(
                self.env._(
                    "Needed for a meeting on %(start)s.",
                    start=start.strftime("%Y-%m-%d %H:%M"),
                )
            )
        if not meeting.is_restricted:
            lines.append(self.env._("Meeting: %(name)s", name=meeting.name))
        place = meeting._element_place()
        if place:
            lines.append(self.env._("Place: %(place)s", place=place))
        vals = {
            "service": self._fault_service(),
            "name": self.env._("Fault: %(what)s", what=self.name),
            "details": "\n".join(lines),
            "requester_user_id": self.env.uid,
            "attachments": [(file.name, file.raw) for file in self.attachment_ids],
        }
        venue = meeting._meeting_venue()
        if venue and venue.place_id:
            vals["place_id"] = venue.place_id.id
        if meeting.state not in OVER and meeting.start:
            vals["needed_by"] = meeting.start
        return vals

    def _fault_service(self):
        code = "repair_equipment" if self.kind == "equipment" else "general"
        return (
            self.env["school.service"]
            .sudo()
            .search(
                [("company_id", "=", self.company_id.id), ("code", "=", code)], limit=1
            )
        )

    def action_open_ticket(self):
        """Open the request, if one may."""
        self.ensure_one()
        self.check_access("read")
        self.ticket_id.check_access("read")
        return self._form_of(self.ticket_id)

    def _look_again(self):
        """Mended: somebody looks once more before the meeting (superuser)."""
        tasks = self.filtered(
            lambda task: task.state == "fault" and task.meeting_id.state not in OVER
        )
        tasks.write({"state": "open", "ticked_at": False, "ticked_by_id": False})
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": task.responsible_ids | task.meeting_id.organizer_id,
                    "subject": lambda env, task=task: env._(
                        "Mended, please check again: %(what)s", what=task.name
                    ),
                    "body": task.meeting_id._element_place() or "",
                    "record": task,
                    "kind": "meeting_fault",
                }
                for task in tasks
            ]
        )
