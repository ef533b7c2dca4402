from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

ROLES = [
    ("chair", "Chair"),
    ("deputy_chair", "Deputy Chair"),
    ("member", "Member"),
    ("observer", "Observer"),
]


class SchoolMeetingMember(models.Model):
    """A member of a meeting body, for a time (成员)."""

    _name = "school.meeting.member"
    _description = "Member of a Meeting Body"
    _inherit = ["school.record"]
    _order = "body_id, sequence, id"
    _rec_name = "user_id"

    body_id = fields.Many2one(
        "school.meeting.body",
        "Meeting Body",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=100)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    role = fields.Selection(ROLES, default="member", required=True)
    is_voting = fields.Boolean("May Vote", default=True)
    department_id = fields.Many2one(
        "hr.department",
        "In Charge of",
        check_company=True,
        index="btree_not_null",
        help="Portfolio (分管): matters of this department are normally not decided "
        "while the member is absent.",
    )
    date_from = fields.Date("From")
    date_to = fields.Date("Until")

    _order_idx = models.Index("(body_id, sequence, id)")
    _dates_check = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A membership cannot end before it begins.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        Body = self.env["school.meeting.body"].sudo()
        for vals in vals_list:
            if vals.get("body_id"):
                vals["company_id"] = Body.browse(vals["body_id"]).company_id.id
        return super().create(vals_list)

    @api.constrains("body_id", "user_id", "date_from", "date_to")
    def _check_once(self):
        """Nobody sits in a body twice at a time: he could not be called to it."""
        first, last = date.min, date.max
        # sudo: all members count, whoever enters one
        for member in self.sudo():
            others = member.body_id.member_ids - member
            for other in others.filtered(lambda o, m=member: o.user_id == m.user_id):
                if (other.date_from or first) <= (member.date_to or last) and (
                    member.date_from or first
                ) <= (other.date_to or last):
                    raise ValidationError(
                        self.env._(
                            "%(person)s is a member of “%(body)s” at that time "
                            "already: change the row there is, or give both their "
                            "days.",
                            person=member.user_id.name,
                            body=member.body_id.name,
                        )
                    )
