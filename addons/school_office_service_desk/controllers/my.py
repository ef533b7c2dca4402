from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request

from ..models.desk_public_submit import TooManyError
from .desk import DeskController, desk_route


class DeskMyTickets(DeskController):
    """What a requester sees of his requests: signed in, or by the link of one."""

    @desk_route("/my/tickets", "GET", auth="user")
    def my_tickets(self, page="1", **kwargs):
        desk = self._desk()
        number = max(1, int(page)) if page.isdecimal() and len(page) < 6 else 1
        tickets, more = desk._my_tickets(request.env.user, number)
        lines = [desk._ticket_line(ticket) for ticket in tickets]
        company = request.env.company.sudo()
        return self._page(
            "desk_my_tickets",
            {
                "title": request.env._("My requests"),
                "tickets": lines,
                "groups": [
                    {
                        "name": request.env._("Under way"),
                        "tickets": [line for line in lines if line["is_open"]],
                    },
                    {
                        "name": request.env._("Finished"),
                        "tickets": [line for line in lines if not line["is_open"]],
                    },
                ],
                "pager": {
                    "before": f"/my/tickets?page={number - 1}" if number > 1 else "",
                    "after": f"/my/tickets?page={number + 1}" if more else "",
                },
                "desks": desk._desks(request.env.user),
            },
            school=company if company.is_school else None,
        )

    @desk_route("/my/tickets/<int:ticket_id>", "GET")
    def my_ticket(self, ticket_id, access_token="", new="", done="", **kwargs):
        ticket, by_link = self._find_ticket(ticket_id, access_token)
        if not ticket:
            return self._not_yours(ticket_id)
        return self._ticket_page(ticket, by_link, fresh=bool(new), done=done)

    @desk_route("/my/tickets/<int:ticket_id>/answer", "POST")
    def my_answer(self, ticket_id, access_token="", text="", **kwargs):
        def act(ticket, by_link):
            if not ticket._may_answer():
                raise UserError(request.env._("This request is closed."))
            desk = self._desk()
            errors = {}
            files = desk._read_files(
                ticket.sudo().service_id, self._posted()[1], errors
            )
            if errors:
                raise UserError(errors["files"])
            if not text.strip() and not files:
                raise UserError(request.env._("Write something."))
            ticket._requester_answers(text[:5000], files)

        return self._act("answer", ticket_id, access_token, act)

    @desk_route("/my/tickets/<int:ticket_id>/confirm", "POST")
    def my_confirm(self, ticket_id, access_token="", **kwargs):
        def act(ticket, by_link):
            if by_link:
                ticket._check_state_in("solved")
                ticket._confirm(ticket.requester_id)
            else:
                ticket.action_confirm()

        return self._act("confirm", ticket_id, access_token, act)

    @desk_route("/my/tickets/<int:ticket_id>/reopen", "POST")
    def my_reopen(self, ticket_id, access_token="", reason="", **kwargs):
        return self._act(
            "reopen",
            ticket_id,
            access_token,
            lambda ticket, by_link: ticket._reopen(reason[:2000]),
        )

    @desk_route("/my/tickets/<int:ticket_id>/rate", "POST")
    def my_rate(self, ticket_id, access_token="", score="", **kwargs):
        def act(ticket, by_link):
            ticket._rate(int(score) if score in "12345" and score else 0)

        return self._act("rate", ticket_id, access_token, act)

    def _find_ticket(self, ticket_id, access_token):
        """Return ``(ticket, whether by its link)``; the ticket is empty if neither.

        By the link in superuser mode, since its holder may have no right on any table;
        else with the rights of whoever is signed in.
        """
        desk = self._desk()
        if access_token:
            return desk._by_link(ticket_id, access_token), True
        return desk._as_requester(request.env.user, ticket_id), False

    def _not_yours(self, ticket_id):
        user = request.env.user
        if user._is_internal() and user.has_group(
            "school_office_service_desk.group_desk_agent"
        ):
            # A colleague followed the link of a mail: his place is the backend, which
            # has its own rules.
            return self._go(f"/odoo/school.ticket/{ticket_id}")
        return self._unknown()

    def _act(self, name, ticket_id, access_token, act):
        """Do one thing as the requester, and show what came of it."""
        ticket, by_link = self._find_ticket(ticket_id, access_token)
        if not ticket:
            return self._unknown()
        company = ticket.sudo().company_id
        desk = self._desk()
        if desk._is_closed(company):
            return self._closed(company)
        try:
            desk._count(company, request.env.user, self._address())
        except TooManyError as error:
            return self._too_many(error, company)
        try:
            with request.env.cr.savepoint():
                act(ticket, by_link)
        except (AccessError, UserError, ValidationError) as error:
            ticket.invalidate_recordset()
            return self._ticket_page(ticket, by_link, problem=error.args[0])
        query = f"access_token={access_token}&" if by_link else ""
        return self._go(f"/my/tickets/{ticket_id}?{query}done={name}")

    def _ticket_page(self, ticket, by_link, fresh=False, done="", problem=""):
        desk = self._desk()
        values = desk._ticket_values(ticket, by_link, fresh)
        return self._page(
            "desk_ticket",
            {
                "title": values["number"],
                "ticket": values,
                "notice": self._notice(done),
                "problem": problem,
                "chosen": 0,
            },
            400 if problem else 200,
            ticket.sudo().company_id,
        )

    def _notice(self, done):
        match done:
            case "answer":
                return request.env._("The office has your message.")
            case "confirm":
                return request.env._("Thank you. The request is closed.")
            case "reopen":
                return request.env._(
                    "It is open again; the office looks at it once more."
                )
            case "rate":
                return request.env._("Thank you for your rating.")
        return ""
