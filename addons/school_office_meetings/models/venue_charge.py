from odoo import models
from odoo.exceptions import UserError

ADMINISTRATOR = "school_office_meetings.group_venue_administrator"


class SchoolVenue(models.Model):
    """Who is in charge of a room, and who may book it."""

    _inherit = "school.venue"

    def _administrators(self):
        """Who prepares this room and takes it back: named people, else the post."""
        self.ensure_one()
        # sudo: staff need not read the holders of a post
        venue = self.sudo()
        return (
            venue.administrator_ids
            or venue.pool_id.administrator_ids
            or self.env["school.post"]
            .sudo()
            ._find(venue.company_id, "venue_administrator")
            ._users()
        ).sudo(self.env.su)

    def _kept(self):
        """Return those of these rooms that the user keeps: by group, name or post."""
        user = self.env.user
        if self.env.su:
            return self
        if user.has_group(ADMINISTRATOR):
            return self.filtered(
                lambda venue: venue.sudo().company_id in self.env.companies
            )
        # sudo: staff need not read the holders of a post; once for each school
        Post = self.env["school.post"].sudo()
        holders = {
            company: Post._find(company, "venue_administrator")._users()
            for company in self.sudo().company_id
        }
        return self.filtered(
            lambda venue: (
                user
                in (
                    venue.sudo().administrator_ids
                    or venue.sudo().pool_id.administrator_ids
                    or holders[venue.sudo().company_id]
                )
            )
        )

    def _is_office(self):
        """Whether the user keeps all of these rooms."""
        return self._kept() == self

    def _may_book(self):
        """Return those of these rooms that the user may ask for at all."""
        user = self.env.user
        kept = self._kept()
        mine = self.env["hr.department"]
        if any(venue.who_books == "departments" for venue in self):
            mine = user.sudo()._school_departments(self.env.company).get(user, mine)
        return self.filtered(
            lambda venue: (
                venue.who_books == "staff"
                or (
                    venue.who_books == "departments"
                    and venue.sudo().department_ids & mine
                )
                or venue in kept
            )
        )

    def _check_keeper(self):
        self.check_access("read")
        if not self._is_office():
            raise UserError(
                self.env._("Only the office and the venue administrators do this.")
            )
