from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class SchoolDelegation(models.Model):
    """A person lets a deputy decide in his name for a while (授权, BASE-07).

    What is entered here decides whose signature counts, so it is never edited: a
    delegation is entered, and it may be revoked with a reason. Deputies do not pass on
    what they were given: only the person's own delegations are looked at, never those
    of his deputy. Periods may overlap and several deputies may be named.
    """

    _name = "school.delegation"
    _description = "Delegation"
    _inherit = ["school.record"]
    _order = "date_from desc, id desc"
    _server_fields = frozenset(
        {"state", "revoked_at", "revoked_by_id", "revoke_reason"}
    )

    user_id = fields.Many2one(
        "res.users",
        "On Behalf Of",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    deputy_id = fields.Many2one(
        "res.users",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id),"
        " ('id', '!=', user_id)]",
    )
    date_from = fields.Date(
        "From", required=True, default=lambda self: self.env.company._school_date()
    )
    date_to = fields.Date("Until", required=True, help="Last day.")
    scope = fields.Selection(
        [("all", "All Decisions"), ("flows", "Certain Approvals")],
        required=True,
        default="all",
    )
    amount_limit = fields.Monetary(
        "Up to the Amount",
        help="The deputy decides on amounts up to this one. 0: no limit.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    reason = fields.Char(required=True, help="For example a business trip.")
    state = fields.Selection(
        [("active", "Entered"), ("revoked", "Revoked")],
        required=True,
        default="active",
        readonly=True,
        copy=False,
    )
    status = fields.Selection(
        [
            ("planned", "Planned"),
            ("in_force", "In Force"),
            ("ended", "Ended"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_status",
        search="_search_status",
    )
    revoked_at = fields.Datetime("Revoked On", readonly=True, copy=False)
    revoked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    revoke_reason = fields.Char("Reason of the Revocation", readonly=True, copy=False)
    can_revoke = fields.Boolean(compute="_compute_can_revoke")

    _dates_check = models.Constraint(
        "CHECK (date_to >= date_from)", "A delegation cannot end before it begins."
    )
    _self_check = models.Constraint(
        "CHECK (user_id != deputy_id)", "Nobody can be his own deputy."
    )
    _amount_check = models.Constraint(
        "CHECK (amount_limit >= 0)", "The amount cannot be negative."
    )
    _in_force_idx = models.Index("(company_id, user_id) WHERE state = 'active'")
    _deputy_idx = models.Index("(company_id, deputy_id) WHERE state = 'active'")

    @api.depends("user_id", "deputy_id", "date_from", "date_to")
    def _compute_display_name(self):
        for delegation in self:
            delegation.display_name = self.env._(
                "%(deputy)s on behalf of %(person)s",
                deputy=delegation.deputy_id.name or "",
                person=delegation.user_id.name or "",
            )

    @api.depends("state", "date_from", "date_to")
    def _compute_status(self):
        for delegation in self:
            today = (delegation.company_id or self.env.company)._school_date()
            if delegation.state == "revoked":
                delegation.status = "revoked"
            elif delegation.date_from and delegation.date_from > today:
                delegation.status = "planned"
            elif delegation.date_to and delegation.date_to < today:
                delegation.status = "ended"
            else:
                delegation.status = "in_force"

    def _search_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._school_date()
        active = fields.Domain("state", "=", "active")
        domains = {
            "revoked": fields.Domain("state", "=", "revoked"),
            "planned": active & fields.Domain("date_from", ">", today),
            "ended": active & fields.Domain("date_to", "<", today),
            "in_force": active & self._dates_domain(today),
        }
        return fields.Domain.OR(domains[key] for key in value if key in domains)

    @api.depends_context("uid")
    @api.depends("user_id", "state", "date_to")
    def _compute_can_revoke(self):
        is_admin = self._is_school_admin()
        for delegation in self:
            delegation.can_revoke = bool(
                delegation.status in ("planned", "in_force")
                and delegation._origin
                and (is_admin or delegation.user_id == self.env.user)
            )

    @api.constrains("user_id", "deputy_id")
    def _check_people(self):
        for delegation in self.sudo():
            for user in delegation.user_id | delegation.deputy_id:
                if user.share or delegation.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "Both persons of a delegation belong to the staff of "
                            "%(school)s.",
                            school=delegation.company_id.name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        delegations = super().create(vals_list)
        if not self.env.su:
            delegations._check_author()
        for delegation in delegations:
            if delegation.date_from < delegation.company_id._school_date():
                raise ValidationError(
                    self.env._(
                        "A delegation begins today or later: what happened before was "
                        "not covered by it."
                    )
                )
            if delegation.scope == "flows" and not delegation.flow_ids:
                raise ValidationError(
                    self.env._("Choose the approvals in which the deputy decides.")
                )
        delegations._tell_people()
        return delegations

    def write(self, vals):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "A delegation is not changed once entered. Revoke it and enter a "
                    "new one."
                )
            )
        return super().write(vals)

    def _is_school_admin(self):
        return self.env.user.has_group("school_office_base.group_school_admin")

    def _check_author(self):
        """Only the person himself, or the school administrator for somebody else."""
        me = self.env.user
        is_admin = self._is_school_admin()
        for delegation in self:
            if delegation.user_id == me:
                continue
            if not is_admin:
                raise AccessError(
                    self.env._(
                        "You can only name a deputy for yourself. For somebody else, "
                        "ask the school administrator."
                    )
                )
            if delegation.deputy_id == me:
                raise AccessError(
                    self.env._(
                        "You cannot make yourself the deputy of %(person)s: let the "
                        "person do it.",
                        person=delegation.user_id.name,
                    )
                )

    def _tell_people(self):
        """Tell the deputy, and the person if somebody else entered it in his name."""
        author = self.env.user
        self.env["school.notice"]._queue_rows(
            [
                {
                    "users": (delegation.deputy_id | delegation.user_id) - author,
                    "subject": lambda env, d=delegation: d.with_env(env).display_name,
                    "body": lambda env, d=delegation: env._(
                        "%(deputy)s decides on behalf of %(person)s from %(start)s "
                        "until %(end)s. Entered by %(author)s.",
                        deputy=d.deputy_id.name,
                        person=d.user_id.name,
                        start=fields.Date.to_string(d.date_from),
                        end=fields.Date.to_string(d.date_to),
                        author=author.name,
                    ),
                    "record": delegation,
                    "kind": "delegation",
                }
                for delegation in self.sudo()
            ]
        )

    def _revoke(self, reason):
        """Revoke; what was decided on behalf of the person until now stays valid."""
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the delegation is revoked."))
        self.check_access("read")
        for delegation in self:
            if not delegation.can_revoke:
                raise AccessError(
                    self.env._(
                        "Only %(person)s or the school administrator can revoke this "
                        "delegation, and only before it has ended.",
                        person=delegation.user_id.name,
                    )
                )
        # Superuser: nobody has the right to write delegations.
        self.sudo().write(
            {
                "state": "revoked",
                "revoked_at": fields.Datetime.now(),
                "revoked_by_id": self.env.uid,
                "revoke_reason": reason.strip(),
            }
        )

    def action_revoke(self):
        """Ask for the reason; the wizard revokes."""
        return self._dialog(
            "school.delegation.revoke",
            self.env._("Revoke the Delegation"),
            delegation_ids=self.ids,
        )

    @api.model
    def _dates_domain(self, date):
        return fields.Domain("date_from", "<=", date) & fields.Domain(
            "date_to", ">=", date
        )

    @api.model
    def _in_force_domain(self, company, at=None, flow=None, amount=None):
        """Return what must hold for a delegation to count at ``at`` for ``flow``."""
        domain = (
            fields.Domain("company_id", "=", company.id)
            & fields.Domain("state", "=", "active")
            & self._dates_domain(company._school_date(at))
        )
        domain &= self._scope_domain(flow)
        if amount:
            domain &= fields.Domain("amount_limit", "=", 0) | fields.Domain(
                "amount_limit", ">=", amount
            )
        return domain

    @api.model
    def _scope_domain(self, flow):
        # Without a flow nothing narrower than "all decisions" can be asked for.
        return fields.Domain("scope", "=", "all")

    @api.model
    def _deputies(self, users, company, at=None, flow=None, amount=None):
        """Return ``{user: deputies}`` for ``users`` in one query.

        :param at: moment (UTC) or date; default now
        :param flow: the approval flow in question; without it only delegations of all
            decisions count
        """
        deputies = {user: self.env["res.users"] for user in users}
        delegations = self.sudo().search(
            fields.Domain("user_id", "in", users.ids)
            & self._in_force_domain(company, at, flow, amount)
        )
        for delegation in delegations:
            if delegation.deputy_id.active:
                user = delegation.user_id.sudo(users.env.su)
                deputies[user] |= delegation.deputy_id.sudo(self.env.su)
        return deputies

    @api.model
    def _represented(self, deputy, company, at=None, flow=None, amount=None):
        """Return the users in whose name ``deputy`` may decide."""
        delegations = self.sudo().search(
            fields.Domain("deputy_id", "=", deputy.id)
            & self._in_force_domain(company, at, flow, amount)
        )
        return delegations.user_id.sudo(self.env.su)
