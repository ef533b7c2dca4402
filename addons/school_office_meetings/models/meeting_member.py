from odoo import api, fields, models

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
