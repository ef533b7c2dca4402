from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain


class SchoolTicket(models.Model):
    """When other people are concerned, or work under others, the rights follow."""

    _inherit = "school.ticket"

    def _complaint_accuse(self, users, reason):
        """Say whom the complaint is about; the rights follow at once."""
        self._check_complaint(open_only=False)
        self.ensure_one()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the people concerned change."))
        ticket = self.sudo()
        self._check_accused(ticket.company_id, users.ids)
        if self.env.user in users and self.env.user not in ticket.accused_user_ids:
            # He may say so, and is out from here on.
            ticket._log_event("note", reason=self.env._("Declares to be concerned."))
        before = ticket.accused_user_ids
        ticket.accused_user_ids = users
        ticket._conflict_apply()
        ticket._log_event(
            "note",
            value_from=", ".join(before.mapped("name")),
            value_to=", ".join(users.mapped("name")),
            reason=reason.strip(),
            user=self.env.user,
        )
        ticket._append_complaint_register("accused", {"people": len(users)})

    def _conflict_apply(self, only_add=False):
        """Work out anew who is kept out and who deals with it (superuser)."""
        for company, tickets in self.grouped("company_id").items():
            subordinates = self._subordinates(
                company, set(tickets.accused_user_ids.ids)
            )
            readers = self._complaint_readers(company)
            alike = defaultdict(self.browse)
            changes = {}
            for ticket in tickets:
                found = ticket._conflict_changes(subordinates, readers, only_add)
                if found:
                    key = repr(found)
                    alike[key] |= ticket
                    changes[key] = found
            for key, concerned in alike.items():
                vals, excluded = changes[key]
                concerned.write(vals)
                concerned._conflict_take_away(excluded)

    def _conflict_changes(self, subordinates, readers, only_add):
        """Return (values to write, sorted ids of who is kept out), or nothing."""
        self.ensure_one()
        accused = set(self.accused_user_ids.ids)
        excluded = self._excluded(
            self.company_id, accused, self.requester_user_id.id, subordinates
        )
        before = set(self.excluded_user_ids.ids)
        if only_add:
            excluded |= before
            if excluded == before:
                return None
        excluded, people, post = self._who_deals(
            self.company_id, accused, excluded, readers
        )
        vals = {
            "excluded_user_ids": [Command.set(sorted(excluded))],
            "has_accused": bool(excluded),
        }
        allowed = set(self.allowed_user_ids.ids)
        if accused:
            vals["visibility"] = "named"
        if accused or self.visibility == "named":
            allowed |= set(people.ids)
        vals["allowed_user_ids"] = [Command.set(sorted(allowed - excluded))]
        if (
            post
            and self.post_id.id != post.id
            and self.post_id.code
            in (
                False,
                "coordination",
                "counter_clerk",
                "director",
            )
        ):
            vals["post_id"] = post.id
        if self.handler_id.id in excluded:
            free = people.filtered(lambda user: user.id not in excluded)
            vals["handler_id"] = free[:1].id
            if not free and self.state == "assigned":
                vals["state"] = "new"
        return vals, sorted(excluded)

    def _conflict_take_away(self, excluded):
        """What was handed to somebody before he was kept out is taken back."""
        users = self.env["res.users"].browse(excluded)
        partners = users.partner_id
        self.activity_ids.filtered(lambda a: a.user_id in users).unlink()
        self.message_follower_ids.filtered(lambda f: f.partner_id in partners).unlink()
        notifications = self.env["mail.notification"].search(
            [
                ("res_partner_id", "in", partners.ids),
                ("mail_message_id.model", "=", self._name),
                ("mail_message_id.res_id", "in", self.ids),
            ]
        )
        notifications.mail_message_id.write(
            {"partner_ids": [Command.unlink(partner.id) for partner in partners]}
        )
        notifications.unlink()

    @api.model
    def _conflict_people_moved(self, departments):
        """People came under the leaders of ``departments`` and of those above: keep up.

        Only complaints about one of these leaders can concern them; the others are not
        looked at. Nobody comes to see a complaint by moving to another department.
        """
        Ticket = self.sudo()
        domain = Domain("company_id", "in", departments.company_id.ids) & Domain(
            "has_accused", "=", True
        )
        # Most schools keep nobody out of anything.
        if not departments or not Ticket.search_count(domain, limit=1):
            return
        above = (
            self.env["hr.department"]
            .sudo()
            .with_context(active_test=False)
            .search([("id", "parent_of", departments.ids)])
        )
        leaders = above.manager_id.user_id | above.school_supervisor_id
        if leaders:
            tickets = Ticket.search(
                domain & Domain("accused_user_ids", "in", leaders.ids)
            )
            tickets._conflict_apply(only_add=True)
