from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SchoolRapidDuty(models.Model):
    """One person on call for a rapid-response group, from then to then.

    Several may be on duty at once; where nobody is, the group warns.
    """

    _name = "school.rapid.duty"
    _description = "On-Call Duty"
    _inherit = ["school.record"]
    _order = "date_from, id"
    _rec_name = "user_id"

    group_id = fields.Many2one(
        "school.rapid.group",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
    )
    member_ids = fields.Many2many(related="group_id.member_ids")
    user_id = fields.Many2one(
        "res.users",
        "On Duty",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('id', 'in', member_ids)]",
    )
    date_from = fields.Datetime("Begins", required=True)
    date_to = fields.Datetime("Ends", required=True)
    note = fields.Char()

    _order_check = models.Constraint(
        "CHECK (date_to > date_from)", "A duty ends after it begins."
    )
    _duty_idx = models.Index("(group_id, date_to, date_from)")
    _list_idx = models.Index("(company_id, date_from, id)")

    @api.model_create_multi
    def create(self, vals_list):
        groups = self.env["school.rapid.group"].sudo()
        for vals in vals_list:
            if vals.get("group_id"):
                vals["company_id"] = groups.browse(vals["group_id"]).company_id.id
        return super().create(vals_list)

    @api.constrains("user_id", "group_id")
    def _check_member(self):
        for duty in self.sudo():
            if duty.user_id not in duty.group_id.member_ids:
                raise ValidationError(
                    self.env._(
                        "%(person)s is not a member of “%(group)s”.",
                        person=duty.user_id.name,
                        group=duty.group_id.name,
                    )
                )

    @api.depends("user_id", "date_from")
    def _compute_display_name(self):
        for duty in self:
            duty.display_name = duty.user_id.name or ""
