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
            self._section_desk_requests(),
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

    def _section_desk_requests(self):
        return self._ticket_section(
            "desk_requests",
            self.env._("What I Asked For"),
            Domain(
                "state", "in", ("new", "assigned", "in_progress", "waiting", "solved")
            )
            & Domain("is_requester", "=", True),
            sequence=45,
            icon="fa-comment-o",
            action="school_office_service_desk.ticket_action_requests",
            counter=self.env._("asked"),
            column="asked",
        )

    def _ticket_section(self, key, title, domain, **card):
        Ticket = self.env["school.ticket"]
        states = dict(Ticket._fields["state"]._description_selection(self.env))

        def item(ticket):
            who = "" if card.get("column") == "asked" else ticket.requester_name
            return self._item(
                f"{key}-{ticket.id}",
                ticket.name,
                " · ".join(filter(None, (ticket.number, who))),
                open_record=("school.ticket", ticket.id),
                deadline_info=ticket.deadline_info,
                deadline_state=ticket.deadline_state,
                urgent=ticket.is_red,
                badge=states[ticket.state],
            )

        return self._list_section(Ticket, domain, item, key=key, title=title, **card)
