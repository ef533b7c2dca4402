from odoo import api, fields, models, tools
from odoo.exceptions import AccessError
from odoo.fields import Domain

from .service import VISIBILITY
from .ticket import AGENT, GONE_STATES, MANAGER


class SchoolTicket(models.Model):
    """Who sees a ticket, who works on it, and who may still change what."""

    _inherit = "school.ticket"
    _rule_fields = ("company_id", "is_restricted")

    # What the requester may still change himself, until somebody has it in hand.
    _requester_fields = frozenset(
        {
            "name",
            "details",
            "answers",
            "place_id",
            "equipment_id",
            "needed_by",
            "requester_phone",
        }
    )
    # Changed by a step with a reason, never by editing.
    _step_fields = frozenset({"urgency", "service_id", "company_id", "channel"})
    _server_fields = frozenset(
        {
            "visibility",
            "excluded_user_ids",
            "allowed_user_ids",
        }
    )

    # who sees it
    visibility = fields.Selection(
        VISIBILITY, required=True, readonly=True, default="open", copy=False
    )
    is_restricted = fields.Boolean(
        compute="_compute_is_restricted", store=True, precompute=True, index=True
    )
    allowed_user_ids = fields.Many2many(
        "res.users",
        "school_ticket_allowed_user_rel",
        "ticket_id",
        "user_id",
        "Named People",
        readonly=True,
        copy=False,
    )
    excluded_user_ids = fields.Many2many(
        "res.users",
        "school_ticket_excluded_user_rel",
        "ticket_id",
        "user_id",
        "Kept From",
        readonly=True,
        copy=False,
        groups=MANAGER,
        help="They never see it, whatever their rights: whom it is about, and those "
        "under him.",
    )
    is_agent = fields.Boolean(compute="_compute_is_agent")
    is_mine = fields.Boolean(
        "On My List", compute="_compute_is_mine", search="_search_is_mine"
    )
    can_handle = fields.Boolean(compute="_compute_can_handle")
    can_edit = fields.Boolean(compute="_compute_can_handle")
    is_requester = fields.Boolean(
        compute="_compute_can_handle", search="_search_is_requester"
    )

    @api.depends("visibility")
    def _compute_is_restricted(self):
        for ticket in self:
            ticket.is_restricted = ticket.visibility == "named"

    @api.depends_context("uid")
    def _compute_is_agent(self):
        self.is_agent = self.env.user.has_group(AGENT)

    @api.depends_context("uid")
    @api.depends("handler_id")
    def _compute_is_mine(self):
        mine = self.filtered_domain(self._mine_domain())
        for ticket in self:
            ticket.is_mine = ticket in mine

    @api.model
    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._mine_domain()

    @api.model
    def _mine_domain(self):
        """What the user works on, and what waits at his posts without a handler."""
        return Domain("handler_id", "=", self.env.uid) | (
            Domain("handler_id", "=", False)
            & Domain("post_id", "in", self._my_post_ids())
        )

    @api.model
    def _my_post_ids(self):
        holders = self.env["school.post.holder"].sudo()
        held = holders.search(
            Domain("user_id", "=", self.env.uid)
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain.OR(
                Domain("company_id", "=", company.id)
                & holders._in_force_domain(company._school_date())
                for company in self.env.companies
            )
        )
        return held.post_id.ids

    @api.model
    def _search_is_requester(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("requester_user_id", "=", self.env.uid) | Domain(
            "requester_id", "=", self.env.user.partner_id.id
        )

    @api.depends_context("uid")
    @api.depends("handler_id", "state", "requester_id", "requester_user_id")
    def _compute_can_handle(self):
        handled = self._filter_handled()
        partner = self.env.user.partner_id
        for ticket in self:
            ticket.can_handle = ticket in handled
            ticket.is_requester = (
                ticket.requester_user_id == self.env.user
                or bool(partner)
                and ticket.requester_id == partner
            )
            ticket.can_edit = (
                not ticket._origin
                or ticket.can_handle
                and ticket.state not in ("closed", *GONE_STATES)
                or ticket.is_requester
                and ticket.state == "new"
            )

    def _filter_handled(self, user=None):
        """Those on which the user may work.

        The desk; the handler; who holds the post at which it waits; and who leads the
        work for a department.
        """
        user = user or self.env.user
        if not user or user.share:
            return self.browse()
        if user.has_group(AGENT):
            return self
        posts = set(self.with_user(user)._my_post_ids())
        return self.filtered(
            lambda ticket: (
                ticket.handler_id == user
                or ticket.sudo().post_id.id in posts
                or user in ticket.sudo().part_ids.user_id
            )
        )

    def _check_handled(self):
        """Refuse a step by somebody who does not work on these tickets."""
        self.check_access("read")
        others = self - self._filter_handled()
        if others and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(ticket)s is worked on by others: only the desk and its handler "
                    "may do this.",
                    ticket=others[0].number or others[0].name,
                )
            )

    def _check_group(self, group):
        self.check_access("read")
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(self.env._("Only the service desk may do this."))

    @tools.ormcache()
    def _all_entry_fields(self):
        """The entry fields of every file of this model together."""
        return frozenset().union(
            *(vars(cls).get("_entry_fields", ()) for cls in type(self).__mro__)
        )

    def write(self, vals):
        if not self.env.su:
            self._check_edit(vals)
            if "answers" in vals:
                return self._write_answers(vals)
        return super().write(vals)

    def _write_answers(self, vals):
        """Keep the answers as the questions of each service ask for them."""
        rest = {name: value for name, value in vals.items() if name != "answers"}
        if rest:
            self.write(rest)
        else:
            self.check_access("write")
        for ticket in self:
            service = ticket.service_id.sudo()
            answers, missing = service._check_answers(vals["answers"] or {})
            # Checked above: the server keeps the readable form beside the answers.
            ticket.sudo().write(
                {
                    "answers": answers or False,
                    "answers_text": service._answers_text(answers) or False,
                    "missing_items": "\n".join(missing) or False,
                }
            )
        return True

    def _check_edit(self, vals):
        """Editing is for who works on it, and for the requester until it is taken."""
        stepped = self._step_fields & vals.keys()
        changed = {
            name
            for name in stepped
            if any(
                self._fields[name].convert_to_write(ticket[name], ticket) != vals[name]
                for ticket in self
            )
        }
        if changed:
            raise AccessError(
                self.env._(
                    "%(fields)s: use the button, it asks for the reason.",
                    fields=", ".join(
                        sorted(
                            self._fields[n]._description_string(self.env)
                            for n in changed
                        )
                    ),
                )
            )
        edited = vals.keys() - self._own_fields()
        if edited:
            locked = self.filtered(
                lambda ticket: (
                    not ticket.can_edit
                    or edited - self._requester_fields
                    and not ticket.can_handle
                )
            )
            if locked:
                raise AccessError(
                    self.env._(
                        "%(ticket)s can no longer be changed by you. Write a message "
                        "to add something.",
                        ticket=locked[0].number or locked[0].name,
                    )
                )

    @tools.ormcache()
    def _own_fields(self):
        """Fields of chatter and activities, which have rules of their own."""
        return frozenset(
            name
            for name in self._fields
            if name.startswith(("message_", "activity_", "website_message_"))
        )
