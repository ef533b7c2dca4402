from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..tools import sampling


class SchoolDeskCallback(models.Model):
    """A requester who stayed silent is called: was it really solved? (回访)

    Silence counts as yes in the resolution rate, so a part of the silent ones is asked.
    Whoever handled the ticket does not make the call.
    """

    _name = "school.desk.callback"
    _description = "Call-back"
    _inherit = ["school.clock.mixin", "school.record"]
    _order = "state, id desc"
    _rec_name = "ticket_number"
    _server_fields = frozenset(
        {
            "ticket_id",
            "ticket_number",
            "sample_id",
            "state",
            "is_solved",
            "note",
            "called_at",
            "called_by_id",
            "barred_user_ids",
        }
    )
    _clock_holder_fields = ()

    ticket_id = fields.Many2one(
        "school.ticket",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    ticket_number = fields.Char("Number", readonly=True)
    ticket_name = fields.Char(related="ticket_id.name", string="Matter")
    requester_name = fields.Char(related="ticket_id.requester_name")
    requester_phone = fields.Char(related="ticket_id.requester_phone")
    solution = fields.Text(related="ticket_id.solution")
    closed_at = fields.Datetime(related="ticket_id.closed_at")
    sample_id = fields.Many2one(
        "school.desk.sample",
        "Month",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    state = fields.Selection(
        [
            ("open", "To Call"),
            ("reached", "Reached"),
            ("unreached", "Not Reached"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    is_solved = fields.Selection(
        [("yes", "Solved"), ("no", "Not Solved")],
        "What the Requester Says",
        readonly=True,
    )
    note = fields.Text("In Words", readonly=True)
    called_at = fields.Datetime("Called On", readonly=True)
    called_by_id = fields.Many2one("res.users", readonly=True)
    barred_user_ids = fields.Many2many(
        "res.users",
        "school_desk_callback_barred_rel",
        "callback_id",
        "user_id",
        "Worked on It",
        readonly=True,
    )

    _ticket_uniq = models.UniqueIndex("(ticket_id)")

    def _is_deletable(self):
        return False

    def _clock_responsible_users(self):
        self.ensure_one()
        Post = self.env["school.post"]
        return Post._find(self.company_id, "coordination")._users()

    @api.model
    def _draw(self, company, sample):
        """Draw whom to call among those who stayed silent in the month of a sample."""
        start, stop = company._school_span(sample.date_from, sample.date_to)
        tickets = (
            self.env["school.ticket"]
            .sudo()
            .search(
                Domain("company_id", "=", company.id)
                & Domain("state", "=", "closed")
                & Domain("closed_at", ">=", start)
                & Domain("closed_at", "<", stop)
                & Domain("confirmed_at", "=", False)
                & Domain("phoned_at", "=", False)
                & Domain("requester_phone", "!=", False)
                & Domain("is_restricted", "=", False),
                order="id",
            )
            .filtered(lambda ticket: not ticket.rating_last_value)
        )
        tickets -= self.sudo().search([("ticket_id", "in", tickets.ids)]).ticket_id
        size = sampling.sample_size(len(tickets), company.school_desk_callback_share)
        drawn = tickets.browse(
            sampling.draw(
                f"{sample.seed_secret}:callback",
                {ticket.id: (ticket.service_id.id,) for ticket in tickets},
                size,
            )
        )
        return self.sudo().create(
            [
                {
                    "company_id": company.id,
                    "ticket_id": ticket.id,
                    "ticket_number": ticket.number,
                    "sample_id": sample.id,
                    "barred_user_ids": [
                        Command.set((ticket.handler_id | ticket.part_ids.user_id).ids)
                    ],
                }
                for ticket in drawn
            ]
        )

    def action_reached(self):
        """Open the dialog of a call that was answered."""
        return self._step("reached", self.env._("What the Requester Says"))

    def action_unreached(self):
        """Open the dialog of a call that was not answered."""
        return self._step("unreached", self.env._("Not Reached"))

    def _step(self, step, title):
        self.check_access("read")
        return self._dialog(
            "school.desk.quality.step", title, callback_ids=self.ids, step=step
        )

    def _answer(self, reached, is_solved, note):
        """Record a call; the caller has nothing to do with the ticket."""
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(
            "school_office_service_desk.group_desk_agent"
        ):
            raise AccessError(self.env._("Only the service desk makes these calls."))
        for callback in self:
            if callback.state != "open" and not (
                callback.state == "unreached" and reached
            ):
                raise UserError(self.env._("This call has been made."))
            if self.env.user in callback.barred_user_ids:
                raise AccessError(
                    self.env._("Whoever worked on the ticket does not call back.")
                )
        if reached and not is_solved:
            raise UserError(self.env._("Say whether it is solved for the requester."))
        if not (note or "").strip():
            raise UserError(self.env._("Say in a few words what the call has given."))
        self.sudo().write(
            {
                "state": "reached" if reached else "unreached",
                "is_solved": is_solved if reached else False,
                "note": note,
                "called_at": fields.Datetime.now(),
                "called_by_id": self.env.uid,
            }
        )
