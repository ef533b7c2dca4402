from odoo import api, models
from odoo.fields import Domain

SHOWN = 5


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
            asked=True,
        )

    def _ticket_section(
        self, key, title, domain, *, sequence, icon, action, counter, asked=False
    ):
        """A card of requests; two queries, whatever there is."""
        Ticket = self.env["school.ticket"]
        domain &= Domain("company_id", "in", self.env.companies.ids)
        count = late = 0
        for state, number in Ticket._read_group(
            domain, ["deadline_state"], ["__count"]
        ):
            count += number
            late += number if state == "late" else 0
        tickets = Ticket.search(domain, limit=SHOWN) if count else Ticket
        states = dict(Ticket._fields["state"]._description_selection(self.env))
        return self._section(
            key,
            title,
            sequence=sequence,
            icon=icon,
            column="asked" if asked else "todo",
            count=count,
            late=late,
            counter=counter,
            items=[
                self._item(
                    f"{key}-{ticket.id}",
                    ticket.name,
                    " · ".join(filter(None, (ticket.number, ticket.requester_name)))
                    if not asked
                    else ticket.number,
                    open_record=("school.ticket", ticket.id),
                    deadline_info=ticket.deadline_info,
                    deadline_state=ticket.deadline_state,
                    urgent=ticket.is_red,
                    badge=states[ticket.state],
                )
                for ticket in tickets
            ],
            action=action,
        )
