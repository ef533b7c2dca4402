from odoo import api, fields, models


class SchoolMeetingChecklistLine(models.Model):
    """One row of a check list: what to look at."""

    _name = "school.meeting.checklist.line"
    _description = "Row of a Meeting Check List"
    _inherit = ["school.record"]
    _order = "checklist_id, sequence, id"

    checklist_id = fields.Many2one(
        "school.meeting.checklist",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    sequence = fields.Integer(default=100)
    name = fields.Char("What", required=True, translate=True)
    per_person = fields.Boolean(
        "One per Person", help="The number is counted from the participants."
    )
    quantity = fields.Integer()

    _order_idx = models.Index("(checklist_id, sequence, id)")

    @api.model_create_multi
    def create(self, vals_list):
        Checklist = self.env["school.meeting.checklist"].sudo()
        for vals in vals_list:
            if vals.get("checklist_id"):
                checklist = Checklist.browse(vals["checklist_id"])
                vals["company_id"] = checklist.company_id.id
        return super().create(vals_list)
