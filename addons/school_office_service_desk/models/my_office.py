from odoo import api, models
from odoo.fields import Domain


class SchoolMyOffice(models.AbstractModel):
    """The desk on the page every employee lands in: what I asked, what I work on."""

    _inherit = "school.my.office"

    @api.model
    def _sections(self):
        return [
            *super()._sections(),
            self._section_desk_tickets(),
            *self._sections_desk_parts(),
            *self._sections_desk_requests(),
        ]

    @api.model
    def _quick_actions(self):
        return [
            *super()._quick_actions(),
            {
                "key": "ask_office",
                "label": self.env._("Ask the Office"),
                "icon": "fa-life-ring",
                "action": "school_office_service_desk.service_action_ask",
                "sequence": 5,
            },
        ]

    def _section_desk_tickets(self):
        return self._ticket_section(
            "desk_tickets",
            self.env._("Requests I Work On"),
            Domain("is_open", "=", True) & Domain("is_mine", "=", True),
            sequence=20,
            icon="fa-life-ring",
            action="school_office_service_desk.ticket_action_mine",
            counter=self.env._("requests"),
        )

    def _sections_desk_parts(self):
        """The shares of requests for which the user or his department was asked."""

        def item(part):
            label, method = (
                (self.env._("We Do It"), "action_accept")
                if part.state == "asked"
                else (self.env._("Done"), "action_finish")
            )
            return self._item(
                f"part-{part.id}",
                part.task,
                part.ticket_id.sudo().display_name,
                open_method=(part._name, part.id, "action_open_ticket"),
                deadline_info=part.deadline_info,
                deadline_state=part.deadline_state,
                buttons=[self._button(label, part._name, part.ids, method, True)],
            )

        section = self._list_section(
            self.env["school.ticket.part"],
            Domain("state", "in", ("asked", "accepted", "working"))
            & Domain("is_mine", "=", True),
            item,
            key="desk_parts",
            title=self.env._("Shares of My Department"),
            sequence=21,
            icon="fa-puzzle-piece",
            action="school_office_service_desk.ticket_part_action",
            counter=self.env._("shares"),
        )
        return [section] if section["count"] else []

    def _sections_desk_requests(self):
        """What the user asked for: what waits for himself stands above the rest."""
        asked = Domain("is_requester", "=", True)
        turn = asked & (
            Domain("state", "=", "solved")
            | Domain("state", "=", "waiting")
            & Domain("waiting_reason_id.asks_requester", "=", True)
        )
        mine = self._ticket_section(
            "desk_answers",
            self.env._("Your Answer to the Office"),
            turn,
            sequence=15,
            icon="fa-reply",
            action=None,
            counter=self.env._("to answer"),
            asked=True,
        )
        return [
            *([mine] if mine["count"] else []),
            self._ticket_section(
                "desk_requests",
                self.env._("What I Asked For"),
                asked
                & Domain(
                    "state",
                    "in",
                    ("new", "assigned", "in_progress", "waiting", "solved"),
                ),
                sequence=45,
                icon="fa-comment-o",
                action="school_office_service_desk.ticket_action_requests",
                counter=self.env._("asked"),
                column="asked",
                asked=True,
            ),
        ]

    def _ticket_section(self, key, title, domain, asked=False, **card):
        Ticket = self.env["school.ticket"]
        states = dict(Ticket._fields["state"]._description_selection(self.env))

        def item(ticket):
            who = "" if asked else ticket.requester_name
            return self._item(
                f"{key}-{ticket.id}",
                ticket.name,
                " · ".join(filter(None, (ticket.number, who))),
                open_record=("school.ticket", ticket.id),
                deadline_info=ticket.deadline_info,
                deadline_state=ticket.deadline_state,
                urgent=ticket.is_red,
                badge=states[ticket.state],
                buttons=[
                    self._button(
                        self.env._("It Is Done"),
                        "school.ticket",
                        ticket.ids,
                        "action_confirm",
                        said=self.env._("Thank you. The request is closed."),
                    )
                ]
                if key == "desk_answers" and ticket.state == "solved"
                else (),
            )

        return self._list_section(Ticket, domain, item, key=key, title=title, **card)
