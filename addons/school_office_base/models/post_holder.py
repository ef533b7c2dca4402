from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.client_defaults import take_defaults


class SchoolPostHolder(models.Model):
    """Who holds a post, from when to when.

    What has begun stays on record, because later questions ("who was the archivist in
    May?") are answered from these rows: a holder leaves by an end date.
    """

    _name = "school.post.holder"
    _description = "Holder of a Post"
    _inherit = ["school.record"]
    _order = "post_id, date_from desc, id desc"
    _rec_name = "user_id"

    post_id = fields.Many2one(
        "school.post",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        related="post_id.company_id",
        store=True,
        index=True,
        required=True,
        precompute=True,
        readonly=True,
        default=None,
    )
    department_id = fields.Many2one(related="post_id.department_id")
    user_id = fields.Many2one(
        "res.users",
        "Holder",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    deputy_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Work that waits too long at this post is handed to the deputy. To let "
        "somebody decide in your name while you are away, enter a delegation.",
    )
    date_from = fields.Date(
        "From",
        required=True,
        index=True,
        default=lambda self: self.env.company._school_date(),
    )
    date_to = fields.Date(
        "Until", index=True, help="Last day. Empty: until further notice."
    )
    note = fields.Char()
    is_current = fields.Boolean(
        "Current", compute="_compute_is_current", search="_search_is_current"
    )

    _dates_check = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A post cannot be left before it is taken over.",
    )
    _deputy_check = models.Constraint(
        "CHECK (deputy_id IS NULL OR deputy_id != user_id)",
        "Nobody is his own deputy.",
    )

    @api.model
    def _in_force_domain(self, date=None):
        date = date or self.env.company._school_date()
        return fields.Domain("date_from", "<=", date) & (
            fields.Domain("date_to", "=", False) | fields.Domain("date_to", ">=", date)
        )

    @api.depends("date_from", "date_to", "company_id")
    def _compute_is_current(self):
        for holder in self:
            today = (holder.company_id or self.env.company)._school_date()
            holder.is_current = bool(
                holder.date_from
                and holder.date_from <= today
                and (not holder.date_to or holder.date_to >= today)
            )

    def _search_is_current(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._in_force_domain()

    @api.constrains("user_id", "deputy_id", "post_id")
    def _check_people(self):
        for holder in self.sudo():
            for user in holder.user_id | holder.deputy_id:
                if user.share or holder.company_id not in user.company_ids:
                    raise ValidationError(
                        self.env._(
                            "A post can only be held by staff of %(school)s.",
                            school=holder.company_id.name,
                        )
                    )

    @api.constrains("post_id", "user_id", "date_from", "date_to")
    def _check_overlap(self):
        siblings = self.sudo().search(
            [("post_id", "in", self.post_id.ids), ("user_id", "in", self.user_id.ids)]
        )
        for holder in self.sudo():
            for other in siblings - holder:
                if (
                    other.post_id == holder.post_id
                    and other.user_id == holder.user_id
                    and (not other.date_to or other.date_to >= holder.date_from)
                    and (not holder.date_to or holder.date_to >= other.date_from)
                ):
                    raise ValidationError(
                        self.env._(
                            "%(person)s already holds the post “%(post)s” in this "
                            "period.",
                            person=holder.user_id.name,
                            post=holder.post_id.display_name,
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # The post decides the school; what a client says about it does not count.
            vals.pop("company_id", None)
        take_defaults(self, vals_list, "post_id")
        # Seen before used: later checks name the school of the post in a sentence.
        posts = self.env["school.post"].browse(
            filter(None, (vals.get("post_id") for vals in vals_list))
        )
        posts.check_access("read")
        holders = super().create(vals_list)
        holders._log_on_post(
            lambda h: h.env._(
                "%(person)s takes the post over on %(date)s.",
                person=h.user_id.name,
                date=fields.Date.to_string(h.date_from),
            )
        )
        return holders

    def write(self, vals):
        fixed = {"post_id", "user_id", "date_from"} & vals.keys()
        if fixed and any(holder._has_begun() for holder in self):
            raise UserError(
                self.env._(
                    "Who held a post stays on record. Enter a last day here and add "
                    "the successor as a new line."
                )
            )
        ended = self.filtered(
            lambda h: (
                "date_to" in vals and fields.Date.to_date(vals["date_to"]) != h.date_to
            )
        )
        result = super().write(vals)
        ended._log_on_post(
            lambda h: h.env._(
                "Last day of %(person)s in this post: %(date)s.",
                person=h.user_id.name,
                date=fields.Date.to_string(h.date_to) or h.env._("open"),
            )
        )
        return result

    def _is_deletable(self):
        return not self._has_begun()

    def _has_begun(self):
        """Whether the row tells history; what was entered today may be corrected."""
        self.ensure_one()
        today = self.company_id._school_date()
        entered = self.company_id._school_date(self.create_date)
        return self.date_from <= today and entered < today

    def _log_on_post(self, sentence):
        bodies = {}
        for holder in self.sudo():
            lang = holder.company_id._school_chatter_env().lang
            line = sentence(holder.with_context(lang=lang))
            bodies.setdefault(holder.post_id.id, []).append(line)
        if bodies:
            self.env["school.post"].sudo().browse(bodies)._message_log_batch(
                bodies={post: " ".join(lines) for post, lines in bodies.items()}
            )
