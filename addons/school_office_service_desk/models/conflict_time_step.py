from odoo import api, models


class SchoolTimeStep(models.Model):
    _inherit = "school.time.step"

    def _users(self, clock, record):
        """Nobody is chased about, or told of, a complaint that is kept from him."""
        users = super()._users(clock, record)
        ticket = _ticket_of(record)
        if not ticket.has_accused:
            return users
        left = users - ticket.excluded_user_ids
        if not left:
            left = ticket._complaint_dealers()
        return left.sudo()


class SchoolTimeReminder(models.Model):
    _inherit = "school.time.reminder"

    @api.model
    def _find_people(self, todo, records):
        """A deputy stands in for everything but what is kept from himself."""
        people = super()._find_people(todo, records)
        for index, users in people.items():
            ticket = _ticket_of(records[todo[index][1]])
            if ticket.has_accused:
                people[index] = users - ticket.excluded_user_ids
        return people


def _ticket_of(record):
    """The ticket that a record is or belongs to, in superuser mode, or none."""
    record = record.sudo()
    if record._name == "school.ticket":
        return record
    field = record._fields.get("ticket_id")
    if field and field.comodel_name == "school.ticket":
        return record.ticket_id
    return record.env["school.ticket"]
