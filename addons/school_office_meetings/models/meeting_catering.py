from odoo import fields, models
from odoo.exceptions import UserError


class SchoolMeetingCatering(models.Model):
    """Meals or rooms agreed beforehand with who supplies them (餐饮住宿, MTG-12)."""

    _name = "school.meeting.catering"
    _description = "Meal or Lodging of a Meeting"
    _inherit = ["school.meeting.prep.line"]
    _order = "meeting_id, day, id"
    _server_fields = frozenset({"state", "agreed_at", "agreed_by_id"})

    kind = fields.Selection(
        [("meal", "Meal"), ("lodging", "Lodging"), ("transport", "Transport")],
        default="meal",
        required=True,
    )
    name = fields.Char("What", required=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Supplier",
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
    )
    supplier_note = fields.Char(
        "Supplier in Words", help="For a canteen or a hotel that is no contact."
    )
    day = fields.Date("On")
    persons = fields.Integer(default=1, required=True)
    nights = fields.Integer()
    cost_note = fields.Char("Costs")
    note = fields.Text("Agreed On", help="Diets, times, who pays.")
    state = fields.Selection(
        [("asked", "To Agree"), ("agreed", "Agreed"), ("void", "Not Needed")],
        "Status",
        default="asked",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    agreed_at = fields.Datetime(readonly=True, copy=False)
    agreed_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _order_idx = models.Index("(meeting_id, day, id)")
    _persons_check = models.Constraint(
        "CHECK (persons >= 0 AND nights >= 0)", "Persons and nights are not negative."
    )

    def action_agree(self):
        """It is agreed with the supplier."""
        self._check_step()
        for row in self:
            if not (row.partner_id or (row.supplier_note or "").strip()):
                raise UserError(
                    self.env._("Say with whom “%(row)s” is agreed.", row=row.name)
                )
        self.sudo().write(
            {
                "state": "agreed",
                "agreed_at": fields.Datetime.now(),
                "agreed_by_id": self.env.uid,
            }
        )
        return True

    def action_void(self):
        """It is not needed after all."""
        self._check_step()
        self.sudo().write({"state": "void"})
        return True

    def action_reopen(self):
        """It has to be agreed again."""
        self._check_step()
        self.sudo().write({"state": "asked", "agreed_at": False, "agreed_by_id": False})
        return True

    def _check_step(self):
        self.check_access("write")
        self._check_meeting_open()
