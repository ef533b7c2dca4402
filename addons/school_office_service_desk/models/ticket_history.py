from odoo import api, fields, models


class SchoolTicket(models.Model):
    """The history of a ticket: rows that are only ever added."""

    _inherit = "school.ticket"

    event_ids = fields.One2many(
        "school.ticket.event", "ticket_id", "History", readonly=True
    )

    def _log_event(
        self, kind, value_from="", value_to="", reason="", user=None, **extra
    ):
        """Add one row of history to each ticket, in one query."""
        return self._log_events(
            [
                {
                    "ticket_id": ticket.id,
                    "kind": kind,
                    "value_from": value_from,
                    "value_to": value_to,
                    "reason": reason,
                    **extra,
                }
                for ticket in self
            ],
            user=user,
        )

    @api.model
    def _log_events(self, rows, user=None, later=False):
        """Add rows of history; nobody but the server's own steps writes them.

        :param later: with other rows, at the end of the work under way (see
            ``tools/rows.py`` of the base); no rows are returned
        """
        if not rows:
            return self.env["school.ticket.event"]
        user = self.env.user if user is None else user
        # The robot and the public page are nobody.
        user_id = False if user._is_superuser() or not user._is_internal() else user.id
        now = fields.Datetime.now()
        Ticket = self.sudo()
        rows = [
            {
                "company_id": Ticket.browse(row["ticket_id"]).company_id.id,
                "at": now,
                "user_id": user_id,
                "value_from": False,
                "value_to": False,
                "reason": False,
                "old_handler_id": False,
                **row,
            }
            for row in rows
        ]
        Event = self.env["school.ticket.event"].sudo()
        if later:
            Event._add_facts_later(rows)
            return Event
        return Event._add_facts(rows)
