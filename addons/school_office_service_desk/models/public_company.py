import re
import secrets

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38}[a-z0-9])")
_RESERVED = frozenset(("rate", "code", "language", "my", "api", "static", "web"))


class ResCompany(models.Model):
    """The settings of a school's pages without login."""

    _inherit = "res.company"

    school_desk_public = fields.Boolean(
        "Public Page",
        default=True,
        help="Parents and visitors see the services that are marked as public, ask for "
        "them and complain without a login. Codes on doors and devices work with it.",
    )
    school_desk_slug = fields.Char(
        "Address of the Page",
        copy=False,
        help="What stands after /desk/ in the address. Small letters, digits and "
        "hyphens.",
    )
    school_desk_max_files = fields.Integer(
        "Files per Request", default=5, help="From outside. Proposal."
    )
    school_desk_visitor_posts = fields.Integer(
        "Requests per Visitor",
        default=20,
        help="From one address within ten minutes; a school behind one address needs "
        "more. Proposal.",
    )
    school_desk_school_posts = fields.Integer(
        "Requests From Outside",
        default=300,
        help="To the whole school within an hour. Proposal.",
    )
    school_desk_anonymous_visitor = fields.Integer(
        "Anonymous Reports per Visitor",
        default=20,
        help="Within an hour. No address is kept of these: one in 64 of all visitors "
        "is counted together, and everybody in the school's own network. Proposal.",
    )
    school_desk_anonymous_posts = fields.Integer(
        "Anonymous Reports",
        default=600,
        help="To the whole school within an hour. Beyond, the operator is told. "
        "Proposal.",
    )
    school_desk_rating_days = fields.Integer(
        "Rating Link Is Valid",
        default=14,
        help="Calendar days after the solution. Source: DESK-27.",
    )
    school_desk_low_rating = fields.Integer(
        "Look Into Ratings Up To",
        default=2,
        help="Points, 1 to 5. A rating this low opens a review. Source: DESK-15.",
    )

    _school_desk_slug_uniq = models.UniqueIndex(
        "(school_desk_slug) WHERE school_desk_slug IS NOT NULL",
        "Another school already uses this address.",
    )

    @api.constrains("school_desk_slug")
    def _check_school_desk_slug(self):
        for company in self:
            slug = company.school_desk_slug
            if slug and (not _SLUG.fullmatch(slug) or slug in _RESERVED):
                raise ValidationError(
                    self.env._(
                        "“%(slug)s” cannot be the address of the page: use 3 to 40 "
                        "small letters, digits and hyphens.",
                        slug=slug,
                    )
                )

    @api.constrains("school_desk_low_rating")
    def _check_school_desk_low_rating(self):
        for company in self:
            if not 0 <= company.school_desk_low_rating <= 4:
                raise ValidationError(
                    self.env._("Ratings of up to 4 points can be looked into.")
                )

    def _school_set_up(self):  # pylint: disable=missing-return
        super()._school_set_up()
        for company in self.sudo().filtered(lambda c: not c.school_desk_slug):
            company.school_desk_slug = company._school_desk_free_slug()

    def _school_desk_free_slug(self):
        """An address made of the short code if it is in Latin letters, else random."""
        self.ensure_one()
        code = (self.school_code or "").lower().replace("_", "-")
        if _SLUG.fullmatch(code) and code not in _RESERVED:
            # An archived school keeps its address.
            taken = self.with_context(active_test=False).search_count(
                [("school_desk_slug", "=", code)], limit=1
            )
            return f"{code}-{secrets.token_hex(2)}" if taken else code
        return secrets.token_hex(4)

    def _school_desk_url(self, suffix=""):
        """The path of the public page."""
        self.ensure_one()
        return f"/desk/{self.school_desk_slug}{suffix}"
