from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools.locking import fetch_where


class SchoolPost(models.Model):
    """A post (岗位) of a school, and whoever holds it.

    Approvals, routing and escalation find people through posts and departments, never
    through access groups: groups only open menus (BASE-04, BASE-05, BASE-06, BASE-20).
    """

    _name = "school.post"
    _description = "Post"
    _inherit = ["school.record", "mail.thread"]
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]
    _server_fields = frozenset({"is_standard"})

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        required=True,
        index=True,
        help="Approval flows and time limits name the post by this code.",
    )
    kind = fields.Selection(
        [("leader", "Leader"), ("office", "Office Post"), ("support", "Support Post")],
        default="office",
        required=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: a post of the whole school.",
    )
    sequence = fields.Integer(default=100)
    active = fields.Boolean(default=True)
    is_standard = fields.Boolean("Standard Post", readonly=True, copy=False)
    is_key_post = fields.Boolean(
        "Key Post",
        tracking=True,
        help="The holders are phoned for important notices, and their receipt of "
        "meeting notices is verified.",
    )
    duties = fields.Text(translate=True)
    authority = fields.Text(translate=True)
    working_relations = fields.Text(translate=True)
    holder_ids = fields.One2many("school.post.holder", "post_id", "Holders")
    current_user_ids = fields.Many2many(
        "res.users", string="Held By", compute="_compute_current_user_ids"
    )
    is_vacant = fields.Boolean(
        "Vacant", compute="_compute_current_user_ids", search="_search_is_vacant"
    )

    _code_uniq = models.UniqueIndex(
        "(company_id, code, COALESCE(department_id, 0))",
        "This school already has a post with this code.",
    )
    _order_idx = models.Index("(company_id, sequence, id)")

    @api.depends("name", "department_id")
    def _compute_display_name(self):
        for post in self:
            post.display_name = (
                f"{post.name} ({post.department_id.name})"
                if post.department_id
                else post.name
            )

    @api.depends("holder_ids.user_id", "holder_ids.date_from", "holder_ids.date_to")
    def _compute_current_user_ids(self):
        users = self._users_by_post()
        for post in self:
            post.current_user_ids = users[post.id]
            post.is_vacant = not users[post.id]

    def _search_is_vacant(self, operator, value):
        if operator != "in":
            return NotImplemented
        in_force = self.env["school.post.holder"]._in_force_domain()
        return [("holder_ids", "not any", in_force)]

    @api.constrains("code")
    def _check_code(self):
        for post in self:
            if not post.code.replace("_", "").isalnum():
                raise ValidationError(
                    self.env._(
                        "“%(code)s” cannot be the code of a post: use letters, digits "
                        "and underscores.",
                        code=post.code,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        posts = super().create(vals_list)
        self.env.registry.clear_cache()
        return posts

    def write(self, vals):
        if {"code", "department_id"} & vals.keys() and any(
            post.is_standard
            and (
                vals.get("code", post.code) != post.code
                or vals.get("department_id", post.department_id.id)
                != post.department_id.id
            )
            for post in self
        ):
            raise UserError(
                self.env._(
                    "The code and department of a standard post stay as they are: "
                    "approval flows find it by them. Rename the post instead."
                )
            )
        result = super().write(vals)
        if {"code", "department_id", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    def _is_deletable(self):
        return not self.is_standard and not self.sudo().holder_ids

    @api.model
    def _find(self, company, code, department=None):
        """Return the active post ``code`` of a school, the department's own first."""
        return self.browse(
            self._find_id(company.id, code, department.id if department else False)
        )

    @api.model
    @tools.ormcache("company_id", "code", "department_id")
    def _find_id(self, company_id, code, department_id):
        posts = self.sudo().search_fetch(
            [
                ("company_id", "=", company_id),
                ("code", "=", code),
                ("department_id", "in", [department_id, False]),
            ],
            ["department_id"],
        )
        own = posts.filtered(lambda post: post.department_id.id == department_id)
        return (own or posts)[:1].id

    def _users(self, at=None):
        """Return the active users who hold one of these posts at ``at`` (default: now).

        A holder who is away is still the holder: deputies are the business of
        ``school.delegation``.
        """
        users = self.env["res.users"]
        for held in self._users_by_post(at).values():
            users |= held
        return users

    def _users_by_post(self, at=None):
        """Return ``{post id: users}`` in a constant number of queries."""
        held = {post.id: self.env["res.users"] for post in self}
        for holder in self._holders(at):
            held[holder.post_id.id] |= holder.user_id.sudo(self.env.su)
        return held

    def _holders(self, at=None):
        return (
            self.env["school.post.holder"]
            .sudo()
            .union(*(holder for holder, _values in self._holders_and(at)))
        )

    def _holders_and(self, at=None, extra=()):
        """``[(holder, values of the SQL terms extra)]`` of those in office at ``at``.

        One query; what is asked of the people comes with it.
        """
        # Superuser: routing must find holders whoever asks.
        Holder = self.env["school.post.holder"].sudo()
        posts = self.sudo()
        if not posts:
            return []
        Holder.flush_model(["user_id", "date_from", "date_to"])
        columns = {
            name: SQL.identifier(Holder._table, name)
            for name in ("id", "post_id", "date_from", "date_to")
        }
        days = posts.grouped(lambda post: post.company_id._school_date(at))
        in_office = (
            SQL(
                "(%(post_id)s IN %(posts)s AND %(date_from)s <= %(day)s"
                " AND (%(date_to)s IS NULL OR %(date_to)s >= %(day)s))",
                posts=tuple(held.ids),
                day=day,
                **columns,
            )
            for day, held in days.items()
        )
        held, values = fetch_where(
            Holder,
            SQL("(%s)", SQL(" OR ").join(in_office)),
            ["post_id", "user_id", "deputy_id"],
            along={
                "user_id": ("active", "share", "partner_id"),
                "user_id.partner_id": ("name",),
            },
            order=SQL("%(post_id)s, %(date_from)s DESC, %(id)s DESC", **columns),
            extra=extra,
        )
        return [
            (holder, own)
            for holder, own in zip(held, values, strict=True)
            if holder.user_id.active
        ]
