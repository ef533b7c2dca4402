from odoo import fields, models
from odoo.exceptions import UserError


class SchoolMeetingResolution(models.Model):
    """What stands in the way of a resolution is taken up by the desk (MTG-27)."""

    _inherit = "school.meeting.resolution"

    _server_fields = frozenset({"ticket_id"})
    _frozen_exempt_fields = frozenset({"ticket_id"})

    ticket_id = fields.Many2one(
        "school.ticket",
        "Coordination Request",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
    )

    def action_coordinate(self):
        """Ask the desk to coordinate what stands in the way."""
        self.ensure_one()
        self.check_access("read")
        self._check_owner()
        resolution = self.sudo()
        if not resolution.has_problem:
            raise UserError(self.env._("Say first what stands in the way."))
        if resolution.is_marked:
            raise UserError(
                self.env._(
                    "This resolution is confidential: settle it with the chair, not at "
                    "the service desk."
                )
            )
        if resolution.ticket_id.is_open:
            raise UserError(
                self.env._(
                    "The desk is at it already: %(number)s.",
                    number=resolution.ticket_id.number,
                )
            )
        ticket = self.env["school.ticket"]._intake(
            resolution.company_id, [self._prepare_ticket_vals()], "app"
        )
        resolution.ticket_id = ticket
        return True

    def _prepare_ticket_vals(self):
        self.ensure_one()
        resolution = self.sudo()
        service = self.env["school.service"].sudo()
        return {
            "service": service.search(
                [
                    ("company_id", "=", resolution.company_id.id),
                    ("code", "=", "coordination"),
                ],
                limit=1,
            ),
            "name": resolution.name,
            "details": "\n".join(
                (
                    resolution.problem_note or "",
                    self.env._(
                        "From the resolution %(number)s, due on %(date)s.",
                        number=resolution.display_name,
                        date=resolution.due_date or "–",
                    ),
                )
            ),
            "answers": {
                "departments": resolution.department_id.name
                or self.env._("to be found out")
            },
            "requester_user_id": self.env.uid,
        }

    def action_open_ticket(self):
        """Open the coordination request, if one may."""
        self.ensure_one()
        self.check_access("read")
        self.ticket_id.check_access("read")
        return self._form_of(self.ticket_id)

    def _tell_coordinated(self):
        """The owner hears what the coordination came to (superuser)."""
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": resolution.owner_id,
                    "subject": lambda env, resolution=resolution: env._(
                        "Coordinated: %(name)s", name=resolution.name
                    ),
                    "body": resolution.ticket_id.solution or "",
                    "record": resolution,
                    "kind": "resolution",
                }
                for resolution in self
                if resolution.has_problem
            ]
        )
